"""The records of the inventory. Everything else imports them from here."""

from ._audited import Audited, AuditedTree, HistoryRow, Operation, OutsideOperation, RecordQuerySet, Voidable
from ._fields import DegreesField, DepthField, LineField, MassField, ProseField
from .containers import Container, Origin, Seal
from .custodians import Custodian
from .custody import GapExplanation, Handoff, HandoffLine
from .locations import Atmosphere, Location
from .mass import MassMovement
from .missions import MassBalance, Mission
from .people import SYSTEM, AccountEvent, User
from .samples import Sample

__all__ = [
    "SYSTEM",
    "AccountEvent",
    "Atmosphere",
    "Audited",
    "AuditedTree",
    "Container",
    "Custodian",
    "DegreesField",
    "DepthField",
    "GapExplanation",
    "Handoff",
    "HandoffLine",
    "HistoryRow",
    "LineField",
    "Location",
    "MassBalance",
    "MassField",
    "MassMovement",
    "Mission",
    "Operation",
    "Origin",
    "OutsideOperation",
    "ProseField",
    "RecordQuerySet",
    "Sample",
    "Seal",
    "User",
    "Voidable",
]
