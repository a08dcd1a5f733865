"""Revoking a token: the own one, or as an administrator anybody's."""

import pytest

from samples.operations import tokens
from tests import factories
from tests.views.conftest import Browser, address


@pytest.fixture
def token(lab):
    return factories.token(lab.researcher)[0]


def test_a_person_revokes_the_own_token_with_a_reason(lab, token, as_researcher):
    page = as_researcher.fill("token_revoke", token, reason="Laptop sold")

    assert page.location == address("token_list")
    assert page.message.startswith(f"The token Notebook ({token.prefix}…) is revoked")
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert lab.researcher.events.latest("pk").reason == "Laptop sold"


def test_without_a_reason_it_stays(token, as_researcher):
    page = as_researcher.fill("token_revoke", token)

    assert page.status == 422
    assert "This field is required." in page.faults["reason"]
    token.refresh_from_db()
    assert token.revoked_at is None


def test_an_administrator_revokes_anybody_s_and_goes_back_to_the_console(lab, token):
    browser = Browser(lab.administrator)
    assert "The one of Researcher that begins with" in browser.get("token_revoke", token).text

    page = browser.fill("token_revoke", token, reason="Seen in a repository")

    assert page.location == "/admin/samples/token/"
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert lab.researcher.events.latest("pk").actor_name == "Administrator"


@pytest.mark.parametrize("who", ["technician", "curator", "auditor"])
def test_nobody_else_finds_it(lab, token, who):
    browser = Browser(getattr(lab, who))

    assert browser.get("token_revoke", token).status == 404
    assert browser.post(address("token_revoke", token), {"reason": "Mischief"}).status == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_one_that_works_no_more_is_not_revoked_again(lab, token, as_researcher):
    opened = as_researcher.get("token_revoke", token)
    tokens.revoke(token=token, by=lab.administrator, reason="Seen in a repository")

    page = opened.send(reason="Laptop sold")

    assert page.status == 422
    assert "works no more: there is nothing to revoke." in page.summary
    assert page.typed["reason"] == "Laptop sold"
