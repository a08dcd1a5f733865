"""The audit: verify it and export its ledger; both are told of in the ledger itself."""

from django.utils.translation import gettext as _

from samples.audit import ledger, verify
from samples.models import OutsideOperation
from samples.models.writing import current_operation
from samples.roles import Right

from ._operation import Busy, NotAllowed, Refused, check_right, clean_reason, operation

# As many findings an entry keeps, and as many characters of each; all are counted.
MOST_ENTERED, MOST_TOLD = 50, 1000


class NothingToExport(Refused):
    """The ledger is empty."""


@operation("audit.verify", right=Right.AUDIT)
def tell_of_verification(*, told, by, reason):
    """Enter in the ledger that a verification begins, or what it found; `told` is a dict of plain values."""
    current_operation().tell(**told)
    return current_operation().id


@operation("audit.export", right=Right.AUDIT)
def export(*, by, reason):
    """Enter in the ledger that it is exported; raises NothingToExport for an empty one."""
    newest = ledger.head()
    if newest is None:
        raise NothingToExport(_("The ledger is empty: there is nothing to export."))
    current_operation().tell(exported="ledger", head_seq=newest.seq, head_hash=newest.hash)


def verify_audit(*, checkpoints=None, by, reason):
    """Verify everything, entered in the ledger before it begins and after it ended.

    A generator that yields verify.Progress and returns a verify.Report, also where nothing can be entered:
    the report then says so. Raises NotAllowed, NoReason.
    """
    check_right(by, Right.AUDIT)
    reason = clean_reason(reason)
    checkpoints = checkpoints or {}
    given = sum(map(len, checkpoints.values()))
    begun = {"verification": "begun", "checkpoints": given}
    why_not = _why_not_entered(begun, by, reason)
    report = yield from verify.verify(checkpoints)
    if why_not:
        _say(report, _("That this verification began is not in the ledger."), why_not)
    result = {
        "verification": "ended",
        "findings": report.total_found,
        "kinds": {kind.value: count for kind, count in sorted(report.found.items())},
        "found": [
            {"record": each.record, "kind": each.kind.value, "sentence": each.message[:MOST_TOLD]}
            for each in report.findings[:MOST_ENTERED]
        ],
        "given": [
            " ".join(filter(None, (f"Ledger {seq} · {short}", full)))
            for seq, some in sorted(checkpoints.items())
            for short, full in sorted(some)
        ],
        "checked": dict(sorted(report.checked.items())),
        "head_seq": report.head_seq,
        "head_hash": report.head_hash,
    }
    if why_not := _why_not_entered(result, by, reason, report):
        _say(report, _("What this verification found is not in the ledger."), why_not)
    return report


def _why_not_entered(told, by, reason, report=None):
    """Enter this in the ledger; returns the error that stood in the way, or None.

    When nothing can be written any more, a verification is wanted most: no fault of the database stops it.
    """
    try:
        entered_as = tell_of_verification(told=told, by=by, reason=reason)
    except (Refused, OutsideOperation, *verify.UNREADABLE) as error:
        return error
    if report:
        report.operation_id = entered_as
    return None


def _say(report, sentence, why):
    """Have the report say what could not be entered: that others were writing is no fault, all else is a finding."""
    if isinstance(why, Busy):
        report.notes.append(f"{sentence} {_('Somebody else was writing all the while.')}")
    elif isinstance(why, NotAllowed):
        report.notes.append(f"{sentence} {why.message}")
    else:
        kind = verify.Kind.GUARD if isinstance(why, (Refused, OutsideOperation)) else verify.Kind.ENGINE
        report.find(kind, _("the ledger"), f"{sentence} {' '.join(str(why).split())}")
