"""Chang’e-6 (2024): the first material from the far side of the Moon, from the lander to the laboratory.

Facts are those China’s space agency published: dates, times, places and the net mass of 1935.3 g.
Identifiers, the drilled and scooped shares, the seal, documents and the minutes marked so are illustrative.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from samples.models import Container, Handoff, Mission, Origin, Sample
from samples.operations import balances, containers, missions, samples, seals

from .world import Leg, Side, beijing, hand_over

_MODE = Handoff.Transport
_LANDED, _RETURNED = beijing("2024-06-02 06:23"), beijing("2024-06-25 14:07")
# Drilled and scooped on 2 and 3 June; the hour is illustrative.
_COLLECTED = beijing("2024-06-03 08:00")

PACKAGE, CAPSULE = "CE6-SP-01", "CE6-RC-01"
DRILLED, SCOOPED = "CE6-PC-D01", "CE6-PC-S01"

MISSION = {
    "code": "CE6",
    "name": "Chang’e-6",
    "agency": "CNSA",
    "launch_vehicle": "Long March 5",
    "launch_site": "Wenchang",
    "launched_on": date(2024, 5, 3),
    "body_side": Mission.Side.FAR,
    "landing_site": "Apollo basin, inside the South Pole-Aitken basin",
    "relay_satellite": "Queqiao-2",
    "landed_at": _LANDED,
    "returned_at": _RETURNED,
    "return_place": "Siziwang Banner, Inner Mongolia",
    "return_capacity_g": Decimal(2000),
    "drill_limit_cm": Decimal(200),
    "notes": (
        "Published: the net mass of 1935.3 g and the dates and times given in whole minutes here, in Beijing time.\n"
        "Inferred: that the net mass is preliminary, weighed before the package was unsealed. That was announced of "
        "Chang’e-5; for Chang’e-6 it is concluded from it.\n"
        "Illustrative: how much was drilled and how much scooped, and every identifier, seal number and document "
        "number.\n"
        "Not known, so left empty: the coordinates, the depth that was drilled, every tare."
    ),
}

_ILLUSTRATIVE = "The identifier is illustrative; the official one is not published. The tare is not known."
# Identifier, kind, origin, identifier of the outer container, capacity in grams, description.
PACKED = [
    (
        PACKAGE,
        Container.Kind.PACKAGE,
        Origin.MIXED,
        None,
        Decimal(2000),
        f"Holds all material of the mission. Rated, here, for the return capacity of the mission. {_ILLUSTRATIVE}",
    ),
    (DRILLED, Container.Kind.PRIMARY, Origin.DRILL, PACKAGE, None, f"Drilled material. {_ILLUSTRATIVE}"),
    (SCOOPED, Container.Kind.PRIMARY, Origin.SCOOP, PACKAGE, None, f"Scooped material. {_ILLUSTRATIVE}"),
]

_SHARES = (
    "The shares are illustrative: only the sum of drilled and scooped material, 1935.3 g, was published. "
    "The hour of collection is illustrative; drilling and scooping took place on 2 and 3 June 2024."
)
# Identifier, container, origin, grams, method, description. The grams add up to the published 1935.3.
BULK = [
    (
        "CE6-BULK-D",
        DRILLED,
        Origin.DRILL,
        Decimal("435.3"),
        "Drill",
        f"All drilled material. The depth that was reached is not known. {_SHARES}",
    ),
    (
        "CE6-BULK-S",
        SCOOPED,
        Origin.SCOOP,
        Decimal("1500"),
        "Robotic-arm scoop",
        f"All scooped material, from the surface. {_SHARES}",
    ),
]

_CONTROL = "Flight control (illustrative)"
_CARRIER = "Carrier’s crew (illustrative)"


def document(number):
    return f"CE6-DOC-{number:02d} (illustrative)"


IN_FLIGHT = [
    Leg(
        to="ascender",
        at="ascender",
        place="Apollo basin, far side of the Moon",
        mode=_MODE.DOCKING,
        purpose="Flight to lunar orbit",
        remarks=(
            "Both times are illustrative: before the ascender lifted off on 4 June 2024 at 07:38, which is published."
        ),
        released=Side("curator", beijing("2024-06-04 06:00"), _CONTROL, document(2)),
        received=Side("recovery", beijing("2024-06-04 06:10"), _CONTROL, document(2)),
    ),
    Leg(
        to="capsule",
        at="capsule",
        place="Lunar orbit",
        mode=_MODE.DOCKING,
        purpose="Flight to the Earth",
        remarks="Docked at 14:48, moved into the reentry capsule at 15:24; both times are published.",
        released=Side("curator", beijing("2024-06-06 14:48"), _CONTROL, document(3)),
        received=Side("recovery", beijing("2024-06-06 15:24"), _CONTROL, document(3)),
    ),
]

ON_EARTH = [
    Leg(
        to="recovery",
        at="landing area",
        place="Siziwang Banner, Inner Mongolia",
        mode=_MODE.SPACE,
        purpose="Recovery of the capsule",
        remarks="The landing at 14:07 is published. The time of receipt is illustrative.",
        released=Side("curator", _RETURNED, _CONTROL, document(4)),
        received=Side("recovery", beijing("2024-06-25 14:40")),
    ),
    # The gap follows from published times: by road from 19:30, flown on the next morning. It stays
    # unexplained, so that the demo shows how a gap is flagged.
    Leg(
        to="transport",
        at="transport",
        place="Siziwang Banner, by road to Zhurihe airport",
        mode=_MODE.ROAD,
        purpose="Transport to Beijing",
        remarks=(
            "The departure by road at 19:30 is published, and so is the flight on the morning of 26 June. The time of "
            "receipt for the flight is illustrative; no source says who answered for the capsule in the night between."
        ),
        released=Side("recovery", beijing("2024-06-25 19:30")),
        received=Side("curator", beijing("2024-06-26 08:00"), _CARRIER, document(5)),
        document=document(5),
    ),
    Leg(
        to="opening",
        at="opening hall",
        place="Beijing",
        mode=_MODE.AIR,
        purpose="Opening of the capsule",
        remarks="Flown to Beijing on the morning of 26 June 2024. Both times are illustrative.",
        released=Side("curator", beijing("2024-06-26 11:30"), _CARRIER, document(6)),
        received=Side("opening", beijing("2024-06-26 11:50")),
        document=document(6),
    ),
]

OPENED = (
    "Demo: the capsule was opened on the afternoon of 26 June 2024, the container with the material taken out and "
    "weighed; three parties signed"
)

# The net mass that was published and a tare that was not.
_GROSS_G = Decimal("1935.3") + Decimal("2864.7")
# Key, name; uncertainty in grams and calibration are illustrative.
BALANCES = [("agency", "Balance, agency (illustrative)"), ("laboratory", "Balance, laboratory (illustrative)")]

TO_THE_LABORATORY = [
    Leg(
        to="agency",
        at="agency",
        place="Beijing",
        mode=_MODE.ROAD,
        purpose="Handover by the agency",
        remarks=(
            "That the agency handed over on 28 June 2024 is published; that it took the package in that morning, and "
            "both times, are illustrative. So are the gross masses: the tare is not known."
        ),
        declared_g=_GROSS_G,
        weighed_g=_GROSS_G + Decimal("0.002"),
        balance="agency",
        released=Side("opening", beijing("2024-06-28 09:00")),
        received=Side("agency", beijing("2024-06-28 09:30")),
        document=document(7),
    ),
    Leg(
        to="laboratory",
        at="GB-01 floor",
        place="Beijing",
        mode=_MODE.ROAD,
        purpose="Curation",
        remarks=(
            "Handed over on 28 June 2024 with a sample certificate, as published; the number of the certificate, both "
            "times and the glove box are illustrative. So are the gross masses."
        ),
        declared_g=_GROSS_G + Decimal("0.002"),
        weighed_g=_GROSS_G + Decimal("0.001"),
        balance="laboratory",
        released=Side("agency", beijing("2024-06-28 10:00")),
        received=Side("laboratory", beijing("2024-06-28 10:30")),
        document="Sample certificate CE6-SC-01 (illustrative)",
    ),
]


def enter(world):
    """Register what was packed on the Moon and take it along its chain of custody."""
    world.missions["CE6"] = missions.register(
        **MISSION, by=world.people["curator"], reason="Demo: from what was published about the mission"
    )
    pack(world)
    for leg in IN_FLIGHT:
        hand_over(world, [PACKAGE], leg)
    _put_into_capsule(world)
    for leg in ON_EARTH:
        hand_over(world, [CAPSULE], leg)
    world.containers[PACKAGE] = containers.take_out(
        container=world.containers[PACKAGE],
        location=world.places["opening hall"],
        by=world.people["opening"],
        reason=OPENED,
    )
    for key, name in BALANCES:
        world.balances[key] = balances.register(
            name=name,
            uncertainty_g=Decimal("0.002"),
            calibrated_until=timezone.localdate() + timedelta(days=365),
            by=world.people["curator"],
            reason="Demo: an illustrative balance",
        )
    for leg in TO_THE_LABORATORY:
        hand_over(world, [PACKAGE], leg)
    for identifier, *_values in BULK:
        samples.publish(
            sample=world.samples[identifier],
            by=world.people["curator"],
            reason="Demo: the mission and its mass are public",
        )


def pack(world):
    """Register what was packed and sealed on the Moon, where the chain of custody begins."""
    for identifier, kind, origin, parent, capacity_g, description in PACKED:
        world.containers[identifier] = containers.register(
            identifier=identifier,
            mission=world.missions["CE6"],
            kind=kind,
            origin=origin,
            parent=world.containers[parent] if parent else None,
            location=None if parent else world.places["lander"],
            custodian=world.custodians["lander"],
            custody_began_at=_LANDED,
            chain_document=document(1),
            capacity_g=capacity_g,
            description=description,
            by=world.people["curator"],
            reason="Demo: the chain of custody begins on the Moon, with the landing",
        )
    for identifier, container, origin, mass_g, method, description in BULK:
        world.samples[identifier] = samples.register(
            identifier=identifier,
            container=world.containers[container],
            origin=origin,
            form=Sample.Form.BULK,
            mass_g=mass_g,
            happened_at=_COLLECTED,
            collected_at=_COLLECTED,
            collection_method=method,
            description=description,
            by=world.people["curator"],
            reason="Demo: collected on 3 June 2024; the mass is the share of the net mass weighed on 26 June 2024",
        )
    # The inner one first: nothing inside a seal is sealed.
    for identifier, number in ((DRILLED, "CE6-SEAL-D01"), (PACKAGE, "CE6-SEAL-01")):
        seals.apply(
            container=world.containers[identifier],
            number=number,
            applied_at=beijing("2024-06-03 12:00"),
            applied_by="Chang’e-6 lander",
            by=world.people["curator"],
            reason="Demo: packed and sealed on the Moon; the number of the seal and the hour are illustrative",
        )


def _put_into_capsule(world):
    world.containers[CAPSULE] = containers.register(
        identifier=CAPSULE,
        mission=world.missions["CE6"],
        kind=Container.Kind.CAPSULE,
        origin=Origin.MIXED,
        location=world.places["capsule"],
        custodian=world.custodians["capsule"],
        # Lift-off from Wenchang.
        custody_began_at=beijing("2024-05-03 17:27"),
        chain_document=document(0),
        capacity_g=Decimal(2000),
        description=f"The reentry capsule as a vessel. Rated, here, for the mission’s return capacity. {_ILLUSTRATIVE}",
        by=world.people["curator"],
        reason="Demo: the chain of custody begins with the launch",
    )
    world.containers[PACKAGE] = containers.move(
        container=world.containers[PACKAGE],
        parent=world.containers[CAPSULE],
        by=world.people["curator"],
        reason="Demo: moved into the reentry capsule on 6 June 2024 at 15:24",
    )
