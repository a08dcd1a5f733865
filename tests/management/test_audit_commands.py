"""manage.py verify_audit, checkpoint and export_ledger, as an operator runs them."""

import json
from io import StringIO
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from samples.audit import guard, standalone, verify
from samples.models import Custodian, LedgerEntry
from samples.operations import Busy, NotAllowed, audit
from samples.operations._operation import NoReason
from tests import factories


def manage(command, *arguments, **options):
    out = StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


def entries():
    return list(LedgerEntry.objects.order_by("seq"))


def test_a_verification_is_entered_when_it_begins_and_when_it_ended(lab):
    before = len(entries())

    out = manage("verify_audit")

    begun, ended = entries()[before:]
    assert {one.verb for one in (begun, ended)} == {"audit.verify"}
    assert (begun.actor_name, begun.reason) == ("system", "Verified on the server")
    assert json.loads(begun.payload) == {"verification": "begun", "checkpoints": 0}
    told = json.loads(ended.payload)
    assert (told["findings"], told["kinds"], told["head_seq"]) == (0, {}, begun.seq)
    assert told["checked"]["ledger entries"] == begun.seq
    assert told["head_hash"] == begun.hash
    assert f"{begun.seq} ledger entries" in out
    assert f"The newest entry: Ledger {begun.seq} · " in out
    assert out.endswith("Everything is in order.\n")


def test_a_finding_is_told_and_is_the_exit_status(lab):
    guard.disarm()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE samples_ledgerentry SET reason = 'Something else' WHERE seq = 5")
    out = StringIO()

    with pytest.raises(CommandError, match=r"\d+ findings: the audit is not in order\."):
        call_command("verify_audit", "--no-entry", stdout=out)

    assert "an entry is not what was sealed — Ledger 5, 20" in out.getvalue()


def test_a_guard_that_is_down_hides_no_finding(lab):
    guard.disarm()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE samples_mission SET return_capacity_g = return_capacity_g * 2")
    before, out = len(entries()), StringIO()

    with pytest.raises(CommandError, match="the audit is not in order"):
        call_command("verify_audit", stdout=out)

    assert f"a record is not what its history says — mission {lab.mission.code}" in out.getvalue()
    assert "the guard of the database is not whole — the guard: " in out.getvalue()
    assert "That this verification began is not in the ledger. Nothing can be saved: " in out.getvalue()
    assert "What this verification found is not in the ledger. Nothing can be saved: " in out.getvalue()
    assert len(entries()) == before


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        (
            "INSERT INTO audit_pending (noun, pk, revision) VALUES ('sample', 1, 99)",
            "sample no. 1, revision 99: It was written without its history or ledger entry. Until that is settled "
            "every operation is refused",
        ),
        (
            "INSERT INTO audit_broken (rule, pk) VALUES ('sample_fits_its_container', 7)",
            "sample no. 7: A rule was broken past the guard. Sample no. 7 ",
        ),
        (
            "INSERT INTO audit_broken (rule, pk) VALUES ('a rule of another year', 7)",
            "record no. 7: A rule was broken past the guard. It breaks the rule a rule of another year.",
        ),
    ],
)
def test_what_never_came_to_its_end_is_found_and_stops_no_verification(lab, left, sentence):
    out = StringIO()

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(left)
        with pytest.raises(CommandError, match="the audit is not in order"):
            call_command("verify_audit", stdout=out)
        # Else the end of the test would refuse it.
        transaction.set_rollback(True)

    assert f"the guard of the database is not whole — {sentence}" in out.getvalue()
    assert "What this verification found is not in the ledger. " in out.getvalue()


def test_other_writers_and_a_lost_right_throw_no_result_away(lab, monkeypatch):
    before, busy = len(entries()), Busy("Nothing was saved.")
    tell, raised = audit.tell_of_verification, [busy, NotAllowed("Curator may not do this.")]

    def refuse(**arguments):
        raise raised.pop(0)

    monkeypatch.setattr(audit, "tell_of_verification", refuse)

    report = factories.run(audit.verify_audit(by=lab.curator, reason="Once a week"))

    assert report.is_clean
    assert report.notes == [
        "That this verification began is not in the ledger. Somebody else was writing all the while.",
        "What this verification found is not in the ledger. Curator may not do this.",
    ]
    assert len(entries()) == before
    raised.extend([busy, busy])
    out = manage("verify_audit")
    assert "What this verification found is not in the ledger. Somebody else" in out
    assert out.endswith("Everything is in order.\n")
    monkeypatch.setattr(audit, "tell_of_verification", tell)
    assert factories.run(audit.verify_audit(by=lab.curator, reason="Once a week")).notes == []


def test_a_database_that_refuses_the_entry_is_verified_all_the_same(lab, monkeypatch):
    def fail(operation):
        raise DatabaseError("disk I/O error\nat page 7")

    monkeypatch.setattr("samples.operations._operation.ledger.append", fail)

    report = factories.run(audit.verify_audit(by=lab.curator, reason="Once a week"))

    assert {finding.kind for finding in report.findings} == {verify.Kind.ENGINE}
    assert report.findings[-1].message.endswith("is not in the ledger. disk I/O error at page 7")


def test_nothing_is_entered_where_nothing_may_be(lab, tmp_path):
    before = len(entries())

    manage("verify_audit", "--no-entry")
    manage("export_ledger", "--no-entry", output=tmp_path / "ledger.jsonl")

    assert len(entries()) == before


def test_checkpoints_are_kept_and_verified(lab, tmp_path):
    kept, more = tmp_path / "checkpoints.txt", tmp_path / "more.txt"

    out = manage("checkpoint", output=kept)
    more.write_text(manage("checkpoint"), encoding="utf-8")

    newest = LedgerEntry.objects.head()
    assert out == f"Ledger {newest.seq} · {standalone.short_form(newest.hash)} is in {kept}.\n"
    assert kept.read_text(encoding="utf-8") == more.read_text(encoding="utf-8")
    out = manage("verify_audit", "--no-entry", "--checkpoints", str(kept), "--checkpoints", str(more))
    assert "1 checkpoints" in out

    kept.write_text(f"Ledger {newest.seq + 1} · ABCD-EFGH-IJKL-MNOP", encoding="utf-8")
    with pytest.raises(CommandError, match="1 findings"):
        manage("verify_audit", "--no-entry", "--checkpoints", str(kept))


def test_files_that_cannot_be_read_or_written_are_named(lab, tmp_path):
    nonsense, nowhere = tmp_path / "nonsense.txt", tmp_path / "nowhere" / "file"
    nonsense.write_text("nonsense")

    for arguments, sentence in (
        (("verify_audit", "--checkpoints", str(nonsense)), "nonsense.txt: Line 1 has no checkpoint"),
        (("verify_audit", "--checkpoints", str(nowhere)), "file cannot be read: No such file"),
        (("checkpoint", "--output", str(nowhere)), "file cannot be written: No such file"),
        (("export_ledger", "--output", str(nowhere)), "file cannot be written: No such file"),
    ):
        with pytest.raises(CommandError, match=sentence):
            manage(*arguments)


def test_an_empty_ledger_has_nothing_to_keep_or_export(db, tmp_path):
    guard.disarm()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM samples_ledgerentry")
    guard.arm()

    with pytest.raises(CommandError, match="The ledger is empty: there is nothing to keep a checkpoint of yet"):
        manage("checkpoint")
    with pytest.raises(CommandError, match="The ledger is empty: there is nothing to export"):
        manage("export_ledger", output=tmp_path / "ledger.jsonl")
    assert "Everything is in order." in manage("verify_audit", "--no-entry")


def test_an_export_is_whole_and_entered(lab, tmp_path):
    file = tmp_path / "ledger.jsonl"

    out = manage("export_ledger", output=file)

    newest = LedgerEntry.objects.head()
    lines = file.read_text(encoding="ascii").splitlines()
    assert out == f"{newest.seq} entries are in {file}.\n"
    assert len(lines) == newest.seq
    last = json.loads(lines[-1])
    assert (last["verb"], last["hash"], last["payload"]) == ("audit.export", newest.hash, newest.payload)
    assert json.loads(newest.payload)["head_seq"] == newest.seq - 1
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.jsonl"]


def test_who_may_not_verify_is_refused_before_anything_is_read(lab):
    before = len(entries())

    for person in (lab.technician, lab.researcher):
        with pytest.raises(NotAllowed, match="verify the audit"):
            factories.run(audit.verify_audit(by=person, reason="Curious"))
        with pytest.raises(NotAllowed):
            audit.export(by=person, reason="Curious")
    with pytest.raises(NoReason):
        factories.run(audit.verify_audit(by=lab.curator, reason=" "))

    assert len(entries()) == before
    for person in (lab.auditor, lab.curator, lab.administrator):
        assert factories.run(audit.verify_audit(by=person, reason="Once a week")).is_clean


def test_others_write_while_it_reads_one_moment(transactional_db):
    lab = factories.laboratory()
    before = LedgerEntry.objects.head().seq
    steps = verify.verify()
    next(steps)

    def write():
        factories.custodian(lab.curator, "Museum", Custodian.Kind.MUSEUM)
        connection.close()

    writer = Thread(target=write)
    writer.start()
    writer.join(20)

    assert not writer.is_alive()
    report = factories.run(steps)
    assert report.findings == []
    assert report.head_seq == before
    assert LedgerEntry.objects.head().seq == before + 1
    assert verify_again().head_seq == before + 1


def verify_again():
    return factories.run(verify.verify())
