"""GET /healthz"""

import pytest
from django.db import OperationalError

from samples.audit import guard
from samples.views import health


@pytest.fixture
def answer(db, client):
    return lambda: client.get("/healthz")


def test_it_says_ok_to_anybody(answer):
    response = answer()

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response.headers["Cache-Control"]


def test_it_says_when_the_database_does_not_answer(answer, monkeypatch):
    def fail(connection):
        raise OperationalError("connection refused by db-17.internal")

    monkeypatch.setattr(health, "MigrationExecutor", fail)

    response = answer()

    assert (response.status_code, response.content) == (503, b"the database does not answer\n")


def test_it_says_when_migrations_are_missing(answer, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: [("a migration", False)])

    response = answer()

    assert (response.status_code, response.content) == (503, b"migrations are missing\n")


def test_it_says_when_the_guard_is_down(answer):
    guard.disarm()

    response = answer()

    assert (response.status_code, response.content) == (503, b"the guard of the database is down\n")
