"""Records from files: what a row means, every fault of every row, then all of them or none."""

from .mapping import MAPPING_EXAMPLE
from .report import refused_csv, report, with_masses

__all__ = ["MAPPING_EXAMPLE", "refused_csv", "report", "with_masses"]
