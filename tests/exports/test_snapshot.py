"""The line to the database that files are read on."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from samples.exports import Snapshot, _statements
from samples.selections import select


@pytest.mark.django_db(transaction=True)
def test_it_cannot_write():
    with Snapshot() as snapshot, pytest.raises(connection.Database.Error, match=r"read-?only"):
        snapshot.number(_statements.Statement("DELETE FROM django_session", ()))


@pytest.mark.django_db(transaction=True)
def test_it_is_of_one_moment():
    sessions = _statements.Statement("SELECT COUNT(*) FROM django_session", ())

    with Snapshot() as snapshot:
        before = snapshot.number(sessions)
        SessionStore().create()
        assert snapshot.number(sessions) == before == 0

    with Snapshot() as later:
        assert later.number(sessions) == 1


@pytest.mark.django_db
def test_live_samples_are_counted_by_an_index_of_them(lab):
    statement = _statements.counting(select("samples", {}, lab.auditor).queryset)

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of so few rows it would rather read all.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {statement.sql}", statement.params)
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.params)
        plan = str(cursor.fetchall())

    assert "Index Only Scan using sample_live" in plan or "COVERING INDEX sample_live" in plan


@pytest.mark.django_db(transaction=True)
def test_after_it_the_line_of_the_request_writes_on():
    with Snapshot() as snapshot:
        assert snapshot.number(_statements.Statement("SELECT COUNT(*) FROM django_session", ())) == 0

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")
        assert cursor.rowcount == 0
