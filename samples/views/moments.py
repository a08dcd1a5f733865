"""Pages that answer for an earlier moment: the question in the address, and what is said where there is no answer."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from samples import past
from samples.questions import AS_OF, KINDS, RECORDED_AT, asked
from samples.roles import Right

# What the form of another moment sends: a button for the question, a field for the moment.
CHOICE, MOMENT = "look", "at"


def answered(request, view, *, has_past, refuse=None):
    """What `view()` answers, about the moment that the address asks for, if it asks for one.

    Where it is a file, `refuse` makes the answer to what cannot be asked.
    """
    if has_past and not refuse and request.GET.get(CHOICE) in KINDS:
        fault = _fault(request)
        if fault is None:
            return redirect(_chosen(request))
        _keep(request, fault)
    try:
        question = past.read_question(request.GET, timezone.now())
        if question and not has_past:
            raise past.NoMoment(
                _("This page shows what is now. Lists, records and their files answer for an earlier moment.")
            )
    except past.NoMoment as fault:
        return _refused(request, str(fault), refuse)
    if question is None:
        return _answer(request, view)
    if question.is_as_recorded and not request.user.may(Right.SEE_ALL):
        return _denied(request, refuse)
    try:
        with past.shown(question):
            return _answer(request, view)
    except Http404:
        context = {"question": question, "present_url": present_url(request)}
        return render(request, "samples/not_then.html", context, status=404)


def present_url(request):
    """The address of the same page about now."""
    return _without(request, KINDS)


def asked_of(request):
    """What the page is asked for beside the place in a list, as pairs: kept when the moment changes or is mistyped."""
    rest = request.GET.copy()
    if asked() is None:
        # What the address of a refused question says is no moment to return to.
        for key in KINDS:
            rest.pop(key, None)
    for key in (CHOICE, MOMENT, "after", "before"):
        rest.pop(key, None)
    return list(rest.items())


def typed(request):
    """The moment as it stands in the address, for whoever corrects it."""
    if (tried := fault_of(request)) is not None:
        return tried[0]
    return next((request.GET[kind][:60] for kind in KINDS if kind in request.GET), "")


def fault_of(request):
    """(what was typed, what is wrong with it) where the form of another moment was refused; else None."""
    return getattr(request, "moment_fault", None)


def _fault(request):
    """Why the moment typed into the form is none; None for one that can be asked about."""
    query = QueryDict(mutable=True)
    query[request.GET[CHOICE]] = request.GET.get(MOMENT, "")
    try:
        past.read_question(query, timezone.now())
    except past.NoMoment as fault:
        return str(fault)
    return None


def _denied(request, refuse):
    """Who may not ask what was recorded is led to what was so at that moment."""
    sentence = _(
        "What was recorded at a moment is not for your role (%(roles)s); ask what was so then, with “as_of”."
    ) % {"roles": request.user.role_names or _("no role")}
    if refuse:
        raise PermissionDenied(sentence)
    query = request.GET.copy()
    [moment] = query.pop(RECORDED_AT)
    query[AS_OF] = moment
    context = {"exception": sentence, "as_of_url": f"{request.path}?{query.urlencode()}"}
    return render(request, "403.html", context, status=403)


def _keep(request, fault):
    """Have the page that was asked on answer, as if it had not been asked, with what was typed and what is wrong."""
    request.moment_fault = (request.GET.get(MOMENT, "")[:60], fault)
    request.GET = request.GET.copy()
    for key in (CHOICE, MOMENT):
        request.GET.pop(key, None)


def _answer(request, view):
    response = view()
    if fault_of(request) and response.status_code == 200:
        response.status_code = 400
    return response


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


def _refused(request, sentence, refuse):
    if refuse:
        return refuse(sentence, 400)
    kind = next((kind for kind in KINDS if kind in request.GET), RECORDED_AT)
    context = {"sentence": sentence, "kind": kind, "present_url": present_url(request)}
    return render(request, "samples/no_moment.html", context, status=400)
