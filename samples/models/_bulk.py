"""The bulk door: many records of an import at once, each with the history row that a single save would leave."""

from collections import defaultdict

from django.db import connection, models

from ._acts import require_operation
from .ledger import LedgerEntry

# PostgreSQL takes 65 535 values in one statement; on SQLite Django makes smaller ones by itself.
_ROWS = 1000
# What is known of a history row that was written by the database from the record's own.
KNOWN = ("history_id", "id", "revision")


def write_many(records, alike=()):
    """Write new `records`, of whatever kinds, as their first revision, and others as their next, each with its history.

    What is left, keys and order included, is what save() of one after the other leaves; an operation's rows
    are in the order of `records`, which of each kind is that of their keys or its reverse. One that refers to another
    is saved after it, so its kind comes later. Of those that are not new, the fields named `alike` are written, which
    are the same for all of a kind. Fields of new ones are looked at here, that what they refer to is there by the
    database alone. Raises OutsideOperation, ValidationError for a field, IntegrityError for a rule of a row.
    """
    operation = require_operation("a record")
    by_kind = defaultdict(list)
    for record in records:
        by_kind[type(record), record.revision == 0].append(record)
    for (kind, is_new), some in by_kind.items():
        if is_new:
            _insert(kind, some)
        else:
            _update(kind, some, alike)
    rows = {}
    for (kind, is_new), some in by_kind.items():
        rows |= _versions(kind, some, "+" if is_new else "~", operation)
    operation.rows += [rows[id(record)] for record in records]
    # Each time that they are twice as many, which is more and more seldom.
    written = operation.entered + len(records)
    is_twice = written >= _ROWS and written.bit_length() > operation.entered.bit_length()
    if is_twice and connection.vendor == "postgresql":
        _count_anew([kind for kind, _is_new in by_kind])


def _count_anew(kinds):
    """Have PostgreSQL count the rows of these tables, their histories' and the ledger's.

    It believes of a table that was empty when it was last counted that it still is, until this transaction is over,
    and would read all of it for each row that is written. A role that may not have it counted is told so, no more,
    and nobody is waited for who vacuums it.
    """
    models_written = [LedgerEntry, *kinds, *(kind.history.model for kind in kinds)]
    names = (connection.ops.quote_name(model._meta.db_table) for model in models_written)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(names)}")


def _insert(kind, new):
    related = [field.name for field in kind._meta.fields if field.is_relation]
    for record in new:
        record.revision = 1
        record.full_clean(exclude=related, validate_unique=False, validate_constraints=False)
    models.QuerySet(kind).bulk_create(new, batch_size=_ROWS)


def _update(kind, changed, alike):
    values = {name: getattr(changed[0], name) for name in alike}
    rows = models.QuerySet(kind).filter(pk__in=[record.pk for record in changed])
    rows.update(revision=models.F("revision") + 1, **values)
    for record in changed:
        record.revision += 1


def _versions(kind, records, sign, operation):
    """Write the history rows of `records` in one statement, as they stand in their table; {id(record): row}.

    The rows that are returned know their key, the record's and the revision, and no more.
    """
    history = kind.history.model
    own = history(history_date=operation.moment, history_type=sign, history_change_reason=operation.reason)
    own.bear(operation)
    same = {field.column for field in kind._meta.concrete_fields}
    told = [field for field in history._meta.concrete_fields if field.column not in same and not field.primary_key]
    known = [field.attname for field in history._meta.concrete_fields if field.attname in KNOWN]
    quote = connection.ops.quote_name
    shared = ", ".join(quote(column) for column in sorted(same))
    names = ", ".join(quote(field.column) for field in told)
    values = [field.get_db_prep_save(getattr(own, field.attname), connection) for field in told]
    keys = [record.pk for record in records]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({names}, {shared}) "
            f"SELECT {', '.join(['%s'] * len(told))}, {shared} FROM {quote(kind._meta.db_table)} "
            f"WHERE id IN ({', '.join(['%s'] * len(keys))}) ORDER BY id {'ASC' if keys[0] <= keys[-1] else 'DESC'} "
            f"RETURNING {', '.join(known)}",
            [*values, *keys],
        )
        rows = [history.from_db(connection.alias, known, row) for row in cursor.fetchall()]
    by_key = {row.id: row for row in rows}
    return {id(record): by_key[record.pk] for record in records}
