"""One moment of the database, from which files are read while they are sent."""

from contextlib import closing

from django.db import connection

# A transaction that only reads: on SQLite it holds no writer up, and sees nothing that is written after its first look.
_BEGIN = {
    "sqlite": ("PRAGMA query_only = ON", "BEGIN"),
    "postgresql": ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",),
}
# Rows of SQLite, and bytes of PostgreSQL, that are handed on together. So few rows that Python does not look for
# garbage among them: that takes longer than handing them on.
BATCH = 500
CHUNK = 65_536


class Snapshot:
    """Reads statements as of one moment; a file that is sent for minutes holds nothing but a line to the database.

    It has a line of its own, because the request's goes on writing, its session for one, and may be closed
    before the last row is sent. Inside a transaction it reads in that one, which sees what it wrote itself.
    """

    def __init__(self):
        self._own = None

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.close()

    def _cursor(self):
        """The driver's own cursor: a question about the past stands in the statement already."""
        if connection.in_atomic_block:
            return closing(connection.cursor().cursor)
        if self._own is None:
            self._own = connection.copy()
            for statement in _BEGIN[connection.vendor]:
                self._own.cursor().execute(statement)
        return closing(self._own.cursor().cursor)

    def number(self, statement):
        """The number that a counting statement gives."""
        with self._cursor() as cursor:
            cursor.execute(statement.sql, statement.params)
            return cursor.fetchone()[0]

    def lines(self, statement, *, alone):
        """Yield the lines that a writing statement makes, many at a time, as bytes; `alone` is a single column."""
        with self._cursor() as cursor:
            if connection.vendor == "postgresql":
                yield from _copied(cursor, statement, alone)
                return
            cursor.execute(statement.sql, statement.params)
            while batch := cursor.fetchmany(BATCH):
                yield b"".join([line for (line,) in batch])

    def texts(self, statement):
        """Yield the rows that a telling statement makes, as tuples of text."""
        with self._cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY ({statement.sql}) TO STDOUT", statement.params) as copy:
                    yield from copy.rows()
                return
            cursor.execute(statement.sql, statement.params)
            while batch := cursor.fetchmany(BATCH):
                yield from batch

    def close(self):
        """End whatever is still being read."""
        if self._own is not None:
            self._own.close()
            self._own = None


def _copied(cursor, statement, alone):
    quoting = ", FORCE_QUOTE *" if alone else ""
    with cursor.copy(f"COPY ({statement.sql}) TO STDOUT (FORMAT csv{quoting})", statement.params) as copy:
        some, size = [], 0
        for line in copy:
            some.append(line)
            size += len(line)
            if size >= CHUNK:
                yield b"".join(some)
                some, size = [], 0
    if some:
        yield b"".join(some)
