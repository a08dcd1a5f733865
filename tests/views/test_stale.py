"""A form that was opened before somebody else changed the record."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from samples.models import Container, Custodian, Mission
from samples.operations import containers, custodians, locations, missions, samples
from tests import factories
from tests.views.conftest import address


@pytest.fixture
def change(lab):
    """How somebody else changes each kind of record, and how that is told afterwards."""

    def change(record):
        amend, changes, told = {
            "container": (containers.amend, {"tare_g": Decimal("35.5")}, "Tare empty 35.500000 g"),
            "sample": (samples.amend, {"other_names": "Scoop 3"}, "Other names empty Scoop 3"),
            "mission": (missions.amend, {"agency": "CNSA"}, "Agency empty CNSA"),
            "custodian": (custodians.amend, {"contact": "desk 2"}, "Contact empty desk 2"),
            "location": (locations.amend, {"atmosphere": "air"}, "Atmosphere empty Air"),
        }[record._meta.model_name]
        with time_machine.travel(datetime(2027, 1, 2, 3, 4, tzinfo=UTC), tick=False):
            amend(**{record._meta.model_name: record}, changes=changes, seen=None, by=lab.curator, reason="Measured")
        return f"{told} Curator, 2 Jan 2027, 11:04: “Measured”"

    return change


@pytest.fixture
def empty(lab):
    """Records of each kind that nothing refers to, so that every act on them is possible."""
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box)
    factories.container(lab.technician, "CASE-1", lab.mission, custodian=lab.home, location=lab.room)
    return {
        "container": vial,
        "sample": factories.sample(lab.technician, "S-1", lab.box),
        "mission": factories.mission(lab.curator, "CE5"),
        "custodian": factories.custodian(lab.curator, "Museum", "museum"),
        "location": factories.location(lab.curator, "Cellar"),
    }


FORMS = {
    "container_amend": {"description": "Chipped"},
    "container_move": {"parent": "CASE-1"},
    "container_take_out": {"location": "Cellar"},
    "container_void": {},
    "sample_amend": {"description": "Dark"},
    "sample_move": {"container": "CASE-1"},
    "sample_split": {"container_0": "BOX-1", "mass_g_0": "0.5"},
    "sample_consume": {"mass_g": "0.5"},
    "sample_lose": {"mass_g": "0.5"},
    "sample_correct": {"mass_g": "1.5"},
    "sample_expose": {"exposed_reason": "The glove tore"},
    "sample_assign": {"use_category": "research"},
    "sample_publish": {},
    "sample_void": {},
    "mission_amend": {"landing_site": "Apollo basin"},
    "mission_void": {},
    "custodian_amend": {"organisation": "Academy"},
    "custodian_void": {},
    "location_amend": {"name": "Vault"},
    "location_void": {},
}


@pytest.mark.parametrize("name", FORMS)
def test_it_tells_what_was_changed_meanwhile_keeps_what_was_typed_and_is_sent_again(
    lab, empty, change, as_curator, name
):
    record = empty[name.partition("_")[0]]
    typed = {"reason": "As planned"} | FORMS[name]
    if name == "container_take_out":
        typed["location"] = str(empty["location"].pk)
    if name == "sample_correct":
        typed["weighing"] = str(factories.weighing(lab.technician, lab.box, factories.balance(lab.curator)).pk)
    opened = as_curator.get(name, record)
    told = change(record)

    stale = opened.send(**typed)

    assert stale.status == 409
    assert "Somebody changed this since you opened it Nothing was saved." in stale.summary
    assert told in stale.summary
    assert stale.typed | typed == stale.typed
    assert type(record).objects.get(pk=record.pk).revision == record.revision + 1

    sent_again = stale.send()

    assert (sent_again.status, sent_again.location) == (302, record.get_absolute_url())


def test_a_form_sent_again_leaves_the_other_change_where_nothing_was_typed_over_it(lab, change, as_technician):
    opened = as_technician.get("container_amend", lab.bottle)
    change(lab.bottle)

    stale = opened.send(capacity_g="120", reason="Rated again")
    stale.send()

    container = Container.objects.get(pk=lab.bottle.pk)
    assert stale.typed["tare_g"] == "35.5"
    assert (container.capacity_g, container.tare_g) == (Decimal(120), Decimal("35.500000"))
    assert "Capacity was 100.000000 g → now 120.000000 g" in as_technician.get("container_history", lab.bottle).text


def test_every_kind_of_field_catches_up(lab, as_curator):
    meanwhile = {
        "name": "Mission Six",
        "body_side": "near",
        "longitude": Decimal("41.63"),
        "latitude": Decimal("-43.1"),
        "launched_on": date(2024, 5, 3),
        "landed_at": datetime(2024, 6, 1, 22, 23, tzinfo=UTC),
        "drill_limit_cm": Decimal("250.5"),
        "return_capacity_g": Decimal("1999.5"),
        "notes": "One\nTwo",
    }
    opened = as_curator.get("mission_amend", lab.mission)
    missions.amend(mission=lab.mission, changes=meanwhile, seen=None, by=lab.curator, reason="Read again")

    opened.send(agency="CNSA", reason="Complete").send()

    mission = Mission.objects.get(pk=lab.mission.pk)
    assert mission.agency == "CNSA"
    assert {name: getattr(mission, name) for name in meanwhile} == meanwhile


def test_a_tick_catches_up(lab, as_curator):
    opened = as_curator.get("custodian_amend", lab.carrier)
    changes = {"active": False}
    custodians.amend(custodian=lab.carrier, changes=changes, seen=None, by=lab.curator, reason="Closed")

    opened.send(contact="desk 2", reason="Moved").send()

    custodian = Custodian.objects.get(pk=lab.carrier.pk)
    assert (custodian.active, custodian.contact) == (False, "desk 2")


@pytest.mark.parametrize("seen", ["now", "-1", "1.5"])
def test_a_form_that_was_damaged_on_its_way_is_refused(lab, as_technician, seen):
    page = as_technician.fill("container_amend", lab.bottle, capacity_g="120", reason="Rated again", seen=seen)

    assert page.status == 422
    assert page.summary


def test_a_record_voided_meanwhile_is_not_changed(lab, empty, as_curator):
    opened = as_curator.get("custodian_amend", empty["custodian"])
    as_curator.fill("custodian_void", empty["custodian"], reason="Registered twice")

    page = as_curator.post(opened.url, opened.typed | {"organisation": "Academy", "reason": "New name"})

    assert page.status == 422
    assert "Museum is void: it was withdrawn and is only kept to be read." in page.summary
    assert page.typed["organisation"] == "Academy"
    assert Custodian.objects.get(pk=empty["custodian"].pk).organisation == ""


def test_a_doubt_comes_after_the_changes_meanwhile(lab, change, as_technician):
    tube = factories.container(lab.technician, "TUBE-1", lab.mission, parent=lab.box, origin="drill")
    depths = {"depth_top_cm": Decimal(10), "depth_bottom_cm": Decimal(20)}
    core = factories.sample(lab.technician, "CORE-1", tube, origin="drill", form="core segment", **depths)
    opened = as_technician.get("sample_amend", core)
    change(core)

    stale = opened.send(depth_top_cm="", depth_bottom_cm="", reason="Label lost")
    doubtful = stale.send()
    done = doubtful.send(acknowledged="on")

    assert [page.status for page in (stale, doubtful, done)] == [409, 422, 302]
    assert done.location == address("sample_detail", core)
