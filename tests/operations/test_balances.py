"""Balances: registered and amended by curators; what is weighed on them keeps what they had."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from samples.operations import NotAllowed, NothingChanged, Superseded, balances
from tests import factories
from tests.refusing import refused


def amend(lab, balance, by=None, seen=None, **changes):
    return balances.amend(balance=balance, changes=changes, seen=seen, by=by or lab.curator, reason="Calibrated")


def test_it_is_registered_with_its_uncertainty_and_its_calibration(lab):
    balance = factories.balance(lab.curator, "Bench 1", "0.000100", calibrated_until=factories.in_days(30))

    assert (str(balance), balance.uncertainty_g, balance.active) == ("Bench 1", Decimal("0.0001"), True)
    assert balance.history.get().verb == "balance.register"


def test_its_calibration_holds_to_the_end_of_its_last_day(lab):
    today = factories.balance(lab.curator, "Today", calibrated_until=factories.in_days(0))
    yesterday = factories.balance(lab.curator, "Yesterday", calibrated_until=factories.in_days(-1))

    assert (today.is_expired, yesterday.is_expired) == (False, True)


@pytest.mark.parametrize("uncertainty_g", ["0", "0.000000"])
def test_a_balance_has_an_uncertainty(lab, uncertainty_g):
    with refused(ValidationError, "No balance is without uncertainty"):
        factories.balance(lab.curator, uncertainty_g=uncertainty_g)


def test_a_name_is_given_once_upper_and_lower_case_alike(lab):
    factories.balance(lab.curator, "Bench 1")

    with refused(ValidationError, "Another balance has this name."):
        factories.balance(lab.curator, "BENCH 1")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_balance_has_a_name(lab, name):
    with refused(ValidationError, field="name"):
        factories.balance(lab.curator, name)


def test_after_a_calibration_earlier_weighings_keep_what_the_balance_had(lab):
    balance = factories.balance(lab.curator, uncertainty_g="0.001")
    weighing = factories.weighing(lab.technician, lab.box, balance)

    amended = amend(lab, balance, seen=1, uncertainty_g=Decimal("0.002"), calibrated_until=factories.in_days(700))

    weighing.refresh_from_db()
    assert (amended.revision, amended.uncertainty_g) == (2, Decimal("0.002"))
    assert weighing.uncertainty_g == Decimal("0.001")
    assert factories.weighing(lab.technician, lab.box, balance).uncertainty_g == Decimal("0.002")


def test_nothing_is_amended_to_what_it_is_nor_over_what_somebody_else_changed(lab):
    balance = factories.balance(lab.curator, "Bench 1")

    with refused(NothingChanged, "every value is as it was"):
        amend(lab, balance, name="Bench 1")
    amend(lab, balance, seen=1, active=False)
    with refused(Superseded, "was changed by somebody else"):
        amend(lab, balance, seen=1, name="Bench 2")


@pytest.mark.parametrize("who", ["technician", "auditor", "researcher", "administrator"])
def test_only_curators_keep_balances(lab, who):
    balance = factories.balance(lab.curator)

    with refused(NotAllowed):
        factories.balance(getattr(lab, who), "Another")
    with refused(NotAllowed):
        amend(lab, balance, by=getattr(lab, who), name="Another")
