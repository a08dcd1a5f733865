"""The two questions about the past: every reading statement is answered from one and the same earlier moment."""

from ._moments import NoMoment, read_question
from ._shown import OnlyRead, present, rewritten, shown

__all__ = ["NoMoment", "OnlyRead", "present", "read_question", "rewritten", "shown"]
