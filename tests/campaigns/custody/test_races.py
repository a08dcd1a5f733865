"""Sixteen people release, then receive, the same container at one moment, over and over: one wins each time."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from samples.models import Container, Handoff, Signature
from samples.operations.authority import UnderWay
from samples.operations.custody import NotOpen
from tests import factories
from tests.racing import PEOPLE, at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 100


@pytest.mark.campaign
def test_a_hundred_rounds_of_sixteen_have_one_winner_each(lab):
    race(lab, MANY)


def test_ten_rounds_of_sixteen_have_one_winner_each(lab):
    race(lab, MANY // 10)


def race(lab, rounds):
    """Half of the rounds are releases and half receipts; the box goes to and fro between two laboratories."""
    sides = [(lab.technician, lab.other_room, lab.other), (lab.receiver, lab.room, lab.home)]
    released_at = factories.LONG_AGO + timedelta(days=1)
    told = Counter()
    for number in range(rounds // 2):
        by, place, to = sides[number % 2]
        receiver = sides[1 - number % 2][0]
        released_at += timedelta(hours=1)
        values = {"released_at": released_at}
        handoffs, refusals = at_once(lambda _, a=(by, to, values): factories.release(a[0], [lab.box], a[1], **a[2]))
        told += count("release", handoffs, refusals)
        found = {"found": factories.as_declared(handoffs[0])}
        results, refusals = at_once(
            lambda _, a=(receiver, handoffs[0], place, found): factories.receive(a[0], a[1], a[2], **a[3])
        )
        told += count("receipt", results, refusals)
        assert Container.objects.get(pk=lab.box.pk).custodian == to
    print(f"\n{connection.vendor}, {rounds} rounds of {PEOPLE}: {dict(told)}")
    losers = rounds // 2 * (PEOPLE - 1)
    assert told == {
        ("release", "won"): rounds // 2,
        ("release", UnderWay.__name__): losers,
        ("receipt", "won"): rounds // 2,
        ("receipt", NotOpen.__name__): losers,
    }
    assert (Handoff.objects.count(), Signature.objects.count()) == (rounds // 2, rounds)


def count(act, results, refusals):
    return Counter({(act, "won"): len(results)}) + Counter((act, type(refusal).__name__) for refusal in refusals)
