"""Weighings: a reading of a balance is recorded once and never edited."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.db.models import Q
from django.utils.translation import gettext as _

from samples.models import Container, Discrepancy, Handoff, MassMovement, Sample, Weighing
from samples.models.writing import current_operation
from samples.roles import Right
from samples.stages import CustodianKind
from samples.units import format_mass

from ._operation import Refused, check_doubts, operation
from ._records import fresh
from ._rows import each
from .authority import check_not_under_way, check_works_for
from .containment import check_open_to_the_outside
from .times import check_after_receipt, check_not_before, check_not_in_the_future

BORROWERS = (CustodianKind.RESEARCHER, CustodianKind.MUSEUM)


class LessThanTare(Refused):
    """The gross mass is never less than the tare (rule 1)."""


class NotSuperseded(Refused):
    """The weighing whose place this should take is of another container, or replaced already."""


class NotReturned(Refused):
    """It did not come back from a borrower."""


class NotInUse(Refused):
    """The balance was taken out of use."""


@dataclass(frozen=True)
class Reading:
    """What one container weighed: gross and tare in grams. Without a tare nothing is compared."""

    container: Container
    gross_g: Decimal
    tare_g: Decimal | None = None


@operation("weighing.record", right=Right.WORK)
def record(
    *,
    container,
    balance,
    gross_g,
    weighed_at,
    tare_g=None,
    preliminary=False,
    after_return=False,
    supersedes=None,
    acknowledged=False,
    by,
    reason,
):
    """Record the gross mass of a container in grams, read on `balance`, as it stands: sealed or open.

    The tare is everything that is not sample, nested containers included; another one than on record is
    asked about. With it the net mass is compared with what the samples inside come to, and beyond the
    balance's uncertainty a discrepancy is opened (rule 5). Raises UnderWay, NotAllowed, Sealed, NotInUse,
    LessThanTare, NotSuperseded, NotReturned, InTheFuture, OutOfOrder, Doubtful, ValidationError.
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
    check_after_receipt(container, weighed_at, "weighed_at")
    _check_tare(gross_g, tare_g)
    _check_superseded(container, supersedes)
    circumstances = _circumstances(container, after_return)
    contents_g = container.contents_g()
    doubts = [_doubt_tare(container, balance, tare_g)]
    doubts += _doubts_reading(container, balance, gross_g, tare_g, contents_g)
    if tare_g is not None:
        doubts.append(_doubt_changed_since(container, weighed_at))
    check_doubts(doubt_calibration(balance, weighed_at), *doubts, acknowledged=acknowledged)
    compared = {} if tare_g is None else {"tare_g": tare_g, "net_g": gross_g - tare_g, "book_g": contents_g}
    values = compared | {"preliminary": preliminary, "supersedes": supersedes, "operator": by}
    weighing = read(container, balance, gross_g, weighed_at, circumstances, **values)
    # Found once more it is still the same one.
    if weighing.is_beyond_uncertainty and not _open_from_weighings([container]).exists():
        _open_discrepancy(weighing, by)
    return weighing


@operation("weighing.record_many", right=Right.WORK)
def record_many(*, readings, balance, weighed_at, preliminary=False, acknowledged=False, by, reason):
    """Record several Readings of one balance, all or none; a refusal's field ends in the key of its container."""
    common = {"balance": balance, "weighed_at": weighed_at, "preliminary": preliminary, "acknowledged": acknowledged}
    act = partial(record, **common, by=by, reason=reason)
    acts = {
        reading.container.pk: partial(act, container=reading.container, gross_g=reading.gross_g, tare_g=reading.tare_g)
        for reading in readings
    }
    if len(acts) < len(readings):
        raise Refused(_("A container is there twice. Give one reading of each."))
    return list(each(acts).values())


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


def discrepancies_told_by(weighings):
    """The discrepancies that `weighings` opened, or that were open from earlier ones and found once more."""
    again = [weighing.container for weighing in weighings if weighing.is_beyond_uncertainty]
    opened = Discrepancy.objects.filter(weighing__in=weighings) | _open_from_weighings(again)
    return opened.select_related("container").order_by("pk")


def _open_from_weighings(containers):
    """The open discrepancies of mass of `containers` that a weighing opened, not a receipt."""
    kind = Discrepancy.Kind.MASS
    return Discrepancy.objects.open().filter(container__in=containers, kind=kind, line=None)


def _open_discrepancy(weighing, by):
    found = _(
        "The samples in %(container)s come to %(book)s; weighed was %(net)s, %(difference)s. The balance has %(u)s."
    )
    Discrepancy(
        kind=Discrepancy.Kind.MASS,
        container=weighing.container,
        weighing=weighing,
        found=found
        % {
            "container": weighing.container,
            "book": format_mass(weighing.book_g),
            "net": format_mass(weighing.net_g),
            "difference": _more_or_less(weighing.difference_g),
            "u": f"± {format_mass(weighing.uncertainty_g)}",
        },
        difference_g=weighing.difference_g,
        opened_at=current_operation().moment,
        opened_by=by,
    ).save()


def _more_or_less(difference_g):
    way = _("%(mass)s more") if difference_g > 0 else _("%(mass)s less")
    return way % {"mass": format_mass(abs(difference_g))}


def _check_tare(gross_g, tare_g):
    """Raise LessThanTare for a gross mass below the tare (rule 1)."""
    if tare_g is not None and gross_g < tare_g:
        raise LessThanTare(
            _("%(gross)s is less than the tare of %(tare)s. The gross mass is with the container.")
            % {"gross": format_mass(gross_g), "tare": format_mass(tare_g)},
            field="gross_g",
        )


def _check_superseded(container, supersedes):
    if supersedes is None:
        return
    if supersedes.container_id != container.pk:
        raise NotSuperseded(
            _("That is a weighing of %(other)s, not of %(container)s.")
            % {"other": supersedes.container, "container": container},
            field="supersedes",
        )
    if Weighing.objects.filter(supersedes=supersedes).exists():
        raise NotSuperseded(_("Another weighing has taken the place of that one already."), field="supersedes")


def _circumstances(container, after_return):
    if not after_return:
        return Weighing.Circumstances.SEALED if container.is_sealed() else Weighing.Circumstances.OPEN
    if not came_back(container):
        raise NotReturned(
            _("%(container)s did not come back from a researcher or a museum with its last handoff.")
            % {"container": container},
            field="after_return",
        )
    return Weighing.Circumstances.AFTER_RETURN


def came_back(container):
    """Whether a researcher or a museum gave the container back with the last handoff that moved it."""
    moved = container.lines.filter(handoff__status__in=Handoff.MOVED).order_by("-handoff__received_at", "-pk")
    last = moved.select_related("handoff__from_custodian").first()
    return last is not None and last.handoff.from_custodian.kind in BORROWERS


def _doubt_tare(container, balance, tare_g):
    """Say that the tare is another one than the records have, or none, so that nothing is compared with the book."""
    known_g = container.tare_inside_out_g()
    if known_g is None or (tare_g is not None and abs(tare_g - known_g) <= balance.uncertainty_g):
        return ""
    values = {"container": container, "known": format_mass(known_g)}
    if tare_g is None:
        return _("The records have %(known)s as the tare of %(container)s. Without it nothing is compared.") % values
    return _(
        "The records have %(known)s as the tare of %(container)s; %(tare)s is %(difference)s. What is compared is "
        "right only with the right one."
    ) % (values | {"tare": format_mass(tare_g), "difference": _more_or_less(tare_g - known_g)})


def _doubt_changed_since(container, weighed_at):
    """Say that what is inside has another mass since; the comparison is with the mass of now."""
    inside = Sample.objects.filter(container__in=Container.objects.within(container.pk))
    later = MassMovement.objects.filter(happened_at__gt=weighed_at)
    if not later.filter(Q(to_sample__in=inside) | Q(from_sample__in=inside)).exists():
        return ""
    return _(
        "Since it was weighed the mass of what is in %(container)s changed; it is compared with what is in it now. "
        "Leave the tare empty to have nothing compared."
    ) % {"container": container}


def _doubts_reading(container, balance, gross_g, tare_g, contents_g):
    """Say that it is another mass than the samples inside have, or another reading than under the same seal."""
    doubts = []
    if tare_g is not None and abs(gross_g - tare_g - contents_g) > balance.uncertainty_g:
        asked = _(
            "Net %(net)s, and the samples in %(container)s come to %(contents)s: %(difference)s, with ± %(u)s of "
            "the balance. Weigh it once more; recorded so, it opens a discrepancy."
        )
        if _open_from_weighings([container]).exists():
            asked = _(
                "Net %(net)s, and the samples in %(container)s come to %(contents)s: %(difference)s, with ± %(u)s of "
                "the balance. A discrepancy from an earlier weighing is open already; this one is recorded beside it."
            )
        doubts.append(
            asked
            % {
                "net": format_mass(gross_g - tare_g),
                "container": container,
                "contents": format_mass(contents_g),
                "difference": _more_or_less(gross_g - tare_g - contents_g),
                "u": format_mass(balance.uncertainty_g),
            }
        )
    elif gross_g < contents_g:
        doubts.append(
            _("%(gross)s is less than the %(contents)s that %(container)s holds. Weigh it once more.")
            % {"gross": format_mass(gross_g), "contents": format_mass(contents_g), "container": container}
        )
    last = last_under_seal(container)
    if last is not None and abs(gross_g - last.gross_g) > balance.uncertainty_g + last.uncertainty_g:
        doubts.append(
            _("%(container)s weighed %(last)s under this seal before: the difference is %(difference)s.")
            % {
                "container": container,
                "last": format_mass(last.gross_g),
                "difference": format_mass(abs(gross_g - last.gross_g)),
            }
        )
    return doubts


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
