from functools import partial

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from samples import past
from samples.audit import export
from samples.audit.checkpoints import checkpoint
from samples.exports import DATASETS, scripts
from samples.forms import search
from samples.forms.audit import AuditSearch
from samples.forms.movement_search import MassBalanceSearch, MovementSearch
from samples.models import (
    Balance,
    Container,
    Custodian,
    Discrepancy,
    Handoff,
    LedgerEntry,
    Location,
    MassMovement,
    Mission,
    Sample,
)
from samples.operations import Refused, audit
from samples.operations import data as operations
from samples.questions import KINDS, asked
from samples.roles import Right

from .downloads import entered, file_name, headers, plain, refused

# What researchers may have, and the reference lists for everybody else.
PUBLIC = ("samples", "containers", "handoffs", "missions")


def data(request):
    names = DATASETS if request.user.may(Right.SEE_ALL) else PUBLIC
    datasets = [
        {
            "name": name,
            "file": file_name(name, "ledger-…"),
            "url": reverse(f"export_{name}"),
            "columns": DATASETS[name].columns_for(request.user),
            "scripts": scripts(name, request.build_absolute_uri(reverse(f"export_{name}"))),
        }
        for name in names
    ]
    return render(request, "samples/data.html", {"datasets": datasets})


def export_samples(request):
    return _export(request, "samples", search.SampleSearch, Sample.objects.visible_to(request.user))


def export_containers(request):
    return _export(
        request, "containers", search.ContainerSearch, Container.objects.visible_to(request.user).with_seal()
    )


def export_handoffs(request):
    return _export(request, "handoffs", search.HandoffSearch, Handoff.objects.visible_to(request.user))


def export_missions(request):
    return _export(request, "missions", search.MissionSearch, Mission.objects.visible_to(request.user))


def export_movements(request):
    return _export(request, "movements", MovementSearch, MassMovement.objects.all())


def export_mass_balance(request):
    return _export(request, "mass_balance", MassBalanceSearch, Mission.objects.all())


def export_custodians(request):
    return _export(request, "custodians", search.CustodianSearch, Custodian.objects.all())


def export_locations(request):
    return _export(request, "locations", search.LocationSearch, Location.objects.all())


def export_discrepancies(request):
    return _export(request, "discrepancies", search.DiscrepancySearch, Discrepancy.objects.all())


def export_balances(request):
    return _export(request, "balances", search.BalanceSearch, Balance.objects.all())


def export_audit(request):
    return _export(
        request, "audit", AuditSearch, LedgerEntry.objects.operations(), whole=LedgerEntry.objects.of_operations
    )


def _place(field):
    # What is wrong with no field in particular is the order asked for.
    return "sort" if field == NON_FIELD_ERRORS else field


def _export(request, name, search_form, queryset, whole=lambda queryset: queryset):
    """Stream the rows that the list's own filters let through, in the list's order.

    `whole` makes of what is listed what the file has, where these are not the same.
    """
    question = search_form(request.GET, request.user)
    unknown = [key for key in request.GET if key not in (*question.fields, "sort", *KINDS)]
    if unknown or not question.is_valid():
        faults = [f"{key}: {_('there is no such filter')}" for key in unknown]
        faults += [f"{_place(field)}: {' '.join(errors)}" for field, errors in question.errors.items()]
        return plain("\n".join(faults), 400)
    rows = DATASETS[name].rows(question.ordered(whole(question.filter(queryset))), request.user)
    if then := asked():
        # The rows are read while they are sent, when this view has returned.
        rows = past.within(then, rows)
    token = getattr(request, "token", None)
    told = {
        "file": f"{name}.csv",
        "filters": question.question(),
        "format": "csv",
        "token": token.name if token else "",
    }
    return _send(request, name, "csv", rows, partial(operations.export, **told))


def export_ledger(request):
    return _send(request, "ledger", "jsonl", export.lines(), audit.export)


# How a file's content is called, by the ending of its name.
_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


def _send(request, name, ending, rows, enter):
    """Stream `rows` as a file that bears the ledger's checkpoint, after `enter` told the ledger of the download."""
    try:
        entered(request, enter)
    except Refused as error:
        return refused(error)
    return StreamingHttpResponse(rows, content_type=_TYPES[ending], headers=headers(name, checkpoint(), ending))
