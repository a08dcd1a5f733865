"""The audit log: every operation in plain words, and each of its filters."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from samples.audit.checkpoints import checkpoint
from samples.models import SYSTEM, Container, LedgerEntry
from samples.operations import containers, custody
from samples.operations import samples as sample_operations
from samples.operations._operation import operation
from samples.operations.migrations import note_applied
from samples.roles import Right
from tests import factories
from tests.views.conftest import Browser, address
from tests.views.test_queries import cost

# The clock of the ledger never goes back, so what is entered at a set time lies ahead.
NEXT_YEAR = timezone.localdate().year + 1
SECOND_OF_JUNE = f"{NEXT_YEAR}-06-02"


def told(browser, **question):
    """What each line of the log says, without its number."""
    page = browser.get("audit_log", **question)
    assert page.status == 200, page.text
    return page.with_class("history-entry")


def said(browser, **question):
    """The lines from the verb on."""
    return [line.partition(" ")[2].rpartition(" ")[0] for line in told(browser, **question)]


def amend(lab, by=None, reason="Looked", **changes):
    return containers.amend(container=lab.box, changes=changes, seen=None, by=by or lab.technician, reason=reason)


def test_a_line_says_when_who_what_on_which_record_and_why(lab, as_auditor):
    with time_machine.travel(datetime(NEXT_YEAR, 6, 1, 20, 5, tzinfo=UTC), tick=False):
        amend(lab, description="Chipped", reason="Dropped at the door")

    page = as_auditor.get("audit_log")

    assert page.with_class("history-entry")[0].startswith(
        "04:05 Technician Amended container BOX-1 “Dropped at the door” op-"
    )
    assert page.with_class("history-day")[0].startswith(f"2 June {NEXT_YEAR}")
    assert page.link("BOX-1") == address("container_detail", lab.box)
    newest = LedgerEntry.objects.operations().latest("seq")
    assert page.link("op-") == f"/audit/operations/{newest.operation_id}/"


def test_the_newest_operation_comes_first(lab, as_auditor):
    amend(lab, description="One", reason="First")
    amend(lab, description="Two", reason="Second")

    lines = told(as_auditor)

    assert ("“Second”" in lines[0], "“First”" in lines[1]) == (True, True)


def test_many_records_are_counted_beyond_the_third(lab, as_auditor):
    factories.container(lab.technician, "SMALL-1", lab.mission, parent=lab.box)
    factories.release(lab.technician, [lab.box], lab.other)
    stock = factories.container(lab.curator, "STOCK", lab.mission, custodian=lab.home, location=lab.room)
    factories.imported(lab.curator, stock, *(f"IMP-{number}" for number in range(5)))

    imported, _registered, released = said(as_auditor)[:3]

    assert imported.startswith("Curator Imported I-")
    assert "with 5 mass movements, 5 samples" in imported
    assert released == "Technician Released handoff H-0001 with 3 handoff lines, 1 signature “Planned”"


def test_records_of_the_kind_it_is_about_are_named_up_to_three(lab, as_auditor):
    adopt_changes(lab, 5)

    assert "Took over what was changed past labinv container CASE-0 , CASE-1 , CASE-2 and 2 more" in told(as_auditor)[0]


def adopt_changes(lab, number):
    """One operation that wrote so many containers, as after a migration that changed them."""
    made = [
        factories.container(lab.technician, f"CASE-{index}", lab.mission, custodian=lab.home, location=lab.room)
        for index in range(number)
    ]

    @operation("migration.adopt", right=Right.ADMINISTER)
    def write(*, by, reason):
        for container in made:
            container.description = "Moved over"
            container.save()

    write(by=SYSTEM, reason="Changed by an update of the database")


def test_acts_without_a_record_are_told_in_plain_words(lab, as_auditor):
    note_applied(names=["samples.0009_more"], by=SYSTEM, reason="Update of the database")
    as_auditor.get("export_samples", origin="drill")
    as_auditor.post(address("sign_out"), {})

    lines = said(Browser(lab.curator))

    assert lines[0] == "Curator Signed in “Signed in with name and password.”"
    assert lines[1] == "Auditor Signed out “Signed out.”"
    assert lines[2] == "Auditor Downloaded samples.csv “Downloaded in the browser.”"
    assert lines[3] == "system Migrated the database samples.0009_more “Update of the database”"


def test_changes_of_accounts_are_told_with_the_person(lab, as_auditor):
    factories.deactivate(lab.administrator, lab.colleague)

    assert said(as_auditor)[0] == "Administrator Changed the account for Colleague “Has left”"


@pytest.mark.parametrize("who", ["technician", "curator", "auditor", "administrator"])
def test_whoever_sees_everything_reads_it(lab, who):
    browser = Browser(getattr(lab, who))

    assert browser.get("audit_log").status == 200
    assert browser.get("overview").link("Audit") == address("audit_log")


def test_a_researcher_is_not_led_there(as_researcher):
    assert as_researcher.get("audit_log").status == 403
    assert as_researcher.get("overview").link("Audit") is None


def test_it_finds_what_one_person_did(lab, as_auditor):
    amend(lab, by=lab.curator, description="One")
    amend(lab, description="Two")

    lines = told(as_auditor, person=lab.curator.pk)

    assert {line.split()[1] for line in lines} == {"Curator"}
    assert sum("Amended" in line for line in lines) == 1


def test_it_finds_what_the_server_did_itself(lab, as_auditor):
    assert {line.split()[1] for line in told(as_auditor, person="system")} == {"system"}


def test_it_finds_one_verb_and_not_another_that_ends_alike(lab, as_auditor):
    factories.seal(lab.technician, lab.box, "S-100")
    note_applied(names=["samples.0009_more"], by=SYSTEM, reason="Update of the database")

    [seal] = said(as_auditor, verb="apply")
    migration = said(as_auditor, verb="migration.apply")[0]

    assert seal == "Technician Applied seal S-100 “Closed”"
    assert migration.startswith("system Migrated the database")


def test_it_finds_everything_about_a_record_in_upper_and_lower_case_alike(lab, as_auditor):
    factories.seal(lab.technician, lab.box, "S-100")
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    custody.reject(handoff=handoff, by=lab.receiver, reason="Not today")
    amend(lab, description="Chipped")
    factories.container(lab.technician, "BOX-10", lab.mission, custodian=lab.home, location=lab.room)

    verbs = [line.split()[1] for line in said(as_auditor, record="box-1")]

    assert verbs == ["Amended", "Rejected", "Released", "Applied", "Registered"]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("CE6C0001", "Registered sample CE6C0001"),
        ("h-0001", "Released handoff H-0001"),
        ("ce6", "Registered mission Mission CE6"),
        ("Carrier", "Registered custodian Carrier"),
        ("street", "Registered location Street"),
        ("S-100", "Applied seal S-100"),
        ("receiver", "Added the account for Receiver"),
        ("i-0001", None),
        ("BOX", None),
        ("%", None),
    ],
)
def test_it_finds_records_of_every_kind_by_their_name(lab, as_auditor, name, first):
    factories.seal(lab.technician, lab.box, "S-100")
    factories.release(lab.technician, [lab.box], lab.other)

    lines = said(as_auditor, record=name)

    assert (lines == []) if first is None else (first in lines[0])


def test_one_name_may_be_that_of_several_kinds(lab, as_auditor):
    factories.mission(lab.curator, "SHARED")
    factories.custodian(lab.curator, "Shared", "museum")

    lines = said(as_auditor, record="shared")

    assert [line.split()[2] for line in lines] == ["custodian", "mission"]


def test_it_finds_a_kind_of_record_and_one_by_its_number(lab, as_auditor):
    amend(lab, description="Chipped")

    kind = said(as_auditor, kind="container")
    one = said(as_auditor, kind="container", key=lab.bottle.pk)

    assert [line.split(" “")[0] for line in kind] == [
        "Technician Amended container BOX-1",
        "Technician Registered container BOT-1",
        "Technician Registered container BOX-1",
    ]
    assert one == ["Technician Registered container BOT-1 “Delivered empty”"]
    assert said(as_auditor, key=lab.bottle.pk) == []


def test_it_finds_acts_without_a_record(lab, as_auditor):
    lines = said(as_auditor, kind="none")

    assert lines[0] == "Auditor Signed in “Signed in with name and password.”"
    assert not any("Registered" in line for line in lines)


def test_it_finds_the_operations_that_changed_a_field(lab, as_auditor):
    case = factories.container(lab.technician, "CASE-1", lab.mission, custodian=lab.home, location=lab.room)
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=case)
    amend(lab, description="Chipped")
    seen = {"seen": None, "by": lab.technician, "reason": "Into the vial"}
    sample_operations.move(sample=lab.soil, container=vial, **seen)
    changes = {"description": "Dark"}
    sample_operations.amend(sample=lab.soil, changes=changes, seen=None, by=lab.technician, reason="Looked")

    moved = said(as_auditor, field="sample.container")
    described = said(as_auditor, field="sample.description")
    boxes = said(as_auditor, field="container.description")

    assert moved == ["Technician Moved sample CE6C0001 with 1 container “Into the vial”"]
    assert described == ["Technician Amended sample CE6C0001 “Looked”"]
    assert boxes == ["Technician Amended container BOX-1 “Looked”"]


@pytest.mark.parametrize(("before", "after"), [(None, "500"), ("500", None)])
def test_a_field_that_was_empty_or_is_now_has_changed(lab, as_auditor, before, after):
    factories.container(
        lab.technician, "CASE-1", lab.mission, custodian=lab.home, location=lab.room, capacity_g=grams(before)
    )
    case = Container.objects.get(identifier="CASE-1")
    same = {"container": case, "seen": None, "by": lab.technician}
    containers.amend(changes={"capacity_g": grams(after)}, **same, reason="Rated")
    containers.amend(changes={"description": "Green"}, **same, reason="Painted")

    assert said(as_auditor, field="container.capacity_g") == ["Technician Amended container CASE-1 “Rated”"]


def grams(text):
    return text and Decimal(text)


def test_it_finds_a_period_of_days_in_the_laboratory(lab, as_auditor):
    # 16:00 in Greenwich is midnight in Shanghai.
    for day, hour, minute in ((1, 15, 59), (1, 16, 0), (2, 15, 59), (2, 16, 0)):
        with time_machine.travel(datetime(NEXT_YEAR, 6, day, hour, minute, tzinfo=UTC), tick=False):
            amend(lab, description=f"{day} {hour} {minute}", reason=f"{day} June {hour}:{minute:02}")

    def found(**days):
        return [line.split("“")[1].rstrip("”") for line in said(as_auditor, **days) if "June" in line]

    assert found(since=SECOND_OF_JUNE) == ["2 June 16:00", "2 June 15:59", "1 June 16:00"]
    assert found(until=SECOND_OF_JUNE) == ["2 June 15:59", "1 June 16:00", "1 June 15:59"]
    assert found(since=SECOND_OF_JUNE, until=SECOND_OF_JUNE) == ["2 June 15:59", "1 June 16:00"]


def test_it_finds_words_of_the_reason(lab, as_auditor):
    amend(lab, description="One", reason="Scratched by the drill")
    amend(lab, description="Two", reason="Looked")

    assert [line.split("“")[1] for line in said(as_auditor, q="THE DRILL")] == ["Scratched by the drill”"]


def test_filters_narrow_each_other_and_show_as_chips(lab, as_auditor):
    amend(lab, description="One")
    amend(lab, by=lab.curator, description="Two")

    page = as_auditor.get(
        "audit_log", person=lab.curator.pk, verb="amend", kind="container", field="container.description"
    )

    assert len(page.with_class("history-entry")) == 1
    assert [chip for chip in page.with_class("chip") if "take this filter off" in chip] == [
        "Person Curator (curator) take this filter off",
        "What was done Amended take this filter off",
        "Kind of record Container take this filter off",
        "Field that changed Container · Description take this filter off",
    ]


def test_it_says_so_when_nothing_matches(lab, as_auditor):
    page = as_auditor.get("audit_log", q="no such words")

    assert "Nothing matches" in page.text
    assert page.link("Take the filters off") == address("audit_log")


@pytest.mark.parametrize(
    "question",
    [
        {"person": "nobody"},
        {"person": "999999"},
        {"verb": "destroy"},
        {"kind": "rocket"},
        {"field": "sample.colour"},
        {"field": "user.password"},
        {"since": "yesterday"},
        {"until": "0001-01-01"},
        {"until": "9999-12-31"},
        {"key": "x", "kind": "container"},
        {"key": "9" * 30, "kind": "container"},
        {"record": "BOX\x00"},
        {"record": "x" * 201},
        {"q": "x" * 201},
        {"sort": "reason"},
        {"after": "nonsense"},
        {"before": "WyIxIiwgMF0="},
    ],
)
def test_what_cannot_be_asked_is_refused(lab, as_auditor, question):
    page = as_auditor.get("audit_log", **question)

    assert page.status == 400
    assert page.with_class("history-entry") == []


def test_every_operation_is_on_one_page_only(lab, as_auditor, monkeypatch):
    monkeypatch.setattr("samples.views.paging.PAGE_SIZE", 7)
    found, url = [], address("audit_log")
    while url:
        page = as_auditor.open(url)
        found += [link for link in page.links if link.startswith("/audit/operations/")]
        url = page.link("Next") and address("audit_log") + page.link("Next")

    every = LedgerEntry.objects.operations().order_by("-seq").values_list("operation_id", flat=True)
    assert found == [f"/audit/operations/{operation}/" for operation in every]


def test_a_page_costs_the_same_for_many_operations_and_large_ones(lab, as_auditor):
    amend(lab, description="One")
    stock = factories.container(lab.curator, "STOCK", lab.mission, custodian=lab.home, location=lab.room)
    factories.imported(lab.curator, stock, "IMP-1")
    few = cost(as_auditor, address("audit_log"))
    for number in range(20):
        amend(lab, description=f"Look {number}")
    factories.imported(lab.curator, stock, *(f"IMP-{number}" for number in range(2, 30)))

    assert (few, cost(as_auditor, address("audit_log"))) == (17, 17)
    assert cost(as_auditor, address("audit_log", record="BOX-1", field="container.description")) == 10


def test_a_printed_log_bears_the_checkpoint(lab, as_auditor):
    assert as_auditor.get("audit_log").with_class("print-only") == [checkpoint().text]


def test_a_last_day_before_the_first_is_refused_in_words(as_auditor):
    page = as_auditor.get("audit_log", since="2026-11-24", until="2026-11-20")

    assert page.status == 400
    assert "The last day lies before the first one." in page.text
