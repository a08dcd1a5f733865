"""Sixteen people split one sample at one moment, over and over, until nothing is left: exact to the microgram."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from time import monotonic

import pytest
from django.db import connection

from samples.audit import verify
from samples.models import MassBalance, MassMovement, Sample
from samples.operations import movements
from samples.operations.taking import MoreThanItHolds
from tests import factories
from tests.racing import PEOPLE, at_once

pytestmark = pytest.mark.django_db(transaction=True)
RUNS = 10


@pytest.mark.campaign
@pytest.mark.parametrize("run", range(RUNS))
def test_sixteen_people_split_one_sample_two_hundred_times(lab, run):
    race(lab, splits=200, tries=13)


def test_sixteen_people_split_one_sample_sixteen_times(lab):
    race(lab, splits=16, tries=2)


def race(lab, *, splits, tries):
    """Each person tries so many times for an equal share; for exactly `splits` of them there is enough."""
    share_g = lab.soil.mass_g / splits
    bottles = [lab.bottle, factories.container(lab.technician, "BOT-2", lab.mission, parent=lab.box)]
    people = [lab.technician, lab.colleague, lab.curator]
    began = monotonic()

    def act(number):
        told = Counter()
        for which in range(tries):
            identifier = f"{lab.soil}/{number}-{which}"
            try:
                split(people[number % 3], lab.soil, identifier, bottles[which % 2], share_g)
                told["split"] += 1
            except MoreThanItHolds as refusal:
                told[type(refusal).__name__] += 1
        return told

    results, errors = at_once(act)

    assert errors == []
    told = sum(results, Counter())
    print(f"\n{connection.vendor}, {PEOPLE} people: {dict(told)} in {monotonic() - began:.1f} s")
    assert told == {"split": splits, "MoreThanItHolds": PEOPLE * tries - splits}
    check_exact(lab, splits, share_g)


def split(by, sample, identifier, container, mass_g):
    part = movements.Part(identifier, container, mass_g)
    at = factories.LONG_AGO + timedelta(days=1)
    return movements.split(sample=sample, parts=[part], happened_at=at, by=by, reason="Divided")


def check_exact(lab, splits, share_g):
    soil, made = Sample.objects.get(pk=lab.soil.pk), lab.soil.children.all()
    assert (soil.mass_g, soil.status, soil.revision) == (Decimal(0), "exhausted", 1 + splits)
    assert ({one.mass_g for one in made}, len(made)) == ({share_g}, splits)
    assert MassMovement.objects.filter(kind="split", from_sample=soil, mass_g=share_g).count() == splits
    balance = MassBalance(lab.mission)
    assert (balance.accessioned_g, balance.held_g, balance.closes) == (Decimal(10), Decimal(10), True)
    assert factories.run(verify.verify()).findings == []
