"""What may be inside what: mission, origin, capacity, custodian, seal (rules 2, 7, 15 and 17)."""

from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from samples.models import Container, Location, Origin, Sample, Seal, accessioned_g
from samples.units import format_mass

from ._operation import Refused
from .authority import check_not_under_way


class OverCapacity(Refused):
    """More mass than a container or a mission is rated for."""


class Misplaced(Refused):
    """It cannot be in that container or at that location."""


class AlreadyThere(Refused):
    """It is where it should be moved to."""


class Sealed(Refused):
    """A seal is in the way; it has to be opened first, outside before inside."""


def check_may_hold(outer, *, mission, origin, field="parent"):
    """Raise Misplaced unless `outer` holds material of this mission and origin (rule 7)."""
    if outer.mission_id != mission.pk:
        raise Misplaced(
            _("%(outer)s holds material of %(its)s; %(mission)s goes into a container of its own.")
            % {"outer": outer, "its": outer.mission, "mission": mission},
            field=field,
        )
    if outer.origin not in (Origin.MIXED, origin):
        raise Misplaced(
            _("%(outer)s holds only material from the %(its)s, not from the %(origin)s.")
            % {"outer": outer, "its": outer.get_origin_display().lower(), "origin": Origin(origin).label.lower()}
            if origin != Origin.MIXED
            else _("%(outer)s holds only material from the %(its)s; a container for both does not go into it.")
            % {"outer": outer, "its": outer.get_origin_display().lower()},
            field=field,
        )


def seal_in_the_way(container):
    """The outermost seal that holds on `container` or one it is inside of: the one to open first; or None (rule 18)."""
    path = container.path()
    seals = Seal.objects.holding().filter(container__in=path).select_related("container")
    by_container = {seal.container_id: seal for seal in seals}
    return next((by_container[outer.pk] for outer in path if outer.pk in by_container), None)


def check_open_to_the_outside(container):
    """Raise Sealed where `container`, or one it is inside of, has a seal that holds."""
    if seal := seal_in_the_way(container):
        raise Sealed(
            _("%(outer)s is closed with seal %(number)s. Unseal it first, then reach into it.")
            % {"outer": seal.container, "number": seal.number}
        )


def check_may_receive(outer, inner):
    """Raise unless the container `inner` may be put into the container `outer` now."""
    check_not_under_way(outer)
    check_may_hold(outer, mission=inner.mission, origin=inner.origin)
    if outer.custodian_id != inner.custodian_id:
        raise Misplaced(
            _("%(outer)s is held by %(its)s and %(inner)s by %(custodian)s. Custody moves only by a handoff.")
            % {"outer": outer, "its": outer.custodian, "inner": inner, "custodian": inner.custodian},
            field="parent",
        )
    check_open_to_the_outside(outer)


def check_may_take_in(container, sample, custodian):
    """Raise unless material of `sample`, which `custodian` holds, may be put into `container` now; its masses aside."""
    check_not_under_way(container)
    check_open_to_the_outside(container)
    if container.custodian_id != custodian.pk:
        raise Misplaced(
            _("%(container)s is held by %(its)s and %(sample)s by %(custodian)s. Custody moves only by a handoff.")
            % {"container": container, "its": container.custodian, "sample": sample, "custodian": custodian},
            field="container",
        )
    check_may_hold(container, mission=sample.mission, origin=sample.origin, field="container")


def doubt_company(container, use_category):
    """Say that `container` holds material of another use category than what is put into it; or ""."""
    others = container.samples.stored().exclude(use_category=use_category).order_by("identifier")
    if (other := others.first()) is None:
        return ""
    return _("%(container)s holds %(other)s already, whose use category is %(category)s. Is it the right one?") % {
        "container": container,
        "other": other,
        "category": other.get_use_category_display().lower(),
    }


def check_stands_at(location, custodian):
    """Raise Misplaced unless containers of `custodian` may stand at `location` (rule 17)."""
    if other := keeper_other_than(custodian, location):
        raise Misplaced(
            _("%(location)s holds only containers of %(its)s, and %(custodian)s answers for this one.")
            % {"location": location.full_name(), "its": other, "custodian": custodian},
            field="location",
        )


def keeper_other_than(custodian, location):
    """The custodian, other than `custodian`, that `location` or a place around it belongs to; or None (rule 17)."""
    place = Location.objects.path_to(location.pk).exclude(custodian=None).exclude(custodian=custodian).last()
    return place.custodian if place else None


def set_in_use(outer):
    """What something is put into is in use."""
    if outer.status == Container.Status.EMPTIED:
        outer.status = Container.Status.IN_USE
        outer.save()


def set_emptied(outer):
    """What the last thing is taken out of, or used up in, is emptied."""
    outer = Container.objects.get(pk=outer.pk)
    if outer.status == Container.Status.EMPTIED:
        return
    if not outer.children.live().exists() and not outer.samples.stored().exists():
        outer.status = Container.Status.EMPTIED
        outer.save()


def set_back(outer):
    """What something was withdrawn from, because it never was in there, is as before: emptied, or never used."""
    others = [
        model.history.filter(Exists(model.objects.filter(pk=OuterRef("id"), voided_at=None)), **{place: outer.pk})
        for model, place in ((Sample, "container"), (Container, "parent"))
    ]
    if any(held.exists() for held in others):
        set_emptied(outer)


def check_capacities(container, *, added_g=Decimal(0), field=None):
    """Raise OverCapacity where `container` or one it is inside of now holds more than it is rated for (rule 2).

    Called after the change, inside its transaction; `added_g` is the mass in grams just put in.
    """
    path = container.path()
    contents = Container.objects.contents_by_id([outer.pk for outer in path])
    for outer in reversed(path):
        total_g = sum(contents[outer.pk].values(), Decimal("0.000000"))
        if outer.capacity_g is None or total_g <= outer.capacity_g:
            continue
        held_g = total_g - added_g
        raise OverCapacity(
            _("%(kind)s %(outer)s holds %(held)s and has room for %(room)s; %(added)s does not fit.")
            % {
                "kind": outer.get_kind_display(),
                "outer": outer,
                "held": format_mass(held_g),
                "room": format_mass(outer.capacity_g - held_g),
                "added": format_mass(added_g),
            }
            if added_g
            else _("%(kind)s %(outer)s holds %(held)s; a capacity of %(capacity)s is too small.")
            % {
                "kind": outer.get_kind_display(),
                "outer": outer,
                "held": format_mass(total_g),
                "capacity": format_mass(outer.capacity_g),
            },
            field=field,
        )


def check_capacity_within_mission(container):
    """Raise OverCapacity where a container is rated for more than its mission may return (rule 2)."""
    limit_g = container.mission.return_capacity_g
    if container.capacity_g is not None and container.capacity_g > limit_g:
        raise OverCapacity(
            _("%(capacity)s is more than the return capacity of %(mission)s, which is %(limit)s.")
            % {
                "capacity": format_mass(container.capacity_g),
                "mission": container.mission,
                "limit": format_mass(limit_g),
            },
            field="capacity_g",
        )


def check_mission_capacity(mission, *, added_g=Decimal(0), field=None):
    """Raise OverCapacity where more was accessioned than the mission's return capacity (rule 2)."""
    capacity_g, now_g = mission.return_capacity_g, accessioned_g(mission)
    if now_g <= capacity_g:
        return
    before_g = now_g - added_g
    raise OverCapacity(
        _("%(mission)s has %(before)s accessioned of %(capacity)s, which leaves %(room)s; %(added)s does not fit.")
        % {
            "mission": mission,
            "before": format_mass(before_g),
            "capacity": format_mass(capacity_g),
            "room": format_mass(capacity_g - before_g),
            "added": format_mass(added_g),
        }
        if added_g
        else _("%(mission)s has %(before)s accessioned; a return capacity of %(capacity)s is too small.")
        % {"mission": mission, "before": format_mass(before_g), "capacity": format_mass(capacity_g)},
        field=field,
    )
