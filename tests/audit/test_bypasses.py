"""Ways round the audit, on real transactions: each is refused and leaves nothing behind.

What the owner of the database does by taking the guard down, nobody can stop; that is told of.
"""

import json
import sqlite3
from contextlib import closing
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core import serializers
from django.core.management import call_command
from django.db import DatabaseError as DjangoError
from django.db import connection, models, transaction

from samples.audit.rules import RULES
from samples.models import AccountEvent, Container, Custodian, OutsideOperation, Sample, Token, User
from tests import factories
from tests.audit import by_hand, committed

WAYS = {}
# A plain connection raises those of its driver.
DatabaseError = (DjangoError, sqlite3.Error)
POSTGRES, SQLITE = "postgresql", "sqlite"
# What is said at the commit by SQLite, whose key leads nowhere, and by PostgreSQL, whose trigger speaks.
AT_COMMIT = "FOREIGN KEY constraint failed|has no history or ledger entry|audit_pending_settled_fkey"
ONLY_ADDED_TO = "only added to"
WAITS = "waits for its history row"
REPEATS = "repeats a change that was just made"
GOES_ON = "the ledger goes on after its last entry"
PRAGMAS = "foreign_keys and recursive_triggers have to be on, defer_foreign_keys off"


def way(words=AT_COMMIT, only=None, error=DatabaseError):
    """Enter a way round the audit; `words` are those it is refused with."""

    def enter(function):
        WAYS[function.__name__.replace("_", " ").strip()] = (function, words, only, error)
        return function

    return enter


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """A laboratory that is really committed; no test here may leave anything in it, so it serves them all."""
    with committed.laboratory(django_db_blocker) as lab:
        lab.handoff = factories.release(lab.technician, [lab.box], lab.other)
        lab.token, _secret = factories.token(lab.technician)
        yield lab


def named(cases):
    return [
        pytest.param(
            *case[:2],
            case[3],
            id=name.replace(" ", "-"),
            marks=pytest.mark.skipif(case[2] not in (None, connection.vendor), reason=f"only on {case[2]}"),
        )
        for name, case in cases.items()
    ]


def unprotected():
    """A connection of its own with everything switched off that SQLite lets one switch off."""
    connection.close()
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("PRAGMA foreign_keys = OFF")
    other.execute("PRAGMA recursive_triggers = OFF")
    other.execute("PRAGMA ignore_check_constraints = ON")
    return closing(other)


def unprotected_run(*statements):
    with unprotected() as other:
        other.execute("BEGIN")
        for statement in statements:
            other.execute(statement)
        other.execute("COMMIT")


BUMP = "UPDATE samples_container SET description = 'x', revision = revision + 1 WHERE id = {}"


def entry(seq="(SELECT MAX(seq) + 1 FROM samples_ledgerentry)", prev=None, verb="INSERT", **values):
    """The SQL of a ledger entry by hand."""
    last = "(SELECT hash FROM samples_ledgerentry WHERE seq = (SELECT MAX(seq) FROM samples_ledgerentry))"
    values = {
        "seq": seq,
        "recorded_at": "'2030-01-01 00:00:00'",
        "actor_id": "NULL",
        "actor_name": "'x'",
        "operation_id": f"'{uuid4().hex}'",
        "step": "0",
        "verb": "'x'",
        "reason": "'x'",
        "noun": "''",
        "record_id": "NULL",
        "revision": "NULL",
        "history_id": "NULL",
        "payload": "'{}'",
        "prev": prev or last,
        "hash": f"'{uuid4().hex * 2}'",
        "key_id": "'x'",
        "mac": "'x'",
    } | values
    return f"{verb} INTO samples_ledgerentry ({', '.join(values)}) VALUES ({', '.join(values.values())})"


# Past the QuerySets and the models.


@way()
def update_past_the_refusing_queryset(lab):
    models.QuerySet(Container).filter(pk=lab.box.pk).update(description="x", revision=2)


@way("changed to the next revision only")
def update_without_a_revision(lab):
    models.QuerySet(Container).filter(pk=lab.box.pk).update(description="x")


@way("changed to the next revision only")
def revision_jumped_by_two(lab):
    models.QuerySet(Container).filter(pk=lab.box.pk).update(description="x", revision=3)


@way("changed to the next revision only")
def key_of_a_record_changed(lab):
    models.QuerySet(Container).filter(pk=lab.soil.container_id).update(id=999, revision=2)


@way()
def bulk_create_past_the_queryset(lab):
    twin = Custodian(name="Twin", kind=Custodian.Kind.MUSEUM, revision=1)
    models.QuerySet(Custodian).bulk_create([twin])


@way()
def bulk_update_past_the_queryset(lab):
    box = Container.objects.get(pk=lab.box.pk)
    box.description, box.revision = "x", 2
    models.QuerySet(Container).bulk_update([box], ["description", "revision"])


@way("voided, never deleted")
def raw_delete_of_a_queryset(lab):
    Sample.objects.filter(pk=lab.soil.pk)._raw_delete("default")


@way("begins with revision 1 and a key of its own")
def record_made_at_a_later_revision(lab):
    by_hand.run(by_hand.copied(lab.other, 999, name="'Twin'", revision="2")[0])


@way("changed to the next revision only")
def save_of_one_field_past_the_record(lab):
    box = Container.objects.get(pk=lab.box.pk)
    box.description = "x"
    models.Model.save_base(box, update_fields=["description"], force_update=True)


@way(error=OutsideOperation, words="only by an operation")
def save_in_a_shell(lab):
    box = Container.objects.get(pk=lab.box.pk)
    box.description = "x"
    box.save()


@way("changed to the next revision only|Problem installing fixture|would leave no history", error=Exception)
def fixture_loaded(lab, tmp_path):
    box = Container.objects.get(pk=lab.box.pk)
    box.description = "x"
    file = tmp_path / "box.json"
    file.write_text(serializers.serialize("json", [box]))
    call_command("loaddata", str(file), verbosity=0)


@way("would leave no history|changed to the next revision only", error=Exception)
def record_deserialized(lab):
    box = Container.objects.get(pk=lab.box.pk)
    text = json.loads(serializers.serialize("json", [box]))
    text[0]["fields"]["description"] = "x"
    for thing in serializers.deserialize("python", text):
        thing.save()


@way()
def record_deserialized_at_the_next_revision_past_its_save(lab):
    box = Container.objects.get(pk=lab.box.pk)
    box.revision += 1
    for thing in serializers.deserialize("python", json.loads(serializers.serialize("json", [box]))):
        models.Model.save_base(thing.object, raw=True)


@way()
def change_of_many_as_a_data_migration_makes_it(lab):
    for box in Container.objects.all():
        models.QuerySet(Container).filter(pk=box.pk).update(description="x", revision=box.revision + 1)


# SQL.


@way()
def raw_update(lab):
    by_hand.run(BUMP.format(lab.box.pk))


@way()
def raw_update_without_a_transaction(lab):
    with connection.cursor() as cursor:
        cursor.execute(BUMP.format(lab.box.pk))


@way()
def raw_insert(lab):
    by_hand.run(by_hand.copied(lab.other, 999, name="'Twin'")[0])


@way("voided, never deleted")
def raw_delete(lab):
    by_hand.run("DELETE FROM samples_handoffline")


@way("is never changed")
def movement_of_mass_changed(lab):
    by_hand.run("UPDATE samples_massmovement SET mass_g = mass_g + 1, revision = 2")


@way("voided, never deleted")
def movement_of_mass_deleted(lab):
    by_hand.run("DELETE FROM samples_massmovement")


@way("voided, never deleted|changed to the next revision only|" + AT_COMMIT)
def insert_that_updates_on_conflict(lab):
    columns = ", ".join(by_hand.table_of("custodian").columns)
    by_hand.run(
        f"INSERT INTO samples_custodian ({columns}) SELECT {columns} FROM samples_custodian WHERE id = {lab.other.pk} "
        "ON CONFLICT (id) DO UPDATE SET name = 'x', revision = samples_custodian.revision + 1"
    )


@way("begins with revision 1|voided, never deleted", only=SQLITE)
def insert_or_replace(lab):
    columns = ", ".join(by_hand.table_of("custodian").columns)
    by_hand.run(
        f"INSERT OR REPLACE INTO samples_custodian ({columns}) SELECT {columns} FROM samples_custodian "
        f"WHERE id = {lab.other.pk}"
    )


@way("voided, never deleted", only=SQLITE)
def update_or_replace(lab):
    by_hand.run(
        f"UPDATE OR REPLACE samples_container SET identifier = 'BOT-1', revision = revision + 1 WHERE id = {lab.box.pk}"
    )


@way(only=SQLITE)
def update_or_ignore(lab):
    by_hand.run(BUMP.format(lab.box.pk).replace("UPDATE", "UPDATE OR IGNORE"))


@way()
def change_hidden_in_a_savepoint(lab):
    with transaction.atomic():
        with transaction.atomic():
            by_hand.run(BUMP.format(lab.box.pk))
        with transaction.atomic():
            by_hand.run(by_hand.versioned(by_hand.table_of("container"), lab.box.pk))
            by_hand.entered(by_hand.newest_version("container", lab.box.pk))
            transaction.set_rollback(True)


@way(only=POSTGRES)
def copy_into_a_table(lab):
    columns = ", ".join(by_hand.table_of("custodian").columns)
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT {columns} FROM samples_custodian LIMIT 1) TO STDOUT") as copy:
            line = b"".join(bytes(piece) for piece in copy).decode().rstrip("\n").split("\t")
        values = dict(zip(by_hand.table_of("custodian").columns, line, strict=True)) | {"id": "999", "name": "Twin"}
        with cursor.copy(f"COPY samples_custodian ({columns}) FROM STDIN") as copy:
            copy.write("\t".join(values.values()) + "\n")


@way(only=POSTGRES)
def change_in_a_with_clause(lab):
    by_hand.run(f"WITH done AS ({BUMP.format(lab.box.pk)} RETURNING id) SELECT * FROM done")


@way(only=POSTGRES)
def merge(lab):
    by_hand.run(
        f"MERGE INTO samples_container c USING (SELECT {lab.box.pk} AS id) n ON c.id = n.id "
        "WHEN MATCHED THEN UPDATE SET description = 'x', revision = c.revision + 1"
    )


@way("TRUNCATE of samples_massmovement is refused", only=POSTGRES)
def truncate(lab):
    by_hand.run("TRUNCATE samples_massmovement")


@way("TRUNCATE of .* is refused", only=POSTGRES)
def truncate_with_all_that_hangs_on_it(lab):
    by_hand.run("TRUNCATE samples_sample CASCADE")


@way("TRUNCATE of .* is refused", only=POSTGRES)
def ledger_truncated(lab):
    by_hand.run("TRUNCATE samples_ledgerentry")


@way("TRUNCATE of .* is refused|cannot TRUNCATE", only=POSTGRES)
def side_table_truncated(lab):
    by_hand.run(BUMP.format(lab.box.pk), "TRUNCATE audit_pending")


@way(only=POSTGRES)
def replica_mode(lab):
    by_hand.run("SET LOCAL session_replication_role = replica", BUMP.format(lab.box.pk))


@way("voided, never deleted", only=POSTGRES)
def delete_in_replica_mode(lab):
    by_hand.run("SET LOCAL session_replication_role = replica", "DELETE FROM samples_massmovement")


@way(only=POSTGRES)
def checks_set_to_deferred(lab):
    by_hand.run("SET CONSTRAINTS ALL DEFERRED", BUMP.format(lab.box.pk))


@way("has no history or ledger entry|violates foreign key", only=POSTGRES)
def checks_set_to_immediate(lab):
    by_hand.run("SET CONSTRAINTS ALL IMMEDIATE", BUMP.format(lab.box.pk))


@way(only=POSTGRES)
def checks_set_to_immediate_and_back_in_replica_mode(lab):
    by_hand.run(
        "SET LOCAL session_replication_role = replica",
        BUMP.format(lab.box.pk),
        "SET LOCAL session_replication_role = origin",
        "SET CONSTRAINTS ALL DEFERRED",
    )


@way(only=POSTGRES)
def temporary_table_named_like_a_side_table(lab):
    by_hand.run("CREATE TEMP TABLE audit_pending (LIKE public.audit_pending) ON COMMIT DROP", BUMP.format(lab.box.pk))


@way(only=POSTGRES)
def temporary_table_first_in_the_search_path(lab):
    by_hand.run(
        "CREATE TEMP TABLE audit_pending (LIKE public.audit_pending) ON COMMIT DROP",
        "SET LOCAL search_path = pg_temp, public",
        BUMP.format(lab.box.pk),
    )


@way(WAITS, only=POSTGRES)
def temporary_history_first_in_the_search_path(lab):
    by_hand.run(
        "CREATE TEMP TABLE samples_historicalcontainer (LIKE public.samples_historicalcontainer) ON COMMIT DROP",
        "SET LOCAL search_path = pg_temp, public",
        BUMP.format(lab.box.pk),
        by_hand.versioned(by_hand.table_of("container"), lab.box.pk, history_id="1"),
        "DELETE FROM public.audit_pending",
    )


@way(only=SQLITE)
def temporary_table_named_like_a_side_table_on_sqlite(lab):
    try:
        by_hand.run(
            "CREATE TEMP TABLE audit_pending (noun text, pk bigint, revision bigint, settled integer)",
            BUMP.format(lab.box.pk),
        )
    finally:
        connection.close()


@way("does not wait for its history row", only=SQLITE)
def temporary_trigger_that_swallows_what_waits(lab):
    try:
        by_hand.run(
            "CREATE TEMP TRIGGER swallow BEFORE INSERT ON main.audit_pending BEGIN SELECT RAISE(IGNORE); END",
            BUMP.format(lab.box.pk),
        )
    finally:
        connection.close()


@way(PRAGMAS, only=SQLITE)
def change_with_the_pragmas_off(lab):
    unprotected_run(BUMP.format(lab.box.pk))


@way("voided, never deleted", only=SQLITE)
def delete_with_the_pragmas_off(lab):
    unprotected_run(f"DELETE FROM samples_custodian WHERE id = {lab.carrier.pk}")


@way("begins with revision 1", only=SQLITE)
def record_replaced_with_the_pragmas_off(lab):
    columns = ", ".join(by_hand.table_of("custodian").columns)
    unprotected_run(
        f"INSERT OR REPLACE INTO samples_custodian ({columns}) SELECT {columns} FROM samples_custodian "
        f"WHERE id = {lab.other.pk}"
    )


@way(f"{GOES_ON}|{PRAGMAS}", only=SQLITE)
def ledger_entry_replaced_with_the_pragmas_off(lab):
    unprotected_run(entry(verb="INSERT OR REPLACE", hash="(SELECT hash FROM samples_ledgerentry WHERE seq = 1)"))


@way(PRAGMAS, only=SQLITE)
def role_table_replaced_with_the_pragmas_off(lab):
    unprotected_run(
        "INSERT OR REPLACE INTO auth_group (id, name) SELECT id, 'x' FROM auth_group WHERE name = 'curator'"
    )


@way(PRAGMAS, only=SQLITE)
def account_event_replaced_with_the_pragmas_off(lab):
    unprotected_run(
        "INSERT OR REPLACE INTO samples_accountevent SELECT * FROM samples_accountevent "
        f"WHERE user_id = {lab.technician.pk}"
    )


@way(PRAGMAS, only=SQLITE)
def submission_made_with_the_pragmas_off(lab):
    unprotected_run(
        "INSERT OR REPLACE INTO samples_submission (id, token, digest, by_id, at, noun, record_id) VALUES "
        f"(1, 'x', 'x', {lab.technician.pk}, '2024-01-01', 'container', 1)"
    )


@way(PRAGMAS, only=SQLITE)
def role_given_with_the_pragmas_off(lab):
    unprotected_run(_role(lab))


@way(PRAGMAS, only=SQLITE)
def rows_left_in_a_side_table_for_later(lab):
    unprotected_run(f"INSERT INTO audit_pending (noun, pk, revision) VALUES ('container', {lab.box.pk}, 2)")


@way(PRAGMAS, only=SQLITE)
def marks_left_in_a_side_table_for_later(lab):
    unprotected_run(f"INSERT INTO audit_broken (rule, pk) VALUES ('{RULES[0].name}', {lab.box.pk})")


@way("defer_foreign_keys off", only=SQLITE)
def keys_deferred_once_more(lab):
    by_hand.run("PRAGMA defer_foreign_keys = ON", BUMP.format(lab.box.pk), "PRAGMA defer_foreign_keys = OFF")


@way("always empty|audit_never", only=SQLITE)
def key_put_into_the_empty_table_past_its_check(lab):
    connection.close()
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        for pragma in ("foreign_keys = ON", "recursive_triggers = ON", "ignore_check_constraints = ON"):
            other.execute(f"PRAGMA {pragma}")
        other.execute("BEGIN")
        other.execute(BUMP.format(lab.box.pk))
        other.execute("INSERT INTO audit_never (id) VALUES (0)")
        other.execute("COMMIT")


# The side tables.


@way("always empty|check constraint")
def key_put_into_the_empty_table(lab):
    by_hand.run("INSERT INTO audit_never (id) VALUES (0)", BUMP.format(lab.box.pk))


@way(WAITS)
def what_waits_deleted(lab):
    by_hand.run(BUMP.format(lab.box.pk), "DELETE FROM audit_pending")


@way("audit_pending is not changed|UPDATE of audit_pending")
def what_waits_changed(lab):
    by_hand.run(BUMP.format(lab.box.pk), "UPDATE audit_pending SET settled = NULL")


@way(f"NOT NULL|not-null|{WAITS}|{AT_COMMIT}")
def what_waits_replaced_beforehand(lab):
    by_hand.run(
        f"INSERT INTO audit_pending (noun, pk, revision, settled) VALUES ('container', {lab.box.pk}, 2, NULL)",
        BUMP.format(lab.box.pk),
    )


@way("has no history|FOREIGN KEY|already exists|UNIQUE")
def what_waits_entered_beforehand(lab):
    by_hand.run(
        f"INSERT INTO audit_pending (noun, pk, revision) VALUES ('container', {lab.box.pk}, 2)",
        BUMP.format(lab.box.pk).replace("UPDATE", "UPDATE OR IGNORE" if connection.vendor == SQLITE else "UPDATE"),
    )


@way("a rule is broken still|is broken by row")
def mark_of_a_broken_rule_deleted(lab):
    by_hand.run(
        f"UPDATE samples_sample SET mass_g = mass_g + 1, revision = 2 WHERE id = {lab.soil.pk}",
        "DELETE FROM audit_broken",
    )


@way("audit_broken is not changed|UPDATE of audit_broken")
def mark_of_a_broken_rule_changed(lab):
    by_hand.run(
        f"UPDATE samples_sample SET mass_g = mass_g + 1, revision = 2 WHERE id = {lab.soil.pk}",
        "UPDATE audit_broken SET settled = NULL",
    )


# The history.


@way(ONLY_ADDED_TO)
def history_edited(lab):
    by_hand.run("UPDATE samples_historicalcontainer SET actor_name = 'x'")


@way(ONLY_ADDED_TO)
def history_deleted(lab):
    by_hand.run(f"DELETE FROM samples_historicalcontainer WHERE id = {lab.box.pk}")


@way(ONLY_ADDED_TO)
def history_edited_past_its_queryset(lab):
    models.QuerySet(Container.history.model).update(actor_name="x")


@way(REPEATS)
def history_without_a_change(lab):
    by_hand.run(by_hand.versioned(by_hand.table_of("container"), lab.box.pk, revision="revision + 1"))


@way(REPEATS)
def history_before_its_change(lab):
    by_hand.run(
        by_hand.versioned(by_hand.table_of("container"), lab.box.pk, revision="revision + 1", description="'x'"),
        BUMP.format(lab.box.pk),
    )


@way(REPEATS)
def history_of_other_values(lab):
    by_hand.run(
        BUMP.format(lab.box.pk), by_hand.versioned(by_hand.table_of("container"), lab.box.pk, description="'y'")
    )


@way(REPEATS)
def history_of_a_deletion(lab):
    by_hand.run(
        BUMP.format(lab.box.pk), by_hand.versioned(by_hand.table_of("container"), lab.box.pk, history_type="'-'")
    )


@way(REPEATS)
def two_changes_with_one_history_row_for_the_last(lab):
    by_hand.run(
        BUMP.format(lab.box.pk),
        BUMP.format(lab.box.pk),
        by_hand.versioned(by_hand.table_of("container"), lab.box.pk),
        by_hand.versioned(by_hand.table_of("container"), lab.box.pk, revision="revision - 1"),
    )


@way()
def two_changes_and_an_entry_for_the_last(lab):
    with transaction.atomic():
        by_hand.run(BUMP.format(lab.box.pk), *by_hand.changed(lab.box))
        by_hand.entered(by_hand.newest_version("container", lab.box.pk))


@way()
def history_without_a_ledger_entry(lab):
    by_hand.run(*by_hand.changed(lab.box, description="'x'"))


@way(WAITS)
def ledger_entry_of_another_revision_and_what_waits_deleted(lab):
    with transaction.atomic():
        by_hand.run(*by_hand.changed(lab.box, description="'x'"))
        by_hand.run("DELETE FROM audit_pending")


# The ledger.


@way(GOES_ON)
def ledger_entry_out_of_order(lab):
    by_hand.run(entry(seq="999999"))


@way(f"{GOES_ON}|UNIQUE")
def ledger_entry_in_the_place_of_another(lab):
    by_hand.run(entry(seq="2"))


@way(GOES_ON)
def ledger_entry_that_follows_another_one(lab):
    by_hand.run(entry(prev="(SELECT hash FROM samples_ledgerentry WHERE seq = 2)"))


@way("names no row that is there")
def ledger_entry_of_a_version_to_come(lab):
    by_hand.run(entry(noun="'container'", record_id=str(lab.box.pk), revision="2", history_id="999"))


@way("names no row that is there")
def ledger_entry_of_the_version_of_another_record(lab):
    with transaction.atomic():
        by_hand.run(*by_hand.changed(lab.box, description="'x'"))
        version = by_hand.newest_version("container", lab.box.pk)
        by_hand.run(entry(noun="'container'", record_id=str(lab.bottle.pk), revision="2", history_id=str(version.pk)))


@way("names no row that is there")
def ledger_entry_of_a_kind_that_there_is_not(lab):
    by_hand.run(entry(noun="'unicorn'", record_id="1", revision="1", history_id="1"))


@way(ONLY_ADDED_TO)
def tail_of_the_ledger_cut(lab):
    by_hand.run("DELETE FROM samples_ledgerentry WHERE seq > 3")


@way(ONLY_ADDED_TO)
def ledger_edited(lab):
    by_hand.run("UPDATE samples_ledgerentry SET reason = 'x' WHERE seq = 3")


@way(f"{ONLY_ADDED_TO}|{GOES_ON}")
def ledger_entry_updated_on_conflict(lab):
    by_hand.run(
        entry(hash="(SELECT hash FROM samples_ledgerentry WHERE seq = 1)")
        + " ON CONFLICT (hash) DO UPDATE SET reason = 'x'"
    )


@way(f"{ONLY_ADDED_TO}|{GOES_ON}", only=SQLITE)
def ledger_entry_replaced(lab):
    by_hand.run(entry(verb="INSERT OR REPLACE", hash="(SELECT hash FROM samples_ledgerentry WHERE seq = 1)"))


# People.


def _role(lab):
    return (
        f"INSERT INTO samples_user_groups (user_id, group_id) SELECT {lab.researcher.pk}, id FROM auth_group "
        "WHERE name = 'administrator'"
    )


@way()
def role_given(lab):
    by_hand.run(_role(lab))


@way(error=OutsideOperation, words="only by an operation")
def role_given_by_the_model(lab):
    lab.researcher.groups.add(Group.objects.get(name="administrator"))


@way()
def role_taken(lab):
    by_hand.run(f"DELETE FROM samples_user_groups WHERE user_id = {lab.curator.pk}")


@way("a role is given or taken")
def role_exchanged(lab):
    by_hand.run("UPDATE samples_user_groups SET group_id = group_id + 1")


@way("the roles are fixed")
def roles_renamed(lab):
    by_hand.run("UPDATE auth_group SET name = 'x' WHERE name = 'curator'")


@way("the roles are fixed|FOREIGN KEY|foreign key")
def roles_deleted(lab):
    by_hand.run("DELETE FROM auth_group WHERE name = 'curator'")


@way("the roles are fixed")
def roles_updated_on_conflict(lab):
    by_hand.run(
        "INSERT INTO auth_group (id, name) SELECT id, name FROM auth_group WHERE name = 'curator' "
        "ON CONFLICT (id) DO UPDATE SET name = 'x'"
    )


@way()
def account_deactivated(lab):
    by_hand.run(
        f"UPDATE samples_user SET is_active = {'0' if connection.vendor == SQLITE else 'false'} "
        f"WHERE id = {lab.auditor.pk}"
    )


@way()
def account_renamed(lab):
    models.QuerySet(User).filter(pk=lab.auditor.pk).update(name="Nobody")


@way()
def account_of_another_custodian(lab):
    by_hand.run(f"UPDATE samples_user SET custodian_id = {lab.other.pk} WHERE id = {lab.technician.pk}")


@way()
def account_made(lab):
    models.QuerySet(User).bulk_create([User(username="x", name="x")])


@way("deactivated, never deleted|FOREIGN KEY|foreign key")
def account_deleted(lab):
    by_hand.run(f"DELETE FROM samples_user WHERE id = {lab.auditor.pk}")


@way("keeps its number")
def accounts_exchanged(lab):
    one, other = lab.researcher.pk, lab.administrator.pk
    by_hand.run(
        *(
            f"UPDATE samples_user SET id = {new} WHERE id = {old}"
            for old, new in ((one, 999), (other, one), (999, other))
        )
    )


def _event(lab):
    return (
        "INSERT INTO samples_accountevent (user_id, at, actor_name, operation_id, verb, reason, state, account) VALUES "
        f"({lab.researcher.pk}, '2024-01-01 00:00:00', 'x', '{uuid4().hex}', 'x', 'x', 'x', '')"
    )


@way()
def account_event_without_a_ledger_entry(lab):
    by_hand.run(_event(lab))


@way()
def two_account_events_and_an_entry_for_the_last(lab):
    with transaction.atomic():
        by_hand.run(_event(lab), _event(lab))
        by_hand.entered(AccountEvent.objects.order_by("-pk").first())


@way()
def role_given_with_an_event_but_no_entry(lab):
    by_hand.run(_role(lab), _event(lab))


@way()
def role_given_after_its_event(lab):
    with transaction.atomic():
        by_hand.run(_event(lab))
        by_hand.entered(AccountEvent.objects.order_by("-pk").first())
        by_hand.run(_role(lab))


@way(ONLY_ADDED_TO)
def account_event_edited(lab):
    by_hand.run("UPDATE samples_accountevent SET state = 'x'")


@way(ONLY_ADDED_TO)
def account_event_deleted(lab):
    by_hand.run("DELETE FROM samples_accountevent")


@way()
def token_made(lab):
    token = Token.objects.get(pk=lab.token.pk)
    token.pk, token.secret_hash = None, "0" * 64
    models.QuerySet(Token).bulk_create([token])


@way("a token is only revoked")
def token_given_to_somebody_else(lab):
    by_hand.run(f"UPDATE samples_token SET user_id = {lab.administrator.pk} WHERE id = {lab.token.pk}")


@way("a token is only revoked")
def token_made_to_last(lab):
    by_hand.run("UPDATE samples_token SET expires_at = '2090-01-01 00:00:00'")


@way()
def token_revoked_without_a_trace(lab):
    by_hand.run("UPDATE samples_token SET revoked_at = created_at")


@way("revoked, never deleted")
def token_deleted(lab):
    by_hand.run("DELETE FROM samples_token")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("act", "words", "error"), named(WAYS))
def test_a_way_round_the_audit_is_refused_and_leaves_nothing(house, tmp_path, act, words, error):
    before = by_hand.everything()
    wants_a_folder = "tmp_path" in act.__code__.co_varnames[: act.__code__.co_argcount]

    try:
        with pytest.raises(error, match=words):
            act(house, tmp_path) if wants_a_folder else act(house)
    finally:
        connection.close()

    assert by_hand.everything() == before


def test_the_ways_are_many():
    for vendor in (SQLITE, POSTGRES):
        assert sum(only in (None, vendor) for _act, _words, only, _error in WAYS.values()) >= 40
