"""The checklist of a receipt: seals are read back, gross masses compared, and no declared number stands on the page."""

from decimal import Decimal

import pytest

from samples.models import Discrepancy, Handoff, Location, Weighing
from samples.operations import custody
from tests import factories
from tests.views.conftest import as_declared

DECLARED = "NUMBER-OF-THE-SEAL"


@pytest.fixture
def handoff(lab):
    """A sealed box of 500 g, and a case without a seal."""
    standing = {"custodian": lab.home, "location": lab.room}
    case = factories.container(lab.technician, "CASE-1", lab.mission, **standing)
    factories.seal(lab.technician, lab.box, DECLARED)
    declared = {lab.box.pk: custody.Declared(Decimal(500), Decimal("0.010"))}
    handoff = factories.release(lab.technician, [lab.box, case], lab.other, declared=declared)
    handoff.case = case
    return handoff


@pytest.fixture
def scale(lab):
    return factories.balance(lab.curator)


@pytest.fixture
def typed(lab, handoff, scale):
    """All as it was declared, and weighed; the values under the names without the key of the box."""

    def typed(**changed):
        pk = lab.box.pk
        values = as_declared(handoff) | {f"gross_{pk}": "500.001", "balance": scale.pk, "reason": "Complete"}
        values |= {"location": lab.other_room.pk, "received_at": "2024-07-01T08:30"}
        boxes = ("here", "seal_read", "seal_condition", "gross")
        return values | {f"{name}_{pk}" if name in boxes else name: value for name, value in changed.items()}

    return typed


def at(lab, name):
    return f"{name}_{lab.box.pk}"


def test_each_line_has_its_boxes_and_none_is_filled_in(lab, handoff, as_receiver):
    page = as_receiver.get("handoff_receive", handoff)

    boxes = {name: value for name, value in page.typed.items() if name.endswith(f"_{lab.box.pk}")}
    assert boxes == {at(lab, "seal_read"): "", at(lab, "gross"): ""}
    offered = {node.get("name") for node in page.tree.iter("input")}
    assert {at(lab, "here"), at(lab, "seal_condition"), f"here_{handoff.case.pk}"} <= offered
    assert f"seal_read_{handoff.case.pk}" not in offered
    assert f"here_{lab.bottle.pk}" not in offered
    assert "Intact Damaged Broken Missing" in page.text
    assert "Declared 500.000000 g Tolerance ± 0.010000 g" in page.text
    [seal] = [node for node in page.tree.iter("input") if node.get("name") == at(lab, "seal_read")]
    assert seal.get("autocomplete") == "off"
    assert page.link("Reject instead, with a reason").endswith(f"/custody/{handoff.pk}/reject/")


def test_it_is_received_as_declared_and_weighed(lab, handoff, scale, typed, as_receiver):
    page = as_receiver.fill("handoff_receive", handoff, **typed(seal_read=DECLARED.lower()))

    line = handoff.lines.get(container=lab.box)
    assert page.status == 302, page.summary
    assert Handoff.objects.get().status == Handoff.Status.RECEIVED
    assert (line.seal_condition, line.gross_weighed_g) == ("intact", Decimal("500.001000"))
    assert (Weighing.objects.get().balance, Discrepancy.objects.count()) == (scale, 0)


NOT_AS_DECLARED = {
    "another seal": {"seal_read": "S-9"},
    "a damaged seal": {"seal_condition": "damaged"},
    "a broken seal": {"seal_condition": "broken"},
    "no seal": {"seal_condition": "none", "seal_read": ""},
    "too heavy": {"gross": "500.010001"},
    "too light": {"gross": "499989.999 mg"},
}


@pytest.mark.parametrize("case", NOT_AS_DECLARED)
def test_what_differs_is_refused_first_and_then_received_with_discrepancy(lab, handoff, typed, as_receiver, case):
    refused = as_receiver.fill("handoff_receive", handoff, **typed(**NOT_AS_DECLARED[case]))

    assert (refused.status, len(refused.faults)) == (422, 1)
    assert "receive with discrepancy, or reject" in refused.summary.casefold()
    # Where it was read right, it stands in its box as it was typed, and nowhere else.
    assert DECLARED not in refused.html.replace(f'value="{DECLARED}"', "")
    assert Handoff.objects.get().is_open

    received = refused.send(outcome="differs", password=factories.PASSWORD)

    assert received.status == 302, received.summary
    assert Handoff.objects.get().status == Handoff.Status.WITH_DISCREPANCY
    assert Discrepancy.objects.get().container == lab.box


def test_what_is_missing_is_told_with_what_differs(lab, handoff, typed, as_receiver):
    page = as_receiver.fill(
        "handoff_receive", handoff, **typed(seal_read="S-9", password="", reason="", location="", balance="")
    )

    assert sorted(page.faults) == sorted(["location", "reason", "password", "balance"])
    page = as_receiver.fill("handoff_receive", handoff, **typed(seal_read="S-9", seal_condition="", reason=""))
    assert sorted(page.faults) == sorted(["reason", at(lab, "seal_condition")])
    page = as_receiver.fill("handoff_receive", handoff, **typed(seal_read="S-9", reason=""))
    assert sorted(page.faults) == sorted(["reason", at(lab, "seal_read")])
    nothing = as_receiver.fill("handoff_receive", handoff, **typed(here="", reason="", gross="x", outcome="differs"))
    assert sorted(nothing.faults) == sorted(["reason", at(lab, "gross"), at(lab, "here")])


def test_a_tick_is_for_the_doubts_that_were_shown(lab, handoff, typed, as_receiver):
    old = factories.balance(lab.curator, "Old scale", calibrated_until=factories.in_days(-900))
    not_weighed = as_receiver.fill("handoff_receive", handoff, **typed(gross="", balance=""))
    assert "A gross mass was declared of BOX-1" in not_weighed.with_class("doubts")[0]

    weighed = {at(lab, "gross"): "500.001", "balance": str(old.pk), "password": factories.PASSWORD}
    page = not_weighed.send(acknowledged="on", **weighed)

    assert page.status == 422
    assert "Old scale was calibrated until" in page.with_class("doubts")[0]
    assert page.send(acknowledged="on", password=factories.PASSWORD).status == 302


REFUSED = {
    "not all here": (
        {"here": ""},
        "here",
        "BOX-1: not found here. A handoff is received whole or not at all. Let its releaser cancel it and release "
        "what has come and what has not in two handoffs, or reject it.",
    ),
    "not read": ({"seal_read": " "}, "seal_read", "Read the seal of BOX-1 and type or scan its number."),
    "no condition": ({"seal_condition": ""}, "seal_condition", "Say in which condition the seal of BOX-1 is."),
    "no such condition": ({"seal_condition": "fine"}, "seal_condition", "Select a valid choice."),
    "read and missing": ({"seal_condition": "none"}, "seal_read", "is missing, and yet a number was read."),
    "very long": ({"seal_read": "S" * 61}, "seal_read", "at most 60 characters"),
    "no mass": ({"gross": "heavy"}, "gross", "“heavy” is not a plain decimal number."),
    "decimal comma": ({"gross": "500,001"}, "gross", "Write the decimal sign as a point: 500.001."),
    "too fine": ({"gross": "500.0000001"}, "gross", "is finer than one microgram."),
    "less than nothing": ({"gross": "-1"}, "gross", "A mass is never negative."),
    "weighed on nothing": ({"balance": ""}, "balance", "Name the balance on which it was weighed."),
    "balance without a mass": ({"gross": ""}, "balance", "A balance is named, and no gross mass."),
    "all fits": ({"outcome": "differs"}, "outcome", "Every seal and mass is as it was declared."),
    "no outcome": ({"outcome": "lost"}, "outcome", "Select a valid choice."),
    "wrong password": ({"password": "guess"}, "password", "This is not your password."),
    "no password": ({"password": ""}, "password", "Sign with your password."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses_at_the_field_at_fault_and_keeps_the_rest(lab, handoff, typed, as_receiver, case):
    changed, field, sentence = REFUSED[case]

    page = as_receiver.fill("handoff_receive", handoff, **typed(**changed))

    name = field if field in ("balance", "outcome", "password") else at(lab, field)
    assert (page.status, list(page.faults)) == (422, [name])
    assert sentence in page.faults[name]
    assert sentence in page.summary
    assert page.typed["reason"] == "Complete"
    assert page.typed["password"] == ""
    assert "type it again" in page.summary
    assert ("guess" in page.html, factories.PASSWORD in page.html) == (False, False)
    assert Handoff.objects.get().is_open


def test_what_is_not_ticked_is_named_all_at_once(lab, handoff, as_receiver):
    typed = {"location": lab.other_room.pk, "reason": "Complete", "password": factories.PASSWORD}

    page = as_receiver.fill("handoff_receive", handoff, **typed)

    assert "BOX-1, CASE-1: not found here." in page.summary


def test_a_declared_mass_that_is_not_weighed_is_asked_about(lab, handoff, typed, as_receiver):
    page = as_receiver.fill("handoff_receive", handoff, **typed(gross="", balance=""))

    assert page.status == 422
    assert "A gross mass was declared of BOX-1, and none was weighed here." in page.text
    assert "Sign once more with your password" in page.text
    assert page.send(acknowledged="on", password=factories.PASSWORD).status == 302


def test_no_state_of_the_page_holds_the_declared_number(lab, handoff, typed, as_receiver):
    opened = as_receiver.get("handoff_receive", handoff)
    wrong = [REFUSED[case][0] for case in REFUSED if case != "all fits"] + list(NOT_AS_DECLARED.values())
    # What stands in the box is what the receiver typed; here that is never the number itself.
    wrong = [{"seal_read": "S-9"} | changed for changed in wrong]
    pages = [opened, *(opened.send(**typed(**changed)) for changed in wrong)]
    stale = opened.send(**typed(seal_read="S-9") | {"seen": "0"})
    pages += [stale, as_receiver.get("handoff_detail", handoff), as_receiver.get("handoff_history", handoff)]
    pages += [as_receiver.get("handoff_reject", handoff), as_receiver.get("handoff_list")]

    assert {page.status for page in pages} == {200, 409, 422}
    assert [page.url for page in pages if DECLARED.casefold() in page.html.casefold()] == []


def test_it_offers_only_places_where_the_receivers_containers_may_stand(lab, handoff, as_receiver):
    shelf = factories.location(lab.curator, "Shelf", kind=Location.Kind.SHELF, parent=lab.room)

    page = as_receiver.get("handoff_receive", handoff)

    offered = [node.text for node in page.tree.findall(".//select[@name='location']/option")][1:]
    assert offered == ["Room 2", "Street"]
    assert str(shelf) not in offered


def test_it_offers_the_balances_in_use_and_says_how_long_they_are_calibrated(lab, handoff, scale, as_receiver):
    factories.balance(lab.curator, "Balance 2", calibrated_until=factories.in_days(-1))
    factories.balance(lab.curator, "Balance 3", active=False)

    page = as_receiver.get("handoff_receive", handoff)

    offered = [node.text for node in page.tree.findall(".//select[@name='balance']/option")]
    assert [text.partition(" ·")[0] for text in offered] == ["not weighed", "Balance 1", "Balance 2"]
    assert "calibrated until" in offered[1]
    assert "calibration ended" in offered[2]


def test_where_nothing_is_sealed_nothing_is_read_weighed_or_decided(lab, as_receiver):
    plain = factories.release(lab.technician, [lab.box], lab.other)

    page = as_receiver.get("handoff_receive", plain)

    assert {"outcome", "balance"} & set(page.typed) == set()
    assert at(lab, "seal_read") not in page.typed


def test_sent_twice_it_is_received_and_weighed_once(lab, handoff, typed, as_receiver):
    opened = as_receiver.get("handoff_receive", handoff)

    first, second = (opened.send(**typed()) for _ in range(2))

    assert [page.status for page in (first, second)] == [302, 302]
    assert (Weighing.objects.count(), handoff.signatures.count()) == (1, 2)
