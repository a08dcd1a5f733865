"""manage.py export_ledger: the whole ledger as JSON lines, for whoever verifies it elsewhere."""

import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from samples.audit import export
from samples.models import SYSTEM
from samples.operations import Refused, audit


class Command(BaseCommand):
    help = "Writes every entry of the ledger to a file, for samples/audit/standalone.py; enters that in the ledger."
    requires_migrations_checks = True

    def add_arguments(self, parser):
        parser.add_argument("--output", type=Path, required=True, help="JSON lines; a file that is there is replaced")
        parser.add_argument("--reason", default="Exported on the server", help="kept in the ledger for ever")
        parser.add_argument("--no-entry", action="store_true", help="enter nothing: for a copy that is only read")

    def handle(self, *, output, reason, no_entry, **options):
        part = output.with_name(f"{output.name}.part")
        try:
            if not no_entry:
                audit.export(by=SYSTEM, reason=reason)
            count = _write(part)
            # Whole or not at all: half a ledger would look like one whose end was cut off.
            part.replace(output)
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{count} entries are in {output}.")


def _write(path):
    count = 0
    with path.open("w", encoding="ascii", newline="\n") as file:
        for line in export.lines():
            file.write(line)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count
