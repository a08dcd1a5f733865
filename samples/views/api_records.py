from dataclasses import replace
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from samples.api import page_of
from samples.audit.checkpoints import checkpoint
from samples.forms.answers import status_of
from samples.operations import Refused
from samples.operations import data as operations
from samples.questions import asked
from samples.selections import SOURCES, NotSelected, select

from . import cursors
from .downloads import entered, ledger_headers
from .problems import problem

AFTER = "after"


def api_records(request, name):
    """One page of the records of a dataset; only the first page of a reading is entered in the ledger."""
    if name not in SOURCES:
        return problem(_("There are no records at this address. %(way)s") % {"way": _way_on(request)}, 404)
    if not request.user.may(SOURCES[name].right):
        raise PermissionDenied(
            _("These records are not for your role (%(roles)s). %(way)s")
            % {"roles": request.user.role_names or _("no role"), "way": _way_on(request)}
        )
    if not request.accepts("application/json"):
        url = request.build_absolute_uri(reverse(f"export_{name}"))
        return problem(
            _("This address answers with JSON only. The same rows as CSV are at %(url)s") % {"url": url}, 406
        )
    try:
        return _page(request, name)
    except NotSelected as error:
        return _not_selected(error.faults, request)
    except cursors.BadCursor as error:
        return _not_selected([str(error)], request)
    except Refused as error:
        return problem(error.message, status_of(error))


def as_json(body, headers=None):
    """An answer that nobody keeps for the next one who asks."""
    told = {"Cache-Control": "no-store"} | (headers or {})
    return JsonResponse(body, headers=told, json_dumps_params={"ensure_ascii": False})


def has_past(name):
    """Whether the records answer for an earlier moment: as their CSV does, which has a route of its own."""
    return resolve(reverse(f"export_{name}")).func.has_past


def _page(request, name):
    if (question := asked()) and not has_past(name):
        raise NotSelected([_("%(kind)s: these records tell of every moment by themselves.") % {"kind": question.kind}])
    selection = select(name, request.GET, request.user, also=[AFTER])
    if AFTER in request.GET:
        cursor = cursors.opened(request.GET[AFTER], request, selection)
        records, place = page_of(selection, cursor.mark)
    else:
        operation = _entered(request, selection)
        records, place = page_of(selection)
        cursor = cursors.begin(operation and operation.id, selection.count() if place else len(records))
    following = _address(request, selection, replace(cursor, mark=place)) if place else None
    checked = checkpoint()
    body = {
        "dataset": name,
        "asked": selection.filters,
        "rows": cursor.rows,
        "ledger": checked and checked.text,
        "records": records,
        "next": following,
    }
    headers = ledger_headers(checked) | {"X-Labinv-Rows": str(cursor.rows)}
    if following:
        headers["Link"] = f'<{following}>; rel="next"'
    return as_json(body, headers)


def _entered(request, selection):
    """Tell the ledger of the reading that begins, and return the operation."""
    told = {
        "file": f"{selection.dataset.name}.json",
        "filters": selection.filters,
        "format": "json",
        "token": request.token.name if request.token else "",
    }
    return entered(request, partial(operations.export, **told))


def _address(request, selection, cursor):
    # A look at the headers is not entered, so that no reading can go on from there.
    if not cursor.operation:
        return None
    query = selection.filters | {AFTER: cursor.sealed(request, selection)}
    return request.build_absolute_uri(reverse("api_records", args=[selection.dataset.name], query=query))


def _not_selected(faults, request):
    sentences = " ".join(fault if fault.endswith((".", "?")) else f"{fault}." for fault in faults)
    sentence = _("This cannot be answered. %(faults)s %(way)s") % {"faults": sentences, "way": _way_on(request)}
    return problem(sentence, 400, more={"faults": faults})


def _way_on(request):
    """Where it stands what can be asked."""
    return _("What can be asked is at %(url)s") % {"url": request.build_absolute_uri(reverse("api"))}
