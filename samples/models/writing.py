"""What only operations and the audit use of the audited base: the lock, the current operation, the bulk door."""

from ._acts import WRITERS_LOCK, Act, current_operation, enter, leave, take_writers_lock, turn
from ._bulk import write_many

__all__ = ["WRITERS_LOCK", "Act", "current_operation", "enter", "leave", "take_writers_lock", "turn", "write_many"]
