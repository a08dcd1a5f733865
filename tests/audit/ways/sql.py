"""By SQL, with everything an engine lets one switch off."""

import sqlite3
from contextlib import closing

from django.db import connection, transaction

from samples.audit.rules import RULES
from tests.audit import by_hand
from tests.audit.ways import AT_COMMIT, BUMP, GOES_ON, POSTGRES, PRAGMAS, SQLITE, WAITS, entry, unprotected_run, way


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


@way("held_to_signatures is true and stays so")
def handoff_as_from_before_signatures(lab):
    false = "(1 = 0)"
    by_hand.write(by_hand.copy(lab.handoff, lab.handoff.pk + 100, number="999", held_to_signatures=false))


@way("held_to_signatures is true and stays so")
def handoff_made_as_from_before_signatures(lab):
    by_hand.write(by_hand.change(lab.handoff, held_to_signatures="(1 = 0)"))


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


@way("TRUNCATE of samples_signature is refused", only=POSTGRES)
def truncate(lab):
    by_hand.run("TRUNCATE samples_signature")


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
