"""A file that was read and mapped, whatever kind of records it has: its rows, its check, and its registration."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.utils.translation import gettext as _

from samples.operations import alone
from samples.operations.imports import Fault, RowsRefused

from ._order import placed
from ._refused import NotATable
from .kinds import Kind
from .mapping import Mapping, NotAMapping, read_mapping
from .report import report
from .table import ADDED, Table, read_table


@dataclass
class File:
    """A file of one kind of records, read and mapped."""

    kind: Kind
    name: str
    sha256: str
    table: Table
    mapping: Mapping
    # How many rows may go by themselves, where others wait for it; None for any number.
    most_alone: int | None = None

    def __len__(self):
        return len(self.table.rows)

    def check_places(self):
        """Raise NotAMapping unless what the mapping names is there."""

    def cells(self, row):
        """The texts of a row by labinv's names, of the columns that the import sets."""
        read = ((name, self.mapping.read(name, row.cells)) for name in self.kind.names)
        return {name: text for name, text in read if text is not None}

    def key(self, row):
        """What names the row."""
        return (self.mapping.read(self.kind.key, row.cells) or "").strip()

    def is_left_out(self, row):
        return self.key(row) in self.mapping.leave_out

    def kept(self):
        """(row, Place) of each that is not left out, what is within others after these."""
        kept = [row for row in self.table.rows if not self.is_left_out(row)]
        return placed(kept, self.key, self.parent_key if self.kind.parent else lambda row: "")

    def parent_key(self, row):
        """What names the row that this one belongs under."""
        return (self.mapping.read(self.kind.parent, row.cells) or "").strip().lower()

    def told_faults(self, row):
        """What the file says otherwise in columns that no import sets."""
        for told in self.kind.told:
            text = self.mapping.read(told.name, row.cells)
            if text is not None and (message := self.told_fault(told, text, row)):
                yield Fault(row.number, told.name, message)

    def told_fault(self, told, text, row):
        """What is wrong with `text` in the column `told` of a row, in words; empty where nothing is."""
        return told.fault(text)

    def form_faults(self, row, form, place):
        """What is wrong with the row by itself."""
        faults = [
            Fault(row.number, None if name == NON_FIELD_ERRORS else name, message)
            for name, messages in form.errors.items()
            for message in messages
        ]
        if place.first != row.number and self.kind.key not in form.errors:
            message = _("Row %(number)s has this identifier already, upper and lower case alike.")
            faults.append(Fault(row.number, self.kind.key, message % {"number": place.first}))
        return [*faults, *self.told_faults(row)]

    def arguments(self):
        """What the operation is told of the file."""
        return {
            "file_name": self.name,
            "sha256": self.sha256,
            "mapping": self.mapping.text,
            "left_out": "\n".join(self.mapping.leave_out),
        }


def parts(kind, content, mapping, *, encoding="", sheet="", most_rows=None):
    """(SHA-256, Table, Mapping) of a file of `kind`; raises NotATable or NotAMapping."""
    mapping = read_mapping(mapping, kind.known, makes_containers=kind.name == "samples")
    table = read_table(content, encoding=encoding, sheet=sheet, likely_sheet=kind.name, most_rows=most_rows)
    mapping = mapping.for_columns(table.columns, kind.known)
    _check_columns(kind, table, mapping)
    return hashlib.sha256(content).hexdigest(), table, mapping


def check_left_out(file):
    """Raise NotAMapping for a name under leave_out that no row has, and where no row is left."""
    found = {file.key(row) for row in file.table.rows}
    if strange := [name for name in file.mapping.leave_out if name not in found]:
        raise NotAMapping(_("leave_out names %(identifier)s, which is in no row.") % {"identifier": strange[0][:40]})
    if all(map(file.is_left_out, file.table.rows)):
        raise NotAMapping(_("leave_out names every row, so that none is left to import."))


def check(file, *, by, reason):
    """Register everything and take it back; yields the rows done so far and returns the report of what would be."""
    try:
        with alone():
            _made, outcome = yield from file.registered(acknowledged=True, by=by, reason=reason)
            transaction.set_rollback(True)
    except RowsRefused as refusal:
        outcome = refusal.outcome
    return report(file, outcome)


def register(file, *, acknowledged, upload=None, by, reason):
    """Register the rows of the file, all of them or none; yields the rows done so far and returns the Import.

    Raises RowsRefused, Doubtful, NotAllowed, NoReason.
    """
    made, _outcome = yield from file.registered(acknowledged=acknowledged, upload=upload, by=by, reason=reason)
    return made


def _check_columns(kind, table, mapping):
    needed = kind.needed
    if kind.name == "samples":
        needed = (*needed, "container", "mission") if mapping.containers else (*needed, "container")
    missing = [
        mapping.column_of(name)
        for name in needed
        if name not in mapping.constants and mapping.column_of(name) not in table.columns
    ]
    # One that is mapped is meant, though labinv could do without it.
    missing += [column for column in mapping.columns.values() if column not in [*table.columns, *missing]]
    if missing:
        raise NotATable(
            _("The file has no column %(missing)s. Its columns are: %(columns)s.")
            % {"missing": ", ".join(missing), "columns": ", ".join(table.columns)[:500]}
        )
    twice = [name for name in mapping.constants if name in table.columns and name not in mapping.ignore]
    if twice:
        raise NotATable(
            _(
                "The file has the column %(twice)s, and the mapping says it under constants too. Name the column under "
                "ignore in the mapping, or take the constant away."
            )
            % {"twice": ", ".join(twice)}
        )
    unused = mapping.unused(table.columns, kind.known + ADDED)
    if unused:
        raise NotATable(
            _(
                "labinv does not know the column %(unused)s. Rename it, map it, or name it under ignore in the "
                "mapping: nothing is skipped without being asked."
            )
            % {"unused": ", ".join(unused)[:500]}
        )
