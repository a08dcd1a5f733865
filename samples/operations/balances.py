"""Balances: register, amend."""

from samples.models import Balance
from samples.roles import Right

from ._operation import operation
from ._records import apply_changes, fresh


@operation("balance.register", right=Right.CURATE)
def register(*, name, uncertainty_g, calibrated_until, active=True, by, reason):
    """Register a balance; `uncertainty_g` in grams is that of one reading."""
    balance = Balance(name=name, uncertainty_g=uncertainty_g, calibrated_until=calibrated_until, active=active)
    balance.save()
    return balance


@operation("balance.amend", right=Right.CURATE)
def amend(*, balance, changes, seen, by, reason):
    """Amend a balance's name, uncertainty, calibration or whether it is in use; weighings keep what they had."""
    return apply_changes(fresh(balance, seen=seen), changes)
