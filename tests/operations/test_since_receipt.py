"""Nothing is written into the time when another one held it, or while it was under way: rules 13, 16 and 17."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.models import Handoff, MassMovement
from samples.operations import movements, samples
from samples.operations._operation import Several
from samples.operations.times import OutOfOrder
from tests import factories
from tests.refusing import refused

BEFORE = factories.LONG_AGO + timedelta(days=20)


@pytest.fixture
def received(lab):
    """Two subsamples in vials of a box that came to the second laboratory, and one empty vial that came with it."""
    lab.balance = factories.balance(lab.curator)
    lab.vials = [factories.container(lab.technician, f"V-{n}", lab.mission, parent=lab.box) for n in range(2)]
    (lab.one,) = factories.split(lab.technician, lab.soil, "2", container=lab.vials[0])
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    factories.receive(lab.receiver, handoff, lab.other_room)
    lab.at = Handoff.objects.get().received_at
    return lab


def consume(lab, at):
    movements.consume(sample=lab.soil, mass_g=Decimal(1), happened_at=at, by=lab.receiver, reason="Measured")


def lose(lab, at):
    movements.lose(sample=lab.soil, mass_g=Decimal(1), happened_at=at, by=lab.receiver, reason="Spilled")


def split(lab, at):
    factories.split(lab.receiver, lab.soil, "1", container=lab.vials[1], happened_at=at)


def merge(lab, at):
    movements.merge(sample=lab.one, into=lab.soil, happened_at=at, by=lab.receiver, reason="Undone")


def correct(lab, at):
    values = {"happened_at": at, "acknowledged": True, "by": lab.curator, "reason": "Weighed"}
    movements.correct(sample=lab.soil, mass_g=Decimal(9), **values)


ACTS = [consume, lose, split, merge, correct]


@pytest.mark.parametrize("act", ACTS)
def test_a_movement_is_not_before_the_receipt(received, act):
    number = MassMovement.objects.count()
    for at in (BEFORE, received.at - timedelta(minutes=1)):
        with refused((OutOfOrder, Several), "2024-07-01 08:05 UTC+8: ", "was received with H-0001 then"):
            act(received, at)
    assert MassMovement.objects.count() == number

    act(received, received.at)
    assert MassMovement.objects.latest("pk").happened_at == received.at


def test_nor_is_a_weighing(received):
    with refused(OutOfOrder, "2024-07-01 08:05 UTC+8: V-0 was received with H-0001 then.", field="weighed_at"):
        factories.weighing(received.receiver, received.vials[0], received.balance, weighed_at=BEFORE)

    assert factories.weighing(received.receiver, received.vials[0], received.balance, weighed_at=received.at)


def test_what_was_there_before_takes_in_what_came_only_since_then(received):
    """The container of the other side counts as well: of a part, and of what it is merged into."""
    place = {"custodian": received.other, "location": received.other_room}
    tray = factories.container(received.receiver, "TRAY", received.mission, **place)
    old = factories.sample(received.receiver, "OLD", tray, "3")
    with refused(OutOfOrder, "V-1 was received with H-0001 then", field="happened_at"):
        factories.split(received.receiver, old, "1", container=received.vials[1], happened_at=BEFORE)
    part, moved = factories.split(received.receiver, old, "1", "1", happened_at=BEFORE)
    samples.move(sample=moved, container=received.vials[1], by=received.receiver, reason="Stored")
    with refused(OutOfOrder, "V-1 was received with H-0001 then"):
        movements.merge(sample=part, into=moved, happened_at=BEFORE, by=received.receiver, reason="Undone")
