"""Exports: columns as data, rows as a stream; they know no HTTP."""

from ._csv import Column, Dataset, cell, uncell
from ._scripts import scripts
from .datasets import DATASETS

__all__ = ["DATASETS", "Column", "Dataset", "cell", "scripts", "uncell"]
