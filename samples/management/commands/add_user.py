"""manage.py add_user: add a person who may sign in, from the server itself."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from samples.management import passwords
from samples.models import SYSTEM, Custodian
from samples.operations import Refused, people
from samples.roles import Role


class Command(BaseCommand):
    help = "Adds a person who may sign in; asks for the password."
    requires_migrations_checks = True

    def add_arguments(self, parser):
        parser.add_argument("username", help="what the person types to sign in")
        parser.add_argument("--name", required=True, help="as it stands in signatures and in the history")
        parser.add_argument(
            "--role", required=True, action="append", choices=Role.values, dest="roles", help="may be given again"
        )
        parser.add_argument("--custodian", help="name of the custodian the person signs for")
        parser.add_argument("--reason", default="Added on the server", help="kept with the account for ever")
        passwords.add_argument(parser)

    def handle(self, *, username, name, roles, custodian, reason, password_stdin, **options):
        custodian = _custodian(custodian)
        password = passwords.ask_password(password_stdin, "nobody was added")
        try:
            user = people.register(
                username=username,
                name=name,
                password=password,
                roles=roles,
                custodian=custodian,
                by=SYSTEM,
                reason=reason,
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        except ValidationError as error:
            raise CommandError(passwords.sentences(error)) from None
        signs_for = f", signs for {custodian}" if custodian else ""
        self.stdout.write(f"{user.name} may sign in as {user.username}: {user.role_names}{signs_for}.")


def _custodian(name):
    """Return the live custodian called `name`, upper and lower case alike; None for no name."""
    if name is None:
        return None
    if custodian := Custodian.objects.live().filter(name__iexact=name).first():
        return custodian
    known = ", ".join(f"“{one}”" for one in Custodian.objects.live().order_by("name"))
    known = f"Known are: {known}." if known else "There is none yet; a curator registers custodians."
    raise CommandError(f"There is no custodian called “{name}”. {known}")
