"""Register a container."""

from decimal import Decimal

import pytest

from samples.models import Container
from tests import factories
from tests.views.conftest import address

TYPED = {
    "identifier": "BOT-2",
    "kind": "sample bottle",
    "origin": "scoop",
    "custody_began_at": "2024-06-28T10:00",
    "chain_document": "Delivery note 7",
    "reason": "Delivered empty",
}


def register(browser, lab, **typed):
    where = {} if {"parent", "location"} & set(typed) else {"parent": "BOX-1"}
    return browser.fill("container_register", **({"mission": lab.mission.pk} | TYPED | where | typed))


def test_it_registers_a_container_inside_another(lab, as_technician):
    page = register(as_technician, lab, capacity_g="150", tare_g="35.5", description="Glass\nstopper")

    container = Container.objects.get(identifier="BOT-2")
    assert (page.status, page.location) == (302, address("container_detail", container))
    assert page.message == "BOT-2 is registered."
    assert (container.parent, container.custodian, container.location) == (lab.box, lab.home, None)
    assert (container.capacity_g, container.tare_g) == (Decimal("150.000000"), Decimal("35.500000"))
    assert container.description == "Glass\nstopper"
    assert container.history.get().history_change_reason == "Delivered empty"


def test_it_registers_a_container_that_stands_alone(lab, as_technician):
    register(as_technician, lab, location=lab.room.pk, custodian=lab.home.pk)

    container = Container.objects.get(identifier="BOT-2")
    assert (container.parent, container.location, container.custodian) == (None, lab.room, lab.home)


def test_it_offers_the_custodian_of_the_person_and_what_the_link_names(lab, as_technician):
    page = as_technician.get("container_register", parent="BOX-1", mission=lab.mission.pk)

    assert page.typed["custodian"] == str(lab.home.pk)
    assert (page.typed["parent"], page.typed["mission"]) == ("BOX-1", str(lab.mission.pk))


def test_it_reads_milligrams_and_any_case_of_the_outer_container(lab, as_technician):
    register(as_technician, lab, parent=" box-1 ", capacity_g="2500 mg")

    container = Container.objects.get(identifier="BOT-2")
    assert (container.parent, container.capacity_g) == (lab.box, Decimal("2.500000"))


def test_it_keeps_what_was_typed_when_it_refuses(lab, as_technician):
    page = register(as_technician, lab, capacity_g="12,5", description="Glass stopper", origin="drill")

    assert page.status == 422
    assert page.typed["capacity_g"] == "12,5"
    assert page.typed["description"] == "Glass stopper"
    assert page.typed["origin"] == "drill"
    assert page.typed["parent"] == "BOX-1"
    assert "Nothing was saved: one answer needs a look What you typed is still here." in page.summary
    assert "“12,5” has a comma. Write the decimal sign as a point: 12.5." in page.faults["capacity_g"]
    assert not Container.objects.filter(identifier="BOT-2").exists()


def test_the_summary_leads_to_each_field_at_fault(lab, as_technician):
    page = register(as_technician, lab, capacity_g="much", reason="", origin="")

    targets = [link for link in page.links if link.startswith("#id_")]
    assert targets == ["#id_origin_0", "#id_capacity_g", "#id_reason"]
    ids = {node.get("id") for node in page.tree.iter()}
    assert {target[1:] for target in targets} <= ids
    assert "3 answers need a look" in page.summary


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("identifier", "BOT 2", "An identifier has 1 to 40 ASCII letters, digits and , . _ / -"),
        ("identifier", "bot-1", "Another container has this identifier. Identifiers are unique, upper and lower case"),
        ("identifier", "B" * 41, "at most 40 characters"),
        ("parent", "BOX-2", "No container in use has the identifier “BOX-2”."),
        ("tare_g", "-1", "A mass is never negative."),
        ("tare_g", "1e3", "“1e3” is not a plain decimal number."),
        ("tare_g", "NaN", "“NaN” is not a plain decimal number."),
        ("tare_g", "１２", "is not a plain decimal number."),
        ("tare_g", "0.0000001", "is finer than one microgram."),
        ("tare_g", "12 kg", "“kg” is not a unit of mass here. Use g or mg."),
        ("tare_g", "1000000.000001", "More than a tonne cannot be right."),
        (
            "capacity_g",
            "2000.000001",
            "2 000.000001 g is more than the return capacity of Mission CE6, which is 2 000",
        ),
        ("custody_began_at", "2999-01-01T00:00", "2999 cannot be right: give a year between 1957 and now."),
        ("mission", "987654", "Select a valid choice."),
        ("kind", "bucket", "Select a valid choice."),
        ("chain_document", "", "This field is required."),
        ("reason", "", "This field is required."),
        ("reason", "\u200b", "Give a reason. It is kept with the change for ever."),
    ],
)
def test_it_refuses_at_the_field_at_fault(lab, as_technician, field, value, sentence):
    page = register(as_technician, lab, **{field: value})

    assert page.status == 422
    assert sentence in page.faults[field]
    assert page.faults[field] in page.summary
    assert Container.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"parent": "", "location": ""}, "Say where the container stands, or which container it is inside of"),
        ({"origin": "mixed"}, "Only a return capsule, a sealed package or a collection bag may hold both drilled"),
        ({"capacity_g": "0"}, "A capacity is more than zero and a tare is never negative."),
    ],
)
def test_it_refuses_in_the_summary_what_is_no_single_fields_fault(lab, as_technician, typed, sentence):
    page = register(as_technician, lab, **typed)

    assert page.status == 422
    assert sentence in page.summary
    assert page.faults == {}


def test_it_refuses_both_a_place_and_an_outer_container(lab, as_technician):
    page = register(as_technician, lab, parent="BOX-1", location=lab.room.pk)

    assert page.status == 422
    assert "which container it is inside of: one of the two" in page.summary


def test_it_refuses_an_origin_the_outer_container_does_not_hold(lab, as_technician):
    page = register(as_technician, lab, parent="BOT-1", origin="drill")

    assert page.status == 422
    assert page.faults["parent"] == "BOT-1 holds only material from the scoop, not from the drill."


def test_it_refuses_a_sealed_container(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")

    page = register(as_technician, lab)

    assert page.status == 422
    assert "BOX-1 is closed with seal S-100." in page.summary


def test_it_refuses_a_beginning_in_the_future(lab, as_technician):
    page = register(as_technician, lab, custody_began_at=f"{factories.LONG_AGO.year + 90}-01-01T00:00")

    assert page.status == 422
    assert "custody_began_at" in page.faults


def test_it_is_forbidden_at_another_custodian(lab, as_technician):
    page = register(as_technician, lab, location=lab.other_room.pk, custodian=lab.other.pk)

    assert page.status == 403
    assert "Second laboratory answers for this, and Technician does not work there." in page.text
    assert page.typed["identifier"] == "BOT-2"


def test_a_curator_registers_everywhere(lab, as_curator):
    page = register(as_curator, lab, location=lab.other_room.pk, custodian=lab.other.pk)

    assert page.status == 302


def test_sending_it_twice_makes_one_container(lab, as_technician):
    register(as_technician, lab)

    page = register(as_technician, lab)

    assert page.status == 422
    assert "Another container has this identifier." in page.faults["identifier"]
    assert Container.objects.filter(identifier="BOT-2").count() == 1
