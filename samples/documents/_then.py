"""What parties and places were called when a handoff was signed: its sheet stays as it was, whatever is renamed."""

from samples.models import Custodian
from samples.past import shown
from samples.questions import RECORDED_AT, Question


def then(moment):
    """Inside, everything is read as it was recorded at `moment`."""
    return shown(Question(RECORDED_AT, moment))


def ended_at(handoff):
    """The moment of the last signature or verb that a handoff has."""
    return handoff.receipt_signed_at or handoff.closed_at or handoff.release_signed_at


def call_as_then(handoffs, moment):
    """Have the custodians of `handoffs` be called as they were at `moment`; one query."""
    keys = {key for handoff in handoffs for key in (handoff.from_custodian_id, handoff.to_custodian_id)}
    with then(moment):
        known = Custodian.objects.in_bulk(keys)
    for handoff in handoffs:
        handoff.from_custodian = known.get(handoff.from_custodian_id, handoff.from_custodian)
        handoff.to_custodian = known.get(handoff.to_custodian_id, handoff.to_custodian)
