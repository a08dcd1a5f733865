"""The page of one handoff, and its history."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.audit.standalone import short_form
from samples.models import Container
from samples.operations import containers, custody
from tests import factories
from tests.views.conftest import Browser, address


@pytest.fixture
def handoff(lab):
    return factories.release(
        lab.technician,
        [lab.box],
        lab.other,
        remarks="Handle with care",
        witnesses="Wang",
        document_number="CUSTODY-7",
        due_back_on=factories.LONG_AGO.date() + timedelta(days=365),
    )


def test_it_shows_who_what_where_and_when(lab, handoff, as_auditor):
    page = as_auditor.get("handoff_detail", handoff)

    assert page.with_class("page-title")[0].startswith("Handoff H-0001 Released")
    assert "From Laboratory Laboratory To Second laboratory Laboratory Place and transport Beijing By hand" in page.text
    assert "Purpose Curation Document CUSTODY-7 Due back 1 Jun 2025" in page.text
    assert "Release Released 1 Jul 2024, 08:00 by Technician, entered later Receipt Not received yet" in page.text
    assert "Witnesses Wang" in page.text
    assert "Handle with care" in page.text
    assert page.rows == ["BOX-1", "BOT-1"]


def test_its_containers_stand_from_the_outside_to_the_inside(lab, as_auditor):
    capsule = factories.container(
        lab.technician,
        "CAP-1",
        lab.mission,
        kind="return capsule",
        origin="mixed",
        custodian=lab.home,
        location=lab.room,
    )
    containers.move(container=lab.box, parent=capsule, by=lab.technician, reason="Packed")
    factories.container(lab.technician, "TRAY-1", lab.mission, parent=capsule)
    handoff = factories.release(lab.technician, [capsule], lab.other)

    page = as_auditor.get("handoff_detail", handoff)

    assert page.rows == ["CAP-1", "BOX-1", "BOT-1", "TRAY-1"]


def test_the_receiver_is_offered_to_receive_it(lab, handoff, as_receiver):
    page = as_receiver.get("handoff_detail", handoff)

    assert page.with_class("action-bar")[0] == "Receive Reject"
    assert page.link("Receive") == address("handoff_receive", handoff)


def test_the_releaser_is_offered_to_cancel_it_and_told_why_not_to_receive_it(lab, handoff, as_technician):
    page = as_technician.get("handoff_detail", handoff)

    assert page.link("Cancel") == address("handoff_cancel", handoff)
    assert page.link("Receive") is None
    assert page.with_class("refusal") == ["Receive, Reject: You released it yourself; somebody else receives it."]


def test_others_are_told_who_receives_it(lab, handoff):
    page = Browser(lab.colleague).get("handoff_detail", handoff)

    assert page.with_class("refusal") == [
        "Receive, Reject: Second laboratory has people who sign for it, and Colleague is not one of them."
    ]


def test_who_only_reads_is_offered_nothing(lab, handoff, as_auditor):
    assert as_auditor.get("handoff_detail", handoff).with_class("action-bar") == []


def test_once_received_it_says_where_and_offers_nothing(lab, handoff, as_receiver):
    factories.receive(lab.receiver, handoff, lab.other_room)

    page = as_receiver.get("handoff_detail", handoff)

    assert "Receipt Received 1 Jul 2024, 08:05 by Receiver, entered later Room 2" in page.text
    assert page.with_class("action-bar") == []


def test_it_names_the_handoff_it_corrects_and_the_one_that_corrects_it(lab, as_auditor):
    first = factories.release(lab.technician, [lab.box], lab.carrier)
    behalf = {"on_behalf_of": "Driver", "on_behalf_document": "WAYBILL-1"}
    factories.receive(lab.curator, first, lab.street, **behalf)
    box = [Container.objects.get(pk=lab.box.pk)]
    later = first.released_at + timedelta(days=1)
    second = factories.release(lab.curator, box, lab.home, corrects=first, released_at=later, **behalf)

    mistake, correction = (as_auditor.get("handoff_detail", handoff) for handoff in (first, second))

    assert mistake.link("H-0002") == address("handoff_detail", second)
    assert "corrects H-0001" in correction.text


def test_its_history_tells_release_and_receipt(lab, handoff, as_auditor):
    factories.receive(lab.receiver, handoff, lab.other_room)

    received, released = as_auditor.get("handoff_history", handoff).with_class("history-entry")

    assert "Receiver Received “All there”" in received
    assert "New location now Room 2" in received
    assert "Status was Released → now Received" in received
    assert "Technician Released “Planned”" in released
    assert "Witnesses now Wang" in released


@pytest.fixture
def sealed(lab):
    """A sealed box on its way, declared at 500 g."""
    factories.seal(lab.technician, lab.box, "S-17")
    declared = {lab.box.pk: custody.Declared(Decimal(500), Decimal("0.010"))}
    return factories.release(lab.technician, [lab.box], lab.other, declared=declared)


def receive_with_discrepancy(lab, handoff):
    found = {lab.box.pk: custody.Found(seal_read="S-71", seal_condition="damaged", gross_g=Decimal("500.5"))}
    balance = factories.balance(lab.curator)
    return factories.receive(lab.receiver, handoff, lab.other_room, found=found, balance=balance, differs=True)


def test_while_it_is_open_it_says_that_there_is_a_seal_and_not_which(lab, sealed, as_receiver):
    page = as_receiver.get("handoff_detail", sealed)

    assert "sealed its number is read at the receipt" in page.text
    assert "S-17" not in page.html
    assert "declared 500.000000 g ± 0.010000 g" in page.text


def test_once_received_it_sets_what_was_declared_beside_what_was_found(lab, sealed, as_auditor):
    receive_with_discrepancy(lab, sealed)

    page = as_auditor.get("handoff_detail", sealed)

    assert "S-17 declared S-71 was read Damaged" in page.text
    assert "weighed 500.500000 g difference +0.500000 g beyond the tolerance" in page.text
    assert "Seal S-71 was read on BOX-1, and S-17 was declared. open" in page.text


def test_it_shows_both_signatures_with_the_ledger_entry_that_each_signs(lab, sealed, as_auditor):
    receive_with_discrepancy(lab, sealed)

    page = as_auditor.get("handoff_detail", sealed)

    release, receipt = sealed.signatures.order_by("pk")
    signatures = page.with_class("panel")[-1]
    assert "Release Technician “I release these containers”" in signatures
    assert "Receipt Receiver “I received these containers as recorded”" in signatures
    assert signatures.count("UTC+08:00") == 2
    for signature in (release, receipt):
        assert f"Ledger {signature.ledger_seq} · {short_form(signature.ledger_hash)}" in signatures


def test_a_researcher_sees_seals_masses_and_who_signed_and_nothing_of_the_ledger_or_of_discrepancies(
    lab, sealed, as_researcher
):
    factories.publish(lab.curator, lab.soil)
    receive_with_discrepancy(lab, sealed)

    page = as_researcher.get("handoff_detail", sealed)

    assert "S-17 declared S-71 was read" in page.text
    assert "Receipt Receiver “I received these containers as recorded”" in page.text
    assert "Ledger" not in page.with_class("panel")[-1]
    assert "Discrepancies" not in page.text


@pytest.mark.parametrize("question", ["as_of", "recorded_at"])
def test_of_a_moment_before_its_receipt_only_the_release_is_signed(lab, sealed, as_auditor, question):
    moment = sealed.released_at + timedelta(minutes=1) if question == "as_of" else sealed.release_signed_at
    receive_with_discrepancy(lab, sealed)

    page = as_auditor.get("handoff_detail", sealed, **{question: moment.isoformat().replace("+00:00", "Z")})

    assert page.status == 200
    assert "“I release these containers”" in page.text
    assert "“I received these containers as recorded”" not in page.text
    assert "S-71" not in page.text
