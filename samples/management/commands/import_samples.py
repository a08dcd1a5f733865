"""manage.py import_samples: register the samples of a file, all of them or none."""

import sys
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from samples.forms.imports import ENCODINGS
from samples.imports import files, refused_csv, report
from samples.models import User
from samples.operations import Doubtful, Refused
from samples.operations.imports import RowsRefused
from samples.units import format_mass


class Command(BaseCommand):
    help = "Registers the samples of a CSV or .xlsx file, all of them or none; lists every fault of every row first."
    requires_migrations_checks = True

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="CSV or .xlsx, with one header line")
        parser.add_argument("--mapping", type=Path, help="TOML that renames columns and translates values")
        parser.add_argument(
            "--encoding", choices=ENCODINGS, default="", help="of a CSV whose bytes do not say it; else recognised"
        )
        parser.add_argument("--sheet", default="", help="of a workbook with several sheets, the one that is meant")
        parser.add_argument("--dry-run", action="store_true", help="check everything, register nothing")
        parser.add_argument(
            "--acknowledge-doubts", action="store_true", help="register doubtful rows too: they are meant so"
        )
        parser.add_argument("--refused", type=Path, help="write the refused rows, with their reasons, to this CSV")
        parser.add_argument("--by", required=True, help="user name of the curator who answers for it")
        parser.add_argument("--reason", required=True, help="kept with each record for ever")

    def handle(self, *, file, mapping, encoding, sheet, dry_run, acknowledge_doubts, refused, by, reason, **options):
        who = {"by": _user(by), "reason": reason}
        kind = options.get("kind", "samples")
        try:
            samples = files.read_file(kind, file.name, _bytes(file), _text(mapping), encoding=encoding, sheet=sheet)
            self.stdout.write(samples.table.told())
            if dry_run:
                found = _with_bar(samples, files.check(samples, **who))
            else:
                made = _with_bar(samples, files.register(samples, acknowledged=acknowledge_doubts, **who))
        except RowsRefused as refusal:
            self._tell(samples, report(samples, refusal.outcome), refused)
            raise CommandError(refusal.message) from None
        except Doubtful as doubt:
            self._tell(samples, _with_bar(samples, files.check(samples, **who)), refused)
            raise CommandError(f"{doubt.message} If they are meant so, give --acknowledge-doubts.") from None
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if not dry_run:
            self.stdout.write(f"{made}: {_counted(made)} registered.")
            return
        self._tell(samples, found, refused)
        if found["faults"]:
            raise CommandError(f"{found['refused']} of {found['rows']} rows cannot be registered.")

    def _tell(self, samples, found, refused):
        for title, lines in (("Faults", found["faults"]), ("Doubts", found["doubts"])):
            if lines:
                self.stdout.write(f"\n{title}")
                self.stdout.write(_table(lines))
        self.stdout.write(f"\nAccepted {found['accepted']}, refused {found['refused']} of {found['rows']} rows.")
        if found["left_out"]:
            self.stdout.write(f"Left out by the mapping: {', '.join(found['left_out'])}.")
        if found["kind"] == "samples":
            self.stdout.write(f"Containers to be made: {len(found['containers'])}.")
        for mission in found["missions"]:
            masses = {key: format_mass(Decimal(mission[key])) for key in ("added_g", "after_g", "capacity_g")}
            self.stdout.write(
                f"{mission['code']}: {mission['samples']} samples, {masses['added_g']}; "
                f"then {masses['after_g']} of {masses['capacity_g']}."
            )
        if refused and found["faults"]:
            refused.write_text(refused_csv(samples, found["faults"]), encoding="utf-8", newline="")
            self.stdout.write(f"The refused rows are in {refused}.")


def _counted(made):
    if made.kind == made.Kind.SAMPLES:
        return f"{made.sample_count} samples and {made.container_count} containers"
    return f"{made.record_count} {made.kind}"


def _with_bar(samples, steps):
    """Run the steps of an import to their end with a progress bar on the terminal; returns what they return."""
    # In a log, a line now and then.
    every_s = 0.1 if sys.stderr.isatty() else 10
    with tqdm(total=len(samples), unit=" rows", mininterval=every_s, leave=False) as bar:
        while True:
            try:
                bar.update(next(steps) - bar.n)
            except StopIteration as end:
                return end.value


def _table(lines):
    """Faults as aligned columns: row, record, column, value, what was expected."""
    cells = [("row", "record", "column", "value", "what is said of it")]
    cells += [(str(line["row"]), line["identifier"], line["column"], _value(line), line["message"]) for line in lines]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def _value(line):
    return line["value"] or ("(blank)" if line["column"] else "")


def _user(username):
    try:
        return User.objects.get_by_natural_key(username)
    except User.DoesNotExist:
        raise CommandError(f"Nobody has the user name “{username}”.") from None


def _bytes(path):
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None


def _text(path):
    if path is None:
        return ""
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not UTF-8.") from None
