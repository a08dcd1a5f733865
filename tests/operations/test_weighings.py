"""Weighings: one reading of a balance, recorded once and never edited (rules 1, 16 and 18)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from samples.models import OutsideOperation, Weighing
from samples.operations import Doubtful, NotAllowed, balances
from samples.operations.authority import UnderWay
from samples.operations.containment import Sealed
from samples.operations.times import InTheFuture, OutOfOrder
from samples.operations.weighings import NotInUse
from tests import factories
from tests.refusing import refused


@pytest.fixture
def balance(lab):
    return factories.balance(lab.curator, "Bench 1", "0.001")


def weigh(lab, balance, container=None, by=None, **values):
    return factories.weighing(by or lab.technician, container or lab.box, balance, **values)


def test_it_keeps_what_was_read_by_whom_on_what(lab, balance):
    weighing = weigh(lab, balance, gross_g="1935.300001", preliminary=True)

    assert (weighing.gross_g, weighing.tare_g, weighing.net_g) == (Decimal("1935.300001"), None, None)
    assert (weighing.uncertainty_g, weighing.operator, weighing.preliminary) == (Decimal("0.001"), lab.technician, True)
    assert weighing.circumstances == Weighing.Circumstances.OPEN
    assert (weighing.line, weighing.supersedes) == (None, None)


def test_a_sealed_container_is_weighed_as_it_is(lab, balance):
    factories.seal(lab.technician, lab.box, "S-1")

    assert weigh(lab, balance).circumstances == Weighing.Circumstances.SEALED


def test_nothing_inside_a_seal_is_weighed(lab, balance):
    factories.seal(lab.technician, lab.box, "S-1")

    with refused(Sealed, "BOX-1 is closed with seal S-1", "Unseal it first"):
        weigh(lab, balance, lab.bottle)


def test_a_sealed_bottle_in_an_open_box_is(lab, balance):
    factories.seal(lab.technician, lab.bottle, "S-1")

    assert weigh(lab, balance, lab.bottle).circumstances == Weighing.Circumstances.SEALED


def test_nothing_is_weighed_under_way(lab, balance):
    factories.release(lab.technician, [lab.box], lab.other)

    with refused(UnderWay, "BOX-1 is under way to Second laboratory"):
        weigh(lab, balance)


def test_a_balance_out_of_use_is_not_weighed_on(lab, balance):
    balances.amend(balance=balance, changes={"active": False}, seen=None, by=lab.curator, reason="Broken")

    with refused(NotInUse, "Bench 1 is not in use any more.", field="balance"):
        weigh(lab, balance)


def test_a_weighing_is_not_in_the_future_nor_before_the_chain_of_custody(lab, balance):
    with refused(InTheFuture, "is in the future", field="weighed_at"):
        weigh(lab, balance, weighed_at=timezone.now() + timedelta(minutes=3))
    with refused(OutOfOrder, "its chain of custody begins then", field="weighed_at"):
        weigh(lab, balance, weighed_at=factories.LONG_AGO - timedelta(minutes=1))


def test_an_expired_calibration_is_doubted_until_somebody_looked(lab):
    old = factories.balance(lab.curator, "Old", calibrated_until=factories.in_days(-1))

    with refused(Doubtful, "Old was calibrated until", "weigh on another one"):
        weigh(lab, old, weighed_at=timezone.now(), acknowledged=False)

    assert weigh(lab, old, weighed_at=timezone.now(), acknowledged=True).balance == old


def test_the_calibration_counts_on_the_day_of_the_weighing(lab):
    old = factories.balance(lab.curator, "Old", calibrated_until=factories.in_days(-10))

    assert weigh(lab, old, weighed_at=timezone.now() - timedelta(days=20)).balance == old


@pytest.mark.parametrize("gross_g", ["-0.000001", "0.0000001"])
def test_a_gross_mass_is_one(lab, balance, gross_g):
    with refused(ValidationError):
        weigh(lab, balance, gross_g=gross_g)


def test_a_weighing_is_neither_edited_nor_deleted(lab, balance):
    weighing = weigh(lab, balance)
    weighing.gross_g = Decimal(1)

    with pytest.raises(OutsideOperation):
        weighing.save()
    with pytest.raises(OutsideOperation):
        weighing.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Weighing._base_manager.filter(pk=weighing.pk)._raw_delete("default")
    assert Weighing.objects.get().gross_g == Decimal(110)


@pytest.mark.parametrize("who", ["receiver", "auditor", "researcher", "administrator"])
def test_others_do_not_weigh_it(lab, balance, who):
    with refused(NotAllowed):
        weigh(lab, balance, by=getattr(lab, who))


def test_a_curator_weighs_everywhere(lab, balance):
    assert weigh(lab, balance, by=lab.curator).operator == lab.curator


def test_less_than_what_is_inside_is_doubted_until_somebody_looked(lab, balance):
    with refused(Doubtful, "9.999999 g is less than the 10.000000 g that BOX-1 holds"):
        weigh(lab, balance, gross_g="9.999999", acknowledged=False)

    assert weigh(lab, balance, gross_g="10.000000", acknowledged=False).gross_g == Decimal(10)
    assert weigh(lab, balance, gross_g="9.999999").gross_g == Decimal("9.999999")


def test_another_reading_under_the_same_seal_is_doubted(lab, balance):
    weigh(lab, balance, gross_g="500")
    factories.seal(lab.technician, lab.box, "S-1", applied_at=factories.LONG_AGO + timedelta(days=2))
    at = factories.LONG_AGO + timedelta(days=3)
    weigh(lab, balance, gross_g="110", weighed_at=at, acknowledged=False)

    # Two readings, each uncertain by one milligram.
    weigh(lab, balance, gross_g="110.002", weighed_at=at, acknowledged=False)
    with refused(Doubtful, "BOX-1 weighed 110.002000 g under this seal before: the difference is 0.002001 g"):
        weigh(lab, balance, gross_g="110.004001", weighed_at=at, acknowledged=False)
