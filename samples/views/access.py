"""Routes that cannot be made without saying who may use them, and how."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest, HttpResponseNotAllowed
from django.urls import path
from django.utils.translation import gettext as _

READING = ("GET", "HEAD")
WRITING = ("GET", "HEAD", "POST")
# In the place of a right: no sign-in is asked, or a sign-in is enough.
ANYBODY = None
SIGNED_IN = "signed in"


class DenyByDefault(LoginRequiredMiddleware):
    """Asks for a sign-in everywhere but where a view says otherwise; that one needs no session and no database."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


def only_utf_8(get_response):
    """Middleware: refuse a request that claims another charset, in which half a character could hide."""

    def answer(request):
        if request.content_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            return HttpResponseBadRequest("labinv reads UTF-8 only\n", content_type="text/plain")
        return get_response(request)

    return answer


def page(route, view, right):
    """A page to read."""
    return _route(route, view, right, READING)


def form(route, view, right):
    """A page with a form that changes something when it is posted."""
    return _route(route, view, right, WRITING)


def act(route, view, right):
    """A change without a page of its own."""
    return _route(route, view, right, ("POST",))


def _route(route, view, right, methods):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if right not in (ANYBODY, SIGNED_IN) and not request.user.may(right):
            raise PermissionDenied(
                _("This page is not for your role (%(roles)s): it needs the right to %(right)s.")
                % {"roles": request.user.role_names or _("no role"), "right": right.label}
            )
        if request.method not in methods:
            return HttpResponseNotAllowed(
                methods, f"this address answers {', '.join(methods)} only\n", content_type="text/plain"
            )
        return view(request, *args, **kwargs)

    guarded.right, guarded.methods = right, methods
    return path(route, login_not_required(guarded) if right is ANYBODY else guarded, name=view.__name__)
