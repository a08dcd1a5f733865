"""Exports: columns as data, rows as a stream; they know no HTTP."""

from ._cells import cell, uncell
from ._columns import GRAMS, MILLIGRAMS, Column
from ._datasets import Dataset
from ._rows import Reading
from ._scripts import scripts
from ._snapshot import Snapshot
from .datasets import DATASETS

__all__ = ["DATASETS", "GRAMS", "MILLIGRAMS", "Column", "Dataset", "Reading", "Snapshot", "cell", "scripts", "uncell"]
