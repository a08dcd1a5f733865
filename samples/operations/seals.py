"""Seals: apply one to a container, break it again."""

from django.utils.translation import gettext as _

from samples.models import Seal
from samples.roles import Right
from samples.stages import CustodianKind

from ._exposure import OPENED, doubt_air, expose, touched_by_air
from ._operation import Refused, check_doubts, operation
from ._records import fresh
from .authority import check_not_under_way, check_works_for
from .containment import Sealed, check_open_to_the_outside
from .times import check_not_before, check_not_in_the_future

# Where seals are broken (rule 18).
UNSEALING_KINDS = (CustodianKind.LABORATORY, CustodianKind.OPENING)


class NotSealed(Refused):
    """There is no seal on it."""


class AlreadyDamaged(Refused):
    """The damage of the seal was noted before."""


class NotUnsealedHere(Refused):
    """Only a laboratory or an opening centre breaks seals (rule 18)."""


@operation("seal.apply", right=Right.WORK)
def apply(*, container, number, applied_at, applied_by, by, reason):
    """Close a container with a numbered seal; raises Sealed where it, or one around it, is sealed already."""
    container = fresh(container)
    check_works_for(by, container.custodian)
    check_not_under_way(container)
    check_not_in_the_future(applied_at, "applied_at")
    began = _("the chain of custody of the container begins then")
    check_not_before(applied_at, container.custody_began_at, began, "applied_at")
    check_unsealed(container)
    if container.parent_id is not None:
        check_open_to_the_outside(container.parent)
    seal = Seal(container=container, number=number, applied_at=applied_at, applied_by=applied_by, applied_reason=reason)
    seal.save()
    return seal


@operation("seal.note_damage", right=Right.WORK)
def note_damage(*, container, damage, noted_at, noted_by, by, reason):
    """Note that the seal of a container is damaged and still closes it; what is broken is another thing.

    Raises NotSealed, AlreadyDamaged, UnderWay, NotAllowed, InTheFuture, OutOfOrder, ValidationError.
    """
    container = fresh(container)
    check_works_for(by, container.custodian)
    check_not_under_way(container)
    seal = seal_on(container)
    check_undamaged(seal)
    check_not_in_the_future(noted_at, "noted_at")
    check_not_before(noted_at, seal.applied_at, _("the seal was applied then"), "noted_at")
    seal.state = Seal.State.DAMAGED
    seal.damaged_at, seal.damaged_by, seal.damage = noted_at, noted_by, damage
    seal.save()
    return seal


@operation("seal.unseal", right=Right.WORK)
def unseal(*, container, broken_at, broken_by, acknowledged=False, by, reason):
    """Break the seal of a container, outside before inside, where a laboratory or opening centre holds it (rule 18).

    A broken seal never becomes intact again, and in air what it closed in is exposed. Raises NotSealed,
    NotUnsealedHere, Sealed, UnderWay, OutOfOrder, Doubtful.
    """
    container = fresh(container)
    check_works_for(by, container.custodian)
    check_not_under_way(container)
    if container.custodian.kind not in UNSEALING_KINDS:
        raise NotUnsealedHere(
            _("%(custodian)s holds %(container)s. Seals are broken only in a laboratory or an opening centre.")
            % {"custodian": container.custodian, "container": container}
        )
    seal = seal_on(container)
    if container.parent_id is not None:
        check_open_to_the_outside(container.parent)
    check_not_in_the_future(broken_at, "broken_at")
    check_not_before(broken_at, seal.applied_at, _("the seal was applied then"), "broken_at")
    check_not_before(broken_at, seal.damaged_at, _("its damage was noted then"), "broken_at")
    seal.state = Seal.State.BROKEN
    seal.broken_at, seal.broken_by, seal.broken_reason = broken_at, broken_by, reason
    seal.save()
    touched = touched_by_air(container)
    check_doubts(doubt_air(touched, container, OPENED), acknowledged=acknowledged)
    expose(touched, at=broken_at, why=OPENED)
    return seal


def check_unsealed(container):
    """Raise Sealed for a container that has a seal on it."""
    if seal := container.seals.holding().first():
        raise Sealed(
            _("%(container)s is sealed already, with %(number)s.") % {"container": container, "number": seal.number}
        )


def check_undamaged(seal):
    """Raise AlreadyDamaged for a seal whose damage was noted."""
    if seal.state == Seal.State.DAMAGED:
        raise AlreadyDamaged(_("Damage of seal %(number)s was noted before.") % {"number": seal.number})


def seal_on(container):
    """The seal that closes a container; raises NotSealed."""
    seal = container.seals.holding().first()
    if seal is None:
        raise NotSealed(_("%(container)s has no seal on it.") % {"container": container})
    return seal
