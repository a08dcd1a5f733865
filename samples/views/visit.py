"""A visit from sign-in to sign-out, each entered in the ledger; it ends by itself after a while, too."""

import logging
from time import time

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samples.models import SYSTEM
from samples.operations import Refused, sessions

logger = logging.getLogger(__name__)

# In the session, in seconds since 1970.
BEGAN_AT = "began_at"
SEEN_AT = "seen_at"
# So that not every page that is read writes to the database.
SEEN_EVERY_S = 60


@receiver(user_logged_in)
def begin(request, user, **kwargs):
    """Enter the sign-in in the ledger; raises Refused, and nobody is signed in, where that cannot be done now."""
    sessions.sign_in(by=user, reason=_("Signed in with name and password."))
    request.session[BEGAN_AT] = request.session[SEEN_AT] = int(time())


@receiver(user_logged_out)
def end(request, user, **kwargs):
    """Enter the sign-out in the ledger; whoever wants to be signed out is, even where that cannot be entered now."""
    if user is None:
        return
    try:
        sessions.sign_out(by=user, reason=getattr(request, "visit_ended", "") or _("Signed out."))
    except Refused:
        logger.warning("The sign-out of %s was not entered in the ledger.", user.username, exc_info=True)


@receiver(user_locked_out)
def enter_lock(request, username, ip_address, **kwargs):
    """Enter a lock in the ledger, once; whoever goes on trying neither adds to it nor waits for its lock."""
    if not username or not sessions.is_news(username, ip_address, timezone.now()):
        return
    reason = _("Too many wrong passwords in a row.")
    try:
        sessions.lock_out(username=username, address=ip_address, by=SYSTEM, reason=reason)
    except Refused:
        # The next try enters it.
        logger.warning("The lock of the user name %s was not entered in the ledger.", username, exc_info=True)


def end_when_over(request):
    """Sign out whoever was away, or is here, for too long, and leave the reason for the sign-in page."""
    if not request.user.is_authenticated:
        return
    now = int(time())
    # Absent in sessions that are older than these limits.
    began_at = request.session.setdefault(BEGAN_AT, now)
    seen_at = request.session.setdefault(SEEN_AT, now)
    if over := _why_over(now - seen_at, now - began_at):
        told, request.visit_ended = over
        logout(request)
        messages.warning(request, told)
    elif now - seen_at >= SEEN_EVERY_S:
        request.session[SEEN_AT] = now


def _why_over(idle_s, lasted_s):
    """Why the visit is over, as its person is told and as the ledger has it; None where it goes on."""
    if idle_s > settings.IDLE_MINUTES * 60:
        told = ngettext(
            "You were signed out because nothing was done here for %(number)s minute.",
            "You were signed out because nothing was done here for %(number)s minutes.",
            settings.IDLE_MINUTES,
        )
        return told % {"number": settings.IDLE_MINUTES}, _("The visit ended by itself: nothing was done for a while.")
    if lasted_s > settings.SESSION_HOURS * 3600:
        told = ngettext(
            "You were signed out because a sign-in lasts %(number)s hour.",
            "You were signed out because a sign-in lasts %(number)s hours.",
            settings.SESSION_HOURS,
        )
        return told % {"number": settings.SESSION_HOURS}, _("The visit ended by itself: it lasted as long as one may.")
    return None
