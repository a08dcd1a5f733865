"""The question that everybody asks first: where was the capsule of Chang'e-6?"""

from datetime import datetime
from decimal import Decimal

import pytest

from samples import past
from samples.models import Container, MassBalance, Mission, Sample
from samples.questions import AS_OF, Question

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.mark.parametrize(
    ("at", "capsule", "package", "inside"),
    [
        ("2024-06-03T12:00Z", "Chang’e-6 reentry capsule", "Chang’e-6 lander", None),
        ("2024-06-05T12:00Z", "Chang’e-6 reentry capsule", "Chang’e-6 ascender", None),
        ("2024-06-25T08:00Z", "Recovery team", "Recovery team", "CE6-RC-01"),
        ("2024-06-26T12:00Z", "Opening centre", "Opening centre", "CE6-RC-01"),
        ("2024-06-28T03:00Z", "Opening centre", "Lunar Sample Laboratory", None),
    ],
)
def test_the_capsule_and_the_package_are_where_they_were(at, capsule, package, inside):
    with past.shown(Question(AS_OF, datetime.fromisoformat(at))):
        held = Container.objects.select_related("custodian", "parent")
        assert held.get(identifier="CE6-RC-01").custodian.name == capsule
        in_it = held.get(identifier="CE6-SP-01")
        assert (in_it.custodian.name, in_it.parent and in_it.parent.identifier) == (package, inside)


def test_what_came_back_weighed_the_same_all_the_way():
    ce6 = Mission.objects.get(code="CE6")
    for at, grams in (("2024-06-02T12:00Z", "0"), ("2024-06-03T12:00Z", "1935.3"), ("2024-06-26T12:00Z", "1935.3")):
        with past.shown(Question(AS_OF, datetime.fromisoformat(at))):
            balance = MassBalance(ce6)
            assert (balance.held_g, balance.closes) == (Decimal(grams), True)
            assert Sample.objects.filter(mission=ce6).count() == (2 if balance.held_g else 0)
