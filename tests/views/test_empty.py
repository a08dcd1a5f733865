"""A new installation: nothing is registered yet, and each page says what to do first."""

import pytest

from samples.roles import Role
from tests import factories
from tests.views.conftest import Browser, address


@pytest.fixture
def curator(db):
    return Browser(factories.person("curator", Role.CURATOR))


@pytest.fixture
def auditor(db):
    return Browser(factories.person("auditor", Role.AUDITOR))


@pytest.fixture
def researcher(db):
    return Browser(factories.person("researcher", Role.RESEARCHER))


LISTS = {
    "container_list": ("No containers yet", "Register container", "container_register"),
    "sample_list": ("No samples yet", "Register sample", "sample_register"),
    "handoff_list": ("No handoffs yet", "Release custody", "handoff_release"),
    "mission_list": ("No mission yet", "Register mission", "mission_register"),
    "custodian_list": ("No custodian yet", "Register custodian", "custodian_register"),
    "location_list": ("No location yet", "Register location", "location_register"),
    "balance_list": ("No balance yet", "Register balance", "balance_register"),
}


@pytest.mark.parametrize(("name", "words"), LISTS.items())
def test_an_empty_list_says_what_to_do_next(curator, name, words):
    says, label, leads_to = words

    page = curator.get(name)

    assert page.status == 200
    [empty] = page.with_class("empty-state")
    assert empty.startswith(says)
    assert label in empty
    assert page.link(label) == address(leads_to)


@pytest.mark.parametrize(("name", "words"), LISTS.items())
def test_an_empty_list_offers_nothing_to_who_only_reads(auditor, name, words):
    page = auditor.get(name)

    assert words[0] in page.text
    assert page.link(words[1]) is None


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_with_a_filter_offers_to_take_it_off(curator, name):
    page = curator.get(name, q="anything")

    assert "Nothing matches" in page.text
    assert page.link("Take the filters off") == address(name)


def test_the_overview_says_how_to_begin(curator, auditor):
    page = curator.get("overview")

    assert "The inventory is empty. A curator begins with the mission" in page.text
    assert page.link("Register mission") == address("mission_register")
    assert auditor.get("overview").link("Register mission") is None


def test_a_researcher_is_told_that_nothing_is_published(researcher):
    for name in ("overview", "sample_list"):
        page = researcher.get(name)

        assert page.status == 200
        assert "No sample is published yet" in page.text
        assert page.link("Register sample") is None


@pytest.mark.parametrize("name", [name for name, _words in LISTS.items()])
def test_a_researcher_sees_empty_lists_or_is_told_they_are_not_for_the_role(researcher, name):
    assert researcher.get(name).status == (403 if name in ("custodian_list", "location_list", "balance_list") else 200)


@pytest.mark.parametrize(
    "name", ["samples", "containers", "handoffs", "missions", "custodians", "locations", "discrepancies", "balances"]
)
def test_an_empty_file_has_its_header(curator, name):
    text = curator.get(f"export_{name}").response.getvalue().decode()

    assert text.count("\n") == 1
    assert text.endswith("\n")


@pytest.mark.parametrize("name", ["container_register", "sample_register", "handoff_release", "location_register"])
def test_a_form_opens_where_there_is_nothing_to_choose_from(curator, name):
    assert curator.get(name).status == 200
