"""Exports: columns as data, rows as a stream; they know no HTTP."""

from ._csv import Column, Dataset, cell, uncell
from ._scripts import package_script, scripts
from .datasets import DATASETS

__all__ = ["DATASETS", "Column", "Dataset", "cell", "package_script", "scripts", "uncell"]
