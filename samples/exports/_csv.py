"""CSV as researchers read it: UTF-8, RFC 4180, a stable header with units, one row after the other."""

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice

BATCH = 500
# What a spreadsheet would run as a formula, in a Chinese locale the full-width signs too; and the
# apostrophe itself, so that taking one away from the front of a text cell always gives the text back.
_RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'")


@dataclass(frozen=True)
class Column:
    """One column: its name in the header, what it means, how it is read from a record.

    `staff_only` columns (contacts, remarks) are left out of what researchers get.
    """

    name: str
    meaning: str
    read: callable
    staff_only: bool = False


@dataclass(frozen=True)
class Dataset:
    """Columns and how the records of one batch are completed before they are read.

    Where `lines` is given, a record makes as many lines as it returns, and each is read by the columns.
    """

    name: str
    columns: list
    select_related: tuple = ()
    complete: callable = lambda records, user: records
    lines: callable = lambda record: [record]

    def columns_for(self, user):
        return [column for column in self.columns if user.sees_all or not column.staff_only]

    def rows(self, queryset, user):
        """Yield the header and then each record as text of one CSV line, while the database is read."""
        columns = self.columns_for(user)
        writer = csv.writer(_Line())
        yield writer.writerow([column.name for column in columns])
        records = queryset.select_related(*self.select_related).iterator(chunk_size=BATCH)
        while batch := list(islice(records, BATCH)):
            self.complete(batch, user)
            for line in chain.from_iterable(map(self.lines, batch)):
                yield writer.writerow([cell(column.read(line)) for column in columns])


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
