"""Ledger, history and records: each version is in the ledger once and as it was, each record is its last version."""

import json

from samples.audit.payload import Columns, canonical
from samples.models import LedgerEntry

from .reading import AT_A_TIME, batches, differs, name, number, rows
from .report import Kind

LEDGER = LedgerEntry._meta.db_table
_NAMES = ("identifier", "code", "number", "name", "file_name")


def label(model, values):
    """A record as people call it: "sample CE6C0001", or by its number where it has no name."""
    called = next((values[column] for column in _NAMES if values.get(column)), None)
    if model._meta.model_name == "handoff" and isinstance(called, int):
        called = f"H-{called:04d}"
    return f"{model._meta.verbose_name} {called or 'no. ' + str(values.get('id'))}"


def _label_of_version(table, values):
    if table.revision is None:
        return f"account no. {values[table.record_key]}"
    return f"{label(table.model.instance_type, values)}, revision {values['revision']}"


def entered(report, table):
    """Compare each row of a history with its entry; yields how many rows it came along."""
    columns = table.columns
    sql = (
        f"SELECT e.seq, e.payload, e.record_id, e.revision, {columns.sql('h')} FROM {columns.table} h "
        f"LEFT JOIN {LEDGER} e ON e.noun = %s AND e.history_id = h.{table.key} ORDER BY h.{table.key}, e.seq"
    )
    key, record, revision = (
        columns.names.index(column) if column else None for column in (table.key, table.record_key, table.revision)
    )
    last, migrated = None, _last_migration()
    for batch in batches(sql, [table.noun]):
        for row in batch:
            seq, payload, record_id, of_revision, *version = row
            version_revision = None if revision is None else version[revision]
            if (
                seq is None
                or version[key] == last
                or (_payload(columns, version) != payload and not _was_sealed(columns, version, payload, seq, migrated))
                or (record_id, of_revision) != (version[record], version_revision)
            ):
                _say_what_differs(report, table, row, version[key] == last)
            last = version[key]
        report.checked["versions of records" if table.revision else "account events"] += len(batch)
        yield len(batch)
    yield from _taken_out(report, table)


def _last_migration():
    """The number of the last entry of a migration, 0 where there is none; those before it may have other columns."""
    newest = LedgerEntry.objects.acts("migration.apply").order_by("-seq").values_list("seq", flat=True).first()
    return newest if type(newest) is int else 0


def _was_sealed(columns, version, payload, seq, migrated):
    """Whether a version is what was sealed, but for columns that a later migration has added or removed."""
    now = dict(zip(columns.names, columns.values(version), strict=True))
    try:
        sealed = json.loads(payload)
        if seq >= migrated or now.keys() == sealed.keys():
            return False
        both = now.keys() & sealed.keys()
        return canonical({name: now[name] for name in both}) == canonical({name: sealed[name] for name in both})
    except (AttributeError, TypeError, ValueError):
        # Somebody wrote a value that no field would.
        return False


def _payload(columns, version):
    try:
        return columns.payload(version)
    except (TypeError, ValueError):
        # Somebody wrote a value that no field would.
        return None


def _say_what_differs(report, table, row, is_second):
    seq, *_entry = row
    values = dict(zip(table.columns.names, table.columns.values(row[4:]), strict=True))
    record, at = _label_of_version(table, values), values.get("history_date", values.get("at"))
    if seq is None:
        report.find(Kind.NOT_ENTERED, record, "The ledger has no entry of it.", at)
    elif is_second:
        report.find(Kind.TWICE, record, f"Ledger {seq} enters it once more.", at)
    else:
        report.find(Kind.ALTERED, record, f"It is not what Ledger {seq} says.", at)


def _taken_out(report, table):
    entry = Columns.of(LedgerEntry)
    sql = (
        f"SELECT {entry.sql('e')} FROM {LEDGER} e WHERE e.noun = %s AND NOT EXISTS "
        f"(SELECT 1 FROM {table.columns.table} h WHERE h.{table.key} = e.history_id) ORDER BY e.seq"
    )
    for row in rows(sql, [table.noun]):
        _find_taken_out(report, entry, row)
    yield 0


def of_no_known_kind(report, nouns):
    """Entries of a kind of record that there is not."""
    entry = Columns.of(LedgerEntry)
    sql = f"SELECT {entry.sql('e')} FROM {LEDGER} e WHERE e.noun NOT IN ({', '.join(['%s'] * len(nouns))})"
    for row in rows(f"{sql} AND e.noun <> '' ORDER BY e.seq", nouns):
        _find_taken_out(report, entry, row)
    yield 0


def _find_taken_out(report, entry, row):
    values = dict(zip(entry.names, entry.values(row), strict=True))
    version = f"{values['noun']} no. {values['record_id']}, revision {values['revision']}"
    report.find(Kind.TAKEN_OUT, version, f"Ledger {values['seq']} tells of it.", values["recorded_at"])


def equal(report, model):
    """Compare each record with its last version, column by column, and count its revisions; yields its records."""
    record, history = Columns.of(model), model.history.model._meta.db_table
    count = number(f"SELECT COUNT(*) FROM {record.table}")
    report.checked["records"] += count
    for find in (_differing, _without_history, _without_record, _with_gaps):
        find(report, model, record, history)
    for done in range(0, count, AT_A_TIME):
        yield min(AT_A_TIME, count - done)


def _differing(report, model, record, history):
    unequal = " OR ".join(differs(f"r.{name(column)}", f"h.{name(column)}") for column in record.names)
    sql = (
        f"SELECT {record.sql('r')}, {record.sql('h')} FROM {record.table} r JOIN {history} h ON h.id = r.id AND "
        f"h.revision = (SELECT MAX(m.revision) FROM {history} m WHERE m.id = r.id) WHERE {unequal} ORDER BY r.id"
    )
    half = len(record.names)
    for row in rows(sql):
        now, told = record.values(row[:half]), record.values(row[half:])
        # A value that was stored as another type reads the same here, and is not.
        columns = [column for column, one, other in zip(record.names, now, told, strict=True) if one != other]
        values = dict(zip(record.names, now, strict=True))
        message = f"Otherwise than in its last revision: {', '.join(columns) or 'how a value is stored'}."
        report.find(Kind.RECORD, label(model, values), message)


def _without_history(report, model, record, history):
    sql = f"SELECT {record.sql('r')} FROM {record.table} r WHERE NOT EXISTS"
    for row in rows(f"{sql} (SELECT 1 FROM {history} h WHERE h.id = r.id) ORDER BY r.id"):
        values = dict(zip(record.names, record.values(row), strict=True))
        report.find(Kind.NO_HISTORY, label(model, values), "Nothing tells who made it, when and why.")


def _without_record(report, model, record, history):
    sql = f"SELECT h.id, COUNT(*) FROM {history} h WHERE NOT EXISTS"
    for pk, count in rows(f"{sql} (SELECT 1 FROM {record.table} r WHERE r.id = h.id) GROUP BY h.id ORDER BY h.id"):
        report.find(Kind.NO_RECORD, label(model, {"id": pk}), f"Its {count} versions are kept, and it is gone.")


def _with_gaps(report, model, record, history):
    sql = f"SELECT h.id, COUNT(*), MIN(h.revision), MAX(h.revision) FROM {history} h GROUP BY h.id"
    having = "HAVING MIN(h.revision) <> 1 OR MAX(h.revision) <> COUNT(*) OR COUNT(*) <> COUNT(DISTINCT h.revision)"
    for pk, count, first, last in rows(f"{sql} {having} ORDER BY h.id"):
        message = f"It has {count} versions, numbered from {first} to {last}."
        report.find(Kind.REVISIONS, label(model, {"id": pk}), message)
