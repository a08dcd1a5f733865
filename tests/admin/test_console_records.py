from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from samples.views import visit
from tests.admin import consoles
from tests.admin.conftest import more_records

READABLE = [*consoles.RECORDS, "user", "accountevent", "group", *consoles.SIGN_INS]


@pytest.mark.parametrize("name", READABLE)
def test_list_and_detail_open(administrator, lab, name):
    record = consoles.an_object(name)
    listed = administrator.get(consoles.url(name, "changelist"))
    detail = administrator.get(consoles.url(name, "change", record.pk))

    assert (listed.status_code, detail.status_code) == (200, 200)
    assert listed.context["cl"].result_count == type(record)._default_manager.count()
    assert 'name="action"' not in listed.text
    assert "delete" not in detail.text.lower()


@pytest.mark.parametrize("name", consoles.RECORDS)
def test_the_detail_shows_every_field(administrator, lab, name):
    record = consoles.an_object(name)

    shown = administrator.get(consoles.url(name, "change", record.pk)).text

    for field in record._meta.concrete_fields:
        assert f"field-{field.name}" in shown
    assert "<input" not in shown.partition("<fieldset")[2].partition("submit-row")[0]


def test_masses_are_written_to_the_microgram_with_their_unit(administrator, lab):
    exactly = '12.34<span class="mass-z">0000</span><span class="unit">&nbsp;g</span>'
    sample = consoles.an_object("sample")

    assert exactly in administrator.get(consoles.url("sample", "changelist")).text
    assert administrator.get(consoles.url("sample", "change", sample.pk)).text.count(exactly) == 2
    assert exactly in administrator.get(consoles.url("massmovement", "changelist")).text


@pytest.mark.parametrize("name", READABLE)
def test_every_search_field_can_be_searched(administrator, lab, name):
    response = administrator.get(consoles.url(name, "changelist"), {"q": "nothing is called this"})

    assert response.status_code == 200
    expected = 0 if consoles.registered()[name].search_fields else 5
    assert response.context["cl"].result_count == expected


@pytest.mark.parametrize(
    ("name", "term", "found"),
    [
        ("mission", "m-a", "M-A"),
        ("container", "bot-a", "BOT-A"),
        ("sample", "S-A", "S-A"),
        ("seal", "bot-a", "SEAL-A"),
        ("handoff", "H-0001", "H-0001"),
        ("handoff", "1", "H-0001"),
        ("handoff", "BOT-A", "H-0001"),
        ("handoffline", "BOT-A", "H-0001"),
        ("massmovement", "S-A", "S-A"),
        ("location", "Site A", "Hall A"),
        ("user", "person-a", "Person a"),
        ("accountevent", "person a", "Person a"),
    ],
)
def test_it_finds_by_what_people_call_it(administrator, lab, name, term, found):
    response = administrator.get(consoles.url(name, "changelist"), {"q": term})

    assert response.context["cl"].result_count >= 1
    assert found in response.text


@pytest.mark.parametrize("name", READABLE)
def test_every_choice_of_every_filter_opens(administrator, lab, name):
    address = consoles.url(name, "changelist")
    listed = administrator.get(address).context["cl"]

    for spec in listed.filter_specs:
        for choice in spec.choices(listed):
            assert administrator.get(address + choice["query_string"]).status_code == 200
    assert administrator.get(address + "?_facets=True").status_code == 200
    for column in range(len(listed.list_display) + 1):
        assert administrator.get(f"{address}?o={column}.-{column}").status_code == 200


def test_a_filter_narrows_the_list(administrator, lab):
    def count(query):
        return administrator.get(consoles.url("container", "changelist"), query).context["cl"].result_count

    assert count({"kind__exact": "sample bottle"}) == 2
    assert count({"mission__id__exact": lab.mission.pk}) == 2
    assert count({"void": "no"}) == 4
    assert count({"void": "yes"}) == 0


@pytest.mark.parametrize("name", consoles.WITH_A_PAGE)
def test_the_history_is_the_page_in_the_laboratory(administrator, lab, name):
    record = consoles.an_object(name)

    response = administrator.get(consoles.url(name, "history", record.pk))

    assert response.url == reverse(f"{name}_history", args=[record.pk])
    assert administrator.get(response.url).status_code == 200


@pytest.mark.parametrize("name", consoles.WITHOUT_A_PAGE)
def test_the_history_of_a_part_is_told_in_the_console(administrator, lab, name):
    record = consoles.an_object(name)

    response = administrator.get(consoles.url(name, "history", record.pk))

    changes = response.context["changes"]
    assert [change.revision for change in changes] == list(range(record.revision, 0, -1))
    for row, change in zip(record.history.order_by("-revision"), changes, strict=True):
        assert (change.at, change.who, change.verb) == (row.history_date, row.actor_name, row.verb)
        assert (change.reason, bool(change.fields)) == (row.history_change_reason, True)
        assert row.actor_name in response.text
        assert row.history_change_reason in response.text


def test_the_history_of_a_line_shows_what_was_changed(administrator, lab):
    line = consoles.an_object("handoffline")

    newest = administrator.get(consoles.url("handoffline", "history", line.pk)).context["changes"][0]

    assert ("Open", "yes", "no") in newest.fields


@pytest.mark.parametrize("name", [*consoles.RECORDS, "accountevent", "group", *consoles.SIGN_INS])
def test_nothing_that_is_posted_changes_a_record(administrator, lab, name):
    record = consoles.an_object(name)
    before = snapshot()
    filled = {field.name: "1" for field in record._meta.concrete_fields}
    action = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes", "index": "0"}

    for page in consoles.pages_of(name):
        for data in ({}, filled, action, filled | {"_save": "Save"}, filled | {"_saveasnew": "1"}):
            assert administrator.post(page, data).status_code == 403, page
    assert administrator.get(consoles.url(name, "add")).status_code == 403
    assert administrator.get(consoles.url(name, "delete", record.pk)).status_code == 403
    assert snapshot() == before


def snapshot():
    """Every row of everything in the console, to the last value."""
    models = [page.model for page in consoles.registered().values()]
    return {model: Counter(model._default_manager.values_list()) for model in models}


def test_more_records_cost_no_more_queries(administrator, lab, monkeypatch):
    # Else whoever takes a minute over all these pages is noted as still there on one of them.
    monkeypatch.setattr(visit, "SEEN_EVERY_S", 24 * 3600)

    def queries(page):
        with CaptureQueriesContext(connection) as captured:
            administrator.get(page)
        return len(captured)

    def costs():
        pages = [(name, page) for name in READABLE for page in consoles.pages_of(name)]
        return {f"{name} {page.rstrip('/').rsplit('/')[-1]}": queries(page) for name, page in pages}

    costs()
    few = costs()
    for letter in "BC":
        more_records(lab, letter)
    many = costs()

    assert many == few
    assert max(few.values()) <= 14, few
