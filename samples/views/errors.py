import sys

from django.db import OperationalError
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error as nothing_more_to_say

from samples.models import LedgerEntry
from samples.trail import KINDS


def not_found(request, exception):
    """Nothing at this address; those who see everything are shown the way to what the audit log knows of it."""
    user = getattr(request, "user", None)
    context = _way_to_the_log(request) if user is not None and user.is_authenticated and user.sees_all else {}
    return render(request, "404.html", context, status=404)


def _way_to_the_log(request):
    """The audit log, of the kind of record that the address names, or of the very record that the ledger knows."""
    match = request.resolver_match
    noun = (match.url_name or "").partition("_")[0] if match and not match.namespaces else ""
    if noun not in KINDS:
        return {"log_url": reverse("audit_log")}
    question, pk = {"kind": noun}, match.kwargs.get("pk", 0)
    is_known = pk < 2**63 and LedgerEntry.objects.filter(noun=noun, record_id=pk).exists()
    if is_known:
        question["key"] = pk
    # Withdrawn perhaps, and then without pages on which it is worked with.
    is_there = is_known and KINDS[noun]._base_manager.filter(pk=pk).exists()
    return {"log_url": reverse("audit_log", query=question), "is_known": is_known, "is_there": is_there}


def server_error(request):
    """What nobody foresaw; but for a database that a long import keeps to itself: that passes."""
    error = sys.exc_info()[1]
    is_busy = isinstance(error, OperationalError) and "locked" in str(error)
    if request.resolver_match and getattr(request.resolver_match.func, "takes_tokens", False):
        return request.resolver_match.func.refuse(*(_BUSY if is_busy else _BROKEN))
    return render(None, "503.html", status=503) if is_busy else nothing_more_to_say(request)


# What scripts are told, in the form in which each address refuses.
_BUSY = _("labinv is busy with a long import, so nothing was read. Try again in a minute."), 503
_BROKEN = (
    _("Something broke in labinv. Try again; if it happens once more, tell an administrator what you asked and when."),
    500,
)
