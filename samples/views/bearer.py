"""A token in the place of a session: who asks for a file with `Authorization: Bearer …` (RFC 6750)."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from samples.history import moment_text
from samples.models import Token


def identify(request):
    """Make the person whose token the request carries its user; returns None, or the 401 it is answered with.

    A token decides alone, whoever is signed in beside it. Without one the session counts, and a
    browser that has none is left to the sign-in page; a script could not read that.
    """
    request.token = None
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _identify_by(text.strip(), request)
    if request.user.is_authenticated or (not scheme and "text/html" in request.headers.get("Accept", "")):
        return None
    return _unauthorized(_("This file is read with a token, in the header “Authorization: Bearer labinv_…”."), request)


def _identify_by(text, request):
    now = timezone.now()
    token = Token.objects.with_secret(text).select_related("user").first()
    if fault := _fault(token, now):
        return _unauthorized(fault, request)
    token.note_use(now)
    request.user, request.token = token.user, token
    return None


def _fault(token, now):
    """Why the token is worth nothing, in words; empty for one that works."""
    if token is None:
        return _("labinv does not know this token.")
    if token.revoked_at is not None:
        return _("The token %(token)s was revoked %(at)s.") % {"token": token, "at": moment_text(token.revoked_at)}
    if not token.is_live(now):
        return _("The token %(token)s expired %(at)s.") % {"token": token, "at": moment_text(token.expires_at)}
    if not token.user.is_active:
        return _("The account that the token %(token)s stands for is not active.") % {"token": token}
    return ""


def _unauthorized(fault, request):
    address = request.build_absolute_uri(reverse("token_list"))
    way_on = _("Tokens are made at %(address)s") % {"address": address}
    return HttpResponse(
        f"{fault} {way_on}\n",
        status=401,
        content_type="text/plain; charset=utf-8",
        headers={"WWW-Authenticate": 'Bearer realm="labinv"', "Cache-Control": "no-store"},
    )
