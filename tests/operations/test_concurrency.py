"""Sixteen people at once, each with a connection of their own, on both engines."""

from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from samples.models import Container, Handoff, HandoffLine, MassBalance, Sample
from samples.operations import containers
from samples.operations._records import Superseded
from samples.operations.authority import UnderWay
from samples.operations.containment import OverCapacity
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 16


def at_once(act, times=PEOPLE):
    """Call `act(number)` in that many threads at one moment; returns (results, exceptions)."""
    barrier, results, errors = Barrier(times), [], []

    def run(number):
        barrier.wait(timeout=30)
        try:
            results.append(act(number))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[number]) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, errors


def test_one_of_sixteen_releases_wins(lab):
    handoffs, refusals = at_once(lambda _: factories.release(lab.technician, [lab.box], lab.other))

    assert len(handoffs) == 1
    assert [type(refusal) for refusal in refusals] == [UnderWay] * 15
    assert {str(refusal) for refusal in refusals} == {
        "BOX-1 is under way to Second laboratory with H-0001. "
        "Nothing about it changes until that is received, rejected or cancelled."
    }
    assert (Handoff.objects.count(), HandoffLine.objects.count(), HandoffLine.history.count()) == (1, 2, 2)


def test_one_of_sixteen_registrations_of_an_identifier_wins(lab):
    names = ["NEW-1", "new-1"]
    made, refusals = at_once(
        lambda number: factories.container(lab.technician, names[number % 2], lab.mission, parent=lab.box)
    )

    assert len(made) == 1
    assert [type(refusal) for refusal in refusals] == [ValidationError] * 15
    assert {message for refusal in refusals for message in refusal.messages} == {
        "Another container has this identifier. Identifiers are unique, upper and lower case alike, "
        "and a voided one stays taken."
    }
    assert Container.objects.filter(identifier__iexact="NEW-1").count() == 1


def test_sixteen_samples_at_once_never_exceed_a_capacity(lab):
    made, refusals = at_once(lambda number: factories.sample(lab.technician, f"S-{number}", lab.bottle, "10.000001"))

    assert (len(made), len(refusals)) == (8, 8)
    assert {type(refusal) for refusal in refusals} == {OverCapacity}
    assert lab.bottle.contents_g() == Decimal("90.000008")
    assert MassBalance(lab.mission).closes
    assert Sample.objects.count() == 9


def test_sixteen_amendments_of_one_revision_are_one(lab):
    def amend(number):
        return containers.amend(
            container=lab.box, changes={"description": str(number)}, seen=1, by=lab.technician, reason="Trial"
        )

    made, refusals = at_once(amend)

    assert len(made) == 1
    assert [type(refusal) for refusal in refusals] == [Superseded] * 15
    assert list(lab.box.history.values_list("revision", flat=True)) == [2, 1]


def test_different_containers_are_handed_over_at_once_without_a_deadlock(lab):
    place = {"custodian": lab.home, "location": lab.room}
    boxes = [factories.container(lab.technician, f"B-{number}", lab.mission, **place) for number in range(8)]

    def round_trip(number):
        handoff = factories.release(lab.technician, [boxes[number]], lab.other)
        return factories.receive(lab.receiver, handoff, lab.other_room)

    handoffs, errors = at_once(round_trip, times=8)

    assert errors == []
    assert sorted(handoff.number for handoff in handoffs) == list(range(1, 9))
    assert lab.other.containers.count() == 8


def test_the_roles_are_there_after_a_flush(lab):
    assert lab.curator.role_names == "Curator"
