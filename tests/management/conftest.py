from io import StringIO

import pytest
from django.db import transaction

from samples.management import demo, passwords

# The real one takes a quarter of a second for each of the eight accounts.
QUICK_HASHER = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = QUICK_HASHER


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    """The demo, entered once for all tests of a module; each of them runs in a savepoint inside."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(_loaded, db):
    """A database with the demo in it."""


@pytest.fixture
def typed(monkeypatch):
    """Answers to the questions for the password."""

    def answer(*typed_in):
        answers = iter(typed_in)
        monkeypatch.setattr(passwords, "getpass", lambda question: next(answers))

    return answer


@pytest.fixture
def piped(monkeypatch):
    return lambda text: monkeypatch.setattr("sys.stdin", StringIO(text))
