"""manage.py demo."""

import os
import signal
import socket
import subprocess
import sys
import time
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from samples.management import demo
from samples.management.commands import demo as command
from samples.management.demo import apollo
from samples.management.demo.people import ACCOUNTS
from samples.management.demo.state import State, state
from samples.models import Audited, LedgerEntry, Mission, User
from samples.operations import Refused, missions, people
from tests import factories


def run(*arguments):
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def rows():
    """Every row of labinv, audited ones with their revisions; but for what the ledger tells of the migrations."""
    found = {}
    for model in apps.get_app_config("samples").get_models():
        fields = ["pk", "revision"] if issubclass(model, Audited) else ["pk"]
        found[model.__name__] = sorted(model._default_manager.values_list(*fields))
    migrations = LedgerEntry.objects.filter(verb__startswith="migration.").values_list("pk", flat=True)
    found["LedgerEntry"] = [row for row in found["LedgerEntry"] if row[0] not in migrations]
    return found


@pytest.fixture
def served(monkeypatch):
    """What would have been served; nothing is."""
    calls = []
    real = command.call_command

    def instead(name, *arguments, **options):
        if name == "runserver":
            calls.append((arguments, options))
        else:
            real(name, *arguments, **options)

    monkeypatch.setattr(command, "call_command", instead)
    return calls


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.usefixtures("db", "quick_passwords")
class TestFilling:
    def test_it_enters_the_demo_and_prints_the_accounts(self, served):
        text = run("--no-serve")

        assert state() is State.DEMO
        assert served == []
        for account in ACCOUNTS:
            line = next(line for line in text.splitlines() if line.split()[:1] == [account.username])
            assert line.endswith(account.password)
        assert "Lunar Sample Laboratory" in text

    def test_a_second_run_changes_nothing(self):
        run("--no-serve")
        before = rows()

        text = run("--no-serve")

        assert rows() == before
        assert "in this database already" in text
        assert ACCOUNTS[0].password in text

    def test_it_knows_itself_again_after_people_worked_with_it(self):
        run("--no-serve")
        curator, administrator = User.objects.get(username="curator"), User.objects.get(username="administrator")
        factories.mission(curator, "CE7")
        ce6 = Mission.objects.get(code="CE6")
        missions.amend(mission=ce6, changes={"name": "Renamed"}, seen=ce6.revision, by=curator, reason="Tried it")
        people.change(
            user=curator,
            name="Renamed",
            roles=["curator"],
            custodian=None,
            is_active=True,
            by=administrator,
            reason="Tried it",
        )

        assert state() is State.DEMO

    def test_it_says_that_the_settings_are_for_development(self, settings):
        settings.DEBUG = True

        assert "settings are for development" in run("--no-serve")

    def test_it_warns_of_a_network_when_debug_is_off(self, settings):
        settings.DEBUG = False

        assert "never let a network reach" in run("--no-serve")

    def test_it_refuses_a_database_with_other_data(self):
        factories.laboratory()
        before = rows()

        with pytest.raises(CommandError, match=r"holds other data, so the demo leaves it alone.*DATABASE_URL=sqlite"):
            run("--no-serve")

        assert rows() == before

    def test_it_refuses_a_database_with_nothing_but_an_administrator(self):
        factories.person("administrator", "administrator")

        with pytest.raises(CommandError, match="holds other data"):
            run("--no-serve")

    def test_accounts_of_the_same_names_do_not_make_it_the_demo(self):
        for account in ACCOUNTS:
            factories.person(account.username, account.role)
        curator = User.objects.get(username="curator")
        for code in ("CE6", "CE5", "A11"):
            factories.mission(curator, code)

        assert state() is State.OTHER

    def test_it_refuses_the_tables_of_another_program(self, monkeypatch):
        monkeypatch.setattr(connection.introspection, "table_names", lambda: ["django_migrations", "blog_post"])

        with pytest.raises(CommandError, match="holds other data"):
            run("--no-serve")

    def test_a_database_that_was_never_migrated_is_empty(self, monkeypatch):
        monkeypatch.setattr(connection.introspection, "table_names", lambda: [])

        assert state() is State.EMPTY

    def test_a_failure_at_the_end_leaves_nothing(self, monkeypatch):
        def fail(*arguments):
            raise Refused("No more room.")

        monkeypatch.setattr(apollo, "_register", fail)

        with pytest.raises(CommandError, match="none of it was entered: No more room"):
            run("--no-serve")

        assert state() is State.EMPTY
        assert not any(rows().values())

    def test_it_can_be_stopped_while_it_enters(self, monkeypatch):
        def stop(*arguments):
            raise KeyboardInterrupt

        monkeypatch.setattr(apollo, "_register", stop)

        with pytest.raises(CommandError, match="Stopped, so nothing was entered"):
            run("--no-serve")

        assert not any(rows().values())


@pytest.mark.usefixtures("db")
class TestServing:
    @pytest.fixture(autouse=True)
    def _nothing_to_enter(self, monkeypatch, settings):
        monkeypatch.setattr(demo, "load", lambda say: None)
        monkeypatch.delenv("LABINV_BASE_URL", raising=False)
        monkeypatch.delenv("LABINV_LABORATORY", raising=False)
        # What serving sets is taken back after each test.
        settings.BASE_URL, settings.LABORATORY = "http://127.0.0.1:8000", "127.0.0.1"

    def test_it_names_the_address_and_serves_without_a_reloader(self, served, free_port):
        text = run("--port", str(free_port))

        assert f"http://127.0.0.1:{free_port}/" in text
        assert served == [((f"127.0.0.1:{free_port}",), {"use_reloader": False})]

    def test_it_writes_the_sixth_version_of_the_address_in_brackets(self, served, monkeypatch, free_port):
        monkeypatch.setattr(command, "_check_free", lambda host, port: None)

        text = run("--host", "::1", "--port", str(free_port))

        assert f"http://[::1]:{free_port}/" in text
        assert served[0][0] == (f"[::1]:{free_port}",)

    def test_what_leaves_is_cited_by_the_address_that_is_served_and_the_laboratory(self, served, free_port):
        run("--port", str(free_port))

        cited = (django_settings.BASE_URL, django_settings.LABORATORY)
        assert cited == (f"http://127.0.0.1:{free_port}", "Lunar Sample Laboratory")

    def test_an_address_and_a_laboratory_that_were_named_stay(self, served, free_port, monkeypatch):
        monkeypatch.setenv("LABINV_BASE_URL", "http://127.0.0.1:8000")
        monkeypatch.setenv("LABINV_LABORATORY", "127.0.0.1")

        run("--port", str(free_port))

        cited = (django_settings.BASE_URL, django_settings.LABORATORY)
        assert cited == ("http://127.0.0.1:8000", "127.0.0.1")

    def test_it_names_a_busy_port_before_it_enters_anything(self, served, monkeypatch):
        monkeypatch.setattr(demo, "load", lambda say: pytest.fail("entered"))
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]

            with pytest.raises(CommandError) as raised:
                run("--port", str(port))

        assert f"Port {port} is in use by another program" in str(raised.value)
        assert "--port" in str(raised.value)
        assert raised.value.returncode == 1
        assert served == []

    @pytest.mark.parametrize("port", ["0", "-1", "65536"])
    def test_it_refuses_what_is_not_a_port(self, port):
        with pytest.raises(CommandError, match="is not a port"):
            run("--port", port)

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
    def test_it_serves_no_network(self, host):
        with pytest.raises(CommandError, match="invalid choice"):
            run("--host", host)

    def test_it_ends_quietly_when_interrupted(self, monkeypatch, free_port):
        def interrupted(name, *arguments, **options):
            if name == "runserver":
                raise KeyboardInterrupt

        monkeypatch.setattr(command, "call_command", interrupted)

        run("--port", str(free_port))


def test_it_serves_for_real_from_nothing_until_ctrl_c(tmp_path, free_port):
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(free_port)],
        cwd=django_settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}", "LABINV_DEBUG": "on"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A shell that starts the tests in the background has Ctrl-C ignored by all it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        _wait_for(free_port, process)
        process.send_signal(signal.SIGINT)
        text, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()

    assert process.returncode == 0, text
    assert f"labinv is at http://127.0.0.1:{free_port}/" in text
    assert "Traceback" not in text


def _wait_for(port, process):
    """Return when something listens on `port`, or when the process ended without."""
    for _ in range(600):
        if process.poll() is not None:
            return
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
