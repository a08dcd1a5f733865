"""Discrepancies: their list, page and closing, and where else the pages tell of the open ones."""

import csv
import io
from datetime import timedelta

import pytest

from samples.models import Discrepancy
from samples.operations import custody, discrepancies
from tests import factories
from tests.views.conftest import Browser, address


@pytest.fixture
def balance(lab):
    return factories.balance(lab.curator)


@pytest.fixture
def found(lab, balance):
    """Of BOX-1, now in the second laboratory: another seal, and a mass 20 mg too large."""
    factories.seal(lab.technician, lab.box, "S-1")
    return factories.discrepancies_of(lab, lab.box, balance=balance)


@pytest.fixture
def seal(found):
    return found[0]


@pytest.fixture
def mass(found):
    return found[1]


def close(lab, discrepancy):
    return discrepancies.close(
        discrepancy=discrepancy, outcome="accepted", finding="Read wrongly", by=lab.curator, reason="Looked into"
    )


def again(discrepancy):
    return Discrepancy.objects.get(pk=discrepancy.pk)


# The list.


def test_the_list_shows_the_open_ones_first(lab, seal, mass, as_auditor):
    close(lab, seal)

    page = as_auditor.get("discrepancy_list")

    assert [link for link in page.links if link in (address("discrepancy_detail", seal), mass.get_absolute_url())] == [
        mass.get_absolute_url(),
        seal.get_absolute_url(),
    ]
    assert "2 match." in page.text
    assert "weighs 110.020000 g and 110.000000 g was declared" in page.text
    assert "+0.020000 g" in page.text


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"state": "open"}, ["mass"]),
        ({"state": "closed"}, ["seal"]),
        ({"kind": "seal"}, ["seal"]),
        ({"outcome": "accepted"}, ["seal"]),
        ({"container": "box-1"}, ["mass", "seal"]),
        ({"container": "BOX"}, []),
        ({"q": "was declared"}, ["mass", "seal"]),
        ({"q": "read wrongly"}, ["seal"]),
    ],
)
def test_the_list_is_filtered_and_its_file_with_it(lab, seal, mass, as_auditor, asked, shown):
    close(lab, seal)
    wanted = [{"seal": seal, "mass": mass}[name].get_absolute_url() for name in shown]

    page = as_auditor.get("discrepancy_list", **asked)
    rows = list(csv.DictReader(io.StringIO(as_auditor.open(page.link("Download CSV")).html, newline="")))

    assert [link for link in page.links if link.startswith("/discrepancies/") and link[15:-1].isdigit()] == wanted
    assert [row["kind"] for row in rows] == shown


def test_the_file_has_what_was_declared_and_found(lab, seal, mass, as_auditor):
    text = as_auditor.get("export_discrepancies", kind="mass").html

    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["container"], row["state"], row["handoff"]) == ("BOX-1", "open", "H-0001")
    assert (row["seal_declared"], row["seal_read"], row["seal_condition"]) == ("S-1", "WRONG", "intact")
    assert (row["gross_declared_g"], row["gross_weighed_g"]) == ("110.000000", "110.020000")
    assert (row["tolerance_g"], row["difference_g"]) == ("0.010000", "0.020000")
    assert (row["closed_as"], row["finding"], row["reweighed_g"]) == ("", "", "")


# The page.


def test_the_page_tells_what_was_declared_and_what_was_found(mass, as_auditor):
    page = as_auditor.get("discrepancy_detail", mass)

    [table] = page.with_class("table")
    assert "Seal S-1 WRONG Intact differs" in table
    assert "110.000000 g tolerance ± 0.010000 g 110.020000 g ± 0.001000 g · Balance 1 +0.020000 g" in table
    assert page.link("H-0001") == mass.line.handoff.get_absolute_url()
    assert page.with_class("action-bar") == []


def test_the_page_tells_how_it_was_closed(lab, seal, as_auditor):
    close(lab, seal)

    page = as_auditor.get("discrepancy_detail", seal)

    assert "Closed: Accepted Read wrongly Curator" in page.text
    assert "Closed" in as_auditor.get("discrepancy_history", seal).text


def test_who_is_no_curator_is_told_who_closes_it(mass, as_receiver, as_technician):
    page = as_receiver.get("discrepancy_detail", mass)

    assert page.link("Weigh again") == address("container_weigh", mass.container)
    assert "Close: A curator closes it, with a finding." in page.text
    assert "Weigh again: Second laboratory answers for this" in as_technician.get("discrepancy_detail", mass).text


def test_a_seal_is_not_first_offered_to_be_weighed(mass, seal, as_receiver):
    of_seal, of_mass = (as_receiver.get("discrepancy_detail", one).with_class("action-bar")[0] for one in (seal, mass))

    assert of_seal.index("Close") < of_seal.index("Weigh again")
    assert of_mass.index("Weigh again") < of_mass.index("Close")


# Closing.


def test_a_curator_closes_it_with_a_finding_that_is_the_reason(seal, as_curator):
    sent = as_curator.fill("discrepancy_close", seal, outcome="accepted", finding="Read wrongly")

    assert sent.message == "Seal: BOX-1 is closed."
    closed = again(seal)
    assert (closed.outcome, closed.finding) == ("accepted", "Read wrongly")
    assert closed.history.latest("revision").history_change_reason == "Read wrongly"


def test_a_weighing_made_since_settles_a_mass(lab, mass, balance, as_curator):
    at = factories.LONG_AGO + timedelta(days=31)
    weighing = factories.weighing(lab.receiver, lab.box, balance, "110.001000", weighed_at=at)
    opened = as_curator.get("discrepancy_close", mass)
    assert "110.001000 g ± 0.001000 g · Balance 1" in opened.text
    assert "110.020000 g ± 0.001000 g" not in opened.text

    opened.send(outcome="reweighed", reweighing=str(weighing.pk), finding="Weighed on a levelled balance")

    assert again(mass).reweighing == weighing
    assert "110.001000 g" in as_curator.get("discrepancy_detail", mass).text


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "finding", "This field is required."),
        ({"outcome": "reweighed"}, "reweighing", "Choose a weighing of BOX-1 made after this was opened"),
        ({"outcome": "corrected"}, "movement", "Choose the correction of a sample in BOX-1"),
    ],
)
def test_it_refuses_in_words_beside_the_field(mass, as_curator, typed, field, sentence):
    finding = "Looked into" if typed else ""

    sent = as_curator.fill("discrepancy_close", mass, **({"outcome": "accepted"} | typed), finding=finding)

    assert sent.status == 422
    assert sentence in sent.faults[field]
    assert again(mass).is_open


def test_a_weighing_named_beside_another_outcome_is_refused(lab, mass, balance, as_curator):
    at = factories.LONG_AGO + timedelta(days=31)
    weighing = factories.weighing(lab.receiver, lab.box, balance, weighed_at=at)

    sent = as_curator.fill(
        "discrepancy_close", mass, outcome="accepted", reweighing=str(weighing.pk), finding="Looked into"
    )

    assert (sent.status, sent.faults["reweighing"]) == (422, "Only “reweighed” names a weighing.")


def test_a_seal_has_no_correction_to_choose(seal, as_curator):
    assert "movement" not in as_curator.get("discrepancy_close", seal).typed


def test_a_closed_one_is_not_closed_again(lab, seal, as_curator):
    opened = as_curator.get("discrepancy_close", seal)
    close(lab, seal)

    sent = opened.send(outcome="corrected", finding="Another finding")
    later = as_curator.get("discrepancy_close", seal)

    assert sent.status == 422
    assert "This was closed as accepted on" in sent.text
    assert again(seal).finding == "Read wrongly"
    assert later.message == "This was closed as accepted; that does not change again."


# Elsewhere.


def test_the_overview_counts_the_open_ones_and_has_them_wait_for_the_curator(lab, seal, mass, as_curator, as_auditor):
    as_read, as_worked = as_auditor.get("overview"), as_curator.get("overview")

    assert "2 discrepancies are open." in as_read.text
    assert as_read.link("Open discrepancies") == f"{address('discrepancy_list')}?state=open"
    assert as_read.link("Seal discrepancy of BOX-1") is None
    assert as_worked.link("Seal discrepancy of BOX-1") == seal.get_absolute_url()
    assert address("discrepancy_close", mass) in as_worked.links

    close(lab, seal)
    assert "1 discrepancy is open." in as_auditor.get("overview").text
    close(lab, mass)
    assert "open." not in as_auditor.get("overview").text
    assert "Nothing is waiting for you." in as_curator.get("overview").text


def test_the_container_tells_of_its_open_ones(lab, seal, mass, as_auditor):
    close(lab, seal)

    page = as_auditor.get("container_detail", lab.box)

    assert "Open discrepancy. BOX-1 weighs" in page.text
    assert page.link("Mass discrepancy") == mass.get_absolute_url()
    assert page.link("Seal discrepancy") is None
    assert "open discrepancy" in as_auditor.get("container_weighings", lab.box).text

    close(lab, mass)
    assert "Discrepancy" not in as_auditor.get("container_detail", lab.box).with_class("page-title")[0]


def test_a_researcher_is_told_nothing_of_it(lab, seal, mass, as_researcher):
    factories.publish(lab.curator, lab.soil)

    for name in ("container_detail", "container_seals", "container_custody"):
        page = as_researcher.get(name, lab.box)
        assert page.status == 200
        assert "iscrepanc" not in page.text.replace("Received with discrepancy", "")
        assert "eighing" not in page.text
    assert "iscrepanc" not in as_researcher.get("overview").text
    assert as_researcher.get("handoff_list").link("Discrepancies") is None
    for name, record in (("discrepancy_list", None), ("discrepancy_detail", mass), ("container_weighings", lab.box)):
        assert as_researcher.get(name, record).status == 403


# The past.


def test_a_moment_before_its_closing_shows_it_open(lab, seal):
    before = again(seal).history.get(revision=1).history_date.isoformat()
    close(lab, seal)
    browser = Browser(lab.auditor)

    then = browser.get("discrepancy_detail", seal, recorded_at=before)

    assert "Read wrongly" not in then.text
    assert "Open" in then.with_class("badge")
    assert "Read wrongly" in browser.get("discrepancy_detail", seal).text


def test_as_it_happened_it_begins_at_the_receipt(lab, mass, as_auditor):
    received_at = mass.line.handoff.received_at
    before, after = ((received_at + timedelta(minutes=m)).isoformat() for m in (-1, 1))

    assert as_auditor.get("discrepancy_detail", mass, as_of=before).status == 404
    assert "110.020000 g" in as_auditor.get("discrepancy_detail", mass, as_of=after).text
    assert "Never weighed" not in as_auditor.get("container_weighings", lab.box, as_of=after).text
    assert "110.020000 g" not in as_auditor.get("container_weighings", lab.box, as_of=before).text


@pytest.mark.parametrize(
    ("condition", "verb", "name"),
    [("damaged", "Note damage", "container_note_damage"), ("broken", "Unseal", "container_unseal")],
)
def test_what_was_not_marked_of_the_seal_on_record_is_told_with_the_verb_that_marks_it(
    lab, as_curator, as_auditor, condition, verb, name
):
    factories.seal(lab.technician, lab.box, "S-1")
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    found = {lab.box.pk: custody.Found(seal_read="S-9", seal_condition=condition)}
    factories.receive(lab.receiver, handoff, lab.other_room, found=found, differs=True)
    [another, state] = Discrepancy.objects.order_by("pk")
    close(lab, another)

    for page in (as_curator.get("discrepancy_close", state), as_curator.get("discrepancy_detail", another)):
        assert f"A seal was found {condition} under another number. Seal S-1 is still intact on record" in page.text
    assert Browser(lab.receiver).get("discrepancy_detail", another).link(verb) == address(name, lab.box)
    assert as_auditor.get("discrepancy_detail", state).link(verb) is None

    factories.damage(lab.receiver, lab.box)
    assert "still intact on record" not in as_curator.get("discrepancy_detail", state).text


def test_a_seal_of_another_number_that_is_intact_asks_for_nothing(seal, as_curator):
    assert "still intact on record" not in as_curator.get("discrepancy_detail", seal).text
