"""In the side tables, the history and the ledger."""

from django.db import connection, models, transaction

from samples.audit.rules import RULES
from samples.models import Container
from tests.audit import by_hand
from tests.audit.ways import AT_COMMIT, BUMP, GOES_ON, ONLY_ADDED_TO, REPEATS, SQLITE, WAITS, entry, way

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


def _put_off(lab):
    """The SQL by which a mass that its movements do not add up to is not looked at for now."""
    [rule] = [rule for rule in RULES if rule.name == "sample_has_the_mass_of_its_movements"]
    return [
        f"INSERT INTO audit_broken (rule, pk) VALUES ('{rule.put_off}', {lab.soil.pk})",
        *by_hand.changed(lab.soil, mass_g="mass_g + 1"),
    ]


@way("is broken by row|FOREIGN KEY|audit_broken_settled_fkey")
def rule_put_off_and_never_looked_at(lab):
    by_hand.run(*_put_off(lab))


@way("a rule is broken still|is broken by row")
def rule_put_off_and_the_mark_deleted(lab):
    by_hand.run(*_put_off(lab), "DELETE FROM audit_broken")


@way("audit_broken is not changed|UPDATE of audit_broken")
def rule_put_off_and_the_mark_given_to_another_row(lab):
    by_hand.run(*_put_off(lab), "UPDATE audit_broken SET pk = 0")


# The history.


@way(REPEATS)
def history_of_a_record_that_never_was(lab):
    by_hand.run(
        "INSERT INTO audit_pending (noun, pk, revision) VALUES ('container', 987654, 1)",
        by_hand.versioned(by_hand.table_of("container"), lab.box.pk, id="987654", revision="1"),
    )


@way("a key of its own")
def record_of_the_key_that_stands_for_none(lab):
    by_hand.run(*by_hand.copied(lab.bottle, 0, identifier="'NONE'"))


@way("a key of its own")
def record_of_a_key_below_it(lab):
    by_hand.run(*by_hand.copied(lab.bottle, -1, identifier="'LESS'"))


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


@way("differs from its history")
def two_changes_with_one_history_row_for_the_last(lab):
    by_hand.run(
        BUMP.format(lab.box.pk),
        BUMP.format(lab.box.pk),
        by_hand.versioned(by_hand.table_of("container"), lab.box.pk),
        by_hand.versioned(by_hand.table_of("container"), lab.box.pk, revision="revision - 1"),
    )


@way("differs from its history")
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
