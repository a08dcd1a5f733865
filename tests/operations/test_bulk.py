"""One act on many records: all of them or none, every refusal told with the key of its record."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.models import Container, LedgerEntry, Sample, Weighing
from samples.operations import containers, samples, weighings
from samples.operations._operation import Doubtful, NotAllowed, Refused, Several
from samples.operations.weighings import Reading
from tests import factories
from tests.refusing import refused

LATER = factories.LONG_AGO + timedelta(days=1)


@pytest.fixture
def many(lab):
    """Three vials in the box, a sample of 1 g in each of the first two."""
    lab.vials = [
        factories.container(lab.technician, f"V-{n}", lab.mission, parent=lab.box, tare_g=Decimal(5)) for n in range(3)
    ]
    lab.grains = [factories.sample(lab.technician, f"G-{n}", lab.vials[n]) for n in range(2)]
    lab.balance = factories.balance(lab.curator)
    return lab


def fields(refusal):
    return [one.field for one in refusal.value.refusals]


def told(records, verb):
    """That all of them were written last by one operation of this verb, the ledger too."""
    versions = [record.history.first() for record in records]
    (operation_id,) = {version.operation_id for version in versions}
    assert {version.verb for version in versions} == {verb}
    return set(LedgerEntry.objects.filter(operation_id=operation_id).values_list("verb", flat=True)) == {verb}


def move(lab, container, *moved, **values):
    return samples.move_many(samples=moved, container=container, **values, by=lab.technician, reason="Stored")


def test_samples_are_moved_together(many):
    moved = move(many, many.vials[2], *many.grains, many.soil)

    assert {one.container for one in moved} == {many.vials[2]}
    assert told(moved, "sample.move_many")
    emptied = Container.objects.filter(status="emptied").values_list("identifier", flat=True)
    assert set(emptied) == {"V-0", "V-1", "BOT-1"}


def test_samples_are_moved_together_or_not_at_all(many):
    changes = {"capacity_g": Decimal(2)}
    containers.amend(container=many.vials[2], changes=changes, seen=None, by=many.technician, reason="Rated")
    factories.seal(many.technician, many.vials[1], "S-1")

    with refused(Several, "V-1 is closed with seal S-1", "holds 1.000000 g and has room for 1.000000 g") as refusal:
        move(many, many.vials[2], many.grains[0], many.grains[1], many.soil)

    assert fields(refusal) == [f"row_{many.grains[1].pk}", f"container_{many.soil.pk}"]


def test_what_was_moved_before_is_told_beside_the_others(many):
    with refused(Several, "G-0 is in V-0 already.") as refusal:
        move(many, many.vials[0], *many.grains)
    assert fields(refusal) == [f"row_{many.grains[0].pk}"]


def test_of_air_all_are_told_in_one_question(many):
    tray = factories.container(many.technician, "TRAY", many.mission, parent=many.box, atmosphere="air")

    with refused(Doubtful, "never pristine again: G-0.", "never pristine again: G-1.") as doubt:
        move(many, tray, *many.grains)

    move(many, tray, *many.grains, acknowledged=doubt.value.digests)
    assert Sample.objects.exclude(exposure="pristine").count() == 2


def test_nothing_chosen_is_said(many):
    with refused(Refused, "Choose at least one."):
        move(many, many.vials[0])


def test_others_move_nothing(many):
    with refused(NotAllowed):
        samples.move_many(samples=many.grains, container=many.vials[2], by=many.auditor, reason="Trial")
    with refused(Several, "Receiver does not work there") as refusal:
        samples.move_many(samples=many.grains, container=many.vials[2], by=many.receiver, reason="Trial")
    assert fields(refusal) == [f"row_{one.pk}" for one in many.grains]


def test_containers_are_moved_together_or_not_at_all(many):
    values = {"location": many.room, "by": many.technician, "reason": "Sorted"}
    moved = containers.move_many(containers=many.vials, **values)
    assert {(one.parent, one.location) for one in moved} == {(None, many.room)}
    assert told(moved, "container.move_many")

    values = {"parent": many.box, "by": many.technician, "reason": "Sorted"}
    changes = {"capacity_g": Decimal(11)}
    containers.amend(container=many.box, changes=changes, seen=None, by=many.technician, reason="Rated")
    with refused(Several, "holds 11.000000 g and has room for 0.000000 g; 1.000000 g does not fit") as refusal:
        containers.move_many(containers=many.vials, **values)
    assert fields(refusal) == [f"parent_{many.vials[1].pk}"]


def weigh(lab, *readings, **values):
    values = {"balance": lab.balance, "weighed_at": LATER} | values
    return weighings.record_many(readings=readings, **values, by=lab.technician, reason="Stock-taking")


def test_containers_are_weighed_together(many):
    made = weigh(many, *(Reading(vial, Decimal(6), Decimal(5)) for vial in many.vials[:2]), preliminary=True)

    assert [(one.container, one.net_g, one.book_g, one.preliminary) for one in made] == [
        (vial, Decimal(1), Decimal(1), True) for vial in many.vials[:2]
    ]
    assert told(made, "weighing.record_many")


def test_containers_are_weighed_together_or_not_at_all(many):
    with refused(Several, "4.999999 g is less than the tare of 5.000000 g") as refusal:
        weigh(many, Reading(many.vials[0], Decimal(6)), Reading(many.vials[1], Decimal("4.999999"), Decimal(5)))

    assert fields(refusal) == [f"gross_g_{many.vials[1].pk}"]
    assert not Weighing.objects.exists()


def test_one_container_is_weighed_once(many):
    with refused(Refused, "A container is there twice."):
        weigh(many, Reading(many.vials[0], Decimal(6)), Reading(many.vials[0], Decimal(7)))


def test_what_is_unlikely_of_each_is_asked_together(many):
    readings = [Reading(vial, Decimal("6.1"), Decimal(5)) for vial in many.vials[:2]]
    with refused(Doubtful, "the samples in V-0 come to 1.000000 g", "the samples in V-1 come to 1.000000 g"):
        weigh(many, *readings)

    weigh(many, *readings, acknowledged=True)
    assert [one.discrepancies.get().difference_g for one in many.vials[:2]] == [Decimal("0.1")] * 2


def test_of_many_samples_each_has_the_revision_that_was_seen(many):
    factories.publish(many.curator, many.grains[1])
    seen = {grain.pk: 1 for grain in many.grains}

    with refused(Several, "G-1 was changed by somebody else") as refusal:
        move(many, many.vials[2], *many.grains, seen=seen)
    assert fields(refusal) == [f"row_{many.grains[1].pk}"]

    assert len(move(many, many.vials[2], *many.grains, seen=seen | {many.grains[1].pk: 2})) == 2
