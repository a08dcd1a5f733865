from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from samples.forms.session import SignInForm

from .frame import THEME_COOKIE, THEMES

_sign_in = LoginView.as_view(
    template_name="samples/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
)
_sign_out = LogoutView.as_view()
ONE_YEAR_S = 365 * 24 * 3600


@never_cache
def sign_in(request):
    return _sign_in(request)


def sign_out(request):
    return _sign_out(request)


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
