"""manage.py add_user: add a person who may sign in, from the server itself."""

from getpass import getpass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import BaseCommand, CommandError

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
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from the first line of standard input"
        )

    def handle(self, *, username, name, roles, custodian, reason, password_stdin, **options):
        custodian = _custodian(custodian)
        password = _line_of_input() if password_stdin else _typed_twice()
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
            raise CommandError(_sentences(error)) from None
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


def _line_of_input():
    try:
        return input()
    except EOFError:
        raise CommandError("Standard input is empty. Give the password as its first line.") from None


def _typed_twice():
    try:
        password = getpass("Password: ")
        again = getpass("Password, once more: ")
    except (EOFError, KeyboardInterrupt):
        raise CommandError("No password was given, so nobody was added.") from None
    if password != again:
        raise CommandError("The two passwords differ, so nobody was added.")
    return password


def _sentences(error):
    """Return the messages of a ValidationError in one line, each once, with its field before them."""
    parts = []
    for field, messages in error.message_dict.items():
        text = " ".join(dict.fromkeys(messages))
        parts.append(text if field == NON_FIELD_ERRORS else f"{field}: {text}")
    return " ".join(parts)
