"""The balance of one sample: all that came into it, the parts in which that is now, and its movements."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from samples.audit import guard
from samples.operations import movements
from tests import factories
from tests.views.conftest import address

LATER = factories.LONG_AGO + timedelta(days=3)


def legend(page):
    """{what: grams} of the parts under the bar."""
    [node] = [node for node in page.tree.iter("dl") if node.get("class") == "legend"]
    cells = [[" ".join("".join(cell.itertext()).split()) for cell in part] for part in node]
    return {label: mass.removesuffix(" g") for label, mass in cells}


def bar(page):
    """What the bar says to who does not see it."""
    [node] = [node for node in page.tree.iter() if node.get("class") == "scale-bar"]
    return node.get("aria-label").replace("\u202f", " ")


@pytest.fixture
def acts(lab):
    """Each kind of movement on a sample, under a name of its own."""
    by = {"happened_at": LATER, "by": lab.technician, "reason": "Done"}
    mend = {"happened_at": LATER, "acknowledged": True, "by": lab.curator, "reason": "Done"}
    parts = []

    def act(kind, mass_g=None):
        if kind == "split":
            parts.extend(factories.split(lab.technician, lab.soil, mass_g))
        elif kind in ("consume", "lose"):
            getattr(movements, kind)(sample=lab.soil, mass_g=Decimal(mass_g), **by)
        elif kind == "merge back":
            movements.merge(sample=parts.pop(), into=lab.soil, **by)
        elif kind == "correct part":
            movements.correct(sample=parts[-1], mass_g=Decimal(mass_g), **mend)
        else:
            movements.correct(sample=lab.soil, mass_g=Decimal(mass_g), **mend)

    return act


CASES = [
    ([], "of 10.000000 g at the start", ("10.000000", "0.000000", "0.000000", "0.000000"), {}),
    (
        [("split", "3"), ("split", "2"), ("consume", "0.5"), ("lose", "0.000001")],
        "of 10.000000 g at the start",
        ("4.499999", "5.000000", "0.500000", "0.000001"),
        {},
    ),
    ([("correct", "10.5")], "at the start, 0.500000 g corrected upward", ("10.500000", *["0.000000"] * 3), {}),
    (
        [("correct", "9")],
        "of 10.000000 g at the start",
        ("9.000000", *["0.000000"] * 3),
        {"Corrected away": "1.000000"},
    ),
    # What was corrected both ways is one correction.
    ([("correct", "11"), ("correct", "10.25")], "0.250000 g corrected upward", ("10.250000", *["0.000000"] * 3), {}),
    # What was merged back is in subsamples no more.
    ([("split", "3"), ("merge back",)], "of 10.000000 g at the start", ("10.000000", *["0.000000"] * 3), {}),
    (
        [("split", "3"), ("correct part", "3.5"), ("merge back",)],
        "at the start, 0.500000 g merged in",
        ("10.500000", *["0.000000"] * 3),
        {},
    ),
]


@pytest.mark.parametrize(("done", "sentence", "parts", "more"), CASES)
def test_the_parts_add_up_to_what_came_in(lab, acts, as_technician, done, sentence, parts, more):
    for kind, *values in done:
        acts(kind, *values)

    page = as_technician.get("sample_detail", lab.soil)

    names = ("Left", "Split off", "Consumed", "Lost")
    assert legend(page) == dict(zip(names, parts, strict=True)) | more
    assert sentence in page.with_class("readout-sentence")[0]
    assert "do not add up" not in page.text
    # The bar says in words what the list below it says.
    assert all(f"{label} {mass}" in bar(page) for label, mass in legend(page).items())


def test_a_merged_sample_says_where_its_mass_went_and_the_other_where_it_came_from(lab, as_technician):
    first, second = factories.split(lab.technician, lab.soil, "3", "2")
    movements.merge(sample=second, into=first, happened_at=LATER, by=lab.technician, reason="Not needed")

    gone, more = (as_technician.get("sample_detail", sample) for sample in (second, first))

    assert (legend(gone)["Left"], legend(gone)[f"Merged into {first}"]) == ("0.000000", "2.000000")
    assert legend(more)["Left"] == "5.000000"
    assert "of 3.000000 g at the start, 2.000000 g merged in" in more.with_class("readout-sentence")[0]


def test_a_mass_changed_past_labinv_does_not_add_up(lab, as_technician):
    guard.disarm()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE samples_sample SET mass_g = mass_g - 2 WHERE id = {lab.soil.pk}")

    assert (
        "The parts do not add up: +0.000002 g is in none of them." in as_technician.get("sample_detail", lab.soil).text
    )
    assert "The sum of movements is not the mass left" in as_technician.get("sample_movements", lab.soil).text


def test_a_researcher_is_told_what_is_left_and_not_what_became_of_the_rest(lab, acts, as_researcher):
    acts("split", "3")
    factories.publish(lab.curator, lab.soil)

    page = as_researcher.get("sample_detail", lab.soil)

    assert "7.000000 g of 10.000000 g at the start" in page.text
    assert page.with_class("legend") == []


def test_each_movement_says_what_was_left_after_it(lab, acts, as_technician):
    acts("split", "3")
    acts("consume", "0.5")
    page = as_technician.get("sample_movements", lab.soil)

    changes = [row.split("op-")[1].split(" ", 1)[1] for row in page.with_class("table")[0].split("8:00")[1:]]
    assert [" ".join(change.split(" ")[:4]) for change in changes] == [
        "−0.500000 g 6.500000 g",
        "−3.000000 g 7.000000 g",
        "+10.000000 g 10.000000 g",
    ]
    assert "The sum of movements is the mass left" in page.text


def test_many_movements_are_cut_and_lead_to_all_of_them(lab, acts, as_technician, monkeypatch):
    monkeypatch.setattr("samples.views.samples.MOST_MOVEMENTS", 2)
    acts("consume", "0.5")
    acts("consume", "0.25")

    page = as_technician.get("sample_movements", lab.soil)

    assert "The newest 2 are shown." in page.text
    assert page.link("All of them") == address("movement_list", sample="CE6C0001")
    assert as_technician.open(page.link("All of them")).response.context["page"].count == 3
