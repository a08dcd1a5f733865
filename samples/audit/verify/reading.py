"""Rows as the database has them, in one snapshot and a few at a time, however many there are."""

from contextlib import contextmanager

from django.db import connection, transaction

AT_A_TIME = 1000


@contextmanager
def snapshot():
    """A transaction that sees the database as it is now and holds nobody up; inside another one, that one."""
    if connection.in_atomic_block:
        yield
        return
    # Django would begin an IMMEDIATE transaction on SQLite, which is the writers' lock.
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode


def batches(sql, parameters=()):
    """The rows of a query, in lists of a thousand; from a cursor of the server on PostgreSQL."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(AT_A_TIME):
            yield rows


def rows(sql, parameters=()):
    for batch in batches(sql, parameters):
        yield from batch


def number(sql, parameters=()):
    """The one number that a query gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def differs(one, other):
    """SQL: whether two values differ, where NULL equals NULL."""
    return f"{one} {'IS DISTINCT FROM' if connection.vendor == 'postgresql' else 'IS NOT'} {other}"


def name(column):
    return connection.ops.quote_name(column)
