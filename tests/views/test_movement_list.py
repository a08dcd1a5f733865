"""The list of mass movements: its filters, its links, and its file."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest

from samples.history import short_id
from samples.models import MassMovement
from samples.operations import movements
from tests import factories
from tests.views.conftest import Browser, address


@pytest.fixture
def moved(lab):
    """Soil accessioned, split with a loss on the next day, corrected by a weighing two days later; a core beside it."""
    [part] = factories.split(lab.technician, lab.soil, "3", lost_g=Decimal("0.000004"))
    lab.weighing = factories.weighing(lab.technician, lab.bottle, factories.balance(lab.curator))
    mended = {"mass_g": Decimal("3.000001"), "weighing": lab.weighing, "by": lab.curator, "reason": "Weighed again"}
    movements.correct(sample=part, happened_at=factories.LONG_AGO + timedelta(days=3), **mended)
    other = factories.mission(lab.curator, "CE5")
    tube = {"origin": "drill", "custodian": lab.home, "location": lab.room, "kind": "core tube"}
    tube = factories.container(lab.technician, "TUBE-5", other, **tube)
    factories.sample(lab.technician, "CORE-5", tube, "0.5", origin="drill")
    lab.ce5 = other
    return lab


def told(page):
    """Kind, from, to and mass of each row."""
    body = page.tree.find(".//table/tbody")
    rows = [] if body is None else [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in body]
    return [tuple(row[1:5]) for row in rows]


CORRECTED = ("Correction", "–", "CE6C0001/1", "0.000001 g")
LOST = ("Lost", "CE6C0001", "left the inventory", "0.000004 g")
SPLIT = ("Split", "CE6C0001", "CE6C0001/1", "3.000000 g")
SOIL = ("Accession", "the Moon", "CE6C0001", "10.000000 g")
CORE = ("Accession", "the Moon", "CORE-5", "0.500000 g")


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ({}, [CORRECTED, LOST, SPLIT, CORE, SOIL]),
        ({"sort": "happened"}, [SOIL, CORE, SPLIT, LOST, CORRECTED]),
        ({"sort": "mass"}, [CORRECTED, LOST, CORE, SPLIT, SOIL]),
        ({"sort": "kind"}, [SOIL, CORE, CORRECTED, LOST, SPLIT]),
        ({"kind": "split"}, [SPLIT]),
        ({"way": "in"}, [CORRECTED, CORE, SOIL]),
        ({"way": "out"}, [LOST]),
        ({"way": "within"}, [SPLIT]),
        ({"origin": "drill"}, [CORE]),
        ({"sample": "ce6c0001/1"}, [CORRECTED, SPLIT]),
        ({"sample": "CE6C"}, []),
        ({"q": "ce6c0001/1"}, [CORRECTED, SPLIT]),
        ({"q": "weighed again"}, [CORRECTED]),
        ({"mission": "ce5"}, [CORE]),
        ({"mission": "mission", "kind": "accession"}, [SOIL]),
        ({"since": "2024-06-02", "until": "2024-06-02"}, [LOST, SPLIT]),
        ({"until": "2024-06-01"}, [CORE, SOIL]),
        ({"since": "2024-06-05"}, []),
    ],
)
def test_it_shows_what_was_asked_for(moved, as_technician, question, rows):
    question = {key: getattr(moved, value).code if key == "mission" else value for key, value in question.items()}

    page = as_technician.get("movement_list", **question)

    assert page.status == 200
    assert told(page) == rows
    assert page.with_class("page-lead")[0].startswith(f"{len(rows)} match.")


def test_a_row_leads_to_its_samples_its_operation_and_its_weighing(moved, as_technician):
    page = as_technician.get("movement_list", kind="correction")
    movement = MassMovement.objects.get(kind="correction")

    assert page.link("CE6C0001/1") == address("sample_detail", movement.to_sample)
    assert as_technician.open(page.link(short_id(movement.operation_id))).status == 200
    assert page.link("BOT-1") == address("container_weighings", moved.bottle)
    assert "rests on the weighing of BOT-1 , 2 Jun 2024, 08:00" in page.text


def test_a_correction_without_a_weighing_says_so(moved, as_technician):
    mended = {"acknowledged": True, "by": moved.curator, "reason": "The scale was wrong"}
    movements.correct(sample=moved.soil, mass_g=Decimal(1), happened_at=factories.LONG_AGO, **mended)

    page = as_technician.get("movement_list", q="The scale was wrong")

    assert "rests on no weighing" in page.text


def test_the_days_are_those_of_the_laboratory(moved, as_technician):
    # 1 June, 16:30 in UTC, is the next day in Beijing.
    late = factories.LONG_AGO + timedelta(hours=16, minutes=30)
    movements.lose(sample=moved.soil, mass_g=Decimal("0.1"), happened_at=late, by=moved.technician, reason="Spilt")

    assert told(as_technician.get("movement_list", since="2024-06-02", until="2024-06-02", kind="lost"))[-1][3] == (
        "0.100000 g"
    )
    assert told(as_technician.get("movement_list", until="2024-06-01", kind="lost")) == []


def test_its_file_has_the_rows_of_the_list(moved, as_technician):
    page = as_technician.get("movement_list", mission=moved.mission.code, sort="-mass")
    rows = list(csv.DictReader(StringIO(as_technician.open(page.link("Download CSV")).html)))

    assert [(row["kind"], row["from"], row["to"], row["mass_g"]) for row in rows] == [
        ("accession", "", "CE6C0001", "10.000000"),
        ("split", "CE6C0001", "CE6C0001/1", "3.000000"),
        ("lost", "CE6C0001", "", "0.000004"),
        ("correction", "", "CE6C0001/1", "0.000001"),
    ]
    assert (rows[3]["weighed_container"], rows[3]["weighed_at"]) == ("BOT-1", "2024-06-02T00:00:00Z")


def test_an_earlier_moment_has_the_movements_of_then(moved, as_auditor):
    page = as_auditor.get("movement_list", as_of=(factories.LONG_AGO + timedelta(days=2)).isoformat())

    assert told(page) == [LOST, SPLIT, CORE, SOIL]
    # An operation is one moment itself.
    assert page.link("op-") is None


def test_it_refuses_a_filter_that_cannot_be_read(moved, as_technician):
    page = as_technician.get("movement_list", since="1.6.2024", kind="stolen")

    assert page.status == 400
    assert "Give the day like 2024-06-28." in page.faults["since"]
    assert "kind" in page.faults


def test_researchers_do_not_see_it(moved):
    researcher = Browser(moved.researcher)

    assert researcher.get("movement_list").status == 403
    assert researcher.get("sample_list").link("Mass movements") is None
