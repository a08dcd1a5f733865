"""The verification compares every weighing with its discrepancy, and every movement with the family it is in."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.models import Discrepancy, MassMovement, Weighing
from tests import factories
from tests.audit.conftest import kinds, verified

# After the last receipt of what is weighed.
LATER = factories.LONG_AGO + timedelta(days=40)


@pytest.fixture
def weighed(audited):
    """One weighing that fits to the uncertainty, one beyond it by a microgram, one of no tare; a split."""
    lab, balance = audited, factories.balance(audited.curator, uncertainty_g="0.001")
    for gross_g, tare_g in (("110.001", 100), ("110.001001", 100), ("500", None)):
        tare_g = None if tare_g is None else Decimal(tare_g)
        factories.weighing(lab.technician, lab.bottle, balance, gross_g, tare_g=tare_g, weighed_at=LATER)
    (lab.part,) = factories.split(lab.technician, lab.soil, "1", happened_at=LATER)
    factories.sample(lab.technician, "STRANGER", lab.bottle)
    factories.discrepancies_of(lab, sealed(lab), balance=balance, seal_read=None)
    return lab


def sealed(lab):
    package = factories.container(lab.technician, "PACK", lab.mission, custodian=lab.home, location=lab.room)
    factories.seal(lab.technician, package, "S-9")
    return package


def test_nothing_is_found_where_they_fit(weighed):
    report = verified()

    assert report.findings == []
    assert report.checked["weighings"] == Weighing.objects.count() == 4
    assert Discrepancy.objects.filter(kind="mass").count() == 2


def test_it_finds_a_discrepancy_that_was_taken_away(weighed, tamper):
    tamper("UPDATE samples_discrepancy SET weighing_id = NULL WHERE line_id IS NULL")

    assert_found("BOT-1: Net 10.001001 g, and the book has 10.000000 g; no discrepancy tells of it.")


def test_it_finds_a_weighing_that_fits_no_more(weighed, tamper):
    tamper("UPDATE samples_weighing SET uncertainty_g = 999 WHERE gross_g = 110001000")

    assert_found("BOT-1: Net 10.001000 g, and the book has 10.000000 g; no discrepancy tells of it.")


@pytest.mark.parametrize("which", ["IS NULL", "IS NOT NULL"])
def test_it_finds_another_difference(weighed, tamper, which):
    tamper(f"UPDATE samples_discrepancy SET difference_g = difference_g + 1 WHERE line_id {which} AND kind = 'mass'")

    told, says = ("0.001002 g", "0.001001 g") if which == "IS NULL" else ("0.020001 g", "0.020000 g")
    assert_found(f"It tells of {told}, and weighing no.", f"of {says}, or of another container.")


def test_it_finds_another_container(weighed, tamper):
    other = "(SELECT id FROM samples_container WHERE identifier = 'BOX-1')"
    tamper(f"UPDATE samples_discrepancy SET container_id = {other} WHERE line_id IS NULL")

    assert_found("of BOX-1: It tells of 0.001001 g", "or of another container")


def test_it_finds_a_movement_out_of_the_family(weighed, tamper):
    stranger = "(SELECT id FROM samples_sample WHERE identifier = 'STRANGER')"
    (split,) = MassMovement.objects.filter(kind="split")
    tamper(f"UPDATE samples_massmovement SET to_sample_id = {stranger} WHERE id = {split.pk}")

    assert_found(f"movement no. {split.pk}: It is a split of CE6C0001 into STRANGER, which are not of one family.")


def assert_found(*parts):
    report = verified()
    assert kinds(report) == {"mass", "record"}
    sentences = [str(finding).replace("\u202f", " ").replace("\xa0", " ") for finding in report.findings]
    assert any(all(part in sentence for part in parts) for sentence in sentences), sentences
