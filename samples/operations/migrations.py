"""Migrations: the guard is down while they run; what they changed is entered in the history and the ledger after."""

from itertools import islice

from django.apps import apps
from django.core.management.base import CommandError
from django.db import models
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from samples.audit import guard, ledger, strays
from samples.models import SYSTEM, LedgerEntry
from samples.models.writing import current_operation
from samples.roles import Right

from ._operation import operation

# So many rows are entered in one operation: what it holds in memory stays small.
_BATCH = 2000


@operation("migration.apply", right=Right.ADMINISTER)
def note_applied(*, names, by, reason):
    """Have the ledger tell which migrations were applied, or taken back."""
    current_operation().tell(migrations=names)


@operation("migration.begin", right=Right.ADMINISTER, is_guarded=False)
def begin(*, names, by, reason):
    """Take the guard down, and have the ledger tell for which migrations.

    It is that of an older version, and the present one may be about tables and columns that are not there yet.
    """
    guard.disarm()
    current_operation().tell(migrations=names)


@operation("migration.arm", right=Right.ADMINISTER)
def note_armed(*, faults, by, reason):
    """Have the ledger tell that the guard was not as it should be, and was put up again."""
    current_operation().tell(faults=faults)


@operation("migration.adopt", right=Right.ADMINISTER)
def adopt(*, by, reason):
    """Give each record that was changed past the operations a history row of what it is now; returns how many.

    The guard is down meanwhile, in this transaction alone: it refuses to change such a record. No rule
    of the application is asked, because what was done is done.
    """
    records = list(strays.changed_records())
    guard.disarm()
    for noun, pk, revision in records:
        record = apps.get_model("samples", noun)._base_manager.get(pk=pk)
        record.revision = (revision or 0) + 1
        record._history_date = current_operation().moment
        record._change_reason = reason
        models.Model.save_base(record, force_update=True)
    guard.arm()
    return len(records)


@operation("migration.enter", right=Right.ADMINISTER)
def enter(*, rows, by, reason):
    """Enter in the ledger what was written before there was one."""
    current_operation().rows.extend(rows)


def adopt_everything(reason):
    """Adopt every stray, by the system: records into the history, history into the ledger; returns how many records."""
    rows = strays.unentered_rows()
    while batch := list(islice(rows, _BATCH)):
        enter(rows=batch, by=SYSTEM, reason=reason)
    return adopt(by=SYSTEM, reason=reason) if next(strays.changed_records(), None) else 0


def put_up_again(reason):
    """Put up a guard that is not as it should be, and have the ledger tell so; returns what was wrong, in sentences."""
    faults = guard.faults()
    if not faults and not guard.is_clear():
        faults.append("Somebody wrote past the guard, and it waited for its history.")
    if faults:
        guard.arm()
        note_armed(faults=faults, by=SYSTEM, reason=reason)
    return faults


@receiver(pre_migrate)
def _take_down(sender, plan=(), apps=None, **kwargs):
    """Take the guard down before anything is migrated, unless something was changed past it.

    Where one broke off, as the ledger's last entry tells, what that changed is adopted after this one.
    """
    if sender.label != "samples" or not plan or not guard.has_tables() or _broke_off():
        return
    changed, lost = list(strays.changed_records(apps)), strays.count_lost(apps)
    if changed or lost:
        raise CommandError(
            f"Not migrated: {len(changed)} records differ from their history and {lost} were deleted past it. "
            "Find out why: manage.py verify_audit names each. What is right as it is now is taken over with "
            "manage.py adopt --reason."
        )
    begin(names=_names(plan), by=SYSTEM, reason="Update of the database")


def _broke_off():
    """Whether a migration began and never ended: nothing else is entered while the guard is down for it."""
    newest = LedgerEntry.objects.head()
    return newest is not None and newest.verb == "migration.begin"


def _names(plan):
    return [f"{migration}{' (taken back)' if backwards else ''}" for migration, backwards in plan]


@receiver(post_migrate)
def _put_up(sender, plan=(), stdout=None, **kwargs):
    """Put the guard up after the migrations, and have history and ledger tell what they did."""
    if sender.label != "samples" or not guard.has_tables():
        return
    if not plan:
        # After a flush there is nothing to tell, nor a ledger to tell it.
        if guard.faults() and ledger.head() is None:
            guard.arm()
        elif put_up_again("Put up by manage.py migrate") and stdout is not None:
            stdout.write("The guard of the database was not as it should be. Now look at manage.py verify_audit.\n")
        return
    if guard.faults():
        guard.arm()
    note_applied(names=_names(plan), by=SYSTEM, reason="Update of the database")
    adopt_everything("Changed by an update of the database")
