"""What the modules of the demo share: the records entered so far, and how they hand containers over."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from samples.operations import custody

_REASON = "Demo: a step of the chain of custody; the remarks say what is known of it and what is illustrative"
_BEIJING = ZoneInfo("Asia/Shanghai")


def beijing(text):
    """The moment that clocks in Beijing show as `text`, e.g. "2024-06-02 06:23"."""
    return datetime.fromisoformat(text).replace(tzinfo=_BEIJING)


@dataclass
class World:
    """The records of the demo by short keys: people by user name, containers and samples by identifier."""

    people: dict = field(default_factory=dict)
    custodians: dict = field(default_factory=dict)
    places: dict = field(default_factory=dict)
    missions: dict = field(default_factory=dict)
    containers: dict = field(default_factory=dict)
    samples: dict = field(default_factory=dict)


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


def hand_over(world, identifiers, leg):
    """Release the containers `identifiers` and, where the leg says how, receive them; returns the handoff."""
    handoff = custody.release(
        containers=[world.containers[identifier] for identifier in identifiers],
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
        by=world.people[leg.received.by],
        reason=_REASON,
    )
