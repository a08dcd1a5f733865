"""Chang’e-5 (2020): 1731 g from the near side, in the laboratory; one vial is on its way back to it.

Facts are those China’s space agency and academy published: dates, the net mass of 1731 g, the layers
of the core near 28.7 and 70 cm and its best part from 0 to 73.8 cm. Everything else is illustrative.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from samples.models import Container, Handoff, Mission, Origin, Sample, Seal
from samples.operations import containers, missions, movements, samples, seals

from .world import Leg, Side, beijing, hand_over

_HANDED_OVER = beijing("2020-12-19 10:00")
_CATEGORY = Sample.UseCategory

MISSION = {
    "code": "CE5",
    "name": "Chang’e-5",
    "agency": "CNSA",
    "launch_vehicle": "Long March 5",
    "launch_site": "Wenchang",
    "launched_on": date(2020, 11, 23),
    "body_side": Mission.Side.NEAR,
    "landing_site": "Mons Rümker",
    "landed_at": beijing("2020-12-01 23:11"),
    "returned_at": beijing("2020-12-17 01:59"),
    "return_place": "Siziwang Banner, Inner Mongolia",
    "return_capacity_g": Decimal(2000),
    "drill_limit_cm": Decimal(200),
    "notes": (
        "Launched on 23 November 2020 in UTC, 24 November in Beijing.\n"
        "Published: the net mass of 1731 g, announced as preliminary and weighed sealed; that the drill went deeper "
        "than 1 m; that most of the core comes from 0 to 73.8 cm and its layers change near 28.7 and 70 cm.\n"
        "Illustrative: how much was drilled and how much scooped, the cuts of the core, the use categories, every "
        "identifier, vial and document number, and the hour of the hand-over on 19 December 2020. The custody before "
        "the laboratory is not entered.\n"
        "Not known here, so left empty: the coordinates."
    ),
}

_VESSEL = "Illustrative: which vessels hold the material, and their identifiers, are not published."
# Identifier, kind, origin, key of the place, description.
VESSELS = [
    ("CE5-CT-01", Container.Kind.CORE_TUBE, Origin.DRILL, "GB-02 shelf", _VESSEL),
    ("CE5-PC-S01", Container.Kind.PRIMARY, Origin.SCOOP, "GB-02 floor", _VESSEL),
    ("CE5-V-01", Container.Kind.VIAL, Origin.SCOOP, "GB-02 shelf", _VESSEL),
    ("CE5-V-02", Container.Kind.VIAL, Origin.SCOOP, "GB-02 shelf", _VESSEL),
]

_SHARE = "The mass is illustrative: only the sum of all material, 1731 g, was published."
_CUT = f"A cut at the border of a layer, made for the demo; borders are not cuts. {_SHARE}"
# Identifier, container, parent, form, use category, grams, description. The grams add up to the
# published 1731.
MATERIAL = [
    (
        "CE5-BULK-D",
        "CE5-CT-01",
        None,
        Sample.Form.BULK,
        _CATEGORY.UNASSIGNED,
        "231",
        f"All drilled material; what is left of it is outside the segments that were cut. {_SHARE}",
    ),
    (
        "CE5-BULK-S",
        "CE5-PC-S01",
        None,
        Sample.Form.BULK,
        _CATEGORY.PERMANENT,
        "1480",
        f"Scooped material. {_SHARE}",
    ),
    (
        "CE5-SUB-01",
        "CE5-V-01",
        "CE5-BULK-S",
        Sample.Form.BULK,
        _CATEGORY.RESEARCH,
        "10",
        f"Split before this inventory began. {_SHARE}",
    ),
    (
        "CE5-SUB-02",
        "CE5-V-02",
        "CE5-BULK-S",
        Sample.Form.BULK,
        _CATEGORY.BACKUP_PERMANENT,
        "10",
        f"Split before this inventory began. {_SHARE}",
    ),
]
CUT_AT = beijing("2021-01-20 10:00")
# Segments cut from the drilled material: identifier, grams, depths in cm, use category; all illustrative.
SEGMENTS = [
    ("CE5-CORE-1", "80", ("0", "28.7"), _CATEGORY.RESEARCH),
    ("CE5-CORE-2", "110", ("28.7", "70"), _CATEGORY.RESEARCH),
    ("CE5-CORE-3", "10", ("70", "73.8"), _CATEGORY.PERMANENT),
]
PUBLISHED = ["CE5-CORE-1", "CE5-CORE-2"]

_KEEPER = "Keeper of the backup store (illustrative)"
# Container, number, when, closed by; all illustrative.
TO_BE_KEPT = ("CE5-V-02", "CE5-SEAL-02", "2021-07-12 08:30", "laboratory")
TO_COME_BACK = ("CE5-V-01", "CE5-SEAL-01", "2021-07-12 10:30", "curator")
TO_THE_BACKUP_STORE = Leg(
    to="backup",
    at="vault",
    place="Beijing",
    mode=Handoff.Transport.ROAD,
    purpose="Backup of part of the material",
    remarks="Illustrative: a backup store elsewhere holds part of the material; these vials and times are invented.",
    released=Side("laboratory", beijing("2021-07-12 09:00")),
    received=Side("curator", beijing("2021-07-12 09:40"), _KEEPER, "CE5-DOC-02 (illustrative)"),
    document="CE5-DOC-02 (illustrative)",
    # So that the demo shows a discrepancy, which waits for the curator.
    seal_condition=Seal.State.DAMAGED,
)


def enter(world):
    """Register the material in the laboratory and leave one vial on its way back from the backup store."""
    world.missions["CE5"] = missions.register(
        **MISSION, by=world.people["curator"], reason="Demo: from what was published about the mission"
    )
    _register_vessels(world)
    _register_material(world)
    _cut_core(world)
    _seal(world, *TO_BE_KEPT)
    hand_over(world, ["CE5-V-01", "CE5-V-02"], TO_THE_BACKUP_STORE)
    _seal(world, *TO_COME_BACK)
    hand_over(world, ["CE5-V-01"], _way_back())
    for identifier in PUBLISHED:
        samples.publish(
            sample=world.samples[identifier],
            by=world.people["curator"],
            reason="Demo: so that researchers see core segments",
        )


def _seal(world, identifier, number, at, by):
    seals.apply(
        container=world.containers[identifier],
        number=number,
        applied_at=beijing(at),
        applied_by=world.people[by].name,
        by=world.people[by],
        reason="Demo: closed for the backup store; the seal and the hour are illustrative",
    )


def _way_back():
    """The open handoff; released half an hour ago, so that it is waiting and has no gap yet."""
    return Leg(
        to="laboratory",
        at="GB-02 shelf",
        place="Beijing",
        mode=Handoff.Transport.ROAD,
        purpose="Research",
        remarks="Illustrative: left open in the demo, for the technician of the laboratory to receive.",
        declared_g=Decimal("24.5"),
        released=Side(
            "curator",
            timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=30),
            _KEEPER,
            "CE5-DOC-03 (illustrative)",
        ),
        document="CE5-DOC-03 (illustrative)",
    )


def _register_vessels(world):
    for identifier, kind, origin, place, description in VESSELS:
        world.containers[identifier] = containers.register(
            identifier=identifier,
            mission=world.missions["CE5"],
            kind=kind,
            origin=origin,
            location=world.places[place],
            custodian=world.custodians["laboratory"],
            custody_began_at=_HANDED_OVER,
            chain_document="CE5-DOC-01 (illustrative), hand-over of 19 December 2020",
            description=description,
            by=world.people["laboratory"],
            reason="Demo: handed over on 19 December 2020; the chain before it is not entered",
        )


def _register_material(world):
    for identifier, container, parent, form, category, grams, description in MATERIAL:
        vessel = world.containers[container]
        world.samples[identifier] = samples.register(
            identifier=identifier,
            container=vessel,
            parent=world.samples[parent] if parent else None,
            origin=vessel.origin,
            form=form,
            use_category=category,
            mass_g=Decimal(grams),
            happened_at=_HANDED_OVER,
            collection_method="Drill" if vessel.origin == Origin.DRILL else "Robotic-arm scoop",
            description=description,
            by=world.people["laboratory"],
            reason="Demo: shares of the net mass of 1731 g",
        )


def _cut_core(world):
    parts = [
        movements.Part(
            identifier=identifier,
            container=world.containers["CE5-CT-01"],
            mass_g=Decimal(grams),
            form=Sample.Form.CORE_SEGMENT,
            depth_top_cm=Decimal(top),
            depth_bottom_cm=Decimal(bottom),
            description=_CUT,
        )
        for identifier, grams, (top, bottom), _category in SEGMENTS
    ]
    made = movements.split(
        sample=world.samples["CE5-BULK-D"],
        parts=parts,
        happened_at=CUT_AT,
        by=world.people["laboratory"],
        reason="Demo: cut into segments at the borders of its layers; the cuts and their masses are illustrative",
    )
    for segment, (*_facts, category) in zip(made, SEGMENTS, strict=True):
        world.samples[segment.identifier] = samples.assign(
            sample=segment,
            use_category=category,
            by=world.people["curator"],
            reason="Demo: the shares of the use categories are illustrative",
        )
