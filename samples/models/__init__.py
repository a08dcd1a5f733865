"""The records of the inventory. Everything else imports them from here."""

from ._audited import Audited, AuditedTree, HistoryRow, Operation, OutsideOperation, RecordQuerySet, Voidable
from ._fields import DegreesField, DepthField, LineField, MassField, MomentField, ProseField
from .containers import Container, Seal
from .custodians import Custodian
from .custody import ENTERED_LATER, GapExplanation, Handoff, HandoffLine
from .imports import Import, Upload
from .ledger import LedgerEntry
from .locations import Atmosphere, Location
from .mass import MassBalance, MassMovement
from .missions import Mission
from .people import SYSTEM, AccountEvent, User
from .placing import location_names, place_containers, place_samples
from .samples import Origin, Sample
from .submissions import Submission
from .tokens import Token

__all__ = [
    "ENTERED_LATER",
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
    "Import",
    "LedgerEntry",
    "LineField",
    "Location",
    "MassBalance",
    "MassField",
    "MassMovement",
    "Mission",
    "MomentField",
    "Operation",
    "Origin",
    "OutsideOperation",
    "ProseField",
    "RecordQuerySet",
    "Sample",
    "Seal",
    "Submission",
    "Token",
    "Upload",
    "User",
    "Voidable",
    "location_names",
    "place_containers",
    "place_samples",
]
