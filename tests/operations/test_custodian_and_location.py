"""Custodians and locations: rules 17, 21, 22 and 23."""

import pytest
from django.core.exceptions import ValidationError

from samples.models import Custodian, Location
from samples.operations import custodians, locations, people
from samples.operations._operation import NotAllowed
from samples.operations._records import IsVoid, NotAmendable, StillInUse
from samples.operations.containment import Misplaced
from samples.operations.locations import NotOneName
from tests import factories
from tests.refusing import refused


def test_it_registers_a_custodian(lab):
    museum = factories.custodian(lab.curator, " Museum ", Custodian.Kind.MUSEUM, contact="desk\n2")

    assert (museum.name, museum.contact, museum.active) == ("Museum", "desk\n2", True)
    assert museum in Custodian.objects.active()


def test_it_refuses_a_name_that_is_taken_or_a_kind_that_is_not(lab):
    with refused(ValidationError, "Another custodian has this name."):
        factories.custodian(lab.curator, "lABORATORY", Custodian.Kind.LABORATORY)
    with refused(ValidationError, "not a valid choice", field="kind"):
        factories.custodian(lab.curator, "Moon base", "moon base")


def test_a_custodian_s_name_and_contact_are_amended_and_its_kind_is_not(lab):
    home = custodians.amend(
        custodian=lab.home, changes={"name": "NAOC", "active": False}, seen=1, by=lab.curator, reason="Renamed"
    )

    assert (home.name, home.active, home.history.last().name) == ("NAOC", False, "Laboratory")
    with refused(NotAmendable, "“kind” of NAOC is not amended"):
        custodians.amend(custodian=home, changes={"kind": "museum"}, seen=2, by=lab.curator, reason="Trial")
    with refused(NotAllowed):
        custodians.amend(custodian=home, changes={"name": "x"}, seen=2, by=lab.technician, reason="Trial")


def test_it_refuses_to_void_a_custodian_that_is_in_use(lab):
    says = "Laboratory cannot be voided while others refer to it: containers (2), locations (1), people (2)."

    with refused(StillInUse, says):
        custodians.void(custodian=lab.home, by=lab.curator, reason="Trial")


def test_it_refuses_to_void_a_party_to_an_open_handoff(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.carrier)

    with refused(StillInUse, "Carrier cannot be voided while others refer to it: open handoffs (1)."):
        custodians.void(custodian=lab.carrier, by=lab.curator, reason="Trial")

    factories.receive(lab.colleague, handoff, lab.street, on_behalf_of="Li", on_behalf_document="D-1")
    with refused(StillInUse, "containers (2)"):
        custodians.void(custodian=lab.carrier, by=lab.curator, reason="Trial")


def test_a_void_custodian_is_kept_and_takes_nothing_more(lab):
    carrier = custodians.void(custodian=lab.carrier, by=lab.curator, reason="Typed twice")

    assert carrier not in Custodian.objects.active()
    for act in (
        lambda: factories.release(lab.technician, [lab.box], lab.carrier),
        lambda: factories.location(lab.curator, "Lorry", custodian=lab.carrier),
        lambda: factories.person("driver", custodian=lab.carrier),
        lambda: factories.container(lab.curator, "X", lab.mission, custodian=lab.carrier, location=lab.street),
    ):
        with refused(IsVoid, "Carrier is void"):
            act()
    with refused(ValidationError, "Another custodian has this name."):
        factories.custodian(lab.curator, "Carrier", Custodian.Kind.TRANSPORT)


def test_a_deactivated_person_does_not_keep_a_custodian(lab):
    driver = factories.person("driver", custodian=lab.carrier)
    people.change(
        user=driver,
        name="Driver",
        roles=[],
        custodian=lab.carrier,
        is_active=False,
        by=lab.administrator,
        reason="Left",
    )

    assert custodians.void(custodian=lab.carrier, by=lab.curator, reason="Typed twice").is_void


def test_steps_lead_to_active_custodians_of_the_right_kind(lab):
    factories.custodian(lab.curator, "Recovery", Custodian.Kind.RECOVERY)
    factories.custodian(lab.curator, "Old museum", Custodian.Kind.MUSEUM, active=False)

    reachable = Custodian.objects.reachable_from(lab.home).order_by("name")

    assert [str(custodian) for custodian in reachable] == ["Carrier", "Second laboratory"]
    assert set(Custodian.objects.staffed()) == {lab.home, lab.other}
    assert (lab.home.is_staffed(), lab.carrier.is_staffed()) == (True, False)


def test_it_registers_a_tree_of_locations(lab):
    box = factories.location(lab.curator, "GB-01", kind="glove box", parent=lab.room, atmosphere="nitrogen")

    assert box.full_name() == "Room 1 / GB-01"
    assert box.path() == [lab.room, box]


def test_a_location_s_name_is_unique_where_it_is(lab):
    factories.location(lab.curator, "Shelf", parent=lab.room)

    factories.location(lab.curator, "Shelf", parent=lab.other_room)
    with refused(ValidationError, "of this name in the same place already"):
        factories.location(lab.curator, "sHELF", parent=lab.room)
    with refused(ValidationError, "There is a site of this name already."):
        factories.location(lab.curator, "ROOM 1")


@pytest.mark.parametrize("name", ["A / B", "/ B", "A /", "/"])
def test_a_name_that_reads_like_a_path_is_refused_and_an_old_one_stays(lab, monkeypatch, name):
    with refused(NotOneName, "parts the names of a path") as refusal:
        factories.location(lab.curator, name)
    assert refusal.value.field == "name"
    with refused(NotOneName):
        locations.amend(location=lab.room, changes={"name": name}, seen=None, by=lab.curator, reason="Renamed")

    with monkeypatch.context() as before:
        before.setattr(locations, "check_name", lambda name: None)
        old = factories.location(lab.curator, name)
    changes = {"name": old.name, "atmosphere": "nitrogen"}
    kept = locations.amend(location=old, changes=changes, seen=None, by=lab.curator, reason="Flooded")
    assert kept.name == name
    assert factories.location(lab.curator, "A/B").name == "A/B"


def test_a_void_location_s_name_is_free_again(lab):
    shelf = factories.location(lab.curator, "Shelf", parent=lab.room)
    locations.void(location=shelf, by=lab.curator, reason="Typed twice")

    again = factories.location(lab.curator, "Shelf", parent=lab.room)

    assert list(Location.objects.live().filter(name="Shelf")) == [again]


def test_a_place_inside_a_custodian_s_place_is_that_custodian_s_too(lab):
    factories.location(lab.curator, "Shelf", parent=lab.room, custodian=lab.home)
    shelf = factories.location(lab.curator, "Other shelf", parent=lab.room)

    with refused(Misplaced, "Room 1 belongs to Laboratory; a place inside it cannot belong to Second laboratory."):
        factories.location(lab.curator, "Corner", parent=lab.room, custodian=lab.other)
    with refused(Misplaced, "Room 1 / Other shelf belongs to Laboratory"):
        factories.location(lab.curator, "Corner", parent=shelf, custodian=lab.other)


@pytest.mark.parametrize("name", ["parent", "custodian"])
def test_a_location_s_place_and_custodian_are_fixed(lab, name):
    with refused(NotAmendable):
        locations.amend(location=lab.room, changes={name: None}, seen=1, by=lab.curator, reason="Trial")


def test_a_location_s_name_kind_and_atmosphere_are_amended(lab):
    room = locations.amend(
        location=lab.room,
        changes={"name": "Hall", "kind": "building", "atmosphere": "air"},
        seen=1,
        acknowledged=True,
        by=lab.curator,
        reason="Rebuilt",
    )

    assert (room.name, room.kind, room.atmosphere, room.revision) == ("Hall", "building", "air", 2)


def test_it_refuses_to_void_a_location_that_is_in_use(lab):
    factories.location(lab.curator, "Shelf", parent=lab.room)

    with refused(StillInUse, "Room 1 cannot be voided", "locations (1), containers (1)"):
        locations.void(location=lab.room, by=lab.curator, reason="Trial")
