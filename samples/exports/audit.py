"""The audit log as a dataset: one line for each field that an operation changed."""

from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext_lazy as _

from samples.models import LedgerEntry
from samples.trail import raw_changes

from ._columns import Column
from ._datasets import DatasetOfLines

# Entries whose changes are looked up together.
BATCH = 500


@dataclass(frozen=True)
class ChangedField:
    """One line: a ledger entry with one of the fields that it changed."""

    entry: LedgerEntry
    identifier: str
    field: str = ""
    old: object = None
    new: object = None


def _lines(entries):
    entries = entries.iterator(chunk_size=BATCH)
    while batch := list(islice(entries, BATCH)):
        changes = raw_changes(batch)
        for entry in batch:
            identifier, fields = changes.get(entry.seq, ("", []))
            # What changed nothing was done all the same, and has its line.
            for each in fields or [("", None, None)]:
                yield ChangedField(entry, identifier, *each)


def _of_entry(name, meaning):
    """A column that bears the name of the ledger entry's field it is read from."""
    return Column(name, meaning, f"entry__{name}", like=name)


def _of_line(name, meaning):
    return Column(name, meaning)


AUDIT = DatasetOfLines(
    "audit",
    _("Audit log"),
    _("every operation, with a line for each field that it changed"),
    LedgerEntry,
    [
        _of_entry("seq", _("number of the ledger entry")),
        _of_entry("recorded_at", _("when it was entered, UTC")),
        Column("actor", _("who did it"), "entry__actor_name", like="actor_name"),
        _of_entry("verb", _("what was done")),
        _of_entry("reason", _("reason given for it")),
        Column(
            "operation", _("number of the operation; its lines share it"), "entry__operation_id", like="operation_id"
        ),
        Column("kind", _("kind of record, empty for an act without one"), "entry__noun", like="noun"),
        _of_line("identifier", _("identifier or name of the record")),
        _of_entry("revision", _("revision of the record")),
        _of_line("field", _("field that changed; units as in the other files")),
        _of_line("old", _("value before, empty where there was none")),
        _of_line("new", _("value since then, empty where it was taken away")),
    ],
    lines=_lines,
)
