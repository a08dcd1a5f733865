"""A token in the place of a session: who asks for a file with `Authorization: Bearer …` (RFC 6750), and how often."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from samples.history import moment_text
from samples.models import COUNTED_SECONDS, Token


def identify(request, refuse):
    """Make the person whose token the request carries its user; returns None, or the refusal it is answered with.

    A token decides alone, whoever is signed in beside it. Without one the session counts, and a
    browser that has none is left to the sign-in page; a script could not read that.
    """
    request.token, request.rate = None, {}
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _identify_by(text.strip(), request, refuse)
    if request.user.is_authenticated or (not scheme and "text/html" in request.headers.get("Accept", "")):
        return None
    fault = _("This file is read with a token, in the header “Authorization: Bearer labinv_…”.")
    return _unauthorized(fault, request, refuse)


def told(request, response):
    """The response, which says to caches and scripts what the token had to do with it."""
    if hasattr(request, "token"):
        patch_vary_headers(response, ["Authorization"])
        for name, value in request.rate.items():
            response[name] = value
    return response


def _identify_by(text, request, refuse):
    now = timezone.now()
    token = Token.objects.with_secret(text).select_related("user").first()
    if fault := _fault(token, now):
        return _unauthorized(fault, request, refuse)
    if refusal := _too_many(token, now, request, refuse):
        return refusal
    token.note_use(now)
    request.user, request.token = token.user, token
    return None


def _too_many(token, now, request, refuse):
    """Count the request, and refuse it where the token has had its share of this minute."""
    count, seconds = token.count_request(now)
    if count is None:
        return None
    most = settings.TOKEN_REQUESTS_PER_MINUTE
    left = max(most - count, 0)
    # As the IETF's draft on RateLimit headers has them: the policy, and what is left of it.
    request.rate = {
        "RateLimit-Policy": f'"token";q={most};w={COUNTED_SECONDS}',
        "RateLimit": f'"token";r={left};t={seconds}',
    }
    if count <= most:
        return None
    sentence = _(
        "The token %(token)s has had its %(most)s requests of this minute. Ask again in %(seconds)s s; "
        "a file has everything in one request."
    ) % {"token": token, "most": most, "seconds": seconds}
    return refuse(sentence, 429, {"Retry-After": str(seconds), "Cache-Control": "no-store"})


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


def _unauthorized(fault, request, refuse):
    address = request.build_absolute_uri(reverse("token_list"))
    way_on = _("Tokens are made at %(address)s") % {"address": address}
    headers = {"WWW-Authenticate": 'Bearer realm="labinv"', "Cache-Control": "no-store"}
    return refuse(f"{fault} {way_on}", 401, headers)
