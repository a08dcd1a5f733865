"""The chain of custody of one container, from where it begins to here."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samples import history
from samples.models import Container
from samples.operations import custody
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
    return history.custody_chain(Container.objects.select_related("custodian").get(pk=container.pk))


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
    assert links[1].number == "H-0001"


def test_an_open_handoff_is_the_end_of_the_chain_but_not_where_it_is(lab):
    hand_over(lab, 1)
    factories.release(lab.receiver, [lab.box], lab.home, released_at=factories.LONG_AGO + timedelta(days=40))

    links = chain(lab.box)

    assert [link.kind for link in links] == ["start", "handoff", "open"]
    assert [link.is_here for link in links] == [False, True, False]
    assert links[2].received_line == ""


@pytest.mark.parametrize(("minutes", "kinds"), [(60, ["start", "handoff"]), (61, ["start", "gap", "handoff"])])
def test_a_gap_is_longer_than_an_hour(lab, minutes, kinds):
    handoff = hand_over(lab, 1, minutes=minutes)

    links = chain(lab.box)

    assert [link.kind for link in links] == kinds
    if "gap" in kinds:
        assert links[1].duration_text == "1 h 01 min"
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

    assert [link.number for link in chain(lab.bottle)] == ["", "H-0001", "H-0002"]


def test_a_side_entered_on_behalf_says_so(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.carrier)
    behalf = {"on_behalf_of": "Driver Sun", "on_behalf_document": "WAYBILL-1"}
    factories.receive(lab.colleague, handoff, lab.street, **behalf)

    link = chain(lab.box)[1]

    assert link.on_behalf
    assert link.received_line == (
        "Received 1 Jul 2024, 08:05 on behalf of Driver Sun, WAYBILL-1; entered by Colleague, entered later"
    )


def test_a_side_entered_at_once_is_not_marked(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other, released_at=timezone.now())

    assert history.side_line(handoff, "release").endswith(" by Technician")
    assert history.side_line(handoff, "receipt") == ""


def test_it_costs_the_same_for_any_number_of_handoffs(lab):
    def cost():
        container = Container.objects.select_related("custodian").get(pk=lab.box.pk)
        with CaptureQueriesContext(connection) as queries:
            history.custody_chain(container)
        return len(queries)

    hand_over(lab, 2, minutes=90)
    few = cost()
    hand_over(lab, 4, minutes=90, first_day=60)

    assert cost() == few
