"""manage.py undo_import: withdraw an import and all that it brought."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from samples.models import Import, User
from samples.operations import Refused, undoing


class Command(BaseCommand):
    help = "Withdraws an import and all that it brought, as long as nothing was done with it."
    requires_migrations_checks = True

    def add_arguments(self, parser):
        parser.add_argument("number", help="the number of the import, as in I-0012")
        parser.add_argument("--by", required=True, help="user name of the curator who answers for it")
        parser.add_argument("--reason", required=True, help="kept with each record for ever")

    def handle(self, *, number, by, reason, **options):
        digits = number.upper().removeprefix("I-")
        made = Import.objects.filter(pk=digits).first() if digits.isascii() and digits.isdigit() else None
        if made is None:
            raise CommandError(f"There is no import {number[:40]}.")
        user = User.objects.filter(username=by).first()
        if user is None:
            raise CommandError(f"Nobody has the user name “{by}”.")
        try:
            undoing.undo(made=made, by=user, reason=reason)
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"{made} is undone: {made.sample_count + made.others_count} records are void.")
