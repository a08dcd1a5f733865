"""Apply a seal to a container."""

from samples.models import Seal
from tests import factories
from tests.views.conftest import address

TYPED = {"number": "S-100", "applied_at": "2024-06-28T10:00", "applied_by": "Technician Li", "reason": "For transport"}


def test_it_applies_a_seal(lab, as_technician):
    page = as_technician.fill("container_seal", lab.box, **TYPED)

    seal = Seal.objects.get()
    assert (page.status, page.location) == (302, address("container_detail", lab.box))
    assert page.message == "BOX-1 is sealed."
    assert (seal.number, seal.container, seal.state) == ("S-100", lab.box, Seal.State.INTACT)
    assert (seal.applied_by, seal.applied_reason) == ("Technician Li", "For transport")


def test_the_seals_of_a_container_are_listed_with_who_and_why(lab, as_technician):
    as_technician.fill("container_seal", lab.box, **TYPED)

    page = as_technician.get("container_seals", lab.box)

    assert "S-100 Intact 28 Jun 2024, 10:00 Technician Li For transport –" in page.text


def test_it_refuses_a_second_seal(lab, as_technician):
    as_technician.fill("container_seal", lab.box, **TYPED)

    page = as_technician.fill("container_seal", lab.box, **(TYPED | {"number": "S-101"}))

    assert page.status == 422
    assert "BOX-1 is sealed already, with S-100." in page.summary
    assert page.typed["number"] == "S-101"


def test_it_refuses_a_number_that_was_used_before(lab, as_technician):
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, custodian=lab.home, location=lab.room)
    as_technician.fill("container_seal", lab.box, **TYPED)

    page = as_technician.fill("container_seal", vial, **(TYPED | {"number": "s-100"}))

    assert page.status == 422
    assert page.faults["number"] == "This seal number was used before. Every seal has a number of its own."


def test_it_refuses_inside_a_sealed_container(lab, as_technician):
    as_technician.fill("container_seal", lab.box, **TYPED)

    page = as_technician.fill("container_seal", lab.bottle, **(TYPED | {"number": "S-101"}))

    assert page.status == 422
    assert "BOX-1 is closed with seal S-100." in page.summary


def test_it_refuses_a_moment_in_the_future(lab, as_technician):
    page = as_technician.fill("container_seal", lab.box, **(TYPED | {"applied_at": "2999-01-01T00:00"}))

    assert page.status == 422
    assert "2999 cannot be right" in page.faults["applied_at"]


def test_it_is_forbidden_to_others(lab, as_receiver):
    page = as_receiver.fill("container_seal", lab.box, **TYPED)

    assert page.status == 403
    assert not Seal.objects.exists()
