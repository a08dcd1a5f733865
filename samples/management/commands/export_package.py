"""manage.py export_package: a data package on the server, with the ledger's checkpoint beside it."""

import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from tqdm import tqdm

from samples import packages, past
from samples.audit.checkpoints import checkpoint
from samples.models import User
from samples.operations import Refused
from samples.questions import KINDS, asking


class Command(BaseCommand):
    help = (
        "Writes a data package: files, the meaning of their columns, citation and checksums in one ZIP; "
        "enters that in the ledger, whose checkpoint it writes to a second file."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the ZIP; a file that is there is replaced, as is FILE.checkpoint")
        parser.add_argument("--user", required=True, help="user name of who takes it out; it has what that person sees")
        moments = parser.add_mutually_exclusive_group()
        moments.add_argument("--recorded-at", metavar="MOMENT", help="what was recorded by then")
        moments.add_argument("--as-of", metavar="MOMENT", help="what was so then, as it is known now")
        parser.add_argument("--datasets", help="names with commas; without it all but the audit log")
        parser.add_argument("--mission", help="the code of the only mission it is to be of")
        parser.add_argument("--mass-unit", choices=("g", "mg"), help="grams, unless milligrams are asked for")
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            metavar="FILE.NAME=VALUE",
            help="a filter of one file, such as samples.origin=drill; may be given again",
        )
        parser.add_argument("--reason", default="Exported on the server", help="kept in the ledger for ever")

    def handle(self, *, file, user, reason, **options):
        person = _user(user)
        try:
            query = _query(options)
            question = past.read_question(query, timezone.now())
            with asking(question):
                wanted = packages.read(query, person)
            question = packages.enter(wanted, by=person, reason=reason)
            mark = checkpoint()
            size = _write(file, packages.stream_of(wanted, question))
            _write(file.with_name(f"{file.name}.checkpoint"), [f"{mark.line}\n".encode()])
        except past.NoMoment as fault:
            raise CommandError(str(fault)) from None
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{file} has {size} bytes and answers {question.kind}={question.text}.")
        self.stdout.write(f"Checkpoint, in {file}.checkpoint: {mark.text}.")


def _query(options):
    """What was asked for, as the parameters of the package's address."""
    query = MultiValueDict()
    for name in ("datasets", "mission", "mass_unit", *KINDS):
        if options[name]:
            query[name] = options[name]
    for given in options["filter"]:
        name, equals, value = given.partition("=")
        if not equals or "." not in name:
            raise CommandError(f"“{given}” is no filter; write one like samples.origin=drill.")
        query.appendlist(name, value)
    return query


def _write(path, pieces):
    """Write the pieces to a file, whole or not at all; returns its size."""
    part = path.with_name(f"{path.name}.part")
    # In a log, a line now and then.
    every_s = 0.1 if sys.stderr.isatty() else 10
    bar = tqdm(unit="B", unit_scale=True, mininterval=every_s, delay=2, leave=False)
    with part.open("wb") as file, bar:
        for piece in pieces:
            bar.update(file.write(piece))
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    part.replace(path)
    return size


def _user(username):
    try:
        return User.objects.get_by_natural_key(username)
    except User.DoesNotExist:
        raise CommandError(f"Nobody has the user name “{username}”.") from None
