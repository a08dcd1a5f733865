"""Accounts: each is what its last event says, in name, roles and activity."""

from django.utils.translation import gettext as _

from samples.models import AccountEvent, User

from .report import Kind


def accounts(report):
    """Compare each account with its last event; yields for each account."""
    last = {}
    for user_id, state in AccountEvent.objects.order_by("pk").values_list("user_id", "state").iterator():
        last[user_id] = state
    for user in User.objects.order_by("pk").prefetch_related("groups"):
        report.checked["accounts"] += 1
        name = f"account {user.username}"
        begins = f"{user.name}; {user.role_names or _('no role')}; "
        activity = "; " + (_("active") if user.is_active else _("not active"))
        if user.pk not in last:
            report.find(Kind.NO_HISTORY, name, "No event tells who made it, when and why.")
        elif not last[user.pk].startswith(begins) or activity not in last[user.pk]:
            message = f"Its last event says “{last[user.pk]}”; it is “{begins.strip('; ')}{activity}”."
            report.find(Kind.ACCOUNT, name, message)
        yield 1
