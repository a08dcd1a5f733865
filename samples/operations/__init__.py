"""Every write: one module a noun, one function a verb. Doors catch these four refusals."""

from ._operation import Doubtful, NotAllowed, Refused
from ._records import Superseded

__all__ = ["Doubtful", "NotAllowed", "Refused", "Superseded"]
