"""`Authorization: Bearer …` on the addresses of exports, and nowhere else."""

import csv
import logging
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from samples import urls
from samples.models import Token
from samples.operations import data, people, tokens
from samples.roles import Role
from tests import factories
from tests.views.conftest import Browser, address

EXPORTS = [route.name for route in urls.urlpatterns if route.name.startswith("export_")]
OTHERS = [route for route in urls.urlpatterns if not route.callback.takes_tokens and route.name != "healthz"]
NOW = datetime.now(UTC)


def fetch(secret, name="export_samples", scheme="Bearer", client=None, method="GET", **headers):
    headers = {"Authorization": f"{scheme} {secret}"} | headers
    return (client or Client()).generic(method, address(name), headers=headers)


def identifiers(response):
    return [row["identifier"] for row in csv.DictReader(StringIO(response.getvalue().decode(), newline=""))]


def refusal(response):
    """The sentence of a 401, which is plain text for a script."""
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="labinv"'
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Location" not in response.headers
    assert response.text.endswith("Tokens are made at http://testserver/account/tokens/\n")
    assert response.text.count("\n") == 1
    return response.text


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("who", ["technician", "researcher"])
def test_a_token_gives_what_the_session_gives(lab, who, name):
    factories.publish(lab.curator, lab.soil)
    factories.sample(lab.technician, "SECRET-1", lab.bottle)
    user = getattr(lab, who)
    _token, secret = factories.token(user)

    by_token, by_session = fetch(secret, name), Browser(user).get(name).response

    assert by_token.status_code == by_session.status_code
    if by_session.status_code == 200:
        # Each download is entered in the ledger: the audit log has one entry more, and the package is a moment later.
        if name not in ("export_audit", "export_package"):
            assert by_token.getvalue() == by_session.getvalue()
        # The end of the name is the ledger's state, in which each download is entered.
        names = [
            response.headers["Content-Disposition"].partition("-ledger-")[0] for response in (by_token, by_session)
        ]
        # A package has the moment of its own entry in its name.
        assert name == "export_package" or names == [names[0], names[0]]
        assert "labinv-" in names[0]


def test_a_researcher_s_token_shows_what_is_published(lab):
    _token, secret = factories.token(lab.researcher)
    assert identifiers(fetch(secret)) == []

    factories.publish(lab.curator, lab.soil)

    assert identifiers(fetch(secret)) == ["CE6C0001"]
    assert fetch(secret, "export_custodians").status_code == 403


def test_a_token_takes_filters_and_a_wrong_one_is_400(lab):
    _token, secret = factories.token(lab.technician)
    headers = {"Authorization": f"bearer {secret}"}

    assert identifiers(Client().get("/export/samples.csv?origin=drill", headers=headers)) == []
    assert Client().get("/export/samples.csv?colour=grey", headers=headers).status_code == 400


def test_head_is_answered_and_nothing_is_written(lab):
    _token, secret = factories.token(lab.technician)

    assert fetch(secret, method="HEAD").status_code == 200
    assert {fetch(secret, method=method).status_code for method in ("POST", "PUT", "DELETE")} == {405}
    strict = Client(enforce_csrf_checks=True)
    assert fetch(secret, client=strict, method="POST").status_code == 403


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
def test_the_scheme_is_read_in_any_case(lab, scheme):
    assert fetch(factories.token(lab.technician)[1], scheme=scheme).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "labinv_",
        "labinv_" + "0" * 64,
        "labinv_" + "0" * 65,
        "labinv_" + "Ａ" * 64,
        "labinv_" + "٠" * 64,
        "\x00",
        "labinv_\x00" + "0" * 63,
        "é" * 70,
        "\ud800",
        "x" * 1_000_000,
        "' OR 1=1 --",
    ],
)
def test_what_is_no_token_is_401(lab, text):
    assert refusal(fetch(text)).startswith("labinv does not know this token.")


def test_a_token_altered_in_one_place_or_in_capitals_is_401(lab):
    _token, secret = factories.token(lab.technician)

    for wrong in (secret[:-1] + ("0" if secret[-1] != "0" else "1"), secret.upper(), secret[:-1], f"{secret} {secret}"):
        refusal(fetch(wrong))


def test_the_hash_is_no_token(lab):
    token, _secret = factories.token(lab.technician)

    refusal(fetch(token.secret_hash))
    refusal(fetch(f"labinv_{token.secret_hash}"))


def test_a_revoked_token_is_401_at_once(lab):
    token, secret = factories.token(lab.technician)
    assert fetch(secret).status_code == 200

    tokens.revoke(token=token, by=lab.technician, reason="Laptop sold")

    assert f"The token Notebook ({token.prefix}…) was revoked " in refusal(fetch(secret))


def test_an_expired_token_is_401_from_its_moment(lab):
    token, secret = factories.token(lab.technician)

    with time_machine.travel(token.expires_at - timedelta(seconds=1), tick=False):
        assert fetch(secret).status_code == 200
    with time_machine.travel(token.expires_at, tick=False):
        assert f"The token Notebook ({token.prefix}…) expired " in refusal(fetch(secret))


def test_the_token_of_somebody_who_has_left_is_401(lab):
    _token, secret = factories.token(lab.technician)

    factories.deactivate(lab.administrator, lab.technician)

    assert "stands for is not active" in refusal(fetch(secret))


def test_a_token_has_the_rights_its_person_has_now(lab):
    _token, secret = factories.token(lab.technician)
    assert fetch(secret, "export_locations").status_code == 200

    changed = {"name": "Technician", "custodian": None, "is_active": True, "roles": [Role.RESEARCHER]}
    people.change(user=lab.technician, **changed, by=lab.administrator, reason="Moves on")

    assert fetch(secret, "export_locations").status_code == 403
    assert identifiers(fetch(secret)) == []


def test_a_token_decides_alone_beside_a_session(lab):
    client = Browser(lab.technician).client
    _token, secret = factories.token(lab.researcher)

    assert identifiers(fetch(secret, client=client)) == []
    refusal(fetch("labinv_" + "0" * 64, client=client))


def test_another_scheme_leaves_a_session_alone_and_is_401_without_one(lab):
    """A gate before labinv may ask browsers for a password of its own."""
    _token, secret = factories.token(lab.technician)
    client = Browser(lab.technician).client

    assert fetch("dGVzdDp0ZXN0", scheme="Basic", client=client).status_code == 200
    for scheme in ("Basic", "Token", "Negotiate"):
        assert "This file is read with a token" in refusal(fetch(secret, scheme=scheme, Accept="text/html"))
    assert "This file is read with a token" in refusal(Client().get(address("export_samples")))


def test_a_browser_without_a_session_is_sent_to_the_sign_in_page(lab):
    page = Client().get(address("export_samples"), headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert page.headers["Location"] == f"{reverse('sign_in')}?next=/export/samples.csv"


@pytest.mark.parametrize("route", OTHERS, ids=lambda route: route.name)
def test_no_other_address_takes_a_token(lab, route):
    _token, secret = factories.token(lab.technician)
    arguments = {"<int:pk>": [1], "<uuid:key>": [uuid4()], "<str:file>": ["samples.csv"], "<str:name>": ["samples"]}
    url = reverse(route.name, args=next((arguments[key] for key in arguments if key in str(route.pattern)), None))
    headers = {"Authorization": f"Bearer {secret}"}

    for method in ("GET", "POST"):
        bare, with_token = Client().generic(method, url), Client().generic(method, url, headers=headers)
        assert (with_token.status_code, with_token.get("Location")) == (bare.status_code, bare.get("Location"))
    assert Token.objects.get().last_used_at is None


def test_the_console_takes_no_token(lab):
    _token, secret = factories.token(lab.administrator)

    response = Client().get("/admin/", headers={"Authorization": f"Bearer {secret}"})

    assert response.headers["Location"].startswith(reverse("admin:login"))


def test_a_token_opens_no_session(lab):
    client = Client()

    response = fetch(factories.token(lab.technician)[1], client=client)

    assert response.status_code == 200
    assert response.cookies == {}
    assert client.get(address("overview")).status_code == 302


def test_a_token_costs_the_same_for_every_reading_of_an_hour(lab, monkeypatch):
    # What entering it in the ledger costs is pinned in test_queries.py.
    monkeypatch.setattr(data, "export", lambda **told: None)
    _token, secret = factories.token(lab.technician)
    factories.token(lab.researcher)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            fetch(secret, "export_missions").getvalue()
        return len(captured)

    # The token with its person, the count of this minute, the roles, the checkpoint; the first time also its
    # use, in a savepoint.
    assert queries() == 4 + 3
    assert [queries(), queries()] == [4, 4]


def test_its_last_use_is_noted_once_an_hour(lab):
    token, secret = factories.token(lab.technician)
    noted = []
    for minutes in (0, 1, 59, 60, 61, 200):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            fetch(secret)
        token.refresh_from_db()
        noted.append(round((token.last_used_at - NOW).total_seconds() / 60))

    assert noted == [0, 0, 0, 60, 60, 200]
    assert lab.technician.events.count() == 2


def test_a_wrong_token_is_not_noted_as_used(lab):
    token, secret = factories.token(lab.technician)
    tokens.revoke(token=token, by=lab.technician, reason="Laptop sold")

    fetch(secret)

    token.refresh_from_db()
    assert token.last_used_at is None


def test_a_file_is_read_though_its_reading_cannot_be_noted(lab, monkeypatch, caplog):
    token, secret = factories.token(lab.technician)

    def fail(self, **kwargs):
        raise DatabaseError("database is locked")

    monkeypatch.setattr(models.Model, "save", fail)

    assert identifiers(fetch(secret)) == ["CE6C0001"]
    assert f"The use of the token {token.prefix} was not noted." in caplog.text
    assert secret not in caplog.text


def test_the_secret_is_in_no_log(lab, caplog):
    token, secret = factories.token(lab.technician)
    caplog.set_level(logging.DEBUG)

    fetch(secret)
    fetch(secret, "export_samples", method="POST")
    tokens.revoke(token=token, by=lab.technician, reason="Laptop sold")
    fetch(secret)

    assert "Unauthorized: /export/samples.csv" in caplog.text
    assert secret not in caplog.text
