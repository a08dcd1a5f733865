"""Records that are otherwise than their history tells, and history that the ledger does not tell of."""

from django.apps import apps
from django.db import connection

from samples.models import AccountEvent, LedgerEntry

from .tables import record_tables


def changed_records(models=apps):
    """Yield (noun, key, revision or None) of each record without an equal history row; None: without any history.

    `models` is the app registry of the database's present state, while a migration is under way.
    """
    with connection.cursor() as cursor:
        for table in record_tables(models):
            cursor.execute(_unlike(table))
            yield from ((table.noun, pk, revision) for pk, revision in cursor.fetchall())


def count_lost(models=apps):
    """How many records were deleted: their history is there, and they are not."""
    with connection.cursor() as cursor:
        lost = 0
        for table in record_tables(models):
            cursor.execute(
                f"SELECT COUNT(DISTINCT h.id) FROM {table.history} h "
                f"WHERE NOT EXISTS (SELECT 1 FROM {table.name} r WHERE r.id = h.id)"
            )
            lost += cursor.fetchone()[0]
        return lost


def unentered_rows():
    """Yield the rows of history and of account events that no ledger entry tells of, oldest first in each table."""
    for table in record_tables():
        model = apps.get_model("samples", table.noun).history.model
        entered = LedgerEntry.objects.filter(noun=table.noun).values("history_id")
        yield from model.objects.exclude(history_id__in=entered).order_by("history_id").iterator()
    entered = LedgerEntry.objects.filter(noun="user").values("history_id")
    yield from AccountEvent.objects.exclude(pk__in=entered).order_by("pk").iterator()


def _unlike(table):
    equal = " AND ".join(f'h."{column}" {_same()} r."{column}"' for column in table.columns)
    return (
        f"SELECT r.id, (SELECT MAX(m.revision) FROM {table.history} m WHERE m.id = r.id) FROM {table.name} r "
        f"LEFT JOIN {table.history} h ON h.id = r.id AND h.revision = r.revision "
        f"WHERE h.id IS NULL OR NOT ({equal}) ORDER BY r.id"
    )


def _same():
    return "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
