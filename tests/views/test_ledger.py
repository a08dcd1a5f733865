"""The ledger's page, its verification and its download."""

import json
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection, models

from samples.audit import guard, standalone
from samples.audit.checkpoints import checkpoint
from samples.audit.verify import Finding, Kind, Report
from samples.models import LedgerEntry
from samples.operations import Busy, audit, containers, samples
from samples.operations import audit as audit_operations
from tests.views.conftest import Browser, address
from tests.views.test_queries import cost


def verify(browser, **typed):
    return browser.fill("ledger_verify", **typed)


def test_it_shows_the_head_as_a_checkpoint_and_every_entry(lab, as_auditor):
    page = as_auditor.get("ledger")

    head = LedgerEntry.objects.head()
    assert checkpoint().text in page.text
    assert f"Entries {head.seq}" in page.text
    assert page.rows[0] == str(head.seq)
    assert f"Auditor Signed in {head.hash[:12]}…" in page.text
    assert page.link(str(head.seq)) == f"/audit/operations/{head.operation_id}/"
    assert "manage.py checkpoint --output checkpoints.txt" in page.text
    assert "Last verified never" in page.text


def test_it_names_the_record_of_an_entry(lab, as_auditor):
    entry = LedgerEntry.objects.of_record(lab.box).get()

    page = as_auditor.get("ledger", q=str(entry.seq))

    assert page.rows == [str(entry.seq)]
    assert "Registered container BOX-1" in page.text
    assert page.link("BOX-1") == address("container_detail", lab.box)


def test_it_finds_an_entry_by_its_hash(lab, as_auditor):
    entry = LedgerEntry.objects.of_record(lab.box).get()

    assert as_auditor.get("ledger", q=entry.hash[:12].upper()).rows == [str(entry.seq)]
    assert as_auditor.get("ledger", q=entry.hash[:6]).rows == [str(entry.seq)]
    assert as_auditor.get("ledger", q=entry.hash).rows == [str(entry.seq)]
    assert as_auditor.get("ledger", q=entry.hash[:5] + "x").rows == []
    assert as_auditor.get("ledger", q="no hash").rows == []
    assert as_auditor.get("ledger", q="9" * 40).rows == []


def test_it_finds_an_entry_by_its_checkpoint_in_any_form(lab, as_auditor):
    mark = checkpoint()
    short = mark.text.partition(" · ")[2]
    file = f"labinv-samples-20260101-{mark.slug} (1).csv"

    for typed in (mark.text, mark.slug, short, short.lower(), f"  {mark.text.lower()} ", mark.line, file):
        assert as_auditor.get("ledger", q=typed).rows == [str(mark.seq)], typed
    assert as_auditor.get("ledger", q="Ledger 3 · AAAA-BBBB-CCCC-DDDD").rows == []


@pytest.mark.parametrize("question", [{"q": "x\x00"}, {"sort": "hash"}, {"after": "nonsense"}])
def test_what_cannot_be_asked_is_refused(lab, as_auditor, question):
    assert as_auditor.get("ledger", **question).status == 400


def test_it_says_what_was_last_verified_by_whom_and_what_came_since(lab, as_auditor):
    assert "Everything is in order." in verify(as_auditor).text
    as_auditor.get("export_samples")
    as_auditor.get("export_containers")

    page = as_auditor.get("ledger")
    overview = as_auditor.get("overview")

    assert "by Auditor; nothing was found in " in page.text
    assert "Since then 2 entries 2 files with a checkpoint in their names" in page.text
    assert "nothing was found in" in overview.text
    assert f"head {checkpoint().text}" in overview.text
    assert overview.link("Ledger") == address("ledger")


def test_a_verification_that_found_something_is_said_to_have(lab, as_auditor):
    told = {"verification": "ended", "findings": 2, "kinds": {"hash": 2}, "checked": {"rows": 7}, "head_seq": 1}
    audit.tell_of_verification(told=told, by=lab.auditor, reason="Routine check")

    page = as_auditor.get("ledger")

    assert "by Auditor; 2 findings in 7 rows; 0 checkpoints were compared" in page.text
    assert "Auditor Verified: 2 findings" in page.text


def test_findings_are_not_undone_by_a_later_verification_that_found_none(lab, as_auditor):
    red = verify(as_auditor, checkpoints="Ledger 3 · AAAA-BBBB-CCCC-DDDD")
    kept_as = red.link("operation op-")
    assert "This result is kept as operation op-" in red.text
    assert "Everything is in order." in verify(as_auditor, checkpoints=checkpoint().text).text

    for page in (as_auditor.get("ledger"), as_auditor.get("overview")):
        assert "nothing was found in " in page.text
        assert "one checkpoint was compared" in page.text
        [line] = page.with_class("bad-text")
        assert line.startswith("Findings on ")
        assert line.endswith(": 1")
        assert page.link("Findings on ") == kept_as
    log = as_auditor.get("audit_log").text
    assert "Verified: 1 finding " in log
    assert "Verified: nothing found " in log


def test_what_a_verification_found_is_read_on_its_operations_page(lab, as_auditor):
    red = verify(as_auditor, checkpoints="Ledger 3 · AAAA-BBBB-CCCC-DDDD")

    page = as_auditor.open(red.link("operation op-"))

    assert page.with_class("page-title")[0].startswith("Verified: 1 finding")
    [table] = page.with_class("table")
    assert "the ledger does not match a checkpoint" in table
    assert "AAAA-BBBB-CCCC-DDDD" in table
    assert "Checkpoints given: Ledger 3 · AAAA-BBBB-CCCC-DDDD" in page.text


def test_the_first_findings_are_kept_and_all_are_counted(lab, as_auditor, monkeypatch):
    report = Report()
    for number in range(60):
        report.find(Kind.MASS, f"sample S-{number}", "It has 1 g, but 2 g came in.")

    def verified(checkpoints):
        yield from ()
        return report

    monkeypatch.setattr("samples.audit.verify.verify", verified)

    page = as_auditor.open(verify(as_auditor).link("operation op-"))

    assert "sample S-49 masses do not add up It has 1 g, but 2 g came in. 10 more were found" in page.text
    assert "S-50" not in page.text


def test_what_a_voiding_added_is_not_said_to_be_voided(lab, as_auditor):
    samples.void(sample=lab.soil, by=lab.curator, reason="Entered twice")
    page = as_auditor.get("ledger")
    entry = LedgerEntry.objects.filter(verb="sample.void").latest("seq")

    assert "Voided: new mass movement Correction 10.000000 g" in page.text
    assert "Voided sample CE6C0001" in page.text
    written = as_auditor.open(f"/audit/operations/{entry.operation_id}/")
    assert "Void was no → now yes" in written.text


def test_a_verification_that_did_not_end_is_none(lab, as_auditor):
    audit.tell_of_verification(told={"verification": "begun"}, by=lab.auditor, reason="Routine check")

    assert "Last verified never" in as_auditor.get("ledger").text


def test_everything_is_verified_and_the_result_stands_on_the_page(lab, as_auditor):
    page = verify(as_auditor, reason="Before the audit")

    assert page.status == 200
    assert "Everything is in order." in page.text
    assert f"Ledger entries {LedgerEntry.objects.count() - 1}" in page.text
    assert LedgerEntry.objects.head().reason == "Before the audit"
    assert json.loads(LedgerEntry.objects.head().payload)["findings"] == 0


def test_it_streams_how_far_it_is(lab, as_auditor):
    response = as_auditor.client.post(address("ledger_verify"), {"reason": "Routine check"})
    assert response.streaming

    parts = [part.decode() for part in response.streaming_content]

    assert "</html>" not in parts[0]
    assert "The ledger: 0 of" in parts[1]
    assert any("Masses: " in part for part in parts)
    assert "Everything is in order." in parts[-2]
    assert "</html>" in parts[-1]


def test_checkpoints_that_were_kept_elsewhere_are_compared(lab, as_auditor):
    right = checkpoint().text

    found = verify(as_auditor, checkpoints=f"{right}\nLedger 3 · AAAA-BBBB-CCCC-DDDD")

    assert "One finding: the audit is not in order" in found.text
    assert "Ledger 3" in found.with_class("table")[0]
    assert "the ledger does not match a checkpoint" in found.text
    assert "Everything is in order." in verify(as_auditor, checkpoints=right).text


def test_the_name_and_the_header_of_a_file_are_checkpoints(lab, as_auditor):
    headers = as_auditor.get("export_samples").response.headers
    kept = f"{headers['Content-Disposition']}\n{headers['X-Labinv-Ledger']}"

    right = verify(as_auditor, checkpoints=kept)
    wrong = verify(as_auditor, checkpoints=re.sub("-[A-Z2-7]{4}", "-AAAA", kept))

    assert "Checkpoints 1 " in right.text
    assert "Everything is in order." in right.text
    assert "findings: the audit is not in order" in wrong.text or "One finding" in wrong.text


def test_what_is_no_checkpoint_is_refused_with_all_that_was_typed(lab, as_auditor):
    page = verify(as_auditor, checkpoints="Ledger three", reason="Before the audit")

    assert page.status == 422
    assert "checkpoints" in page.faults
    assert page.typed["checkpoints"].strip() == "Ledger three"
    assert LedgerEntry.objects.filter(verb="audit.verify").count() == 0


@pytest.mark.parametrize("reason", ["", " ", "x\x00"])
def test_it_asks_for_a_reason(lab, as_auditor, reason):
    assert "reason" in verify(as_auditor, reason=reason).faults


def test_findings_are_listed_by_record_time_and_kind(lab, as_auditor, monkeypatch):
    report = Report()
    for number in range(201):
        report.find(Kind.MASS, f"sample S-{number}", "It has 1 g, but 2 g came in.", "2026-01-02T03:04:05.000006Z")

    def verified(**arguments):
        yield from ()
        return report

    monkeypatch.setattr(audit_operations, "verify_audit", verified)

    page = verify(as_auditor)

    assert "201 findings: the audit is not in order" in page.text
    assert "sample S-199 2026-01-02T03:04:05 masses do not add up It has 1 g, but 2 g came in." in page.text
    assert "Of the kind “masses do not add up” there are 201; the first of them are listed." in page.text
    assert isinstance(report.findings[0], Finding)


def test_it_says_so_when_it_cannot_be_entered_in_the_ledger(lab, as_auditor, monkeypatch):
    def busy(**arguments):
        raise Busy("Nothing was saved: a large import is being written. Send this once more in a minute.")

    monkeypatch.setattr(audit_operations, "tell_of_verification", busy)

    page = verify(as_auditor)

    assert "Everything is in order." in page.text
    assert "What this verification found is not in the ledger. Somebody else was writing all the while." in page.text


def test_a_guard_that_is_down_is_a_finding_and_hides_none(lab, as_auditor):
    as_auditor.get("ledger")
    guard.disarm()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE samples_mission SET return_capacity_g = return_capacity_g * 2")

    page = verify(as_auditor)

    assert "findings: the audit is not in order" in page.text
    assert "What this verification found is not in the ledger. Nothing can be saved: " in page.text
    assert "a record is not what its history says" in page.text


@pytest.mark.parametrize(("who", "may"), [("technician", False), ("auditor", True), ("curator", True)])
def test_who_has_the_right_is_offered_to_verify_and_to_download(lab, who, may):
    page = Browser(getattr(lab, who)).get("ledger")

    assert (page.link("Verify now") is not None) == (page.link("Download the ledger") is not None) == may


def test_the_downloaded_ledger_is_verified_without_labinv(lab, as_auditor, tmp_path):
    containers.amend(
        container=lab.box, changes={"description": "月"}, seen=None, by=lab.technician, reason="Looked at “it”"
    )
    response = as_auditor.client.get(address("export_ledger"))
    content = response.getvalue()
    (tmp_path / "ledger.jsonl").write_bytes(content)

    mark = checkpoint()
    lines = content.decode("ascii").splitlines()
    assert response.headers["Content-Disposition"].endswith(f'-{mark.slug}.jsonl"')
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, mark.seq + 1))
    assert LedgerEntry.objects.head().verb == "audit.export"
    result = subprocess.run(
        [sys.executable, standalone.__file__, tmp_path / "ledger.jsonl"],
        capture_output=True,
        text=True,
        env={"LABINV_AUDIT_KEY": settings.AUDIT_KEY},
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, ""), result.stdout


def test_a_page_costs_the_same_for_many_entries(lab, as_auditor):
    few = cost(as_auditor, address("ledger"))
    for number in range(20):
        changes = {"description": f"Look {number}"}
        containers.amend(container=lab.box, changes=changes, seen=None, by=lab.technician, reason="Looked")

    assert (few, cost(as_auditor, address("ledger"))) == (17, 17)


def test_an_empty_ledger_says_so(as_auditor, monkeypatch):
    monkeypatch.setattr(LedgerEntry, "objects", Nothing(LedgerEntry))

    assert "No entry yet" in as_auditor.get("ledger").text
    assert "Nothing has been entered yet" in as_auditor.get("audit_log").text


class Nothing:
    """The ledger's manager, as it is while nothing was entered."""

    def __init__(self, model):
        self.everything = model.objects

    def __getattr__(self, name):
        def none(*arguments, **named):
            found = getattr(self.everything, name)(*arguments, **named)
            return found.none() if isinstance(found, models.QuerySet) else None

        return none
