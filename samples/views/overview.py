from django.db.models import Count, Max, Min, Q, Sum
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samples import history
from samples.models import Container, Handoff, Mission, Sample
from samples.stages import CustodianKind

from .missions import budget
from .pages import find


def overview(request):
    if not request.user.sees_all:
        return render(request, "samples/overview_published.html", {"missions": _published(request.user)})
    missions = list(Mission.objects.live().order_by("code"))
    mission = _chosen(request, missions)
    context = {
        "missions": missions,
        "mission": mission,
        "waiting": Handoff.objects.waiting_for(request.user)
        .select_related("from_custodian", "to_custodian", "released_by")
        .order_by("released_at", "pk")[:10],
        "operations": history.recent_operations(),
    }
    if mission:
        context |= budget(mission) | {"stops": _stops(mission)}
    return render(request, "samples/overview.html", context)


def _chosen(request, missions):
    """The mission the address names, else the one that returned last."""
    if code := request.GET.get("mission"):
        return find(Mission.objects.live(), next((mission.pk for mission in missions if mission.code == code), 0))
    returned = [mission for mission in missions if mission.returned_at]
    return max(returned, key=lambda mission: mission.returned_at, default=missions[0] if missions else None)


def _published(user):
    """The missions with what of them is published: number and grams of samples, by origin."""
    samples = Q(samples__in=Sample.objects.visible_to(user))
    return (
        Mission.objects.visible_to(user)
        .order_by("code")
        .annotate(published=Count("samples", filter=samples), published_g=Sum("samples__mass_g", filter=samples))
    )


def _stops(mission):
    """The custody line: each kind of custodian the mission has come by, with containers and grams there now."""
    containers = Container.objects.live().filter(mission=mission)
    held = {
        kind: (count, names)
        for kind, count, names in containers.filter(parent=None)
        .order_by()
        .values_list("custodian__kind")
        .annotate(Count("pk"), Min("custodian__name"))
    }
    grams = dict(
        Sample.objects.filter(mission=mission)
        .order_by()
        .values_list("container__custodian__kind")
        .annotate(Sum("mass_g"))
    )
    moved = Handoff.objects.filter(lines__container__mission=mission)
    arrived = _by_kind(moved.received(), "to_custodian__kind", Min("received_at"), Min("to_custodian__name"))
    left = _by_kind(moved.received(), "from_custodian__kind", Max("released_at"), Min("from_custodian__name"))
    coming = set(moved.open().values_list("to_custodian__kind", flat=True))
    kinds = [kind for kind in CustodianKind if kind in held or kind in arrived or kind in left or kind in coming]
    return [
        _stop(kind, held.get(kind), grams.get(kind, 0), arrived.get(kind), left.get(kind), kind in coming)
        for kind in kinds
    ]


def _by_kind(handoffs, kind, moment, party):
    return {row[0]: row[1:] for row in handoffs.order_by().values_list(kind).annotate(moment, party)}


def _stop(kind, held, mass_g, arrived, left, is_coming):
    count, party = held or (0, (arrived or left or (None, ""))[1])
    if is_coming:
        state = "under_way"
    elif mass_g:
        state = "holds"
    else:
        state = "passed" if left else "empty"
    since = history.moment_text(arrived[0]) if arrived else ""
    return {
        "label": kind.label,
        "party": party,
        "mass_g": Sample._meta.get_field("mass_g").to_python(mass_g),
        "containers_text": ngettext("%(count)s container", "%(count)s containers", count) % {"count": count}
        if count
        else _("no containers"),
        "state": state,
        "when_text": _when(since, left, mass_g),
        "where_text": _("one handoff is on its way here") if is_coming else "",
    }


def _when(since, left, mass_g):
    until = history.moment_text(left[0]) if left and not mass_g else ""
    if since and until:
        return f"{since} – {until}"
    if until:
        return _("until %(moment)s") % {"moment": until}
    return _("since %(moment)s") % {"moment": since} if since else ""
