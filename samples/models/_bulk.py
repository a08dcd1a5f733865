"""The bulk door: many new records of an import, each with the history row that a single save would leave."""

from collections import defaultdict

from django.db import models

from ._acts import require_operation

# PostgreSQL takes 65 535 values in one statement; on SQLite Django makes smaller ones by itself.
_ROWS = 1000


def write_new(records):
    """Write new `records`, of whatever kinds, as their first revision, each with its history row.

    What is left, keys and order included, is what save() of one after the other leaves; an operation's rows
    are in the order of `records`. One that refers to another is saved after it, so its kind comes later. Fields
    are looked at here, that what they refer to is there by the database alone. Raises OutsideOperation,
    ValidationError for a field, IntegrityError for a rule of a row.
    """
    operation = require_operation("a record")
    by_kind = defaultdict(list)
    for record in records:
        by_kind[type(record)].append(record)
    for kind, new in by_kind.items():
        related = [field.name for field in kind._meta.fields if field.is_relation]
        for record in new:
            record.revision = 1
            record.full_clean(exclude=related, validate_unique=False, validate_constraints=False)
        models.QuerySet(kind).bulk_create(new, batch_size=_ROWS)
    told = {}
    for kind, new in by_kind.items():
        rows = [_first_version(record, operation) for record in new]
        models.QuerySet(kind.history.model).bulk_create(rows, batch_size=_ROWS)
        told |= {id(record): row for record, row in zip(new, rows, strict=True)}
    operation.rows += [told[id(record)] for record in records]


def _first_version(record, operation):
    history = record.history.model
    row = history(
        history_date=operation.moment,
        history_type="+",
        history_change_reason=operation.reason,
        **{field.attname: getattr(record, field.attname) for field in history.tracked_fields},
    )
    row.bear(operation)
    return row
