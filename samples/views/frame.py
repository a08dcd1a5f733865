"""What every page shows around its content: navigation, waiting work, theme, time zone."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from samples import past
from samples.models import Handoff
from samples.questions import asked
from samples.roles import Right

from . import moments

THEMES = ("", "light", "dark")
THEME_COOKIE = "labinv_theme"


def frame(request):
    """Context processor; one query for the signed-in, none for others."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    context = {"theme": theme if theme in THEMES else "", "zone_label": zone_label()}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    question = asked()
    # Navigation leads back to now, and nothing of the past can be changed.
    with past.present():
        navigation = list(_navigation(request, user))
    return context | {
        "nav": navigation,
        "may_work": user.may(Right.WORK) and question is None,
        "may_curate": user.may(Right.CURATE) and question is None,
        "may_see_all": user.may(Right.SEE_ALL),
        "past": question,
        "moments": _moments(request),
    }


def _moments(request):
    """What the form of another moment needs, on pages that answer for one; else None."""
    match = request.resolver_match
    if not getattr(match and match.func, "has_past", False):
        return None
    return {
        "present_url": moments.present_url(request),
        "kept": moments.asked_of(request),
        "typed": moments.typed(request),
        "fault": moments.fault_of(request),
    }


def zone_label():
    """The zone times are shown in, with its offset now: "Asia/Shanghai, UTC+8"."""
    offset = timezone.localtime().utcoffset().total_seconds()
    hours, minutes = divmod(abs(int(offset)) // 60, 60)
    shown = f"{hours}:{minutes:02}" if minutes else str(hours)
    return f"{settings.TIME_ZONE}, UTC{'-' if offset < 0 else '+'}{shown}"


def _navigation(request, user):
    waiting = Handoff.objects.waiting_for(user).count() if user.may(Right.WORK) else None
    reference = _("Reference") if user.sees_all else _("Missions")
    entries = [
        (Right.SEE_PUBLISHED, "overview", _("Overview"), ("overview",), None),
        (Right.SEE_PUBLISHED, "container_list", _("Containers"), ("container", "seal"), None),
        (Right.SEE_PUBLISHED, "sample_list", _("Samples"), ("sample", "movement"), None),
        (Right.SEE_PUBLISHED, "handoff_list", _("Custody"), ("handoff", "discrepancy"), waiting or None),
        (Right.SEE_PUBLISHED, "mission_list", reference, ("mission", "custodian", "location", "balance"), None),
        (Right.SEE_PUBLISHED, "data", _("Data"), ("data", "import"), None),
        (Right.SEE_ALL, "audit_log", _("Audit"), ("audit", "operation", "ledger"), None),
    ]
    # No match on a 404, where `request.resolver_match` is None.
    match = request.resolver_match
    # The console's names begin with nouns too, and are none of these pages.
    here = (match.url_name or "") if match and not match.namespaces else ""
    for right, name, label, nouns, count in entries:
        if user.may(right):
            yield {"url": reverse(name), "label": label, "current": here.startswith(nouns), "count": count}
