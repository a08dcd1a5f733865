"""The audit log as a file: one line for each field that changed."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.utils import timezone

from samples.models import LedgerEntry
from samples.operations import containers, data
from samples.operations import samples as sample_operations
from tests import factories
from tests.views.conftest import address
from tests.views.test_queries import cost

NEXT_YEAR = timezone.localdate().year + 1


def rows(browser, **question):
    page = browser.get("export_audit", **question)
    assert page.status == 200, page.html
    return list(csv.DictReader(StringIO(page.html, newline="")))


def amend(lab, by=None, reason="Looked", **changes):
    return containers.amend(container=lab.box, changes=changes, seen=None, by=by or lab.technician, reason=reason)


def at(day, hour=4):
    return time_machine.travel(datetime(NEXT_YEAR, 6, day, hour, tzinfo=UTC), tick=False)


def test_all_changes_of_one_person_between_two_days_are_one_file(lab, as_auditor):
    for day in (1, 2, 3, 4):
        with at(day):
            amend(lab, by=lab.curator, description=f"Curator {day}")
            amend(lab, description=f"Technician {day}")

    question = {"person": lab.curator.pk, "since": f"{NEXT_YEAR}-06-02", "until": f"{NEXT_YEAR}-06-03"}

    assert [(row["actor"], row["field"], row["old"], row["new"]) for row in rows(as_auditor, **question)] == [
        ("Curator", "description", "Technician 2", "Curator 3"),
        ("Curator", "description", "Technician 1", "Curator 2"),
    ]


def test_its_bytes_are_the_same_on_both_engines(lab, as_auditor):
    with at(1):
        changes = {"description": '=1+1, "dark"\nand 月壤', "depth_top_cm": None}
        sample_operations.amend(sample=lab.soil, changes=changes, seen=None, by=lab.technician, reason="Looked, twice")
    entry = LedgerEntry.objects.of_record(lab.soil).latest("seq")

    page = as_auditor.get("export_audit", verb="amend", record="CE6C0001")

    assert (
        page.response.getvalue()
        == (
            "seq,recorded_at,actor,verb,reason,operation,kind,identifier,revision,field,old,new\n"
            f'{entry.seq},{NEXT_YEAR}-06-01T04:00:00Z,Technician,sample.amend,"Looked, twice",{entry.operation_id},'
            'sample,CE6C0001,2,description,,"\'=1+1, ""dark""\nand 月壤"\n'
        ).encode()
    )


def test_values_are_as_in_the_other_files(lab, as_auditor):
    lines = {
        row["field"]: row["new"] for row in rows(as_auditor, verb="register", kind="sample") if row["kind"] == "sample"
    }

    assert (lines["container"], lines["mission"], lines["mass_g"]) == ("BOT-1", "Mission CE6", "10.000000")
    assert (lines["origin"], lines["form"]) == ("scoop", "bulk regolith")
    move = {row["field"]: row["new"] for row in rows(as_auditor, kind="massmovement") if row["kind"] == "massmovement"}
    assert (move["happened_at"], move["kind"], move["to_sample"]) == ("2024-06-01T00:00:00Z", "accession", "CE6C0001")


def test_what_changed_no_field_has_a_line_all_the_same(lab, as_auditor):
    with at(1):
        box = factories.container(lab.curator, "CASE-1", lab.mission, custodian=lab.carrier, location=lab.street)
        containers.void(container=box, by=lab.curator, reason="Entered twice")

    [row] = rows(as_auditor, verb="void")

    assert (row["identifier"], row["reason"], row["field"], row["revision"]) == ("CASE-1", "Entered twice", "", "2")


def test_acts_and_accounts_are_in_it(lab, as_auditor):
    factories.deactivate(lab.administrator, lab.colleague)

    [account] = rows(as_auditor, verb="person.change")
    own = rows(as_auditor, verb="export")

    assert (account["kind"], account["identifier"], account["field"]) == ("user", "Colleague", "account")
    assert account["old"].endswith("; active")
    assert account["new"].endswith("; not active")
    # The file tells of its own download, which was entered before its first line was read.
    assert [(row["field"], row["new"]) for row in own if row["seq"] == own[0]["seq"]] == [
        ("file", "audit.csv"),
        ("filters", "verb: export"),
        ("format", "csv"),
    ]


def test_it_has_the_operations_of_the_page_and_all_their_entries(lab, as_auditor):
    amend(lab, description="Chipped")
    question = {"record": "CE6C0001"}

    listed = [link for link in as_auditor.get("audit_log", **question).links if link.startswith("/audit/operations/")]
    found = {f"/audit/operations/{row['operation']}/" for row in rows(as_auditor, **question)}

    assert set(listed) == found
    assert {row["kind"] for row in rows(as_auditor, **question)} == {"sample", "massmovement"}


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"colour": "grey"}, "colour: there is no such filter"),
        ({"person": "nobody"}, "person: Select a valid choice."),
        ({"since": "yesterday"}, "since: Give the day like 2024-06-28."),
        ({"until": "9999-12-31"}, "until: 9999 cannot be right"),
        ({"after": "W10="}, "after: there is no such filter"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words_and_not_entered(lab, as_auditor, question, sentence):
    before = LedgerEntry.objects.count()

    page = as_auditor.get("export_audit", **question)

    assert (page.status, page.html.startswith(sentence)) == (400, True)
    assert LedgerEntry.objects.count() == before


def test_the_page_offers_exactly_what_it_shows(lab, as_auditor):
    page = as_auditor.get("audit_log", verb="amend", q="Looked")

    assert page.link("Download CSV") == address("export_audit", verb="amend", q="Looked")


def test_a_researcher_gets_none(as_researcher):
    assert as_researcher.get("export_audit").status == 403
    assert "audit.csv" not in as_researcher.get("data").text


def test_it_costs_the_same_for_many_changes(lab, as_auditor, monkeypatch):
    monkeypatch.setattr(data, "export", lambda **told: None)
    question = {"kind": "container", "field": "container.description"}
    amend(lab, description="One")
    few = cost(as_auditor, address("export_audit", **question))
    for number in range(20):
        amend(lab, description=f"Look {number}")

    assert (few, cost(as_auditor, address("export_audit", **question))) == (15, 15)
