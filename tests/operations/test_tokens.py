"""Tokens: made with a secret that is kept nowhere, revoked by their person or an administrator."""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from samples.models import AccountEvent, OutsideOperation, Token
from samples.operations import tokens
from samples.operations._operation import NotAllowed
from samples.operations.tokens import MOST, HasEnded, NameTaken, OutOfTime, TooMany
from samples.roles import Role
from tests import factories
from tests.refusing import refused

# Noon of 1 March in the laboratory.
NOON = datetime(2027, 3, 1, 4, tzinfo=UTC)
AT_NOON = time_machine.travel(NOON, tick=False)


def revoke(token, by, reason="Laptop sold"):
    return tokens.revoke(token=token, by=by, reason=reason)


@AT_NOON
def test_a_new_token_is_its_persons_and_works_to_the_end_of_its_last_day(lab):
    token, _secret = factories.token(lab.researcher, " Notebook ", expires_on=date(2027, 3, 31))

    token.refresh_from_db()
    assert (token.user, token.name, token.created_at) == (lab.researcher, "Notebook", NOON)
    assert token.expires_at == datetime(2027, 3, 31, 16, tzinfo=UTC)
    assert token.expires_on == date(2027, 3, 31)
    assert (token.revoked_at, token.last_used_at) == (None, None)


def test_of_the_secret_only_its_hash_is_kept(lab):
    with CaptureQueriesContext(connection) as queries:
        token, secret = factories.token(lab.researcher)

    assert re.fullmatch(r"labinv_[0-9a-f]{64}", secret)
    assert secret.startswith(token.prefix)
    assert len(token.prefix) == 15
    assert token.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert all(secret not in query["sql"] for query in queries)


def test_no_two_tokens_have_one_secret(lab):
    secrets = {factories.token(lab.researcher, f"Notebook {number}")[1] for number in range(5)}

    assert len(secrets) == 5


@AT_NOON
def test_making_and_revoking_leave_an_event_of_the_person_without_the_secret(lab):
    token, secret = factories.token(lab.researcher)
    revoke(token, lab.administrator)

    revoked, made = lab.researcher.events.order_by("-pk")[:2]
    assert (made.verb, made.actor_name, made.reason) == ("token.make", "Researcher", "Spectra")
    assert made.state == f"Researcher; Researcher; no custodian; active; tokens: Notebook ({token.prefix}…)"
    assert (revoked.verb, revoked.actor_name, revoked.reason) == ("token.revoke", "Administrator", "Laptop sold")
    assert revoked.state == "Researcher; Researcher; no custodian; active"
    told = str(list(AccountEvent.objects.values_list()))
    assert secret not in told
    assert token.secret_hash not in told


@AT_NOON
@pytest.mark.parametrize("day", [date(2027, 3, 1), date(2028, 2, 29)])
def test_a_token_works_from_one_day_to_a_year(lab, day):
    assert factories.token(lab.researcher, expires_on=day)[0].expires_on == day


@AT_NOON
@pytest.mark.parametrize("day", [date(2027, 2, 28), date(2028, 3, 1), date(1, 1, 1), date(9999, 12, 31)])
def test_a_token_of_yesterday_or_of_more_than_a_year_is_refused(lab, day):
    with refused(OutOfTime, "a day from today, 1 Mar 2027, to 29 Feb 2028", field="expires_on"):
        factories.token(lab.researcher, expires_on=day)


def test_a_name_is_taken_while_its_token_works(lab):
    first, _secret = factories.token(lab.researcher, "Notebook", expires_on=factories.in_days(2))

    with refused(NameTaken, "You have a token “NOTEBOOK” that still works.", field="name"):
        factories.token(lab.researcher, "NOTEBOOK ")
    factories.token(lab.curator, "Notebook")
    revoke(first, lab.researcher)
    factories.token(lab.researcher, "Notebook", expires_on=factories.in_days(2))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=4)):
        factories.token(lab.researcher, "Notebook")

    assert lab.researcher.tokens.count() == 3


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\u200bb", "a\nb", "x" * 61])
def test_a_name_that_cannot_be_kept_is_refused(lab, name):
    with refused(ValidationError, field="name"):
        factories.token(lab.researcher, name)


def test_a_person_has_as_many_tokens_as_one_can_keep_apart(lab):
    for number in range(MOST):
        factories.token(lab.researcher, f"{number:02} {'x' * 57}")

    with refused(TooMany, "You have 20 tokens that work"):
        factories.token(lab.researcher, "One more")


def test_who_may_see_nothing_makes_no_token(lab):
    roleless = factories.person("roleless")

    with refused(NotAllowed, "it needs the right to see published samples"):
        factories.token(roleless)


@pytest.mark.parametrize("who", ["researcher", "administrator"])
def test_a_token_is_revoked_by_its_person_or_an_administrator(lab, who):
    token, _secret = factories.token(lab.researcher)

    revoke(token, getattr(lab, who))

    token.refresh_from_db()
    assert token.revoked_at is not None
    with refused(HasEnded, f"The token Notebook ({token.prefix}…) works no more"):
        revoke(token, getattr(lab, who))


def test_nobody_else_revokes_a_token(lab):
    token, _secret = factories.token(lab.researcher)

    for who in (lab.curator, lab.technician, lab.auditor):
        with refused(NotAllowed, f"{who.name} may not revoke a token of Researcher."):
            revoke(token, who)


def test_an_expired_token_is_not_revoked(lab):
    token, _secret = factories.token(lab.researcher, expires_on=factories.in_days(1))

    with time_machine.travel(datetime.now(UTC) + timedelta(days=3)), refused(HasEnded):
        revoke(token, lab.researcher)


def test_a_token_is_written_by_operations_alone(lab):
    token, _secret = factories.token(lab.researcher)

    for write in (
        token.save,
        token.delete,
        lambda: Token.objects.update(revoked_at=None),
        lambda: Token.objects.all().delete(),
        lambda: Token.objects.create(user=lab.researcher, name="Other"),
    ):
        with refused(OutsideOperation):
            write()


def test_tokens_are_told_apart_by_the_moment(lab):
    at = datetime.now(UTC)
    live, _secret = factories.token(lab.researcher, "Live")
    short, _secret = factories.token(lab.researcher, "Short", expires_on=factories.in_days(1))
    gone, _secret = factories.token(lab.curator, "Gone")
    revoke(gone, lab.curator)
    later = at + timedelta(days=3)

    assert set(Token.objects.live(at)) == {live, short}
    assert set(Token.objects.ended(at)) == {gone}
    assert set(Token.objects.live(later)) == {live}
    assert set(Token.objects.ended(later)) == {short, gone}
    assert live.is_live(live.expires_at) is False
    assert set(Token.objects.in_reach_of(lab.researcher)) == {live, short}
    assert set(Token.objects.in_reach_of(lab.administrator)) == {live, short, gone}


def test_a_person_who_only_administers_has_a_token_too(lab):
    both = factories.person("both", Role.ADMINISTRATOR)

    assert factories.token(both)[0].user == both
