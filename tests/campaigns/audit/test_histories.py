"""No false alarm: of histories that only operations made, the verification finds nothing."""

import random

import pytest

from samples.audit import verify
from samples.models import LedgerEntry
from tests import factories
from tests.campaigns.audit.histories import History

pytestmark = pytest.mark.django_db
STEPS = 60


def happens(lab, seed):
    history = History(lab, random.Random(seed))
    history.go_on(STEPS)
    report = factories.run(verify.verify())

    assert report.findings == []
    assert report.head_seq == LedgerEntry.objects.count()
    assert history.done > 8
    assert history.refused > 2


@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_found_in_a_clean_history(lab, seed):
    happens(lab, seed)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(100))
def test_nothing_is_found_in_a_hundred_clean_histories(lab, seed):
    happens(lab, seed)
