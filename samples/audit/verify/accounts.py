"""Accounts: each is what its last event says, in all that gives a right."""

import json

from django.utils.translation import gettext as _

from samples.audit.accounts import account_text
from samples.models import AccountEvent, User

from .report import Kind


def accounts(report):
    """Compare each account with its last event; yields for each account."""
    last = {event.user_id: event for event in AccountEvent.objects.order_by("pk").iterator()}
    for user in User.objects.order_by("pk").prefetch_related("groups"):
        report.checked["accounts"] += 1
        name = f"account {user.username}"
        if user.pk not in last:
            report.find(Kind.NO_HISTORY, name, "No event tells who made it, when and why.")
        elif message := _differs(user, last[user.pk]):
            report.find(Kind.ACCOUNT, name, message)
        yield 1


def _differs(user, event):
    """The sentence that says how an account is otherwise than its last event, or None."""
    if not event.account:
        return _differs_in_words(user, event.state)
    now = account_text(user, event.at)
    if now == event.account:
        return None
    try:
        told, found = json.loads(event.account), json.loads(now)
        names = ", ".join(sorted(key for key in told.keys() | found.keys() if told.get(key) != found.get(key)))
    except (AttributeError, ValueError):
        return f"What its last event says cannot be read: {event.account}."
    return f"Otherwise than in its last event: {names or 'how it is spelled'}."


def _differs_in_words(user, state):
    """The same for an event from before events told the whole account: name, roles and activity."""
    begins = f"{user.name}; {user.role_names or _('no role')}; "
    activity = "; " + (_("active") if user.is_active else _("not active"))
    if state.startswith(begins) and activity in state:
        return None
    return f"Its last event says “{state}”; it is “{begins.strip('; ')}{activity}”."
