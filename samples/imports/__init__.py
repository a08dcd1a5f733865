"""Records from files: what a row means, every fault of every row, then all of them or none."""

from .report import refused_csv, report, with_masses

__all__ = ["refused_csv", "report", "with_masses"]
