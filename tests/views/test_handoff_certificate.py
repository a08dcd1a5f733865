"""The certificate of a handoff as a page to print: every fact, what is wrong, and who may see it."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from samples.audit.checkpoints import checkpoint
from samples.models import LedgerEntry
from samples.operations import Busy, custody, data, discrepancies
from tests import factories
from tests.documents import ways
from tests.views.conftest import Browser, address
from tests.views.test_markup import faults


@pytest.fixture
def handoff(lab):
    return ways.released_to_laboratory(lab, remarks="Two\nlines", due_back_on=ways.LANDED.date() + timedelta(days=400))


def page_of(handoff, browser):
    page = browser.get("handoff_certificate", handoff)
    assert page.status == 200
    assert list(faults(page)) == []
    return page


def test_it_says_who_what_where_and_when(lab, handoff, as_auditor):
    ways.received(lab, handoff, remarks="All fine")

    text = page_of(handoff, as_auditor).text

    for fact in (
        "Handoff H-0005 · CE6 · Received",
        "From Agency Agency, CNSA",
        "To Laboratory Laboratory",
        "Place, transport Zhurihe airport – “cold” chain, 嫦娥六号 By hand",
        "Purpose Storage and study; masses preliminary",
        "Released 26 Jun 2024, 10:42 UTC+8",
        "Received 26 Jun 2024, 11:52 UTC+8 Room 1",
        "Document Sample certificate CE6",
        "Witnesses Gu, He",
        "Due back 30 Jul 2025",
        "CE6-CAPSULE return capsule CN-240606-17 CN-240606-17 intact 325.125000 g ± 0.010000 g 325.128000 g +0.003000",
        "CE6-SP-01 inside: sealed package – – – – – –",
        "Weighed on Balance 1, ± 0.001000 g.",
        "Remarks at the release: Two lines",
        "Remarks at the receipt: All fine",
    ):
        assert fact in text


def test_it_shows_both_signatures_with_the_entries_they_sign(lab, handoff, as_auditor):
    ways.received(lab, handoff)

    text = page_of(handoff, as_auditor).text

    release, receipt = handoff.signatures.order_by("pk")
    assert "Curator “I release these containers” on behalf of The head of the team (Agency), document REL-LAB" in text
    assert "Technician “I received these containers as recorded” for Laboratory" in text
    for signature in (release, receipt):
        entry = LedgerEntry.objects.get(seq=signature.ledger_seq)
        assert re.search(rf"signs Ledger {entry.seq} · [A-Z2-7-]{{19}} {entry.hash}", text)
        assert f"{signature.signed_at:%H:%M:%S} UTC" in text
    assert text.count("UTC+8, entered later") == 2


def test_it_lists_every_custodian_before(lab, handoff, as_auditor):
    text = page_of(handoff, as_auditor).text

    assert (
        "25 Jun 2024, 14:07 chain begins here Chang’e-6 returner document DOC-1 "
        "25 Jun 2024, 14:37 Chang’e-6 returner Recovery team Siziwang Banner intact H-0001, on behalf "
        "25 Jun 2024, 16:37 Recovery team Air transport 嫦娥六号 Zhurihe airport – “cold” chain, 嫦娥六号 intact "
        "H-0002, on behalf "
        "26 Jun 2024, 06:42 Air transport 嫦娥六号 Opening centre CAST, Beijing intact "
        "H-0003, on behalf, gap 12 h 05 min, unexplained "
        "26 Jun 2024, 08:42 Opening centre Agency Beijing intact H-0004, on behalf"
    ) in text


def test_a_long_chain_leaves_out_its_middle(lab, as_auditor, monkeypatch):
    monkeypatch.setattr("samples.documents._chain.MOST_STEPS", 2)

    text = page_of(ways.released_to_laboratory(lab), as_auditor).text

    assert "Chang’e-6 returner document DOC-1 … and 2 earlier: the page of the container has them all." in text
    assert "H-0002" not in text
    assert "H-0003" in text


def test_containers_that_came_by_different_ways_have_a_chain_each(lab, as_auditor):
    travelled = factories.release(lab.technician, [lab.box], lab.other)
    factories.receive(lab.receiver, travelled, lab.other_room)
    own = {"custodian": lab.other, "location": lab.other_room}
    fresh = [factories.container(lab.curator, name, lab.mission, **own) for name in ("NEW-1", "NEW-2")]
    at = travelled.released_at + timedelta(days=1)

    page = page_of(factories.release(lab.receiver, [lab.box, *fresh], lab.home, released_at=at), as_auditor)

    assert "Custody before this handoff: BOX-1 " in page.text
    assert "Custody before this handoff: NEW-1, NEW-2 " in page.text


def test_what_differs_is_red_and_has_a_cross(lab, handoff, as_auditor):
    ways.differing(lab, handoff)

    page = page_of(handoff, as_auditor)

    wrong = page.with_class("bad-text")
    for value in ("Received with discrepancy ×", "CN-240606-71 ×", "damaged ×", "−1.024996 g ×"):
        assert value in wrong
    assert "Seal CN-240606-71 was read on CE6-CAPSULE, and CN-240606-17 was declared. Open." in page.text
    assert "The seal of CE6-CAPSULE is damaged. Open." in page.text
    assert "Discrepancy (mass): CE6-CAPSULE weighs 324.100004 g" in page.text


def test_what_fits_has_no_cross(lab, handoff, as_auditor):
    ways.received(lab, handoff, minutes=30)

    page = page_of(handoff, as_auditor)

    assert "×" not in page.text
    assert page.with_class("bad-text") == []


def test_a_closed_discrepancy_says_how(lab, handoff, as_auditor):
    ways.differing(lab, handoff)
    first = handoff.lines.get(container__identifier="CE6-CAPSULE").discrepancies.order_by("pk").first()
    discrepancies.close(
        discrepancy=first, outcome="accepted", finding="Two figures swapped", by=lab.curator, reason="Asked the agency"
    )

    text = page_of(handoff, as_auditor).text

    assert re.search(r"was declared\. Accepted \d+ \w+ \d{4}, \d\d:\d\d UTC\+8 by Curator: “Two figures swapped”", text)


def test_a_gap_is_told_with_its_explanation(lab, handoff, as_auditor):
    ways.received(lab, handoff)
    before = page_of(handoff, as_auditor)
    custody.explain_gap(
        handoff=handoff, text="Waited for the aircraft", by=lab.technician, reason="Asked by the curator"
    )

    text = page_of(handoff, as_auditor).text

    assert "Nobody has explained yet where the containers were. ×" in before.with_class("bad-text")
    assert "1 h 10 min between release and receipt. “Waited for the aircraft” Technician, " in text


def test_an_open_handoff_is_not_received_yet_and_shows_no_seal_that_is_still_to_be_read(lab, handoff, as_auditor):
    page = page_of(handoff, as_auditor)

    assert "Not received yet. Custody is still with Agency." in page.text
    assert "CE6-CAPSULE return capsule on record – – 325.125000 g" in page.text
    assert "CN-240606-17" not in page.html


@pytest.mark.parametrize(
    ("verb", "by", "sentence"),
    [
        (custody.reject, "technician", "Rejected .* by Technician: “Box wet”. Custody stayed with Agency."),
        (custody.cancel, "curator", "Cancelled .* by Curator: “Box wet”. Custody stayed with Agency."),
    ],
)
def test_a_handoff_that_came_to_nothing_says_so(lab, handoff, as_auditor, verb, by, sentence):
    verb(handoff=handoff, by=getattr(lab, by), reason="Box wet")

    page = page_of(handoff, as_auditor)

    assert re.search(sentence, page.text)
    assert "Received not received" in page.text
    assert "CN-240606-17" in page.text


def test_a_correction_and_what_it_corrects_name_each_other(lab, handoff, as_auditor):
    ways.received(lab, handoff)
    capsule = handoff.lines.order_by("pk").first().container
    of_the_laboratory = factories.person("home-curator", "curator", custodian=lab.home)
    at = handoff.released_at + timedelta(days=1)
    back = factories.release(of_the_laboratory, [capsule], handoff.from_custodian, corrects=handoff, released_at=at)

    assert "Corrects H-0005" in page_of(back, as_auditor).text
    assert "Corrected by H-0006" in page_of(handoff, as_auditor).text


def test_it_bears_the_checkpoint_and_writes_nothing(lab, handoff, as_auditor):
    before = checkpoint()

    page = page_of(handoff, as_auditor)

    assert checkpoint() == before
    assert f"Ledger checkpoint {before.text}" in page.text
    assert f"/custody/{handoff.pk}/#{before.slug}" in page.html


def test_the_page_of_the_handoff_leads_to_it(lab, as_technician, as_researcher):
    factories.publish(lab.curator, lab.soil)
    handoff = factories.release(lab.technician, [lab.box], lab.other)

    assert as_technician.get("handoff_detail", handoff).link("Certificate") == address("handoff_certificate", handoff)
    assert as_researcher.get("handoff_detail", handoff).link("Certificate") is None


@pytest.mark.parametrize("name", ["handoff_certificate", "handoff_certificate_pdf"])
def test_it_is_not_for_researchers(lab, as_researcher, name):
    factories.publish(lab.curator, lab.soil)
    handoff = factories.release(lab.technician, [lab.box], lab.other)

    page = as_researcher.get(name, handoff)

    assert page.status == 403
    assert "This page is not for your role (Researcher)" in page.text


@pytest.mark.parametrize("name", ["handoff_certificate", "handoff_certificate_pdf"])
def test_it_answers_for_now_only(lab, handoff, as_auditor, name):
    page = as_auditor.get(name, handoff, as_of="2024-07-01")

    assert page.status == 400
    assert "This page shows what is now." in page.text


def test_it_costs_the_same_for_three_times_the_containers_and_handoffs(lab):
    few, many = (passed_on(lab, number) for number in (2, 6))

    assert (cost(lab, few), cost(lab, many)) == (19, 19)


def passed_on(lab, number):
    """The last of so many handoffs of as many sealed containers, each with a discrepancy."""
    parties = [(lab.technician, lab.home, lab.room), (lab.receiver, lab.other, lab.other_room)]
    standing = {"custodian": lab.home, "location": lab.room}
    handed = [factories.container(lab.curator, f"C-{number}-{one}", lab.mission, **standing) for one in range(number)]
    for each in handed:
        factories.seal(lab.curator, each, f"SEAL-{each}")
    for index in range(number):
        giver, taker = parties[index % 2], parties[(index + 1) % 2]
        handoff = factories.release(
            giver[0], handed, taker[1], released_at=factories.LONG_AGO + timedelta(days=60 + index)
        )
        read = ways.found(handoff, seal_read=f"OTHER-{index}")
        factories.receive(taker[0], handoff, taker[2], found=read, differs=True)
    return handoff


def cost(lab, handoff):
    browser = Browser(lab.auditor)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get("handoff_certificate", handoff).status == 200
    return len(queries)


def test_the_pdf_is_entered_in_the_ledger_before_its_checkpoint_is_taken(lab, handoff, as_auditor):
    before = checkpoint()

    response = as_auditor.get("handoff_certificate_pdf", handoff).response

    now = checkpoint()
    entry = LedgerEntry.objects.get(seq=now.seq)
    assert (entry.seq, entry.verb, entry.actor_id) == (before.seq + 1, "data.export", lab.auditor.pk)
    assert '"file":"certificate-H-0005.pdf"' in entry.payload
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Labinv-Ledger"] == now.text.replace(" · ", " ")
    assert re.fullmatch(
        rf'attachment; filename="labinv-certificate-H-0005-\d{{4}}-\d\d-\d\d-{now.slug}\.pdf"',
        response.headers["Content-Disposition"],
    )
    assert response.content.startswith(b"%PDF-")


def test_a_look_at_its_headers_is_no_download(lab, handoff, as_auditor):
    before = checkpoint()

    response = as_auditor.client.head(address("handoff_certificate_pdf", handoff))

    assert response.status_code == 200
    assert checkpoint() == before


def test_a_download_that_cannot_be_entered_is_refused_in_words(lab, handoff, as_auditor, monkeypatch):
    def refuse(**told):
        raise Busy("Somebody else is writing. Try again.")

    monkeypatch.setattr(data, "export", refuse)

    page = as_auditor.get("handoff_certificate_pdf", handoff)

    assert (page.status, page.html) == (503, "Somebody else is writing. Try again.\n")


@pytest.mark.parametrize("name", ["handoff_certificate", "handoff_certificate_pdf"])
def test_an_unknown_handoff_has_none(lab, as_auditor, name):
    page = as_auditor.open(address(name, SimpleNamespace(pk=987654)))

    assert page.status == 404
