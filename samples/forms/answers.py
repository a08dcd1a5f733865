"""What an operation answered to a form that was sent: faults at its fields, changes and doubts above it, a status."""

from collections import defaultdict

from samples.operations import Busy, Doubtful, NotAllowed, Refused, Repeated, Several, Superseded, Unguarded


def answer(form, error):
    """Tell `form` why the operation refused it; returns what the page shows above the form, as template context.

    `error` is a Refused or a ValidationError. After a Superseded one the form has caught up with the record.
    """
    if isinstance(error, Superseded):
        form.catch_up(error.record, error.seen)
        return {}
    if isinstance(error, Doubtful):
        return {"doubts": error.doubts, "doubted": " ".join(error.digests)}
    for field, faults in _by_field(error).items():
        form.add_error(field if field in form.fields else None, faults)
    return {}


def status_of(error):
    """409: changed or saved before; 403: the person may not; 503: nobody may write now; 422: all else."""
    if isinstance(error, Superseded | Repeated):
        return 409
    if isinstance(error, Busy | Unguarded):
        return 503
    return 403 if isinstance(error, NotAllowed) else 422


def is_acknowledged(data):
    """Whether the box was ticked, in what was sent, that says the doubts were looked into."""
    return data.get("acknowledged") == "on"


def acknowledged(data):
    """The digests of the doubts that were shown above the form, where their box was ticked; else none."""
    return data.get("doubted", "").split() if is_acknowledged(data) else []


def _by_field(error):
    if isinstance(error, Several):
        by_field = defaultdict(list)
        for refusal in error.refusals:
            by_field[refusal.field].append(refusal.message)
        return by_field
    if isinstance(error, Refused):
        return {error.field: error.message}
    return error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
