"""Routes that cannot be made without saying who may use them, and how."""

from functools import partial, wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from . import bearer, moments, problems
from .downloads import plain
from .kept import give_back, typed_into
from .session import ask_to_sign_in
from .visit import end_when_over

READING = ("GET", "HEAD")
WRITING = ("GET", "HEAD", "POST")
# In the place of a right: no sign-in is asked, or a sign-in is enough.
ANYBODY = None
SIGNED_IN = "signed in"
# About the person who is signed in, and nothing in the laboratory.
PERSONAL = {"account_password", "sign_out", "theme"}


class DenyByDefault(LoginRequiredMiddleware):
    """Asks for a sign-in everywhere but where a view says otherwise; that one needs no session and no database.

    A form that is sent without one waits for it. Who has a one-time password chooses another one before anything else.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not getattr(view_func, "login_required", True):
            return None
        if getattr(view_func, "takes_tokens", False):
            if refusal := bearer.identify(request, view_func.refuse):
                return refusal
            # A script has no visit that could end, and no form that could be given back.
            if request.token:
                return None
        end_when_over(request)
        is_of_laboratory = request.resolver_match.url_name not in PERSONAL
        if not request.user.is_authenticated:
            if form := typed_into(request):
                return ask_to_sign_in(request, form)
            if request.method == "POST" and is_of_laboratory:
                messages.warning(request, _("Nothing was saved: nobody was signed in when it was sent. Send it again."))
            return super().process_view(request, view_func, view_args, view_kwargs)
        if request.user.has_one_time_password and is_of_laboratory:
            return redirect("account_password")
        return give_back(request)

    def process_response(self, request, response):
        return bearer.told(request, response)


def only_utf_8(get_response):
    """Middleware: refuse a request that claims another charset, in which half a character could hide."""

    def answer(request):
        if request.content_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            return HttpResponseBadRequest("labinv reads UTF-8 only\n", content_type="text/plain")
        return get_response(request)

    return answer


def page(route, view, right, *, past=False):
    """A page to read; with `past` it answers for earlier moments too."""
    return _route(route, view, right, READING, has_past=past)


def export(route, view, right, *, past=False, refuse=plain):
    """A file to read, for people by their session and for scripts by a token: nothing else takes one.

    `refuse(sentence, status, headers)` makes the answer to what cannot be answered.
    """
    return _route(route, view, right, READING, takes_tokens=True, has_past=past, refuse=refuse)


def form(route, view, right):
    """A page with a form that changes something when it is posted."""
    return _route(route, view, right, WRITING)


def act(route, view, right):
    """A change without a page of its own."""
    return _route(route, view, right, ("POST",))


def _route(route, view, right, methods, *, takes_tokens=False, has_past=False, refuse=plain):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if right not in (ANYBODY, SIGNED_IN) and not request.user.may(right):
            raise PermissionDenied(
                _("This page is not for your role (%(roles)s): it needs the right to %(right)s.")
                % {"roles": request.user.role_names or _("no role"), "right": right.label}
            )
        if request.method not in methods:
            sentence = _("This address answers %(methods)s only.") % {"methods": ", ".join(methods)}
            return refuse(sentence, 405, {"Allow": ", ".join(methods)})
        # The sign-in page has the address it leads to in its own.
        if right is ANYBODY:
            return view(request, *args, **kwargs)
        answer = partial(view, request, *args, **kwargs)
        return moments.answered(request, answer, has_past=has_past, refuse=refuse if takes_tokens else None)

    if refuse is problems.problem:
        guarded = problems.told(guarded)
        # Nothing is written here, and who posts is to read that this address only answers.
        guarded.csrf_exempt = True
    guarded.refuse = refuse
    guarded.right, guarded.methods, guarded.takes_tokens, guarded.has_past = right, methods, takes_tokens, has_past
    return path(route, login_not_required(guarded) if right is ANYBODY else guarded, name=view.__name__)
