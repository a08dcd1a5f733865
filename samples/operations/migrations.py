"""Migrations: the guard is down while they run; what they changed is entered in the history and the ledger after."""

from itertools import islice

from django.apps import apps
from django.core.management.base import CommandError
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from samples.audit import guard, strays
from samples.models import SYSTEM
from samples.models.writing import current_operation
from samples.roles import Right

from ._operation import operation

# So many rows are entered in one operation: what it holds in memory stays small.
_BATCH = 2000


@operation("migration.apply", right=Right.ADMINISTER)
def note_applied(*, names, by, reason):
    """Have the ledger tell which migrations were applied, or taken back."""
    current_operation().tell(migrations=names)


@operation("migration.adopt", right=Right.ADMINISTER)
def adopt(*, by, reason):
    """Give each record that was changed past the operations a history row of what it is now.

    Returns how many there were.
    """
    records = list(strays.changed_records())
    for noun, pk, _revision in records:
        apps.get_model("samples", noun)._base_manager.get(pk=pk).save()
    return len(records)


@operation("migration.enter", right=Right.ADMINISTER)
def enter(*, rows, by, reason):
    """Enter in the ledger what was written before there was one."""
    current_operation().rows.extend(rows)


def adopt_everything(reason):
    """Adopt every stray, by the system: records into the history, history into the ledger; returns how many records."""
    # A record that was made without history begins it: its revision becomes 1.
    with connection.cursor() as cursor:
        unknown = [(noun, pk) for noun, pk, revision in strays.changed_records() if revision is None]
        if unknown:
            guard.disarm()
        for noun, pk in unknown:
            table = apps.get_model("samples", noun)._meta.db_table
            cursor.execute(f"UPDATE {table} SET revision = 0 WHERE id = %s", [pk])
    if unknown:
        guard.arm()
    rows = strays.unentered_rows()
    while batch := list(islice(rows, _BATCH)):
        enter(rows=batch, by=SYSTEM, reason=reason)
    return adopt(by=SYSTEM, reason=reason) if next(strays.changed_records(), None) else 0


@receiver(pre_migrate)
def _take_down(sender, plan=(), apps=None, **kwargs):
    """Take the guard down before anything is migrated, unless something was changed past it."""
    if sender.label != "samples" or not plan or not guard.has_tables():
        return
    changed, lost = list(strays.changed_records(apps)), strays.count_lost(apps)
    if changed or lost:
        raise CommandError(
            f"Not migrated: {len(changed)} records differ from their history and {lost} were deleted past it. "
            "Find out why: manage.py verify_audit names each. What is right as it is now is taken over with "
            "manage.py adopt --reason."
        )
    guard.disarm()


@receiver(post_migrate)
def _put_up(sender, plan=(), **kwargs):
    """Put the guard up after the migrations, and have history and ledger tell what they did."""
    if sender.label != "samples" or not guard.has_tables():
        return
    if guard.faults():
        guard.arm()
    ours = [f"{migration}{' (taken back)' if backwards else ''}" for migration, backwards in plan]
    if ours:
        note_applied(names=ours, by=SYSTEM, reason="Update of the database")
        adopt_everything("Changed by an update of the database")
