"""manage.py demo: a database with three missions to try labinv with, and a server for this machine."""

import errno
import os
import socket
from time import monotonic

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from samples.audit.checkpoints import checkpoint
from samples.management import demo
from samples.management.demo.people import ACCOUNTS, LABORATORY, custodian_name
from samples.management.demo.state import State, state
from samples.operations import Refused
from samples.roles import Role

LOOPBACK = ["127.0.0.1", "localhost", "::1"]


class Command(BaseCommand):
    help = "Enters three missions and eight accounts into an empty database, and serves it on this machine only."
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("--no-serve", action="store_true", help="enter the demo and end")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", choices=LOOPBACK, default=LOOPBACK[0], help="this machine; never a network")

    def handle(self, *, no_serve, host, port, **options):
        if not no_serve:
            _check_free(host, port)
        try:
            self._fill()
            self._print_accounts()
            if not no_serve:
                self._serve(host, port)
        except KeyboardInterrupt:
            self.stdout.write("")

    def _fill(self):
        """Migrate, and enter the demo where nothing is; raises CommandError for a database with other data."""
        if state() is State.OTHER:
            raise CommandError(
                f"The database {connection.settings_dict['NAME']} holds other data, so the demo leaves it alone. "
                "Name an empty one, for example DATABASE_URL=sqlite:///demo.sqlite3, and try again."
            )
        self._say("Bringing the database up to date …")
        call_command("migrate", verbosity=0, interactive=False)
        if state() is State.DEMO:
            self._say("The demo is in this database already; nothing was entered.")
            return
        self._enter()

    def _enter(self):
        began = monotonic()
        try:
            demo.load(say=lambda words: self._say(f"Entering {words} …"))
        except (Refused, ValidationError) as error:
            raise CommandError(f"The demo was refused, so none of it was entered: {error}") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped, so nothing was entered.") from None
        self._say(f"Entered through the operations in {monotonic() - began:.1f} s.")

    def _print_accounts(self):
        rows = [("user name", "role", "signs for", "password")]
        for account in ACCOUNTS:
            role = str(Role(account.role).label)
            rows.append((account.username, role, custodian_name(account) or "nobody", account.password))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        self._say(f"\nThe ledger's newest entry, to compare with later: {checkpoint()}")
        self._say("\nAccounts of the demo; everybody knows their passwords:\n")
        for row in rows:
            self._say("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if settings.DEBUG:
            self._say("\nThe settings are for development (LABINV_DEBUG is on): not for real samples.")
        else:
            self._say("\nLABINV_DEBUG is off: never let a network reach a database with these accounts.")

    def _serve(self, host, port):
        name = _in_url(host)
        self._say(f"labinv is at http://{name}:{port}/ until you press Ctrl-C.\n")
        # The pages of errors are then ours, as in a laboratory, and not those for developers.
        settings.DEBUG = False
        # What leaves is cited by this address and laboratory, unless somebody has named others.
        if "LABINV_BASE_URL" not in os.environ:
            settings.BASE_URL = f"http://{name}:{port}"
        if "LABINV_LABORATORY" not in os.environ:
            settings.LABORATORY = LABORATORY
        # Without the reloader, which would start a second process that enters the demo again.
        call_command("runserver", f"{name}:{port}", use_reloader=False)

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()


def _in_url(host):
    return f"[{host}]" if ":" in host else host


def _check_free(host, port):
    """Raise CommandError, naming the port, where nothing can listen on it now."""
    if not 1 <= port <= 65535:
        raise CommandError(f"{port} is not a port: give --port a number from 1 to 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server itself does, so that a port just given up counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            raise CommandError(_why_not(error, port)) from None


def _why_not(error, port):
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Choose another one, for example --port {_another(port)}."
    return f"Port {port} cannot be used here ({error.strerror}). Choose another one, for example --port 8001."


def _another(port):
    return port + 1 if port < 65535 else 8000
