"""The form that weighs one container: its tare from the records, against the samples inside, what it opens."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.models import Discrepancy, Weighing
from samples.operations import containers
from tests import factories
from tests.views.conftest import address


@pytest.fixture
def balance(lab):
    return factories.balance(lab.curator, "Bench 1", "0.001")


def tare(lab, container, grams):
    containers.amend(
        container=container, changes={"tare_g": Decimal(grams)}, seen=None, by=lab.technician, reason="Weighed empty"
    )


def weigh(page, balance, gross_g, **typed):
    return page.send(balance=str(balance.pk), gross_g=gross_g, reason="Stocktaking", **typed)


# What is proposed.


def test_the_tare_is_filled_in_from_the_records_and_says_of_which_it_is_the_sum(lab, balance, as_technician):
    tare(lab, lab.box, "1200")
    tare(lab, lab.bottle, "35.5")

    page = as_technician.get("container_weigh", lab.box)

    assert page.typed["tare_g"] == "1235.5"
    assert "BOX-1 1 200.000000 g + BOT-1 35.500000 g; together 1 235.500000 g" in page.text
    assert as_technician.get("container_weigh", lab.bottle).typed["tare_g"] == "35.5"
    assert "From the record of BOT-1." in as_technician.get("container_weigh", lab.bottle).text


def test_where_a_tare_is_not_known_the_box_is_empty_and_says_which(lab, balance, as_technician):
    tare(lab, lab.box, "1200")

    page = as_technician.get("container_weigh", lab.box)
    weigh(page, balance, "1245.5")

    assert page.typed["tare_g"] == ""
    assert "the tare of BOT-1 is not recorded. Without a tare nothing is compared" in page.text
    assert (Weighing.objects.get().net_g, Discrepancy.objects.count()) == (None, 0)


def test_the_tare_of_what_is_void_does_not_count(lab, balance, as_technician):
    tare(lab, lab.bottle, "35.5")
    spare = factories.container(lab.technician, "VIAL-9", lab.mission, parent=lab.bottle)
    containers.void(container=spare, by=lab.curator, reason="Registered twice")

    assert as_technician.get("container_weigh", lab.bottle).typed["tare_g"] == "35.5"


def test_the_page_shows_what_the_samples_come_to_and_hands_the_script_exact_figures(lab, balance, as_technician):
    page = as_technician.get("container_weigh", lab.bottle)

    assert "Samples inside 10.000000 g" in page.text
    assert 'data-book="10.000000"' in page.html
    assert 'data-uncertainty="0.001000"' in page.html
    assert "Bench 1 · ± 0.001000 g · calibrated until" in page.text


def test_it_says_whether_the_weighing_is_of_a_sealed_or_an_open_container(lab, balance, as_technician):
    assert "Weighed as Open no seal holds" in as_technician.get("container_weigh", lab.box).text

    factories.seal(lab.technician, lab.box, "S-1")

    assert "Weighed as Sealed with seal S-1" in as_technician.get("container_weigh", lab.box).text


# What it records.


def test_a_mass_that_fits_is_recorded_with_net_and_book(lab, balance, as_technician):
    tare(lab, lab.bottle, "35.5")

    sent = weigh(as_technician.get("container_weigh", lab.bottle), balance, "45.501")

    weighing = Weighing.objects.get()
    assert (sent.status, weighing.net_g, weighing.book_g) == (302, Decimal("10.001000"), Decimal("10.000000"))
    assert "discrepancy" not in sent.message
    [table] = as_technician.open(sent.location).with_class("table")
    assert "Open 45.501000 g 35.500000 g 10.001000 g 10.000000 g +0.001000 g Bench 1" in table


def test_beyond_the_uncertainty_it_asks_then_opens_a_discrepancy_and_names_it(lab, balance, as_technician):
    tare(lab, lab.bottle, "35.5")

    doubted = weigh(as_technician.get("container_weigh", lab.bottle), balance, "45.498999")
    assert (doubted.status, Weighing.objects.count()) == (422, 0)
    assert "0.001001 g less" in " ".join(doubted.with_class("doubts"))

    sent = doubted.send(acknowledged="on")
    discrepancy = Discrepancy.objects.get()
    led_to = as_technician.open(sent.location)
    assert "so a discrepancy is open: Mass: BOT-1" in " ".join(led_to.with_class("messages"))
    assert discrepancy.get_absolute_url() in led_to.links
    [table] = led_to.with_class("table")
    assert "−0.001001 g open discrepancy" in table


def test_a_tare_above_the_gross_mass_is_a_fault_of_the_gross_mass(lab, balance, as_technician):
    sent = weigh(as_technician.get("container_weigh", lab.bottle), balance, "3", tare_g="4")

    assert (sent.status, Weighing.objects.count()) == (422, 0)
    assert "3.000000 g is less than the tare of 4.000000 g" in sent.faults["gross_g"]


# Circumstances, and what it replaces.


def test_after_return_is_asked_only_of_what_a_borrower_gave_back(lab, balance, as_technician):
    assert "after_return" not in as_technician.get("container_weigh", lab.box).typed
    assert "Weighed after its return" not in as_technician.get("container_weigh", lab.box).text
    borrower = factories.custodian(lab.curator, "Borrower", "researcher")
    at = factories.LONG_AGO + timedelta(days=40)
    lent = factories.release(lab.technician, [lab.box], borrower, released_at=at)
    behalf = {"on_behalf_of": "Chen", "on_behalf_document": "LOAN-1"}
    factories.receive(lab.receiver, lent, lab.street, received_at=at + timedelta(minutes=5), **behalf)
    back_at = at + timedelta(days=30)
    back = factories.release(lab.receiver, [lab.box], lab.home, released_at=back_at, **behalf)
    factories.receive(lab.technician, back, lab.room, received_at=back_at + timedelta(minutes=5))

    page = as_technician.get("container_weigh", lab.box)
    assert "Weighed after its return" in page.text
    weigh(page, balance, "110", after_return="on")

    assert Weighing.objects.get().circumstances == "after return"


def test_it_takes_the_place_of_a_weighing_that_none_has_replaced(lab, balance, as_technician):
    assert "In the place of" not in as_technician.get("container_weigh", lab.box).text
    first = factories.weighing(lab.technician, lab.box, balance, "110", preliminary=True)
    opened = as_technician.get("container_weigh", lab.box)

    weigh(opened, balance, "110.001", supersedes=str(first.pk))

    second = Weighing.objects.get(supersedes=first)
    again = as_technician.get("container_weigh", lab.box)
    assert f'value="{second.pk}">' in again.html
    assert f'value="{first.pk}">{first.weighed_at:%-d}' not in again.html
    [table] = as_technician.get("container_weighings", lab.box).with_class("table")
    assert "Preliminary Superseded by that of" in table
    assert "in the place of that of" in table


def test_one_that_was_replaced_meanwhile_is_refused_in_words(lab, balance, as_technician):
    first = factories.weighing(lab.technician, lab.box, balance, "110")
    opened = as_technician.get("container_weigh", lab.box)
    factories.weighing(lab.technician, lab.box, balance, "110", supersedes=first)

    sent = weigh(opened, balance, "110", supersedes=str(first.pk))

    assert sent.faults["supersedes"] == "Another weighing has taken the place of that one already."


def test_a_weighing_of_another_container_is_none_to_choose(lab, balance, as_technician):
    other = factories.weighing(lab.technician, lab.bottle, balance, "45")
    factories.weighing(lab.technician, lab.box, balance, "110")

    sent = weigh(as_technician.get("container_weigh", lab.box), balance, "110", supersedes=str(other.pk))

    assert (sent.status, "supersedes" in sent.faults) == (422, True)


# The discrepancy that it opened.


def opened_by_weighing(lab, balance):
    factories.weighing(lab.technician, lab.bottle, balance, "46", tare_g=Decimal("35.5"))
    return Discrepancy.objects.get()


def test_the_page_of_the_discrepancy_tells_of_the_weighing(lab, balance, as_auditor):
    discrepancy = opened_by_weighing(lab, balance)

    page = as_auditor.get("discrepancy_detail", discrepancy)

    assert "Found at the weighing of 2 Jun 2024, 08:00 Technician" in page.text
    assert "+0.500000 g net less samples inside" in page.text
    assert "Bench 1 ± 0.001000 g 46.000000 g 35.500000 g 10.500000 g 10.000000 g" in page.with_class("table")[0]
    assert address("container_weighings", lab.bottle) in page.links
    assert "weighed 2 Jun 2024, 08:00" in as_auditor.get("discrepancy_list").text


def test_it_is_closed_by_a_later_weighing_only_where_its_net_mass_fits(lab, balance, as_curator):
    discrepancy = opened_by_weighing(lab, balance)
    later = factories.LONG_AGO + timedelta(days=2)
    untared = factories.weighing(lab.technician, lab.bottle, balance, "45.5", weighed_at=later)
    again = factories.weighing(lab.technician, lab.bottle, balance, "45.5", tare_g=Decimal("35.5"), weighed_at=later)
    page = as_curator.get("discrepancy_close", discrepancy)
    assert "one with a net mass that fits the samples inside" in page.text
    assert "net 10.000000 g, book 10.000000 g · gross 45.500000 g ± 0.001000 g" in page.text

    refused = page.send(outcome="reweighed", reweighing=str(untared.pk), finding="Read wrongly")
    assert "has no tare, so nothing was compared" in refused.faults["reweighing"]
    refused.send(reweighing=str(again.pk))

    closed = as_curator.get("discrepancy_detail", discrepancy)
    assert "Closed: Reweighed" in closed.text
    assert "Weighed again 10.000000 g net ± 0.001000 g" in closed.text


def test_what_another_custodian_holds_has_no_form_but_a_sentence(lab, as_receiver):
    page = as_receiver.get("container_weigh", lab.bottle)

    assert (page.status, page.location) == (302, address("container_detail", lab.bottle))
    assert "answers for this" in page.message
