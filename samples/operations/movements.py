"""Mass movements: split, consume, declare lost, merge, correct. No mass changes by another way (rule 3)."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from samples.models import Atmosphere, Container, MassMovement, Sample, Weighing
from samples.roles import Right
from samples.units import format_mass

from ._cores import check_depth, doubt_no_depth, doubt_segments
from ._exposure import MERGED, SPLIT, STORED, doubt_air, expose, set_exposed, touched_by_air
from ._mass import set_mass, write_movement
from ._operation import Refused, check_all, check_doubts, operation
from ._records import fresh
from ._rows import each
from .authority import check_not_under_way, check_works_for
from .containment import check_capacities, check_may_take_in, check_mission_capacity, doubt_company, set_in_use
from .taking import (
    check_after_accession,
    check_at_hand,
    check_held_since,
    check_holds,
    check_in_these_hands,
    check_keeps_category,
    check_permanent,
    check_some,
    moment_checks,
)
from .times import check_after_opening, check_not_before, check_not_in_the_future

_ZERO_G = Decimal("0.000000")
_KIND = MassMovement.Kind


class NotOneFamily(Refused):
    """Merged are only subsamples of one parent, or one of them with the parent (rule 3)."""


class SameMass(Refused):
    """There is nothing to correct."""


@dataclass(frozen=True)
class Part:
    """One subsample of a split: its mass in grams, depths in centimetres; what is left empty is its parent's."""

    identifier: str
    container: Container
    mass_g: Decimal
    form: str = ""
    depth_top_cm: Decimal | None = None
    depth_bottom_cm: Decimal | None = None
    description: str = ""


@operation("sample.split", right=Right.WORK)
def split(*, sample, parts, happened_at, lost_g=_ZERO_G, override=False, acknowledged=False, seen=None, by, reason):
    """Split the Parts `parts` off a sample, `lost_g` grams being lost in doing so; returns the subsamples in order.

    What is left stays in the sample. A field of the n-th part is named "<field>_<n>" in refusals, from 0.
    Raises MoreThanItHolds, NoMass, Permanent, Sealed, Misplaced, OverCapacity, WrongDepth, UnderWay,
    OutOfOrder, InTheFuture, Superseded, NotAllowed, Several of these, Doubtful.
    """
    sample = fresh(sample, seen=seen)
    check_at_hand(sample, by)
    taken_g = sum((part.mass_g for part in parts), lost_g)
    others = dict.fromkeys(part.container for part in parts if part.container != sample.container)
    check_all(
        partial(check_permanent, sample, override, by),
        partial(check_holds, sample, taken_g, field=None if len(parts) != 1 or lost_g else "mass_g_0"),
        *(partial(check_some, part.mass_g, f"mass_g_{n}") for n, part in enumerate(parts)),
        *moment_checks(sample, happened_at, taken_g),
        *(partial(check_in_these_hands, container, happened_at) for container in others),
    )
    set_mass(sample, sample.mass_g - taken_g)
    made = each({n: partial(_split_off, sample, part, happened_at, by) for n, part in enumerate(parts)})
    if lost_g:
        write_movement(from_sample=sample, mass_g=lost_g, kind=_KIND.LOST, at=happened_at, by=by)
    _touch_air(sample, made.values(), happened_at, acknowledged)
    return list(made.values())


@operation("sample.consume", right=Right.WORK)
def consume(*, sample, mass_g, happened_at, override=False, acknowledged=False, seen=None, by, reason):
    """Write off `mass_g` grams as used up in an analysis; it counts against the return capacity for ever (rule 2).

    Raises MoreThanItHolds, NoMass, Permanent, Sealed, UnderWay, OutOfOrder, InTheFuture, Superseded,
    NotAllowed, Several of these, Doubtful.
    """
    sample = fresh(sample, seen=seen)
    check_at_hand(sample, by)
    check_all(
        partial(check_permanent, sample, override, by),
        partial(check_holds, sample, mass_g, field="mass_g"),
        partial(check_some, mass_g, "mass_g"),
        *moment_checks(sample, happened_at, mass_g),
    )
    check_doubts(_doubt_all(sample, mass_g), acknowledged=acknowledged)
    return _write_off(sample, mass_g, _KIND.CONSUMED, happened_at, by)


@operation("sample.lose", right=Right.WORK)
def lose(*, sample, mass_g, happened_at, acknowledged=False, seen=None, by, reason):
    """Declare `mass_g` grams of a sample lost; found again, they come back by a correction.

    Raises MoreThanItHolds, NoMass, UnderWay, OutOfOrder, InTheFuture, Superseded, NotAllowed, Several of
    these, Doubtful.
    """
    sample = fresh(sample, seen=seen)
    check_works_for(by, sample.container.custodian)
    check_not_under_way(sample.container)
    check_all(
        partial(check_holds, sample, mass_g, field="mass_g"),
        partial(check_some, mass_g, "mass_g"),
        *moment_checks(sample, happened_at, mass_g),
    )
    check_doubts(_doubt_all(sample, mass_g), acknowledged=acknowledged)
    return _write_off(sample, mass_g, _KIND.LOST, happened_at, by)


@operation("sample.merge", right=Right.WORK)
def merge(*, sample, into, happened_at, override=False, acknowledged=False, seen=None, by, reason):
    """Merge a whole subsample `into` another one of its parent, or back into the parent; this undoes a split.

    Raises NotOneFamily, NoMass, Permanent, Sealed, Misplaced, OverCapacity, UnderWay, OutOfOrder,
    InTheFuture, Superseded, NotAllowed, Several of these, Doubtful.
    """
    sample, into = fresh(sample, seen=seen), fresh(into)
    check_at_hand(sample, by)
    _check_one_family(sample, into)
    moved_g = sample.mass_g
    check_all(
        partial(check_some, moved_g, None),
        partial(check_keeps_category, sample, into, override, by),
        partial(_check_may_join, into, sample),
        *moment_checks(sample, happened_at, moved_g),
        partial(check_after_accession, into, happened_at),
        partial(check_after_opening, into.container, happened_at, "happened_at"),
    )
    in_air = _merged_in_air(sample, into)
    doubt = doubt_air([into], in_air, MERGED) if in_air else _doubt_mixing(sample, into)
    check_doubts(doubt, _doubt_categories(sample, into), acknowledged=acknowledged)
    set_mass(sample, _ZERO_G)
    into = fresh(into)
    if in_air:
        set_exposed(into, happened_at, MERGED)
    elif into.is_pristine and not sample.is_pristine:
        # From then on; what of it was exposed before cannot be told apart any more.
        set_exposed(into, happened_at, _("Merged with %(sample)s, which is air-exposed") % {"sample": sample})
    set_mass(into, into.mass_g + moved_g)
    write_movement(from_sample=sample, to_sample=into, mass_g=moved_g, kind=_KIND.MERGE, at=happened_at, by=by)
    check_capacities(into.container, added_g=moved_g, field="into")
    return into


@operation("sample.correct", right=Right.CURATE)
def correct(*, sample, mass_g, happened_at, weighing=None, acknowledged=False, seen=None, by, reason):
    """Correct a sample's mass to `mass_g` grams by a movement of the difference; the movements before it stay.

    It rests on a `weighing` of the container the sample is in, or of one around it, and a mass far from what
    that found is asked about. Raises SameMass,
    OverCapacity, UnderWay, InTheFuture, OutOfOrder, Superseded, Doubtful, ValidationError.
    """
    sample = fresh(sample, seen=seen)
    check_not_under_way(sample.container)
    check_not_in_the_future(happened_at, "happened_at")
    check_after_accession(sample, happened_at)
    difference_g = mass_g - sample.mass_g
    if difference_g == 0:
        raise SameMass(
            _("%(sample)s has %(mass)s already.") % {"sample": sample, "mass": format_mass(mass_g)}, field="mass_g"
        )
    _check_weighed(sample, weighing, happened_at)
    if difference_g < 0:
        check_held_since(sample, happened_at, -difference_g)
    set_mass(sample, mass_g)
    way = {"to_sample": sample} if difference_g > 0 else {"from_sample": sample}
    kind, added_g = _KIND.CORRECTION, difference_g
    write_movement(**way, mass_g=abs(added_g), kind=kind, at=happened_at, weighing=weighing, by=by)
    if added_g > 0:
        check_capacities(sample.container, added_g=added_g, field="mass_g")
        check_mission_capacity(sample.mission, added_g=added_g, field="mass_g")
    # What was used up when air came in was not exposed then.
    touched = [one for one in touched_by_air(sample.container) if one == sample]
    doubts = (_doubt_weighed(sample, weighing, happened_at), doubt_air(touched, sample.container, STORED))
    check_doubts(*doubts, acknowledged=acknowledged)
    expose(touched, at=happened_at, why=STORED)
    return fresh(sample) if touched else sample


def _split_off(sample, part, at, by):
    """Register one part of a split with its movement; the mass has left `sample` already."""
    container = fresh(part.container)
    check_may_take_in(container, sample, sample.container.custodian)
    check_after_opening(container, at, "container")
    subsample = Sample(
        identifier=part.identifier,
        mission=sample.mission,
        parent=sample,
        container=container,
        origin=sample.origin,
        form=part.form or sample.form,
        initial_mass_g=part.mass_g,
        mass_g=part.mass_g,
        collection_method=sample.collection_method,
        collected_at=sample.collected_at,
        depth_top_cm=part.depth_top_cm,
        depth_bottom_cm=part.depth_bottom_cm,
        use_category=sample.use_category,
        exposure=sample.exposure,
        exposed_at=sample.exposed_at,
        exposed_reason=sample.exposed_reason,
        description=part.description,
    )
    subsample.save()
    write_movement(from_sample=sample, to_sample=subsample, mass_g=part.mass_g, kind=_KIND.SPLIT, at=at, by=by)
    check_depth(subsample)
    check_capacities(container, added_g=part.mass_g, field="mass_g")
    set_in_use(container)
    return subsample


def _touch_air(sample, made, at, acknowledged):
    """Expose what a split in air exposes; raises Doubtful before, with what else is unlikely of the parts."""
    is_cut = any(one.form == Sample.Form.CORE_SEGMENT for one in made)
    containers = {one.container.pk: one.container for one in made}
    in_air = list(_touched_by_splitting(sample, made))
    check_doubts(
        *(doubt_company(container, sample.use_category) for container in containers.values()),
        *(doubt_no_depth(subsample) for subsample in made),
        doubt_segments(sample) if is_cut else "",
        *(doubt_air(touched, container, why) for container, why, touched in in_air),
        acknowledged=acknowledged,
    )
    for _container, why, touched in in_air:
        expose(touched, at=at, why=why)


def _touched_by_splitting(sample, made):
    """Each container in air, how air reaches pristine samples there, and those samples.

    All of the family where it is split in air; what is put into air elsewhere is stored there.
    """
    # The family's own instances: their revision is the newest, and the caller gets them back.
    family = {one.pk: one for one in (sample, *made)}
    found = set()
    for container in dict.fromkeys(one.container for one in family.values()):
        touched = {one.pk: family.get(one.pk, one) for one in touched_by_air(container)}
        is_split_there = container == sample.container
        if is_split_there and container.atmosphere_around() == Atmosphere.AIR:
            touched |= {pk: one for pk, one in family.items() if one.is_pristine}
        first = [one for pk, one in touched.items() if pk not in found]
        found |= touched.keys()
        yield container, SPLIT if is_split_there else STORED, sorted(first, key=lambda one: one.identifier)


def _doubt_all(sample, mass_g):
    """Say that nothing would be left: grams typed for milligrams are a thousand times too much."""
    if mass_g < sample.mass_g:
        return ""
    return _("%(mass)s is all that %(sample)s holds. Nothing of it will be left.") % {
        "mass": format_mass(mass_g),
        "sample": sample,
    }


def _write_off(sample, mass_g, kind, at, by):
    set_mass(sample, sample.mass_g - mass_g)
    write_movement(from_sample=sample, mass_g=mass_g, kind=kind, at=at, by=by)
    return sample


def _check_may_join(into, sample):
    try:
        check_may_take_in(into.container, sample, sample.container.custodian)
    except Refused as refusal:
        refusal.field = "into"
        raise


def _check_one_family(sample, into):
    is_sibling = sample.parent_id is not None and sample.parent_id == into.parent_id
    if sample.pk == into.pk or not (is_sibling or sample.parent_id == into.pk):
        raise NotOneFamily(
            _("%(sample)s goes only into its parent, or into another subsample of that parent; %(into)s is neither.")
            % {"sample": sample, "into": into},
            field="into",
        )


def _merged_in_air(sample, into):
    """The container of the two in which air reaches what is pristine yet, or None."""
    if not (sample.is_pristine and into.is_pristine):
        return None
    containers = (sample.container, into.container)
    return next((one for one in containers if one.atmosphere_around() == Atmosphere.AIR), None)


def _doubt_categories(sample, into):
    if sample.use_category == into.use_category:
        return ""
    return _("The use category of %(sample)s is %(its)s. Merged into %(into)s all of it has that one’s: %(other)s.") % {
        "sample": sample,
        "its": sample.get_use_category_display().lower(),
        "into": into,
        "other": into.get_use_category_display().lower(),
    }


def _doubt_mixing(sample, into):
    if sample.is_pristine == into.is_pristine:
        return ""
    pristine, exposed = (sample, into) if sample.is_pristine else (into, sample)
    return _("%(pristine)s is pristine and %(exposed)s is not. Merged, all of it is air-exposed for good.") % {
        "pristine": pristine,
        "exposed": exposed,
    }


def _check_weighed(sample, weighing, at):
    """Raise where a correction found at `at` cannot rest on `weighing`."""
    if weighing is None:
        return
    check_not_before(at, weighing.weighed_at, _("the weighing it rests on was made then"), "happened_at")
    if Weighing.objects.filter(supersedes=weighing).exists():
        raise Refused(_("Another weighing has taken the place of that one. Choose the newer one."), field="weighing")
    if weighing.container not in sample.container.path():
        raise Refused(
            _("That is a weighing of %(other)s, and %(sample)s is in %(container)s.")
            % {"other": weighing.container, "sample": sample, "container": sample.container},
            field="weighing",
        )


def _doubt_weighed(sample, weighing, at):
    """Say that a corrected mass rests on no weighing, or is another one than the weighing found."""
    if weighing is None:
        return _("No weighing is named, so nothing but the reason will tell why %(sample)s has another mass.") % {
            "sample": sample
        }
    inside = Sample.objects.stored().filter(container__in=Container.objects.within(weighing.container_id))
    if weighing.net_g is None or inside.exclude(pk=sample.pk).exists():
        return ""
    # What happened to it since was not weighed; an earlier correction is what this one corrects.
    since = MassMovement.objects.of_sample(sample).filter(happened_at__gt=weighing.weighed_at, happened_at__lte=at)
    moved = since.exclude(kind=_KIND.CORRECTION).values_list("to_sample", "mass_g")
    weighed_g = weighing.net_g + sum(mass_g if to == sample.pk else -mass_g for to, mass_g in moved)
    if abs(sample.mass_g - weighed_g) <= weighing.uncertainty_g:
        return ""
    way = _("%(mass)s more") if sample.mass_g > weighed_g else _("%(mass)s less")
    return _("By the weighing %(sample)s had %(weighed)s, with ± %(u)s of the balance; %(mass)s is %(difference)s.") % {
        "sample": sample,
        "weighed": format_mass(weighed_g),
        "u": format_mass(weighing.uncertainty_g),
        "mass": format_mass(sample.mass_g),
        "difference": way % {"mass": format_mass(abs(sample.mass_g - weighed_g))},
    }
