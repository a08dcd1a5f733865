"""Release containers to another custodian."""

from decimal import Decimal

import pytest
from axes.models import AccessAttempt

from samples.forms import custody
from samples.models import Handoff, Signature
from tests import factories
from tests.views.conftest import Browser, address
from tests.views.test_kept_form import sign_in, signed_out

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

    assert (
        page.send(on_behalf_of="Driver Sun", on_behalf_document="WAYBILL-1", password=factories.PASSWORD).status == 302
    )
    assert case.open_handoff().released_on_behalf_of == "Driver Sun"


def test_several_containers_are_parted_by_spaces_or_line_ends(lab, as_technician):
    for identifier in ("CASE-1", "CASE,2"):
        factories.container(lab.technician, identifier, lab.mission, custodian=lab.home, location=lab.room)

    release(as_technician, lab, containers=" case-1\r\nCASE,2  Case-1 ")

    handoff = Handoff.objects.get()
    assert {str(line.container) for line in handoff.lines.all()} == {"CASE-1", "CASE,2"}


def test_it_takes_the_code_of_a_label_beside_identifiers(lab, as_technician):
    case = factories.container(lab.technician, "CASE-1", lab.mission, custodian=lab.home, location=lab.room)
    scanned = f"http://testserver{lab.box.get_absolute_url()}"

    release(as_technician, lab, containers=f"{scanned}\n{scanned} box-1 Case-1")

    assert {line.container for line in Handoff.objects.get().lines.all()} == {lab.box, lab.bottle, case}


@pytest.mark.parametrize(
    "typed", ["http://testserver/samples/{sample}/", "http://elsewhere/containers/{box}/", "http://testserver/x/"]
)
def test_it_takes_no_other_address(lab, as_technician, typed):
    typed = typed.format(sample=lab.soil.pk, box=lab.box.pk)

    page = release(as_technician, lab, containers=typed)

    assert page.faults["containers"] == f"No container in use has the identifier “{typed}”."
    assert not Handoff.objects.exists()


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
        ("containers", "BOX-1 BOX-9 BOX-8", "No container in use has the identifier “BOX-9”, “BOX-8”."),
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


def test_a_party_that_it_does_not_go_to_stays_chosen_until_it_is_refused_in_words(lab, as_technician):
    lander = factories.custodian(lab.curator, "Lander", "spacecraft")

    page = release(as_technician, lab, to_custodian=lander.pk, place="")

    assert page.faults == {"place": "This field is required."}
    assert page.typed["to_custodian"] == str(lander.pk)

    page = page.send(place="Gate 2", password=factories.PASSWORD)
    assert "Custody does not go from Laboratory (laboratory) to Lander (spacecraft)." in page.faults["to_custodian"]
    assert page.typed["to_custodian"] == str(lander.pk)


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


def ticked(page):
    return {node.get("value") for node in page.tree.iter("input") if node.get("name") == "picked"}


@pytest.fixture
def sealed(lab):
    """The box with a seal, and beside it a case whose vial is sealed."""
    case = factories.container(lab.technician, "CASE-1", lab.mission, custodian=lab.home, location=lab.room)
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=case)
    factories.seal(lab.technician, vial, "S-18")
    factories.seal(lab.technician, lab.box, "S-17")
    return vial


def test_it_offers_what_may_go_from_here_to_be_ticked(lab, sealed, as_technician):
    elsewhere = {"custodian": lab.other, "location": lab.other_room}
    factories.container(lab.curator, "CASE-9", lab.mission, **elsewhere)
    away = factories.container(lab.technician, "CASE-2", lab.mission, custodian=lab.home, location=lab.room)
    factories.release(lab.technician, [away], lab.other)

    assert ticked(as_technician.get("handoff_release")) == {"BOX-1", "CASE-1"}
    assert ticked(as_technician.get("handoff_release", container="BOX-1")) == {"CASE-1"}


def test_what_is_ticked_goes_with_what_is_typed_and_stays_ticked_after_a_refusal(lab, as_technician):
    factories.container(lab.technician, "CASE-1", lab.mission, custodian=lab.home, location=lab.room)

    refused = release(as_technician, lab, picked="CASE-1", purpose="")
    done = refused.send(purpose="Spectroscopy", password=factories.PASSWORD)

    assert (refused.status, refused.typed["picked"]) == (422, "CASE-1")
    assert done.status == 302
    assert {str(line.container) for line in Handoff.objects.get().lines.outermost()} == {"BOX-1", "CASE-1"}


def test_it_takes_no_more_than_can_be_received_with_one_form(lab, as_technician, monkeypatch):
    monkeypatch.setattr(custody, "MOST_TOGETHER", 1)
    factories.container(lab.technician, "CASE-1", lab.mission, custodian=lab.home, location=lab.room)

    page = release(as_technician, lab, picked="CASE-1")

    assert page.status == 422
    assert page.faults["containers"] == ("One handoff takes at most 1 containers. Release the others with another one.")


def test_several_containers_may_stand_in_the_address(lab, as_technician):
    factories.container(lab.technician, "CASE-1", lab.mission, custodian=lab.home, location=lab.room)

    page = as_technician.open(f"{address('handoff_release')}?container=case-1&container=BOX-1&container=BOX-9")

    assert page.typed["containers"].split() == ["CASE-1", "BOX-1"]


def test_of_each_outermost_seal_the_number_is_shown_and_a_gross_mass_is_asked(lab, sealed, as_technician):
    page = as_technician.open(f"{address('handoff_release')}?container=BOX-1&container=CASE-1")

    assert page.typed[f"gross_{lab.box.pk}"] == ""
    assert page.typed[f"tolerance_{lab.box.pk}"] == "0.01"
    assert "BOX-1 Sealed package Seal S-17" in page.text
    assert "VIAL-1 Sample bottle inside CASE-1 Seal S-18" in page.text

    masses = {f"gross_{lab.box.pk}": "500 g", f"gross_{sealed.pk}": "24500 mg", f"tolerance_{sealed.pk}": "5 mg"}
    done = page.send(**TYPED | {"containers": page.typed["containers"], "to_custodian": lab.other.pk} | masses)

    assert done.status == 302
    declared = Handoff.objects.get().lines.exclude(seal_declared="").order_by("container__identifier")
    assert [(line.seal_declared, line.gross_declared_g, line.tolerance_g) for line in declared] == [
        ("S-17", Decimal(500), Decimal("0.01")),
        ("S-18", Decimal("24.5"), Decimal("0.005")),
    ]


def test_a_seal_without_a_gross_mass_is_asked_about_with_the_boxes_for_it(lab, sealed, as_technician):
    page = release(as_technician, lab)

    assert page.status == 422
    assert "No gross mass is declared of BOX-1, so the receiver has nothing to compare with." in page.text
    assert (page.typed[f"gross_{lab.box.pk}"], page.typed[f"tolerance_{lab.box.pk}"]) == ("", "0.010")
    assert page.typed["password"] == ""
    assert page.typed["purpose"] == "Spectroscopy"

    assert page.send(acknowledged="on", password=factories.PASSWORD).status == 302
    assert Handoff.objects.get().lines.get(container=lab.box).gross_declared_g is None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("gross", "1,5", "Write the decimal sign as a point: 1.5."),
        ("gross", "-1", "A mass is never negative."),
        ("tolerance", "", "Say by how much it may differ, for example 10 mg."),
        ("tolerance", "a little", "“a little” is not a plain decimal number."),
    ],
)
def test_it_refuses_a_gross_mass_at_its_box(lab, sealed, as_technician, field, value, sentence):
    opened = as_technician.get("handoff_release", container="BOX-1")
    masses = {f"gross_{lab.box.pk}": "500", f"{field}_{lab.box.pk}": value}

    page = opened.send(**TYPED | {"to_custodian": lab.other.pk} | masses)

    assert page.status == 422
    assert list(page.faults) == [f"{field}_{lab.box.pk}"]
    assert sentence in page.faults[f"{field}_{lab.box.pk}"]


def test_it_says_what_the_signature_means_and_keeps_it(lab, as_technician):
    opened = as_technician.get("handoff_release", container="BOX-1")

    assert "You sign as Technician. Signing means: “I release these containers”." in opened.text

    opened.send(**TYPED | {"to_custodian": lab.other.pk})
    signature = Signature.objects.get()

    assert (signature.user, signature.meaning) == (lab.technician, Signature.Meaning.RELEASE)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("guess", "This is not your password."), ("", "Sign with your password."), ("a\x00b", "Null characters")],
)
def test_without_the_password_nothing_is_released_and_it_never_comes_back(lab, as_technician, password, sentence):
    page = release(as_technician, lab, password=password)

    assert (page.status, list(page.faults)) == (422, ["password"])
    assert sentence in page.faults["password"]
    assert page.typed["password"] == ""
    assert "guess" not in page.html
    assert not Handoff.objects.exists()


def test_wrong_passwords_count_towards_the_lock_of_the_sign_in_and_it_says_so(lab, as_technician):
    opened = as_technician.get("handoff_release", container="BOX-1")
    typed = TYPED | {"to_custodian": lab.other.pk}
    guesses = [opened.send(**typed | {"password": f"guess {number}"}) for number in range(5)]

    with_the_right_one = opened.send(**typed)
    at_the_sign_in = Browser().post("/sign-in/", {"username": "technician", "password": factories.PASSWORD})

    assert [page.status for page in guesses] == [422, 422, 422, 422, 429]
    for page in (guesses[-1], with_the_right_one):
        assert page.status == 429
        assert "There were too many wrong passwords for this user name from here." in page.faults["password"]
        assert page.typed["place"] == "Beijing, gate 2"
    assert at_the_sign_in.status == 429
    assert AccessAttempt.objects.count() == 1
    assert not AccessAttempt.objects.filter(post_data__contains="guess").exists()
    assert not Handoff.objects.exists()


def test_a_form_that_waits_for_a_sign_in_waits_without_the_password(lab, as_technician):
    opened = as_technician.get("handoff_release", container="BOX-1")
    signed_out(as_technician)

    answer = opened.send(**TYPED | {"to_custodian": lab.other.pk})
    page = as_technician.open(sign_in(as_technician, answer).location)

    assert page.typed["password"] == ""
    assert (page.typed["place"], page.typed["containers"]) == ("Beijing, gate 2", "BOX-1")
    assert factories.PASSWORD not in answer.html + page.html
    assert not Handoff.objects.exists()


def test_a_double_click_makes_one_handoff_with_one_signature(lab, as_technician):
    opened = as_technician.get("handoff_release", container="BOX-1")

    first, second = (opened.send(**TYPED | {"to_custodian": lab.other.pk}) for _ in range(2))

    assert first.location == second.location == address("handoff_detail", Handoff.objects.get())
    assert "The form came twice and was saved once." in second.message
    assert Signature.objects.count() == 1
