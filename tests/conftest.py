import gc
import os
import shutil
import tempfile
from copy import deepcopy
from pathlib import Path

import pytest
from django.db import transaction
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck, settings

from samples.roles import Role
from tests import engines, factories
from tests.browsers import chromium, sign_in

__all__ = ["chromium", "sign_in"]

# No test is about time: on a busy machine every example may be slow.
settings.register_profile("labinv", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("labinv")
# A file system in memory, where Linux has one.
IN_MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """A file for SQLite: in memory itself the threads of a live server would share one transaction."""
    from django.db import connection

    if connection.vendor == "sqlite":
        folder = tempfile.mkdtemp(dir=IN_MEMORY) if IN_MEMORY.is_dir() else tmp_path_factory.mktemp("database")
        connection.settings_dict["TEST"]["NAME"] = f"{folder}/test.sqlite3"
        yield
        shutil.rmtree(folder, ignore_errors=True)
    else:
        connection.settings_dict["TEST"]["TEMPLATE"] = "labinv_template"
        connection.settings_dict["TEST"]["NAME"] = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
        # A browser holds its line to the server open, and the server's thread its session with it,
        # until after the database should be dropped.
        connection.settings_dict["CONN_MAX_AGE"] = 0
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_session_is_left_behind(django_db_setup, django_db_blocker):
    """PostgreSQL drops no database while a session is open, such as that of a browser's request just cut off."""
    yield
    from django.db import connection

    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


def pytest_collection_finish(session):
    """What is there now stays to the end: without this a fifth of the run is looking through it for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


def pytest_report_header(config):
    return f"engine: {engines.ENGINE}"


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords():
    """A password's hash is made slow on purpose; a test signs up a dozen people."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _roles_and_guard_outlive_a_flush():
    """A test with real transactions ends by emptying every table: the guard refuses that, and roles would be lost."""
    empty = TransactionTestCase._fixture_teardown

    def empty_but_for_the_roles(self):
        from samples.audit import guard

        guard.disarm()
        try:
            empty(self)
        finally:
            # Where the tables were emptied, that has put it up already, as a migration does.
            if guard.faults():
                guard.arm()
        from django.contrib.auth.models import Group

        for role in Role:
            Group.objects.get_or_create(name=role)

    TransactionTestCase._fixture_teardown = empty_but_for_the_roles
    yield
    TransactionTestCase._fixture_teardown = empty


@pytest.fixture(scope="session", autouse=True)
def _few_rows_are_deleted(django_db_setup):
    """TRUNCATE makes the files of sixty tables and their indexes anew, most of them empty before."""
    from django.db import connection

    def deletions(style, tables, **options):
        quoted = [connection.ops.quote_name(table) for table in tables]
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in quoted)
            )
            return [f"DELETE FROM {name}" for (name,) in cursor.fetchall()]

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(connection.ops, "sql_flush", deletions)
        yield


@pytest.fixture(scope="module")
def _laboratory(request, django_db_setup, django_db_blocker):
    """The laboratory, entered once for all tests of a module; each of them runs in a savepoint inside.

    None for a module in which some test has real transactions, and so a database that is emptied after it.
    """
    if any(_commits(item) for item in request.session.items if item.path == request.path):
        yield None
        return
    with django_db_blocker.unblock(), transaction.atomic():
        yield factories.laboratory()
        transaction.set_rollback(True)


def _commits(item):
    marker = item.get_closest_marker("django_db")
    is_marked = marker is not None and marker.kwargs.get("transaction", False)
    return is_marked or not {"transactional_db", "live_server"}.isdisjoint(item.fixturenames)


@pytest.fixture
def lab(_laboratory, db):
    """A laboratory in the state the product reaches by its own operations."""
    return deepcopy(_laboratory) or factories.laboratory()
