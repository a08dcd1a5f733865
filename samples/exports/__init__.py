"""Exports: columns as data, rows as a stream; they know no HTTP."""

from ._columns import GRAMS, MILLIGRAMS, Column
from ._csv import Dataset, cell, uncell
from ._scripts import TOKEN, Script, scripts
from .datasets import DATASETS

__all__ = ["DATASETS", "GRAMS", "MILLIGRAMS", "TOKEN", "Column", "Dataset", "Script", "cell", "scripts", "uncell"]
