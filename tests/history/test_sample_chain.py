"""The chain of custody of a sample: through the containers it was in, and of its parents until it was split off."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samples.chains import sample_chain
from samples.models import Sample
from samples.operations import samples
from samples.questions import Question, asking
from tests import factories
from tests.history.test_custody_chain import hand_over

# After every handoff of hand_over().
SPLIT = datetime(2025, 1, 10, tzinfo=UTC)


def told(sample):
    """(kind, where custody went, container, sample it was a part of still) of each entry."""
    return [
        (link.kind, link.title_to, str(link.vessel), str(link.sample or ""))
        for link in sample_chain(Sample.objects.get(pk=sample.pk))
    ]


def move(lab, sample, container):
    """Now: a move has no time of its own but that of its entry."""
    return samples.move(sample=sample, container=container, seen=None, by=lab.curator, reason="Rehoused")


def hand_over_now(lab, container):
    handoff = factories.release(lab.technician, [container], lab.other, released_at=timezone.now())
    return factories.receive(lab.receiver, handoff, lab.other_room, received_at=timezone.now())


@pytest.fixture
def tray(lab):
    """A container of the first laboratory, which stays there."""
    return factories.container(lab.technician, "TRAY-1", lab.mission, custodian=lab.home, location=lab.room)


def test_it_begins_with_its_accession_and_follows_its_container(lab):
    hand_over(lab, 2)

    assert told(lab.soil) == [
        ("start", "Laboratory", "BOT-1", ""),
        ("handoff", "Second laboratory", "BOT-1", ""),
        ("handoff", "Laboratory", "BOT-1", ""),
    ]
    links = sample_chain(lab.soil)
    assert (links[0].at, links[0].place) == (factories.LONG_AGO, "Accessioned")
    assert [link.is_here for link in links] == [False, False, True]


def test_after_a_move_only_the_new_container_counts(lab, tray):
    hand_over(lab, 2)
    move(lab, lab.soil, tray)
    hand_over_now(lab, lab.box)

    assert told(lab.soil) == [
        ("start", "Laboratory", "BOT-1", ""),
        ("handoff", "Second laboratory", "BOT-1", ""),
        ("handoff", "Laboratory", "BOT-1", ""),
        ("moved", "Laboratory", "TRAY-1", ""),
    ]
    links = sample_chain(lab.soil)
    assert links[3].at == Sample.history.get(id=lab.soil.pk, verb="sample.move").history_date
    assert links[3].is_here
    # It stayed with the same custodian, in another container.
    assert links[2].held_text.startswith("Laboratory has had it for ")


def test_what_happened_to_the_new_container_before_is_not_its_chain(lab, tray):
    handoff = factories.release(lab.technician, [tray], lab.other)
    factories.receive(lab.receiver, handoff, lab.other_room)
    back = factories.release(lab.receiver, [tray], lab.home, released_at=handoff.released_at + timedelta(days=1))
    factories.receive(lab.technician, back, lab.room)
    move(lab, lab.soil, tray)

    assert told(lab.soil) == [("start", "Laboratory", "BOT-1", ""), ("moved", "Laboratory", "TRAY-1", "")]


def test_a_subsample_has_the_chain_of_its_parent_until_the_split(lab, tray):
    hand_over(lab, 2)
    child = factories.sample(lab.technician, "CE6C0001,1", tray, "1.000000", parent=lab.soil, happened_at=SPLIT)
    hand_over_now(lab, lab.box)
    hand_over_now(lab, tray)

    assert told(child) == [
        ("start", "Laboratory", "BOT-1", "CE6C0001"),
        ("handoff", "Second laboratory", "BOT-1", "CE6C0001"),
        ("handoff", "Laboratory", "BOT-1", "CE6C0001"),
        ("split", "Laboratory", "TRAY-1", ""),
        ("handoff", "Second laboratory", "TRAY-1", ""),
    ]
    split = sample_chain(child)[3]
    assert (split.place, split.at) == ("Split from CE6C0001", SPLIT)


def test_an_open_handoff_is_at_the_end_and_a_gap_before_its_handoff(lab):
    hand_over(lab, 1, minutes=90)
    factories.release(lab.receiver, [lab.box], lab.home, released_at=factories.LONG_AGO + timedelta(days=40))

    links = sample_chain(lab.soil)

    assert [link.kind for link in links] == ["start", "gap", "handoff", "open"]
    assert [link.is_here for link in links] == [False, False, True, False]


def test_at_an_earlier_moment_it_was_still_where_it_was(lab, tray):
    move(lab, lab.soil, tray)

    with asking(Question("as_of", timezone.now() - timedelta(days=1))):
        assert [str(link.vessel) for link in sample_chain(lab.soil)] == ["BOT-1"]


def test_it_costs_the_same_for_any_number_of_containers_and_handoffs(lab, tray):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            sample_chain(lab.soil)
        return len(queries)

    hand_over(lab, 2)
    few = cost()
    move(lab, lab.soil, tray)
    second = factories.container(lab.technician, "TRAY-2", lab.mission, custodian=lab.home, location=lab.room)
    lab.soil.refresh_from_db()
    move(lab, lab.soil, second)

    assert (few, cost()) == (8, 8)


def test_what_is_accessioned_at_the_moment_of_a_receipt_came_after_it(lab):
    handoff = hand_over(lab, 1)
    handoff.refresh_from_db()
    late = factories.sample(lab.receiver, "CE6C0009", lab.box, happened_at=handoff.received_at)

    assert told(late) == [("start", "Second laboratory", "BOX-1", "")]
