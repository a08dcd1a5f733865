"""The audit: verify it and export its ledger; both are told of in the ledger itself."""

from django.utils.translation import gettext as _

from samples.audit import ledger, verify
from samples.models.writing import current_operation
from samples.roles import Right

from ._operation import Refused, operation


class NothingToExport(Refused):
    """The ledger is empty."""


@operation("audit.verify", right=Right.AUDIT)
def tell_of_verification(*, told, by, reason):
    """Enter in the ledger that a verification begins, or what it found; `told` is a dict of plain values."""
    current_operation().tell(**told)


@operation("audit.export", right=Right.AUDIT)
def export(*, by, reason):
    """Enter in the ledger that it is exported; raises NothingToExport for an empty one."""
    newest = ledger.head()
    if newest is None:
        raise NothingToExport(_("The ledger is empty: there is nothing to export."))
    current_operation().tell(exported="ledger", head_seq=newest.seq, head_hash=newest.hash)


def verify_audit(*, checkpoints=None, by, reason):
    """Verify everything, entered in the ledger before it begins and after it ended.

    A generator that yields verify.Progress and returns a verify.Report. Raises NotAllowed, NoReason.
    """
    checkpoints = checkpoints or {}
    given = sum(map(len, checkpoints.values()))
    tell_of_verification(told={"verification": "begun", "checkpoints": given}, by=by, reason=reason)
    report = yield from verify.verify(checkpoints)
    result = {
        "verification": "ended",
        "findings": report.total_found,
        "kinds": {kind.value: count for kind, count in sorted(report.found.items())},
        "checked": dict(sorted(report.checked.items())),
        "head_seq": report.head_seq,
        "head_hash": report.head_hash,
    }
    tell_of_verification(told=result, by=by, reason=reason)
    return report
