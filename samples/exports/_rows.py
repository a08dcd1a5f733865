"""Rows that are ready to be read: by the database in one statement, or of lines that Python made."""

import json
from tempfile import SpooledTemporaryFile
from weakref import finalize

from . import _statements
from ._cells import header, line
from ._snapshot import BATCH, Snapshot

# Up to here what Python made stays in memory.
_IN_MEMORY = 1_000_000


class Rows:
    """The rows of a question, made into statements when it is asked and read from a snapshot later."""

    def __init__(self, counted, queryset, columns):
        self.columns = columns
        self._counting = _statements.counting(counted)
        self._writing = _statements.writing(queryset, columns)
        self._telling = _statements.telling(queryset, columns)

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
    """Rows that are made when they are asked for and kept in a file until they are sent: so they can be counted."""

    def __init__(self, made, columns):
        self.columns = columns
        self._number = 0
        self._kept = SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115 - closed by close()
        # Also where nobody asks for the rows that were made.
        finalize(self, self._kept.close)
        for texts in made:
            self._kept.write(json.dumps(texts) + "\n")
            self._number += 1

    def number(self, snapshot):
        return self._number

    def file(self, snapshot):
        yield header(self.columns).encode()
        some = []
        for texts in self.texts(snapshot):
            some.append(line(texts, self.columns))
            if len(some) == BATCH:
                yield "".join(some).encode()
                some = []
        if some:
            yield "".join(some).encode()

    def texts(self, snapshot):
        self._kept.seek(0)
        return (tuple(json.loads(each)) for each in self._kept)

    def close(self):
        """Throw the file away."""
        self._kept.close()


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
