"""What the tabs of a sample share: its header, the actions possible now, and its lineage."""

from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from samples.models import MassMovement, Sample, place_samples
from samples.questions import address, asked
from samples.templatetags.charts import Part
from samples.units import format_depth

from .pages import action_bar, may_act, tab
from .sample_actions import sample_actions


def sample_page(request, sample, current):
    """Context of the header, the tabs and the action bar of one sample."""
    user = request.user
    place_samples([sample])
    return {
        "sample": sample,
        "parts": _balance(sample) if user.sees_all else [],
        "tabs": _tabs(sample, user, current),
        "actions": action_bar(sample_actions(sample, user)) if may_act(user, sample) else [],
    }


def _balance(sample):
    """Initial mass = left + in subsamples + consumed + lost; corrections change what the initial mass was."""
    kinds = MassMovement.Kind
    out_g = dict(sample.movements_out.order_by().values_list("kind").annotate(Sum("mass_g")))
    none_g = Decimal("0.000000")
    parts = [
        Part(sample.origin, _("Left"), sample.mass_g),
        Part("subsamples", _("In subsamples"), out_g.get(kinds.SPLIT, none_g)),
        Part("consumed", _("Consumed"), out_g.get(kinds.CONSUMED, none_g)),
        Part("lost", _("Lost"), out_g.get(kinds.LOST, none_g)),
    ]
    if kinds.CORRECTION in out_g:
        parts.append(Part("held", _("Corrected away"), out_g[kinds.CORRECTION]))
    return parts


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


def lineage(sample, user):
    """Context of the lineage tab: the whole tree this sample belongs to, as far as `user` may see it."""
    visible = Sample.objects.visible_to(user)
    path = list(visible.path_to(sample.pk))
    family = list(visible.within(path[0].pk).order_by("identifier"))
    shown = {member.pk for member in family}
    children = {}
    for member in family:
        # What was split from a sample that is not shown hangs from the top of what is.
        children.setdefault(member.parent_id if member.parent_id in shown else path[0].pk, []).append(member)
    # The top one itself hangs from nothing.
    children[path[0].pk].remove(path[0])

    def nest(member):
        return {
            "url": member.get_absolute_url(),
            "identifier": member.identifier,
            "kind_label": _with_depth(member),
            "origin": "",
            "mass_g": member.mass_g,
            "is_current": member.pk == sample.pk,
            "children": [nest(child) for child in children.get(member.pk, [])],
        }

    return {"nodes": [nest(path[0])], "family_size": len(family)}


def _with_depth(sample):
    form = sample.get_form_display()
    if sample.depth_top_cm is None:
        return form
    return _("%(form)s, %(top)s – %(bottom)s cm") % {
        "form": form,
        "top": format_depth(sample.depth_top_cm),
        "bottom": format_depth(sample.depth_bottom_cm),
    }
