"""Pages that answer for an earlier moment: the question in the address, and what is said where there is no answer."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from samples import past
from samples.questions import KINDS, RECORDED_AT
from samples.roles import Right

# What the form of another moment sends: a button for the question, a field for the moment.
CHOICE, MOMENT = "look", "at"


def answered(request, view, *, has_past, is_file):
    """What `view()` answers, about the moment that the address asks for, if it asks for one."""
    if has_past and not is_file and request.GET.get(CHOICE) in KINDS:
        return redirect(_chosen(request))
    try:
        question = past.read_question(request.GET, timezone.now())
        if question and not has_past:
            raise past.NoMoment(
                _("This page shows what is now. Lists, records and their files answer for an earlier moment.")
            )
    except past.NoMoment as fault:
        return _refused(request, str(fault), is_file)
    if question is None:
        return view()
    if question.is_as_recorded and not request.user.may(Right.SEE_ALL):
        raise PermissionDenied(
            _("What was recorded at a moment is not for your role (%(roles)s); ask what was so then, with “as_of”.")
            % {"roles": request.user.role_names or _("no role")}
        )
    try:
        with past.shown(question):
            return view()
    except Http404:
        context = {"question": question, "present_url": present_url(request)}
        return render(request, "samples/not_then.html", context, status=404)


def present_url(request):
    """The address of the same page about now."""
    return _without(request, KINDS)


def asked_of(request):
    """What the page is asked for beside the moment and the place in a list, as pairs: kept when the moment changes."""
    rest = request.GET.copy()
    for key in (*KINDS, CHOICE, MOMENT, "after", "before"):
        rest.pop(key, None)
    return list(rest.items())


def typed(request):
    """The moment as it stands in the address, for whoever corrects it."""
    return next((request.GET[kind][:60] for kind in KINDS if kind in request.GET), "")


def _chosen(request):
    query = request.GET.copy()
    for key in (*KINDS, CHOICE, MOMENT, "after", "before"):
        query.pop(key, None)
    query[request.GET[CHOICE]] = request.GET.get(MOMENT, "")
    return f"{request.path}?{query.urlencode()}"


def _without(request, keys):
    query = request.GET.copy()
    for key in keys:
        query.pop(key, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _refused(request, sentence, is_file):
    if is_file:
        return HttpResponse(f"{sentence}\n", status=400, content_type="text/plain; charset=utf-8")
    kind = next((kind for kind in KINDS if kind in request.GET), RECORDED_AT)
    context = {"sentence": sentence, "kind": kind, "present_url": present_url(request)}
    return render(request, "samples/no_moment.html", context, status=400)
