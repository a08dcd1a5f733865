"""Files of missions, custodians, locations and containers: each row is read as the form for one record reads it."""

from samples.forms.import_rows import (
    ContainerRowForm,
    CustodianRowForm,
    Known,
    LocationRowForm,
    MissionRowForm,
)
from samples.models import PATH_MARK
from samples.operations import importing
from samples.operations.imports import Fault, Row

from ._file import File

_FORMS = {
    "missions": MissionRowForm,
    "custodians": CustodianRowForm,
    "locations": LocationRowForm,
    "containers": ContainerRowForm,
}


class RecordFile(File):
    """A file of one of these kinds."""

    def rows(self):
        """Yield each row that is not left out as an imports.Row, what is inside another one after it."""
        known = Known()
        for row, place in self.kept():
            yield self._row(row, known, place)

    def registered(self, *, acknowledged, upload=None, by, reason):
        """Register the rows, all or none, step by step; of these kinds nothing is doubtful."""
        said = self.arguments() | {"kind": self.kind.name, "upload": upload, "by": by, "reason": reason}
        return (yield from importing.register_records(rows=self.rows(), **said))

    def parent_key(self, row):
        key = super().parent_key(row)
        return key.rpartition(PATH_MARK)[0] if self.kind.name == "locations" else key

    def _row(self, row, known, place):
        if row.fault:
            return Row(row.number, {}, faults=(Fault(row.number, None, row.fault),))
        form = _FORMS[self.kind.name](self.cells(row), known, noun=self.kind.noun, why_missing=place.why_missing())
        faults = tuple(self.form_faults(row, form, place))
        return Row(row.number, {} if faults else form.arguments(), faults=faults)
