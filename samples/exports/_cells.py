"""Cells as text, in Python: for rows that the database does not write itself, and for files that are read back."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from ._columns import MILLIGRAMS

# What a spreadsheet would run as a formula, in a Chinese locale the full-width signs too; and the
# apostrophe itself, so that taking one away from the front of a text cell always gives the text back.
RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'")
# What PostgreSQL's COPY puts into quotes.
_QUOTED = re.compile('[,"\r\n]')


def cell(value):
    """A value as one CSV cell: times in UTC with Z, numbers bare, text safe from spreadsheets."""
    text = text_of(value)
    if text is None:
        return ""
    return f"'{text}" if isinstance(value, str) and text.startswith(RISKY) else text


def uncell(text):
    """The text that `cell` was given: one apostrophe is taken from the front."""
    return text.removeprefix("'")


def text_of(value, column=None):
    """A value as text, None for an empty one: times in UTC with Z, numbers bare, masses in the column's unit."""
    match value:
        case None | "":
            return None
        case bool():
            return "yes" if value else "no"
        case datetime():
            # Of a second six decimals, or none.
            return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value.scaleb(3):.3f}" if column and column.unit == MILLIGRAMS else f"{value:f}"
    return str(value)


def line(texts, columns):
    """One line of the file, of the texts of its cells."""
    if len(columns) == 1:
        # Bare, an empty cell would be an empty line, which readers pass over.
        return f"{_in_quotes(_safe(texts[0] or '', columns[0]))}\n"
    cells = (_safe(text or "", column) for text, column in zip(texts, columns, strict=True))
    return ",".join(_in_quotes(each) if _QUOTED.search(each) else each for each in cells) + "\n"


def header(columns):
    return ",".join(column.name for column in columns) + "\n"


def _safe(text, column):
    return f"'{text}" if column.type == "string" and text.startswith(RISKY) else text


def _in_quotes(text):
    return '"' + text.replace('"', '""') + '"'
