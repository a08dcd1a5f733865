"""Custody in a real browser: seals read back, masses compared while one types, signed by both sides."""

from decimal import Decimal

import pytest

from samples.models import Container, Discrepancy, Handoff
from samples.operations import custody
from samples.roles import Role
from tests import factories
from tests.browser.custody_steps import read_back, receive, release, say_where, sign

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealed():
    """A sealed box of 24.5 g on its way to the second laboratory."""
    lab = factories.laboratory()
    factories.seal(lab.technician, lab.box, "S-17")
    declared = {lab.box.pk: custody.Declared(Decimal("24.5"), Decimal("0.010"))}
    lab.handoff = factories.release(lab.technician, [lab.box], lab.other, declared=declared)
    return lab


@pytest.fixture
def page(sealed, sign_in):
    """The receiver before the empty checklist."""
    page = sign_in(sealed.receiver)
    factories.balance(sealed.curator)
    page.goto(f"/custody/{sealed.handoff.pk}/receive/")
    return page


def test_a_damaged_seal_is_received_with_discrepancy(sealed, page):
    read_back(page, "BOX-1", "S-17", "Damaged")
    page.get_by_text("Differs", exact=True).wait_for()
    say_where(page, "Room 2", "Seal with a crack")
    sign(page, "receive")

    summary = page.locator(".error-summary")
    summary.get_by_text("The seal of BOX-1 is damaged. Receive with discrepancy, or reject.").wait_for()
    page.get_by_label("Received with discrepancy").check()
    sign(page, "receive")
    # No gross mass was weighed, though one was declared.
    page.get_by_label("Yes, I have checked this and it is right").check()
    sign(page, "receive")

    page.get_by_text("is received: custody has moved.").wait_for()
    assert page.get_by_role("heading", name="Discrepancies").is_visible()
    assert Discrepancy.objects.get().found == "The seal of BOX-1 is damaged."
    assert Container.objects.get(pk=sealed.box.pk).seal().state == "damaged"


def test_a_mass_that_does_not_fit_is_shown_while_it_is_typed_and_opens_a_discrepancy(sealed, page):
    read_back(page, "BOX-1", "S-17")
    gross = page.get_by_label("Gross mass of BOX-1")
    told = {}
    for typed in ("24.51", "24510.001 mg", "24.4", "24,4"):
        gross.fill(typed)
        difference = page.locator("[data-difference]")
        told[typed] = (
            difference.inner_text() if difference.is_visible() else "",
            page.locator("[data-verdict]").inner_text(),
        )
    assert {typed: (" ".join(shown.split()), verdict) for typed, (shown, verdict) in told.items()} == {
        "24.51": ("+0.010000 g", "within the tolerance"),
        "24510.001 mg": ("+0.010001 g", "beyond the tolerance"),
        "24.4": ("−0.100000 g", "beyond the tolerance"),
        "24,4": ("", "the difference appears once this is a mass in g or mg"),
    }

    gross.fill("24.4")
    page.locator("#id_balance").select_option(index=1)
    say_where(page, "Room 2")
    sign(page, "receive")
    summary = page.locator(".error-summary")
    summary.get_by_text("is beyond the tolerance of").wait_for()
    assert Handoff.objects.get().is_open
    assert gross.input_value() == "24.4"

    page.get_by_label("Received with discrepancy").check()
    sign(page, "receive")
    page.get_by_text("is received: custody has moved.").wait_for()

    found = Discrepancy.objects.get()
    assert (found.kind, found.difference_g) == ("mass", Decimal("-0.100000"))
    assert found.weighing.gross_g == Decimal("24.400000")


def test_an_unknown_label_is_told_and_ticks_nothing(page):
    page.get_by_label("Scan a container").fill("BOX-9")
    page.keyboard.press("Enter")

    page.get_by_text("“BOX-9” is not in this handoff.").wait_for()
    assert not page.get_by_label("BOX-1 is here").is_checked()
    assert page.get_by_text("0 of 1 checked").is_visible()


def test_enter_in_a_line_signs_nothing(sign_in):
    lab = factories.laboratory()
    page = sign_in(lab.technician)
    page.goto("/custody/release/?container=BOX-1")
    page.get_by_label("To", exact=True).select_option(label="Second laboratory · Laboratory")
    page.get_by_label("Place").fill("Gate 2")
    page.get_by_label("Transport").select_option(label="By road")
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_label("Purpose").fill("Half a sent")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "place"
    page.get_by_label("Document number").fill("CUSTODY-7")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "witnesses"
    assert not Handoff.objects.exists()

    page.get_by_label("Your password").press("Enter")
    page.get_by_text("is released. Custody moves when it is received.").wait_for()


def test_a_capsule_goes_from_hand_to_hand_to_the_laboratory(sign_in):
    lab = factories.laboratory()
    kinds = {"Recovery": "recovery team", "Opening": "opening centre", "Agency": "agency"}
    parties = {name: factories.custodian(lab.curator, name, kind) for name, kind in kinds.items()}
    spacecraft = factories.custodian(lab.curator, "Lander", "spacecraft")
    begins = {"custodian": spacecraft, "location": lab.street, "origin": "mixed"}
    capsule = factories.container(lab.curator, "CAPSULE-1", lab.mission, kind="return capsule", **begins)
    package = {"kind": "sealed package", "origin": "mixed"}
    package = factories.container(lab.curator, "PACKAGE-1", lab.mission, parent=capsule, **package)
    factories.seal(lab.curator, package, "SEAL-1")
    people = {
        name: sign_in(factories.person(name.lower(), Role.TECHNICIAN, custodian=custodian))
        for name, custodian in parties.items()
    }
    people |= {"Curator": sign_in(lab.curator), "Laboratory": sign_in(lab.technician)}
    factories.balance(lab.curator)

    control, seals = ("Flight control", "DOC-7"), {"CAPSULE-1": "", "PACKAGE-1": "SEAL-1"}
    release(people["Curator"], "CAPSULE-1", "Recovery · Recovery team", behalf=control)
    receive(people["Recovery"], seals, "Street")
    release(people["Recovery"], "CAPSULE-1", "Opening · Opening centre")
    receive(people["Opening"], seals, "Street")
    release(people["Opening"], "CAPSULE-1", "Agency · Agency", gross={"PACKAGE-1": "4800.002"})
    receive(people["Agency"], seals, "Street", gross={"PACKAGE-1": "4800"})
    release(people["Agency"], "CAPSULE-1", "Laboratory · Laboratory", gross={"PACKAGE-1": "4800"})
    receive(people["Laboratory"], seals, "Room 1", gross={"PACKAGE-1": "4799.999"})

    package.refresh_from_db()
    handoffs = Handoff.objects.order_by("number")
    assert package.custodian == lab.home
    assert [(str(one.from_custodian), str(one.to_custodian), one.status) for one in handoffs] == [
        ("Lander", "Recovery", "received"),
        ("Recovery", "Opening", "received"),
        ("Opening", "Agency", "received"),
        ("Agency", "Laboratory", "received"),
    ]
    assert [one.signatures.count() for one in handoffs] == [2] * 4
    assert handoffs[0].released_on_behalf_of == "Flight control"
    told = people["Laboratory"].get_by_role("main").inner_text()
    assert "the same was read" in told
    assert "“I received these containers as recorded”" in told


def test_damage_that_was_declared_is_no_difference(sign_in):
    lab = factories.laboratory()
    factories.seal(lab.technician, lab.box, "S-17")
    factories.damage(lab.technician, lab.box)
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    page = sign_in(lab.receiver)
    page.goto(f"/custody/{handoff.pk}/receive/")

    read_back(page, "BOX-1", "S-17")
    page.get_by_text("Differs", exact=True).wait_for()
    page.get_by_role("group", name="Condition of the seal of BOX-1").get_by_label("Damaged").check()

    page.get_by_text("Checked", exact=True).wait_for()
    say_where(page, "Room 2")
    sign(page, "receive")
    page.get_by_label("Yes, I have checked this and it is right").or_(page.get_by_text("custody has moved")).wait_for()
    assert Handoff.objects.get().status == "received"
