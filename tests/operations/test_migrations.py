"""Migrations: the guard comes down for them and goes up after, and what they changed is adopted."""

from io import StringIO

import pytest
from django.apps import apps as registry
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from samples.audit import guard, strays
from samples.models import Container, LedgerEntry, MassMovement
from samples.operations import RuleBroken, Unguarded, containers, migrations
from tests import factories


class Config:
    label = "samples"


PLAN = [("samples.0099_trial", False)]


def change(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def migrate(sql):
    """What manage.py migrate does around a migration that runs `sql`."""
    migrations._take_down(sender=Config, plan=PLAN, apps=registry)
    change(sql)
    migrations._put_up(sender=Config, plan=PLAN)


def behind_the_guard(*statements):
    guard.disarm()
    for sql in statements:
        change(sql)
    guard.arm()


def test_what_a_migration_changed_is_in_history_and_ledger(lab):
    migrate(f"UPDATE samples_container SET description = 'Rated anew' WHERE id = {lab.box.pk}")

    box = Container.objects.get(pk=lab.box.pk)
    newest = box.history.first()
    assert (box.revision, box.description) == (2, "Rated anew")
    assert (newest.revision, newest.description, newest.verb) == (2, "Rated anew", "migration.adopt")
    assert (newest.actor_id, newest.actor_name) == (None, "system")
    verbs = list(LedgerEntry.objects.order_by("-seq").values_list("verb", flat=True)[:3])
    assert verbs == ["migration.adopt", "migration.apply", "migration.begin"]
    assert LedgerEntry.objects.of_record(box).order_by("-seq").first().history_id == newest.history_id
    assert guard.faults() == []
    assert list(strays.changed_records()) == []


def test_a_record_that_a_migration_made_begins_its_history(lab):
    migrate(
        "INSERT INTO samples_custodian (revision, void_reason, name, kind, organisation, contact, active) "
        "SELECT 1, '', 'Museum', kind, '', '', active FROM samples_custodian LIMIT 1"
    )

    museum = type(lab.home).objects.get(name="Museum")
    assert museum.revision == 1
    assert [row.verb for row in museum.history.all()] == ["migration.adopt"]
    assert list(strays.unentered_rows()) == []


def test_history_from_before_there_was_a_ledger_is_entered(lab):
    behind_the_guard("DELETE FROM samples_ledgerentry")
    rows = len(list(strays.unentered_rows()))

    migrate("SELECT 1")

    assert rows > 10
    assert LedgerEntry.objects.filter(verb="migration.enter").count() == rows
    assert list(strays.unentered_rows()) == []
    assert LedgerEntry.objects.order_by("seq").first().prev == "0" * 64


def test_a_record_changed_past_its_history_stops_the_next_migration(lab):
    behind_the_guard(f"UPDATE samples_container SET description = 'x' WHERE id = {lab.box.pk}")

    with pytest.raises(CommandError, match="Not migrated: 1 records differ from their history and 0 were deleted"):
        migrate("SELECT 1")

    assert guard.is_armed()
    assert Container.objects.get(pk=lab.box.pk).history.count() == 1


def test_a_record_deleted_past_its_history_stops_the_next_migration(lab):
    location = factories.location(lab.curator, "Shed")
    behind_the_guard(f"DELETE FROM samples_location WHERE id = {location.pk}")

    with pytest.raises(CommandError, match="0 records differ from their history and 1 were deleted past it"):
        migrate("SELECT 1")


def test_the_command_takes_over_what_is_right_as_it_is(lab):
    behind_the_guard(f"UPDATE samples_container SET description = 'x' WHERE id = {lab.box.pk}")
    out = StringIO()

    call_command("adopt", reason="The migration broke off here", stdout=out)

    assert out.getvalue() == "1 records were taken over as they are.\n"
    assert lab.box.history.first().history_change_reason == "The migration broke off here"
    migrate("SELECT 1")


def test_the_command_takes_over_what_no_operation_would_write(lab):
    movement = MassMovement.objects.get(to_sample=lab.soil)
    behind_the_guard(
        f"UPDATE samples_massmovement SET reason = 'x' WHERE id = {movement.pk}",
        f"UPDATE samples_custodian SET name = '' WHERE id = {lab.other.pk}",
    )

    call_command("adopt", reason="So it is", stdout=StringIO())

    assert list(strays.changed_records()) == []
    assert movement.history.first().reason == "x"
    assert lab.other.history.first().name == ""
    assert guard.faults() == []


def test_a_guard_taken_down_by_somebody_else_is_no_migration_that_broke_off(lab):
    guard.disarm()
    change(f"UPDATE samples_container SET description = 'forged' WHERE id = {lab.box.pk}")

    with pytest.raises(CommandError, match="Not migrated: 1 records differ from their history"):
        migrate("SELECT 1")

    assert lab.box.history.count() == 1


def test_what_a_migration_that_broke_off_changed_is_adopted_after_the_next(lab):
    migrations._take_down(sender=Config, plan=PLAN, apps=registry)
    change(f"UPDATE samples_container SET description = 'half way' WHERE id = {lab.box.pk}")

    migrate("SELECT 1")

    assert lab.box.history.first().verb == "migration.adopt"
    assert guard.faults() == []


def test_a_guard_put_up_again_is_told_of(lab, capsys):
    guard.disarm()

    call_command("migrate", verbosity=1)

    entry = LedgerEntry.objects.head()
    assert (entry.verb, entry.actor_name) == ("migration.arm", "system")
    assert "is missing" in entry.payload
    assert "Now look at manage.py verify_audit." in capsys.readouterr().out
    assert guard.is_armed()


def test_what_waits_of_a_write_past_labinv_stops_it_in_words(lab):
    with transaction.atomic():
        change(f"UPDATE samples_container SET description = 'x', revision = revision + 1 WHERE id = {lab.box.pk}")
        with pytest.raises(Unguarded, match="somebody wrote to the database past labinv"):
            factories.custodian(lab.curator, "Museum", "museum")
        transaction.set_rollback(True)

    factories.custodian(lab.curator, "Museum", "museum")


def test_a_forged_value_never_enters_the_history_by_an_honest_change(lab):
    behind_the_guard(f"UPDATE samples_container SET description = 'forged' WHERE id = {lab.box.pk}")

    with pytest.raises(RuleBroken, match=r"container( \d+)? differs from its history"):
        containers.amend(container=lab.box, changes={"tare_g": 5}, seen=1, by=lab.technician, reason="Weighed")

    assert lab.box.history.count() == 1


def test_migrations_of_others_and_none_at_all_leave_the_guard_alone(lab):
    applied = LedgerEntry.objects.filter(verb="migration.apply")
    before = guard.digest(), applied.count()

    call_command("migrate", verbosity=0)

    assert (guard.digest(), applied.count()) == before
