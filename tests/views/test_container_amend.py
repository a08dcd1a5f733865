"""Amend a container."""

from decimal import Decimal

import pytest

from samples.models import Container
from tests import factories
from tests.views.conftest import address


def test_it_amends_what_was_typed_and_keeps_the_rest(lab, as_technician):
    page = as_technician.fill("container_amend", lab.bottle, capacity_g="120", reason="Rated again")

    container = Container.objects.get(pk=lab.bottle.pk)
    assert (page.status, page.location) == (302, address("container_detail", lab.bottle))
    assert page.message == "BOT-1 is amended."
    assert (container.capacity_g, container.revision) == (Decimal("120.000000"), lab.bottle.revision + 1)
    history = as_technician.get("container_history", lab.bottle)
    assert "Technician Amended “Rated again” Capacity was 100.000000 g → now 120.000000 g" in history.text


def test_it_opens_with_the_values_as_they_are(lab, as_technician):
    page = as_technician.get("container_amend", lab.bottle)

    assert page.typed["capacity_g"] == "100"
    assert page.typed["seen"] == str(lab.bottle.revision)
    assert set(page.typed) == {
        *[
            "csrfmiddlewaretoken",
            "submission",
            "sender",
            "seen",
            "opened",
            "capacity_g",
            "tare_g",
            "atmosphere",
            "description",
            "reason",
        ]
    }


def test_it_says_when_nothing_was_changed(lab, as_technician):
    page = as_technician.fill("container_amend", lab.bottle, reason="For no reason")

    assert page.status == 422
    assert "Nothing was changed: every value is as it was." in page.summary


def test_line_ends_of_the_browser_are_no_change(lab, as_technician):
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box, description="One\nTwo")

    page = as_technician.fill("container_amend", vial, reason="For no reason")

    assert page.status == 422
    assert Container.objects.get(pk=vial.pk).description == "One\nTwo"


def test_a_value_may_be_taken_away(lab, as_technician):
    as_technician.fill("container_amend", lab.bottle, capacity_g="", reason="Not rated after all")

    assert Container.objects.get(pk=lab.bottle.pk).capacity_g is None


def test_it_refuses_a_capacity_below_the_contents(lab, as_technician):
    page = as_technician.fill("container_amend", lab.bottle, capacity_g="9.999999", reason="Rated again")

    assert page.status == 422
    assert page.faults["capacity_g"] == "Sample bottle BOT-1 holds 10.000000 g; a capacity of 9.999999 g is too small."
    assert page.typed["capacity_g"] == "9.999999"


def test_a_capacity_equal_to_the_contents_is_allowed(lab, as_technician):
    page = as_technician.fill("container_amend", lab.bottle, capacity_g="10", reason="Rated again")

    assert page.status == 302


def test_it_refuses_without_a_reason_and_keeps_what_was_typed(lab, as_technician):
    page = as_technician.fill("container_amend", lab.bottle, capacity_g="77", description="Chipped")

    assert page.status == 422
    assert page.faults["reason"] == "This field is required."
    assert (page.typed["capacity_g"], page.typed["description"]) == ("77", "Chipped")


def test_the_record_on_the_page_is_the_one_that_is_kept(lab, as_technician):
    """Validation writes what was typed into the form's instance; the page still names what is so."""
    page = as_technician.fill("container_amend", lab.bottle, capacity_g="77")

    assert "Amend BOT-1" in page.text


def test_it_is_forbidden_at_another_custodian(lab, as_receiver):
    page = as_receiver.fill("container_amend", lab.bottle, capacity_g="120", reason="Rated again")

    assert page.status == 403
    assert "Laboratory answers for this, and Receiver does not work there." in page.text
    assert page.typed["capacity_g"] == "120"


def test_it_refuses_what_is_under_way(lab, as_technician):
    factories.release(lab.technician, [lab.box], lab.other)

    page = as_technician.fill("container_amend", lab.bottle, capacity_g="120", reason="Rated again")

    assert page.status == 422
    assert "BOT-1 is under way to Second laboratory with H-0001." in page.summary


@pytest.mark.parametrize("name", ["container_amend", "container_move", "container_seal", "container_void"])
def test_a_void_container_has_no_forms(lab, as_curator, name):
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box)
    as_curator.fill("container_void", vial, reason="Registered twice")

    assert as_curator.get(name, vial).status == 404
