"""Missions: register, amend, void."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from samples.models import Mission
from samples.roles import Right
from samples.units import format_depth, format_mass

from ._operation import Refused, operation
from ._records import apply_changes, fresh, withdraw
from .containment import OverCapacity, check_mission_capacity
from .times import check_not_before, check_not_in_the_future


class TooShallow(Refused):
    """A drill depth limit above material that was registered from deeper."""


@operation("mission.register", right=Right.CURATE)
def register(
    *,
    code,
    name,
    body_side,
    agency="",
    launch_vehicle="",
    launch_site="",
    launched_on=None,
    landing_site="",
    latitude=None,
    longitude=None,
    relay_satellite="",
    landed_at=None,
    returned_at=None,
    return_place="",
    return_capacity_g=Decimal(2000),
    drill_limit_cm=Decimal(200),
    notes="",
    by,
    reason,
):
    """Register a mission; capacity in grams, depth limit in centimetres, angles in degrees east and north."""
    mission = Mission(
        code=code,
        name=name,
        body_side=body_side,
        agency=agency,
        launch_vehicle=launch_vehicle,
        launch_site=launch_site,
        launched_on=launched_on,
        landing_site=landing_site,
        latitude=latitude,
        longitude=longitude,
        relay_satellite=relay_satellite,
        landed_at=landed_at,
        returned_at=returned_at,
        return_place=return_place,
        return_capacity_g=return_capacity_g,
        drill_limit_cm=drill_limit_cm,
        notes=notes,
    )
    _check_times(mission)
    mission.save()
    return mission


@operation("mission.amend", right=Right.CURATE)
def amend(*, mission, changes, seen, by, reason):
    """Amend a mission's descriptive and rated values; raises OverCapacity or TooShallow against its records."""
    mission = apply_changes(fresh(mission, seen=seen), changes)
    _check_times(mission)
    if "return_capacity_g" in changes:
        check_mission_capacity(mission, field="return_capacity_g")
        larger = mission.containers.live().filter(capacity_g__gt=mission.return_capacity_g).order_by("-capacity_g")
        if container := larger.first():
            raise OverCapacity(
                _("Container %(container)s is rated for %(capacity)s, more than a return capacity of %(limit)s.")
                % {
                    "container": container,
                    "capacity": format_mass(container.capacity_g),
                    "limit": format_mass(mission.return_capacity_g),
                },
                field="return_capacity_g",
            )
    if "drill_limit_cm" in changes:
        deeper = mission.samples.live().filter(depth_bottom_cm__gt=mission.drill_limit_cm).order_by("-depth_bottom_cm")
        if sample := deeper.first():
            raise TooShallow(
                _("%(sample)s was registered from %(depth)s cm, deeper than a limit of %(limit)s cm.")
                % {
                    "sample": sample,
                    "depth": format_depth(sample.depth_bottom_cm),
                    "limit": format_depth(mission.drill_limit_cm),
                },
                field="drill_limit_cm",
            )
    return mission


@operation("mission.void", right=Right.CURATE)
def void(*, mission, seen=None, by, reason):
    """Withdraw a mission that was registered in error; raises StillInUse while live records belong to it."""
    mission = fresh(mission, seen=seen)
    references = [(mission.containers.live(), _("containers")), (mission.samples.live(), _("samples"))]
    return withdraw(mission, by=by, reason=reason, references=references)


def _check_times(mission):
    """Launch, landing and return follow each other and are not in the future."""
    check_not_in_the_future(mission.landed_at, "landed_at")
    check_not_in_the_future(mission.returned_at, "returned_at")
    if mission.launched_on is not None:
        launched_at = datetime.combine(mission.launched_on, time.min, tzinfo=UTC) - timedelta(days=1)
        # The day of the launch is some zone's day; a day earlier in UTC it has begun nowhere.
        check_not_in_the_future(launched_at, "launched_on")
        launched = _("the mission was launched then")
        check_not_before(mission.landed_at or mission.returned_at, launched_at, launched, "landed_at")
    landed = _("the mission landed on the Moon then")
    check_not_before(mission.returned_at, mission.landed_at, landed, "returned_at")
