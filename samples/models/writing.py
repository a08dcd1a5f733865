"""What only operations and the audit use of the audited base: the lock and the current operation."""

from ._audited import current_operation, enter, leave, take_writers_lock

__all__ = ["current_operation", "enter", "leave", "take_writers_lock"]
