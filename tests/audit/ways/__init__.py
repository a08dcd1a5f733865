"""Ways round the audit, each to be refused and to leave nothing behind (tests/audit/test_bypasses.py).

What the owner of the database does by taking the guard down, nobody can stop; that is told of.
"""

import sqlite3
from contextlib import closing
from uuid import uuid4

from django.db import DatabaseError as DjangoError
from django.db import connection

WAYS = {}
# A plain connection raises those of its driver.
DatabaseError = (DjangoError, sqlite3.Error)
POSTGRES, SQLITE = "postgresql", "sqlite"
# What is said at the commit by SQLite, whose key leads nowhere, and by PostgreSQL, whose trigger speaks.
AT_COMMIT = "FOREIGN KEY constraint failed|has no history or ledger entry|audit_pending_settled_fkey"
ONLY_ADDED_TO = "only added to"
WAITS = "waits for its history row"
REPEATS = "repeats a change that was just made"
GOES_ON = "the ledger goes on after its last entry"
PRAGMAS = "foreign_keys and recursive_triggers have to be on, defer_foreign_keys off"


def way(words=AT_COMMIT, only=None, error=DatabaseError):
    """Enter a way round the audit; `words` are those it is refused with."""

    def enter(function):
        WAYS[function.__name__.replace("_", " ").strip()] = (function, words, only, error)
        return function

    return enter


def unprotected():
    """A connection of its own with everything switched off that SQLite lets one switch off."""
    connection.close()
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("PRAGMA foreign_keys = OFF")
    other.execute("PRAGMA recursive_triggers = OFF")
    other.execute("PRAGMA ignore_check_constraints = ON")
    return closing(other)


def unprotected_run(*statements):
    with unprotected() as other:
        other.execute("BEGIN")
        for statement in statements:
            other.execute(statement)
        other.execute("COMMIT")


BUMP = "UPDATE samples_container SET description = 'x', revision = revision + 1 WHERE id = {}"


def entry(seq="(SELECT MAX(seq) + 1 FROM samples_ledgerentry)", prev=None, verb="INSERT", **values):
    """The SQL of a ledger entry by hand."""
    last = "(SELECT hash FROM samples_ledgerentry WHERE seq = (SELECT MAX(seq) FROM samples_ledgerentry))"
    values = {
        "seq": seq,
        "recorded_at": "'2030-01-01 00:00:00'",
        "actor_id": "NULL",
        "actor_name": "'x'",
        "operation_id": f"'{uuid4().hex}'",
        "step": "0",
        "verb": "'x'",
        "reason": "'x'",
        "noun": "''",
        "record_id": "NULL",
        "revision": "NULL",
        "history_id": "NULL",
        "payload": "'{}'",
        "prev": prev or last,
        "hash": f"'{uuid4().hex * 2}'",
        "key_id": "'x'",
        "mac": "'x'",
    } | values
    return f"{verb} INTO samples_ledgerentry ({', '.join(values)}) VALUES ({', '.join(values.values())})"
