"""manage.py verify_audit: whether ledger, history, records, custody and masses all tell one story."""

import sys
from collections import defaultdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from samples.audit import standalone, verify
from samples.models import SYSTEM
from samples.operations import Refused, audit


class Command(BaseCommand):
    help = "Verifies the whole audit and lists everything that is wrong; the exit status is 1 where anything is."
    requires_migrations_checks = True

    def add_arguments(self, parser):
        parser.add_argument(
            "--checkpoints", type=Path, action="append", default=[], metavar="FILE", help="may be given again"
        )
        parser.add_argument("--reason", default="Verified on the server", help="kept in the ledger for ever")
        parser.add_argument("--no-entry", action="store_true", help="enter nothing: for a copy that is only read")

    def handle(self, *, checkpoints, reason, no_entry, **options):
        given = _checkpoints(checkpoints)
        steps = verify.verify(given) if no_entry else audit.verify_audit(checkpoints=given, by=SYSTEM, reason=reason)
        try:
            report = _with_bar(steps)
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        for finding in report.findings:
            self.stdout.write(str(finding))
        for kind, count in report.found.items():
            if count > verify.MOST_KEPT:
                self.stdout.write(f"{kind.label}: {count} in all, of which {verify.MOST_KEPT} are listed.")
        for note in report.notes:
            self.stdout.write(note)
        self.stdout.write("Verified: " + ", ".join(f"{count} {what}" for what, count in report.checked.items()) + ".")
        if report.head_seq:
            self.stdout.write(f"The newest entry: {report.head_text}.")
        if not report.is_clean:
            raise CommandError(f"{report.total_found} findings: the audit is not in order.")
        self.stdout.write("Everything is in order.")


def _checkpoints(paths):
    given = defaultdict(set)
    for path in paths:
        try:
            for seq, some in standalone.read_checkpoints(path.read_text(encoding="utf-8-sig")).items():
                given[seq] |= some
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{path} is not UTF-8.") from None
        except ValueError as error:
            raise CommandError(f"{path}: {error}") from None
    return dict(given)


def _with_bar(steps):
    """Run a verification to its end with a progress bar on the terminal; returns its report."""
    # In a log, a line now and then.
    every_s = 0.1 if sys.stderr.isatty() else 10
    with tqdm(unit=" rows", mininterval=every_s, leave=False) as bar:
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                return end.value
            bar.total = step.total
            bar.set_description(step.part, refresh=False)
            bar.update(step.done - bar.n)
