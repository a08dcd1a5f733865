"""Exports: columns as data, rows as a stream; they know no HTTP."""

from ._columns import GRAMS, MILLIGRAMS, Column
from ._csv import Dataset, cell, uncell
from ._scripts import scripts
from .datasets import DATASETS

__all__ = ["DATASETS", "GRAMS", "MILLIGRAMS", "Column", "Dataset", "cell", "scripts", "uncell"]
