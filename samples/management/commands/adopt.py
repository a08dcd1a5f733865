"""manage.py adopt: take records over as they are that were changed past their history, and say why."""

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from samples.operations import Refused
from samples.operations.migrations import adopt_everything, put_up_again


class Command(BaseCommand):
    help = (
        "Gives each record that was changed past its history, by a migration that broke off for one, a history row "
        "of what it is now. Look at manage.py verify_audit first: afterwards it finds them right."
    )

    def add_arguments(self, parser):
        parser.add_argument("--reason", required=True, help="why what they are now is right; kept for ever")

    def handle(self, *, reason, **options):
        try:
            # What waits of a write past labinv goes with it; what was written is adopted.
            faults = put_up_again(reason)
            count = adopt_everything(reason)
        except Refused as error:
            raise CommandError(error.message) from error
        except DatabaseError as error:
            raise CommandError(
                f"Nothing was taken over: {error}. If a migration broke off, mend it and run manage.py migrate."
            ) from error
        for fault in faults:
            self.stdout.write(fault)
        self.stdout.write(f"{count} records were taken over as they are.")
