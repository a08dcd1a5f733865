"""Weighings: a reading of a balance is recorded once and never edited."""

from django.utils.translation import gettext as _

from samples.models import Weighing
from samples.roles import Right
from samples.units import format_mass

from ._operation import Refused, check_doubts, operation
from ._records import fresh
from .authority import check_not_under_way, check_works_for
from .containment import check_open_to_the_outside
from .times import check_not_before, check_not_in_the_future


class NotInUse(Refused):
    """The balance was taken out of use."""


@operation("weighing.record", right=Right.WORK)
def record(*, container, balance, gross_g, weighed_at, preliminary=False, acknowledged=False, by, reason):
    """Record the gross mass of a container in grams, read on `balance`, as it stands: sealed or open.

    Raises UnderWay, NotAllowed, Sealed, NotInUse, InTheFuture, OutOfOrder, Doubtful, ValidationError.
    """
    container, balance = fresh(container), fresh(balance)
    check_works_for(by, container.custodian)
    check_not_under_way(container)
    if container.parent_id is not None:
        # Nothing inside a seal is put on a balance before that is broken (rule 18).
        check_open_to_the_outside(container.parent)
    check_in_use(balance)
    check_not_in_the_future(weighed_at, "weighed_at")
    check_not_before(weighed_at, container.custody_began_at, _("its chain of custody begins then"), "weighed_at")
    unlikely = _doubt_reading(container, balance, gross_g)
    check_doubts(doubt_calibration(balance, weighed_at), unlikely, acknowledged=acknowledged)
    circumstances = Weighing.Circumstances.SEALED if container.is_sealed() else Weighing.Circumstances.OPEN
    return read(container, balance, gross_g, weighed_at, circumstances, preliminary=preliminary, operator=by)


def read(container, balance, gross_g, weighed_at, circumstances, **values):
    """Write the Weighing of one reading, with the uncertainty that the balance has now; inside an operation."""
    weighing = Weighing(
        container=container,
        balance=balance,
        uncertainty_g=balance.uncertainty_g,
        weighed_at=weighed_at,
        gross_g=gross_g,
        circumstances=circumstances,
        **values,
    )
    weighing.save()
    return weighing


def _doubt_reading(container, balance, gross_g):
    """Say that it is less than what is inside, or another reading than the last one under the same seal, or ""."""
    contents_g = container.contents_g()
    if gross_g < contents_g:
        return _("%(gross)s is less than the %(contents)s that %(container)s holds. Weigh it once more.") % {
            "gross": format_mass(gross_g),
            "contents": format_mass(contents_g),
            "container": container,
        }
    last = last_under_seal(container)
    if last is not None and abs(gross_g - last.gross_g) > balance.uncertainty_g + last.uncertainty_g:
        return _("%(container)s weighed %(last)s under this seal before: the difference is %(difference)s.") % {
            "container": container,
            "last": format_mass(last.gross_g),
            "difference": format_mass(abs(gross_g - last.gross_g)),
        }
    return ""


def last_under_seal(container):
    """The newest weighing of a container under the seal that it has now, or None."""
    seal = container.seals.holding().first()
    if seal is None:
        return None
    return container.weighings.filter(weighed_at__gte=seal.applied_at).newest_first().first()


def check_in_use(balance):
    """Raise NotInUse for a balance that was taken out of use."""
    if not balance.active:
        raise NotInUse(_("%(balance)s is not in use any more.") % {"balance": balance}, field="balance")


def doubt_calibration(balance, at):
    """Say that the calibration of `balance` had run out at the moment `at`, or ""; it is None where none was used."""
    if balance is None or balance.is_calibrated_at(at):
        return ""
    return _("%(balance)s was calibrated until %(day)s; weigh on another one where there is one.") % {
        "balance": balance,
        "day": balance.calibrated_until,
    }
