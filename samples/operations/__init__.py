"""Every write: one module a noun, one function a verb. Doors catch these refusals."""

from ._operation import Busy, Doubtful, NotAllowed, Refused, RuleBroken, Several, Unguarded, alone
from ._records import NothingChanged, Superseded
from .submissions import Repeated

__all__ = [
    "Busy",
    "Doubtful",
    "NotAllowed",
    "NothingChanged",
    "Refused",
    "Repeated",
    "RuleBroken",
    "Several",
    "Superseded",
    "Unguarded",
    "alone",
]
