"""Containers: register, amend, move, take out, void."""

from functools import partial

from django.utils.translation import gettext as _

from samples.models import Container, Handoff
from samples.roles import Right

from ._exposure import let_air_in
from ._operation import Refused, operation
from ._records import StillInUse, apply_changes, fresh, withdraw
from ._rows import each
from .authority import check_not_under_way, check_works_for
from .containment import (
    AlreadyThere,
    check_capacities,
    check_capacity_within_mission,
    check_may_receive,
    check_open_to_the_outside,
    check_stands_at,
    set_back,
    set_emptied,
    set_in_use,
)
from .times import check_not_in_the_future


class NotInside(Refused):
    """It stands alone, so it cannot be taken out of anything."""


@operation("container.register", right=Right.WORK)
def register(
    *,
    identifier,
    mission,
    kind,
    origin,
    custodian=None,
    custody_began_at,
    chain_document,
    parent=None,
    location=None,
    capacity_g=None,
    tare_g=None,
    atmosphere="",
    description="",
    by,
    reason,
):
    """Register a container; its chain of custody begins here, with a document. Masses in grams.

    With a `parent` it is inside that container and has its custodian; else it stands at `location`
    with `custodian`. Raises Misplaced, Sealed, OverCapacity, UnderWay, NotAllowed, ValidationError.
    """
    mission = fresh(mission)
    if parent is not None:
        parent = fresh(parent)
        custodian = custodian or parent.custodian
    if custodian is None:
        raise Refused(_("Say which custodian answers for the container from here on."), field="custodian")
    custodian = fresh(custodian)
    location = fresh(location) if location is not None else None
    if not custodian.active:
        raise Refused(_("%(custodian)s is not active any more.") % {"custodian": custodian}, field="custodian")
    check_works_for(by, custodian)
    check_not_in_the_future(custody_began_at, "custody_began_at")
    container = Container(
        identifier=identifier,
        mission=mission,
        kind=kind,
        origin=origin,
        custodian=custodian,
        custody_began_at=custody_began_at,
        chain_document=chain_document,
        parent=parent,
        location=location,
        capacity_g=capacity_g,
        tare_g=tare_g,
        atmosphere=atmosphere,
        description=description,
    )
    # Saved first: its own fields come before its surroundings, and a refusal undoes the whole operation.
    container.save()
    check_capacity_within_mission(container)
    if parent is not None:
        check_may_receive(parent, container)
        set_in_use(parent)
    else:
        check_stands_at(location, custodian)
    return container


@operation("container.amend", right=Right.WORK)
def amend(*, container, changes, seen, acknowledged=False, by, reason):
    """Amend capacity, tare, atmosphere or description; raises OverCapacity, UnderWay, NotAllowed, Doubtful."""
    container = fresh(container, seen=seen)
    check_works_for(by, container.custodian)
    check_not_under_way(container)
    container = apply_changes(container, changes)
    check_capacity_within_mission(container)
    check_capacities(container, field="capacity_g")
    if "atmosphere" in changes:
        let_air_in([container], acknowledged)
    return container


@operation("container.move", right=Right.WORK)
def move(*, container, location=None, parent=None, acknowledged=False, seen=None, by, reason):
    """Move a container to a `location`, or into another container `parent`, of the same custodian.

    In air what is open in it is exposed. Raises Misplaced, Sealed, OverCapacity, UnderWay, AlreadyThere,
    NotAllowed, Doubtful.
    """
    container = fresh(container, seen=seen)
    if (location, parent) == (container.location, container.parent):
        raise AlreadyThere(_("%(container)s is there already.") % {"container": container})
    return _relocate(container, location, parent, acknowledged, by)


@operation("container.move_many", right=Right.WORK)
def move_many(*, containers, location=None, parent=None, acknowledged=False, seen=None, by, reason):
    """Move several containers to one place, or into one container, all or none.

    A refusal's field ends in the key of its container; `seen` are the revisions that were seen, by that key.
    """
    chosen, seen = {container.pk for container in containers}, seen or {}
    move_one = partial(move, location=location, parent=parent, acknowledged=acknowledged, by=by, reason=reason)

    def act(container):
        _check_outermost_of(container, chosen)
        return move_one(container=container, seen=seen.get(container.pk))

    return list(each({container.pk: partial(act, container=container) for container in containers}).values())


def _check_outermost_of(container, chosen):
    """Raise AlreadyThere for a container inside another one of the `chosen`: it goes along."""
    for outer in container.path():
        if outer != container and outer.pk in chosen:
            raise AlreadyThere(
                _("%(container)s is inside %(outer)s and goes along with it. Leave it out.")
                % {"container": container, "outer": outer}
            )


@operation("container.take_out", right=Right.WORK)
def take_out(*, container, location, acknowledged=False, seen=None, by, reason):
    """Take a container out of the one it is inside of; raises Sealed while a seal is in the way (rule 15), Doubtful."""
    container = fresh(container, seen=seen)
    if container.parent_id is None:
        raise NotInside(_("%(container)s is not inside another container.") % {"container": container})
    return _relocate(container, location, None, acknowledged, by)


def _relocate(container, location, parent, acknowledged, by):
    # Read again, because what is put in use is saved whole.
    location = fresh(location) if location is not None else None
    parent = fresh(parent) if parent is not None else None
    check_works_for(by, container.custodian)
    check_not_under_way(container)
    outer_before = container.parent
    if outer_before is not None:
        check_open_to_the_outside(outer_before)
    container.location, container.parent = location, parent
    container.save()
    if parent is not None:
        check_may_receive(parent, container)
        check_capacities(parent, added_g=container.contents_g(), field="parent")
        set_in_use(parent)
    else:
        check_stands_at(location, container.custodian)
    if outer_before is not None:
        set_emptied(outer_before)
    let_air_in([container], acknowledged)
    return container


@operation("container.void", right=Right.CURATE)
def void(*, container, seen=None, by, reason):
    """Withdraw a container registered in error; raises StillInUse once it was handed over or holds anything."""
    container = fresh(container, seen=seen)
    check_not_under_way(container)
    if container.lines.filter(handoff__status__in=Handoff.MOVED).exists():
        raise StillInUse(
            _("%(container)s cannot be voided: it was handed over, and its chain of custody stays.")
            % {"container": container}
        )
    references = [(container.children.live(), _("containers")), (container.samples.live(), _("samples"))]
    withdraw(container, by=by, reason=reason, references=references)
    if container.parent is not None:
        set_back(container.parent)
    return container
