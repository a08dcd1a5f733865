"""So many requests of a token in a minute, counted exactly; whatever else keeps the database busy."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, connections
from django.test import Client

from samples.models import Token, TokenMinute
from samples.models import tokens as counting
from samples.operations import data
from tests import factories
from tests.racing import PEOPLE, at_once
from tests.views.conftest import Browser

# The tenth second of a minute.
NOW = datetime(2026, 11, 20, 8, 30, 10, tzinfo=UTC)
MOST = 3


@pytest.fixture(autouse=True)
def _limit(settings):
    settings.TOKEN_REQUESTS_PER_MINUTE = MOST


def script(user, **values):
    _token, secret = factories.token(user, **values)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def statuses(client, *addresses, after=0):
    """What each address answers, all of them `after` seconds from the moment at which counting began."""
    with time_machine.travel(NOW + timedelta(seconds=after), tick=False):
        return [client.get(address).status_code for address in addresses]


def test_a_token_has_its_requests_of_each_minute(lab):
    client = script(lab.technician)
    asked = ["/api/missions"] * (MOST + 2)

    found = {after: statuses(client, *asked, after=after) for after in (0, 49, 50, 110)}

    fresh = [200] * MOST + [429] * 2
    assert found == {0: fresh, 49: [429] * (MOST + 2), 50: fresh, 110: fresh}


def test_every_door_counts(lab):
    client = script(lab.technician)

    assert statuses(client, "/api/missions", "/export/missions.csv", "/api/openapi.json", "/export/samples.csv") == [
        200,
        200,
        200,
        429,
    ]
    assert statuses(client, "/api/nothing", "/export/missions.csv?colour=grey", "/api/missions", after=50) == [
        404,
        400,
        200,
    ]
    assert statuses(client, *["/export/package.zip?datasets=missions"] * (MOST + 1), after=110) == [200] * MOST + [429]


def test_each_token_has_a_share_of_its_own(lab):
    one, other = script(lab.technician), script(lab.technician, name="Nightly")
    researcher = script(lab.researcher)
    asked = ["/api/missions"] * (MOST + 1)

    for client in (one, other, researcher):
        assert statuses(client, *asked) == [200] * MOST + [429]


def test_a_session_is_not_counted(lab):
    client = Browser(lab.technician).client

    with time_machine.travel(NOW, tick=False):
        client.force_login(lab.technician)
        assert {client.get("/api/missions").status_code for _time in range(3 * MOST)} == {200}
    assert not TokenMinute.objects.exists()


def test_a_token_that_does_not_work_is_not_counted(lab):
    client = Client(headers={"Authorization": "Bearer labinv_" + "0" * 64})

    assert set(statuses(client, *["/api/missions"] * (3 * MOST))) == {401}


def test_the_headers_say_what_is_left_and_when_there_is_more(lab):
    client = script(lab.technician)

    with time_machine.travel(NOW, tick=False):
        answers = [client.get("/export/missions.csv") for _time in range(MOST + 2)]

    assert [answer.headers["RateLimit"] for answer in answers] == [f'"token";r={left};t=50' for left in (2, 1, 0, 0, 0)]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {f'"token";q={MOST};w=60'}
    assert [answer.headers.get("Retry-After") for answer in answers] == [None] * MOST + ["50"] * 2
    assert "RateLimit" not in Browser(lab.technician).get("export_missions").response.headers


def test_the_refusal_is_a_sentence_for_files_and_a_problem_for_records(lab):
    client = script(lab.technician)
    statuses(client, *["/api/missions"] * MOST)

    with time_machine.travel(NOW, tick=False):
        file, records = client.get("/export/missions.csv"), client.get("/api/missions")

    token = Token.objects.get()
    sentence = f"The token {token} has had its {MOST} requests of this minute. Ask again in 50 s; a file has everything"
    assert file.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert file.content.decode().startswith(sentence)
    assert records.headers["Content-Type"] == "application/problem+json"
    assert records.json()["detail"].startswith(sentence)
    assert records.headers["Cache-Control"] == file.headers["Cache-Control"] == "no-store"


def test_what_is_refused_is_entered_nowhere(lab, monkeypatch):
    entered = []
    monkeypatch.setattr(data, "export", lambda **told: entered.append(told))
    client = script(lab.technician)

    statuses(client, *["/api/missions"] * (3 * MOST))

    assert len(entered) == MOST


def test_a_clock_that_is_a_little_behind_begins_no_minute_anew(lab):
    """Two machines count together, and one is a second late."""
    client = script(lab.technician)
    assert statuses(client, *["/api/missions"] * MOST, after=50) == [200] * MOST

    assert statuses(client, "/api/missions", after=49) == [429]
    assert statuses(client, "/api/missions", after=51) == [429]


def test_a_clock_that_was_set_back_does_not_lock_out(lab):
    client = script(lab.technician)
    statuses(client, *["/api/missions"] * (MOST + 1), after=3600)

    assert statuses(client, "/api/missions") == [200]


def test_a_request_that_cannot_be_counted_is_answered_and_logged(lab, monkeypatch, caplog):
    client = script(lab.technician)

    def fail(self, token, number):
        raise DatabaseError("database is locked")

    monkeypatch.setattr(counting.TokenMinuteManager, "count_one", fail)

    assert set(statuses(client, *["/api/missions"] * (3 * MOST))) == {200}
    assert f"A request of the token {Token.objects.get().prefix} was not counted." in caplog.text
    assert "RateLimit" not in client.get("/api/missions").headers


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_at_once_exactly_the_limit_passes(settings):
    settings.TOKEN_REQUESTS_PER_MINUTE = 10
    lab = factories.laboratory()
    _token, secret = factories.token(lab.technician)

    with time_machine.travel(NOW, tick=False):
        answers, errors = at_once(
            lambda number: Client(headers={"Authorization": f"Bearer {secret}"}).head("/api/missions").status_code
        )

    assert errors == []
    assert sorted(answers) == [200] * 10 + [429] * (PEOPLE - 10)
    assert TokenMinute.objects.get().requests == PEOPLE


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks one row, of this token alone")
@pytest.mark.django_db(transaction=True)
def test_who_reads_does_not_wait_for_a_long_import(monkeypatch, caplog):
    """On SQLite others keep the whole database while they write."""
    lab = factories.laboratory()
    _token, secret = factories.token(lab.technician)
    monkeypatch.setattr(counting, "LONGEST_WAIT_MS", 50)
    writer = connections.create_connection("default")
    writer.cursor().execute("BEGIN IMMEDIATE")

    try:
        response = Client(headers={"Authorization": f"Bearer {secret}"}).head("/api/missions")
    finally:
        writer.cursor().execute("ROLLBACK")
        writer.close()

    assert response.status_code == 200
    assert "was not counted" in caplog.text
    assert "was not noted" in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (30_000,)
