"""Samples: register, amend, move, assign, note exposure, publish, withdraw from publication, void."""

from functools import partial

from django.utils.translation import gettext as _

from samples.models import MassMovement, Sample
from samples.models.writing import current_operation
from samples.roles import Right

from ._cores import check_depth, check_depths_within, doubt_no_depth, doubt_segments, lacks_a_depth
from ._exposure import (
    STORED,
    doubt_air,
    doubt_came_of,
    expose,
    expose_stored,
    pristine_that_came_of,
    set_exposed,
    touched_by_air,
)
from ._mass import accession, reversal
from ._operation import Refused, check_all, check_doubts, operation
from ._records import StillInUse, apply_changes, fresh, withdraw
from ._rows import each
from .authority import check_not_under_way, check_works_for
from .containment import (
    AlreadyThere,
    check_capacities,
    check_may_hold,
    check_may_take_in,
    check_mission_capacity,
    check_open_to_the_outside,
    doubt_company,
    set_back,
    set_emptied,
    set_in_use,
)
from .times import check_not_before, check_not_in_the_future, moment_text


class NotLikeItsParent(Refused):
    """A subsample has its parent's mission and origin (rule 7)."""


class SameCategory(Refused):
    """It is in that use category already."""


class AlreadyExposed(Refused):
    """Exposure never goes back to pristine, and happens once (rule 19)."""


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
    check_not_under_way(container)
    check_open_to_the_outside(container)
    sample = new_sample(
        identifier=identifier,
        container=container,
        parent=fresh(parent) if parent is not None else None,
        origin=origin,
        form=form,
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
    touched = expose_stored(sample, container.atmosphere_around(), happened_at)
    # Saved first: its own fields come before its surroundings, and a refusal undoes the whole operation.
    sample.save()
    accession(sample, happened_at, by).save()
    check_all(
        *registration_checks(sample, happened_at),
        partial(check_capacities, container, added_g=sample.mass_g, field="mass_g"),
        partial(check_mission_capacity, sample.mission, added_g=sample.mass_g, field="mass_g"),
    )
    set_in_use(container)
    doubts = (doubt_no_depth(sample), _doubt_seams(sample), doubt_air(touched, container, STORED))
    check_doubts(*doubts, acknowledged=acknowledged)
    return sample


def new_sample(*, container, mass_g, **described):
    """A sample of `mass_g` grams in `container`, not saved yet."""
    return Sample(mission=container.mission, container=container, initial_mass_g=mass_g, mass_g=mass_g, **described)


def registration_checks(sample, happened_at):
    """What a new sample has to be, as functions that raise; capacities and the state of its container aside."""
    yield from _time_checks(sample, happened_at)
    yield partial(check_may_hold, sample.container, mission=sample.mission, origin=sample.origin, field="container")
    yield partial(_check_like_its_parent, sample)
    yield partial(check_depth, sample)


@operation("sample.amend", right=Right.WORK)
def amend(*, sample, changes, seen, acknowledged=False, by, reason):
    """Amend names, method, dates, form, depths (cm) or description; raises WrongDepth, UnderWay, Doubtful."""
    sample = fresh(sample, seen=seen)
    check_works_for(by, sample.container.custodian)
    check_not_under_way(sample.container)
    check_not_in_the_future(changes.get("collected_at"), "collected_at")
    was_unknown = lacks_a_depth(sample)
    sample = apply_changes(sample, changes)
    check_depth(sample)
    check_depths_within(sample)
    # What was so before is not asked about again.
    is_new = bool({"form", "depth_top_cm", "depth_bottom_cm"} & changes.keys())
    doubts = ("" if was_unknown else doubt_no_depth(sample), _doubt_seams(sample) if is_new else "")
    check_doubts(*doubts, acknowledged=acknowledged)
    return sample


@operation("sample.move", right=Right.WORK)
def move(*, sample, container, acknowledged=False, seen=None, by, reason):
    """Move a whole sample to another container of the same custodian; in air it is exposed.

    Raises Misplaced, Sealed, OverCapacity, UnderWay, AlreadyThere, NotAllowed, Doubtful.
    """
    sample = fresh(sample, seen=seen)
    container = fresh(container)
    before = sample.container
    if before == container:
        raise AlreadyThere(_("%(sample)s is in %(container)s already.") % {"sample": sample, "container": container})
    check_works_for(by, before.custodian)
    check_not_under_way(before)
    check_open_to_the_outside(before)
    check_may_take_in(container, sample, before.custodian)
    sample.container = container
    sample.save()
    check_capacities(container, added_g=sample.mass_g, field="container")
    if sample.mass_g:
        set_in_use(container)
    set_emptied(before)
    touched = [one for one in touched_by_air(container) if one == sample]
    doubts = (doubt_company(container, sample.use_category), doubt_air(touched, container, STORED))
    check_doubts(*doubts, acknowledged=acknowledged)
    expose(touched, at=current_operation().moment, why=STORED)
    return fresh(sample)


@operation("sample.move_many", right=Right.WORK)
def move_many(*, samples, container, acknowledged=False, seen=None, by, reason):
    """Move several samples to one container, all or none; a refusal's field ends in the key of its sample.

    `seen` are the revisions that were seen, by the key of the sample.
    """
    act = partial(move, container=container, acknowledged=acknowledged, by=by, reason=reason)
    return _each(samples, act, seen)


@operation("sample.assign", right=Right.CURATE)
def assign(*, sample, use_category, seen=None, by, reason):
    """Assign a sample to a use category; raises SameCategory, UnderWay, Superseded."""
    sample = fresh(sample, seen=seen)
    check_not_under_way(sample.container)
    if sample.use_category == use_category:
        raise SameCategory(
            _("%(sample)s has this use category already: %(category)s.")
            % {"sample": sample, "category": sample.get_use_category_display().lower()},
            field="use_category",
        )
    sample.use_category = use_category
    sample.save()
    return sample


@operation("sample.assign_many", right=Right.CURATE)
def assign_many(*, samples, use_category, seen=None, by, reason):
    """Assign several samples to one use category, all or none; a refusal's field ends in the key of its sample.

    `seen` are the revisions that were seen, by the key of the sample.
    """
    return _each(samples, partial(assign, use_category=use_category, by=by, reason=reason), seen)


@operation("sample.expose", right=Right.WORK)
def note_exposure(*, sample, exposed_at, exposed_reason, acknowledged=False, seen=None, by, reason):
    """Note that a pristine sample touched air, when and how; this never goes back (rule 19).

    What was split off since, or merged with it, is exposed too. Raises AlreadyExposed, UnderWay, InTheFuture,
    OutOfOrder, Superseded, NotAllowed, Doubtful, ValidationError.
    """
    sample = fresh(sample, seen=seen)
    check_works_for(by, sample.container.custodian)
    check_not_under_way(sample.container)
    check_pristine(sample)
    check_not_in_the_future(exposed_at, "exposed_at")
    landed = _("%(mission)s landed on the Moon then") % {"mission": sample.mission}
    check_not_before(exposed_at, sample.mission.landed_at, landed, "exposed_at")
    set_exposed(sample, exposed_at, exposed_reason)
    sample.save()
    come_of = pristine_that_came_of(sample, exposed_at)
    check_doubts(doubt_came_of(sample, come_of), acknowledged=acknowledged)
    expose(come_of, at=exposed_at, why=_("Came of %(sample)s, which is air-exposed") % {"sample": sample})
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
    # What was split off goes back by a merge; voided, its mass would be its parent's no more and nobody's.
    kinds = list(MassMovement.objects.of_sample(sample).values_list("kind", flat=True))
    if sample.children.live().exists() or kinds != [MassMovement.Kind.ACCESSION]:
        raise StillInUse(
            _("%(sample)s cannot be voided: it has subsamples or mass movements other than its accession.")
            % {"sample": sample}
        )
    mass_g, sample.mass_g, sample.status = sample.mass_g, 0 * sample.mass_g, Sample.Status.EXHAUSTED
    withdraw(sample, by=by, reason=reason, references=[])
    reversal(sample, mass_g, by).save()
    set_back(sample.container)
    return sample


def _each(samples, act, seen):
    """What `act` returns for each of `samples`, all or none."""
    seen = seen or {}
    acts = {sample.pk: partial(act, sample=sample, seen=seen.get(sample.pk)) for sample in samples}
    return list(each(acts).values())


def check_pristine(sample):
    """Raise AlreadyExposed where `sample` touched air before."""
    if not sample.is_pristine:
        raise AlreadyExposed(
            _("%(sample)s is air-exposed since %(at)s: %(why)s.")
            % {"sample": sample, "at": moment_text(sample.exposed_at), "why": sample.exposed_reason}
        )


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
    if not parent.is_pristine and sample.is_pristine:
        raise NotLikeItsParent(
            _("%(parent)s is air-exposed since %(at)s, and so is every subsample of it.")
            % {"parent": parent, "at": moment_text(parent.exposed_at)},
            field="exposure",
        )


def _doubt_seams(sample):
    return doubt_segments(sample.parent) if sample.form == Sample.Form.CORE_SEGMENT else ""


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
