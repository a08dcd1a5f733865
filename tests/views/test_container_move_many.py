"""Several containers moved at once, to one place or into one container."""

from decimal import Decimal

import pytest

from samples.models import Container
from samples.operations import containers
from tests import factories


@pytest.fixture
def vials(lab):
    return [factories.container(lab.technician, f"V-{n}", lab.mission, parent=lab.box) for n in (1, 2)]


@pytest.fixture
def opened(vials, as_technician):
    return as_technician.get("container_move_many", containers="V-1 V-2")


def again(container):
    return Container.objects.get(pk=container.pk)


def test_they_are_moved_into_one_container(lab, vials, opened):
    crate = factories.container(lab.technician, "CRATE-1", lab.mission, custodian=lab.home, location=lab.room)

    sent = opened.send(parent="CRATE-1", reason="Cleared the shelf")

    assert [again(vial).parent for vial in vials] == [crate] * 2
    assert (sent.location, sent.message) == ("/containers/", "2 containers are moved.")


def test_they_are_moved_to_one_place(lab, vials, opened):
    opened.send(location=str(lab.room.pk), reason="Cleared the shelf")

    assert [(again(vial).parent, again(vial).location) for vial in vials] == [(None, lab.room)] * 2


def test_either_a_place_or_a_container_is_given(opened):
    sent = opened.send(reason="Cleared the shelf")

    assert (sent.status, "one of the two" in sent.summary) == (422, True)


def test_one_that_is_there_already_is_told_at_its_row_and_none_is_moved(lab, vials, opened, as_technician):
    crate = factories.container(lab.technician, "CRATE-1", lab.mission, custodian=lab.home, location=lab.room)
    inside = factories.container(lab.technician, "V-3", lab.mission, parent=crate)
    page = as_technician.get("container_move_many", containers="V-1 V-3")

    sent = page.send(parent="CRATE-1", reason="Cleared the shelf")

    assert sent.faults == {f"row_{inside.pk}": "V-3 is there already."}
    assert again(vials[0]).parent == lab.box


def test_together_they_are_too_much_for_the_capacity(lab, vials, opened):
    for vial in vials:
        factories.sample(lab.technician, f"S-{vial}", vial, "6")
    factories.container(
        lab.technician, "CASE-1", lab.mission, custodian=lab.home, location=lab.room, capacity_g=Decimal(10)
    )

    sent = opened.send(parent="CASE-1", reason="Cleared the shelf")

    assert (sent.status, [again(vial).parent for vial in vials]) == (422, [lab.box] * 2)
    assert "does not fit" in sent.faults[f"row_{vials[1].pk}"]


def test_air_is_asked_about_before_it_exposes(lab, vials, as_technician):
    factories.sample(lab.technician, "S-9", vials[0], "1")
    factories.container(lab.technician, "OPEN-1", lab.mission, custodian=lab.home, location=lab.room, atmosphere="air")
    page = as_technician.get("container_move_many", containers="V-1 V-2")

    doubted = page.send(parent="OPEN-1", reason="Cleared the shelf")

    assert (doubted.status, doubted.with_class("doubts") != []) == (422, True)
    assert doubted.send(acknowledged="on").status == 302


def test_what_was_moved_meanwhile_is_told_at_its_row(lab, vials, opened):
    containers.take_out(container=vials[0], location=lab.room, by=lab.technician, reason="Out")

    sent = opened.send(location=str(lab.room.pk), reason="Cleared the shelf")

    assert list(sent.faults) == [f"row_{vials[0].pk}"]
    assert "V-1 was changed by somebody else" in sent.faults[f"row_{vials[0].pk}"]
    assert again(vials[1]).parent == lab.box
