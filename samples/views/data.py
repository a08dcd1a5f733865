from functools import partial
from io import BytesIO

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from samples.audit import export
from samples.audit.checkpoints import checkpoint
from samples.exports import DATASETS, DatasetOfLines
from samples.operations import Refused, audit
from samples.operations import data as operations
from samples.selections import NotSelected, names_for, select

from .downloads import entered, headers, plain, refused
from .paging import count_label, counted


def data(request):
    """Every file that the person may have, with what it is and how long."""
    datasets = [
        {
            "name": name,
            "title": DATASETS[name].title,
            "meaning": DATASETS[name].meaning,
            "rows": _rows(name, request.user),
            "url": reverse(f"data_{name}"),
            "csv_url": reverse(f"export_{name}"),
        }
        for name in names_for(request.user)
    ]
    return render(request, "samples/data.html", {"datasets": datasets})


def _rows(name, user):
    """How many rows the file has; empty where lines would all have to be made to be counted."""
    if isinstance(DATASETS[name], DatasetOfLines):
        return ""
    return count_label(counted(select(name, {}, user).queryset))


def export_samples(request):
    return _export(request, "samples")


def export_containers(request):
    return _export(request, "containers")


def export_handoffs(request):
    return _export(request, "handoffs")


def export_missions(request):
    return _export(request, "missions")


def export_weighings(request):
    return _export(request, "weighings")


def export_movements(request):
    return _export(request, "movements")


def export_mass_balance(request):
    return _export(request, "mass_balance")


def export_custodians(request):
    return _export(request, "custodians")


def export_locations(request):
    return _export(request, "locations")


def export_discrepancies(request):
    return _export(request, "discrepancies")


def export_balances(request):
    return _export(request, "balances")


def export_audit(request):
    return _export(request, "audit")


def _export(request, name):
    """Stream the rows that the list's own filters let through, in the list's order."""
    try:
        selection = select(name, request.GET, request.user)
    except NotSelected as error:
        return plain(error.message, 400)
    token = getattr(request, "token", None)
    told = {
        "file": f"{name}.csv",
        "filters": selection.filters,
        "format": "csv",
        "token": token.name if token else "",
    }
    # Lines made in Python are not made for whoever looks at the headers alone.
    is_made = request.method == "GET" or not isinstance(selection.dataset, DatasetOfLines)
    return _send(request, name, "csv", selection.reading if is_made else BytesIO, partial(operations.export, **told))


def export_ledger(request):
    return _send(request, "ledger", "jsonl", export.lines, audit.export)


# How a file's content is called, by the ending of its name.
_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


def _send(request, name, ending, read, enter):
    """Stream what `read` gives as a file that bears the ledger's checkpoint, after `enter` told of the download.

    What was counted when it began to be read is announced, so that a file cut off on its way is known for one.
    """
    try:
        entered(request, enter)
    except Refused as error:
        return refused(error)
    told, rows = headers(name, checkpoint(), ending), read()
    if (number := getattr(rows, "number", None)) is not None:
        told["X-Labinv-Rows"] = str(number)
    if request.method != "GET":
        # Who looks at the headers alone reads no row, and so would not put them away.
        rows.close()
        rows = ()
    return StreamingHttpResponse(rows, content_type=_TYPES[ending], headers=told)
