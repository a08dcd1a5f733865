from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from samples.forms.discrepancies import DiscrepancyCloseForm
from samples.forms.search import DiscrepancySearch
from samples.models import Discrepancy, Seal
from samples.operations import authority, discrepancies
from samples.questions import address, asked
from samples.roles import Right

from .pages import action, action_bar, find, history_tab, list_page, may_act, refusal, tab, verb_page


def discrepancy_list(request):
    return list_page(
        request,
        "samples/discrepancy_list.html",
        DiscrepancySearch(request.GET, request.user),
        Discrepancy.objects.select_related("container", "line__handoff", "weighing", "opened_by", "closed_by"),
        csv_url=reverse("export_discrepancies"),
    )


def discrepancy_detail(request, pk):
    discrepancy = find(_plain(), pk)
    return render(request, "samples/discrepancy_detail.html", _page(request, discrepancy, "found"))


def discrepancy_history(request, pk):
    discrepancy = find(_plain(), pk)
    context = _page(request, discrepancy, "history") | history_tab(request, discrepancy)
    return render(request, "samples/discrepancy_history.html", context)


def discrepancy_close(request, pk):
    discrepancy = find(_plain(), pk)
    if not discrepancy.is_open and request.method != "POST":
        outcome = discrepancy.get_outcome_display().lower()
        messages.warning(
            request, _("This was closed as %(outcome)s; that does not change again.") % {"outcome": outcome}
        )
        return redirect(discrepancy)
    form = DiscrepancyCloseForm(request.POST or None, discrepancy=discrepancy, initial={"seen": discrepancy.revision})
    done = _("%(record)s is closed.")
    on_record = _seal_on_record(discrepancy, request.user)
    template = "samples/discrepancy_close.html"
    return verb_page(request, template, form, discrepancy, discrepancies.close, done=done, on_record=on_record)


def _page(request, discrepancy, current):
    """Context of the header, the tabs and the action bar of one discrepancy."""
    can_act = may_act(request.user) and discrepancy.is_open
    return {
        "discrepancy": discrepancy,
        "line": discrepancy.line,
        "movement_url": _movement_url(discrepancy.movement),
        "tabs": _tabs(discrepancy, current),
        "actions": action_bar(_actions(discrepancy, request.user)) if can_act else [],
        "on_record": _seal_on_record(discrepancy, request.user),
    }


# What of a seal nobody marks at the receipt where another number was read: it may be another seal.
_MARKED_BY = {
    Seal.State.DAMAGED: (_lazy("Note damage"), "container_note_damage"),
    Seal.State.BROKEN: (_lazy("Unseal"), "container_unseal"),
}


def _seal_on_record(discrepancy, user):
    """What the record still has as intact that was found otherwise, with the verb that marks it; else nothing."""
    line, container = discrepancy.line, discrepancy.container
    if line is None or not line.is_another_seal or line.seal_condition not in _MARKED_BY:
        return {}
    seal = container.seals.filter(number=line.seal_declared, state=Seal.State.INTACT).first()
    if seal is None:
        return {}
    label, name = _MARKED_BY[line.seal_condition]
    barred = refusal(authority.check_works_for, user, container.custodian)
    url = reverse(name, args=[container.pk]) if may_act(user) and not barred else ""
    return {"seal": seal, "found": line.get_seal_condition_display().lower(), "label": label, "url": url}


def _movement_url(movement):
    return address("sample_movements", movement.to_sample_id or movement.from_sample_id) if movement else ""


def _tabs(discrepancy, current):
    if asked():
        return []
    return [
        tab(_("What was found"), discrepancy.get_absolute_url(), current == "found"),
        tab(
            _("History"),
            reverse("discrepancy_history", args=[discrepancy.pk]),
            current == "history",
            discrepancy.revision,
        ),
    ]


def _actions(discrepancy, user):
    """What settles it, in the order of the work: of a mass to weigh once more, then close; of a seal to close."""
    container = discrepancy.container
    barred = refusal(authority.check_works_for, user, container.custodian) or refusal(
        authority.check_not_under_way, container
    )
    is_curators = "" if user.may(Right.CURATE) else _("A curator closes it, with a finding.")
    url = reverse("discrepancy_close", args=[discrepancy.pk])
    weigh = action(_("Weigh again"), "scale", reverse("container_weigh", args=[container.pk]), barred)
    close = action(_("Close"), "check", url, is_curators, primary=not is_curators)
    return [weigh, close] if discrepancy.kind == Discrepancy.Kind.MASS else [close, weigh]


def _plain():
    return Discrepancy.objects.select_related(
        "container__custodian",
        "line__handoff",
        "weighing__balance",
        "weighing__operator",
        "opened_by",
        "closed_by",
        "reweighing__balance",
        "movement__from_sample",
        "movement__to_sample",
    )
