"""Receive, reject, cancel a handoff; explain its gap."""

import pytest

from samples.models import Container, GapExplanation, Handoff
from tests import factories
from tests.views.conftest import Browser, address, as_declared


@pytest.fixture
def handoff(lab):
    return factories.release(lab.technician, [lab.box], lab.other, remarks="Handle with care")


@pytest.fixture
def carried(lab):
    """Released to a carrier that has nobody here."""
    return factories.release(lab.technician, [lab.box], lab.carrier)


def receive(browser, lab, handoff, **typed):
    values = {"location": lab.other_room.pk, "received_at": "2024-07-01T08:30", "reason": "Complete"}
    return browser.fill("handoff_receive", handoff, **(as_declared(handoff) | values | typed))


def now(handoff):
    return Handoff.objects.get(pk=handoff.pk)


def test_it_receives_a_handoff_and_custody_moves(lab, handoff, as_receiver):
    page = receive(as_receiver, lab, handoff, remarks="Label scratched")

    box, bottle = (Container.objects.get(pk=container.pk) for container in (lab.box, lab.bottle))
    assert (page.status, page.location) == (302, address("handoff_detail", handoff))
    assert page.message == "H-0001 is received: custody has moved."
    assert now(handoff).status == Handoff.Status.RECEIVED
    assert (box.custodian, box.location, bottle.custodian) == (lab.other, lab.other_room, lab.other)
    assert (now(handoff).remarks, now(handoff).receipt_remarks) == ("Handle with care", "Label scratched")


def test_it_shows_what_is_received_from_whom(lab, handoff, as_receiver):
    page = as_receiver.get("handoff_receive", handoff)

    aside = " ".join(page.with_class("form-aside"))
    assert "From Laboratory To Second laboratory" in aside
    assert "BOX-1 BOT-1" in aside
    assert "on_behalf_of" not in page.typed


def test_the_location_is_never_filled_in_for_the_receiver(lab, handoff, as_receiver):
    assert as_receiver.get("handoff_receive", handoff).typed["location"] == ""


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("location", "", "This field is required."),
        ("received_at", "2024-06-30T08:00", "H-0001 was released at"),
        ("received_at", "2999-01-01T08:00", "2999 cannot be right"),
        ("reason", "", "This field is required."),
    ],
)
def test_it_refuses_at_the_field_at_fault(lab, handoff, as_receiver, field, value, sentence):
    page = receive(as_receiver, lab, handoff, **{"remarks": "Label scratched", field: value})

    assert page.status == 422
    assert sentence in page.faults[field]
    assert page.typed["remarks"] == "Label scratched"
    assert now(handoff).is_open


def test_it_refuses_a_place_that_belongs_to_another(lab, handoff, as_receiver):
    page = receive(as_receiver, lab, handoff, location=lab.room.pk)

    assert page.status == 422
    assert "Room 1 holds only containers of Laboratory" in page.faults["location"]


def test_it_is_forbidden_to_who_does_not_sign_for_the_receiver(lab, handoff):
    page = receive(Browser(lab.colleague), lab, handoff)

    assert page.status == 403
    assert "Second laboratory has people who sign for it, and Colleague is not one of them." in page.text


def test_it_refuses_the_person_who_released_it(lab, carried, as_technician):
    behalf = {"on_behalf_of": "Driver Sun", "on_behalf_document": "WAYBILL-1", "location": lab.street.pk}

    page = receive(as_technician, lab, carried, **behalf)

    assert page.status == 422
    assert "Technician released H-0001. Somebody else receives it." in page.summary


def test_it_is_entered_on_behalf_of_who_has_nobody_here(lab, carried):
    refused = receive(Browser(lab.colleague), lab, carried, location=lab.street.pk)

    assert refused.status == 422
    assert set(refused.faults) == {"on_behalf_of", "on_behalf_document"}

    assert (
        refused.send(on_behalf_of="Driver Sun", on_behalf_document="WAYBILL-1", password=factories.PASSWORD).status
        == 302
    )
    text = Browser(lab.colleague).get("handoff_detail", carried).text
    assert "on behalf of Driver Sun, WAYBILL-1; entered later by Colleague" in text


def test_it_refuses_what_was_received_already(lab, handoff, as_receiver):
    opened = as_receiver.get("handoff_receive", handoff)
    receive(as_receiver, lab, handoff)

    typed = {"location": lab.other_room.pk, "received_at": "2024-07-01T08:30", "reason": "Complete"}
    page = opened.send(**as_declared(handoff) | typed)

    assert page.status == 422
    assert "H-0001 is received; that does not change again." in page.summary


def test_it_rejects_a_handoff(lab, handoff, as_receiver):
    page = as_receiver.fill("handoff_reject", handoff, reason="Seal number differs")

    assert page.message == "H-0001 is rejected: custody stays where it was."
    assert Container.objects.get(pk=lab.box.pk).custodian == lab.home
    assert "Rejected Receiver" in as_receiver.get("handoff_detail", handoff).text
    assert "“Seal number differs”" in as_receiver.get("handoff_detail", handoff).text


def test_the_way_back_from_cancelling_is_not_called_cancel(lab, handoff, as_technician):
    page = as_technician.get("handoff_cancel", handoff)

    assert (page.link("Not now"), page.link("Cancel")) == (address("handoff_detail", handoff), None)


def test_it_cancels_a_handoff(lab, handoff, as_technician):
    page = as_technician.fill("handoff_cancel", handoff, reason="Truck broke down")

    assert page.message == "H-0001 is cancelled: custody stays where it was."
    assert now(handoff).status == Handoff.Status.CANCELLED


@pytest.mark.parametrize(
    ("name", "who", "sentence"),
    [
        ("handoff_cancel", "receiver", "H-0001 is cancelled by Technician, who released it, or by a curator."),
        ("handoff_reject", "colleague", "Only Second laboratory or a curator rejects this handoff."),
    ],
)
def test_closing_it_is_forbidden_to_others(lab, handoff, name, who, sentence):
    page = Browser(getattr(lab, who)).fill(name, handoff, reason="Not mine")

    assert page.status == 403
    assert sentence in page.text
    assert page.typed["reason"] == "Not mine"
    assert now(handoff).is_open


@pytest.mark.parametrize("name", ["handoff_cancel", "handoff_reject"])
def test_closing_it_needs_a_reason(lab, handoff, as_curator, name):
    page = as_curator.fill(name, handoff)

    assert page.status == 422
    assert page.faults == {"reason": "This field is required."}


CLOSING = ["handoff_receive", "handoff_cancel", "handoff_reject"]


@pytest.mark.parametrize("name", CLOSING)
def test_a_closed_handoff_has_no_form_to_close_it_and_says_how_it_ended(lab, handoff, as_curator, name):
    as_curator.fill("handoff_cancel", handoff, reason="Once")
    as_curator.get("handoff_list")

    page = as_curator.get(name, handoff)

    assert (page.status, page.location) == (302, address("handoff_detail", handoff))
    assert "H-0001 is cancelled; that does not change again." in page.message


@pytest.mark.parametrize("name", CLOSING)
def test_a_form_that_was_open_meanwhile_says_how_it_ended(lab, handoff, as_curator, name):
    opened = as_curator.get(name, handoff)
    as_curator.fill("handoff_cancel", handoff, reason="Once")

    page = as_curator.post(opened.url, opened.typed | {"reason": "Twice", "location": lab.other_room.pk})

    assert page.status in (403, 422)
    assert "A mistake is corrected by a new handoff." in page.text or name == "handoff_receive"
    assert page.typed["reason"] == "Twice"


@pytest.fixture
def late(lab, handoff, as_receiver):
    """Received two hours after its release."""
    receive(as_receiver, lab, handoff, received_at="2024-07-01T10:00")
    return now(handoff)


def test_a_gap_is_shown_until_it_is_explained(lab, late, as_technician):
    gap = "2 h 00 min between release and receipt."
    unexplained = as_technician.get("handoff_detail", late)

    page = as_technician.fill("handoff_explain_gap", late, text="Locked in the van", reason="Asked the driver")
    message = page.message

    explained = as_technician.get("handoff_detail", late)
    history = as_technician.get("handoff_history", late)
    assert f"{gap} Nobody has explained yet where the containers were." in unexplained.text
    assert unexplained.link("Explain the gap") == address("handoff_explain_gap", late)
    assert message == "The gap of H-0001 is explained."
    assert f"{gap} Technician explained it" in explained.text
    assert "“Locked in the van”" in explained.text
    assert "Explained the gap" in history.with_class("history-entry")[0]
    assert explained.link("Explain the gap") is None


def test_a_gap_is_explained_once(lab, late, as_technician, as_receiver):
    opened = as_receiver.get("handoff_explain_gap", late)
    as_technician.fill("handoff_explain_gap", late, text="Locked in the van", reason="Asked")

    page = opened.send(text="Otherwise", reason="Asked")

    assert page.status == 422
    assert page.typed["text"] == "Otherwise"
    assert "The gap of H-0001 has been explained already." in page.summary
    assert GapExplanation.objects.get().text == "Locked in the van"


def test_where_there_is_no_gap_nothing_is_explained(lab, handoff, as_technician):
    page = as_technician.fill("handoff_explain_gap", handoff, text="Nothing", reason="Asked")

    assert page.status == 422
    assert "H-0001 has no gap in time to explain." in page.summary


def test_a_gap_is_not_explained_by_who_was_not_there(lab, late):
    museum = factories.custodian(lab.curator, "Museum", "museum")
    keeper = factories.person("keeper", "technician", custodian=museum)

    page = Browser(keeper).fill("handoff_explain_gap", late, text="I think", reason="Guessed")

    assert page.status == 403
    assert "This gap is explained by Laboratory, by Second laboratory or by a curator." in page.text
