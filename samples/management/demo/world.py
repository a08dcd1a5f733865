"""What the modules of the demo share: the records entered so far, and how they hand containers over."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from samples.models import Seal
from samples.operations import custody, signatures

_REASON = "Demo: a step of the chain of custody; the remarks say what is known of it and what is illustrative"
_BEIJING = ZoneInfo("Asia/Shanghai")


def beijing(text):
    """The moment that clocks in Beijing show as `text`, e.g. "2024-06-02 06:23"."""
    return datetime.fromisoformat(text).replace(tzinfo=_BEIJING)


@dataclass
class World:
    """The records of the demo by short keys: people by user name, containers and samples by identifier."""

    people: dict = field(default_factory=dict)
    passwords: dict = field(default_factory=dict)
    custodians: dict = field(default_factory=dict)
    places: dict = field(default_factory=dict)
    missions: dict = field(default_factory=dict)
    containers: dict = field(default_factory=dict)
    samples: dict = field(default_factory=dict)
    balances: dict = field(default_factory=dict)

    def confirmed(self, username):
        """That a person of the demo gave the password, as each signature asks for it."""
        return signatures.confirm(self.people[username], self.passwords[username])


@dataclass(frozen=True)
class Side:
    """One side of a handoff: who enters it, when it happened, and on behalf of whom where nobody signs there."""

    by: str
    at: datetime
    on_behalf_of: str = ""
    document: str = ""


@dataclass(frozen=True)
class Leg:
    """One handoff, to the custodian and the place of these keys; without `received` it stays open."""

    to: str
    at: str
    place: str
    mode: str
    purpose: str
    remarks: str
    released: Side
    received: Side | None = None
    document: str = ""
    witnesses: str = ""
    # Grams, of the one container that travels sealed: declared, and weighed at the receipt on the balance of that key.
    declared_g: Decimal | None = None
    weighed_g: Decimal | None = None
    balance: str = ""
    # Of every seal, as the receiver found it.
    seal_condition: str = Seal.State.INTACT


_TOLERANCE_G = Decimal("0.010")


def hand_over(world, identifiers, leg):
    """Release the containers `identifiers` and, where the leg says how, receive them; returns the handoff."""
    containers = [world.containers[identifier] for identifier in identifiers]
    declared = {}
    if leg.declared_g is not None:
        declared = {containers[0].pk: custody.Declared(leg.declared_g, _TOLERANCE_G)}
    handoff = custody.release(
        containers=containers,
        to_custodian=world.custodians[leg.to],
        place=leg.place,
        transport_mode=leg.mode,
        purpose=leg.purpose,
        released_at=leg.released.at,
        document_number=leg.document,
        witnesses=leg.witnesses,
        remarks=leg.remarks,
        on_behalf_of=leg.released.on_behalf_of,
        on_behalf_document=leg.released.document,
        declared=declared,
        # Nothing was published of gross masses, so most are released without one.
        acknowledged=True,
        confirmed=world.confirmed(leg.released.by),
        by=world.people[leg.released.by],
        reason=_REASON,
    )
    if leg.received is None:
        return handoff
    return custody.receive(
        handoff=handoff,
        location=world.places[leg.at],
        received_at=leg.received.at,
        on_behalf_of=leg.received.on_behalf_of,
        on_behalf_document=leg.received.document,
        found=_found(handoff, leg),
        differs=leg.seal_condition != Seal.State.INTACT,
        balance=world.balances.get(leg.balance),
        confirmed=world.confirmed(leg.received.by),
        by=world.people[leg.received.by],
        reason=_REASON,
    )


def _found(handoff, leg):
    """Every seal read back, in the condition that the leg says."""
    found = {}
    for line in custody.to_find(handoff):
        found[line.container_id] = custody.Found(
            seal_read=line.seal_declared,
            seal_condition=leg.seal_condition if line.seal_declared else "",
            gross_g=leg.weighed_g if line.gross_declared_g is not None else None,
        )
    return found
