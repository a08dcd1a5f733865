"""The verification finds each tampering, says what it is, and goes on."""

import json

import pytest
from django.db import connection

from samples.audit import ledger, standalone, verify
from samples.audit.payload import canonical
from samples.models import Container, Handoff, LedgerEntry, Operation, Sample
from samples.operations import locations
from tests.audit.conftest import kinds, verified
from tests.audit.tamperings import A_VERSION, BOX, FIRST, LEDGER, SOIL, TAMPERINGS, as_sql


def test_nothing_is_found_where_nothing_was_tampered_with(audited):
    report = verified()

    assert report.findings == []
    assert report.is_clean
    assert report.head_seq == LedgerEntry.objects.count()
    assert report.checked["ledger entries"] == report.head_seq
    told = report.checked["versions of records"] + report.checked["account events"]
    assert told == LedgerEntry.objects.exclude(noun="").count() > 30
    assert report.checked["chains of custody"] == Container.objects.count()
    assert report.checked["links of custody"] == 4
    assert report.checked["masses of samples"] == Sample.objects.count() == 2
    assert report.checked["guards"] == 1


# Signatures keep hashes of the chain as it was before somebody made it anew.
BY_SIGNATURES = {"signed"}


@pytest.mark.parametrize("noun", ["location", "user"])
@pytest.mark.parametrize("then", ["fewer", "more", "other"])
def test_columns_of_then_are_no_finding_after_a_migration(tamper, noun, then):
    entry = LedgerEntry.objects.filter(noun=noun).first()
    payload = json.loads(entry.payload)
    if then != "more":
        del payload["reason" if noun == "user" else "kind"]
    if then != "fewer":
        payload["colour"] = "grey"
    tamper(["UPDATE samples_ledgerentry SET payload = %s WHERE seq = %s", [canonical(payload), entry.seq]])
    make_anew()
    assert kinds(verified()) - BY_SIGNATURES == {"altered"}

    migration = Operation("migration.apply", None, "system", "Update of the database", ledger.last_moment())
    migration.tell(migrations=["samples.0009"])
    ledger.append(migration)
    assert kinds(verified()) - BY_SIGNATURES == set()

    payload["actor_name"] = "Somebody else"
    tamper(["UPDATE samples_ledgerentry SET payload = %s WHERE seq = %s", [canonical(payload), entry.seq]])
    make_anew()
    assert kinds(verified()) - BY_SIGNATURES == {"altered"}


def test_a_migration_does_not_excuse_another_value(tamper):
    """Where the columns are the same, each value is compared, before a migration as after it."""
    migration = Operation("migration.apply", None, "system", "Update of the database", ledger.last_moment())
    migration.tell(migrations=["samples.0009"])
    ledger.append(migration)
    tamper(f"UPDATE samples_historicalcontainer SET description = 'New' WHERE {A_VERSION}")

    assert kinds(verified()) == {"altered"}


def test_an_account_of_an_older_event_is_compared_by_its_words(tamper):
    tamper("UPDATE samples_accountevent SET account = ''")
    assert kinds(verified()) == {"altered"}

    tamper("UPDATE samples_user SET is_active = FALSE WHERE username = 'auditor'")
    report = verified()
    assert kinds(report) == {"altered", "account"}
    assert "Its last event says “Auditor; Auditor; no custodian; active”" in str(report.findings)


def test_any_text_and_any_number_of_an_act_is_in_order(audited):
    reason = 'Named “嫦娥”\n\tby "hand", \\ 🌕'
    locations.register(name='嫦娥 \\ "6"', kind="room", by=audited.curator, reason=reason)

    report = verified()

    assert report.findings == []
    assert report.head_seq == LedgerEntry.objects.count()


@pytest.mark.parametrize("what", TAMPERINGS)
def test_it_finds(what, tamper):
    expected, words, statements = TAMPERINGS[what]

    tamper(*map(as_sql, statements))

    report = verified()
    assert kinds(report) == expected
    assert words in " ".join(map(str, report.findings))


def test_it_finds_a_guard_that_was_taken_down(tamper):
    report = verified()

    assert {finding.kind for finding in report.findings} == {verify.Kind.GUARD}


def test_it_finds_a_change_entered_twice(tamper):
    columns = [field.column for field in LedgerEntry._meta.fields]
    values = {"seq": "1000", "step": "1000", "prev": f"'{'d' * 64}'", "hash": f"'{'e' * 64}'"}
    quoted = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "sqlite":
        loose()
    else:
        tamper(
            "SET CONSTRAINTS ALL IMMEDIATE", f"ALTER TABLE {LEDGER} DROP CONSTRAINT ledger_enters_a_history_row_once"
        )
    tamper(
        f"INSERT INTO {LEDGER} ({quoted}) SELECT {', '.join(values.get(c, c) for c in columns)} "
        f"FROM {LEDGER} WHERE {FIRST}"
    )

    assert kinds(verified()) == {"twice", "sequence", "link", "hash", "signature"}


def test_it_finds_a_tail_cut_off_by_a_checkpoint_alone(tamper):
    newest = ledger.head()
    given = standalone.read_checkpoints(f"Ledger {newest.seq} · {standalone.short_form(newest.hash)}")
    assert verified(given).checked["checkpoints"] == 1
    assert kinds(verified(given)) == set()

    # The whole operation is undone, by somebody who knows how.
    tamper(
        f"DELETE FROM {LEDGER} WHERE seq = {newest.seq}",
        f"DELETE FROM samples_historicalcontainer WHERE revision = 4 AND id = {BOX}",
        f"UPDATE samples_container SET revision = 3, capacity_g = NULL WHERE id = {BOX}",
    )

    assert kinds(verified()) == set()
    report = verified(given)
    assert kinds(report) == {"checkpoint"}
    assert f"the ledger ends at {newest.seq - 1}" in str(report.findings)


def test_it_finds_a_chain_made_anew_by_a_checkpoint_and_by_the_signatures_in_it(tamper, settings):
    """Whoever has the key too can make every hash fit again; what was printed or signed before stays."""
    entry = LedgerEntry.objects.get(seq=5)
    given = {5: {(standalone.short_form(entry.hash), "")}}
    tamper(f"UPDATE {LEDGER} SET reason = 'Something else' WHERE seq = 5")
    make_anew()

    assert kinds(verified()) == {"signed"}
    assert kinds(verified(given)) == {"checkpoint", "signed"}


def test_a_missing_entry_misses_its_checkpoint(tamper):
    entry = LedgerEntry.objects.get(seq=5)
    tamper(f"DELETE FROM {LEDGER} WHERE seq = 5")

    report = verified({5: {(standalone.short_form(entry.hash), "")}})

    assert "A checkpoint of Ledger 5 was given, and that entry is missing." in str(report.findings)


def test_an_earlier_key_still_verifies(audited, settings):
    settings.AUDIT_KEYS_BEFORE = [settings.AUDIT_KEY]
    settings.AUDIT_KEY = "another key of the audit, which nobody knows, 0123456789"
    assert verified().is_clean

    settings.AUDIT_KEYS_BEFORE = []
    assert kinds(verified()) == {"signature"}


@pytest.mark.parametrize("value", ["x'00ff'", "9e999", "'no number'", "CAST(x'ff' AS TEXT)"])
def test_a_value_that_no_field_writes_never_stops_the_rest(tamper, value):
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL keeps to the types of its columns")

    tamper(
        f"UPDATE samples_sample SET mass_g = {value} WHERE id = {SOIL}",
        f"UPDATE samples_historicalsample SET mass_g = {value} WHERE id = {SOIL}",
        f"UPDATE {LEDGER} SET mac = {value} WHERE seq = 3",
    )

    report = verified()
    found = kinds(report)
    assert found & {"altered", "unreadable"}
    assert found & {"mass", "unreadable"}
    assert found & {"signature", "hash", "unreadable"}
    assert report.checked["chains of custody"] == 3


def test_a_link_to_nothing_is_found(tamper):
    if connection.vendor == "postgresql":
        [constraint] = names_of_links("samples_location", "custodian_id")
        tamper("SET CONSTRAINTS ALL IMMEDIATE", f"ALTER TABLE samples_location DROP CONSTRAINT {constraint}")
    tamper("UPDATE samples_location SET custodian_id = 999 WHERE name = 'Street'")

    report = verified()

    assert kinds(report) == {"record", "engine"}
    assert "It names custodian no. 999" in str(report.findings)
    tamper("UPDATE samples_location SET custodian_id = NULL WHERE name = 'Street'")


def test_many_findings_of_a_kind_are_counted_and_the_first_kept(tamper, monkeypatch):
    monkeypatch.setattr("samples.audit.verify.report.MOST_KEPT", 3)
    tamper(f"UPDATE {LEDGER} SET mac = '{'f' * 64}'")

    report = verified()

    assert report.found[verify.Kind.SIGNATURE] == LedgerEntry.objects.count()
    assert len([one for one in report.findings if one.kind == verify.Kind.SIGNATURE]) == 3


def test_a_finding_names_record_moment_and_kind(tamper):
    tamper(f"UPDATE samples_historicalcontainer SET description = 'New' WHERE {A_VERSION}")

    [finding] = [one for one in verified().findings if one.kind == verify.Kind.ALTERED]

    assert finding.record == "container BOX-1, revision 1"
    assert finding.at.endswith("Z")
    assert str(finding).startswith("the history is not what the ledger says — container BOX-1, revision 1, 20")


def test_progress_rises_to_its_total(audited):
    steps = list(verify.verify())

    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert 0 < steps[-1].done <= steps[-1].total
    assert steps[0].part == "the ledger"


def test_handoffs_that_came_to_nothing_are_no_links(audited):
    assert Handoff.objects.filter(status="released").count() == 1
    assert verified().checked["links of custody"] == 4


def make_anew():
    """Seal and sign the whole chain again, as only somebody with the key can."""
    from django.conf import settings

    from samples.audit.payload import Columns

    columns = Columns.of(LedgerEntry)
    prev = ledger.GENESIS
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns.sql('e')} FROM {LEDGER} e ORDER BY e.seq")
        rows = [columns.values(row) for row in cursor.fetchall()]
        for row in rows:
            row[13] = prev
            prev = ledger.seal(row[:14])
            mac = ledger.sign(prev, settings.AUDIT_KEY.encode())
            cursor.execute(
                f"UPDATE {LEDGER} SET prev = %s, hash = %s, mac = %s WHERE seq = %s", [row[13], prev, mac, row[0]]
            )


def names_of_links(table, column):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return [name for name, one in found.items() if one["foreign_key"] and one["columns"] == [column]]


def loose():
    """On SQLite a table's constraints are part of its text; one that is made of its rows has none."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE loose AS SELECT * FROM {LEDGER}")
        cursor.execute(f"DROP TABLE {LEDGER}")
        cursor.execute(f"ALTER TABLE loose RENAME TO {LEDGER}")
