"""Reading a CSV: exactly, or refused in a sentence."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.imports.table import NotATable, read_csv
from tests.refusing import plain

HEADER = b"identifier,mass_g\n"


def cells_of(content):
    return [list(row.cells.values()) for row in read_csv(content).rows]


def refusal(content, **limits):
    with pytest.raises(NotATable) as refused:
        read_csv(content, **limits)
    assert refused.value.field == "file"
    return plain(refused.value.message)


def test_rows_are_numbered_as_a_spreadsheet_does_and_blank_lines_are_none():
    table = read_csv(b'Identifier , MASS_G\nA,1\n\n"B\nb",2\nC,3\n')

    assert table.columns == ["identifier", "mass_g"]
    assert [(row.number, row.cells["identifier"]) for row in table.rows] == [(2, "A"), (4, "B\nb"), (5, "C")]


def test_the_mark_at_the_front_of_a_file_is_not_part_of_it():
    assert read_csv(b"\xef\xbb\xbf" + HEADER + b"A,1").columns == ["identifier", "mass_g"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no header"),
        (b"\n", "no header"),
        (HEADER, "no rows"),
        ("identifier,mass_g\nA,1".encode("utf-16-be"), "NUL"),
        (HEADER + b"\xff,1", "byte 19 cannot be read"),
        (HEADER + b"A\x00,1", "NUL"),
        (b"identifier;mass_g,x\nA;1", "The header has commas and semicolons"),
        (b"identifier,Identifier\nA,1", "a column twice: identifier"),
        (b"identifier,,mass_g\nA,1,2", "Column 2 of the header has no name"),
        (b",".join(b"c%d" % n for n in range(201)) + b"\nA", "201 columns"),
        (HEADER + b'A,"1', "no CSV that can be read"),
        (HEADER + b'A,"1"2', "no CSV that can be read"),
        (HEADER + b"A," + b"1" * 10_000_000, "field larger than field limit"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_what_is_no_table_is_refused_in_a_sentence(content, says):
    csv.field_size_limit(100_000_000)

    assert says in refusal(content)


def test_a_row_more_than_the_limit_is_refused_with_the_number():
    assert len(read_csv(HEADER + b"A,1\nB,2\n", most_rows=2).rows) == 2
    assert "more than 2 rows" in refusal(HEADER + b"A,1\nB,2\nC,3\n", most_rows=2)


def test_a_row_of_another_length_is_told_with_both_numbers_and_kept_whole():
    short, long = read_csv(HEADER + b"A\nB,2,x\n").rows

    assert short.fault == "The row has 1 cells; the header has 2."
    assert long.fault == "The row has 3 cells; the header has 2."
    assert long.raw == ["B", "2", "x"]


def test_rows_of_nothing_but_delimiters_are_passed_over_and_counted_by_the_numbers():
    table = read_csv(HEADER + b"A,1\n,\n\n , \nB,2\n,,,\n")

    assert [(row.number, row.fault) for row in table.rows] == [(2, ""), (6, "")]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2).filter(lambda row: any(map(str.strip, row))), min_size=1))
def test_what_a_csv_writer_wrote_is_read_back(rows):
    written = io.StringIO(newline="")
    csv.writer(written).writerows([["identifier", "mass_g"], *rows])

    assert cells_of(written.getvalue().encode()) == rows
