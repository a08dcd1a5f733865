"""manage.py import_records: register the records of a file, all of them or none."""

from samples.imports.kinds import KINDS

from .import_samples import Command as ImportCommand


class Command(ImportCommand):
    help = "Registers the records of a CSV or .xlsx file, all of them or none; lists every fault of every row first."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=KINDS, help="what stands in the file")
        super().add_arguments(parser)
