"""Every write: one module a noun, one function a verb. Doors catch these refusals."""

from ._operation import Doubtful, NotAllowed, Refused
from ._records import NothingChanged, Superseded
from .submissions import Repeated

__all__ = ["Doubtful", "NotAllowed", "NothingChanged", "Refused", "Repeated", "Superseded"]
