"""manage.py verify_export: whether a data package is what it says, cell by cell, and whether the ledger knows it."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from samples.audit import standalone
from samples.exports import package_check
from samples.models import LedgerEntry


class Command(BaseCommand):
    help = (
        "Checks a data package: names, sums, numbers of rows, each cell against its type and constraints, "
        "and whether the ZIP is byte for byte what labinv makes of these files. "
        "A finding a line; the exit status is 1 where there is any."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the ZIP that labinv wrote")
        parser.add_argument(
            "--checkpoint",
            type=Path,
            metavar="FILE",
            help="what travelled beside it (FILE.checkpoint, or a line with the text of X-Labinv-Ledger): "
            "is it in the ledger of this inventory?",
        )

        parser.add_argument(
            "--contents-only",
            action="store_true",
            help="check the files and not how they are packed: for a ZIP that another version of zlib, or another "
            "tool, packed",
        )

    def handle(self, *, file, checkpoint, contents_only, **options):
        count = 0
        try:
            for finding in _with_bar(file, contents_only):
                count += 1
                self.stdout.write(finding)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        if checkpoint:
            for finding in _beside(checkpoint):
                count += 1
                self.stdout.write(finding)
        if count:
            raise CommandError(f"{count} finding{'s' if count > 1 else ''}: {file} is not in order.")
        self.stdout.write(f"{file} is in order.")


def _with_bar(path, contents_only):
    """Yield the findings, with a progress bar on the terminal."""
    every_s = 0.1 if sys.stderr.isatty() else 10
    total = package_check.size(path, contents_only=contents_only)
    with tqdm(total=total, unit="B", unit_scale=True, mininterval=every_s, delay=2, leave=False) as bar:
        for step in package_check.check(path, contents_only=contents_only):
            if isinstance(step, int):
                bar.update(step)
            else:
                yield step


def _beside(path):
    """Yield what is wrong with the checkpoints in a file, against the ledger of this inventory."""
    try:
        given = standalone.read_checkpoints(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not UTF-8.") from None
    except ValueError as error:
        raise CommandError(f"{path}: {error}") from None
    if not given:
        yield f"{path} has no checkpoint."
    hashes = dict(LedgerEntry.objects.filter(seq__in=given).values_list("seq", "hash"))
    for seq in sorted(given):
        if seq in hashes:
            yield from standalone.check_checkpoint(seq, hashes[seq], given[seq])
        else:
            yield f"The ledger of this inventory has no entry {seq}."
