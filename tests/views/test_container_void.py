"""Void a container, and read it afterwards."""

import pytest

from samples.models import Container
from tests import factories
from tests.views.conftest import address


@pytest.fixture
def vial(lab):
    return factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box)


def test_it_voids_a_container(lab, vial, as_curator):
    page = as_curator.fill("container_void", vial, reason="Registered twice")

    assert (page.status, page.location) == (302, address("container_detail", vial))
    assert page.message == "VIAL-1 is void; it stays readable."
    assert Container.objects.get(pk=vial.pk).is_void


def test_a_void_container_says_so_on_each_of_its_pages_and_offers_nothing(lab, vial, as_curator, as_technician):
    as_curator.fill("container_void", vial, reason="Registered twice")

    for name in ("container_detail", "container_custody", "container_seals", "container_history"):
        page = as_technician.get(name, vial)

        assert page.status == 200
        assert "This record is void. Curator: “Registered twice”" in page.text
        assert page.with_class("action-bar") == []


def test_a_void_container_is_left_out_of_the_list_until_it_is_asked_for(lab, vial, as_curator):
    as_curator.fill("container_void", vial, reason="Registered twice")

    assert as_curator.get("container_list").rows == ["BOT-1", "BOX-1"]
    assert as_curator.get("container_list", show="voided").rows == ["VIAL-1"]
    assert as_curator.get("container_list", show="all").rows == ["BOT-1", "BOX-1", "VIAL-1"]


def test_it_refuses_while_something_is_inside(lab, as_curator):
    page = as_curator.fill("container_void", lab.box, reason="Registered twice")

    assert page.status == 422
    assert "BOX-1 cannot be voided while others refer to it: containers (1)." in page.summary
    assert page.typed["reason"] == "Registered twice"


def test_it_needs_a_reason(lab, vial, as_curator):
    page = as_curator.fill("container_void", vial)

    assert page.status == 422
    assert page.faults == {"reason": "This field is required."}
