"""A curator registers and amends records in the console; each save is one operation, with its reason."""

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from samples.models import Container, Mission, Sample
from samples.operations import containers, custodians, locations, missions, samples
from samples.roles import Role
from tests import factories
from tests.admin import consoles, filled
from tests.refusing import state
from tests.views.conftest import Browser
from tests.views.test_nonsense import NONSENSE

OPERATIONS = {
    "mission": missions,
    "custodian": custodians,
    "location": locations,
    "container": containers,
    "sample": samples,
}
# What somebody else amends, and how that is told afterwards.
MEANWHILE = {
    "mission": ({"agency": "CNSA"}, "Agency empty CNSA"),
    "custodian": ({"contact": "desk 2"}, "Contact empty desk 2"),
    "location": ({"atmosphere": "air"}, "Atmosphere empty Air"),
    "container": ({"atmosphere": "nitrogen"}, "Atmosphere empty Nitrogen"),
    "sample": ({"description": "Dark"}, "Description empty Dark"),
}


@pytest.fixture
def curator(lab):
    return Browser(lab.curator)


def add_page(browser, name):
    return browser.open(consoles.url(name, "add"))


def change_page(browser, record):
    return browser.open(consoles.url(record._meta.model_name, "change", record.pk))


def as_text(values):
    return {field: str(value) for field, value in values.items()}


def now(record):
    return type(record).objects.get(pk=record.pk)


@pytest.mark.parametrize("name", filled.BY_CURATORS)
def test_a_curator_registers_a_record(lab, curator, name):
    sent = add_page(curator, name).send(**filled.new(name, lab), reason="Delivered today")

    record = consoles.an_object(name)
    row = record.history.get()
    assert (sent.status, sent.location) == (302, consoles.url(name, "changelist"))
    assert (row.verb, row.revision) == (f"{name}.register", 1)
    assert (row.actor_id, row.actor_name) == (lab.curator.pk, "Curator")
    assert row.history_change_reason == "Delivered today"
    assert not LogEntry.objects.exists()
    [told] = curator.open(sent.location).with_class("messagelist")
    assert told == f"{record} is registered."
    assert consoles.url(name, "change", record.pk) in curator.open(consoles.url(name, "changelist")).links


def test_what_is_registered_is_what_was_typed(lab, curator):
    for name in filled.BY_CURATORS:
        add_page(curator, name).send(**filled.new(name, lab), reason="Delivered today")

    container, sample = Container.objects.get(identifier="CASE-7"), Sample.objects.get(identifier="S-7")
    assert (container.capacity_g, container.custodian, container.location) == (Decimal("150.5"), lab.home, lab.room)
    assert (sample.mass_g, sample.container, sample.mission) == (Decimal("0.0125"), lab.bottle, lab.mission)
    assert sample.movements_in.get().kind == "accession"
    assert Mission.objects.get(code="CE7").drill_limit_cm == 200


@pytest.mark.parametrize("name", filled.BY_CURATORS)
def test_a_curator_amends_a_record(lab, curator, name):
    record = filled.of(name, lab)
    revision = record.revision

    sent = change_page(curator, record).send(**filled.other(name, lab), reason="Measured again")

    row = record.history.latest()
    assert (sent.status, sent.location) == (302, consoles.url(name, "changelist"))
    assert (row.verb, row.revision) == (f"{name}.amend", revision + 1)
    assert (row.actor_id, row.actor_name) == (lab.curator.pk, "Curator")
    assert row.history_change_reason == "Measured again"
    assert not LogEntry.objects.exists()
    assert curator.open(sent.location).with_class("messagelist") == [f"{now(record)} is amended."]


@pytest.mark.parametrize("name", filled.BY_CURATORS)
def test_a_form_sent_as_it_was_opened_changes_nothing(lab, curator, name):
    before = state()

    page = change_page(curator, filled.of(name, lab)).send(reason="Looked")

    assert page.status == 422
    assert "Nothing was changed: every value is as it was." in page.summary
    assert state() == before


@pytest.mark.parametrize("name", filled.BY_CURATORS)
def test_a_stale_form_saves_nothing_and_tells_what_was_changed_meanwhile(lab, curator, name):
    record = filled.of(name, lab)
    opened = change_page(curator, record)
    changes, told = MEANWHILE[name]
    OPERATIONS[name].amend(**{name: record}, changes=changes, seen=None, by=lab.curator, reason="Looked")
    before = state()
    typed = as_text(filled.other(name, lab)) | {"seen": opened.typed["seen"], "reason": "Measured again"}

    stale = opened.send(**typed)

    assert stale.status == 409
    assert told in stale.summary
    assert "“Looked”" in stale.summary
    assert stale.typed | typed | {"seen": str(record.revision + 1)} == stale.typed
    assert str(now(record)) in stale.with_class("content")[0]
    assert state() == before

    [field] = changes
    assert stale.send().status == 302
    # Nobody typed over it, so it is as the other one left it.
    assert getattr(now(record), field) == changes[field]


@pytest.mark.parametrize("seen", ["", "0", "99", "-1", "now"])
def test_an_amendment_needs_the_revision_it_was_decided_on(lab, curator, seen):
    before = state()

    page = change_page(curator, lab.bottle).send(description="Chipped", reason="Looked", seen=seen)

    assert page.status == (422 if seen in ("-1", "now") else 409)
    assert state() == before


REFUSED = [
    ("container", {"capacity_g": "2000.000001"}, "capacity_g", ["2 000.000001 g", "Mission CE6", "2 000.000000 g"]),
    ("container", {"capacity_g": "1e3"}, "capacity_g", ["1e3"]),
    ("container", {"tare_g": "1,5"}, "tare_g", ["1,5", "1.5"]),
    ("container", {"tare_g": "0.0000001"}, "tare_g", []),
    ("container", {"identifier": "bot-1"}, "identifier", ["Another container has this identifier."]),
    ("container", {"custody_began_at": "2999-01-01T10:00"}, "custody_began_at", []),
    ("container", {"location": "999999999999999999999"}, "location", []),
    ("container", {"kind": "bucket"}, "kind", []),
    ("sample", {"mass_g": "2000.000001"}, "mass_g", ["2 000.000001 g does not fit", "90.000000 g"]),
    ("sample", {"container": "BOT-99"}, "container", ["BOT-99"]),
    ("sample", {"depth_bottom_cm": "12.34567"}, "depth_bottom_cm", []),
    ("mission", {"longitude": "1e1"}, "longitude", ["plain decimal number"]),
    ("custodian", {"name": "LABORATORY"}, "name", ["Another custodian has this name."]),
    ("location", {"name": "a\x1bb"}, "name", []),
    *[(name, {"reason": "\u200b"}, "reason", ["Give a reason."]) for name in filled.BY_CURATORS],
    *[(name, {"reason": "a\x1bb"}, "reason", []) for name in filled.BY_CURATORS],
    *[(name, {"reason": "x" * 4001}, "reason", []) for name in filled.BY_CURATORS],
]


@pytest.mark.parametrize(("name", "values", "field", "parts"), REFUSED)
def test_what_is_refused_comes_back_at_its_field_with_all_that_was_typed(lab, curator, name, values, field, parts):
    before = state()
    typed = as_text(filled.new(name, lab)) | {"reason": "Delivered today"} | values

    page = add_page(curator, name).send(**typed)

    assert page.status == 422
    assert list(page.faults) == [field]
    for part in parts:
        assert part in page.faults[field]
        assert part in page.summary
    chosen = {name for name in values if name in ("location", "kind")}
    assert {key: page.typed[key] for key in typed if key not in chosen} == {
        key: value for key, value in typed.items() if key not in chosen
    }
    assert state() == before


def test_a_capacity_below_the_contents_is_refused_with_the_numbers(lab, curator):
    before = state()

    page = change_page(curator, lab.bottle).send(capacity_g="9.999999", reason="Read the label")

    assert page.status == 422
    assert "holds 10.000000 g; a capacity of 9.999999 g is too small." in page.faults["capacity_g"]
    assert (page.typed["capacity_g"], page.typed["reason"]) == ("9.999999", "Read the label")
    assert state() == before


def test_what_is_under_way_is_not_amended(lab, curator):
    factories.release(lab.technician, [lab.box], lab.other)
    before = state()

    page = change_page(curator, lab.box).send(description="Chipped", reason="Looked")

    assert page.status == 422
    assert "is under way to Second laboratory" in page.summary
    assert state() == before


def test_who_works_elsewhere_is_refused_by_the_operation(lab):
    both = factories.person("both", Role.TECHNICIAN, Role.ADMINISTRATOR, custodian=lab.other)
    before = state()

    page = change_page(Browser(both), lab.bottle).send(description="Chipped", reason="Looked")

    assert page.status == 403
    assert "Laboratory answers for this, and Both does not work there." in page.summary
    assert page.typed["description"] == "Chipped"
    assert state() == before


def test_a_doubt_is_acknowledged(lab, curator):
    values = {"form": "core segment", "origin": "drill", "container": "BOX-1", "reason": "Delivered today"}
    before = state()

    doubtful = add_page(curator, "sample").send(**filled.new("sample", lab) | values)

    assert doubtful.status == 422
    assert "S-7 is a core segment without a depth." in doubtful.with_class("doubts")[0]
    assert (doubtful.summary, doubtful.typed["identifier"]) == ("", "S-7")
    assert state() == before

    # The tick is for the sentence that was shown.
    assert doubtful.send(acknowledged="on", identifier="S-8").status == 422
    assert doubtful.send(acknowledged="on").status == 302
    assert Sample.objects.get(identifier="S-7").depth_top_cm is None


def test_a_doubt_comes_after_the_changes_meanwhile(lab, curator):
    depths = {"depth_top_cm": Decimal(10), "depth_bottom_cm": Decimal(20)}
    core = factories.sample(lab.technician, "CORE-1", lab.box, origin="drill", form="core segment", **depths)
    opened = change_page(curator, core)
    samples.amend(sample=core, changes={"other_names": "C1"}, seen=None, by=lab.technician, reason="Read the label")

    stale = opened.send(depth_top_cm="", depth_bottom_cm="", reason="Label lost")
    doubtful = stale.send()
    done = doubtful.send(acknowledged="on")

    assert [page.status for page in (stale, doubtful, done)] == [409, 422, 302]
    assert (now(core).depth_top_cm, now(core).other_names) == (None, "C1")


@pytest.mark.parametrize("name", filled.BY_CURATORS)
def test_nonsense_in_every_field_is_refused(lab, curator, name):
    before = state()

    for opened in (add_page(curator, name), change_page(curator, filled.of(name, lab))):
        for kind, text in NONSENSE.items():
            page = curator.post(opened.url, dict.fromkeys(opened.typed, text) | {"acknowledged": text})
            assert page.status == 422, (opened.url, kind)
            assert page.summary
            assert "<script>alert" not in page.html
    assert state() == before


@pytest.mark.parametrize("key", ["0", "-1", "abc", "9" * 30, "1_5F", "%00"])
def test_a_key_that_is_not_there_leads_back_to_the_index(lab, curator, key):
    address = consoles.url("container", "change", 0).replace("/0/", f"/{key}/")

    page = curator.post(address, {"description": "Chipped", "reason": "Looked", "seen": "1"})

    assert (page.status, page.location) == (302, "/admin/")


def test_forged_fields_change_nothing_beyond_the_form(lab, curator):
    forged = {
        "identifier": "BOT-99",
        "custodian": lab.other.pk,
        "mission": "7",
        "status": "emptied",
        "revision": "99",
        "voided_at": "2024-01-01T10:00",
        "id": lab.box.pk,
        "container": lab.box.pk,
        "by": lab.technician.pk,
        "refusal": "",
    }
    opened = change_page(curator, lab.bottle)

    curator.post(opened.url, opened.typed | forged | {"description": "Chipped", "reason": "Looked"})

    kept = ("identifier", "custodian_id", "mission_id", "status", "voided_at", "pk")
    container = now(lab.bottle)
    assert [getattr(container, name) for name in kept] == [getattr(lab.bottle, name) for name in kept]
    assert (container.description, container.revision) == ("Chipped", lab.bottle.revision + 1)
    assert container.history.latest().actor_name == "Curator"


@pytest.mark.parametrize("name", filled.BY_CURATORS)
def test_a_record_is_not_copied(lab, curator, name):
    before = state()
    values = filled.new(name, lab) | {"reason": "Once more", "_saveasnew": "1"}

    page = curator.post(consoles.url(name, "change", filled.of(name, lab).pk), values)

    assert page.status == 403
    assert state() == before


def test_a_void_record_is_read_and_not_amended(lab, curator):
    opened = change_page(curator, lab.carrier)
    custodians.void(custodian=lab.carrier, by=lab.curator, reason="Entered twice")
    before = state()

    page = change_page(curator, lab.carrier)

    assert page.with_class("form-layout") == []
    assert "Entered twice" in page.text
    sent = opened.send(contact="desk 3", reason="Moved")
    assert sent.status == 403
    assert "Carrier is void: it can be read, not changed." in sent.text
    assert state() == before


@pytest.mark.parametrize("name", filled.BY_CURATORS)
def test_an_administrator_reads_and_is_refused_every_write(administrator, lab, name):
    record = filled.of(name, lab)
    detail, add = consoles.url(name, "change", record.pk), consoles.url(name, "add")
    before = state()

    assert administrator.get(detail).status_code == 200
    assert "form-layout" not in administrator.get(detail).text
    assert administrator.get(add).status_code == 403
    assert add not in administrator.get(consoles.url(name, "changelist")).text
    assert administrator.post(add, filled.new(name, lab) | {"reason": "Delivered"}).status_code == 403
    assert administrator.post(detail, filled.other(name, lab) | {"reason": "Measured"}).status_code == 403
    assert state() == before


@pytest.mark.parametrize("name", filled.BY_CURATORS)
def test_the_form_stands_beside_every_other_field(lab, curator, name):
    record = filled.of(name, lab)

    page = change_page(curator, record)

    fields = {field.name for field in record._meta.concrete_fields}
    read = {name for name in fields if page.with_class(f"field-{name}")}
    assert set(page.typed) == {*record.AMENDABLE, "reason", "seen", "opened", "csrfmiddlewaretoken"} - unticked(page)
    assert read == fields - set(record.AMENDABLE)
    assert reverse(f"{name}_history", args=[record.pk]) == curator.open(page.link("History")).location


def unticked(page):
    """Radios and boxes that stand in the form with nothing chosen."""
    return {node.get("name") for node in page.tree.iter("input")} - set(page.typed)


def test_a_link_fills_in_nothing_but_the_custodian_of_who_follows_it(lab):
    both = factories.person("both", Role.CURATOR, custodian=lab.home)

    page = Browser(both).open(consoles.url("container", "add") + "?identifier=BOT-9&custodian=1&reason=Trust+me")

    assert (page.typed["identifier"], page.typed["reason"]) == ("", "")
    assert page.typed["custodian"] == str(lab.home.pk)


def test_no_widget_leads_to_another_form(lab, curator):
    for name in filled.BY_CURATORS:
        html = add_page(curator, name).html + change_page(curator, filled.of(name, lab)).html
        for part in ("related-widget", "_popup", "add-another", "RelatedObjectLookups", "vDateField"):
            assert part not in html
