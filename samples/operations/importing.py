"""Imports of missions, custodians, locations and containers: each row by the operation for one record."""

from django.utils.translation import gettext as _

from samples.models import Import, Upload
from samples.models.writing import current_operation
from samples.roles import Right

from . import containers, custodians, locations, missions
from ._operation import Refused, operation
from .imports import Outcome, RowsRefused, _noting

_STEP = 20
_REGISTER = {
    Import.Kind.MISSIONS: missions.register,
    Import.Kind.CUSTODIANS: custodians.register,
    Import.Kind.LOCATIONS: locations.register,
    Import.Kind.CONTAINERS: containers.register,
}


@operation("import.records", right=Right.CURATE)
def register_records(*, kind, rows, file_name, sha256, mapping="", left_out="", upload=None, by, reason):
    """Register all the `rows` of a `kind` other than samples; yields the number of rows done so far.

    `rows` are read one by one, each when those before it are registered. Returns (Import, Outcome).
    Raises RowsRefused after the last row when any was refused, Refused for an `upload` that was imported already.
    """
    outcome = Outcome()
    check_not_imported(upload)
    for done, row in enumerate(rows):
        if done % _STEP == 0:
            yield done
        outcome.faults += row.faults
        if not row.faults:
            with _noting(row, outcome):
                outcome.records.append(_REGISTER[kind](**row.arguments, by=by, reason=reason))
    outcome.faults.sort(key=lambda fault: fault.number)
    if outcome.faults:
        raise RowsRefused(outcome)
    made = Import(
        kind=kind,
        file_name=file_name,
        sha256=sha256,
        mapping=mapping,
        left_out=left_out,
        record_count=len(outcome.records),
        brought_in=current_operation().id,
    )
    made.save()
    if upload is not None:
        # Past no history: an upload is not a record, and has none.
        Upload.objects.filter(pk=upload.pk).update(made=made)
    return made, outcome


def check_not_imported(upload):
    """Raise Refused for an upload that was imported already."""
    if upload is not None and Upload.objects.get(pk=upload.pk).made_id is not None:
        raise Refused(_("This file was imported already."))
