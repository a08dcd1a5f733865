"""A file as rows of text, read strictly: what is unclear is refused, never guessed."""

import csv
import io
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from samples.exports import cell, uncell

from ._refused import NotATable
from ._text import DELIMITERS, decoded, delimiter_of
from .workbook import is_workbook, read_workbook

__all__ = ["ADDED", "MOST_COLUMNS", "NotATable", "Table", "TableRow", "read_csv", "read_table"]

MOST_COLUMNS = 200
# In the cells of a workbook, where one long text may be named by every cell.
MOST_CHARACTERS = 50_000_000
# In one cell of a CSV.
LONGEST_CELL = 131_072
# What the CSV of refused rows adds to the file's columns; it can be mended and read again as it is.
ADDED = ("labinv_row", "labinv_refused")
_OTHER_FILES = (
    (b"\xd0\xcf\x11\xe0", gettext_lazy("an old Excel file (.xls), or one with a password")),
    (b"%PDF", gettext_lazy("a PDF")),
)


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
    """A header and its rows; column names trimmed, upper and lower case alike. `how` says how it was read."""

    columns: list
    how: str = ""
    delimiter: str = ","
    rows: list = field(default_factory=list)

    def told(self):
        """How the file was read and what was found in it, as a sentence."""
        size = {"rows": len(self.rows), "columns": len(self.columns)}
        rows = ngettext("%(rows)s row", "%(rows)s rows", size["rows"]) % size
        columns = ngettext("%(columns)s column", "%(columns)s columns", size["columns"]) % size
        return f"{self.how}: {rows}, {columns}."


def read_table(content, *, encoding="", sheet="", likely_sheet="", most_rows=None):
    """Read the bytes of a CSV or an XLSX as a Table; raises NotATable, among others for more than `most_rows` rows.

    `encoding` and `sheet` are what a person said of the file; of several sheets `likely_sheet` is taken else.
    """
    if is_workbook(content):
        book = read_workbook(content, sheet=sheet, likely_sheet=likely_sheet)
        table = _table(book.rows(), most_rows, pads=True)
        table.how = book.how()
        return table
    for mark, name in _OTHER_FILES:
        if content.startswith(mark):
            raise NotATable(_("The file is %(what)s. Save it as CSV, UTF-8, or as .xlsx.") % {"what": name})
    if sheet:
        raise NotATable(_("The file is no workbook, so it has no sheet “%(name)s”.") % {"name": sheet[:40]}, "sheet")
    return read_csv(content, encoding=encoding, most_rows=most_rows)


def read_csv(content, *, encoding="", most_rows=None):
    """Read the bytes of a CSV as a Table; raises NotATable."""
    text, name = decoded(content, encoding)
    delimiter = delimiter_of(text)
    # One number for the whole process, which other libraries set too.
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        # A line with nothing in it but what parts the columns is no row: spreadsheets leave such below a list.
        lines = ((number, cells, "") for number, cells in enumerate(reader, 1) if any(map(str.strip, cells)))
        table = _table(lines, most_rows)
    except csv.Error as error:
        raise NotATable(_("The file is no CSV that can be read: %(error)s.") % {"error": error}) from None
    table.delimiter = delimiter
    table.how = _("Read as %(encoding)s, parted by %(delimiter)s")
    table.how %= {"encoding": name, "delimiter": DELIMITERS[delimiter]}
    return table


def _table(lines, most_rows, *, pads=False):
    """The Table of `lines`, which are (number, cells, fault); the first of them is the header.

    `pads`: what a line has less than the header is blank.
    """
    _number, header, _fault = next(lines, (1, [], ""))
    if not header:
        raise NotATable(_("The file begins with no header. Its first line names the columns."))
    table = Table([name.strip().lower() for name in header])
    _check_header(table.columns)
    characters = 0
    for number, cells, fault in lines:
        characters += sum(map(len, cells))
        if pads and characters > MOST_CHARACTERS:
            raise NotATable(
                _("Unpacked, the workbook has more than %(most)s million characters in its cells. Part it.")
                % {"most": MOST_CHARACTERS // 1_000_000}
            )
        if most_rows is not None and len(table.rows) == most_rows:
            raise NotATable(
                _("The file has more than %(most)s rows. Part it, or use manage.py import_records on the server.")
                % {"most": most_rows}
            )
        if pads:
            cells += [""] * (len(table.columns) - len(cells))
        table.rows.append(_row(number, [_unmarked(text) for text in cells], table.columns, fault))
    if not table.rows:
        raise NotATable(_("The file has a header and no rows."))
    return table


def _unmarked(text):
    """A text without the apostrophe that exports set before what a spreadsheet would run; any other one stays."""
    bare = uncell(text)
    return bare if bare != text and cell(bare) == text else text


def _check_header(columns):
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


def _row(number, cells, columns, fault):
    if not fault and len(cells) != len(columns):
        fault = _("The row has %(cells)s cells; the header has %(columns)s.")
        fault %= {"cells": len(cells), "columns": len(columns)}
    padded = [*cells, *[""] * len(columns)]
    return TableRow(number, dict(zip(columns, padded, strict=False)), cells, fault)
