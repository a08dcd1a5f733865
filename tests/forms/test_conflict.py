"""What two people made of one record: compare() tells it without a page, for whichever door shows it."""

from decimal import Decimal

from samples.forms.conflict import compare
from samples.models import Container
from samples.operations import containers
from tests.refusing import plain


def amended(lab, **changes):
    return containers.amend(container=lab.bottle, changes=changes, seen=None, by=lab.colleague, reason="Looked")


def told(row):
    texts = [text and plain(text) for text in (row.opened, row.now, row.typed)]
    return row.name, *texts, row.fate, row.change.who if row.change else None


def test_it_tells_each_field_that_either_of_them_changed_with_what_collides_first(lab):
    record = amended(lab, tare_g=Decimal("35.5"), description="Chipped", capacity_g=Decimal(110))
    typed = {"capacity_g": Decimal(100), "tare_g": Decimal(36), "atmosphere": "air", "description": "Chipped"}

    rows = compare(record, 1, 1, typed)

    who = lab.colleague.name
    assert [told(row) for row in rows] == [
        ("tare_g", None, "35.500000 g", "36.000000 g", "both", who),
        ("capacity_g", "100.000000 g", "110.000000 g", "100.000000 g", "theirs", who),
        ("atmosphere", None, None, "Air", "mine", None),
        ("description", None, "Chipped", "Chipped", "same", who),
    ]


def test_the_newest_change_of_a_field_is_told_with_the_value_from_before_the_first(lab):
    amended(lab, tare_g=Decimal(35))
    record = containers.amend(
        container=lab.bottle, changes={"tare_g": Decimal(34)}, seen=None, by=lab.curator, reason="Weighed"
    )

    [row] = compare(record, 1, 1, {})

    assert (row.opened, plain(row.now), row.change.who) == (None, "34.000000 g", "Curator")
    assert (row.label, row.change.reason) == ("Tare", "Weighed")


def test_a_change_that_was_taken_back_is_not_told(lab):
    amended(lab, tare_g=Decimal(35))
    record = amended(lab, tare_g=None)

    assert compare(record, 1, 1, {"tare_g": None}) == []
    assert compare(record, 1, 1, {}) == []


def test_of_a_revision_that_never_was_every_difference_collides(lab):
    record = Container.objects.get(pk=lab.bottle.pk)

    rows = compare(record, 99, 99, {"capacity_g": Decimal(120), "tare_g": None})

    assert [told(row) for row in rows] == [("capacity_g", None, "100.000000 g", "120.000000 g", "both", None)]
