"""manage.py checkpoint: the number and hash of the newest entry of the ledger, for a file that leaves the machine."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from samples.audit import checkpoints


class Command(BaseCommand):
    help = "Prints a checkpoint of the ledger, or adds it to a file; keep that file on another machine."
    requires_migrations_checks = True

    def add_arguments(self, parser):
        parser.add_argument("--output", type=Path, help="add it to this file, a line each time")

    def handle(self, *, output, **options):
        newest = checkpoints.checkpoint()
        if newest is None:
            raise CommandError("The ledger is empty: there is nothing to keep a checkpoint of yet.")
        if output is None:
            self.stdout.write(newest.line)
            return
        try:
            checkpoints.keep(newest, output)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{newest.text} is in {output}.")
