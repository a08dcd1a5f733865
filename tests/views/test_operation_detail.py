"""The page of one operation: everything that it wrote."""

import json
import uuid

import pytest
from django.db import models

from samples.models import LedgerEntry
from samples.operations import containers
from tests import factories
from tests.views.conftest import Browser, address
from tests.views.test_queries import cost


def page_of(browser, entry, **query):
    return browser.open(address_of(entry, **query))


def address_of(entry, **query):
    return address("operation_detail", factories.operation_of(entry), **query)


def newest():
    return LedgerEntry.objects.operations().latest("seq")


def test_it_says_who_when_why_and_how_much(lab, as_auditor):
    factories.release(lab.technician, [lab.box], lab.other)

    entry = newest()
    page = page_of(as_auditor, entry)

    assert page.with_class("page-title")[0].startswith("Released handoff H-0001 “Planned”")
    assert f"Ledger entries {entry.seq} – {entry.seq + 3}" in page.text
    assert "4 entries with 2 handoff lines, 1 signature" in page.text
    assert str(entry.operation_id) in page.text
    assert page.link("Technician") == address("audit_log", person=lab.technician.pk)


def test_it_shows_each_record_with_its_fields_old_and_new(lab, as_auditor):
    changes = {"description": "Chipped"}
    containers.amend(container=lab.box, changes=changes, seen=None, by=lab.technician, reason="Dropped")
    containers.amend(container=lab.box, changes={"description": "Mended"}, seen=None, by=lab.technician, reason="Glued")

    entry = newest()
    [written] = page_of(as_auditor, entry).tree.iterfind(".//ol[@class='written']")
    told = page_of(as_auditor, entry).text

    assert len(list(written)) == 1
    assert "Container BOX-1 revision 3 Description was Chipped → now Mended" in told
    assert f"Entry {entry.seq} {entry.hash[:12]}…" in told


def test_what_a_registration_wrote_has_no_value_before(lab, as_auditor):
    entry = LedgerEntry.objects.of_record(lab.soil).get()

    told = page_of(as_auditor, entry).text

    assert "Sample CE6C0001 revision 1" in told
    assert "Container now BOT-1" in told
    assert "Mass movement Accession 10.000000 g revision 1" in told
    assert "was" not in told.split("What it wrote")[1].split("Times are")[0].split()


def test_a_change_of_an_account_shows_what_it_was(lab, as_auditor):
    factories.deactivate(lab.administrator, lab.colleague)

    told = page_of(as_auditor, newest()).text

    assert "User Colleague Account was Colleague; Technician; Laboratory; active → now Colleague;" in told
    assert "not active" in told


def test_an_act_without_a_record_shows_what_it_tells(lab, as_auditor):
    as_auditor.get("export_samples", origin="scoop", q="CE6")

    told = page_of(as_auditor, newest()).text

    assert "Downloaded File now samples.csv Filters now origin: scoop, q: CE6 Format now csv" in told


def test_the_server_is_a_person_too(lab, as_auditor):
    entry = LedgerEntry.objects.operations().filter(actor_id=None).first()

    assert page_of(as_auditor, entry).link("system") == address("audit_log", person="system")


def test_a_long_operation_has_several_pages(lab, as_auditor, monkeypatch):
    monkeypatch.setattr("samples.views.audit.MOST_SHOWN", 3)
    stock = factories.container(lab.curator, "STOCK", lab.mission, custodian=lab.home, location=lab.room)
    factories.imported(lab.curator, stock, *(f"IMP-{number}" for number in range(4)))
    entry = newest()
    shown, url = [], address_of(entry)
    while url:
        page = as_auditor.open(url)
        shown += [link.partition("?q=")[2] for link in page.links if "/audit/ledger/?q=" in link]
        url = page.link("The next entries") and address_of(entry) + page.link("The next entries")

    entries = LedgerEntry.objects.filter(operation_id=entry.operation_id).order_by("seq")
    assert shown == [str(seq) for seq in entries.values_list("seq", flat=True)]
    assert len(shown) == 9
    assert page.link("From the beginning") == address_of(entry)


@pytest.mark.parametrize("after", ["x", "-1", "²", "\x00", "9" * 40])
def test_a_place_that_is_none_is_its_beginning(lab, as_auditor, after):
    assert "Entry" in page_of(as_auditor, newest(), after=after).text


def test_a_history_row_that_is_gone_is_said_to_be(lab, as_auditor, monkeypatch):
    entry = LedgerEntry.objects.of_record(lab.soil).get()
    monkeypatch.setattr("samples.trail._pairs", lambda noun, entries: {})

    assert "The history row of this entry is not there. Have the ledger verified." in page_of(as_auditor, entry).text


def test_a_payload_that_is_no_json_is_no_end_of_the_page(lab, as_auditor):
    from samples import trail

    entry = newest()
    for payload in ("{", "[1]", '"x"'):
        entry.payload = payload
        assert trail.written([entry])[0].change.fields == []
    entry.payload = json.dumps({"file": "x.csv"})
    assert trail.written([entry])[0].change.fields == [("File", None, "x.csv")]


def test_who_does_not_see_everything_does_not_see_it(lab, as_researcher):
    assert page_of(as_researcher, newest()).status == 403


def test_an_operation_that_is_none_is_not_found(as_auditor):
    page = as_auditor.open(f"/audit/operations/{uuid.uuid4()}/")

    assert page.status == 404
    assert page.link("Look in the audit log") == address("audit_log")


def test_it_costs_the_same_for_many_records(lab, as_auditor):
    stock = factories.container(lab.curator, "STOCK", lab.mission, custodian=lab.home, location=lab.room)
    costs = []
    for identifiers in (["A-1"], [f"B-{number}" for number in range(20)]):
        factories.imported(lab.curator, stock, *identifiers)
        costs.append(cost(as_auditor, address_of(newest())))

    assert costs == [20, 20]


def test_each_change_of_a_history_tab_leads_to_its_operation(lab, as_auditor):
    entry = LedgerEntry.objects.of_record(lab.box).get()

    assert as_auditor.get("container_history", lab.box).link("op-") == address_of(entry)


@pytest.mark.parametrize("name", ["container", "mission", "custodian", "location"])
def test_a_voided_record_leads_to_its_history(lab, as_auditor, name):
    from samples.operations import custodians, locations, missions

    verbs = {
        "container": (
            containers.void,
            factories.container(lab.curator, "CASE-1", lab.mission, custodian=lab.carrier, location=lab.street),
        ),
        "mission": (missions.void, factories.mission(lab.curator, "OLD")),
        "custodian": (custodians.void, factories.custodian(lab.curator, "Museum", "museum")),
        "location": (locations.void, factories.location(lab.curator, "Cellar")),
    }
    void, record = verbs[name]
    void(**{name: record}, by=lab.curator, reason="Entered twice")

    assert as_auditor.get(f"{name}_detail", record).link("Its history") == address(f"{name}_history", record)


def test_an_unknown_record_leads_to_the_log_of_its_kind(lab, as_auditor, as_researcher):
    page = as_auditor.open("/containers/987654/")

    assert page.link("Look in the audit log") == address("audit_log", kind="container")
    assert as_auditor.open("/no/such/page/").link("Look in the audit log") == address("audit_log")
    assert as_researcher.open("/containers/987654/").link("audit log") is None


def test_a_record_that_only_the_ledger_knows_leads_to_its_entries(lab, as_auditor, monkeypatch):
    """Nothing deletes a record; if somebody did behind the back of the guard, this is where it would be seen."""
    everything = models.QuerySet.filter

    def filter(self, *conditions, **question):
        found = everything(self, *conditions, **question)
        return found.none() if question == {"pk": lab.box.pk} else found

    with monkeypatch.context() as patched:
        patched.setattr(models.QuerySet, "filter", filter)
        page = as_auditor.get("container_detail", lab.box)

    assert page.status == 404
    assert "The ledger knows a record of this address, and it is not there any more" in page.text
    assert page.link("What was done with it") == address("audit_log", kind="container", key=lab.box.pk)


def test_a_page_to_work_with_a_withdrawn_record_alarms_nobody(lab, as_curator):
    spare = factories.container(lab.curator, "SPARE", lab.mission, custodian=lab.home, location=lab.room)
    containers.void(container=spare, by=lab.curator, reason="Entered twice")

    page = as_curator.get("container_amend", spare)

    assert page.status == 404
    assert "The record is there" in page.text
    assert "tell an auditor" not in page.text
    assert page.link("What was done with it") == address("audit_log", kind="container", key=spare.pk)


def test_a_record_page_bears_the_checkpoint_on_paper(lab, as_auditor):
    from samples.audit.checkpoints import checkpoint

    page = as_auditor.get("container_detail", lab.box)

    assert page.with_class("print-only") == [checkpoint().text]
    assert Browser(lab.researcher).get("data").with_class("print-only") == []
