"""Empty files to fill in, one for each kind: as CSV, and as a workbook that explains its columns."""

import csv
import io
from datetime import datetime

import xlsxwriter
from django.utils.translation import gettext as _

_WIDEST = 60
_NARROWEST = 14


def csv_template(kind):
    """The header of a file of `kind`, as CSV."""
    written = io.StringIO(newline="")
    csv.writer(written).writerow(kind.names)
    return written.getvalue().encode()


def xlsx_template(kind):
    """A workbook with the sheet to fill in, its cells as text so that nothing typed is changed, and what goes in it."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    # The same template is the same file, whenever it is fetched.
    title = _("Template for labinv: %(kind)s") % {"kind": kind.label}
    book.set_properties({"title": title, "created": datetime(2026, 1, 1)})
    looks = ({"bold": True}, {"num_format": "@"}, {"text_wrap": True})
    bold, as_text, wrapped = (book.add_format(look) for look in looks)
    rows = book.add_worksheet(kind.name)
    for place, name in enumerate(kind.names):
        rows.set_column(place, place, max(_NARROWEST, len(name) + 2), as_text)
        rows.write_string(0, place, name, bold)
    rows.freeze_panes(1, 0)
    columns = book.add_worksheet(_("columns"))
    for number, line in enumerate(dictionary(kind)):
        for place, text in enumerate(line):
            columns.write_string(number, place, text, wrapped if number else bold)
    columns.set_column(0, 1, _NARROWEST + 6)
    columns.set_column(2, 4, _WIDEST)
    book.close()
    return written.getvalue()


def dictionary(kind):
    """The lines that explain the columns of `kind`, their header first."""
    yield _("column"), _("needed"), _("meaning"), _("allowed values"), _("example")
    for column in kind.columns:
        needed = _("needed") if column.is_needed else ""
        yield column.name, needed, str(column.meaning), ", ".join(column.allowed), column.example


TEMPLATES = {
    "csv": (csv_template, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_template, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
