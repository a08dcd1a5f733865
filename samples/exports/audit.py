"""The audit log as a dataset: one line for each field that an operation changed."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from samples.history import told_fields
from samples.models import LedgerEntry
from samples.trail import KINDS, raw_changes, told_by

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


class Lines:
    """The lines of ledger entries: counted by the database, and made while they are read."""

    def __init__(self, entries):
        self._asked = entries

    @cached_property
    def _entries(self):
        """The entries up to the newest of now: what is written while these are read is not counted."""
        head = LedgerEntry.objects.head()
        return self._asked.filter(seq__lte=head.seq) if head else self._asked

    def __len__(self):
        return _number(self._entries)

    def __iter__(self):
        entries = self._entries.iterator(chunk_size=BATCH)
        while batch := list(islice(entries, BATCH)):
            changes = raw_changes(batch)
            for entry in batch:
                identifier, fields = changes.get(entry.seq, ("", []))
                # What changed nothing was done all the same, and has its line.
                for each in fields or [("", None, None)]:
                    yield ChangedField(entry, identifier, *each)


def _number(entries):
    """How many lines there are: one for each of `entries`, and more for those that tell more."""
    by_noun = dict(entries.order_by().values_list("noun").annotate(number=Count("seq")))
    acts = entries.filter(noun="").order_by().only("payload").iterator() if "" in by_noun else ()
    of_acts = sum(max(len(told_by(act)), 1) - 1 for act in acts)
    of_records = sum(
        _more_lines(KINDS[noun], entries.filter(noun=noun)) for noun in by_noun if noun in KINDS and noun != "user"
    )
    return sum(by_noun.values()) + of_acts + of_records


def _more_lines(model, entries):
    """How many lines entries of one kind of record have above one each, by what `differences` are."""
    fields = told_fields(model)
    sql, params = entries.order_by().values_list("history_id").query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    table = connection.ops.quote_name(model.history.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COALESCE(SUM(changed - 1), 0) FROM (SELECT CASE WHEN old.history_id IS NULL "
            f"THEN {_counted(_is_given, fields)} ELSE {_counted(_differs, fields)} END AS changed "
            f"FROM ({sql}) AS entries JOIN {table} AS new ON new.history_id = entries.history_id "
            f"LEFT JOIN {table} AS old ON old.id = new.id AND old.revision = new.revision - 1) AS told "
            "WHERE changed > 1",
            params,
        )
        return int(cursor.fetchone()[0])


def _counted(condition, fields):
    names = [(f, connection.ops.quote_name(f.column)) for f in fields]
    return " + ".join(f"CASE WHEN {condition(f, name)} THEN 1 ELSE 0 END" for f, name in names)


def _is_given(f, name):
    if f.name == "status":
        return "1 = 0"
    is_text = f.get_internal_type() in ("CharField", "TextField")
    return f"new.{name} <> ''" if is_text else f"new.{name} IS NOT NULL"


def _differs(f, name):
    unlike = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    return f"new.{name} {unlike} old.{name}"


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
    lines=Lines,
)
