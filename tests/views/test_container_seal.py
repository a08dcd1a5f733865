"""Apply a seal to a container, break it again."""

import pytest

from samples.models import Container, Seal
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
    opened = as_technician.get("container_seal", lab.box)
    as_technician.fill("container_seal", lab.box, **TYPED)

    page = opened.send(**(TYPED | {"number": "S-101"}))

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


BROKEN = {"broken_at": "2024-06-29T10:00", "broken_by": "Technician Li", "reason": "To be weighed"}


def test_it_breaks_a_seal(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")

    page = as_technician.fill("container_unseal", lab.box, **BROKEN)

    seal = Seal.objects.get()
    assert (page.status, page.location) == (302, address("container_detail", lab.box))
    assert page.message == "BOX-1 is unsealed."
    assert (seal.state, seal.broken_by, seal.broken_reason) == ("broken", "Technician Li", "To be weighed")
    shown = as_technician.get("container_seals", lab.box).text
    assert "S-100 Broken" in shown
    assert "29 Jun 2024, 10:00 Technician Li: To be weighed" in shown


def test_what_is_sealed_is_offered_to_be_unsealed_and_what_is_not_to_be_sealed(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")
    sealed = as_technician.get("container_detail", lab.box)
    as_technician.fill("container_unseal", lab.box, **BROKEN)
    unsealed = as_technician.get("container_detail", lab.box)

    assert (sealed.link("Unseal"), sealed.link("Apply seal")) == (address("container_unseal", lab.box), None)
    assert (unsealed.link("Unseal"), unsealed.link("Apply seal")) == (None, address("container_seal", lab.box))


def test_it_breaks_no_seal_where_there_is_none(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")
    opened = as_technician.get("container_unseal", lab.box)
    as_technician.fill("container_unseal", lab.box, **BROKEN)
    page = opened.send(**(BROKEN | {"broken_by": "Technician Wang"}))

    assert page.status == 422
    assert "BOX-1 has no seal on it." in page.summary
    assert page.typed["broken_by"] == "Technician Wang"


@pytest.mark.parametrize("name", ["container_unseal", "container_note_damage"])
def test_there_is_no_form_about_a_seal_that_is_not_there(lab, as_technician, name):
    page = as_technician.get(name, lab.box)

    assert (page.status, page.location) == (302, address("container_detail", lab.box))
    assert page.message == "BOX-1 has no seal on it."


def test_it_breaks_seals_outside_before_inside(lab, as_technician):
    factories.seal(lab.technician, lab.bottle, "S-100")
    factories.seal(lab.technician, lab.box, "S-101")

    page = as_technician.fill("container_unseal", lab.bottle, **BROKEN)

    assert page.status == 422
    assert "BOX-1 is closed with seal S-101. Unseal it first, then reach into it." in page.summary


def test_it_breaks_no_seal_before_it_was_applied(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")

    page = as_technician.fill("container_unseal", lab.box, **(BROKEN | {"broken_at": "2024-05-31T10:00"}))

    assert page.status == 422
    assert "the seal was applied then." in page.faults["broken_at"]


def test_it_breaks_no_seal_elsewhere_than_in_a_laboratory(lab, as_curator):
    case = factories.container(lab.curator, "CASE-1", lab.mission, custodian=lab.carrier, location=lab.street)
    factories.seal(lab.curator, case, "S-100")

    page = as_curator.fill("container_unseal", case, **BROKEN)

    assert page.status == 422
    assert "Carrier holds CASE-1. Seals are broken only in a laboratory or an opening centre." in page.summary
    refused = as_curator.get("container_detail", case).with_class("refusal")
    assert "Unseal: Seals are broken only in a laboratory or an opening centre." in refused


def test_breaking_a_seal_is_forbidden_to_others(lab, as_receiver):
    factories.seal(lab.technician, lab.box, "S-100")

    page = as_receiver.fill("container_unseal", lab.box, **BROKEN)

    assert page.status == 403
    assert Seal.objects.get().state == Seal.State.INTACT


def test_what_is_sealed_already_has_no_form_for_another_seal(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")

    page = as_technician.get("container_seal", lab.box)

    assert (page.status, page.location) == (302, address("container_detail", lab.box))
    assert page.message == "BOX-1 is sealed already, with S-100."


@pytest.mark.parametrize(("code", "status"), [("{own}", 302), ("http://elsewhere.example{path}", 422), ("{room}", 422)])
def test_a_container_is_named_by_the_code_of_its_label(lab, as_technician, settings, code, status):
    base = settings.BASE_URL
    path, room = address("container_detail", lab.bottle), address("location_detail", lab.room)
    parent = code.format(own=base + path, path=path, room=base + room)
    factories.container(lab.technician, "VIAL-1", lab.mission, custodian=lab.home, location=lab.room)
    vial = Container.objects.get(identifier="VIAL-1")

    page = as_technician.fill("container_move", vial, parent=parent, location="", reason="Stored")

    assert page.status == status
    assert (Container.objects.get(pk=vial.pk).parent == lab.bottle) == (status == 302)
