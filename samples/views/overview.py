from decimal import Decimal

from django.db.models import Count, Max, Min, Q, Sum
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samples import history, verifications
from samples.audit.checkpoints import checkpoint
from samples.models import Container, Custodian, Discrepancy, Handoff, HandoffLine, Mission, Sample
from samples.questions import asked
from samples.roles import Right
from samples.stages import CustodianKind

from .custody_work import custody_work
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
    }
    if asked() is None:
        context |= _work(request.user)
    if mission:
        context |= budget(mission) | {"stops": _stops(mission)}
    return render(request, "samples/overview.html", context)


def _work(user):
    """What waits for the person, and what was done last: of now, whatever the page is asked for."""
    unsettled = Discrepancy.objects.open()
    return {
        **custody_work(user),
        "unsettled_count": unsettled.count(),
        "unsettled": unsettled.select_related("container").order_by("pk")[:10] if user.may(Right.CURATE) else [],
        "operations": history.recent_operations(),
        "verified": verifications.last_verification(),
        "red": verifications.last_with_findings(),
        "head": checkpoint(),
    }


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
    standing = Container.objects.live().filter(mission=mission, parent=None)
    count = dict(standing.order_by().values_list("custodian__kind").annotate(Count("pk")))
    held = Sample.objects.filter(mission=mission).order_by()
    grams = dict(held.values_list("container__custodian__kind").annotate(Sum("mass_g")))
    moved = Handoff.objects.filter(lines__container__mission=mission).order_by()
    arrived = dict(moved.received().values_list("to_custodian__kind").annotate(Min("received_at")))
    gone = moved.received().values_list("from_custodian__kind")
    gone = gone.annotate(Max("released_at"), Min("lines__container__custody_began_at"))
    left = {kind: last for kind, last, _began in gone}
    # Where a chain comes from a spacecraft it began there, before anything was received.
    arrived |= {kind: began for kind, _last, began in gone if kind == CustodianKind.SPACECRAFT}
    coming = dict(moved.open().values_list("to_custodian__kind").annotate(Count("pk", distinct=True)))
    parties = _parties(mission)
    return [
        _stop(
            kind,
            parties[kind],
            count.get(kind, 0),
            grams.get(kind),
            arrived.get(kind),
            left.get(kind),
            coming.get(kind, 0),
        )
        for kind in CustodianKind
        if kind in parties
    ]


def _parties(mission):
    """{kind: names} of the custodians that hold, held or are to hold something of the mission."""
    lines = HandoffLine.objects.filter(container__mission=mission)
    # By keys: joined, every container would be paired with every handoff.
    involved = (
        Q(pk__in=Container.objects.live().filter(mission=mission).values("custodian"))
        | Q(pk__in=lines.values("handoff__from_custodian"))
        | Q(pk__in=lines.values("handoff__to_custodian"))
    )
    parties = {}
    for kind, name in Custodian.objects.filter(involved).order_by("name").values_list("kind", "name"):
        parties.setdefault(kind, []).append(name)
    return parties


def _stop(kind, parties, count, mass_g, arrived_at, left_at, coming):
    if coming:
        state = "under_way"
    elif mass_g:
        state = "holds"
    else:
        state = "passed" if left_at else "empty"
    counted = ngettext("%(count)s container", "%(count)s containers", count) % {"count": count}
    on_the_way = ngettext("%(count)s handoff is on its way here", "%(count)s handoffs are on their way here", coming)
    return {
        "label": kind.label,
        "party": ", ".join(parties),
        "mass_g": mass_g or Decimal("0.000000"),
        "containers_text": counted if count else _("no containers"),
        "state": state,
        "when_text": _when(arrived_at, left_at, mass_g),
        "where_text": on_the_way % {"count": coming} if coming else "",
    }


def _when(arrived_at, left_at, mass_g):
    since = history.unbroken(history.moment_text(arrived_at)) if arrived_at else ""
    until = history.unbroken(history.moment_text(left_at)) if left_at and not mass_g else ""
    if since and until:
        return f"{since} – {until}"
    if until:
        return _("until %(moment)s") % {"moment": until}
    return _("since %(moment)s") % {"moment": since} if since else ""
