"""What a text file is: recognised for certain and told, or asked for."""

import pytest

from samples.imports.table import NotATable, read_table
from tests.refusing import plain

TEXT = "identifier,name\nA,嫦娥\n"


def told(content, **said):
    table = read_table(content, **said)
    return table.told(), [list(row.cells.values()) for row in table.rows]


def refusal(content, **said):
    with pytest.raises(NotATable) as refused:
        read_table(content, **said)
    return plain(refused.value.message)


@pytest.mark.parametrize(
    ("codec", "mark", "said", "name"),
    [
        ("utf-8", b"", "", "UTF-8"),
        ("utf-8", b"\xef\xbb\xbf", "", "UTF-8"),
        ("utf-16-le", b"\xff\xfe", "", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "", "UTF-16"),
        ("gb18030", b"", "gb18030", "GB18030"),
    ],
)
def test_the_encoding_is_recognised_or_said_and_told(codec, mark, said, name):
    read = told(mark + TEXT.encode(codec), encoding=said)

    assert read == (f"Read as {name}, parted by commas: 1 row, 2 columns.", [["A", "嫦娥"]])


def test_bytes_that_may_be_several_encodings_are_not_guessed():
    content = "identifier,name\nA,Jäger\n".encode("cp1252")

    assert refusal(content) == (
        "The file is not UTF-8: its byte 20 cannot be read. Save it as CSV, UTF-8, or say which encoding it has."
    )
    assert told(content, encoding="cp1252")[1] == [["A", "Jäger"]]
    assert "The file is not Windows-1252: its byte 21" in refusal(content[:20] + b"\x81", encoding="cp1252")


@pytest.mark.parametrize("content", [TEXT.encode(), b"\xef\xbb\xbfa,b\n1,2", TEXT.encode("utf-16")])
def test_what_is_said_of_a_file_that_tells_otherwise_is_refused(content):
    assert "and Windows-1252 was chosen. Leave the encoding to be recognised." in refusal(content, encoding="cp1252")


@pytest.mark.parametrize(
    ("mark", "name"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")], ids=lambda value: value
)
def test_the_header_tells_what_parts_the_columns(mark, name):
    content = f'"a, b; c"{mark}d\n1{mark}"x{mark}y"\n'.encode()

    assert told(content) == (f"Read as UTF-8, parted by {name}: 1 row, 2 columns.", [["1", f"x{mark}y"]])


def test_a_header_that_two_marks_may_part_is_not_guessed():
    assert refusal(b"a;b,c\n1;2,3").startswith("The header has commas and semicolons, so what parts its columns is not")


def test_a_header_that_begins_like_a_workbook_is_text():
    assert told(b"PKG,b\n1,2\n")[1] == [["1", "2"]]


def test_one_column_is_a_table():
    assert told(b"a\n1;2\n") == ("Read as UTF-8, parted by commas: 1 row, 1 column.", [["1;2"]])


def test_a_file_that_is_cut_in_half_a_character_is_told():
    assert "The file is not UTF-16: its byte" in refusal(b"\xff\xfe" + TEXT.encode("utf-16-le") + b"\x00")
