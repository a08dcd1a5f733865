"""How long a visit lasts: it ends when nothing was done for a while, and after a working day in any case."""

from time import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils.translation import ngettext

# In the session, in seconds since 1970.
BEGAN_AT = "began_at"
SEEN_AT = "seen_at"
# So that not every page that is read writes to the database.
SEEN_EVERY_S = 60


@receiver(user_logged_in)
def begin(request, **kwargs):
    request.session[BEGAN_AT] = request.session[SEEN_AT] = int(time())


def end_when_over(request):
    """Sign out whoever was away, or is here, for too long, and leave the reason for the sign-in page."""
    if not request.user.is_authenticated:
        return
    now = int(time())
    # Absent in sessions that are older than these limits.
    began_at = request.session.setdefault(BEGAN_AT, now)
    seen_at = request.session.setdefault(SEEN_AT, now)
    if why := _why_over(now - seen_at, now - began_at):
        logout(request)
        messages.warning(request, why)
    elif now - seen_at >= SEEN_EVERY_S:
        request.session[SEEN_AT] = now


def _why_over(idle_s, lasted_s):
    if idle_s > settings.IDLE_MINUTES * 60:
        return ngettext(
            "You were signed out because nothing was done here for %(number)s minute.",
            "You were signed out because nothing was done here for %(number)s minutes.",
            settings.IDLE_MINUTES,
        ) % {"number": settings.IDLE_MINUTES}
    if lasted_s > settings.SESSION_HOURS * 3600:
        return ngettext(
            "You were signed out because a sign-in lasts %(number)s hour.",
            "You were signed out because a sign-in lasts %(number)s hours.",
            settings.SESSION_HOURS,
        ) % {"number": settings.SESSION_HOURS}
    return ""
