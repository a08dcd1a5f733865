"""The file of a dataset, read as a download reads it."""

import csv
import io
from contextlib import closing

from samples.exports import DATASETS, Snapshot


def file_of(name, queryset, user, columns=None):
    """The text of the whole file."""
    with closing(DATASETS[name].rows(queryset, user, columns)) as rows, Snapshot() as snapshot:
        return b"".join(rows.file(snapshot)).decode()


def table_of(name, queryset, user):
    """Its rows as dictionaries."""
    return list(csv.DictReader(io.StringIO(file_of(name, queryset, user), newline="")))
