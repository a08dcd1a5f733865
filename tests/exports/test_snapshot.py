"""The line to the database that files are read on."""

import pytest
from django.db import connection

from samples.exports import Snapshot
from samples.exports._statements import Statement


@pytest.mark.django_db(transaction=True)
def test_it_cannot_write():
    with Snapshot() as snapshot, pytest.raises(connection.Database.Error, match=r"read-?only"):
        snapshot.number(Statement("DELETE FROM django_session", ()))


@pytest.mark.django_db(transaction=True)
def test_after_it_the_line_of_the_request_writes_on():
    with Snapshot() as snapshot:
        assert snapshot.number(Statement("SELECT COUNT(*) FROM django_session", ())) == 0

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")
        assert cursor.rowcount == 0
