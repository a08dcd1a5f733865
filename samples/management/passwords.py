"""What commands that set a password have in common: how it is given, and how a refusal reads on a terminal."""

from getpass import getpass

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.management.base import CommandError


def add_argument(parser):
    """Let the command take the password from a pipe."""
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from the first line of standard input"
    )


def ask_password(password_stdin, nothing_done):
    """Return the password; raises CommandError, ending in `nothing_done`, where none is given."""
    return _line_of_input() if password_stdin else _typed_twice(nothing_done)


def _line_of_input():
    try:
        return input()
    except EOFError:
        raise CommandError("Standard input is empty. Give the password as its first line.") from None


def _typed_twice(nothing_done):
    try:
        password = getpass("Password: ")
        again = getpass("Password, once more: ")
    except (EOFError, KeyboardInterrupt):
        raise CommandError(f"No password was given, so {nothing_done}.") from None
    if password != again:
        raise CommandError(f"The two passwords differ, so {nothing_done}.")
    return password


def sentences(error):
    """Return the messages of a ValidationError in one line, each once, with its field before them."""
    parts = []
    for field, messages in error.message_dict.items():
        text = " ".join(dict.fromkeys(messages))
        parts.append(text if field == NON_FIELD_ERRORS else f"{field}: {text}")
    return " ".join(parts)
