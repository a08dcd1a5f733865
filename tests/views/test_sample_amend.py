"""Amend a sample."""

from decimal import Decimal

import pytest

from samples.models import Sample
from tests import factories
from tests.views.conftest import address


@pytest.fixture
def core(lab):
    """A core segment from 10 to 20 cm, with a subsample from 12 to 14 cm."""
    tube = factories.container(lab.technician, "TUBE-1", lab.mission, parent=lab.box, origin="drill", kind="core tube")
    depths = {"depth_top_cm": Decimal(10), "depth_bottom_cm": Decimal(20)}
    core = factories.sample(lab.technician, "CORE-1", tube, origin="drill", form="core segment", **depths)
    depths = {"depth_top_cm": Decimal(12), "depth_bottom_cm": Decimal(14)}
    factories.sample(lab.technician, "CORE-1,1", tube, origin="drill", form="powder", parent=core, **depths)
    return core


def test_it_amends_what_was_typed(lab, as_technician):
    typed = {"form": "rock", "collected_at": "2024-06-03T08:00", "reason": "Looked at it"}

    page = as_technician.fill("sample_amend", lab.soil, **typed)

    assert (page.status, page.location) == (302, address("sample_detail", lab.soil))
    assert page.message == "CE6C0001 is amended."
    history = as_technician.get("sample_history", lab.soil)
    assert "Form was Bulk regolith → now Rock" in history.text
    assert "Collected now 3 Jun 2024, 08:00" in history.text


def test_it_opens_with_the_values_as_they_are(lab, core, as_technician):
    typed = as_technician.get("sample_amend", core).typed

    assert (typed["form"], typed["depth_top_cm"], typed["depth_bottom_cm"]) == ("core segment", "10", "20")
    assert "mass_g" not in typed


def test_sending_the_form_as_it_is_changes_nothing(lab, core, as_technician):
    page = as_technician.fill("sample_amend", core, reason="For no reason")

    assert page.status == 422
    assert "Nothing was changed: every value is as it was." in page.summary


def test_a_mass_put_into_the_request_is_not_amended(lab, as_technician):
    opened = as_technician.get("sample_amend", lab.soil)

    as_technician.post(opened.url, opened.typed | {"mass_g": "1", "description": "Dark", "reason": "Forged"})

    assert Sample.objects.get(pk=lab.soil.pk).mass_g == Decimal("10.000000")


def test_a_depth_taken_away_is_asked_about_and_then_accepted(lab, core, as_technician):
    asked = as_technician.fill("sample_amend", core, depth_top_cm="", depth_bottom_cm="", reason="Label lost")

    assert asked.status == 422
    assert "CORE-1 is a core segment without a depth." in asked.text

    assert asked.send(acknowledged="on").status == 302
    assert Sample.objects.get(pk=core.pk).depth_top_cm is None


def test_it_refuses_depths_that_leave_a_subsample_outside(lab, core, as_technician):
    page = as_technician.fill("sample_amend", core, depth_top_cm="13", reason="Measured again")

    assert page.status == 422
    assert page.faults["depth_top_cm"] == ("CORE-1,1 at 12 to 14 cm is not inside CORE-1, which spans 13 to 20 cm.")
    assert page.typed["depth_top_cm"] == "13"


def test_it_refuses_half_a_depth(lab, core, as_technician):
    page = as_technician.fill("sample_amend", core, depth_top_cm="", reason="Measured again")

    assert page.status == 422
    assert "Give both depths, the top above the bottom, or leave both empty." in page.summary


def test_it_is_forbidden_at_another_custodian(lab, as_receiver):
    page = as_receiver.fill("sample_amend", lab.soil, form="rock", reason="Looked at it")

    assert page.status == 403
    assert page.typed["form"] == "rock"
