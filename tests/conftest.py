import pytest

from tests import engines, factories


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """A file for SQLite, since in memory the threads of a live server share one transaction."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    else:
        connection.settings_dict["TEST"]["TEMPLATE"] = "labinv_template"


def pytest_report_header(config):
    return f"engine: {engines.ENGINE}"


@pytest.fixture
def lab(db):
    """A laboratory in the state the product reaches by its own operations."""
    return factories.laboratory()
