"""Chang’e-6 in the laboratory: unsealed, the scooped material split into ten bottles, weighed and assigned.

Published: unsealed by 21 September 2024, the material in about ten bottles of about 150 g each. Every
mass, tare, hour, use category and identifier here is illustrative; the sum is exact.
"""

from dataclasses import dataclass
from decimal import Decimal

from samples.models import Container, Origin, Sample
from samples.operations import containers, movements, samples, seals, weighings

from .change6 import PACKAGE, document
from .world import beijing

_CATEGORY = Sample.UseCategory
_BULK = "CE6-BULK-S"
_UNSEALED, _SPLIT = beijing("2024-09-03 09:30"), beijing("2024-09-03 14:00")
_WEIGHED, _WEIGHED_AGAIN = beijing("2024-09-03 16:00"), beijing("2024-12-10 10:00")
_ANALYSED = beijing("2024-10-15 10:00")
_LOST_G = Decimal("0.003")
_CONSUMED_G = Decimal("0.25")


@dataclass(frozen=True)
class Bottle:
    """One bottle: tare and net mass in grams, and what its reading shows more or less than the two, in milligrams."""

    number: int
    tare_g: str
    net_g: str
    off_mg: str
    use_category: str

    @property
    def identifier(self):
        return f"CE6-B{self.number:02d}"

    @property
    def subsample(self):
        return f"{_BULK},{self.number:02d}"

    @property
    def gross_g(self):
        return Decimal(self.tare_g) + Decimal(self.net_g) + Decimal(self.off_mg) / 1000


BOTTLES = [
    Bottle(1, "86.412", "150.102", "0.4", _CATEGORY.PERMANENT),
    Bottle(2, "86.395", "149.871", "-0.7", _CATEGORY.PERMANENT),
    Bottle(3, "86.430", "150.344", "1.1", _CATEGORY.PERMANENT),
    Bottle(4, "86.401", "149.655", "0.2", _CATEGORY.BACKUP_PERMANENT),
    Bottle(5, "86.388", "150.018", "-0.3", _CATEGORY.BACKUP_PERMANENT),
    Bottle(6, "86.417", "149.930", "0.9", _CATEGORY.RESEARCH),
    Bottle(7, "86.405", "150.207", "-1.2", _CATEGORY.RESEARCH),
    # Beyond the uncertainty of the balance: this waits for the curator.
    Bottle(8, "86.399", "149.789", "-12", _CATEGORY.RESEARCH),
    Bottle(9, "86.421", "150.061", "0.6", _CATEGORY.RESEARCH),
    Bottle(10, "86.393", "149.620", "-0.1", _CATEGORY.PUBLIC_BENEFIT),
]
PUBLISHED = [bottle.subsample for bottle in BOTTLES if bottle.use_category == _CATEGORY.RESEARCH]
_ILLUSTRATIVE = (
    "Illustrative: published is only that the material went into about ten bottles of about 150 g. "
    "Identifier, tare and rating are illustrative too."
)


def enter(world):
    """Unseal the package, split what was scooped, weigh and assign every part."""
    technician, curator = world.people["laboratory"], world.people["curator"]
    seals.unseal(
        container=world.containers[PACKAGE],
        broken_at=_UNSEALED,
        broken_by=technician.name,
        by=technician,
        reason="Demo: unsealed in nitrogen; done by 21 September 2024, as published; the hour is illustrative",
    )
    _register_bottles(world, technician)
    _split(world, technician)
    _weigh(world, technician)
    for bottle in BOTTLES:
        samples.assign(
            sample=world.samples[bottle.subsample],
            use_category=bottle.use_category,
            by=curator,
            reason="Demo: the shares of the use categories are illustrative",
        )
    for identifier in PUBLISHED:
        samples.publish(sample=world.samples[identifier], by=curator, reason="Demo: so that researchers see bottles")
    movements.consume(
        sample=world.samples[BOTTLES[5].subsample],
        mass_g=_CONSUMED_G,
        happened_at=_ANALYSED,
        by=technician,
        reason="Demo: used up in an illustrative analysis",
    )


def _register_bottles(world, by):
    for bottle in BOTTLES:
        world.containers[bottle.identifier] = containers.register(
            identifier=bottle.identifier,
            mission=world.missions["CE6"],
            kind=Container.Kind.BOTTLE,
            origin=Origin.SCOOP,
            location=world.places["GB-01 shelf"],
            custodian=world.custodians["laboratory"],
            custody_began_at=_UNSEALED,
            chain_document=document(8),
            capacity_g=Decimal(160),
            tare_g=Decimal(bottle.tare_g),
            description=_ILLUSTRATIVE,
            by=by,
            reason="Demo: a bottle, cleaned and weighed empty; both are illustrative",
        )


def _split(world, by):
    parts = [
        movements.Part(
            identifier=bottle.subsample,
            container=world.containers[bottle.identifier],
            mass_g=Decimal(bottle.net_g),
            description=_ILLUSTRATIVE,
        )
        for bottle in BOTTLES
    ]
    made = movements.split(
        sample=world.samples[_BULK],
        parts=parts,
        lost_g=_LOST_G,
        happened_at=_SPLIT,
        by=by,
        reason="Demo: scooped material split into ten bottles of about 150 g; the masses are illustrative",
    )
    world.samples |= {sample.identifier: sample for sample in made}


def _weigh(world, by):
    balance = world.balances["laboratory"]
    weighings.record_many(
        readings=[
            weighings.Reading(world.containers[bottle.identifier], bottle.gross_g, Decimal(bottle.tare_g))
            for bottle in BOTTLES
        ],
        balance=balance,
        weighed_at=_WEIGHED,
        # One of them differs, and is left so.
        acknowledged=True,
        by=by,
        reason="Demo: each bottle weighed after the split; the readings are illustrative",
    )
    first = BOTTLES[0]
    weighings.record(
        container=world.containers[first.identifier],
        balance=balance,
        gross_g=first.gross_g - Decimal("0.0009"),
        tare_g=Decimal(first.tare_g),
        weighed_at=_WEIGHED_AGAIN,
        by=by,
        reason="Demo: the yearly check; the reading is illustrative",
    )
