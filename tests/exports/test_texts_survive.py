"""Twenty thousand texts go into the database, out into a file, into a package, and come back as they were."""

import csv
import io
from dataclasses import replace
from random import Random

import pandas
import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from samples.exports import Column, Snapshot, cell, package_check, uncell
from samples.exports._datasets import Dataset
from samples.exports.package import Asked, Rows, stream
from samples.questions import RECORDED_AT, Question
from tests.exports import packed

NUMBER = 20_000
# What files trip over: quotes, ends of lines of every kind, formulas, other alphabets, marks that nobody sees.
PARTS = [
    *"\"',;=+-@|\\`%_*?[]{}$",
    *"＝＋－＠",
    *"\t\r\n\v\f\x1c\x1d\x1e\x1f\x01\x7f\x85\u2028\u2029",
    "\r\n",
    '""',
    "''",
    "=1+1",
    "=HYPERLINK(“x”)",
    "-5",
    "+49",
    "@SUM(A1)",
    "\\N",
    "\\.",
    "NULL",
    "NA",
    "nan",
    "0012",
    "1e5",
    "0x1f",
    "TRUE",
    "月壤",
    "Łódź",
    "Ελλάδα",
    "e\u0301",
    "\u202eright to left",
    "\u200b",
    "\ufeff",
    "\u00a0",
    "🌕",
    "👩\u200d🚀",
    "\U0010fffd",
    "\ud7ff",
    "\ue000",
    "\ufffe",
    " ",
    "grey powder",
]
# Any character but those that no database keeps and those that are half of one.
OTHERS = [*range(1, 0x250), *range(0x250, 0xD800, 7), *range(0xE000, 0x110000, 997)]


def texts():
    draw = Random("20 000 texts")
    for number in range(NUMBER):
        if number < len(PARTS):
            yield PARTS[number]
        else:
            some = [
                draw.choice(PARTS) if draw.random() < 0.7 else chr(draw.choice(OTHERS))
                for _one in range(draw.randrange(8))
            ]
            yield "".join(some)


@pytest.fixture
def written(db):
    """The texts, and the file that the engine's own statement makes of them."""
    wanted = list(texts())
    when = timezone.now()
    Session.objects.bulk_create(
        [Session(session_key=f"{n:05}", session_data=text, expire_date=when) for n, text in enumerate(wanted)],
        batch_size=2000,
    )
    columns = [Column("session_key", "number"), Column("session_data", "text")]
    dataset = Dataset("texts", "Texts", "texts of all kinds", Session, columns)
    # Here it may be empty.
    dataset.columns[1] = replace(dataset.columns[1], is_required=False)
    rows = dataset.rows(Session.objects.order_by("session_key"), None, dataset.columns)
    with Snapshot() as snapshot:
        pieces = list(rows.file(snapshot))
    return wanted, dataset, pieces


def test_every_text_survives_the_file_and_the_package(written, tmp_path):
    wanted, dataset, pieces = written
    question = Question(RECORDED_AT, timezone.now())
    asked = Asked(question, laboratory="Laboratory", site="https://inventory.example.org")
    path = tmp_path / "package.zip"

    path.write_bytes(b"".join(stream(asked, [Rows(dataset, dataset.columns, {}, pieces)])))

    text = packed.files(path.read_bytes())["data/texts.csv"].decode()
    [_header, *rows] = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert len(set(wanted)) > NUMBER / 2
    assert [uncell(read) for _number, read in rows] == wanted
    # What Python writes where the database does not is the same.
    assert [read for _number, read in rows] == [cell(one) for one in wanted]
    assert [step for step in package_check.check(path) if isinstance(step, str)] == []
    assert packed.descriptor(path.read_bytes())["resources"][0]["rows"] == NUMBER


def test_every_text_survives_pandas(written):
    wanted, _dataset, pieces = written

    frame = pandas.read_csv(io.BytesIO(b"".join(pieces)), dtype=str, keep_default_na=False)

    assert [uncell(read) for read in frame["session_data"]] == wanted


def test_no_cell_begins_like_a_formula(written):
    _wanted, _dataset, pieces = written

    cells = [row[1] for row in csv.reader(io.StringIO(b"".join(pieces).decode(), newline=""), strict=True)]

    assert not [text for text in cells if text.startswith(tuple("=+-@＝＋－＠\t\r\n"))]
