"""Pages about an earlier moment: what they show, that nothing leads out of it unnoticed, and what is refused."""

import json
from copy import deepcopy
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from samples import urls
from samples.models import LedgerEntry
from samples.operations import containers, custodians
from samples.questions import AS_OF, KINDS, RECORDED_AT
from samples.views.access import ANYBODY, SIGNED_IN
from tests import factories
from tests.views.conftest import Browser, address

RELEASED = factories.LONG_AGO + timedelta(days=30)
RECEIVED = RELEASED + timedelta(hours=3)
# A package tells its moment, and without one it is of the moment of its own entry: tests/views/test_package.py.
PAST = [route for route in urls.urlpatterns if route.callback.has_past and route.name != "export_package"]
NOW_ONLY = [
    route
    for route in urls.urlpatterns
    if not route.callback.has_past and route.callback.right is not ANYBODY and "GET" in route.callback.methods
]

EXAMPLES = {"sample": "soil", "container": "box", "custodian": "other", "location": "room"}


def z(moment):
    return moment.isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def _lived(_laboratory, django_db_blocker):
    """A laboratory and a moment: after it the box changed hands and the bottle, the soil and the house changed."""
    lab = deepcopy(_laboratory)
    with django_db_blocker.unblock():
        factories.seal(lab.technician, lab.box, "SEAL-1")
        moment = timezone.now()
        balance = factories.balance(lab.curator)
        [lab.discrepancy] = factories.discrepancies_of(
            lab, lab.box, seal_read="", balance=balance, received_at=RECEIVED
        )
        lab.handoff = lab.discrepancy.line.handoff
        changes = {"description": "Cracked"}
        containers.amend(container=lab.bottle, changes=changes, seen=None, by=lab.receiver, reason="Saw")
        factories.publish(lab.curator, lab.soil)
        changes = {"name": "Old house"}
        custodians.amend(custodian=lab.home, changes=changes, seen=None, by=lab.curator, reason="Renamed")
    return lab, z(moment)


@pytest.fixture
def lab(_lived, db):
    return deepcopy(_lived[0])


@pytest.fixture
def then(_lived):
    return _lived[1]


def told(page):
    """What the page says of records."""
    return " ".join(page.with_class("table") + page.with_class("facts"))


def record_of(lab, route):
    if route.name == "api_records":
        return SimpleNamespace(pk="samples")
    noun = route.name.partition("_")[0]
    return getattr(lab, EXAMPLES.get(noun, noun), None)


def address_of(lab, route, **query):
    if "name" in route.pattern.converters:
        return reverse(route.name, args=["samples"], query=query or None)
    return address(route.name, record_of(lab, route) if "pk" in route.pattern.converters else None, **query)


def test_a_list_shows_what_was_recorded_then(lab, then, as_auditor):
    page = as_auditor.get("container_list", recorded_at=then)

    assert page.rows == ["BOT-1", "BOX-1"]
    [table] = page.with_class("table")
    assert table.count("Room 1 Laboratory") == 2
    assert "Old house" not in page.text
    assert "Second laboratory" not in table
    assert "As recorded: what the inventory held at" in page.text
    assert then in page.text


def test_a_record_shows_what_was_recorded_then(lab, then, as_auditor):
    page = as_auditor.get("container_detail", lab.bottle, recorded_at=then)

    assert "Cracked" not in page.text
    assert "Cracked" in as_auditor.get("container_detail", lab.bottle).text
    assert "Old house" not in page.text
    assert "CE6C0001" in page.text


def test_filter_order_and_words_ask_the_past_too(lab, then, as_auditor):
    home = {"custodian": lab.home.pk}

    assert as_auditor.get("container_list", **home).rows == []
    assert as_auditor.get("container_list", recorded_at=then, **home).rows == ["BOT-1", "BOX-1"]
    assert as_auditor.get("container_list", recorded_at=then, sort="-identifier").rows == ["BOX-1", "BOT-1"]
    assert as_auditor.get("container_list", recorded_at=then, q="Cracked").rows == []
    assert as_auditor.get("sample_list", recorded_at=then, published="yes").rows == []
    assert as_auditor.get("sample_list", published="yes").rows == ["CE6C0001"]


def test_paging_stays_in_the_past(lab, as_auditor):
    factories.container(lab.curator, "STOCK", lab.mission, custodian=lab.home, location=lab.room)
    identifiers = [f"S-{number:03}" for number in range(52)]
    factories.imported(lab.curator, "STOCK", *identifiers)
    then = z(timezone.now())
    factories.imported(lab.curator, "STOCK", "S-000A", "S-999")

    first = as_auditor.get("sample_list", recorded_at=then)
    second = as_auditor.open(reverse("sample_list") + first.link("Next"))

    assert "53 match" in first.text
    assert first.rows + second.rows == ["CE6C0001", *identifiers]
    assert as_auditor.open(reverse("sample_list") + second.link("Previous")).rows == first.rows


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("route", PAST, ids=lambda route: route.name)
def test_every_page_that_answers_for_a_moment_answers_for_now_as_it_does_without_it(lab, then, as_auditor, route, kind):
    present, past = (as_auditor.open(address_of(lab, route, **query)) for query in ({}, {kind: z(timezone.now())}))

    assert past.status == present.status == 200
    if route.name == "api_records":
        # Beside them stand the question and the ledger, in which each reading is entered.
        assert json.loads(past.html)["records"] == json.loads(present.html)["records"] != []
    elif route.callback.takes_tokens:
        assert past.html == present.html
    else:
        assert "Nothing can be changed here." in past.text
        # But for its word for the moment, and the accounts, which are known of now only, and what is done with rows.
        now = told(present).replace("People who sign in Receiver ", "").replace("Choose ", "")
        assert told(past).replace("Choose ", "").replace("then", "now") == now


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("route", [route for route in PAST if not route.callback.takes_tokens], ids=lambda r: r.name)
def test_every_link_of_a_page_keeps_to_the_moment_or_leads_back_to_now(lab, then, as_curator, route, kind):
    page = as_curator.open(address_of(lab, route, **{kind: z(timezone.now())}))
    main = page.tree.find(".//main")
    here = {link.get("href") for link in main.iter("a")}

    assert page.status == 200
    for url in here - {"#main"}:
        assert kind in parse_qs(urlsplit(url).query), url
    # And nothing there changes anything.
    assert not [form for form in main.iter("form") if form.get("method") != "get"]
    assert not page.with_class("action-bar")
    assert page.link("Return to now") == address_of(lab, route)
    nav = page.with_class("nav-link")
    assert nav
    assert reverse("sample_list") in page.links


def test_the_filters_and_the_file_keep_to_the_moment(lab, then, as_auditor):
    page = as_auditor.get("sample_list", recorded_at=then, origin="scoop")
    kept = {node.get("name"): node.get("value") for node in page.tree.iter("input") if node.get("type") == "hidden"}

    assert kept[RECORDED_AT] == then
    assert RECORDED_AT in page.link("Origin")
    file = as_auditor.open(page.link("Download CSV"))
    assert "published_at" in file.html
    assert file.html.splitlines()[1].startswith("CE6C0001,")
    assert RECORDED_AT in page.link("Form")


def test_as_of_tells_who_held_it_by_the_times_of_the_events(lab, then, as_auditor):
    before = as_auditor.get("container_detail", lab.box, as_of=z(RELEASED + timedelta(hours=1)))
    after = as_auditor.get("container_detail", lab.box, as_of=z(RECEIVED))

    assert "Old house" in before.text
    assert "Under way to Second laboratory" in before.text
    assert "As it happened:" in before.text
    assert "Second laboratory" in after.text
    assert "Under way" not in after.text


def test_the_chain_and_the_mission_are_of_then(lab, then, as_auditor):
    moment = z(RELEASED - timedelta(hours=1))

    assert "H-0001" in as_auditor.get("container_custody", lab.box).text
    assert "H-0001" not in as_auditor.get("container_custody", lab.box, as_of=moment).text
    assert as_auditor.get("handoff_detail", lab.handoff, as_of=moment).status == 404
    assert "10.000000" in as_auditor.get("mission_detail", lab.mission, as_of=moment).text
    early = z(factories.LONG_AGO - timedelta(days=1))
    assert "10.000000" not in as_auditor.get("mission_detail", lab.mission, as_of=early).text
    assert "10.000000" not in as_auditor.get("overview", as_of=early).text
    assert "Recent operations" not in as_auditor.get("overview", as_of=moment).text


def test_a_record_that_was_not_there_yet_is_a_404_that_leads_to_now(lab, then, as_auditor):
    early = z(factories.LONG_AGO - timedelta(days=1))
    not_recorded = as_auditor.get("container_detail", lab.box, recorded_at=early)
    not_happened = as_auditor.get("sample_detail", lab.soil, as_of=early)

    assert (not_recorded.status, not_happened.status) == (404, 404)
    assert "It was not recorded at that moment" in not_recorded.text
    assert "It had not happened at that moment" in not_happened.text
    assert not_recorded.link("Look at it now") == address("container_detail", lab.box)


def test_researchers_ask_only_what_happened_and_see_what_is_published_today(lab, then, as_researcher):
    hidden = factories.sample(
        lab.receiver,
        "HIDDEN",
        factories.container(lab.receiver, "OWN", lab.mission, custodian=lab.other, location=lab.other_room),
    )
    moment = z(RECEIVED + timedelta(hours=1))

    assert as_researcher.get("sample_list", as_of=moment).rows == ["CE6C0001"]
    assert as_researcher.get("container_list", as_of=moment).rows == ["BOT-1", "BOX-1"]
    assert as_researcher.get("sample_detail", hidden, as_of=moment).status == 404
    refused = as_researcher.get("sample_list", recorded_at=moment)
    assert refused.status == 403
    assert "not for your role (Researcher)" in refused.text
    assert as_researcher.open(refused.link("Show what was so then")).rows == ["CE6C0001"]
    assert as_researcher.get("export_samples", recorded_at=moment).status == 403
    assert "What was recorded then" not in as_researcher.get("sample_list").text


REFUSED = {
    "recorded_at=2024-06-26T25:00": "is no moment of the calendar",
    "as_of=2999-01-01T00:00Z": "is in the future",
    "as_of=soon": "is no moment",
    "as_of=2024-06-26&recorded_at=2024-06-26": "not both",
}


@pytest.mark.parametrize(("query", "words"), REFUSED.items())
def test_what_is_no_moment_is_a_400_in_words(lab, as_auditor, query, words):
    page = as_auditor.open(f"{reverse('sample_list')}?q=CE6&{query}")
    file = as_auditor.open(f"{reverse('export_samples')}?{query}")

    assert (page.status, file.status) == (400, 400)
    assert words in page.text
    assert page.link("Show what is now") == f"{reverse('sample_list')}?q=CE6"
    assert words in file.html
    assert file.response.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("route", NOW_ONLY, ids=lambda route: route.name)
def test_a_page_about_now_refuses_to_speak_of_another_moment(lab, then, route):
    pk = {"pk": 1} if "pk" in route.pattern.converters else {}
    key = {"key": "0b1f9f2e-5f33-4a57-9c1a-0d2f8d7d1c11"} if "key" in route.pattern.converters else {}
    named = {"file": "samples.csv", "name": "samples"}
    named = {name: text for name, text in named.items() if name in route.pattern.converters}
    right = route.callback.right
    reader = lab.curator if right == SIGNED_IN or lab.curator.may(right) else lab.auditor
    page = Browser(reader).open(f"{reverse(route.name, kwargs=pk | key | named)}?as_of={then}")

    assert page.status == 400
    assert "This page shows what is now." in page.text


def test_the_form_of_another_moment_leads_to_its_address_and_keeps_the_filters(lab, then, as_auditor):
    asked = as_auditor.get("sample_list", origin="scoop", after="x", look=AS_OF, at="2024-06-26 20:00+08:00")
    assert asked.status == 302
    assert parse_qs(urlsplit(asked.location).query) == {"origin": ["scoop"], "as_of": ["2024-06-26 20:00+08:00"]}
    assert "2024-06-26T12:00:00Z" in as_auditor.open(asked.location).text


@pytest.mark.parametrize("present", [{}, {AS_OF: "2024-06-26"}])
def test_a_mistyped_moment_stays_in_the_form_of_the_page_it_was_asked_on(lab, then, as_auditor, present):
    page = as_auditor.get("sample_list", origin="scoop", look=RECORDED_AT, at="noon", **present)
    [error] = [node for node in page.tree.iter("div") if node.get("id") == "id_moment_error"]
    kept = {node.get("name"): node.get("value") for node in page.tree.iter("input")}

    assert page.status == 400
    assert "“noon” is no moment." in " ".join(error.itertext())
    assert (kept["at"], kept["origin"]) == ("noon", "scoop")
    assert (AS_OF in kept) == bool(present)
    assert ("As it happened:" in page.text) == bool(present)
    assert "Samples" in page.with_class("page-title")[0]


def test_a_moment_without_a_zone_is_the_laboratorys(lab, then, as_auditor):
    page = as_auditor.get("container_list", as_of="2024-06-26 20:00")

    assert "26 Jun 2024, 20:00 UTC+08:00 (2024-06-26T12:00:00Z)" in page.text


def test_the_banner_says_that_a_day_means_its_end(lab, then, as_auditor):
    page = as_auditor.get("container_list", as_of="2024-06-26")

    assert "26 Jun 2024, 23:59:59.999999 UTC+08:00 (2024-06-26T15:59:59.999999Z)" in page.text
    assert "That is the end of the day asked for." in page.text


def test_a_file_of_then_says_so_in_its_name_and_has_the_columns_of_now(lab, then, as_auditor):
    file = as_auditor.get("export_containers", recorded_at="2026-01-01T09:00Z")
    name = 'attachment; filename="labinv-containers-recorded-at-2026-01-01T090000Z'
    assert file.response.headers["Content-Disposition"].startswith(name)
    # The download itself is of now, and the ledger tells of what moment the file is.
    entry = LedgerEntry.objects.order_by("-seq").first()
    assert (entry.verb, "2026-01-01T09:00:00Z" in entry.payload) == ("data.export", True)
    present = as_auditor.get("export_containers").html.splitlines()
    past = as_auditor.get("export_containers", recorded_at=then).html.splitlines()

    assert past[0] == present[0]
    assert len(past) == len(present) == 3
    assert "Second laboratory" in present[1]
    assert "Laboratory" in past[1]
    assert "Second laboratory" not in past[1]


def test_a_script_asks_for_a_file_of_then_with_its_token(lab, then):
    _token, secret = factories.token(lab.auditor)
    url = address("export_samples", recorded_at=then)
    response = Browser().client.get(url, headers={"Authorization": f"Bearer {secret}"})

    assert response.status_code == 200
    assert b"CE6C0001" in response.getvalue()


@pytest.mark.parametrize(
    ("kind", "words"),
    [(RECORDED_AT, "Nothing had been recorded by then"), (AS_OF, "Nothing had happened by then")],
)
@pytest.mark.parametrize("name", ["container_list", "sample_list"])
def test_an_empty_moment_does_not_invite_to_begin(lab, as_curator, name, kind, words):
    page = as_curator.get(name, **{kind: "1969-07-20"})
    filtered = as_curator.get(name, q="nothing like it", **{kind: "1969-07-20"})

    assert page.with_class("empty-state") == [words]
    assert "Nothing matches" in filtered.text


def test_the_overview_of_an_empty_moment_does_not_invite_to_begin(lab, as_curator):
    page = as_curator.get("overview", recorded_at="1969-07-20")

    assert page.with_class("empty-state") == ["Nothing had been recorded by then"]
