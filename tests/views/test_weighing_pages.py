"""Balances, weighings and damage of seals: their pages, forms and refusals."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from samples.models import Balance, Seal, Weighing
from samples.operations import seals
from tests import factories
from tests.views.conftest import address


@pytest.fixture
def balance(lab):
    return factories.balance(lab.curator, "Bench 1", "0.0001")


@pytest.fixture
def expired(lab):
    return factories.balance(lab.curator, "Bench 2", calibrated_until=factories.in_days(-3))


# Balances.


def test_the_list_flags_an_expired_calibration(balance, expired, as_auditor):
    page = as_auditor.get("balance_list")

    assert page.rows == ["Bench 1", "Bench 2"]
    assert [words for words in page.with_class("bad-text") if words] == ["expired"]
    assert "± 0.000100 g" in page.text
    assert page.link("Register balance") is None


def test_the_list_is_filtered_and_downloaded(lab, balance, as_auditor):
    factories.balance(lab.curator, "Old one", active=False)

    page = as_auditor.get("balance_list", active="no")
    [row] = csv.DictReader(io.StringIO(as_auditor.open(page.link("Download CSV")).html, newline=""))

    assert page.rows == ["Old one"]
    assert (row["name"], row["uncertainty_g"], row["in_use"]) == ("Old one", "0.001000", "no")


def test_a_curator_registers_a_balance_whose_calibration_lies_ahead(as_curator):
    until = factories.in_days(1000).isoformat()

    sent = as_curator.fill(
        "balance_register", name="Bench 9", uncertainty_g="0.1 mg", calibrated_until=until, reason="Bought"
    )

    balance = Balance.objects.get()
    assert sent.message == "Bench 9 is registered."
    assert sent.location == address("balance_history", balance)
    assert (f"{balance.uncertainty_g:f}", balance.calibrated_until.isoformat()) == ("0.000100", until)


def test_a_name_that_is_taken_is_a_fault_of_its_field(balance, as_curator):
    until = factories.in_days(10).isoformat()

    sent = as_curator.fill(
        "balance_register", name="bench 1", uncertainty_g="1", calibrated_until=until, reason="Bought"
    )

    assert (sent.status, sent.faults["name"]) == (422, "Another balance has this name.")


def test_it_is_amended_and_its_page_tells_what_it_was(expired, as_curator):
    until = factories.in_days(300).isoformat()
    assert "Calibration expired" in as_curator.get("balance_history", expired).text

    as_curator.fill("balance_amend", expired, calibrated_until=until, reason="Calibrated")

    page = as_curator.get("balance_history", expired)
    assert "Calibration expired" not in page.text
    assert "Amended “Calibrated” Calibrated until" in page.text


# Weighing.


def test_a_container_is_weighed_in_milligrams_too(lab, balance, as_technician):
    assert as_technician.get("container_detail", lab.box).link("Weigh") == address("container_weigh", lab.box)

    sent = as_technician.fill(
        "container_weigh",
        lab.box,
        balance=str(balance.pk),
        gross_g="12500.5 mg",
        preliminary="on",
        reason="Before opening",
    )

    weighing = Weighing.objects.get()
    assert (f"{weighing.gross_g:f}", weighing.operator, weighing.preliminary) == ("12.500500", lab.technician, True)
    assert sent.location == address("container_weighings", lab.box)
    assert "The weighing is recorded" in sent.message
    [table] = as_technician.open(sent.location).with_class("table")
    assert "Technician Open Preliminary 12.500500 g not known – – not compared Bench 1 ± 0.000100 g" in table


def test_the_table_leads_to_the_handoff_of_a_receipt(lab, balance, as_auditor):
    factories.seal(lab.technician, lab.box, "S-1")
    [mass] = factories.discrepancies_of(lab, lab.box, seal_read="", balance=balance)

    page = as_auditor.get("container_weighings", lab.box)

    assert page.link("H-0001") == mass.line.handoff.get_absolute_url()
    assert "Sealed" in page.with_class("table")[0]


def test_a_balance_out_of_calibration_is_asked_about(lab, expired, as_technician):
    opened = as_technician.get("container_weigh", lab.box)
    assert "calibration ended" in opened.text

    doubted = opened.send(balance=str(expired.pk), gross_g="110", reason="No other")
    assert doubted.status == 422
    assert "Bench 2 was calibrated until" in " ".join(doubted.with_class("doubts"))
    assert not Weighing.objects.exists()

    doubted.send(acknowledged="on")
    assert Weighing.objects.get().balance == expired


def test_a_tick_is_for_the_doubts_that_were_shown(lab, balance, expired, as_technician):
    typed = {"balance": str(expired.pk), "gross_g": "110", "reason": "No other"}
    shown = as_technician.fill("container_weigh", lab.box, **typed)
    assert len(shown.with_class("doubts")) == 1

    another = shown.send(acknowledged="on", gross_g="1")
    assert another.status == 422
    assert "Bench 2 was calibrated until" in another.with_class("doubts")[0]
    assert "1.000000 g is less than the 10.000000 g that BOX-1 holds." in another.with_class("doubts")[0]
    assert as_technician.post(shown.url, shown.typed | {"acknowledged": "on", "doubted": ""}).status == 422
    assert not Weighing.objects.exists()

    # Of two that were shown one is mended; the other was confirmed.
    assert another.send(acknowledged="on", balance=str(balance.pk)).status == 302
    assert Weighing.objects.get().gross_g == 1


@pytest.mark.parametrize("gross_g", ["", "-1", "1,5", "0.0000001", "x"])
def test_a_gross_mass_that_is_none_is_a_fault(lab, balance, as_technician, gross_g):
    sent = as_technician.fill("container_weigh", lab.box, balance=str(balance.pk), gross_g=gross_g, reason="Now")

    assert sent.status == 422
    assert "gross_g" in sent.faults


def test_a_weighing_to_come_is_a_fault_of_its_moment(lab, balance, as_technician):
    later = timezone.localtime(timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")

    sent = as_technician.fill(
        "container_weigh", lab.box, balance=str(balance.pk), gross_g="1", weighed_at=later, reason="Now"
    )

    assert "is in the future" in sent.faults["weighed_at"]


def test_a_balance_out_of_use_is_not_offered(lab, balance, as_technician):
    factories.balance(lab.curator, "Old one", active=False)

    assert "Old one" not in as_technician.get("container_weigh", lab.box).text


def test_the_action_says_why_it_is_not_possible(lab, as_technician, as_receiver):
    nobody = "Weigh: No balance is in use here. A curator registers one."
    assert nobody in as_technician.get("container_detail", lab.box).text

    factories.balance(lab.curator)
    factories.seal(lab.technician, lab.box, "S-1")
    assert "Weigh" in as_technician.get("container_detail", lab.box).with_class("action-bar")[0]
    assert "BOX-1 is closed with seal S-1" in as_technician.get("container_detail", lab.bottle).text
    assert address("container_weigh", lab.bottle) not in as_technician.get("container_detail", lab.bottle).links
    assert address("container_weigh", lab.box) not in as_receiver.get("container_detail", lab.box).links


def test_what_was_never_weighed_says_so(lab, as_auditor):
    assert "Never weighed" in as_auditor.get("container_weighings", lab.box).text


# Damage of a seal.


def test_damage_is_noted_and_shown(lab, as_technician, as_researcher):
    assert as_technician.get("container_detail", lab.box).link("Note damage") is None
    factories.publish(lab.curator, lab.soil)
    factories.seal(lab.technician, lab.box, "S-1")
    assert as_technician.get("container_detail", lab.box).link("Note damage") is not None

    sent = as_technician.fill(
        "container_note_damage", lab.box, damage="The wire is frayed", noted_by="Li", reason="Seen at the shelf"
    )

    assert sent.message == "The damage of the seal of BOX-1 is noted."
    assert Seal.objects.get().state == Seal.State.DAMAGED
    page = as_technician.get("container_seals", lab.box)
    assert "Li: The wire is frayed" in page.text
    assert "Note damage: Damage of seal S-1 was noted before." in page.text
    assert as_technician.get("container_note_damage", lab.box).message == "Damage of seal S-1 was noted before."
    shown = as_researcher.get("container_seals", lab.box).text
    assert "Damaged" in shown
    assert "frayed" not in shown


def test_damage_before_the_seal_is_a_fault_of_its_moment(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-1")

    sent = as_technician.fill(
        "container_note_damage", lab.box, damage="Bent", noted_by="Li", noted_at="2024-05-01T10:00", reason="Seen"
    )

    assert "the seal was applied then" in sent.faults["noted_at"]


def test_as_it_happened_a_seal_is_damaged_only_from_then_on(lab, as_auditor):
    factories.seal(lab.technician, lab.box, "S-1")
    at = factories.LONG_AGO + timedelta(days=5)
    seals.note_damage(container=lab.box, damage="Bent", noted_at=at, noted_by="Li", by=lab.technician, reason="Seen")
    seals.unseal(
        container=lab.box, broken_at=at + timedelta(days=5), broken_by="Li", by=lab.technician, reason="Opened"
    )

    states = [
        as_auditor.get("container_seals", lab.box, as_of=(at + timedelta(days=days)).isoformat()).with_class("table")[0]
        for days in (-1, 1, 6)
    ]

    assert ["Bent" in words for words in states] == [False, True, True]
    assert ["Intact" in words for words in states] == [True, False, False]
    assert ["Damaged" in words for words in states] == [False, True, False]
    assert "Broken" in states[2]
