"""The balance of a mission: exact sums by origin, holder and use, whatever was done; three queries for any number."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from samples import past
from samples.audit import guard
from samples.models import MassBalance, mass_balances
from samples.operations import movements, samples
from samples.operations.times import OutOfOrder
from samples.questions import AS_OF, RECORDED_AT, Question
from tests import factories

LATER = factories.LONG_AGO + timedelta(days=3)


def worked_on(lab):
    """Ten grams of soil split, used up, lost, corrected both ways and merged; some of it in other hands."""
    first, second = factories.split(lab.technician, lab.soil, "2.000001", "0.5", lost_g=Decimal("0.000004"))
    at = {"happened_at": LATER}
    movements.consume(sample=first, mass_g=Decimal("0.25"), **at, by=lab.technician, reason="XRF")
    movements.merge(sample=second, into=first, **at, by=lab.technician, reason="Not needed")
    mended = {"happened_at": LATER, "acknowledged": True, "by": lab.curator}
    movements.correct(sample=first, mass_g=Decimal("2.250101"), **mended, reason="Weighed")
    movements.correct(sample=lab.soil, mass_g=Decimal("7.499"), **mended, reason="Weighed")
    samples.assign(sample=first, use_category="research", by=lab.curator, reason="Allocated")
    tube = {"origin": "drill", "kind": "core tube", "custodian": lab.other, "location": lab.other_room}
    tube = factories.container(lab.receiver, "TUBE-1", lab.mission, **tube)
    factories.sample(lab.receiver, "CORE-1", tube, "1.000000", origin="drill")
    void = factories.sample(lab.technician, "VOID", lab.bottle, "3")
    samples.void(sample=void, by=lab.curator, reason="Registered twice")
    return first


def test_every_sum_is_that_of_its_movements_and_samples(lab):
    worked_on(lab)

    balance = MassBalance(lab.mission)

    assert balance.accessions_by_origin_g == {"drill": Decimal("1.000000"), "scoop": Decimal("13.000000")}
    assert (balance.corrected_up_g, balance.corrected_down_g) == (Decimal("0.000100"), Decimal("3.000995"))
    assert balance.corrections_g == Decimal("-3.000895")
    assert balance.accessioned_by_origin_g == {"drill": Decimal("1.000000"), "scoop": Decimal("9.999105")}
    assert (balance.consumed_g, balance.lost_g) == (Decimal("0.250000"), Decimal("0.000004"))
    assert balance.held_by_custodian_g == {lab.home.pk: Decimal("9.749101"), lab.other.pk: Decimal("1.000000")}
    assert balance.held_by_use_g == {"research": Decimal("2.250101"), "unassigned": Decimal("8.499000")}
    assert balance.held_by_origin_g == {"drill": Decimal("1.000000"), "scoop": Decimal("9.749101")}
    assert (balance.difference_g, balance.closes) == (0, True)


@pytest.mark.parametrize("days", [-1, 0, 1, 2, 4])
def test_it_closes_at_every_earlier_moment(lab, days):
    worked_on(lab)

    with past.shown(Question(AS_OF, factories.LONG_AGO + timedelta(days=days))):
        happened = MassBalance(lab.mission)
    with past.shown(Question(RECORDED_AT, lab.soil.history.latest().history_date)):
        recorded = MassBalance(lab.mission)

    assert (happened.difference_g, recorded.difference_g) == (0, 0)
    assert (happened.held_g > 0) == (days >= 0)


@pytest.mark.parametrize("is_void", [False, True])
def test_it_closes_where_the_chain_of_the_container_begins_after_the_accession(lab, is_void):
    standing = {"custodian": lab.home, "location": lab.room}
    young = factories.container(lab.technician, "YOUNG", lab.mission, **standing, custody_began_at=LATER)
    old = factories.sample(lab.technician, "OLD", young, "2")
    if is_void:
        samples.void(sample=old, by=lab.curator, reason="Registered twice")

    for at, held_g in ((LATER - timedelta(hours=1), 10), (LATER, 10 if is_void else 12)):
        with past.shown(Question(AS_OF, at)):
            balance = MassBalance(lab.mission)
        assert (balance.difference_g, balance.held_g) == (0, held_g)


def test_nothing_is_split_into_a_container_before_its_chain_begins(lab):
    standing = {"custodian": lab.home, "location": lab.room}
    young = factories.container(lab.technician, "YOUNG", lab.mission, **standing, custody_began_at=LATER)

    with pytest.raises(OutOfOrder, match="the chain of custody of YOUNG begins then"):
        factories.split(lab.technician, lab.soil, "1", container=young)

    factories.split(lab.technician, lab.soil, "1", container=young, happened_at=LATER)
    with past.shown(Question(AS_OF, LATER)):
        assert MassBalance(lab.mission).difference_g == 0


def test_the_sums_of_a_crowd_of_missions_cost_three_queries(lab, django_assert_num_queries):
    worked_on(lab)
    missions = [lab.mission, *(factories.mission(lab.curator, f"M-{number}") for number in range(5))]

    with django_assert_num_queries(3):
        balances = mass_balances(missions)

    assert balances[lab.mission.pk].held_g == MassBalance(lab.mission).held_g
    assert {balances[mission.pk].accessioned_g for mission in missions[1:]} == {0}


def test_what_was_changed_past_labinv_is_named(lab):
    factories.sample(lab.technician, "S-2", lab.bottle, "0.5")
    guard.disarm()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE samples_sample SET mass_g = mass_g + 1 WHERE id = {lab.soil.pk}")

    balance = MassBalance(lab.mission)

    assert (balance.closes, balance.difference_g) == (False, Decimal("-0.000001"))
    assert list(balance.samples_at_odds()) == [lab.soil]
