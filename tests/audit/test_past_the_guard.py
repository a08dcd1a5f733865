"""What no guard in the database can stop is told of: by the next operation, and by the verification."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from samples.audit import verify
from samples.operations import Unguarded, containers
from tests import factories


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL does not count what it puts off")
def test_what_sqlite_lets_pass_stops_every_operation(lab):
    """SQLite keeps one sum of broken keys for a connection; a key broken beforehand and then mended takes one away."""
    connection.close()
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("PRAGMA recursive_triggers = ON")
        other.execute("PRAGMA foreign_keys = OFF")
        other.execute("CREATE TEMP TABLE parent (id integer PRIMARY KEY)")
        other.execute("CREATE TEMP TABLE orphan (id integer REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
        other.execute("INSERT INTO temp.orphan VALUES (1)")
        other.execute("PRAGMA foreign_keys = ON")
        other.execute("BEGIN")
        other.execute(f"UPDATE samples_container SET revision = 2 WHERE id = {lab.box.pk}")
        other.execute("DELETE FROM temp.orphan")
        other.execute("COMMIT")

    with pytest.raises(Unguarded, match="somebody wrote to the database past labinv, and it waits for its history"):
        containers.amend(container=lab.bottle, changes={"description": "x"}, seen=None, by=lab.technician, reason="x")
    kinds = {finding.kind for finding in factories.run(verify.verify()).findings}
    assert verify.Kind.RECORD in kinds
