"""Apollo 11 (1969): eight samples of the public curation list of NASA’s Johnson Space Center.

Numbers, masses, return containers, techniques and pristinities are those of the list. The dates of
the flight, and the arrival of the sample boxes in Houston on 25 July 1969, are from NASA’s history
(SP-4214, chapter 9).
"""

from datetime import UTC, date, datetime
from decimal import Decimal

from samples.models import Container, Mission, Origin, Sample
from samples.operations import containers, missions, samples

# The boxes came late in the morning and in the afternoon of that day; the hour is illustrative.
_ARRIVED = datetime(1969, 7, 25, 17, 0, tzinfo=UTC)

MISSION = {
    "code": "A11",
    "name": "Apollo 11",
    "agency": "NASA",
    "launch_vehicle": "Saturn V",
    "launch_site": "Kennedy Space Center",
    "launched_on": date(1969, 7, 16),
    "body_side": Mission.Side.NEAR,
    "landing_site": "Mare Tranquillitatis",
    "landed_at": datetime(1969, 7, 20, 20, 17, tzinfo=UTC),
    "returned_at": datetime(1969, 7, 24, 16, 50, tzinfo=UTC),
    "return_place": "Pacific Ocean",
    "return_capacity_g": Decimal(21550),
    "drill_limit_cm": Decimal(200),
    "notes": (
        "The return capacity is not a documented rating: 21.55 kg is what the mission brought back, which nothing "
        "registered here can exceed. The depth limit is labinv’s own default, not a figure of the mission.\n"
        "Only a few of the samples are entered, as they came to Houston in 1969, in the containers they flew in. "
        "Later moves are not entered. The hour of arrival is illustrative.\n"
        "Left empty: the coordinates."
    ),
}

_BOX = "Apollo Lunar Sample Return Container, an aluminium box with a seal. Its tare is not entered."
_TUBE = "Single drive tube; the identifier is illustrative, made of the sample’s number."
# Identifier, kind, origin, identifier of the outer container, description.
VESSELS = [
    ("A11-ALSRC-1003", Container.Kind.PACKAGE, Origin.MIXED, None, _BOX),
    ("A11-ALSRC-1004", Container.Kind.PACKAGE, Origin.MIXED, None, _BOX),
    ("A11-CT-10004", Container.Kind.CORE_TUBE, Origin.DRILL, "A11-ALSRC-1004", _TUBE),
    ("A11-CT-10005", Container.Kind.CORE_TUBE, Origin.DRILL, "A11-ALSRC-1004", _TUBE),
]

_ROCK, _SOIL, _CORE = Sample.Form.ROCK, Sample.Form.BULK, Sample.Form.CORE_SEGMENT
# Number, container, form, grams, taxonomy, pristinity in per cent and the day of that figure.
LISTED = [
    ("10001", "A11-ALSRC-1004", _SOIL, "125.8", "Soil, unsieved", "88.355", date(2008, 1, 10)),
    ("10003", "A11-ALSRC-1004", _ROCK, "213", "Ilmenite basalt", "65.562", date(2015, 1, 26)),
    ("10004", "A11-CT-10004", _CORE, "44.8", "Core, unsieved", "71.757", date(2014, 12, 3)),
    ("10005", "A11-CT-10005", _CORE, "53.4", "Core, unsieved", "40.305", date(2014, 12, 3)),
    ("10017", "A11-ALSRC-1004", _ROCK, "973", "Ilmenite basalt", "43.711", date(2015, 3, 3)),
    ("10046", "A11-ALSRC-1003", _ROCK, "663", "Regolith breccia", "65.601", date(2014, 8, 8)),
    ("10084", "A11-ALSRC-1003", _SOIL, "3830", "Soil, unsieved", "60.082", date(2015, 3, 4)),
    ("10089", "A11-ALSRC-1003", _SOIL, "50", "Soil, unsieved", "0", date(2012, 3, 30)),
]
PUBLISHED = ["10001", "10003", "10004", "10084"]


def enter(world):
    """Register the boxes, the tubes and the samples, and publish some of them."""
    world.missions["A11"] = missions.register(
        **MISSION, by=world.people["curator"], reason="Demo: from NASA’s published history of the mission"
    )
    _register_vessels(world)
    for row in LISTED:
        _register(world, *row)
    for number in PUBLISHED:
        samples.publish(
            sample=world.samples[number],
            by=world.people["curator"],
            reason="Demo: the curation list is public",
        )


def _register_vessels(world):
    for identifier, kind, origin, parent, description in VESSELS:
        world.containers[identifier] = containers.register(
            identifier=identifier,
            mission=world.missions["A11"],
            kind=kind,
            origin=origin,
            parent=world.containers[parent] if parent else None,
            location=None if parent else world.places["lrl"],
            custodian=world.custodians["houston"],
            custody_began_at=_ARRIVED,
            chain_document="NASA JSC curation list; NASA SP-4214, chapter 9",
            description=description,
            by=world.people["curator"],
            reason="Demo: arrived in Houston on 25 July 1969",
        )


def _register(world, number, container, form, grams, taxonomy, pristinity, on):
    vessel = world.containers[container]
    exposed = pristinity == "0"
    told = f"{pristinity} % pristine on {on:%Y-%m-%d}"
    world.samples[number] = samples.register(
        identifier=number,
        container=vessel,
        origin=Origin.DRILL if form == _CORE else Origin.SCOOP,
        form=form,
        mass_g=Decimal(grams),
        happened_at=_ARRIVED,
        collection_method=_method(form),
        exposure=Sample.Exposure.EXPOSED if exposed else Sample.Exposure.PRISTINE,
        exposed_at=datetime(on.year, on.month, on.day, tzinfo=UTC) if exposed else None,
        exposed_reason=f"Listed as {told}: the day of the figure, not of the exposure" if exposed else "",
        description=f"{taxonomy}. Listed as {told}; labinv knows only pristine or exposed, and what is not wholly "
        "exposed stands here as pristine.",
        # The list gives no depths.
        acknowledged=form == _CORE,
        by=world.people["curator"],
        reason="Demo: number, mass and container from the public curation list",
    )


def _method(form):
    """The technique the list names; where it names none, the rock or soil was picked up or scooped."""
    return "Single drive tube" if form == _CORE else "Picked up or scooped by hand"
