"""CSV as researchers read it: UTF-8, RFC 4180, a stable header with units, one row after the other."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice

from ._columns import MILLIGRAMS, _Described

BATCH = 500
# What a spreadsheet would run as a formula, in a Chinese locale the full-width signs too; and the
# apostrophe itself, so that taking one away from the front of a text cell always gives the text back.
_RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'")


@dataclass(frozen=True)
class Dataset(_Described):
    """Columns and how the records of one batch are completed before they are read.

    Where `lines` is given, a record makes as many lines as it returns, and each is read by the columns.
    """

    select_related: tuple = ()
    complete: callable = lambda records, user: records
    lines: Callable | None = None

    def __post_init__(self):
        super().__post_init__()
        if self.lines:
            # What tells one record from another does not tell its lines apart.
            own = [replace(column, is_unique=False) for column in self.columns]
            object.__setattr__(self, "columns", own)

    def texts(self, queryset, user, columns):
        """Yield of each row its cells as text, None for an empty one, while the database is read."""
        records = queryset.select_related(*self.select_related).iterator(chunk_size=BATCH)
        while batch := list(islice(records, BATCH)):
            self.complete(batch, user)
            for line in chain.from_iterable(map(self.lines or (lambda record: [record]), batch)):
                yield tuple(text_of(_read(line, column.source), column) for column in columns)

    def rows(self, queryset, user, columns=None):
        """Yield the header and then each record as text of one CSV line, while the database is read."""
        columns = self.columns_for(user) if columns is None else columns
        writer = csv.writer(_Line())
        yield writer.writerow([column.name for column in columns])
        is_text = [column.type == "string" for column in columns]
        for texts in self.texts(queryset, user, columns):
            yield writer.writerow([cell(text) if risky else text for text, risky in zip(texts, is_text, strict=True)])


def _read(record, source):
    for name in source.split("__"):
        if record is None:
            return None
        record = getattr(record, name)
    return record


def text_of(value, column):
    """A value as text, None for an empty one: times in UTC with Z, numbers bare, masses in the column's unit."""
    match value:
        case None | "":
            return None
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case Decimal() if column.unit == MILLIGRAMS:
            return f"{value.scaleb(3):.3f}"
        case Decimal():
            return f"{value:f}"
    return str(value)


class _Line:
    """A file that hands back what is written into it."""

    def write(self, text):
        return text


def cell(value):
    """A value as one CSV cell: times in UTC with Z, numbers bare, text safe from spreadsheets."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
    text = str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def uncell(text):
    """The text that `cell` was given: one apostrophe is taken from the front."""
    return text.removeprefix("'")
