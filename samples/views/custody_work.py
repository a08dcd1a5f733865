"""What is to be done about custody: to receive, on its way out, overdue, not given back."""

from django.utils import timezone

from samples.history import duration
from samples.models import Handoff

MOST_SHOWN = 20


def custody_work(user):
    """Context of the panels that say what is to be done now, oldest first; a query each."""
    now, today = timezone.now(), timezone.localdate()
    handoffs = Handoff.objects.select_related("from_custodian", "to_custodian").order_by("released_at", "pk")
    overdue = list(handoffs.overdue(now)[:MOST_SHOWN])
    for handoff in overdue:
        handoff.waiting_time = duration(now - handoff.released_at)
    loans = list(handoffs.not_given_back(today).order_by("due_back_on", "pk")[:MOST_SHOWN])
    for handoff in loans:
        handoff.days_late = (today - handoff.due_back_on).days
    return {
        "waiting": handoffs.waiting_for(user)[:MOST_SHOWN],
        "outgoing": handoffs.outgoing_from(user.custodian_id)[:MOST_SHOWN] if user.custodian_id else [],
        "overdue": overdue,
        "loans": loans,
    }
