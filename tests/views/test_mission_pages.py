"""The pages of one mission: register, amend, void, facts, history."""

from decimal import Decimal

import pytest

from samples.models import Mission
from tests import factories
from tests.views.conftest import address

TYPED = {
    "code": "CE5",
    "name": "Chang'e-5",
    "body_side": "near",
    "landing_site": "Mons Rümker",
    "latitude": "43.06",
    "longitude": "-51.92",
    "launched_on": "2020-11-24",
    "returned_at": "2020-12-17T01:59",
    "notes": "Sampled once.\nReturned once.",
    "reason": "Second return",
}


def register(browser, **typed):
    return browser.fill("mission_register", **(TYPED | typed))


def test_it_registers_a_mission(lab, as_curator):
    page = register(as_curator, return_capacity_g="1731")

    mission = Mission.objects.get(code="CE5")
    assert (page.status, page.location) == (302, address("mission_detail", mission))
    assert page.message == "Chang'e-5 is registered."
    assert (mission.latitude, mission.longitude) == (Decimal("43.06000"), Decimal("-51.92000"))
    assert mission.return_capacity_g == Decimal(1731)
    assert mission.launched_on.isoformat() == "2020-11-24"
    assert mission.returned_at.isoformat() == "2020-12-16T17:59:00+00:00"


def test_it_offers_the_return_capacity_and_drill_limit_of_the_reference(lab, as_curator):
    typed = as_curator.get("mission_register").typed

    assert (typed["return_capacity_g"], typed["drill_limit_cm"]) == ("2000", "200")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "ce6", "Another mission has this code."),
        ("code", "CE 5", "An identifier has 1 to 40 ASCII letters"),
        ("latitude", "4e1", "Write degrees as a plain decimal number, like -153.97."),
        ("latitude", "43,06", "Write degrees as a plain decimal number, like -153.97."),
        ("longitude", "0.123456", "no more than 5 decimal places"),
        ("launched_on", "0001-01-01", "1 cannot be right: give a year between 1957 and"),
        ("launched_on", "24.11.2020", "Give the day like 2024-06-28."),
        ("body_side", "", "This field is required."),
        ("return_capacity_g", "", "This field is required."),
    ],
)
def test_it_refuses_at_the_field_at_fault(lab, as_curator, field, value, sentence):
    page = register(as_curator, **{field: value})

    assert page.status == 422
    assert sentence in page.faults[field]
    assert page.typed.get(field, "") == value
    assert Mission.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"body_side": "far"}, "A mission to the far side cannot be heard from Earth: name its relay satellite."),
        ({"longitude": "151.92"}, "The longitude contradicts the side"),
        ({"latitude": ""}, "Give latitude (-90 to 90) and longitude (-180 to 180) both, or leave both empty."),
        ({"latitude": "91"}, "Give latitude (-90 to 90) and longitude (-180 to 180) both"),
        ({"return_capacity_g": "0"}, "The return capacity is more than zero."),
    ],
)
def test_it_refuses_what_contradicts_itself(lab, as_curator, typed, sentence):
    page = register(as_curator, **typed)

    assert page.status == 422
    assert sentence in page.summary


def test_it_amends_a_mission_and_the_old_values_stay_readable(lab, as_curator, as_auditor):
    typed = {"landing_site": "Apollo basin", "drill_limit_cm": "250", "reason": "Survey"}

    page = as_curator.fill("mission_amend", lab.mission, **typed)

    assert page.message == "Mission CE6 is amended."
    history = as_auditor.get("mission_history", lab.mission)
    assert "Curator Amended “Survey”" in history.text
    assert "Landing site now Apollo basin" in history.text
    assert "Drill depth limit was 200 cm → now 250 cm" in history.text


def test_it_refuses_a_limit_above_what_was_drilled(lab, as_curator):
    tube = factories.container(lab.technician, "TUBE-1", lab.mission, parent=lab.box, origin="drill")
    depths = {"depth_top_cm": Decimal(100), "depth_bottom_cm": Decimal(150)}
    factories.sample(lab.technician, "CORE-1", tube, origin="drill", form="core segment", **depths)

    page = as_curator.fill("mission_amend", lab.mission, drill_limit_cm="149.99", reason="Survey")

    assert page.status == 422
    assert page.faults["drill_limit_cm"] == "CORE-1 was registered from 150 cm, deeper than a limit of 149.99 cm."


def test_its_page_has_facts_and_budget(lab, as_technician, as_curator):
    register(as_curator)

    page = as_technician.get("mission_detail", Mission.objects.get(code="CE5"))

    assert "43.06000°, -51.92000°" in page.text
    assert "0.000000 g of 2 000.000000 g return capacity. 2 000.000000 g free." in page.text
    assert "Sampled once. Returned once." in page.text
    assert page.link("Amend") is None


def test_what_a_curator_may_do_is_on_its_page(lab, as_curator):
    page = as_curator.get("mission_detail", lab.mission)

    assert page.link("Amend") == address("mission_amend", lab.mission)
    assert page.link("Void") == address("mission_void", lab.mission)


def test_it_voids_a_mission_that_nothing_belongs_to(lab, as_curator):
    mission = factories.mission(lab.curator, "CE5")

    page = as_curator.fill("mission_void", mission, reason="Registered twice")

    assert page.message == "Mission CE5 is void; it stays readable."
    shown = as_curator.get("mission_detail", mission)
    assert "This record is void. Curator: “Registered twice”" in shown.text
    assert (shown.link("Amend"), shown.link("Void")) == (None, None)
    assert as_curator.get("mission_amend", mission).status == 404
    assert as_curator.get("mission_history", mission).status == 200


def test_it_refuses_to_void_a_mission_in_use(lab, as_curator):
    page = as_curator.fill("mission_void", lab.mission, reason="Registered twice")

    assert page.status == 422
    assert "Mission CE6 cannot be voided while others refer to it: containers (2), samples (1)." in page.summary


def test_a_void_code_stays_taken(lab, as_curator):
    as_curator.fill("mission_void", factories.mission(lab.curator, "CE5"), reason="Registered twice")

    page = register(as_curator)

    assert page.status == 422
    assert "Another mission has this code." in page.faults["code"]
