"""Custody: release, receive, reject, cancel, explain a gap (rules 10 to 13 and 15 to 17)."""

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from samples.models import Container, GapExplanation, Handoff, HandoffLine, Signature
from samples.models.writing import current_operation
from samples.roles import Right
from samples.stages import STEPS, CustodianKind

from ._checklist import (
    Declared,
    Differs,
    Found,
    NotWeighable,
    Partial,
    Unread,
    check_declared,
    check_received_at,
    declare,
    doubt_undeclared,
    doubt_unweighed,
    examine,
    outermost_sealed,
    to_declare,
    to_find,
    write_found,
)
from ._exposure import doubts_arrival, expose_arrived
from ._operation import NotAllowed, Refused, check_all, check_doubts, operation
from ._records import check_seen, fresh
from .authority import NotASigner, check_may_explain, check_may_sign, check_not_under_way, doubt_on_behalf
from .containment import check_stands_at
from .signatures import check_confirmed, sign
from .times import OutOfOrder, check_after_chain, check_after_seals, check_not_in_the_future
from .weighings import doubt_calibration

__all__ = [
    "Declared",
    "Differs",
    "Found",
    "IllegalStep",
    "NoGap",
    "NotHeld",
    "NotOpen",
    "NotWeighable",
    "NothingToHandOver",
    "Partial",
    "SamePerson",
    "Unread",
    "cancel",
    "examine",
    "explain_gap",
    "receive",
    "reject",
    "release",
    "to_declare",
    "to_find",
]


class NothingToHandOver(Refused):
    """A handoff names at least one container."""


class NotHeld(Refused):
    """The containers are not all held by one custodian, or are inside another container."""


class IllegalStep(Refused):
    """Custody does not go from this kind of custodian to that one (rule 10)."""


class NotOpen(Refused):
    """The handoff was received, rejected or cancelled; that does not change again (rule 12)."""


class SamePerson(Refused):
    """Release and receipt are entered by two different people (rule 11)."""


class NoGap(Refused):
    """There is nothing to explain."""


@operation("custody.release", right=Right.WORK)
def release(
    *,
    containers,
    to_custodian,
    place,
    transport_mode,
    purpose,
    released_at,
    document_number="",
    witnesses="",
    due_back_on=None,
    remarks="",
    on_behalf_of="",
    on_behalf_document="",
    corrects=None,
    declared=None,
    acknowledged=False,
    confirmed,
    by,
    reason,
):
    """Release containers, with everything inside them, to another custodian; custody moves at the receipt.

    Writes a line for every nested container too, and freezes them all. Seals are declared as they are on
    record; `declared` is {container key: Declared} of the gross masses of the outermost sealed ones, and
    `confirmed` the Confirmation of who signs. Raises NothingToHandOver, NotHeld, IllegalStep, UnderWay,
    OutOfOrder, InTheFuture, NotASigner, NotAllowed, NotWeighable, Unsigned, Doubtful, ValidationError.
    """
    check_confirmed(confirmed, by)
    containers = [fresh(container) for container in containers]
    from_custodian = _custodian_of(containers)
    to_custodian = fresh(to_custodian)
    corrects = fresh(corrects) if corrects is not None else None
    for container in containers:
        check_not_under_way(container)
    # A void record is kept to be read; it does not travel.
    nested = list(Container.objects.within(*[container.pk for container in containers]).live().order_by("pk"))
    _check_step(from_custodian, to_custodian, nested, corrects, by)
    _check_signer(by, from_custodian, on_behalf_of, on_behalf_document)
    check_not_in_the_future(released_at, "released_at")
    if due_back_on is not None and due_back_on < timezone.localdate(released_at):
        raise OutOfOrder(_("It cannot be due back before it is released."), field="due_back_on")
    check_after_chain(nested, released_at)
    declared, sealed = declared or {}, outermost_sealed(nested)
    check_after_seals(sealed.values(), released_at)
    check_declared(nested, sealed, declared)
    unusual = doubt_on_behalf(from_custodian, on_behalf_of)
    check_doubts(unusual, doubt_undeclared(nested, sealed, declared), acknowledged=acknowledged)
    handoff = Handoff(
        number=(Handoff.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        from_custodian=from_custodian,
        to_custodian=to_custodian,
        place=place,
        transport_mode=transport_mode,
        purpose=purpose,
        document_number=document_number,
        witnesses=witnesses,
        due_back_on=due_back_on,
        remarks=remarks,
        corrects=corrects,
        released_at=released_at,
        release_signed_at=current_operation().moment,
        released_by=by,
        released_on_behalf_of=on_behalf_of,
        release_document=on_behalf_document,
    )
    handoff.save()
    for container in nested:
        line = HandoffLine(handoff=handoff, container=container, inside_id=container.parent_id)
        if seal := sealed.get(container.pk):
            declare(line, seal)
        if masses := declared.get(container.pk):
            line.gross_declared_g, line.tolerance_g = masses.gross_g, masses.tolerance_g
        line.save()
    sign(handoff, Signature.Meaning.RELEASE, by)
    return handoff


@operation("custody.receive", right=Right.WORK)
def receive(
    *,
    handoff,
    location,
    received_at,
    found,
    differs=False,
    balance=None,
    on_behalf_of="",
    on_behalf_document="",
    remarks="",
    acknowledged=False,
    confirmed,
    seen=None,
    by,
    reason,
):
    """Receive a handoff at `location`: custody of every container in it moves now.

    `found` is {container key: Found} of every line that is looked at (to_find); where a seal or a
    mass is not as declared, `differs` says that it is received with discrepancy. Weighed on `balance`.
    Raises NotOpen, SamePerson, NotASigner, OutOfOrder, InTheFuture, Misplaced, Partial, Unread,
    NotWeighable, Differs, Several of these, Unsigned, Doubtful, ValidationError.
    """
    check_confirmed(confirmed, by)
    handoff = _open(handoff, seen)
    _check_signer(by, handoff.to_custodian, on_behalf_of, on_behalf_document)
    if handoff.released_by_id == by.pk:
        raise SamePerson(
            _("%(name)s released %(handoff)s. Somebody else receives it.") % {"name": by.name, "handoff": handoff}
        )
    location = fresh(location)
    balance = fresh(balance) if balance is not None else None
    lines, differences = to_find(handoff), {}
    # None of these hangs on another one, and each sending asks for the password again.
    check_all(
        lambda: differences.update(examine(lines, found, differs=differs, balance=balance)),
        lambda: check_stands_at(location, handoff.to_custodian),
        lambda: check_received_at(handoff, received_at),
    )
    weighed = (doubt_unweighed(lines, found), doubt_calibration(balance, received_at))
    unusual = doubt_on_behalf(handoff.to_custodian, on_behalf_of)
    check_doubts(unusual, *weighed, *doubts_arrival(handoff, location), acknowledged=acknowledged)
    handoff.status = Handoff.Status.WITH_DISCREPANCY if differs else Handoff.Status.RECEIVED
    handoff.received_at = received_at
    handoff.receipt_signed_at = current_operation().moment
    handoff.received_by = by
    handoff.received_on_behalf_of = on_behalf_of
    handoff.receipt_document = on_behalf_document
    handoff.received_location = location
    handoff.receipt_remarks = remarks
    handoff.save()
    for line, some in differences.items():
        write_found(line, found[line.container_id], some, balance=balance, received_at=received_at, by=by)
    for container in _close_lines(handoff):
        container.custodian = handoff.to_custodian
        if container.parent_id is None:
            container.location = location
        container.save()
    expose_arrived(handoff)
    sign(handoff, Signature.Meaning.RECEIPT, by)
    return handoff


@operation("custody.reject", right=Right.WORK)
def reject(*, handoff, seen=None, by, reason):
    """Refuse a handoff on the receiving side; custody stays where it was."""
    handoff = _open(handoff, seen)
    to_custodian = handoff.to_custodian
    if by.custodian_id != to_custodian.pk and not by.may(Right.CURATE) and to_custodian.is_staffed():
        raise NotASigner(_("Only %(custodian)s or a curator rejects this handoff.") % {"custodian": to_custodian})
    if handoff.released_by_id == by.pk:
        raise SamePerson(_("You released %(handoff)s yourself: cancel it instead.") % {"handoff": handoff})
    return _close(handoff, Handoff.Status.REJECTED, by, reason)


@operation("custody.cancel", right=Right.WORK)
def cancel(*, handoff, seen=None, by, reason):
    """Take a release back before it is received; by the releaser or a curator."""
    handoff = _open(handoff, seen)
    if handoff.released_by_id != by.pk and not by.may(Right.CURATE):
        raise NotASigner(
            _("%(handoff)s is cancelled by %(name)s, who released it, or by a curator.")
            % {"handoff": handoff, "name": handoff.released_by.name}
        )
    return _close(handoff, Handoff.Status.CANCELLED, by, reason)


@operation("custody.explain_gap", right=Right.WORK)
def explain_gap(*, handoff, text, by, reason):
    """Say in words what happened in the hour or more between release and receipt (rule 13)."""
    handoff = Handoff.objects.get(pk=handoff.pk)
    if handoff.gap is None:
        raise NoGap(_("%(handoff)s has no gap in time to explain.") % {"handoff": handoff})
    check_may_explain(by, handoff)
    if GapExplanation.objects.filter(handoff=handoff).exists():
        raise NoGap(_("The gap of %(handoff)s has been explained already.") % {"handoff": handoff})
    explanation = GapExplanation(handoff=handoff, text=text)
    explanation.save()
    return explanation


def _open(handoff, seen):
    """The handoff as it stands now; raises NotOpen before Superseded, for it says more."""
    now = fresh(handoff)
    if not now.is_open:
        raise NotOpen(
            _("%(handoff)s is %(status)s; that does not change again. A mistake is corrected by a new handoff.")
            % {"handoff": now, "status": now.get_status_display().lower()}
        )
    check_seen(now, seen)
    return now


def _close(handoff, status, by, reason):
    handoff.status = status
    handoff.closed_at = current_operation().moment
    handoff.closed_by = by
    handoff.closing_reason = reason
    handoff.save()
    _close_lines(handoff)
    return handoff


def _close_lines(handoff):
    """Close every line of the handoff; returns their containers."""
    lines = list(handoff.lines.order_by("pk").select_related("container"))
    for line in lines:
        if line.open:
            line.open = False
            line.save()
    return [line.container for line in lines]


def _custodian_of(containers):
    if not containers:
        raise NothingToHandOver(_("Choose at least one container to release."), field="containers")
    for container in containers:
        if container.parent_id is not None:
            raise NotHeld(
                _("%(container)s is inside %(outer)s. Release %(outer)s, or take %(container)s out first.")
                % {"container": container, "outer": container.parent},
                field="containers",
            )
        if container.custodian_id != containers[0].custodian_id:
            raise NotHeld(
                _("%(one)s is held by %(its)s and %(other)s by %(custodian)s. Each custodian releases its own.")
                % {
                    "one": containers[0],
                    "its": containers[0].custodian,
                    "other": container,
                    "custodian": container.custodian,
                },
                field="containers",
            )
    return containers[0].custodian


def _check_step(from_custodian, to_custodian, containers, corrects, by):
    """Raise IllegalStep unless the step table allows it or a curator reverses a handoff named in `corrects`."""
    if from_custodian == to_custodian:
        raise IllegalStep(_("%(custodian)s holds this already.") % {"custodian": to_custodian}, field="to_custodian")
    if not to_custodian.active:
        raise IllegalStep(
            _("%(custodian)s is not active any more.") % {"custodian": to_custodian}, field="to_custodian"
        )
    if corrects is not None and _reverses(corrects, from_custodian, to_custodian, containers, by):
        return
    if to_custodian.kind not in STEPS[from_custodian.kind]:
        allowed = [kind.label.lower() for kind in CustodianKind if kind in STEPS[from_custodian.kind]]
        raise IllegalStep(
            _(
                "Custody does not go from %(from)s (%(from_kind)s) to %(to)s (%(to_kind)s). "
                "From here it goes to: %(allowed)s."
            )
            % {
                "from": from_custodian,
                "from_kind": from_custodian.get_kind_display().lower(),
                "to": to_custodian,
                "to_kind": to_custodian.get_kind_display().lower(),
                "allowed": ", ".join(allowed),
            },
            field="to_custodian",
        )


def _reverses(corrects, from_custodian, to_custodian, containers, by):
    """Whether this hands back what the handoff `corrects` moved; raises where it may not correct it at all."""
    if not by.may(Right.CURATE):
        raise NotAllowed(_("A handoff that corrects another one is released by a curator."), field="corrects")
    if corrects.status not in Handoff.MOVED:
        raise NotOpen(_("Only a received handoff needs a correction."), field="corrects")
    for container in containers:
        last = Handoff.objects.received().filter(lines__container=container).order_by("-number").first()
        if last != corrects:
            raise NotHeld(
                _("%(handoff)s is not the last handoff of %(container)s, so there is nothing of it to correct.")
                % {"handoff": corrects, "container": container},
                field="corrects",
            )
    return (corrects.to_custodian_id, corrects.from_custodian_id) == (from_custodian.pk, to_custodian.pk)


def _check_signer(by, custodian, on_behalf_of, document):
    """Raise NotASigner unless `by` signs for `custodian`, or enters its side on behalf where it has no staff."""
    if check_may_sign(by, custodian):
        if on_behalf_of or document:
            raise NotASigner(
                _("%(custodian)s has people who sign for it; nobody signs on its behalf. Leave that part empty.")
                % {"custodian": custodian},
                field="on_behalf_of",
            )
    elif not (on_behalf_of.strip() and document.strip()):
        raise NotASigner(
            _(
                "%(custodian)s has nobody here who signs for it. Enter its side on behalf: "
                "name the person and the document."
            )
            % {"custodian": custodian},
            field="on_behalf_of",
        )
