"""The verification: whether ledger, history, records, custody and masses all tell one story."""

from .report import MOST_KEPT, Finding, Kind, Progress, Report
from .run import UNREADABLE, verify

__all__ = ["MOST_KEPT", "UNREADABLE", "Finding", "Kind", "Progress", "Report", "verify"]
