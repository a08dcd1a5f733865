"""Containers: rules 7, 15, 17, 22 and 23 for what is in the inventory already."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from samples.models import Container
from samples.operations import containers, custody, samples, seals
from samples.operations._operation import NotAllowed
from samples.operations._records import IsVoid, StillInUse
from samples.operations.containers import AlreadyThere, NotInside
from samples.operations.containment import Misplaced, Sealed
from tests import factories
from tests.refusing import refused


@pytest.fixture
def spare(lab):
    return factories.container(
        lab.technician,
        "SPARE",
        lab.mission,
        kind="sealed package",
        origin="mixed",
        custodian=lab.home,
        location=lab.room,
    )


def move(lab, container, by=None, **values):
    return containers.move(container=container, **values, by=by or lab.technician, reason="Tidied")


def take_out(lab, container, location, by=None):
    return containers.take_out(container=container, location=location, by=by or lab.technician, reason="Needed")


def seal(lab, container, number="S-1"):
    values = {"number": number, "applied_at": factories.LONG_AGO, "applied_by": "Li"}
    return seals.apply(container=container, **values, by=lab.technician, reason="Closed")


def status(container):
    return Container.objects.get(pk=container.pk).status


def test_it_moves_to_another_location(lab):
    box = move(lab, lab.box, location=lab.street)

    assert (box.location, box.revision, box.history.first().verb) == (lab.street, 2, "container.move")


def test_it_moves_into_another_container_with_all_that_is_in_it(lab, spare):
    box = move(lab, lab.box, parent=spare)

    assert (box.parent, box.location) == (spare, None)
    assert spare.contents_g() == 10
    assert Container.objects.get(pk=lab.bottle.pk).revision == 1


def test_it_is_taken_out(lab):
    bottle = take_out(lab, lab.bottle, lab.room)

    assert (bottle.parent, bottle.location, status(lab.box)) == (None, lab.room, "emptied")


def test_what_is_filled_again_is_in_use_again(lab):
    bottle = take_out(lab, lab.bottle, lab.room)
    stale = Container.objects.get(pk=lab.box.pk)
    containers.amend(container=lab.box, changes={"tare_g": Decimal(7)}, seen=2, by=lab.technician, reason="Weighed")

    # A copy read before the amendment must not be written over it.
    move(lab, bottle, parent=stale)

    box = Container.objects.get(pk=lab.box.pk)
    assert (box.status, box.tare_g, box.revision) == ("in use", 7, 4)


def test_what_still_holds_something_is_not_emptied(lab):
    factories.container(lab.technician, "VIAL", lab.mission, parent=lab.box)

    take_out(lab, lab.bottle, lab.room)

    assert status(lab.box) == "in use"


def test_it_refuses_to_move_where_it_is(lab):
    for container, place in ((lab.box, {"location": lab.room}), (lab.bottle, {"parent": lab.box})):
        with refused(AlreadyThere, f"{container} is there already."):
            move(lab, container, **place)
    with refused(NotInside, "BOX-1 is not inside another container."):
        take_out(lab, lab.box, lab.street)


def test_it_refuses_two_places_or_none(lab, spare):
    for container, place in ((lab.box, {}), (lab.bottle, {}), (lab.bottle, {"parent": spare, "location": lab.room})):
        with refused(ValidationError, "one of the two"):
            move(lab, container, **place)
    with refused(ValidationError, "one of the two"):
        take_out(lab, lab.bottle, None)


def test_it_refuses_to_put_a_container_into_itself(lab):
    for parent in (lab.box, lab.bottle):
        with refused(ValidationError, "BOX-1 cannot be inside itself.", field="parent"):
            move(lab, lab.box, parent=parent)


def test_it_refuses_to_reach_into_what_is_sealed(lab, spare):
    vial = factories.container(lab.technician, "VIAL", lab.mission, parent=lab.bottle)
    loose = factories.container(lab.technician, "LOOSE", lab.mission, parent=spare)
    seal(lab, lab.box)

    for container in (lab.bottle, vial):
        with refused(Sealed, "BOX-1 is closed with seal S-1."):
            take_out(lab, container, lab.room)
        with refused(Sealed, "BOX-1 is closed with seal S-1."):
            move(lab, container, parent=spare)
    with refused(Sealed, "BOX-1 is closed with seal S-1."):
        move(lab, loose, parent=lab.bottle)


def test_a_sealed_one_moves_as_a_whole(lab, spare):
    seal(lab, lab.box)

    assert move(lab, lab.box, parent=spare).parent == spare


def test_it_refuses_to_mix_origins_missions_or_custodians(lab, spare):
    apollo = factories.mission(lab.curator, "A17", body_side="near")
    other = {"custodian": lab.home, "location": lab.room}
    foreign = factories.container(lab.technician, "A17-BOX", apollo, kind="collection bag", origin="mixed", **other)
    tube = factories.container(lab.technician, "TUBE", lab.mission, kind="core tube", origin="drill", **other)
    theirs = factories.container(lab.receiver, "THEIRS", lab.mission, custodian=lab.other, location=lab.other_room)

    for parent, says in (
        (foreign, "A17-BOX holds material of Mission A17"),
        (tube, "TUBE holds only material from the drill, not from the scoop."),
        (theirs, "THEIRS is held by Second laboratory and BOT-1 by Laboratory. Custody moves only by a handoff."),
    ):
        with refused(Misplaced, says, field="parent"):
            move(lab, lab.bottle, parent=parent)


def test_it_refuses_another_custodian_s_room(lab):
    for act in (lambda: move(lab, lab.box, location=lab.other_room), lambda: take_out(lab, lab.bottle, lab.other_room)):
        with refused(Misplaced, "Room 2 holds only containers of Second laboratory", field="location"):
            act()


def test_only_its_custodian_s_people_or_a_curator_move_it(lab):
    with refused(NotAllowed, "Laboratory answers for this, and Receiver does not work there."):
        move(lab, lab.box, lab.receiver, location=lab.street)
    with refused(NotAllowed):
        take_out(lab, lab.bottle, lab.street, lab.receiver)

    assert move(lab, lab.box, lab.curator, location=lab.street)


def test_its_rated_values_and_description_are_amended(lab):
    changes = {"capacity_g": Decimal(50), "tare_g": Decimal("12.345678"), "atmosphere": "vacuum", "description": "Blue"}

    bottle = containers.amend(container=lab.bottle, changes=changes, seen=1, by=lab.technician, reason="Measured")

    assert {name: getattr(bottle, name) for name in changes} == changes
    assert bottle.history.last().capacity_g == 100
    assert containers.amend(
        container=bottle, changes={"capacity_g": None}, seen=2, by=lab.technician, reason="Never rated"
    ).capacity_g is None  # fmt: skip


def test_only_its_custodian_s_people_or_a_curator_amend_it(lab):
    with refused(NotAllowed):
        containers.amend(container=lab.box, changes={"tare_g": Decimal(1)}, seen=1, by=lab.receiver, reason="Trial")


def test_it_refuses_to_void_what_holds_something(lab):
    with refused(StillInUse, "BOX-1 cannot be voided while others refer to it: containers (1)."):
        containers.void(container=lab.box, by=lab.curator, reason="Trial")
    with refused(StillInUse, "BOT-1 cannot be voided while others refer to it: samples (1)."):
        containers.void(container=lab.bottle, by=lab.curator, reason="Trial")
    with refused(NotAllowed):
        containers.void(container=lab.bottle, by=lab.technician, reason="Trial")


def test_it_refuses_to_void_what_was_handed_over(lab, spare):
    factories.receive(lab.receiver, factories.release(lab.technician, [spare], lab.other), lab.other_room)

    with refused(StillInUse, "SPARE cannot be voided: it was handed over, and its chain of custody stays."):
        containers.void(container=spare, by=lab.curator, reason="Trial")


def test_a_handoff_that_came_to_nothing_does_not_keep_it(lab, spare):
    handoff = factories.release(lab.technician, [spare], lab.other)
    custody.cancel(handoff=handoff, by=lab.technician, reason="Wrong one")

    assert containers.void(container=spare, by=lab.curator, reason="Typed twice").is_void


def test_a_void_container_is_kept_and_holds_nothing_more(lab, spare):
    containers.void(container=spare, seen=1, by=lab.curator, reason="Typed twice")

    assert spare in Container.objects.all()
    for act in (
        lambda: move(lab, lab.box, parent=spare),
        lambda: move(lab, spare, location=lab.street),
        lambda: samples.move(sample=lab.soil, container=spare, by=lab.technician, reason="Trial"),
        lambda: factories.sample(lab.technician, "S", spare),
        lambda: factories.release(lab.technician, [spare], lab.other),
        lambda: seal(lab, spare),
        lambda: containers.amend(container=spare, changes={}, seen=None, by=lab.technician, reason="Trial"),
        lambda: containers.void(container=spare, by=lab.curator, reason="Again"),
    ):
        with refused(IsVoid, "SPARE is void: it was withdrawn and is only kept to be read."):
            act()


def test_its_outer_one_is_as_before_when_the_only_thing_in_it_was_an_error(lab, spare):
    typo = factories.container(lab.technician, "TYPO", lab.mission, parent=spare)
    containers.void(container=typo, by=lab.curator, reason="Typed twice")
    assert status(spare) == "in use"
    assert spare.history.count() == 1

    vial = factories.container(lab.technician, "VIAL", lab.mission, parent=spare)
    move(lab, vial, location=lab.room)
    assert status(spare) == "emptied"
    again = factories.container(lab.technician, "AGAIN", lab.mission, parent=spare)
    assert status(spare) == "in use"
    containers.void(container=again, by=lab.curator, reason="Typed twice")
    assert status(spare) == "emptied"
