"""Workbooks: what a person sees in a sheet is what is read, exactly, or it is refused in a sentence."""

import io
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from samples.imports import table
from samples.imports.table import NotATable, read_table
from samples.units import parse_mass
from tests.refusing import plain

MASSES = st.integers(min_value=1, max_value=2_000_000_000).map(lambda micrograms: Decimal(micrograms).scaleb(-6))


def workbook(write, **options):
    """The bytes of a workbook; `write(book, sheet)` fills its first sheet."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True} | options)
    write(book, book.add_worksheet("rows"))
    book.close()
    return written.getvalue()


def of_rows(*rows):
    """A workbook of these rows, each value as its own kind of cell."""

    def write(book, sheet):
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write(number, place, value)

    return workbook(write)


def cells(content, **said):
    return [list(row.cells.values()) for row in read_table(content, **said).rows]


def refusal(content, **said):
    with pytest.raises(NotATable) as refused:
        read_table(content, **said)
    return plain(refused.value.message)


def changed(content, name, change):
    """The workbook with its part `name` as `change(bytes)` has it; a new part where there is none."""
    written = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(written, "w", ZIP_DEFLATED) as new:
        parts = {part: old.read(part) for part in old.namelist()}
        parts[name] = change(parts.get(name, b""))
        for part, data in parts.items():
            new.writestr(part, data)
    return written.getvalue()


def in_sheet(content, old, new):
    return changed(content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(old.encode(), new.encode()))


@given(st.lists(MASSES, min_size=1, max_size=50))
def test_every_mass_to_two_kilograms_comes_as_it_was_typed_as_number_and_as_text(masses):
    rows = [["number", "text"], *([float(mass), f"{mass:f}"] for mass in masses)]

    read = cells(of_rows(*rows))

    assert [[parse_mass(text) for text in row] for row in read] == [[mass, mass] for mass in masses]


@given(MASSES)
def test_the_seventeen_digits_that_excel_writes_are_the_number_that_was_typed(mass):
    content = in_sheet(of_rows(["mass_g"], [1.5]), "<v>1.5</v>", f"<v>{float(mass):.17g}</v>")

    assert parse_mass(cells(content)[0][0]) == mass


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1).filter(str.strip)


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_texts_come_as_they_are(texts):
    def write(book, sheet):
        sheet.write_string(0, 0, "text")
        for number, text in enumerate(texts, 1):
            sheet.write_string(number, 0, text)

    # An apostrophe before what a spreadsheet would run is taken away, as from our own files.
    expected = [text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@＝＋－＠\t\r\n'") else text for text in texts]
    # XML has one line end, as a sheet has.
    assert [row[0] for row in cells(workbook(write))] == expected


def test_numbers_days_and_choices_are_read_as_they_are_shown():
    def write(book, sheet):
        looks = ["yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm", "00000", '0.00" g"', "@", "[Red]0.0"]
        day, moment, time, zeros, grams, text, red = (book.add_format({"num_format": look}) for look in looks)
        sheet.write_row(0, 0, ["day", "moment", "time", "zeros", "grams", "text", "red", "yes", "large"])
        sheet.write_datetime(1, 0, datetime(2024, 6, 28), day)
        sheet.write_datetime(1, 1, datetime(2024, 6, 28, 10, 31, 7), moment)
        sheet.write_number(1, 2, 0.4375, time)
        sheet.write_number(1, 3, 7, zeros)
        sheet.write_number(1, 4, 0.1 + 0.2, grams)
        sheet.write_string(1, 5, "1.50", text)
        sheet.write_number(1, 6, -2.5, red)
        sheet.write_boolean(1, 7, True)
        sheet.write_number(1, 8, 999_999_999_999_999)

    assert cells(workbook(write)) == [
        ["2024-06-28", "2024-06-28 10:31:07", "10:30", "00007", "0.3", "1.50", "-2.5", "yes", "9" * 15]
    ]


def test_a_workbook_that_counts_from_1904_has_the_same_days():
    def write(book, sheet):
        look = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write(0, 0, "day")
        sheet.write_datetime(1, 0, datetime(2024, 6, 28, 10, 30), look)

    assert cells(workbook(write)) == cells(workbook(write, date_1904=True)) == [["2024-06-28 10:30"]]


def test_what_is_wrong_with_a_cell_is_a_fault_of_its_row():
    content = of_rows(["a", "b"], [1.5, "x"], ["y", 2.5], ["z", "=1/0"], [3.5, "w"], ["more", "x", "y"])
    content = in_sheet(content, "<v>1.5</v>", "<v>#N/A</v>")
    content = in_sheet(content, '<c r="A2">', '<c r="A2" t="e">')
    content = in_sheet(content, "<f>1/0</f><v>0</v>", "<f>1/0</f>")
    content = in_sheet(content, "<v>3.5</v>", "<v>NaN</v>")

    assert [row.fault for row in read_table(content).rows] == [
        "Column 1 has an error of the sheet: #N/A.",
        "",
        "Column 2 has a formula without its result. Open the file and save it again.",
        "Column 1 has a number that is no day and no plain number: NaN.",
        "The row has 3 cells; the header has 2.",
    ]


def test_days_before_march_1900_are_no_days():
    def write(book, sheet):
        sheet.write(0, 0, "day")
        sheet.write_number(1, 0, 60, book.add_format({"num_format": "yyyy-mm-dd"}))

    assert "no day and no plain number: 60" in read_table(workbook(write)).rows[0].fault


def test_the_result_of_a_formula_is_read_as_it_is_shown():
    def write(book, sheet):
        sheet.write_row(0, 0, ["mass_g", "name"])
        sheet.write_formula(1, 0, "=1+0.5", None, 1.5)
        sheet.write_formula(1, 1, '="A"&"B"', None, "AB")

    assert cells(workbook(write)) == [["1.5", "AB"]]


def test_rows_are_numbered_as_the_sheet_does_and_blank_and_hidden_ones_are_told():
    def write(book, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(3, 0, ["x"])
        sheet.write_row(5, 0, ["y", "z"])
        sheet.write_blank(7, 5, None, book.add_format({"bold": True}))
        sheet.set_row(5, None, None, {"hidden": True})

    table = read_table(workbook(write))

    assert [(row.number, row.raw) for row in table.rows] == [(4, ["x", ""]), (6, ["y", "z"])]
    told = "Read from the sheet “rows” of a workbook (1 hidden row among the others): 2 rows, 2 columns."
    assert table.told() == told


def test_hidden_columns_are_read_and_told():
    def write(book, sheet):
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_row(1, 0, ["x", "y", "z"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.set_column(7, 200, None, None, {"hidden": True})

    table = read_table(workbook(write))

    assert [row.raw for row in table.rows] == [["x", "y", "z"]]
    assert "of a workbook (1 hidden row and 1 hidden column among the others): 1 row" in table.told()


@pytest.mark.parametrize("number", ["12345678901234567", "1000000000000000", "1.2345678901234567E+16", "-1e20"])
def test_a_whole_number_that_a_spreadsheet_rounds_is_refused(number):
    content = in_sheet(of_rows(["a"], [1.5]), "<v>1.5</v>", f"<v>{number}</v>")

    [row] = read_table(content).rows
    assert row.fault == ("Column 1 has a whole number of more than 15 digits, which sheets round: type it as text.")


@pytest.mark.parametrize("look", ["0%", "0.00%", '0.0" %"%'])
def test_a_number_in_per_cent_is_refused(look):
    def write(book, sheet):
        sheet.write(0, 0, "mass_g")
        sheet.write_number(1, 0, 0.5, book.add_format({"num_format": look}))

    [row] = read_table(workbook(write)).rows
    assert row.fault == "Column 1 shows a number in per cent: 0.5 is kept. Give it a plain number format."


def two_sheets(state="visible", name="more"):
    def write(book, sheet):
        sheet.write_column(0, 0, ["a", "first"])
        other = book.add_worksheet(name)
        other.write_column(0, 0, ["a", "second"])
        book.add_worksheet("empty")
        if state == "hidden":
            other.hide()

    return workbook(write)


def test_the_only_sheet_with_anything_in_it_is_read_and_of_several_the_one_that_is_meant():
    assert cells(two_sheets("hidden")) == [["first"]]
    assert cells(two_sheets("hidden"), sheet="MORE") == [["second"]]
    assert cells(two_sheets(name="samples"), likely_sheet="samples") == [["second"]]
    assert refusal(two_sheets()) == "The workbook has the sheets “rows”, “more”. Say which one is meant."
    missing = "The workbook has no sheet “Rows 2”; it has “rows”, “more”, “empty”."
    assert refusal(two_sheets(), sheet="Rows 2") == missing
    assert refusal(of_rows()) == "The workbook has no visible sheet with anything in it."
    assert refusal(b"a\n1", sheet="rows") == "The file is no workbook, so it has no sheet “rows”."


def test_how_a_name_is_read_aloud_is_no_part_of_it():
    si = "<si><r><t>嫦娥</t></r><rPh sb='0' eb='2'><t>じょうが</t></rPh><phoneticPr fontId='1'/></si>"
    content = of_rows(["name"], ["x"])
    content = changed(content, "xl/sharedStrings.xml", lambda xml: xml.replace(b"<si><t>x</t></si>", si.encode()))

    assert cells(content) == [["嫦娥"]]


def test_the_limit_of_rows_is_that_of_a_csv_and_nothing_is_read_beyond_it():
    content = of_rows(["a"], *([number] for number in range(1, 4)))

    assert len(cells(content, most_rows=3)) == 3
    assert "more than 2 rows" in refusal(content, most_rows=2)


GOOD = of_rows(["a"], ["x"], [1.5])


def stuffed(name, size):
    return changed(GOOD, name, lambda data: data + b" " * size)


def of_macros(content):
    types = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    whole = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return changed(content, "[Content_Types].xml", lambda xml: xml.replace(whole.encode(), types.encode()))


def merged(book, sheet):
    sheet.write_column(0, 0, ["a", "x"])
    sheet.merge_range(2, 0, 3, 0, "y")


def far(book, sheet):
    sheet.write(0, 0, "a")
    sheet.write(1, 16_000, "x")


def zipped(**parts):
    written = io.BytesIO()
    with ZipFile(written, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return written.getvalue()


def repeated(book, sheet):
    # A text is kept once however many cells name it; only unpacked it is large.
    sheet.write(0, 0, "a")
    for row in range(1, 600):
        sheet.write(row, 0, "'=" + "A" * 32_000)
        sheet.write(row, 1, "x")


def encrypted(content):
    """Its first part marked as one with a password."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + b"\x01\x00" + content[at + 2 :]


ENTITIES = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "{}">]><a>&b;</a>'
HARD = {
    "a part that unpacks to much more": (
        stuffed("xl/sharedStrings.xml", 20_000_000),
        "Unpacked, the workbook has 20 MB",
    ),
    "parts that unpack to too much": (stuffed("docProps/app.xml", 160_000_000), "Unpacked, the workbook has 160 MB"),
    "too many parts": (zipped(**{f"p{n}": b"" for n in range(1001)}), "The workbook has 1001 parts"),
    "cut off": (GOOD[: len(GOOD) // 2], "The workbook is broken"),
    "a damaged part": (GOOD.replace(GOOD[60:90], b"\xff" * 30), "The workbook is broken"),
    "no XML": (changed(GOOD, "xl/worksheets/sheet1.xml", lambda xml: b"<worksheet"), "The workbook is broken"),
    "entities": (changed(GOOD, "xl/workbook.xml", lambda xml: ENTITIES.encode()), "The workbook is broken"),
    "entities in the sheet": (changed(GOOD, "xl/worksheets/sheet1.xml", lambda xml: ENTITIES.encode()), "is broken"),
    "a text that is not there": (in_sheet(GOOD, "<v>1</v>", "<v>99</v>"), "The workbook is broken"),
    "a row that goes back": (in_sheet(GOOD, 'r="3"', 'r="1"'), "The workbook is broken"),
    "a row beyond counting": (in_sheet(GOOD, 'r="3"', 'r="99999999999999999999"'), "The workbook is broken"),
    "a cell of no place": (in_sheet(GOOD, 'r="A3"', 'r="ÄÖ3"'), "The workbook is broken"),
    "macros": (of_macros(GOOD), "The workbook has macros"),
    "merged cells": (workbook(merged), "The cells A3:A4 are merged"),
    "far to the right": (workbook(far), "Row 2 has something in its column 16001"),
    "one text in many cells": (workbook(repeated), "the workbook has more than 10 million characters in its cells"),
    "a giant cell": (in_sheet(GOOD, "<v>1.5</v>", f"<v>{'1' * 140_000}</v>"), "more than 131072 characters"),
    "an archive": (zipped(**{"a.csv": b"a\n1"}), "a ZIP archive and no workbook"),
    "a text document": (zipped(**{"[Content_Types].xml": b"<Types/>", "word.xml": b""}), "no workbook as .xlsx"),
    "a password": (encrypted(GOOD), "The workbook has a password"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "an old Excel file"),
    "a PDF": (b"%PDF-1.7 ...", "The file is a PDF"),
}


@pytest.mark.parametrize("name", HARD)
def test_a_hard_workbook_is_refused_in_a_sentence(name, monkeypatch):
    monkeypatch.setattr(table, "MOST_CHARACTERS", 10_000_000)
    content, says = HARD[name]

    assert says in refusal(content)


def test_links_to_other_files_are_never_followed():
    def outside(xml):
        link = b'<Relationship Id="rId99" TargetMode="External" Target="file:///etc/passwd" Type="x/worksheet"/>'
        return xml.replace(b"</Relationships>", link + b"</Relationships>")

    assert cells(changed(GOOD, "xl/_rels/workbook.xml.rels", outside)) == [["x"], ["1.5"]]
    away = changed(GOOD, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"/sheet1.xml", b"/../../../etc/passwd"))
    assert "The workbook is broken" in refusal(away)


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=4))
def test_whatever_bytes_are_changed_it_is_read_or_refused(place, data):
    place %= len(GOOD)
    content = GOOD[:place] + data + GOOD[place + len(data) :]
    # Any other exception is a fault of ours.
    with suppress(NotATable):
        assert read_table(content).rows
