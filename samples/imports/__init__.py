"""Records from files: what a row means, every fault of every row, then all of them or none."""

from .mapping import NotAMapping
from .report import refused_csv, report
from .table import NotATable

__all__ = ["NotAMapping", "NotATable", "refused_csv", "report"]
