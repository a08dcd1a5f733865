"""Sign in and out, the own password, theme; and what becomes of a form that was sent without a sign-in."""

from contextlib import suppress
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import csrf
from django.views.decorators.cache import never_cache

from samples.forms.session import PasswordForm, SignInForm
from samples.operations import Refused, people

from . import kept
from .frame import THEME_COOKIE, THEMES
from .pages import write_page
from .visit import end_when_over

_sign_out = LogoutView.as_view()
ONE_YEAR_S = 365 * 24 * 3600


class _SignIn(LoginView):
    template_name = "samples/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        try:
            answer = super().form_valid(form)
        except Refused as error:
            # The ledger has no entry of it, so nobody is signed in.
            self.request.session.flush()
            self.request.user = AnonymousUser()
            form.add_error(None, error.message)
            return self.render_to_response(self.get_context_data(form=form), status=503)
        if form.get_user().has_an_old_hash:
            self._renew_hash(form)
        return answer

    def _renew_hash(self, form):
        # Where it cannot be written now, the next sign-in does it.
        with suppress(Refused):
            password, reason = form.cleaned_data["password"], _("Its hash was made by an older method.")
            user = people.renew_hash(password=password, by=form.get_user(), reason=reason)
            update_session_auth_hash(self.request, user)

    def get_context_data(self, **context):
        return super().get_context_data(**context, kept=self.request.POST.get("kept", ""))

    def get_success_url(self):
        """The page of the form that waits, else the one that was asked for."""
        sealed = self.request.POST.get("kept", "")
        if form := kept.unsealed(sealed):
            return kept.way_to(self.request, form)
        if sealed:
            messages.warning(
                self.request, _("The form that waited here was not saved, and waited too long to be shown.")
            )
        url = super().get_success_url()
        # Not here again, where Django would fail for fear of a loop.
        return url if urlsplit(url).path != self.request.path else reverse("overview")


_sign_in = _SignIn.as_view()


@never_cache
def sign_in(request):
    end_when_over(request)
    return _sign_in(request)


def sign_out(request):
    return _sign_out(request)


@never_cache
def account_password(request):
    """The own password; other browsers are signed out by it, this one is not."""
    form = PasswordForm(request, request.POST or None)

    def choose():
        chosen = form.cleaned_data["new_password"]
        user = people.choose_password(new_password=chosen, by=request.user, reason=_("Chosen in the browser"))
        update_session_auth_hash(request, user)
        return "overview"

    said = _("You have a new password. Wherever else you were signed in, you are not any more.")
    template = "samples/account_password.html"
    return write_page(request, template, form, choose, done=lambda overview: said, back=reverse("overview"), once=False)


def theme(request):
    """Keep the choice of light or dark in a cookie; empty follows the system."""
    back = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = HttpResponseRedirect(back if is_own else reverse("overview"))
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return HttpResponse(status=400)
    response.set_cookie(
        THEME_COOKIE, chosen, max_age=ONE_YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


def ask_to_sign_in(request, form):
    """The sign-in page with the form that was typed in it; a sign-in leads back there."""
    return _sign_in_page(request, next=form["path"], kept=kept.sealed(form))


@never_cache
def _sign_in_page(request, **context):
    form = SignInForm(request, initial={"username": request.POST.get("username", "")})
    return render(request, "samples/sign_in.html", {"form": form} | context, status=403)


def csrf_failure(request, reason=""):
    """A form without the token of this sign-in: refused, and shown again where it surely is one of our pages'.

    So it is after signing in anew in another tab, and after the cookies were cleared.
    """
    if request.resolver_match is None or not _is_from_here(request):
        return csrf.csrf_failure(request, reason)
    end_when_over(request)
    if request.resolver_match.url_name == "sign_in":
        return _sign_in_again(request) or csrf.csrf_failure(request, reason)
    if (form := kept.typed_into(request)) is None:
        return csrf.csrf_failure(request, reason)
    if not request.user.is_authenticated:
        return ask_to_sign_in(request, form)
    return HttpResponseRedirect(kept.way_to(request, form))


def _is_from_here(request):
    """Whether the browser says that a page of ours sent this; another site's page cannot make it say so."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _sign_in_again(request):
    """Where a sign-in page leads whose token is too old; None where somebody else has signed in meanwhile."""
    if not request.user.is_authenticated:
        return _sign_in_page(request, **{name: request.POST.get(name, "") for name in ("next", "kept")})
    if request.POST.get("username", "").casefold() != request.user.username.casefold():
        return None
    view = _SignIn()
    view.setup(request)
    return HttpResponseRedirect(view.get_success_url())
