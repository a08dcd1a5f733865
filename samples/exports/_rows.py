"""Rows that are ready to be read: by the database in one statement, or of lines that Python made."""

from itertools import islice

from . import _statements
from ._cells import header, line, text_of
from ._snapshot import BATCH, Snapshot


class Rows:
    """The rows of a question, made into statements when it is asked and read from a snapshot later."""

    def __init__(self, counted, queryset, columns):
        self.columns = columns
        self._counting = _statements.counting(counted)
        values = _statements.stored(queryset, columns)
        self._writing = _statements.writing(values, columns)
        self._telling = _statements.telling(values, columns)

    def number(self, snapshot):
        """The number of rows below the header."""
        return snapshot.number(self._counting)

    def file(self, snapshot):
        """Yield the file in pieces, as bytes, its header first."""
        yield header(self.columns).encode()
        yield from snapshot.lines(self._writing, alone=len(self.columns) == 1)

    def texts(self, snapshot):
        """Yield of each row its cells as they are, None for an empty one."""
        return snapshot.texts(self._telling)

    def close(self):
        """Nothing is kept."""


class MadeRows:
    """Rows that Python makes while they are read; their lines know how many they are."""

    def __init__(self, lines, columns):
        self.columns = columns
        self._lines = lines

    def number(self, snapshot):
        return len(self._lines)

    def file(self, snapshot):
        yield header(self.columns).encode()
        rows = self.texts(snapshot)
        while some := list(islice(rows, BATCH)):
            yield "".join(line(texts, self.columns) for texts in some).encode()

    def texts(self, snapshot):
        for each in self._lines:
            yield tuple(text_of(_read(each, column.source), column) for column in self.columns)

    def close(self):
        """Nothing is kept."""


def _read(record, source):
    for name in source.split("__"):
        if record is None:
            return None
        record = getattr(record, name)
    return record


class Reading:
    """The number of rows of a question and the file of them, from one moment; ends when it is read or given up."""

    def __init__(self, rows):
        self._rows, self._snapshot = rows, Snapshot()
        self._file = rows.file(self._snapshot)
        try:
            self.number = rows.number(self._snapshot)
        except BaseException:
            self.close()
            raise

    def __iter__(self):
        try:
            yield from self._file
        finally:
            self.close()

    def close(self):
        """End the statement and the line to the database."""
        self._file.close()
        self._rows.close()
        self._snapshot.close()
