"""The page of one's own tokens."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from samples.operations import tokens
from tests import factories
from tests.views.conftest import Browser, address


def names(page):
    return [row.find("th").text for table in page.tree.iter("tbody") for row in table.iter("tr")]


def test_without_a_token_it_says_what_one_is_for(as_researcher):
    page = as_researcher.get("token_list")

    [empty] = page.with_class("empty-state")
    assert empty.startswith("No token that works A token lets a notebook or a nightly script fetch")
    assert page.link("Make token") == address("token_make")


@time_machine.travel("2027-03-01T04:00:00+00:00", tick=False)
def test_it_shows_name_prefix_making_use_and_end_but_no_secret(lab):
    token, secret = factories.token(lab.researcher, "Nightly <b>", expires_on=factories.in_days(30))

    page = Browser(lab.researcher).get("token_list")

    row = f"Nightly <b> {token.prefix}… 1 Mar 2027, 12:00 never the end of 31 Mar 2027 Revoke Nightly <b>"
    assert row in page.text
    assert page.link("Revoke") == address("token_revoke", token)
    assert secret not in page.html
    assert token.secret_hash not in page.html


def test_it_shows_when_a_token_was_last_used(lab, as_researcher):
    _token, secret = factories.token(lab.researcher)

    with time_machine.travel("2026-12-01T04:00:00+00:00", tick=False):
        as_researcher.client.get(address("export_samples"), headers={"Authorization": f"Bearer {secret}"})

    assert "1 Dec 2026, 12:00" in as_researcher.get("token_list").text


def test_tokens_that_work_no_more_stand_apart(lab):
    live, _secret = factories.token(lab.researcher, "Notebook")
    short, _secret = factories.token(lab.researcher, "Short", expires_on=factories.in_days(0))
    gone, _secret = factories.token(lab.researcher, "Gone")
    tokens.revoke(token=gone, by=lab.researcher, reason="Laptop sold")

    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        page = Browser(lab.researcher).get("token_list")

    assert names(page) == ["Notebook", "Gone", "Short"]
    assert f"expired after {short.expires_on.day} " in page.text
    assert "revoked " in page.text
    assert [link for link in page.links if link and link.endswith("/revoke/")] == [address("token_revoke", live)]


def test_it_shows_nobody_else_s_not_even_to_an_administrator(lab):
    factories.token(lab.researcher, "Notebook")

    for user in (lab.technician, lab.administrator):
        assert names(Browser(user).get("token_list")) == []


def test_the_user_menu_leads_to_it(lab, as_researcher):
    assert as_researcher.get("overview").link("Tokens for scripts") == address("token_list")
    roleless = Browser(factories.person("roleless")).get("token_list")
    assert roleless.status == 403
    assert roleless.link("Tokens for scripts") is None


def test_it_costs_the_same_for_more_tokens(lab, as_researcher):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert as_researcher.get("token_list").status == 200
        return len(queries)

    factories.token(lab.researcher, "First")
    before = cost()
    for number in range(5):
        factories.token(lab.researcher, f"Notebook {number}")

    # Session, person, roles; those that work, those that do not.
    assert cost() == before == 5


@pytest.mark.parametrize("name", ["token_list", "data_samples"])
def test_it_shows_the_lines_of_each_language_and_no_token_in_them(lab, as_researcher, name):
    _token, secret = factories.token(lab.researcher)

    page = as_researcher.get(name)

    samples = [text for text in page.with_class("copied") if "http://testserver/export/samples.csv" in text]
    assert len(samples) == 3
    assert all("LABINV_TOKEN" in text for text in samples)
    assert secret not in page.html


def test_the_data_page_leads_to_the_tokens(as_researcher):
    page = as_researcher.get("data")

    assert page.link("Tokens for scripts") == address("token_list")
