"""Correct the mass of a sample, on a weighing."""

from decimal import Decimal

from samples.models import MassMovement, Sample
from tests import factories


def test_a_curator_corrects_a_mass_by_a_movement(lab, as_curator, as_technician):
    typed = {"mass_g": "9.5", "reason": "Weighed on balance 1"}
    page = as_curator.fill("sample_correct", lab.soil, **typed)
    assert "No weighing is named" in page.text

    page = page.send(**typed, acknowledged="on")

    told = f"The mass of {lab.soil} is corrected from 10.000000 g to 9.500000 g."
    assert page.message.replace("\u202f", " ") == told
    assert Sample.objects.get(pk=lab.soil.pk).mass_g == Decimal("9.5")
    movements = as_technician.get("sample_movements", lab.soil)
    assert "Correction" in movements.text
    assert "0.500000 g" in movements.text
    assert as_technician.get("sample_correct", lab.soil).status == 403


def test_a_correction_beyond_a_capacity_is_refused_and_keeps_what_was_typed(lab, as_curator):
    page = as_curator.fill("sample_correct", lab.soil, mass_g="100.000001", reason="Weighed")

    assert page.status == 422
    assert "has room for 90.000000 g; 90.000001 g does not fit" in page.faults["mass_g"]
    assert page.typed["mass_g"] == "100.000001"


def offered(page):
    [select] = [node for node in page.tree.iter("select") if node.get("name") == "weighing"]
    return [" ".join("".join(option.itertext()).split()) for option in select.iter("option")]


def test_the_weighings_of_its_container_and_of_those_around_it_are_offered_the_newest_first(lab, as_curator):
    balance = factories.balance(lab.curator)
    day = {number: factories.LONG_AGO.replace(day=number) for number in (2, 3, 4)}
    factories.weighing(lab.technician, lab.bottle, balance, "45", weighed_at=day[2], tare_g=Decimal(35))
    factories.weighing(lab.technician, lab.box, balance, "500", weighed_at=day[3])
    other = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box)
    factories.weighing(lab.technician, other, balance, "7", weighed_at=day[4])

    assert [text.replace("\u202f", " ") for text in offered(as_curator.get("sample_correct", lab.soil))] == [
        "none",
        "BOX-1, 3 Jun 2024, 08:00 · gross 500.000000 g ± 0.001000 g · Balance 1",
        "BOT-1, 2 Jun 2024, 08:00 · net 10.000000 g, book 10.000000 g · gross 45.000000 g ± 0.001000 g · Balance 1",
    ]


def test_a_correction_that_names_its_weighing_is_not_asked_about(lab, as_curator):
    weighing = factories.weighing(lab.technician, lab.bottle, factories.balance(lab.curator), "44.5")

    page = as_curator.fill("sample_correct", lab.soil, mass_g="9.5", weighing=str(weighing.pk), reason="Read again")

    assert page.status == 302
    assert MassMovement.objects.get(kind="correction").weighing == weighing
    assert Sample.objects.get(pk=lab.soil.pk).mass_g == Decimal("9.5")


def test_a_weighing_of_another_container_is_no_choice(lab, as_curator):
    other = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box)
    weighing = factories.weighing(lab.technician, other, factories.balance(lab.curator), "7")

    page = as_curator.fill("sample_correct", lab.soil, mass_g="9.5", weighing=str(weighing.pk), reason="Read again")

    assert "Select a valid choice." in page.faults["weighing"]
