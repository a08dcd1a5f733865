"""Making a token: its secret is shown once."""

import re

import pytest
from django.contrib.sessions.models import Session

from samples.models import Token
from tests import factories
from tests.views.conftest import address

SECRET = re.compile(r"labinv_[0-9a-f]{64}")


def make(browser, **typed):
    return browser.fill("token_make", **{"name": "Notebook", "reason": "Spectra of the fines"} | typed)


def test_the_form_offers_ninety_days(as_researcher):
    typed = as_researcher.get("token_make").typed

    assert typed["expires_on"] == factories.in_days(90).isoformat()
    assert typed["name"] == typed["reason"] == ""


def test_the_secret_is_shown_on_the_page_that_answers_and_works(lab, as_researcher):
    page = make(as_researcher)

    assert page.status == 200
    [secret] = SECRET.findall(page.html)
    assert "The token “Notebook” is made" in page.text
    assert "no-store" in page.response.headers["Cache-Control"]
    headers = {"Authorization": f"Bearer {secret}"}
    assert as_researcher.client.get(address("export_samples"), headers=headers).status_code == 200


def test_the_secret_is_shown_once(lab, as_researcher):
    page = make(as_researcher)
    [secret] = SECRET.findall(page.html)

    reloaded = as_researcher.post(page.url, page.response.wsgi_request.POST)
    others = [as_researcher.get(name) for name in ("token_list", "token_make", "data")]

    assert reloaded.status == 422
    assert "You have a token “Notebook” that still works." in reloaded.faults["name"]
    assert Token.objects.count() == 1
    assert all(not SECRET.search(each.html) for each in [reloaded, *others])
    assert all(secret not in str(session.get_decoded()) for session in Session.objects.all())


def test_the_lines_beside_the_secret_do_not_have_it(lab, as_researcher):
    page = make(as_researcher)

    first, *lines = page.with_class("copied")
    assert SECRET.fullmatch(first)
    assert len(lines) == 3
    assert not any(SECRET.search(line) for line in lines)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "a\x00b"}, "name", "Null characters are not allowed."),
        ({"name": "a\u202eb"}, "name", "invisible control character"),
        ({"name": "x" * 61}, "name", "at most 60 characters"),
        ({"reason": ""}, "reason", "This field is required."),
        ({"reason": "\u200b"}, "reason", "Give a reason."),
        ({"expires_on": ""}, "expires_on", "This field is required."),
        ({"expires_on": "tomorrow"}, "expires_on", "Give the day like 2024-06-28."),
        ({"expires_on": "2020-01-01"}, "expires_on", "A token works for a year at most"),
        ({"expires_on": "9999-12-31"}, "expires_on", "9999 cannot be right"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(lab, as_researcher, typed, field, sentence):
    page = make(as_researcher, **typed)

    assert page.status == 422
    assert sentence in page.faults[field]
    kept = {"name": "Notebook", "reason": "Spectra of the fines"} | typed
    assert {name: page.typed[name] for name in kept if name != field} == {
        name: value for name, value in kept.items() if name != field
    }
    assert not Token.objects.exists()


def test_a_day_more_than_a_year_is_refused_with_the_last_day(lab, as_researcher):
    page = make(as_researcher, expires_on=factories.in_days(366).isoformat())

    assert page.status == 422
    assert str(factories.in_days(365).year) in page.faults["expires_on"]


def test_too_many_are_refused_above_the_form(lab, as_researcher):
    for number in range(20):
        factories.token(lab.researcher, f"Notebook {number}")

    page = make(as_researcher)

    assert page.status == 422
    assert "You have 20 tokens that work" in page.summary
