"""The pages of one location: register, amend, void, what stands there, history."""

import pytest

from samples.models import Location
from tests import factories
from tests.views.conftest import address


@pytest.fixture
def shelf(lab):
    return factories.location(lab.curator, "Shelf 1", parent=lab.room, kind="shelf")


def register(browser, **typed):
    return browser.fill("location_register", **({"name": "GB-01", "kind": "glove box", "reason": "Built"} | typed))


def test_it_registers_a_location_inside_another(lab, as_curator):
    page = register(as_curator, parent=lab.room.pk, atmosphere="nitrogen")

    location = Location.objects.get(name="GB-01")
    assert (page.status, page.location) == (302, address("location_detail", location))
    assert page.message == "GB-01 is registered."
    assert (location.parent, location.atmosphere, location.custodian) == (lab.room, "nitrogen", None)


def test_it_offers_the_place_that_the_link_names(lab, as_curator):
    assert as_curator.get("location_register", parent=lab.room.pk).typed["parent"] == str(lab.room.pk)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "room 1", "There is a site of this name already."),
        ("name", "n" * 101, "at most 100 characters"),
        ("kind", "cellar", "Select a valid choice."),
        ("parent", "987654", "Select a valid choice."),
    ],
)
def test_it_refuses_at_the_field_at_fault(lab, as_curator, field, value, sentence):
    page = register(as_curator, **{field: value})

    assert page.status == 422
    assert sentence in page.faults[field]


def test_it_refuses_a_name_that_is_taken_in_the_same_place(lab, shelf, as_curator):
    page = register(as_curator, name="SHELF 1", parent=lab.room.pk)

    assert page.status == 422
    assert page.faults["name"] == "There is a location of this name in the same place already."


def test_the_same_name_is_allowed_elsewhere(lab, shelf, as_curator):
    assert register(as_curator, name="Shelf 1", parent=lab.other_room.pk).status == 302


def test_it_refuses_another_custodian_than_the_place_around_it(lab, as_curator):
    page = register(as_curator, parent=lab.room.pk, custodian=lab.other.pk)

    assert page.status == 422
    assert "Room 1 belongs to Laboratory" in page.faults["custodian"]


def test_it_amends_a_location(lab, as_curator, as_auditor):
    page = as_curator.fill("location_amend", lab.room, name="Hall 1", atmosphere="nitrogen", reason="New sign")

    assert page.message == "Hall 1 is amended."
    history = as_auditor.get("location_history", lab.room)
    assert "Name was Room 1 → now Hall 1" in history.text
    assert "Atmosphere now Nitrogen" in history.text


def test_its_page_says_what_stands_there_and_what_is_inside(lab, shelf, as_auditor):
    room, inside = (as_auditor.get("location_detail", place) for place in (lab.room, shelf))

    assert room.rows == ["BOX-1"]
    assert "Inside Shelf 1" in room.text
    assert "Custodian Laboratory only its containers stand here" in room.text
    assert "Path Room 1 / Shelf 1" in inside.text
    assert "No containers here" in inside.text


def test_it_voids_a_location_that_is_empty(lab, shelf, as_curator):
    page = as_curator.fill("location_void", shelf, reason="Registered twice")

    assert page.message == "Shelf 1 is void; it stays readable."
    assert "This record is void. Curator: “Registered twice”" in as_curator.get("location_detail", shelf).text
    assert as_curator.get("location_amend", shelf).status == 404
    assert str(shelf.pk) not in as_curator.get("location_register").html.partition("<select")[2].split("value=")


def test_it_refuses_to_void_a_location_in_use(lab, shelf, as_curator):
    page = as_curator.fill("location_void", lab.room, reason="Registered twice")

    assert page.status == 422
    assert "locations (1), containers (1)" in page.summary
