"""The chain of custody of one container, from where it begins to here."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samples import history
from samples.chains import custody_chain
from samples.models import Container, Discrepancy
from samples.operations import custody, discrepancies
from samples.questions import Question, asking
from tests import factories


def hand_over(lab, number, minutes=5, first_day=30):
    """Hand the box to and fro `number` times, each received `minutes` after its release."""
    sides = [(lab.technician, lab.home, lab.room), (lab.receiver, lab.other, lab.other_room)]
    for index in range(number):
        giver, taker = sides[index % 2], sides[(index + 1) % 2]
        at = factories.LONG_AGO + timedelta(days=first_day + index)
        handoff = factories.release(giver[0], [lab.box], taker[1], released_at=at)
        factories.receive(taker[0], handoff, taker[2], received_at=at + timedelta(minutes=minutes))
    return handoff


def chain(container):
    return custody_chain(Container.objects.select_related("custodian").get(pk=container.pk))


def test_it_begins_with_the_first_custodian_and_its_document(lab):
    [start] = chain(lab.box)

    assert (start.kind, start.title_to, start.document, start.is_here) == ("start", "Laboratory", "DOC-1", True)
    assert start.at == lab.box.custody_began_at


def test_the_first_custodian_stays_the_first_after_handoffs(lab):
    hand_over(lab, 3)

    links = chain(lab.box)

    assert [link.title_to for link in links] == ["Laboratory", "Second laboratory", "Laboratory", "Second laboratory"]
    assert [link.is_here for link in links] == [False, False, False, True]
    assert links[1].title_from == "Laboratory"
    assert str(links[1].handoff) == "H-0001"


def test_an_open_handoff_is_the_end_of_the_chain_but_not_where_it_is(lab):
    hand_over(lab, 1)
    factories.release(lab.receiver, [lab.box], lab.home, released_at=factories.LONG_AGO + timedelta(days=40))

    links = chain(lab.box)

    assert [link.kind for link in links] == ["start", "handoff", "open"]
    assert [link.is_here for link in links] == [False, True, False]
    assert [side.signature.meaning for side in links[2].sides] == ["release"]


@pytest.mark.parametrize(("minutes", "kinds"), [(60, ["start", "handoff"]), (61, ["start", "gap", "handoff"])])
def test_a_gap_is_longer_than_an_hour(lab, minutes, kinds):
    handoff = hand_over(lab, 1, minutes=minutes)

    links = chain(lab.box)

    assert [link.kind for link in links] == kinds
    if "gap" in kinds:
        assert links[1].duration_text == history.unbroken("1 h 01 min")
        assert links[1].explain_url == f"/custody/{handoff.pk}/explain-gap/"


def test_an_explained_gap_keeps_its_explanation_and_asks_no_more(lab):
    handoff = hand_over(lab, 1, minutes=90)
    custody.explain_gap(handoff=handoff, text="Locked in the van", by=lab.technician, reason="Asked")

    gap = chain(lab.box)[1]

    assert (gap.explanation, gap.explain_url) == ("Locked in the van", "")


def test_what_came_to_nothing_is_no_link(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    custody.cancel(handoff=handoff, by=lab.technician, reason="Storm")

    assert [link.kind for link in chain(lab.box)] == ["start"]


def test_a_nested_container_has_the_chain_of_what_it_went_with(lab):
    hand_over(lab, 2)

    assert [str(link.handoff) for link in chain(lab.bottle)] == ["None", "H-0001", "H-0002"]


def test_a_side_entered_on_behalf_says_so(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.carrier)
    behalf = {"on_behalf_of": "Driver Sun", "on_behalf_document": "WAYBILL-1"}
    factories.receive(lab.colleague, handoff, lab.street, **behalf)

    link = chain(lab.box)[1]

    assert link.on_behalf
    assert link.sides[1].line == (
        "Received 1 Jul 2024, 08:05 on behalf of Driver Sun, WAYBILL-1; entered later by Colleague"
    )


def test_a_side_entered_at_once_is_not_marked(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other, released_at=timezone.now())

    assert history.side_line(handoff, "release").endswith(" by Technician")
    assert history.side_line(handoff, "receipt") == ""


def test_it_costs_the_same_for_any_number_of_handoffs(lab):
    def cost(in_full=True):
        container = Container.objects.select_related("custodian").get(pk=lab.box.pk)
        with CaptureQueriesContext(connection) as queries:
            custody_chain(container, in_full=in_full)
        return len(queries)

    hand_over(lab, 2, minutes=90)
    assert (cost(), cost(in_full=False)) == (4, 1)

    hand_over(lab, 4, minutes=90, first_day=60)
    assert (cost(), cost(in_full=False)) == (4, 1)


def hand_over_sealed(lab, found=None, **values):
    """The sealed box declared with 5200 +- 0.010 g, and received as `found` says."""
    declared = {lab.box.pk: custody.Declared(Decimal(5200), Decimal("0.010"))}
    handoff = factories.release(lab.technician, [lab.box], lab.other, declared=declared)
    found = {"seal_read": "SEAL-1", "seal_condition": "intact"} | (found or {})
    return factories.receive(
        lab.receiver, handoff, lab.other_room, found={lab.box.pk: custody.Found(**found)}, **values
    )


@pytest.fixture
def sealed(lab):
    factories.seal(lab.technician, lab.box, "SEAL-1")
    return lab


def test_each_signature_says_who_signed_what_and_over_which_entry(lab):
    handoff = hand_over(lab, 1)

    release, receipt = chain(lab.box)[1].sides

    assert (release.signature.name, receipt.signature.name) == ("Technician", "Receiver")
    assert (release.signature.get_meaning_display(), receipt.signature.get_meaning_display()) == (
        "I release these containers",
        "I received these containers as recorded",
    )
    handoff.refresh_from_db()
    assert receipt.signature.signed_at == handoff.receipt_signed_at
    assert 0 < release.signature.ledger_seq < receipt.signature.ledger_seq


def test_it_says_what_was_read_and_weighed(sealed):
    scale = factories.balance(sealed.curator)
    hand_over_sealed(sealed, {"gross_g": Decimal("5200.004")}, balance=scale)

    travel = chain(sealed.box)[1].travel

    assert (travel.outer, travel.line.seal_declared, travel.line.is_another_seal, travel.line.is_another_condition) == (
        None,
        "SEAL-1",
        False,
        False,
    )
    assert (travel.line.difference_g, travel.line.is_beyond_tolerance) == (Decimal("0.004"), False)


def test_without_a_weighing_there_is_no_difference(sealed):
    hand_over_sealed(sealed)

    assert chain(sealed.box)[1].travel.line.difference_g is None


def test_what_is_inside_travelled_under_the_seal_around_it(lab):
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.bottle)
    factories.seal(lab.technician, lab.box, "SEAL-1")
    hand_over_sealed(lab)

    travel = chain(vial)[1].travel

    assert (travel.outer, travel.line.seal_read) == (lab.box, "SEAL-1")


def test_what_is_inside_of_nothing_sealed_was_inside_the_outermost(lab):
    hand_over(lab, 1)

    travel = chain(lab.bottle)[1].travel

    assert (travel.outer, travel.line.seal_declared) == (lab.box, "")


def test_what_did_not_fit_stands_there_open_until_it_is_closed(sealed):
    scale = factories.balance(sealed.curator)
    found = {"seal_read": "SEAL-2", "seal_condition": "damaged", "gross_g": Decimal("5200.011")}
    hand_over_sealed(sealed, found, balance=scale, differs=True)

    for container in (sealed.box, sealed.bottle):
        link = chain(container)[1]
        line = link.travel.line
        assert (line.is_another_seal, line.is_another_condition, line.is_beyond_tolerance) == (True, True, True)
        assert [(one.kind, one.is_open) for one in link.discrepancies] == [
            ("seal", True),
            ("seal", True),
            ("mass", True),
        ]

    first = Discrepancy.objects.order_by("pk").first()
    discrepancies.close(
        discrepancy=first, outcome="accepted", finding="Typed wrongly", by=sealed.curator, reason="Looked"
    )
    assert [one.is_open for one in chain(sealed.box)[1].discrepancies] == [False, True, True]


def test_each_custodian_had_it_from_the_receipt_to_the_next_release(lab):
    hand_over(lab, 2)

    start, first, second = chain(lab.box)

    assert start.held_text == f"Laboratory had it for {history.unbroken('30 d 0 h')}"
    assert first.held_text == f"Second laboratory had it for {history.unbroken('23 h 55 min')}"
    assert second.held_text.startswith("Laboratory has had it for ")


def test_who_released_it_last_has_it_no_more_for_now(lab):
    hand_over(lab, 1)
    factories.release(lab.receiver, [lab.box], lab.home, released_at=factories.LONG_AGO + timedelta(days=31, hours=1))

    _start, received, released = chain(lab.box)

    assert received.held_text == f"Second laboratory had it for {history.unbroken('24 h 55 min')}"
    assert released.held_text == ""


def test_the_last_one_had_it_until_the_moment_that_is_asked_for(lab):
    hand_over(lab, 1)
    with asking(Question("recorded_at", factories.LONG_AGO + timedelta(days=31))):
        links = chain(lab.box)

    assert links[-1].held_text == f"Second laboratory has had it for {history.unbroken('23 h 55 min')}"
