"""The overview."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from tests import factories
from tests.views.conftest import Browser, address


def stops(page):
    return {words.split(" ")[0]: words for words in page.with_class("stop")}


def test_it_shows_the_mass_budget_of_the_mission_that_returned_last(lab, as_technician):
    returned = factories.LONG_AGO
    factories.mission(lab.curator, "CE5", returned_at=returned, return_capacity_g=Decimal(1731))
    factories.mission(lab.curator, "A17", returned_at=returned - timedelta(days=1), return_capacity_g=Decimal(111))

    page = as_technician.get("overview")

    assert "Mission CE5" in page.with_class("page-title")[0]
    assert "of 1 731.000000 g return capacity. 1 731.000000 g free." in page.text


def test_it_shows_the_mission_that_is_asked_for(lab, as_technician):
    factories.mission(lab.curator, "CE5", returned_at=factories.LONG_AGO)

    page = as_technician.get("overview", mission="CE6")

    assert "Mission CE6" in page.with_class("page-title")[0]
    assert "10.000000 g of 2 000.000000 g return capacity. 1 990.000000 g free." in page.text
    assert "Balance closes" in page.text


def test_it_says_when_the_mission_is_none(as_technician):
    for code in ("CE9", "ce6", "\x00", "C" * 100_000):
        assert as_technician.get("overview", mission=code).status == 404


def test_it_shows_where_the_material_is(lab, as_technician):
    page = as_technician.get("overview")

    assert stops(page).keys() == {"Laboratory"}
    assert "Laboratory 10.000000 g 1 container" in stops(page)["Laboratory"]


def test_it_shows_what_is_under_way_and_where_it_was(lab, as_technician):
    factories.release(lab.technician, [lab.box], lab.carrier)

    page = as_technician.get("overview")

    assert stops(page).keys() == {"Transport", "Laboratory"}
    assert "1 handoff is on its way here" in stops(page)["Transport"]
    assert "Under way." in stops(page)["Transport"]


def test_it_shows_what_waits_for_the_receiver_only(lab, as_technician, as_receiver):
    handoff = factories.release(lab.technician, [lab.box], lab.other)

    waiting, idle = as_receiver.get("overview"), as_technician.get("overview")

    assert waiting.link("Receive handoff H-0001") == address("handoff_detail", handoff)
    assert waiting.with_class("count") == ["1 waiting for you"]
    assert "Nothing is waiting for you." in idle.text
    assert idle.with_class("count") == []


def test_it_shows_in_red_what_is_overdue_and_for_how_long(lab, as_auditor, settings):
    factories.release(lab.technician, [lab.box], lab.other, released_at=timezone.now() - timedelta(hours=23))
    assert as_auditor.get("overview").with_class("bad-text") == []

    settings.OVERDUE_AFTER_HOURS = 22
    page = as_auditor.get("overview")

    assert page.with_class("bad-text")[1] == "not received after 23 h 00 min"
    assert "Handoff H-0001 not received after 23 h 00 min From Laboratory to Second laboratory" in page.text


def test_a_spacecraft_had_it_from_where_the_chain_begins(lab, as_auditor):
    lander = factories.custodian(lab.curator, "Lander", "spacecraft")
    craft = {"custodian": lander, "location": lab.street}
    packed = factories.container(lab.curator, "PACKED-1", lab.mission, **craft)
    team = factories.custodian(lab.curator, "Team", "recovery team")
    behalf = {"on_behalf_of": "Flight control", "on_behalf_document": "DOC-1"}
    handoff = factories.release(lab.curator, [packed], team, **behalf)
    factories.receive(lab.technician, handoff, lab.street, **behalf)

    page = as_auditor.get("overview")

    assert "1 Jun 2024, 08:00 – 1 Jul 2024, 08:00" in stops(page)["Spacecraft"]


def test_it_shows_what_was_not_given_back(lab, as_auditor):
    museum = factories.custodian(lab.curator, "Museum", "museum")
    due = timezone.localdate() - timedelta(days=3)
    handoff = factories.release(lab.technician, [lab.box], museum, due_back_on=due)
    behalf = {"on_behalf_of": "Keeper", "on_behalf_document": "LETTER-1"}
    factories.receive(lab.colleague, handoff, lab.street, **behalf)

    page = as_auditor.get("overview")

    assert "Handoff H-0001 due back since 3 days Lent to Museum, due back" in page.text


def test_it_shows_what_the_own_custodian_released_until_it_is_received(lab, as_technician, as_receiver):
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    outbox = "Released by your custodian, not received yet"

    assert outbox in as_technician.get("overview").text
    assert outbox in as_technician.get("handoff_list").text
    assert outbox not in as_receiver.get("overview").text
    factories.receive(lab.receiver, handoff, lab.other_room)
    assert outbox not in as_technician.get("overview").text


def test_what_nobody_signs_for_waits_for_a_curator(lab, as_curator):
    handoff = factories.release(lab.technician, [lab.box], lab.carrier)

    assert as_curator.get("overview").link("Receive handoff H-0001") == address("handoff_detail", handoff)


def test_it_tells_the_newest_operations_with_their_reasons(lab, as_technician):
    factories.release(lab.technician, [lab.box], lab.other)

    page = as_technician.get("overview")

    assert "Released H-0001 Technician: “Planned”" in page.text
    assert "Registered CE6C0001 Technician: “Weighed in”" in page.text


def test_it_offers_the_console_to_administrators_and_curators_only(lab):
    for person in (lab.administrator, lab.curator):
        assert Browser(person).get("overview").link("Admin console") == "/admin/"
    for person in (lab.technician, lab.auditor, lab.researcher):
        assert Browser(person).get("overview").link("Admin console") is None
