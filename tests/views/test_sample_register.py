"""Register a sample."""

from decimal import Decimal

import pytest

from samples.models import MassMovement, Sample
from tests import factories
from tests.views.conftest import address

TYPED = {
    "identifier": "CE6C0100YJFM00103",
    "form": "bulk regolith",
    "container": "BOT-1",
    "mass_g": "12.5 mg",
    "happened_at": "2024-06-28T10:00",
    "origin": "scoop",
    "reason": "Weighed in",
}


def register(browser, **typed):
    return browser.fill("sample_register", **(TYPED | typed))


def last():
    return Sample.objects.get(identifier=TYPED["identifier"])


def test_it_registers_a_sample_with_its_accession(lab, as_technician):
    page = register(as_technician, other_names="Scoop 3", collection_method="robotic-arm scoop")

    sample = last()
    assert (page.status, page.location) == (302, address("sample_detail", sample))
    assert page.message == "CE6C0100YJFM00103 is registered."
    assert (sample.container, sample.mission, sample.mass_g) == (lab.bottle, lab.mission, Decimal("0.012500"))
    movement = MassMovement.objects.get(to_sample=sample)
    assert (movement.kind, movement.mass_g, movement.by) == ("accession", Decimal("0.012500"), lab.technician)
    assert movement.happened_at.isoformat() == "2024-06-28T02:00:00+00:00"


def test_it_takes_an_apollo_number_with_its_comma(lab, as_technician):
    register(as_technician, identifier="10084,12")

    assert Sample.objects.filter(identifier="10084,12").exists()


def test_it_offers_the_container_that_the_link_names(lab, as_technician):
    assert as_technician.get("sample_register", container="BOT-1").typed["container"] == "BOT-1"


def test_it_registers_a_drilled_sample_with_its_depths(lab, as_technician):
    tube = factories.container(lab.technician, "TUBE-1", lab.mission, parent=lab.box, origin="drill", kind="core tube")

    drilled = {"origin": "drill", "depth_top_cm": "0", "depth_bottom_cm": "28.75"}
    register(as_technician, container="tube-1", form="core segment", **drilled)

    sample = last()
    assert (sample.container, sample.depth_top_cm, sample.depth_bottom_cm) == (tube, Decimal("0.00"), Decimal("28.75"))


def test_a_core_segment_without_a_depth_is_asked_about_and_then_accepted(lab, as_technician):
    factories.container(lab.technician, "TUBE-1", lab.mission, parent=lab.box, origin="drill", kind="core tube")

    asked = register(as_technician, container="TUBE-1", origin="drill", form="core segment")

    assert asked.status == 422
    assert "is a core segment without a depth. Its place in the core will not be known." in asked.text
    assert asked.typed["identifier"] == TYPED["identifier"]
    assert not Sample.objects.filter(identifier=TYPED["identifier"]).exists()
    assert asked.send().status == 422

    answered = asked.send(acknowledged="on")

    assert answered.status == 302
    assert last().depth_top_cm is None


def test_it_keeps_what_was_typed_when_it_refuses(lab, as_technician):
    page = register(as_technician, mass_g="12,5 mg", description="Dark", depth_top_cm="7")

    assert page.status == 422
    assert (page.typed["mass_g"], page.typed["depth_top_cm"]) == ("12,5 mg", "7")
    assert (page.typed["description"], page.typed["container"]) == ("Dark", "BOT-1")
    assert page.typed["happened_at"] == "2024-06-28T10:00"
    assert "“12,5 mg” has a comma." in page.faults["mass_g"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("identifier", "ce6c0001", "Another sample has this identifier."),
        ("identifier", "CE6C０", "Look-alike and invisible characters are not accepted."),
        ("container", "BOT-9", "No container in use has the identifier “BOT-9”."),
        ("parent", "CE6C9", "No sample in use has the identifier “CE6C9”."),
        ("mass_g", "0", ""),
        ("mass_g", "90.000001", "Sample bottle BOT-1 holds 10.000000 g and has room for 90.000000 g; 90.000001 g"),
        ("mass_g", "1 kg", "“kg” is not a unit of mass here."),
        ("mass_g", "Infinity", "is not a plain decimal number."),
        ("mass_g", "0.0001 mg", "is finer than one microgram. Give at most 3 decimals in mg."),
        ("mass_g", "-1", "A mass is never negative."),
        ("mass_g", "0", "Nothing weighs 0 g: a sample has at least one microgram."),
        ("happened_at", "1950-01-01T00:00", "1950 cannot be right: give a year between 1957 and now."),
        ("collected_at", "yesterday", "Give the day and the time, like 2024-06-28 10:30."),
        ("origin", "mixed", "Select a valid choice."),
        ("depth_top_cm", "1.234", "is finer than a tenth of a millimetre."),
        ("form", "", "This field is required."),
        ("use_category", "sale", "Select a valid choice."),
    ],
)
def test_it_refuses_at_the_field_at_fault(lab, as_technician, field, value, sentence):
    page = register(as_technician, **{field: value})

    assert page.status == 422
    assert sentence in page.faults.get(field, page.summary if not sentence else "")
    assert Sample.objects.count() == 1


def test_a_mass_that_just_fits_is_taken(lab, as_technician):
    assert register(as_technician, mass_g="90").status == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"depth_top_cm": "1", "depth_bottom_cm": "2"}, "Scooped material comes from the surface and has no depth."),
        ({"exposure": "air-exposed"}, "For air-exposed material say when and why it was exposed"),
        ({"exposed_reason": "Glove torn"}, "For air-exposed material say when and why it was exposed"),
    ],
)
def test_it_refuses_what_contradicts_itself(lab, as_technician, typed, sentence):
    page = register(as_technician, **typed)

    assert page.status == 422
    assert sentence in page.summary


def test_it_refuses_a_container_of_the_other_origin(lab, as_technician):
    page = register(as_technician, origin="drill")

    assert page.status == 422
    assert page.faults["container"] == "BOT-1 holds only material from the scoop, not from the drill."


def test_it_refuses_below_the_drill_limit(lab, as_technician):
    page = register(as_technician, container="BOX-1", origin="drill", depth_top_cm="199", depth_bottom_cm="200.01")

    assert page.status == 422
    assert page.faults["depth_bottom_cm"] == (
        "200.01 cm is deeper than the drill of Mission CE6 reached: its limit is 200 cm."
    )


def test_it_refuses_a_subsample_unlike_its_parent(lab, as_technician):
    page = register(as_technician, container="BOX-1", origin="drill", parent="CE6C0001")

    assert page.status == 422
    assert "CE6C0001 is scoop material of Mission CE6" in page.faults["parent"]


def test_it_refuses_what_is_sealed(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")

    page = register(as_technician)

    assert page.status == 422
    assert "BOX-1 is closed with seal S-100." in page.summary


def test_it_is_forbidden_at_another_custodian(lab, as_receiver):
    page = register(as_receiver)

    assert page.status == 403
    assert page.typed["identifier"] == TYPED["identifier"]
    assert Sample.objects.count() == 1
