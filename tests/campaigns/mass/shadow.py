"""What the inventory should say: containers, samples and masses kept once more, in plain Python and exact decimals.

It knows nothing of the database and nothing of the operations; for each act it says why it should be
refused, as a set of names of refusals, which is empty where it should be done.
"""

from dataclasses import dataclass
from decimal import Decimal

NONE_G = Decimal("0.000000")


@dataclass
class Vessel:
    """A container: where it is, who has it, what it is rated for, and what is known of it."""

    name: str
    outer: str | None
    holder: str
    capacity_g: Decimal | None
    tare_g: Decimal | None
    seal: str | None = None
    handoff: int | None = None
    was_moved: bool = False
    is_void: bool = False


@dataclass
class Grain:
    """A sample; it has moved where there is any movement of it but its accession."""

    name: str
    parent: str | None
    vessel: str
    mass_g: Decimal
    is_permanent: bool = False
    is_void: bool = False
    has_moved: bool = False


@dataclass
class Journey:
    """A handoff and what travels with it."""

    number: int
    giver: str
    taker: str
    releaser: str
    vessels: list
    is_open: bool = True


class Shadow:
    """All of it, and the sums of one mission."""

    def __init__(self, return_capacity_g):
        self.vessels, self.grains, self.journeys = {}, {}, {}
        self.capacity_g = return_capacity_g
        self.accessioned_g = self.corrected_g = self.consumed_g = self.lost_g = NONE_G
        # The containers with a discrepancy, and how many movements were written.
        self.discrepancies, self.written = set(), 0
        # {container: [(giver, taker)]} of what was received.
        self.chain = {}

    def path(self, vessel):
        """The vessel and those it is inside of, from the inside out."""
        while vessel is not None:
            yield self.vessels[vessel]
            vessel = self.vessels[vessel].outer

    def inside(self, vessel):
        """The names of the vessel and of everything in it, withdrawn or not."""
        return [name for name in self.vessels if vessel in {outer.name for outer in self.path(name)}]

    def contents_g(self, vessel):
        inside = self.inside(vessel)
        return sum((grain.mass_g for grain in self.grains.values() if grain.vessel in inside), NONE_G)

    def room_g(self, vessel):
        """How much more fits into a vessel and those around it; None where none of them is rated."""
        rated = [one for one in self.path(vessel) if one.capacity_g is not None]
        return min((one.capacity_g - self.contents_g(one.name) for one in rated), default=None)

    def tare_g(self, vessel):
        tares = [self.vessels[name].tare_g for name in self.inside(vessel) if not self.vessels[name].is_void]
        return None if None in tares else sum(tares, NONE_G)

    def held_g(self):
        return sum((grain.mass_g for grain in self.grains.values()), NONE_G)

    def live_inside(self, vessel):
        return [one for one in self.vessels.values() if one.outer == vessel and not one.is_void]

    # Why not: what is in the way of an act.

    def why_not_at_hand(self, vessel, by):
        """Somebody else's, under way, or behind a seal."""
        yield from self.why_not_work(vessel, by)
        yield from self.why_not_open(vessel)

    def why_not_work(self, vessel, by):
        if self.vessels[vessel].holder not in (by.holder, None) and not by.is_curator:
            yield "NotAllowed"
        yield from self.why_not_still(vessel)

    def why_not_still(self, vessel):
        if self.vessels[vessel].handoff is not None:
            yield "UnderWay"

    def why_not_open(self, vessel):
        if any(one.seal for one in self.path(vessel)):
            yield "Sealed"

    def why_not_taken_in(self, vessel, holder):
        if self.vessels[vessel].is_void:
            yield "IsVoid"
        yield from self.why_not_still(vessel)
        yield from self.why_not_open(vessel)
        if self.vessels[vessel].holder != holder:
            yield "Misplaced"

    def why_not_live(self, *records):
        if any(record.is_void for record in records):
            yield "IsVoid"

    def why_not_some(self, mass_g):
        if mass_g <= 0:
            yield "NoMass"

    def why_not_held(self, grain, mass_g):
        if mass_g > grain.mass_g:
            yield "MoreThanItHolds"

    def why_not_used(self, grain, by, override):
        if grain.is_permanent and not (by.is_curator and override):
            yield "Permanent"

    def why_not_rated(self, vessel):
        """Asked after the change: a vessel around it holds more than it is rated for."""
        room_g = self.room_g(vessel)
        if room_g is not None and room_g < 0:
            yield "OverCapacity"

    def why_not_returned(self):
        if self.accessioned_g + self.corrected_g > self.capacity_g:
            yield "OverCapacity"
