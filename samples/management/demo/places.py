"""Where the demo's containers stand. Rooms, halls and glove boxes are illustrative; so say their reasons."""

from samples.models import Atmosphere, Location
from samples.operations import locations

_KIND = Location.Kind
_NITROGEN = Atmosphere.NITROGEN
# Key, name, kind, key of what it is in, atmosphere, key of the custodian. A custodian stands only
# where it is certain that the place holds nobody else's containers.
PLACES = [
    ("lander", "Chang’e-6 lander", _KIND.VEHICLE, None, "", "lander"),
    ("ascender", "Chang’e-6 ascender", _KIND.VEHICLE, None, "", "ascender"),
    ("capsule", "Chang’e-6 reentry capsule", _KIND.VEHICLE, None, "", "capsule"),
    ("landing area", "Siziwang Banner landing area", _KIND.SITE, None, "", None),
    ("transport", "Transport", _KIND.VEHICLE, None, "", None),
    ("beijing", "Beijing", _KIND.SITE, None, "", None),
    ("opening", "Opening centre", _KIND.BUILDING, "beijing", "", "opening"),
    ("opening hall", "Opening hall", _KIND.ROOM, "opening", "", None),
    ("agency", "CNSA", _KIND.BUILDING, "beijing", "", "agency"),
    ("laboratory", "Lunar Sample Laboratory", _KIND.BUILDING, "beijing", "", "laboratory"),
    ("hall", "Hall 1", _KIND.ROOM, "laboratory", "", None),
    ("GB-01", "GB-01", _KIND.GLOVE_BOX, "hall", _NITROGEN, None),
    ("GB-01 floor", "Floor", _KIND.SHELF, "GB-01", _NITROGEN, None),
    ("GB-01 shelf", "Shelf 1", _KIND.SHELF, "GB-01", _NITROGEN, None),
    ("GB-02", "GB-02", _KIND.GLOVE_BOX, "hall", _NITROGEN, None),
    ("GB-02 floor", "Floor", _KIND.SHELF, "GB-02", _NITROGEN, None),
    ("GB-02 shelf", "Shelf 1", _KIND.SHELF, "GB-02", _NITROGEN, None),
    ("GB-03", "GB-03", _KIND.GLOVE_BOX, "hall", _NITROGEN, None),
    ("backup", "Backup store", _KIND.SITE, None, "", "backup"),
    ("vault", "Vault", _KIND.ROOM, "backup", _NITROGEN, None),
    ("houston", "Houston", _KIND.SITE, None, "", "houston"),
    ("lrl", "Lunar Receiving Laboratory", _KIND.BUILDING, "houston", "", "houston"),
]


def enter(world):
    """Register the places, outer before inner."""
    for key, name, kind, parent, atmosphere, custodian in PLACES:
        world.places[key] = locations.register(
            name=name,
            kind=kind,
            parent=world.places[parent] if parent else None,
            atmosphere=atmosphere,
            custodian=world.custodians[custodian] if custodian else None,
            by=world.people["curator"],
            reason="Demo: a place the chains of custody name; rooms, glove boxes and their gas are illustrative",
        )
