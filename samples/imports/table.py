"""A CSV file as rows of text, read strictly (RFC 4180): what is unclear is refused, never guessed."""

import csv
import io
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.exports import uncell
from samples.operations import Refused

MOST_COLUMNS = 200
# What the CSV of refused rows adds to the file's columns; it can be mended and read again as it is.
ADDED = ("labinv_row", "labinv_refused")
_OTHER_ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_OTHER_DELIMITERS = {";": gettext_lazy("semicolons"), "\t": gettext_lazy("tabs"), "|": gettext_lazy("bars")}


class NotATable(Refused):
    """The file cannot be read as a table at all."""

    def __init__(self, message):
        super().__init__(message, field="file")


@dataclass(frozen=True)
class TableRow:
    """One row: its number as a spreadsheet counts (the header is 1), its cells by column and as they
    stand in the file, and what is wrong with its shape.
    """

    number: int
    cells: dict
    raw: list
    fault: str = ""


@dataclass
class Table:
    """A header and its rows; column names trimmed, upper and lower case alike."""

    columns: list
    rows: list = field(default_factory=list)


def read_csv(content, *, most_rows=None):
    """Read the bytes `content` as a Table; raises NotATable, among others for more than `most_rows` rows."""
    text = _decoded(content)
    if "\x00" in text:
        raise NotATable(_("The file has a NUL character in it, so it is no CSV. Save it again as CSV, UTF-8."))
    try:
        return _table(csv.reader(io.StringIO(text, newline=""), strict=True), most_rows)
    except csv.Error as error:
        raise NotATable(_("The file is no CSV that can be read: %(error)s.") % {"error": error}) from None


def _decoded(content):
    for mark, name in _OTHER_ENCODINGS:
        if content.startswith(mark):
            raise NotATable(_("The file is %(encoding)s. Save it as CSV, UTF-8.") % {"encoding": name})
    try:
        # The mark at the front that Excel writes is taken off.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotATable(
            _("The file is not UTF-8: its byte %(place)s cannot be read. Save it as CSV, UTF-8.")
            % {"place": error.start + 1}
        ) from None


def _table(reader, most_rows):
    header = next(reader, None)
    if not header:
        raise NotATable(_("The file begins with no header. Its first line names the columns."))
    table = Table([name.strip().lower() for name in header])
    _check_header(table.columns)
    for number, cells in enumerate(reader, 2):
        # A line with nothing in it, not even a comma, is no row.
        if not cells:
            continue
        if most_rows is not None and len(table.rows) == most_rows:
            raise NotATable(
                _("The file has more than %(most)s rows. Part it, or use manage.py import_samples on the server.")
                % {"most": most_rows}
            )
        if ADDED[0] in table.columns:
            cells = [uncell(cell) for cell in cells]
        table.rows.append(_row(number, cells, table.columns))
    if not table.rows:
        raise NotATable(_("The file has a header and no rows."))
    return table


def _check_header(columns):
    if len(columns) == 1:
        for mark, name in _OTHER_DELIMITERS.items():
            if mark in columns[0]:
                raise NotATable(
                    _("The columns are parted by %(delimiter)s. Save the file with commas.") % {"delimiter": name}
                )
    if len(columns) > MOST_COLUMNS:
        raise NotATable(
            _("The header has %(count)s columns; more than %(most)s cannot be right.")
            % {"count": len(columns), "most": MOST_COLUMNS}
        )
    if "" in columns:
        raise NotATable(_("Column %(place)s of the header has no name.") % {"place": columns.index("") + 1})
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise NotATable(
            _("The header has a column twice: %(columns)s. Upper and lower case are alike.")
            % {"columns": ", ".join(twice)}
        )


def _row(number, cells, columns):
    fault = ""
    if len(cells) != len(columns):
        fault = _("The row has %(cells)s cells; the header has %(columns)s.")
        fault %= {"cells": len(cells), "columns": len(columns)}
    padded = [*cells, *[""] * len(columns)]
    return TableRow(number, dict(zip(columns, padded, strict=False)), cells, fault)
