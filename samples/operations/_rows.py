"""One operation on many rows: all or nothing, with what is refused told of each row."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from samples.models.writing import current_operation

from ._operation import Doubtful, Refused, Several
from ._records import Superseded


def each(acts):
    """Do every one of `acts`, {key of a row: function}; returns {key: what it returned}.

    Where any is refused nothing is kept, and all refusals are told at once: Several, each with the
    field "<field>_<key>", a Doubtful with all doubts where there is nothing else.
    """
    if not acts:
        raise Refused(_("Choose at least one."))
    done, refusals, doubts = {}, [], []
    for key, act in acts.items():
        try:
            with current_operation().part(), transaction.atomic():
                done[key] = act()
        except Doubtful as doubt:
            doubts += doubt.doubts
        except (Refused, ValidationError) as error:
            refusals += of_row(error, key)
    if refusals:
        raise Several(refusals)
    if doubts:
        raise Doubtful(*dict.fromkeys(doubts))
    return done


def of_row(error, key):
    """What `error` says, as refusals at the fields of the row `key`."""
    if isinstance(error, Several):
        return [refusal for inner in error.refusals for refusal in of_row(inner, key)]
    if isinstance(error, Superseded):
        # Kept as what it is: the form goes on from the record as it stands now.
        error.field = f"row_{key}"
        return [error]
    if isinstance(error, Refused):
        return [Refused(error.message, field=f"{error.field or 'row'}_{key}")]
    faults = error.message_dict if hasattr(error, "error_dict") else {"row": error.messages}
    fields = {field: "row" if field == NON_FIELD_ERRORS else field for field in faults}
    return [Refused(" ".join(messages), field=f"{fields[field]}_{key}") for field, messages in faults.items()]
