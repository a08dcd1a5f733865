"""A mass is corrected by a movement of the difference: rules 2, 3 and 16."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.models import MassBalance, MassMovement, Sample
from samples.operations import containers, movements
from samples.operations._operation import Doubtful, NotAllowed
from samples.operations.authority import UnderWay
from samples.operations.containment import OverCapacity
from samples.operations.movements import SameMass
from samples.operations.times import InTheFuture, OutOfOrder
from tests import factories
from tests.refusing import refused

LATER = factories.LONG_AGO + timedelta(days=2)


def correct(by, sample, mass_g, **values):
    values = {"happened_at": LATER, "acknowledged": True} | values
    return movements.correct(sample=sample, mass_g=Decimal(mass_g), **values, by=by, reason="Weighed anew")


@pytest.mark.parametrize(("mass_g", "is_more"), [("10.000001", True), ("9.999999", False)])
def test_the_difference_is_a_movement_and_the_balance_closes(lab, mass_g, is_more):
    before_g = lab.soil.mass_g
    sample = correct(lab.curator, lab.soil, mass_g)

    movement = MassMovement.objects.of_sample(sample).order_by("pk").last()
    assert before_g == Decimal(10)
    assert (sample.mass_g, sample.initial_mass_g) == (Decimal(mass_g), before_g)
    assert (movement.kind, movement.mass_g, movement.happened_at) == ("correction", Decimal("0.000001"), LATER)
    assert (movement.to_sample if is_more else movement.from_sample) == sample
    balance = MassBalance(lab.mission)
    assert (balance.accessioned_g, balance.held_g, balance.closes) == (Decimal(mass_g), Decimal(mass_g), True)


def test_nothing_left_is_exhausted_and_comes_back(lab):
    assert correct(lab.curator, lab.soil, "0").status == Sample.Status.EXHAUSTED
    assert correct(lab.curator, lab.soil, "0.000001").status == Sample.Status.STORED


def test_it_refuses_what_no_container_or_mission_may_hold(lab):
    with refused(OverCapacity, "has room for 90.000000 g; 90.000001 g does not fit", field="mass_g"):
        correct(lab.curator, lab.soil, "100.000001")
    containers.amend(
        container=lab.bottle, changes={"capacity_g": None}, seen=None, by=lab.technician, reason="Not rated"
    )
    with refused(OverCapacity, "CE6", "1 990.000001 g does not fit", field="mass_g"):
        correct(lab.curator, lab.soil, "2000.000001")


def test_it_refuses_the_same_mass_and_a_wrong_time(lab):
    with refused(SameMass, "has 10.000000 g already", field="mass_g"):
        correct(lab.curator, lab.soil, "10")
    with refused(OutOfOrder, "the mass of CE6C0001 begins then", field="happened_at"):
        correct(lab.curator, lab.soil, "9", happened_at=factories.LONG_AGO - timedelta(minutes=1))
    with refused(InTheFuture, field="happened_at"):
        correct(lab.curator, lab.soil, "9", happened_at=LATER.replace(year=2400))


def test_it_refuses_a_technician_and_what_is_under_way(lab):
    with refused(NotAllowed):
        correct(lab.technician, lab.soil, "9")
    factories.release(lab.technician, [lab.box], lab.other)
    with refused(UnderWay, "is under way to Second laboratory"):
        correct(lab.curator, lab.soil, "9")


def test_upward_it_counts_in_every_container_around(lab):
    changes = {"capacity_g": Decimal(12)}
    containers.amend(container=lab.box, changes=changes, seen=None, by=lab.technician, reason="Rated")

    with refused(OverCapacity, "BOX-1 holds 10.000000 g and has room for 2.000000 g; 2.000001 g", field="mass_g"):
        correct(lab.curator, lab.soil, "12.000001")

    assert correct(lab.curator, lab.soil, "12").mass_g == Decimal(12)


def test_a_mass_far_from_the_weighing_it_rests_on_is_asked_about(lab):
    """A slip of a digit would else be written down with a weighing that says another thing."""
    balance = factories.balance(lab.curator)
    weighing = factories.weighing(lab.technician, lab.bottle, balance, "109.5", tare_g=Decimal(100))
    with refused(
        Doubtful, "By the weighing CE6C0001 had 9.500000 g, with ± 0.001000 g", "4.500000 g is 5.000000 g less"
    ):
        correct(lab.curator, lab.soil, "4.5", weighing=weighing, acknowledged=False)
    with refused(Doubtful, "9.501001 g is 0.001001 g more"):
        correct(lab.curator, lab.soil, "9.501001", weighing=weighing, acknowledged=False)

    assert correct(lab.curator, lab.soil, "9.501", weighing=weighing, acknowledged=False)
    assert correct(lab.curator, lab.soil, "4.5", weighing=weighing).mass_g == Decimal("4.5")
    # What was corrected since the weighing is what is corrected now.
    assert correct(lab.curator, lab.soil, "9.5", weighing=weighing, acknowledged=False)


def test_what_was_consumed_since_the_weighing_is_counted(lab):
    balance = factories.balance(lab.curator)
    weighing = factories.weighing(lab.technician, lab.bottle, balance, "109.5", tare_g=Decimal(100))
    movements.consume(sample=lab.soil, mass_g=Decimal(2), happened_at=LATER, by=lab.technician, reason="Measured")
    with refused(Doubtful, "By the weighing CE6C0001 had 7.500000 g", "9.500000 g is 2.000000 g more"):
        correct(lab.curator, lab.soil, "9.5", weighing=weighing, acknowledged=False)

    assert correct(lab.curator, lab.soil, "7.5", weighing=weighing, acknowledged=False).mass_g == Decimal("7.5")


def test_beside_other_samples_the_weighing_says_nothing_of_one(lab):
    factories.sample(lab.technician, "OTHER", lab.bottle, "1")
    balance = factories.balance(lab.curator)
    weighing = factories.weighing(lab.technician, lab.bottle, balance, "110.5", tare_g=Decimal(100))

    assert correct(lab.curator, lab.soil, "4.5", weighing=weighing, acknowledged=False).mass_g == Decimal("4.5")
