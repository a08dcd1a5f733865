"""Templates: what they ask to be filled in is taken, and their dictionary is that of the importer."""

import csv
import io

import pytest
import xlsxwriter

from samples.imports import files
from samples.imports.kinds import KINDS
from samples.imports.table import NotATable, read_table
from samples.imports.templates import csv_template, dictionary, xlsx_template
from samples.models import Sample
from samples.roles import Role
from tests import factories

# Each may name what those before it bring.
ORDER = ("missions", "custodians", "locations", "containers", "samples")


def as_csv(kind, row):
    written = io.StringIO(newline="")
    csv.writer(written).writerow([row[name] for name in kind.names])
    return csv_template(kind) + written.getvalue().encode()


def as_workbook(kind, row):
    """The example in a workbook of text cells with the sheets of the template."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    rows, columns = book.add_worksheet(kind.name), book.add_worksheet("columns")
    for place, name in enumerate(kind.names):
        rows.write_string(0, place, name)
        rows.write_string(1, place, row[name])
    for number, line in enumerate(dictionary(kind)):
        columns.write_row(number, 0, line)
    book.close()
    return written.getvalue()


@pytest.mark.parametrize("fill_in", [as_csv, as_workbook])
def test_the_example_of_each_dictionary_is_imported(db, fill_in):
    curator = factories.person("curator", Role.CURATOR)

    for name in ORDER:
        file = files.read_file(name, "example", fill_in(KINDS[name], KINDS[name].example()))
        report = factories.run(files.check(file, by=curator, reason="A look"))
        assert report["faults"] == []
        made = factories.run(files.register(file, acknowledged=False, by=curator, reason="Opening stock"))
        assert made.count == 1

    assert Sample.objects.get().container.location.name == "Curation hall"


@pytest.mark.parametrize("name", KINDS)
def test_a_template_is_a_header_without_rows_and_is_the_same_each_time(name):
    kind = KINDS[name]

    for make in (csv_template, xlsx_template):
        assert make(kind) == make(kind)
        with pytest.raises(NotATable, match="a header and no rows"):
            read_table(make(kind), likely_sheet=kind.name)


@pytest.mark.parametrize("name", KINDS)
def test_the_dictionary_of_a_workbook_explains_every_column(name):
    kind = KINDS[name]

    table = read_table(xlsx_template(kind), sheet="columns")

    assert table.columns == ["column", "needed", "meaning", "allowed values", "example"]
    assert [(row.cells["column"], row.cells["needed"] == "needed") for row in table.rows] == [
        (column.name, column.is_needed) for column in kind.columns
    ]
    assert all(row.cells["meaning"].endswith(".") for row in table.rows)
