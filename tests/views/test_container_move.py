"""Move a container, take one out of another."""

from decimal import Decimal

import pytest

from samples.models import Container
from tests import factories
from tests.views.conftest import address


@pytest.fixture
def shelf(lab):
    return factories.location(lab.curator, "Shelf 1", parent=lab.room, custodian=lab.home)


@pytest.fixture
def case(lab):
    """Another package at the same laboratory, rated for 5 g."""
    return factories.container(
        lab.technician,
        "CASE-1",
        lab.mission,
        kind="sealed package",
        origin="mixed",
        custodian=lab.home,
        location=lab.room,
        capacity_g=Decimal(5),
    )


def now(container):
    return Container.objects.get(pk=container.pk)


def test_it_moves_a_container_to_another_place(lab, shelf, as_technician):
    page = as_technician.fill("container_move", lab.box, location=shelf.pk, reason="Tidied up")

    assert (page.status, page.location) == (302, address("container_detail", lab.box))
    assert page.message == "BOX-1 is moved."
    assert now(lab.box).location == shelf
    assert "Location Room 1 / Shelf 1" in as_technician.get("container_detail", lab.box).text


def test_it_moves_a_container_into_another(lab, as_technician):
    tray = factories.container(lab.technician, "TRAY-1", lab.mission, custodian=lab.home, location=lab.room)

    as_technician.fill("container_move", tray, parent="box-1", reason="Packed")

    assert (now(tray).parent, now(tray).location) == (lab.box, None)


@pytest.mark.parametrize("typed", [{"location": "", "parent": ""}, {"parent": "BOX-1"}])
def test_it_asks_for_one_of_the_two(lab, shelf, as_technician, typed):
    page = as_technician.fill("container_move", lab.bottle, **({"location": shelf.pk, "reason": "Packed"} | typed))

    assert page.status == 422
    assert "Give a new location or a container to put it into: one of the two." in page.summary


def test_it_lists_places_by_their_whole_path(lab, shelf, as_technician):
    page = as_technician.get("container_move", lab.box)

    assert page.with_class("select") == ["--------- Room 1 Room 1 / Shelf 1 Room 2 Street"]


def test_it_refuses_what_does_not_fit(lab, case, as_technician):
    page = as_technician.fill("container_move", lab.bottle, parent="CASE-1", reason="Packed")

    assert page.status == 422
    assert page.faults["parent"] == (
        "Sealed package CASE-1 holds 0.000000 g and has room for 5.000000 g; 10.000000 g does not fit."
    )
    assert page.typed["parent"] == "CASE-1"
    assert now(lab.bottle).parent == lab.box


def test_it_refuses_a_container_inside_itself(lab, as_technician):
    page = as_technician.fill("container_move", lab.box, parent="BOT-1", reason="Packed")

    assert page.status == 422
    assert now(lab.box).parent is None


def test_it_refuses_where_it_is_already(lab, as_technician):
    page = as_technician.fill("container_move", lab.box, location=lab.room.pk, reason="Tidied up")

    assert page.status == 422
    assert "BOX-1 is there already." in page.summary


def test_it_refuses_another_custodians_place(lab, as_technician):
    page = as_technician.fill("container_move", lab.box, location=lab.other_room.pk, reason="Tidied up")

    assert page.status == 422
    assert "Room 2 holds only containers of Second laboratory" in page.faults["location"]


def test_it_is_forbidden_to_others(lab, shelf, as_receiver):
    page = as_receiver.fill("container_move", lab.box, location=shelf.pk, reason="Tidied up")

    assert page.status == 403
    assert now(lab.box).location == lab.room


def test_it_takes_a_container_out(lab, shelf, as_technician):
    page = as_technician.fill("container_take_out", lab.bottle, location=shelf.pk, reason="To be weighed")

    assert (page.status, page.location) == (302, address("container_detail", lab.bottle))
    assert page.message == "BOT-1 is taken out."
    assert (now(lab.bottle).parent, now(lab.bottle).location) == (None, shelf)
    assert now(lab.box).status == Container.Status.EMPTIED


def test_it_takes_nothing_out_of_a_sealed_container(lab, shelf, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")

    page = as_technician.fill("container_take_out", lab.bottle, location=shelf.pk, reason="To be weighed")

    assert page.status == 422
    assert "BOX-1 is closed with seal S-100. Unseal it first, then reach into it." in page.summary


def test_it_says_when_there_is_nothing_to_take_it_out_of(lab, as_technician):
    page = as_technician.fill("container_take_out", lab.box, location=lab.street.pk, reason="To be weighed")

    assert page.status == 422
    assert "BOX-1 is not inside another container." in page.summary


def test_it_asks_where_it_stands_afterwards(lab, as_technician):
    page = as_technician.fill("container_take_out", lab.bottle, reason="To be weighed")

    assert page.status == 422
    assert page.faults == {"location": "This field is required."}
