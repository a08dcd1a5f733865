"""Inventory of the house: what every model, operation, route, template and setting has to have."""

import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from samples import operations, urls
from samples.models import Audited, MassMovement
from samples.operations import missions
from samples.roles import EVERYBODY_MAY, RIGHTS, Right, Role
from tests import factories

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "templates"
NOT_AUDITED = {
    "User": "signing in writes last_login, and a history would keep password hashes; AccountEvent tells of changes",
    "AccountEvent": "is itself only ever added to",
    "Upload": "waits a day for its check; what is registered of it leaves an Import",
    "Token": "of a secret only a hash is kept, and it never changes; AccountEvent tells of making and revoking",
    "TokenMinute": "how often a token asked in its newest minute, overwritten from minute to minute",
    "Submission": "tells which sending of a form made a record, nothing about the record; only ever added to",
}
# Pages that do not render a template named like their view, with the reason.
EXPORTS = (
    "samples",
    "containers",
    "handoffs",
    "missions",
    "movements",
    "mass_balance",
    "custodians",
    "locations",
    "discrepancies",
    "balances",
    "weighings",
)
NO_TEMPLATE = {
    "healthz": "plain text",
    "sign_out": "redirects",
    "theme": "redirects",
    "container_label": "SVG",
    "sample_label": "SVG",
    "import_refused": "CSV",
    "api_description": "JSON",
    "api_records": "JSON",
    "import_template": "CSV or a workbook",
    "export_ledger": "JSON lines",
    **{f"export_{name}": "CSV" for name in EXPORTS},
    **{f"data_{name}": "data_set.html, the same for each dataset" for name in (*EXPORTS, "audit")},
    "export_package": "ZIP",
    "handoff_certificate_pdf": "PDF",
    "export_audit": "CSV",
}
# Pages and files to read that answer for now only, with the reason.
NOW_ONLY = {
    "healthz": "says whether the server is well",
    "token_list": "the keys that work now",
    "scan": "leads to the record that is there",
    "container_label": "is printed for what is there now",
    "sample_label": "is printed for what is there now",
    "data": "tells what the files have in them",
    "package": "asks which moment the package is to be about",
    "api": "tells what the records have in them",
    "api_description": "tells what the records have in them",
    "import_list": "an import is one moment; it is only ever undone",
    "import_detail": "an import is one moment; it is only ever undone",
    "import_template": "an empty file",
    "import_refused": "the faults of a file that was never registered",
    "handoff_certificate": "bears the checkpoint of now",
    "handoff_certificate_pdf": "bears the checkpoint of now",
    "audit_log": "tells of every moment by itself",
    "operation_detail": "an operation is one moment and never changes",
    "ledger": "says whether the chain holds now",
    "export_audit": "tells of every moment by itself",
    "data_audit": "tells of every moment by itself",
    "export_ledger": "is the whole chain, to be verified as it is",
    **{
        f"{noun}_history": "tells of every moment by itself"
        for noun in ("container", "sample", "handoff", "mission", "custodian", "location", "discrepancy", "balance")
    },
}
SECRETS = {
    "LABINV_DEBUG": "false",
    "LABINV_SECRET_KEY": "s" * 50 + "0123456789",
    "LABINV_AUDIT_KEY": "a" * 50 + "0123456789",
    "LABINV_ALLOWED_HOSTS": "inventory.example.org",
    "LABINV_BASE_URL": "https://inventory.example.org",
    "DATABASE_URL": "sqlite:///never-used.sqlite3",
}


def all_operations():
    for module in pkgutil.iter_modules(operations.__path__):
        for function in vars(importlib.import_module(f"samples.operations.{module.name}")).values():
            if inspect.isfunction(function) and hasattr(function, "right"):
                yield function


def test_every_model_is_audited_or_says_why_not():
    ours = [model for model in apps.get_app_config("samples").get_models() if not hasattr(model, "history_id")]
    history = {model.history.model for model in ours if issubclass(model, Audited)}

    plain = {model.__name__ for model in ours if not issubclass(model, Audited) and model not in history}

    assert plain == set(NOT_AUDITED)


def test_every_operation_takes_keywords_only_with_by_and_reason():
    found = list(all_operations())

    assert len(found) > 20
    for function in found:
        parameters = inspect.signature(function).parameters
        assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}, function
        assert list(parameters)[-2:] == ["by", "reason"], function


def test_every_operation_asks_for_a_right_that_somebody_has():
    granted = EVERYBODY_MAY.union(*RIGHTS.values())

    assert set(RIGHTS) == set(Role)
    assert granted == set(Right)
    assert all(function.right in granted for function in all_operations())


def test_no_two_operations_share_a_verb():
    verbs = {function.verb: function for function in all_operations()}

    assert len(verbs) == len({inspect.unwrap(function) for function in all_operations()})


def test_route_view_and_template_have_one_name():
    for route in urls.urlpatterns:
        assert route.callback.__name__ == route.name
        has_template = (TEMPLATES / "samples" / f"{route.name}.html").exists()
        assert has_template == (route.name not in NO_TEMPLATE), route.name


def test_every_page_to_read_answers_for_an_earlier_moment_or_says_why_not():
    to_read = [
        route for route in urls.urlpatterns if "GET" in route.callback.methods and "POST" not in route.callback.methods
    ]

    assert {route.name for route in to_read if not route.callback.has_past} == set(NOW_ONLY)
    assert not any(route.callback.has_past for route in urls.urlpatterns if route not in to_read)


def test_every_template_is_used():
    texts = [path.read_text() for folder in ("templates", "samples") for path in (ROOT / folder).rglob("*.*ml")]
    texts += [path.read_text() for path in (ROOT / "samples").rglob("*.py")]
    everything = "\n".join(texts)
    found_by_django = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}

    for path in TEMPLATES.rglob("*.html"):
        name = str(path.relative_to(TEMPLATES))
        assert name in found_by_django or name.startswith("admin/") or f'"{name}"' in everything, name


def test_no_template_has_inline_style_or_script():
    for path in TEMPLATES.rglob("*.html"):
        assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=", path.read_text()), path


def test_files_stay_short():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    lengths = {
        name: (ROOT / name).read_text().count("\n")
        for name in tracked
        if name.endswith((".py", ".html", ".css", ".js")) and "/migrations/" not in name
    }

    assert {name: length for name, length in lengths.items() if length > 400} == {}


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_setting_from_the_environment_is_in_the_readme():
    settings = (ROOT / "labinv" / "settings.py").read_text()
    readme = (ROOT / "README.md").read_text()

    names = set(re.findall(r'"(LABINV_[A-Z_]+|DATABASE_URL)"', settings))

    assert len(names) == 14
    assert {name for name in names if f"| `{name}` |" not in readme} == set()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"LABINV_SECRET_KEY": None}, "LABINV_SECRET_KEY is not set."),
        ({"LABINV_AUDIT_KEY": None}, "LABINV_AUDIT_KEY is not set."),
        ({"LABINV_SECRET_KEY": "short"}, "LABINV_SECRET_KEY has 5 characters"),
        ({"LABINV_AUDIT_KEYS_BEFORE": "k" * 40 + ", old"}, "LABINV_AUDIT_KEYS_BEFORE has 3 characters"),
        ({"LABINV_ALLOWED_HOSTS": None}, "LABINV_ALLOWED_HOSTS is not set"),
        ({"LABINV_BASE_URL": "inventory"}, "LABINV_BASE_URL is 'inventory'"),
        ({"LABINV_LABORATORY": "One\nTwo"}, "LABINV_LABORATORY is 'One"),
        ({"LABINV_TIME_ZONE": "Moon/Apollo"}, "LABINV_TIME_ZONE is 'Moon/Apollo'"),
        ({"LABINV_TRUSTED_PROXIES": "-1"}, "LABINV_TRUSTED_PROXIES is '-1'; give a whole number from 0 to 9."),
        ({"LABINV_TRUSTED_PROXIES": "10.0.0.1"}, "LABINV_TRUSTED_PROXIES is '10.0.0.1'"),
        ({"LABINV_IDLE_MINUTES": "0"}, "LABINV_IDLE_MINUTES is '0'; give a whole number from 1 to 1440."),
        ({"LABINV_SESSION_HOURS": "9" * 5000}, "give a whole number from 1 to 168."),
        ({"LABINV_OVERDUE_AFTER_HOURS": "soon"}, "LABINV_OVERDUE_AFTER_HOURS is 'soon'"),
        ({"LABINV_TOKEN_REQUESTS_PER_MINUTE": "0"}, "give a whole number from 1 to 100000."),
        ({"DATABASE_URL": "mysql://somewhere/labinv"}, "neither sqlite nor postgres"),
    ],
)
def test_it_refuses_to_start_with_a_sentence(change, sentence):
    result = check_settings(**change)

    assert result.returncode != 0
    assert sentence in result.stderr


def test_it_starts_with_production_settings_and_passes_the_deployment_check():
    result = check_settings()

    assert (result.returncode, result.stderr) == (0, ""), result.stderr


def check_settings(**change):
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LABINV_", "DATABASE_", "DJANGO_ALLOW_"))
    }
    environment |= {name: value for name, value in (SECRETS | change).items() if value is not None}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_failed_history_write_undoes_the_change(lab, monkeypatch):
    def fail(self, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("samples.models._audited.HistoryRow.save", fail)

    with pytest.raises(OSError, match="disk full"):
        missions.amend(
            mission=lab.mission, changes={"name": "Other"}, seen=1, by=lab.curator, reason="Will not be written"
        )

    lab.mission.refresh_from_db()
    assert (lab.mission.name, lab.mission.revision) == ("Mission CE6", 1)


def test_a_failed_movement_undoes_the_sample(lab, monkeypatch):
    def fail(self, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(MassMovement, "save", fail)

    with pytest.raises(OSError, match="disk full"):
        factories.sample(lab.technician, "S-2", lab.bottle, "0.5")

    assert list(lab.bottle.samples.values_list("identifier", flat=True)) == ["CE6C0001"]
