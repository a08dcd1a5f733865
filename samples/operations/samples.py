"""Samples: register, amend, move, correct, publish, withdraw from publication, void."""

from functools import partial

from django.utils.translation import gettext as _

from samples.models import MassMovement, Sample
from samples.models.writing import current_operation
from samples.roles import Right
from samples.units import format_depth, format_mass

from ._operation import Refused, check_all, check_doubts, operation
from ._records import StillInUse, apply_changes, fresh, withdraw
from .authority import check_not_under_way, check_works_for
from .containment import (
    AlreadyThere,
    Misplaced,
    check_capacities,
    check_may_hold,
    check_mission_capacity,
    check_open_to_the_outside,
    set_emptied,
    set_in_use,
)
from .times import check_not_before, check_not_in_the_future


class WrongDepth(Refused):
    """A depth below the mission's drill limit, or outside the parent's (rule 6)."""


class NotLikeItsParent(Refused):
    """A subsample has its parent's mission and origin (rule 7)."""


class SameMass(Refused):
    """There is nothing to correct."""


class AlreadyPublished(Refused):
    """Researchers see it already."""


class NotPublished(Refused):
    """Researchers do not see it."""


@operation("sample.register", right=Right.WORK)
def register(
    *,
    identifier,
    container,
    origin,
    form,
    mass_g,
    happened_at,
    parent=None,
    other_names="",
    collection_method="",
    collected_at=None,
    depth_top_cm=None,
    depth_bottom_cm=None,
    use_category=Sample.UseCategory.UNASSIGNED,
    exposure=Sample.Exposure.PRISTINE,
    exposed_at=None,
    exposed_reason="",
    description="",
    acknowledged=False,
    by,
    reason,
):
    """Register a sample and write its accession: `mass_g` grams that came from the Moon at `happened_at`.

    Its mission is its container's. A `parent` is given for a subsample that was split before this
    inventory began: its mass is counted on its own. Depths in centimetres. Raises Misplaced,
    OverCapacity, Sealed, UnderWay, WrongDepth, NotLikeItsParent, OutOfOrder, Several of these, Doubtful,
    NotAllowed, ValidationError.
    """
    container = fresh(container)
    check_works_for(by, container.custodian)
    _check_reachable(container)
    sample = Sample(
        identifier=identifier,
        mission=container.mission,
        container=container,
        parent=fresh(parent) if parent is not None else None,
        origin=origin,
        form=form,
        initial_mass_g=mass_g,
        mass_g=mass_g,
        other_names=other_names,
        collection_method=collection_method,
        collected_at=collected_at,
        depth_top_cm=depth_top_cm,
        depth_bottom_cm=depth_bottom_cm,
        use_category=use_category,
        exposure=exposure,
        exposed_at=exposed_at,
        exposed_reason=exposed_reason,
        description=description,
    )
    # Saved first: its own fields come before its surroundings, and a refusal undoes the whole operation.
    sample.save()
    _record_movement(to_sample=sample, mass_g=mass_g, kind=MassMovement.Kind.ACCESSION, at=happened_at, by=by)
    check_all(
        *_time_checks(sample, happened_at),
        partial(check_may_hold, container, mission=sample.mission, origin=sample.origin, field="container"),
        partial(_check_like_its_parent, sample),
        partial(_check_depth, sample),
        partial(check_capacities, container, added_g=sample.mass_g, field="mass_g"),
        partial(check_mission_capacity, sample.mission, added_g=sample.mass_g, field="mass_g"),
    )
    _check_has_a_depth(sample, acknowledged)
    set_in_use(container)
    return sample


@operation("sample.amend", right=Right.WORK)
def amend(*, sample, changes, seen, acknowledged=False, by, reason):
    """Amend names, method, dates, form, depths (cm) or description; raises WrongDepth, UnderWay, Doubtful."""
    sample = fresh(sample, seen=seen)
    check_works_for(by, sample.container.custodian)
    check_not_under_way(sample.container)
    check_not_in_the_future(changes.get("collected_at"), "collected_at")
    place_was_unknown = _lacks_a_depth(sample)
    sample = apply_changes(sample, changes)
    _check_depth(sample)
    _check_has_a_depth(sample, place_was_unknown or acknowledged)
    if bound := _nearest_with_depth(sample):
        for inner in Sample.objects.live().within(sample.pk).exclude(pk=sample.pk).exclude(depth_top_cm=None):
            _check_inside(inner, bound)
    return sample


@operation("sample.move", right=Right.WORK)
def move(*, sample, container, seen=None, by, reason):
    """Move a whole sample to another container of the same custodian.

    Raises Misplaced, Sealed, OverCapacity, UnderWay, AlreadyThere, NotAllowed.
    """
    sample = fresh(sample, seen=seen)
    container = fresh(container)
    before = sample.container
    if before == container:
        raise AlreadyThere(_("%(sample)s is in %(container)s already.") % {"sample": sample, "container": container})
    check_works_for(by, before.custodian)
    _check_reachable(before)
    _check_reachable(container)
    if before.custodian_id != container.custodian_id:
        raise Misplaced(
            _("%(container)s is held by %(its)s and %(sample)s by %(custodian)s. Custody moves only by a handoff.")
            % {
                "container": container,
                "its": container.custodian,
                "sample": sample,
                "custodian": before.custodian,
            },
            field="container",
        )
    check_may_hold(container, mission=sample.mission, origin=sample.origin, field="container")
    sample.container = container
    sample.save()
    check_capacities(container, added_g=sample.mass_g, field="container")
    set_in_use(container)
    set_emptied(before)
    return sample


@operation("sample.correct", right=Right.CURATE)
def correct(*, sample, mass_g, happened_at, seen=None, by, reason):
    """Correct a sample's mass to `mass_g` grams by a movement of the difference; the movements before it stay.

    Raises SameMass, OverCapacity, UnderWay, InTheFuture, OutOfOrder, Superseded, ValidationError.
    """
    sample = fresh(sample, seen=seen)
    check_not_under_way(sample.container)
    check_not_in_the_future(happened_at, "happened_at")
    first = MassMovement.objects.of_sample(sample).order_by("pk").first()
    check_not_before(happened_at, first.happened_at, _("the sample was accessioned then"), "happened_at")
    difference_g = mass_g - sample.mass_g
    if difference_g == 0:
        raise SameMass(
            _("%(sample)s has %(mass)s already.") % {"sample": sample, "mass": format_mass(mass_g)}, field="mass_g"
        )
    sample.mass_g = mass_g
    sample.status = Sample.Status.STORED if mass_g else Sample.Status.EXHAUSTED
    sample.save()
    way = {"to_sample": sample} if difference_g > 0 else {"from_sample": sample}
    _record_movement(**way, mass_g=abs(difference_g), kind=MassMovement.Kind.CORRECTION, at=happened_at, by=by)
    if difference_g > 0:
        check_capacities(sample.container, added_g=difference_g, field="mass_g")
        check_mission_capacity(sample.mission, added_g=difference_g, field="mass_g")
    return sample


@operation("sample.publish", right=Right.CURATE)
def publish(*, sample, seen=None, by, reason):
    """Make a sample visible to researchers."""
    sample = fresh(sample, seen=seen)
    if sample.is_published:
        raise AlreadyPublished(_("%(sample)s is published already.") % {"sample": sample})
    sample.published_at = current_operation().moment
    sample.save()
    return sample


@operation("sample.unpublish", right=Right.CURATE)
def unpublish(*, sample, seen=None, by, reason):
    """Take a sample out of researchers' sight again."""
    sample = fresh(sample, seen=seen)
    if not sample.is_published:
        raise NotPublished(_("%(sample)s is not published.") % {"sample": sample})
    sample.published_at = None
    sample.save()
    return sample


@operation("sample.void", right=Right.CURATE)
def void(*, sample, seen=None, by, reason):
    """Withdraw a sample registered in error and reverse its accession by a correction (rule 23).

    Raises StillInUse where it has subsamples or any movement but its accession.
    """
    sample = fresh(sample, seen=seen)
    check_not_under_way(sample.container)
    if sample.children.live().exists() or MassMovement.objects.of_sample(sample).count() > 1:
        raise StillInUse(
            _("%(sample)s cannot be voided: it has subsamples or mass movements after its accession.")
            % {"sample": sample}
        )
    mass_g, sample.mass_g, sample.status = sample.mass_g, 0 * sample.mass_g, Sample.Status.EXHAUSTED
    withdraw(sample, by=by, reason=reason, references=[])
    moment = current_operation().moment
    _record_movement(from_sample=sample, mass_g=mass_g, kind=MassMovement.Kind.CORRECTION, at=moment, by=by)
    set_emptied(sample.container)
    return sample


def _record_movement(*, mass_g, kind, at, by, from_sample=None, to_sample=None):
    """Write one entry of the mass ledger for the current operation; grams."""
    operation = current_operation()
    MassMovement(
        from_sample=from_sample,
        to_sample=to_sample,
        mass_g=mass_g,
        kind=kind,
        operation_id=operation.id,
        happened_at=at,
        by=by,
        reason=operation.reason,
    ).save()


def _check_reachable(container):
    check_not_under_way(container)
    check_open_to_the_outside(container)


def _check_like_its_parent(sample):
    parent = sample.parent
    if parent is None:
        return
    if (parent.mission_id, parent.origin) != (sample.mission_id, sample.origin):
        raise NotLikeItsParent(
            _("%(parent)s is %(origin)s material of %(mission)s; a subsample of it is the same.")
            % {"parent": parent, "origin": parent.get_origin_display().lower(), "mission": parent.mission},
            field="parent",
        )


def _nearest_with_depth(sample):
    """The sample itself, or the nearest one above it, that has depths; None where none has."""
    return next((each for each in reversed(sample.path()) if each.depth_top_cm is not None), None)


def _check_inside(sample, parent):
    """Raise WrongDepth unless the depths of `sample`, where it has any, lie inside those of `parent`."""
    if sample.depth_top_cm is None:
        return
    if sample.depth_top_cm < parent.depth_top_cm or sample.depth_bottom_cm > parent.depth_bottom_cm:
        raise WrongDepth(
            _("%(sample)s at %(top)s to %(bottom)s cm is not inside %(parent)s, which spans %(from)s to %(to)s cm.")
            % {
                "sample": sample,
                "top": format_depth(sample.depth_top_cm),
                "bottom": format_depth(sample.depth_bottom_cm),
                "parent": parent,
                "from": format_depth(parent.depth_top_cm),
                "to": format_depth(parent.depth_bottom_cm),
            },
            field="depth_top_cm",
        )


def _check_depth(sample):
    """Raise WrongDepth below the mission's drill limit or outside the parent's depths (rule 6)."""
    limit_cm = sample.mission.drill_limit_cm
    if sample.depth_bottom_cm is not None and sample.depth_bottom_cm > limit_cm:
        raise WrongDepth(
            _("%(depth)s cm is deeper than the drill of %(mission)s reached: its limit is %(limit)s cm.")
            % {
                "depth": format_depth(sample.depth_bottom_cm),
                "mission": sample.mission,
                "limit": format_depth(limit_cm),
            },
            field="depth_bottom_cm",
        )
    if sample.parent is not None and (bound := _nearest_with_depth(sample.parent)):
        _check_inside(sample, bound)


def _lacks_a_depth(sample):
    return sample.form == Sample.Form.CORE_SEGMENT and sample.depth_top_cm is None


def _check_has_a_depth(sample, acknowledged):
    """Raise Doubtful for a core segment without a depth, unless that is `acknowledged` (rule 6)."""
    if _lacks_a_depth(sample):
        doubt = _("%(sample)s is a core segment without a depth. Its place in the core will not be known.")
        check_doubts(doubt % {"sample": sample}, acknowledged=acknowledged)


def _time_checks(sample, happened_at):
    """Nothing lies ahead; material is collected after the landing and accessioned after that."""
    for field, at in {
        "happened_at": happened_at,
        "collected_at": sample.collected_at,
        "exposed_at": sample.exposed_at,
    }.items():
        yield partial(check_not_in_the_future, at, field)
    landed = _("%(mission)s landed on the Moon then") % {"mission": sample.mission}
    yield partial(check_not_before, sample.collected_at, sample.mission.landed_at, landed, "collected_at")
    yield partial(check_not_before, happened_at, sample.mission.landed_at, landed, "happened_at")
    collected = _("the sample was collected then")
    yield partial(check_not_before, happened_at, sample.collected_at, collected, "happened_at")
