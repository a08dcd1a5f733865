"""What only operations and the audit use of the audited base: the lock, the current operation and its acts."""

from ._audited import WRITERS_LOCK, Act, current_operation, enter, leave, take_writers_lock

__all__ = ["WRITERS_LOCK", "Act", "current_operation", "enter", "leave", "take_writers_lock"]
