"""manage.py changepassword: a new password for somebody, from the server itself; in the place of Django's own."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from samples.management import passwords
from samples.models import SYSTEM, User
from samples.operations import Refused, people


class Command(BaseCommand):
    help = "Gives a person another password, to be replaced by one of the person's own at the next sign-in."
    requires_migrations_checks = True

    def add_arguments(self, parser):
        parser.add_argument("username", help="what the person types to sign in")
        parser.add_argument("--reason", default="Reset on the server", help="kept with the account for ever")
        passwords.add_argument(parser)

    def handle(self, *, username, reason, password_stdin, **options):
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            raise CommandError(f"Nobody signs in as “{username}”, so nothing was changed.")
        password = passwords.ask_password(password_stdin, "nothing was changed")
        try:
            people.reset_password(user=user, password=password, by=SYSTEM, reason=reason)
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        except ValidationError as error:
            raise CommandError(passwords.sentences(error)) from None
        self.stdout.write(f"{user.name} may sign in as {user.username} with it, and then chooses another one.")
