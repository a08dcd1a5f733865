"""Not one microgram too many, by whichever form: 2000 g fit, 2000.000001 g do not."""

from decimal import Decimal

import pytest

from samples.models import Container, MassBalance, Mission, Sample
from tests import factories

TWO_KG = Decimal(2000)
GRAIN = "0.000001"


@pytest.fixture
def full(lab):
    """A bottle rated for 2000 g with 2000 g in it, of a mission that may return 3000 g."""
    mission = factories.mission(lab.curator, "CE7", return_capacity_g=Decimal(3000))
    case = {"kind": "sealed package", "origin": "mixed", "custodian": lab.home, "location": lab.room}
    outer = factories.container(lab.technician, "CASE-7", mission, capacity_g=TWO_KG, **case)
    bottle = factories.container(lab.technician, "BOT-7", mission, parent=outer, capacity_g=TWO_KG)
    factories.sample(lab.technician, "S-7", bottle, "2000")
    return {"mission": mission, "outer": outer, "bottle": bottle, "case": case}


@pytest.fixture
def grain(lab, full):
    """One microgram in a vial of its own beside it."""
    vial = factories.container(lab.technician, "VIAL-7", full["mission"], custodian=lab.home, location=lab.room)
    return factories.sample(lab.technician, "GRAIN", vial, GRAIN)


def register(browser, **typed):
    values = {"identifier": "S-8", "form": "powder", "origin": "scoop", "happened_at": "2024-06-28T10:00"}
    return browser.fill("sample_register", **(values | {"reason": "Weighed in"} | typed))


@pytest.mark.parametrize("mass", ["1990", "1990000 mg"])
def test_a_mission_takes_its_return_capacity(lab, as_technician, mass):
    assert register(as_technician, container="BOX-1", mass_g=mass).status == 302
    assert MassBalance(lab.mission).accessioned_g == TWO_KG


@pytest.mark.parametrize("mass", ["1990.000001", "1990000.001 mg"])
def test_registering_a_sample_over_the_missions_capacity_is_refused(lab, as_technician, mass):
    page = register(as_technician, container="BOX-1", mass_g=mass)

    assert page.status == 422
    assert page.faults["mass_g"] == (
        "Mission CE6 has 10.000000 g accessioned of 2 000.000000 g, which leaves 1 990.000000 g; "
        "1 990.000001 g does not fit."
    )
    assert page.typed["mass_g"] == mass
    assert MassBalance(lab.mission).accessioned_g == Decimal(10)


def test_registering_2000_000001_g_at_once_is_refused(lab, full, as_technician):
    mission = factories.mission(lab.curator, "CE8")
    factories.container(lab.technician, "BOT-8", mission, custodian=lab.home, location=lab.room)

    page = register(as_technician, container="BOT-8", mass_g="2000.000001")

    assert page.status == 422
    assert "which leaves 2 000.000000 g; 2 000.000001 g does not fit." in page.faults["mass_g"]


def test_registering_a_microgram_into_a_full_container_is_refused(full, as_technician):
    page = register(as_technician, container="BOT-7", mass_g="0.001 mg")

    assert page.status == 422
    assert page.faults["mass_g"] == (
        "Sample bottle BOT-7 holds 2 000.000000 g and has room for 0.000000 g; 0.000001 g does not fit."
    )


def test_registering_a_microgram_beside_a_full_container_is_refused_by_the_outer_one(full, as_technician):
    page = register(as_technician, container="CASE-7", mass_g=GRAIN)

    assert page.status == 422
    assert page.faults["mass_g"].startswith("Sealed package CASE-7 holds 2 000.000000 g and has room for 0.000000 g;")


def test_moving_a_microgram_into_a_full_container_is_refused(full, grain, as_technician):
    page = as_technician.fill("sample_move", grain, container="BOT-7", reason="Swept up")

    assert page.status == 422
    assert page.faults["container"] == (
        "Sample bottle BOT-7 holds 2 000.000000 g and has room for 0.000000 g; 0.000001 g does not fit."
    )
    assert Sample.objects.get(pk=grain.pk).container == grain.container


def test_moving_a_container_with_a_microgram_into_a_full_one_is_refused(full, grain, as_technician):
    page = as_technician.fill("container_move", grain.container, parent="CASE-7", reason="Packed")

    assert page.status == 422
    assert page.faults["parent"] == (
        "Sealed package CASE-7 holds 2 000.000000 g and has room for 0.000000 g; 0.000001 g does not fit."
    )
    assert Container.objects.get(pk=grain.container_id).parent is None


def test_moving_an_empty_container_into_a_full_one_is_allowed(lab, full, as_technician):
    tray = factories.container(lab.technician, "TRAY-7", full["mission"], custodian=lab.home, location=lab.room)

    assert as_technician.fill("container_move", tray, parent="CASE-7", reason="Packed").status == 302


def test_a_capacity_of_a_microgram_less_than_the_contents_is_refused(full, as_technician):
    page = as_technician.fill("container_amend", full["bottle"], capacity_g="1999.999999", reason="Rated again")

    assert page.status == 422
    assert page.faults["capacity_g"] == (
        "Sample bottle BOT-7 holds 2 000.000000 g; a capacity of 1 999.999999 g is too small."
    )


@pytest.mark.parametrize("name", ["container_register", "container_amend"])
def test_a_capacity_over_the_missions_is_refused(lab, as_technician, name):
    typed = {"capacity_g": "2000.000001", "reason": "Rated"}
    if name == "container_register":
        typed |= {"identifier": "BOT-9", "mission": lab.mission.pk, "kind": "sample bottle", "origin": "scoop"}
        typed |= {"parent": "BOX-1", "custody_began_at": "2024-06-28T10:00", "chain_document": "DOC-1"}

    page = as_technician.fill(name, None if name == "container_register" else lab.bottle, **typed)

    assert page.status == 422
    assert page.faults["capacity_g"] == (
        "2 000.000001 g is more than the return capacity of Mission CE6, which is 2 000.000000 g."
    )
    assert page.typed["capacity_g"] == "2000.000001"


def test_a_missions_capacity_of_a_microgram_less_than_it_returned_is_refused(full, grain, as_curator):
    page = as_curator.fill("mission_amend", full["mission"], return_capacity_g="2000", reason="Read again")

    assert page.status == 422
    assert page.faults["return_capacity_g"] == (
        "Mission CE7 has 2 000.000001 g accessioned; a return capacity of 2 000.000000 g is too small."
    )
    assert page.typed["return_capacity_g"] == "2000"
    assert Mission.objects.get(pk=full["mission"].pk).return_capacity_g == Decimal(3000)


def test_a_missions_capacity_equal_to_what_it_returned_is_allowed(full, grain, as_curator):
    page = as_curator.fill("mission_amend", full["mission"], return_capacity_g="2000.000001", reason="Read again")

    assert page.status == 302


def test_a_missions_capacity_below_that_of_a_container_is_refused(lab, as_curator):
    page = as_curator.fill("mission_amend", lab.mission, return_capacity_g="99.999999", reason="Read again")

    assert page.status == 422
    assert page.faults["return_capacity_g"] == (
        "Container BOT-1 is rated for 100.000000 g, more than a return capacity of 99.999999 g."
    )


def test_a_full_container_is_shown_full(full, as_technician):
    page = as_technician.get("container_list", mission=full["mission"].code)

    assert page.with_class("minibar-note") == ["of 2 000 g · full", "of 2 000 g · full"]
