"""Imports of missions, custodians, locations and containers: each row by the operation for one record."""

from samples.models import Import
from samples.roles import Right

from . import containers, custodians, locations, missions
from ._operation import operation
from .imports import Outcome, RowsRefused, check_not_imported, note_import, noting

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
            with noting(row, outcome):
                outcome.records.append(_REGISTER[kind](**row.arguments, by=by, reason=reason))
    outcome.faults.sort(key=lambda fault: fault.number)
    if outcome.faults:
        raise RowsRefused(outcome)
    file = {"file_name": file_name, "sha256": sha256, "mapping": mapping, "left_out": left_out}
    return note_import(upload, kind=kind, record_count=len(outcome.records), **file), outcome
