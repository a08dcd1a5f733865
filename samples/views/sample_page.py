"""What the tabs of a sample share: its header, the balance of its mass, the actions possible now."""

from decimal import Decimal

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from samples.models import MassMovement, place_samples
from samples.questions import address, asked
from samples.templatetags.charts import Part

from .pages import action_bar, may_act, tab
from .sample_actions import sample_actions

_ZERO_G = Decimal("0.000000")


def sample_page(request, sample, current):
    """Context of the header, the tabs and the action bar of one sample."""
    user = request.user
    place_samples([sample])
    return {
        "sample": sample,
        "tabs": _tabs(sample, user, current),
        "actions": action_bar(sample_actions(sample, user)) if may_act(user, sample) else [],
        **(_balance(sample) if user.sees_all else {}),
    }


def _balance(sample):
    """Context of the balance bar: what came into the sample, and the parts in which all of that is now."""
    kinds = MassMovement.Kind
    out_g = dict(sample.movements_out.order_by().values_list("kind").annotate(Sum("mass_g")))
    came = sample.movements_in.aggregate(
        corrected=Sum("mass_g", filter=Q(kind=kinds.CORRECTION)),
        back=Sum("mass_g", filter=Q(kind=kinds.MERGE, from_sample__parent=sample)),
        merged=Sum("mass_g", filter=Q(kind=kinds.MERGE) & ~Q(from_sample__parent=sample)),
    )
    came_g = {name: mass_g or _ZERO_G for name, mass_g in came.items()}
    # What was merged back is in subsamples no more. Those may bring more than was split off: they were
    # corrected, or something was merged into them before.
    apart_g = out_g.get(kinds.SPLIT, _ZERO_G) - came_g["back"]
    corrected_g = came_g["corrected"] - out_g.get(kinds.CORRECTION, _ZERO_G)
    parts = [
        Part(sample.origin, _("Left"), sample.mass_g),
        Part("subsamples", _("Split off"), max(apart_g, _ZERO_G)),
        Part("consumed", _("Consumed"), out_g.get(kinds.CONSUMED, _ZERO_G)),
        Part("lost", _("Lost"), out_g.get(kinds.LOST, _ZERO_G)),
        *_merged(sample, out_g.get(kinds.MERGE)),
        *_some(Part("corrected", _("Corrected away"), max(-corrected_g, _ZERO_G))),
    ]
    more = [
        *_some(Part("", _("corrected upward"), max(corrected_g, _ZERO_G))),
        *_some(Part("", _("merged in"), came_g["merged"] + max(-apart_g, _ZERO_G))),
    ]
    total_g = sum((part.mass_g for part in more), sample.initial_mass_g)
    left_over_g = total_g - sum(part.mass_g for part in parts)
    return {"parts": parts, "more": more, "total_g": total_g, "left_over_g": left_over_g}


def _merged(sample, merged_g):
    """The part that merges took; the other sample is named where it is one."""
    if not merged_g:
        return []
    merges = sample.movements_out.filter(kind=MassMovement.Kind.MERGE).order_by()
    into = merges.values_list("to_sample__identifier", flat=True).distinct()[:2]
    name = _("Merged into %(sample)s") % {"sample": into[0]} if len(into) == 1 else _("Merged into others")
    return [Part("merged", name, merged_g)]


def _some(part):
    return [part] if part.mass_g else []


def _tabs(sample, user, current):
    key = [sample.pk]
    tabs = [
        tab(_("Lineage"), sample.get_absolute_url(), current == "lineage"),
        tab(_("Custody"), address("sample_custody", *key), current == "custody"),
    ]
    if user.sees_all:
        tabs.append(tab(_("Mass movements"), address("sample_movements", *key), current == "movements"))
    if user.sees_all and not asked():
        history_url = reverse("sample_history", args=key)
        tabs.append(tab(_("History"), history_url, current == "history", sample.revision))
    return tabs
