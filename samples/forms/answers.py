"""What an operation answered to a form that was sent: faults at its fields, changes and doubts above it, a status."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples import history
from samples.operations import Doubtful, NotAllowed, Refused, Superseded

CHANGED_MEANWHILE = gettext_lazy("%(who)s, %(at)s: %(what)s. Reason: %(reason)s")


def answer(form, error):
    """Tell `form` why the operation refused it; returns what the page shows above the form, as template context.

    `error` is a Refused or a ValidationError. After a Superseded one the form has caught up with the record.
    """
    if isinstance(error, Superseded):
        shown = {"conflict": conflict(error) or [error.message]}
        form.catch_up(error.record, error.seen)
        return shown
    if isinstance(error, Doubtful):
        return {"doubts": [error.message]}
    for field, faults in _by_field(error).items():
        form.add_error(field if field in form.fields else None, faults)
    return {}


def status_of(error):
    """409 where somebody changed the record meanwhile, 403 where the person may not, 422 for all else."""
    if isinstance(error, Superseded):
        return 409
    return 403 if isinstance(error, NotAllowed) else 422


def is_acknowledged(data):
    """Whether the box was ticked, in what was sent, that says a doubt was looked into."""
    return data.get("acknowledged") == "on"


def conflict(error):
    """The changes made after the revision that was on the page, as sentences."""
    sentences = []
    for change in history.changes_since(error.record, error.seen):
        what = "; ".join(f"{label}: {old or _('empty')} → {new or _('empty')}" for label, old, new in change.fields)
        sentences.append(
            CHANGED_MEANWHILE
            % {
                "who": change.who,
                "at": history.moment_text(change.at),
                "what": what or change.verb_label,
                "reason": change.reason,
            }
        )
    return sentences


def _by_field(error):
    if isinstance(error, Refused):
        return {error.field: error.message}
    return error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
