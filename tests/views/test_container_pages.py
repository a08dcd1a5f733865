"""The tabs of one container: contents, custody, seals, history; and the acts offered on them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.models import Origin
from samples.operations import custody
from samples.views import container_page
from tests import factories
from tests.views.conftest import Browser, address


def tree(page):
    return [words.split()[0] for words in page.with_class("tree-row")]


def test_its_header_has_the_facts(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")

    page = as_technician.get("container_detail", lab.bottle)

    assert page.with_class("page-title")[0].startswith("BOT-1 Sample bottle Scoop In use")
    assert "Contents 10.000000 g of 100.000000 g capacity." in page.text
    assert "Free 90.000000 g" in page.text
    assert "Custodian Laboratory Location Room 1 Inside BOX-1 Mission Mission CE6" in page.text
    assert "S-100 Intact" in as_technician.get("container_detail", lab.box).text


def test_its_breadcrumbs_lead_outward(lab, as_technician):
    page = as_technician.get("container_detail", lab.bottle)

    assert page.with_class("breadcrumbs") == ["Containers BOX-1 BOT-1"]


def test_its_contents_are_a_tree_with_masses(lab, as_technician):
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.bottle)
    factories.sample(lab.technician, "GRAIN", vial, "0.000001")

    page = as_technician.get("container_detail", lab.box)

    assert tree(page) == ["BOT-1", "CE6C0001", "VIAL-1", "GRAIN"]
    assert "BOT-1 Sample bottle Scoop 10.000001 g" in page.text


def test_its_contents_leave_out_what_is_void(lab, as_curator):
    as_curator.fill("sample_void", lab.soil, reason="Registered twice")

    assert tree(as_curator.get("container_detail", lab.box)) == ["BOT-1"]


def test_an_empty_container_says_so(lab, as_technician):
    tray = factories.container(lab.technician, "TRAY-1", lab.mission, parent=lab.box)

    page = as_technician.get("container_detail", tray)

    assert "Nothing in it" in page.text
    assert "Not rated: it has no capacity of its own." in page.text


def test_a_tree_too_long_to_show_says_how_to_see_the_rest(lab, as_technician, monkeypatch):
    monkeypatch.setattr(container_page, "MOST_SAMPLES", 2)
    for number in range(3):
        factories.sample(lab.technician, f"S-{number}", lab.bottle)

    page = as_technician.get("container_detail", lab.box)

    assert tree(page) == ["BOT-1", "CE6C0001", "S-0"]
    assert "Only the first 2 samples are shown here" in page.text


def test_its_custody_begins_with_its_document(lab, as_technician):
    page = as_technician.get("container_custody", lab.box)

    entries = page.with_class("timeline-entry")
    assert len(entries) == 1
    assert "1 Jun 2024 08:00 Laboratory here now" in entries[0]
    assert "Document DOC-1" in entries[0]
    assert page.with_class("here") == entries


def test_its_custody_shows_each_handoff_and_the_gaps_between(lab, as_technician):
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    late = handoff.released_at.replace(day=handoff.released_at.day + 3)
    factories.receive(lab.receiver, handoff, lab.other_room, received_at=late)
    back = factories.release(lab.receiver, [lab.box], lab.home, released_at=late)

    page = as_technician.get("container_custody", lab.bottle)

    start, gap, first, second = page.with_class("timeline-entry")
    assert "The chain of custody begins here" in start
    assert "Gap: no place is recorded for 3 d 0 h." in gap
    assert "Laboratory to Second laboratory here now Beijing, by hand Handoff H-0001" in first
    assert "Second laboratory had it for 0 min" in first
    assert "no seal inside BOX-1" in first
    assert "not weighed, inside BOX-1" in first
    assert "“I received these containers as recorded”: Receiver, " in first
    assert "Released 1 Jul 2024, 08:00 by Technician, entered later" in first
    assert "Not received yet" in second
    assert page.link("Handoff H-0002") == address("handoff_detail", back)
    assert "2 handoffs · one gap in time to explain" in page.text


def test_its_custody_shows_what_was_read_and_weighed_and_what_did_not_fit(lab, as_technician):
    factories.seal(lab.technician, lab.box, "SEAL-1")
    declared = {lab.box.pk: custody.Declared(Decimal(5200), Decimal("0.010"))}
    handoff = factories.release(lab.technician, [lab.box], lab.other, declared=declared)
    under_way = as_technician.get("container_custody", lab.box).with_class("open")[0]
    found = {lab.box.pk: custody.Found(seal_read="SEAL-2", seal_condition="damaged", gross_g=Decimal("5200.011"))}
    balance = factories.balance(lab.curator)
    factories.receive(lab.receiver, handoff, lab.other_room, found=found, balance=balance, differs=True)

    page = as_technician.get("container_custody", lab.box)

    assert "to be read back at the receipt to be weighed at the receipt declared 5 200.000000 g" in under_way.replace(
        "Gross ", ""
    )
    assert "SEAL-1" not in under_way
    [entry] = page.with_class("handoff")
    assert "SEAL-1 another number read: SEAL-2 damaged" in entry
    assert "5 200.011000 g declared 5 200.000000 g +0.011000 g, beyond ±0.010000 g" in entry
    assert "Open discrepancy: Seal SEAL-2 was read on BOX-1, and SEAL-1 was declared." in entry
    assert "3 open discrepancies" in page.text


def test_a_side_on_behalf_is_marked_for_ever(lab, as_technician):
    handoff = factories.release(lab.technician, [lab.box], lab.carrier)
    behalf = {"on_behalf_of": "Driver Sun", "on_behalf_document": "WAYBILL-1"}
    factories.receive(lab.colleague, handoff, lab.street, **behalf)
    at = handoff.released_at + timedelta(minutes=30)
    factories.receive(
        lab.receiver, factories.release(lab.colleague, [lab.box], lab.other, released_at=at, **behalf), lab.other_room
    )
    at = handoff.released_at + timedelta(hours=2)
    factories.receive(lab.technician, factories.release(lab.receiver, [lab.box], lab.home, released_at=at), lab.room)

    entries = as_technician.get("container_custody", lab.box).with_class("on-behalf")

    assert ["Laboratory to Carrier On behalf" in entries[0], "Carrier to Second laboratory" in entries[1]] == [
        True,
        True,
    ]
    assert len(entries) == 2


def test_rejected_and_cancelled_handoffs_are_no_part_of_its_chain(lab, as_technician, as_receiver):
    factories.release(lab.technician, [lab.box], lab.other)
    as_receiver.fill("handoff_reject", lab.box.open_handoff(), reason="Not today")

    assert len(as_technician.get("container_custody", lab.box).with_class("timeline-entry")) == 1


def test_a_container_never_sealed_says_so(lab, as_technician):
    assert "Never sealed" in as_technician.get("container_seals", lab.box).text


def test_its_history_tells_registration_and_changes_newest_first(lab, as_technician, as_curator):
    as_curator.fill("container_move", lab.box, location=lab.street.pk, reason="Fire drill")

    page = as_technician.get("container_history", lab.box)

    moved, registered = page.with_class("history-entry")
    assert "Curator Moved “Fire drill” Location was Room 1 → now Street" in moved
    assert "Technician Registered “Delivered empty”" in registered
    assert "Identifier now BOX-1" in registered
    assert "Origin now Mixed" in registered


def test_what_can_be_done_is_offered_in_the_order_of_work(lab, as_technician, as_curator):
    factories.balance(lab.curator)
    page = as_technician.get("container_detail", lab.bottle)

    bar = page.with_class("action-bar")[0]
    assert bar.startswith("Register sample Weigh Release Move Take out Apply seal Amend")
    assert page.link("Register sample") == f"{address('sample_register')}?container=BOT-1"
    assert "Void" not in bar
    assert as_curator.get("container_detail", lab.bottle).link("Void") == address("container_void", lab.bottle)


def test_what_cannot_be_done_now_says_why(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")

    page = as_technician.get("container_detail", lab.bottle)

    assert page.link("Move") is None
    assert page.with_class("refusal") == [
        "Register sample, Weigh, Move, Take out, Apply seal: "
        "BOX-1 is closed with seal S-100. Unseal it first, then reach into it.",
        "Release: BOT-1 is inside BOX-1. Release that one, or take this one out first.",
    ]
    assert page.link("Amend") == address("container_amend", lab.bottle)


@pytest.mark.parametrize("who", ["auditor", "researcher", "administrator"])
def test_who_only_reads_is_offered_nothing(lab, who):
    factories.publish(lab.curator, lab.soil)

    assert Browser(getattr(lab, who)).get("container_detail", lab.box).with_class("action-bar") == []


def test_at_another_custodian_every_act_says_who_answers_for_it(lab, as_receiver):
    page = as_receiver.get("container_detail", lab.box)

    assert page.with_class("refusal") == [
        "Register sample, Weigh, Move, Apply seal, Amend: "
        "Laboratory answers for this, and Receiver does not work there. Ask its staff or a curator.",
        "Release: Laboratory has people who sign for it, and Receiver is not one of them.",
    ]
    assert [page.link(act) for act in ("Register sample", "Release", "Move", "Amend")] == [None] * 4


def test_what_is_under_way_is_frozen_and_leads_to_its_handoff(lab, as_technician):
    handoff = factories.release(lab.technician, [lab.box], lab.other)

    page = as_technician.get("container_detail", lab.bottle)

    assert "Under way to Second laboratory: everything in it is frozen until it is received." in page.text
    assert page.link("Handoff H-0001") == address("handoff_detail", handoff)
    assert page.link("Amend") is None
    assert "under way from Room 1" in page.text


def test_a_container_for_both_origins_shows_what_it_holds_of_each(lab, as_technician):
    tube = factories.container(lab.technician, "TUBE-1", lab.mission, parent=lab.box, origin=Origin.DRILL)
    depths = {"depth_top_cm": Decimal(0), "depth_bottom_cm": Decimal(10)}
    factories.sample(lab.technician, "CORE-1", tube, "2.5", origin="drill", form="core segment", **depths)

    page = as_technician.get("container_detail", lab.box)

    assert "Drill 2.500000 g Scoop 10.000000 g" in page.text
