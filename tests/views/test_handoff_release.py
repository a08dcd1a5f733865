"""Release containers to another custodian."""

import pytest

from samples.models import Handoff
from tests import factories
from tests.views.conftest import Browser, address

TYPED = {
    "containers": "BOX-1",
    "purpose": "Spectroscopy",
    "place": "Beijing, gate 2",
    "transport_mode": "by hand",
    "released_at": "2024-07-01T10:00",
    "document_number": "CUSTODY-7",
    "witnesses": "Wang, Zhao",
    "password": factories.PASSWORD,
}


def release(browser, lab, **typed):
    return browser.fill("handoff_release", **({"to_custodian": lab.other.pk} | TYPED | typed))


def test_it_releases_a_container_with_everything_in_it(lab, as_technician):
    page = release(as_technician, lab)

    handoff = Handoff.objects.get()
    assert (page.status, page.location) == (302, address("handoff_detail", handoff))
    assert page.message == "H-0001 is released. Custody moves when it is received."
    assert (handoff.from_custodian, handoff.to_custodian) == (lab.home, lab.other)
    assert [line.container for line in handoff.lines.order_by("pk")] == [lab.box, lab.bottle]
    assert handoff.released_at.isoformat() == "2024-07-01T02:00:00+00:00"
    assert handoff.history.get().history_change_reason == "Spectroscopy"


def test_it_offers_the_container_that_the_link_names(lab, as_technician):
    page = as_technician.get("handoff_release", container="box-1")

    assert page.typed["containers"] == "BOX-1"
    assert "Laboratory answers for these until somebody else receives them." in page.text
    assert "on_behalf_of" not in page.typed


def test_it_asks_for_the_person_where_the_custodian_has_nobody_here(lab, as_technician):
    case = factories.container(lab.curator, "CASE-1", lab.mission, custodian=lab.carrier, location=lab.street)

    typed = TYPED | {"containers": "CASE-1", "to_custodian": lab.home.pk}

    page = as_technician.get("handoff_release", container="CASE-1").send(**typed)

    assert page.status == 422
    assert page.typed["place"] == "Beijing, gate 2"
    assert page.faults == {
        "on_behalf_of": "This field is required.",
        "on_behalf_document": "This field is required.",
    }

    assert page.send(on_behalf_of="Driver Sun", on_behalf_document="WAYBILL-1", password=factories.PASSWORD).status == 302
    assert case.open_handoff().released_on_behalf_of == "Driver Sun"


def test_several_containers_are_parted_by_spaces_or_line_ends(lab, as_technician):
    for identifier in ("CASE-1", "CASE,2"):
        factories.container(lab.technician, identifier, lab.mission, custodian=lab.home, location=lab.room)

    release(as_technician, lab, containers=" case-1\r\nCASE,2  Case-1 ")

    handoff = Handoff.objects.get()
    assert {str(line.container) for line in handoff.lines.all()} == {"CASE-1", "CASE,2"}


def test_a_curator_may_say_which_handoff_it_corrects(lab, as_curator, as_technician):
    assert "corrects" in as_curator.get("handoff_release").typed
    assert "corrects" not in as_technician.get("handoff_release").typed


@pytest.mark.parametrize("number", ["H-0009", "9", "first", "0", "H-", "99999999999999999999"])
def test_it_refuses_to_correct_a_handoff_that_is_none(lab, as_curator, number):
    page = release(as_curator, lab, corrects=number)

    assert page.status == 422
    assert page.faults["corrects"] == f"There is no handoff “{number}”."


@pytest.mark.parametrize("number", ["H-0001", "h-1", "1"])
def test_a_curators_correction_goes_back_the_way_it_came(lab, number):
    handoff = factories.release(lab.technician, [lab.box], lab.carrier)
    behalf = {"on_behalf_of": "Driver", "on_behalf_document": "WAYBILL-1"}
    factories.receive(lab.curator, handoff, lab.street, **behalf)
    typed = {"corrects": number, "to_custodian": lab.home.pk, "released_at": "2024-07-02T10:00"}

    page = release(Browser(lab.curator), lab, **typed, **behalf)

    assert page.status == 302
    assert Handoff.objects.get(number=2).corrects == handoff


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("containers", "BOX-1 BOX-9 BOX-8", "No container in use has the identifier “box-9”, “box-8”."),
        ("containers", "BOT-1", "BOT-1 is inside BOX-1. Release BOX-1, or take BOT-1 out first."),
        ("containers", " ", "This field is required."),
        ("released_at", "2024-05-31T10:00", "has been with Laboratory since"),
        ("released_at", "2024-07-01", "Give the day and the time, like 2024-06-28 10:30."),
        ("due_back_on", "9999-01-01", "9999 cannot be right"),
        ("due_back_on", "07/01/2030", "Give the day like 2024-06-28."),
        ("transport_mode", "post", "Select a valid choice."),
        ("purpose", "", "This field is required."),
        ("place", "Gate\u20282", "This has an invisible control character in it."),
        ("place", "G" * 201, "at most 200 characters"),
    ],
)
def test_it_refuses_at_the_field_at_fault(lab, as_technician, field, value, sentence):
    page = release(as_technician, lab, **{field: value})

    assert page.status == 422
    assert sentence in page.faults[field]
    assert page.typed["witnesses"] == "Wang, Zhao"
    assert not Handoff.objects.exists()


@pytest.mark.parametrize("typed", [{"on_behalf_of": "Driver Sun"}, {"on_behalf_document": "WAYBILL-1"}])
def test_nobody_signs_on_behalf_of_who_has_people_here_and_what_was_typed_stays(lab, as_technician, typed):
    page = release(as_technician, lab, **typed)

    assert page.status == 403
    assert "Laboratory has people who sign for it; nobody signs on its behalf." in page.faults["on_behalf_of"]
    assert page.typed.items() >= typed.items()
    assert not Handoff.objects.exists()


def test_it_offers_only_the_steps_that_custody_takes(lab, as_technician):
    factories.custodian(lab.curator, "Lander", "spacecraft")

    page = as_technician.get("handoff_release", container="BOX-1")

    assert "Carrier · Transport" in page.text
    assert "Lander" not in page.text


def test_it_tells_a_curator_which_steps_custody_takes(lab, as_curator):
    factories.container(lab.curator, "CASE-1", lab.mission, custodian=lab.carrier, location=lab.street)
    spacecraft = factories.custodian(lab.curator, "Lander", "spacecraft")
    behalf = {"on_behalf_of": "Driver Sun", "on_behalf_document": "WAYBILL-1"}

    page = release(as_curator, lab, containers="CASE-1", to_custodian=spacecraft.pk, **behalf)

    assert page.status == 422
    assert page.faults["to_custodian"].startswith(
        "Custody does not go from Carrier (transport) to Lander (spacecraft). From here it goes to: transport,"
    )
    assert page.typed["to_custodian"] == str(spacecraft.pk)


def test_it_does_not_offer_who_is_not_active(lab, as_technician):
    closed = factories.custodian(lab.curator, "Closed", "museum", active=False)

    page = release(as_technician, lab, to_custodian=closed.pk)

    assert page.status == 422
    assert "Select a valid choice." in page.faults["to_custodian"]


def test_it_refuses_what_is_under_way_already(lab, as_technician):
    release(as_technician, lab)

    page = release(as_technician, lab)

    assert page.status == 422
    assert "BOX-1 is under way to Second laboratory with H-0001." in page.summary
    assert Handoff.objects.count() == 1


def test_it_is_forbidden_to_people_of_another_custodian(lab, as_receiver):
    page = release(as_receiver, lab, to_custodian=lab.carrier.pk)

    assert page.status == 403
    assert "Laboratory has people who sign for it, and Receiver is not one of them." in page.text
    assert page.typed["place"] == "Beijing, gate 2"
