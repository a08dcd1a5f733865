"""Discrepancies: opened by a receipt, closed by a curator with a finding, never deleted (domain: Discrepancy)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from samples.models import Discrepancy, MassMovement, OutsideOperation
from samples.operations import NotAllowed, Superseded, discrepancies, movements, samples
from samples.operations._operation import NoReason
from samples.operations.discrepancies import AlreadyClosed, NotAnswered
from samples.operations.times import OutOfOrder
from tests import factories
from tests.refusing import refused


@pytest.fixture
def balance(lab):
    return factories.balance(lab.curator)


@pytest.fixture
def found(lab, balance):
    """A seal that was another one and a mass 20 mg too large, of a box now in the second laboratory."""
    factories.seal(lab.technician, lab.box, "S-1")
    return dict(zip(("seal", "mass"), factories.discrepancies_of(lab, lab.box, balance=balance), strict=True))


def close(lab, discrepancy, outcome="accepted", by=None, **values):
    values = {"finding": "The scale of the sender was not levelled", "reason": "Looked into"} | values
    return discrepancies.close(discrepancy=discrepancy, outcome=outcome, by=by or lab.curator, **values)


def weigh(lab, balance, gross_g="110.000000"):
    at = factories.LONG_AGO + timedelta(days=31)
    return factories.weighing(lab.receiver, lab.box, balance, gross_g, weighed_at=at)


def test_a_receipt_opens_one_for_each_thing_that_does_not_fit(lab, found):
    seal, mass = found["seal"], found["mass"]

    assert seal.found == "Seal WRONG was read on BOX-1, and S-1 was declared."
    assert (seal.difference_g, seal.weighing, seal.is_open) == (None, None, True)
    assert (mass.difference_g, mass.weighing.gross_g) == (Decimal("0.02"), Decimal("110.02"))
    assert {one.opened_by for one in found.values()} == {lab.receiver}
    assert set(Discrepancy.objects.open()) == {seal, mass}


def test_it_is_accepted_with_a_finding(lab, found):
    closed = close(lab, found["seal"], seen=1)

    assert (closed.outcome, closed.finding) == ("accepted", "The scale of the sender was not levelled")
    assert (closed.closed_by, closed.is_open) == (lab.curator, False)
    assert closed.closed_at == closed.history.order_by("revision").last().history_date
    assert list(Discrepancy.objects.closed()) == [closed]


def test_it_is_reweighed_by_a_weighing_made_since(lab, found, balance):
    weighing = weigh(lab, balance)

    closed = close(lab, found["mass"], "reweighed", reweighing=weighing)

    assert list(discrepancies.weighings_since(found["mass"])) == [weighing]
    assert (closed.outcome, closed.reweighing) == ("reweighed", weighing)


def test_a_weighing_that_still_differs_does_not_settle_it(lab, found, balance):
    for gross_g, difference in (("110.010001", "0.010001 g"), ("109.989999", "−0.010001 g")):
        weighing = weigh(lab, balance, gross_g)
        with refused(NotAnswered, "110.000000 g was declared", f"{difference} is still beyond", field="reweighing"):
            close(lab, found["mass"], "reweighed", reweighing=weighing)

    assert close(lab, found["mass"], "reweighed", reweighing=weigh(lab, balance, "110.01")).outcome == "reweighed"


def test_no_weighing_of_before_the_receipt_is_entered_now(lab, found, balance):
    received_at = found["mass"].line.handoff.received_at
    with refused(OutOfOrder, "BOX-1 was received with H-0001 then", field="weighed_at"):
        factories.weighing(lab.receiver, lab.box, balance, weighed_at=received_at - timedelta(minutes=1))

    weighing = factories.weighing(lab.receiver, lab.box, balance, weighed_at=received_at)
    assert close(lab, found["mass"], "reweighed", reweighing=weighing).reweighing == weighing


def test_a_balance_coarser_than_the_tolerance_does_not_settle_it(lab, found):
    coarse = factories.balance(lab.curator, "Floor", "5")
    weighing = weigh(lab, coarse)
    says = ("with ± 5.000000 g, and found with ± 0.001000 g", "the tolerance is 0.010000 g")
    with refused(NotAnswered, *says, field="reweighing"):
        close(lab, found["mass"], "reweighed", reweighing=weighing)

    as_fine = weigh(lab, factories.balance(lab.curator, "Bench 2", "0.01"))
    assert close(lab, found["mass"], "reweighed", reweighing=as_fine).reweighing == as_fine


def test_no_other_weighing_settles_it(lab, found, balance):
    other = factories.container(lab.curator, "CRATE", lab.mission, custodian=lab.carrier, location=lab.street)
    elsewhere = factories.weighing(lab.curator, other, balance)
    refusal = "Choose a weighing of BOX-1 made after this was opened; weigh it first where there is none."

    for weighing in (None, found["mass"].weighing, elsewhere):
        with refused(NotAnswered, refusal, field="reweighing"):
            close(lab, found["mass"], "reweighed", reweighing=weighing)


def test_only_reweighed_names_a_weighing(lab, found, balance):
    weighing = weigh(lab, balance)

    for outcome in ("accepted", "corrected"):
        with refused(NotAnswered, "Only “reweighed” names a weighing.", field="reweighing"):
            close(lab, found["mass"], outcome, reweighing=weighing)


def test_a_corrected_mass_names_the_correction_made_since(lab, found):
    before = lab.soil.movements_in.get()

    for movement in (None, before):
        with refused(NotAnswered, "Choose the correction of a sample in BOX-1", "correct it first", field="movement"):
            close(lab, found["mass"], "corrected", movement=movement)

    correction = correct(lab)
    assert list(discrepancies.corrections_since(found["mass"])) == [correction]
    assert close(lab, found["mass"], "corrected", movement=correction).movement == correction


def correct(lab):
    """A correction of the sample in the box."""
    at = factories.LONG_AGO + timedelta(days=31)
    movements.correct(
        sample=lab.soil,
        mass_g=Decimal("10.02"),
        happened_at=at,
        acknowledged=True,
        by=lab.curator,
        reason="Weighed in the second laboratory",
    )
    return MassMovement.objects.get(kind=MassMovement.Kind.CORRECTION)


def test_a_correction_elsewhere_settles_nothing(lab, found):
    crate = factories.container(lab.curator, "CRATE", lab.mission, custodian=lab.carrier, location=lab.street)
    grain = factories.sample(lab.curator, "GRAIN", crate)
    samples.void(sample=grain, seen=None, by=lab.curator, reason="Entered twice")
    elsewhere = MassMovement.objects.get(kind=MassMovement.Kind.CORRECTION)

    with refused(NotAnswered, "Choose the correction", field="movement"):
        close(lab, found["mass"], "corrected", movement=elsewhere)


def test_a_corrected_seal_names_no_movement(lab, found):
    with refused(NotAnswered, "Only a mass that was corrected names a correction.", field="movement"):
        close(lab, found["seal"], "corrected", movement=lab.soil.movements_in.get())

    assert close(lab, found["seal"], "corrected").outcome == "corrected"


def test_an_accepted_mass_names_no_correction(lab, found):
    with refused(NotAnswered, "Only a mass that was corrected", field="movement"):
        close(lab, found["mass"], movement=lab.soil.movements_in.get())


def test_a_closed_one_does_not_change_again(lab, found):
    closed = close(lab, found["seal"])

    with refused(AlreadyClosed, f"This was closed as accepted on {closed.closed_at:%Y-%m-%d}."):
        close(lab, found["seal"], "corrected", seen=1)


def test_it_is_closed_as_one_of_three(lab, found):
    with refused(ValidationError):
        close(lab, found["seal"], "forgotten")
    with refused(ValidationError):
        close(lab, found["seal"], "")


@pytest.mark.parametrize("finding", ["", "   "])
def test_it_is_not_closed_without_a_finding(lab, found, finding):
    with refused(ValidationError, "A discrepancy is closed by somebody, with a finding."):
        close(lab, found["seal"], finding=finding)


def test_it_is_not_closed_without_a_reason_nor_on_a_revision_that_is_none(lab, found):
    with refused(NoReason, field="reason"):
        close(lab, found["seal"], reason=" ")
    with refused(Superseded, "was changed by somebody else"):
        close(lab, found["seal"], seen=0)


@pytest.mark.parametrize("who", ["technician", "receiver", "auditor", "researcher", "administrator"])
def test_only_a_curator_closes_it(lab, found, who):
    with refused(NotAllowed):
        close(lab, found["seal"], by=getattr(lab, who))


def test_it_is_never_deleted(lab, found):
    with pytest.raises(OutsideOperation):
        found["seal"].delete()
