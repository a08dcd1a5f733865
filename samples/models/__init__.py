"""The records of the inventory. Everything else imports them from here."""

from ._acts import Operation, OutsideOperation
from ._audited import Audited, AuditedTree, HistoryRow, RecordQuerySet, Voidable, audited_models
from ._fields import DegreesField, DepthField, LineField, MassDifferenceField, MassField, MomentField, ProseField
from .containers import Container, Seal
from .cores import Seam, seams
from .custodians import Custodian
from .custody import ENTERED_LATER, GAP, GapExplanation, Handoff, HandoffLine, nested_lines
from .discrepancies import Discrepancy
from .imports import Import, Upload
from .ledger import LedgerEntry
from .locations import PATH_MARK, Atmosphere, Location
from .mass import MassMovement
from .mass_balance import MassBalance, accessioned_g, mass_balances
from .missions import Mission
from .people import SYSTEM, AccountEvent, User
from .placing import (
    container_places,
    held_in_containers,
    location_names,
    location_paths,
    outermost_locations,
    place_containers,
    place_samples,
)
from .samples import Origin, Sample
from .signatures import Signature
from .submissions import Submission
from .tokens import COUNTED_SECONDS, Token, TokenMinute
from .weighings import Balance, Weighing

__all__ = [
    "COUNTED_SECONDS",
    "ENTERED_LATER",
    "GAP",
    "PATH_MARK",
    "SYSTEM",
    "AccountEvent",
    "Atmosphere",
    "Audited",
    "AuditedTree",
    "Balance",
    "Container",
    "Custodian",
    "DegreesField",
    "DepthField",
    "Discrepancy",
    "GapExplanation",
    "Handoff",
    "HandoffLine",
    "HistoryRow",
    "Import",
    "LedgerEntry",
    "LineField",
    "Location",
    "MassBalance",
    "MassDifferenceField",
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
    "Seam",
    "Signature",
    "Submission",
    "Token",
    "TokenMinute",
    "Upload",
    "User",
    "Voidable",
    "Weighing",
    "accessioned_g",
    "audited_models",
    "container_places",
    "held_in_containers",
    "location_names",
    "location_paths",
    "mass_balances",
    "nested_lines",
    "outermost_locations",
    "place_containers",
    "place_samples",
    "seams",
]
