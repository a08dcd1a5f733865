"""Exposure to air: told before it happens, and never taken back (rule 19)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.models import Atmosphere, Container, Location, MassMovement, Sample, Seal
from samples.models.writing import current_operation
from samples.stages import CustodianKind

from ._operation import check_doubts

OPENED = gettext_lazy("Opened in air")
SPLIT = gettext_lazy("Split in air")
MERGED = gettext_lazy("Merged in air")
STORED = gettext_lazy("Stored in air")
RETURNED = gettext_lazy("Came back from a researcher")
# Of so many the names are told, of the others the number.
MOST_NAMED = 5


def touched_by_air(container, place=None):
    """The pristine samples that air reaches in `container` as it stands, or as it would stand at `place`."""
    around = container.atmosphere_around() if place is None else container.atmosphere or air_at(place)
    if around != Atmosphere.AIR:
        return []
    inside = Sample.objects.stored().pristine().filter(container__in=_reached(container))
    return list(inside.order_by("identifier"))


def air_at(place):
    """The atmosphere of a place, or of the nearest one around it that has one; "" where none is known."""
    places = Location.objects.path_to(place.pk)
    return next((each.atmosphere for each in reversed(places) if each.atmosphere), "")


def _reached(container):
    """The keys of the containers that are open to what is around `container`: seals and other gases end the way."""
    inside = list(Container.objects.live().within(container.pk))
    sealed = set(Seal.objects.holding().filter(container__in=inside).values_list("container_id", flat=True))
    closed = sealed | {each.pk for each in inside if each.atmosphere not in ("", Atmosphere.AIR)}
    children = {}
    for each in inside:
        children.setdefault(each.parent_id, []).append(each.pk)
    reached, waiting = [], [container.pk] if container.pk not in sealed else []
    while waiting:
        pk = waiting.pop()
        reached.append(pk)
        waiting += [child for child in children.get(pk, []) if child not in closed]
    return reached


def pristine_that_came_of(sample, at):
    """The pristine samples to which material of `sample` went since the moment `at`, by splits and merges."""
    found, waiting = {}, {sample.pk: at}
    while waiting:
        pk, since = waiting.popitem()
        went = MassMovement.objects.filter(from_sample=pk, happened_at__gte=since).exclude(to_sample=None)
        for movement in went.select_related("to_sample").order_by("pk"):
            if movement.to_sample_id not in found and movement.to_sample.is_pristine:
                found[movement.to_sample_id] = movement.to_sample
                waiting[movement.to_sample_id] = movement.happened_at
    return sorted(found.values(), key=lambda one: one.identifier)


def doubt_came_of(sample, samples):
    """Say that `samples`, which came of `sample`, will be exposed with it; "" where there are none."""
    if not samples:
        return ""
    return _("Since then material of %(sample)s went on. This is exposed too: %(samples)s.") % {
        "sample": sample,
        "samples": _named(samples),
    }


def _named(samples):
    named = ", ".join(str(sample) for sample in samples[:MOST_NAMED])
    if (more := len(samples) - MOST_NAMED) > 0:
        return _("%(named)s and %(more)s more") % {"named": named, "more": more}
    return named


def doubt_air(samples, container, how):
    """Say that `samples` will be exposed in `container`; "" where there are none."""
    if not samples:
        return ""
    return _("There is air around %(container)s. %(how)s, this is exposed and never pristine again: %(samples)s.") % {
        "container": container,
        "how": how,
        "samples": _named(samples),
    }


def expose(samples, *, at, why):
    """Mark `samples` air-exposed since the moment `at`; inside an operation."""
    for sample in samples:
        set_exposed(sample, at, why)
        sample.save()


def let_air_in(containers, acknowledged):
    """Expose what air reaches in `containers` as they stand from now on; raises Doubtful before."""
    touched = {container: touched_by_air(container) for container in containers}
    doubts = (doubt_air(samples, container, STORED) for container, samples in touched.items())
    check_doubts(*doubts, acknowledged=acknowledged)
    for samples in touched.values():
        expose(samples, at=current_operation().moment, why=STORED)


def doubts_arrival(handoff, location):
    """Say of each container of `handoff` what air will reach in it at `location`; nothing while it is sealed."""
    for container in _outermost(handoff):
        yield doubt_air(touched_by_air(container, location), container, STORED)


def expose_arrived(handoff):
    """Expose what air reaches where the containers of a received handoff stand now, and all that a researcher had."""
    arrived = list(_outermost(handoff))
    if handoff.from_custodian.kind == CustodianKind.RESEARCHER:
        inside = Container.objects.within(*(container.pk for container in arrived))
        back = Sample.objects.stored().pristine().filter(container__in=inside)
        expose(back.order_by("pk"), at=handoff.received_at, why=RETURNED)
    for container in arrived:
        expose(touched_by_air(container), at=handoff.received_at, why=STORED)


def _outermost(handoff):
    return Container.objects.filter(lines__handoff=handoff, parent=None).order_by("pk")


def expose_stored(sample, around, at):
    """Set on a new `sample`, not saved yet, what storing it in the atmosphere `around` does; returns those exposed."""
    # Where moment or reason are given with pristine material, it is for the record itself to refuse that.
    says_nothing = sample.is_pristine and sample.exposed_at is None and not sample.exposed_reason
    if around != Atmosphere.AIR or not says_nothing:
        return []
    set_exposed(sample, at, STORED)
    return [sample]


def set_exposed(sample, at, why):
    """Set on `sample`, which is pristine, that it is exposed; not saved."""
    sample.exposure, sample.exposed_at, sample.exposed_reason = Sample.Exposure.EXPOSED, at, str(why)
