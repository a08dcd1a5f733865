"""Missions: rules 9, 22 and 23; their capacity is in test_capacity.py."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from samples.models import MassBalance, Mission
from samples.operations import containers, missions, samples
from samples.operations._operation import NotAllowed
from samples.operations._records import IsVoid, StillInUse
from samples.operations.missions import TooShallow
from samples.operations.times import OutOfOrder
from tests import factories
from tests.refusing import refused

AT = datetime(2024, 6, 2, tzinfo=UTC)


def amend(lab, **changes):
    return missions.amend(mission=lab.mission, changes=changes, seen=None, by=lab.curator, reason="Read again")


def test_it_registers_what_is_known(lab):
    mission = factories.mission(
        lab.curator,
        "CE5",
        name="Chang'e-5",
        body_side="near",
        relay_satellite="",
        latitude=Decimal("43.06"),
        longitude=Decimal("-51.92"),
        launched_on=date(2020, 11, 24),
        landed_at=datetime(2020, 12, 1, 15, 11, tzinfo=UTC),
    )

    assert Mission.objects.get(code="CE5") == mission
    assert (mission.return_capacity_g, mission.drill_limit_cm) == (2000, 200)
    assert str(Mission.objects.get(pk=mission.pk).longitude) == "-51.92000"


def test_only_a_curator_keeps_missions(lab):
    with refused(NotAllowed, "Technician may not do this"):
        factories.mission(lab.technician, "CE7")


def test_it_refuses_a_code_that_is_taken(lab):
    for code in ["ce6", "CE6", " Ce6 "]:
        with refused(ValidationError, "Another mission has this code"):
            factories.mission(lab.curator, code)


def test_it_refuses_a_far_side_mission_without_a_relay_satellite(lab):
    for relay in ("", "  "):
        with refused(ValidationError, "name its relay satellite"):
            factories.mission(lab.curator, "CE7", relay_satellite=relay)
    with refused(ValidationError, "name its relay satellite"):
        amend(lab, relay_satellite="")

    assert factories.mission(lab.curator, "CE5", body_side="near", relay_satellite="").relay_satellite == ""


def test_a_longitude_fits_its_side(lab):
    for side, longitude in [
        ("near", "-90"),
        ("near", "90"),
        ("near", "0"),
        ("far", "90.00001"),
        ("far", "-90.00001"),
        ("far", "180"),
    ]:
        mission = amend(lab, body_side=side, latitude=Decimal(-41), longitude=Decimal(longitude))

        assert mission.longitude == Decimal(longitude)


def test_it_refuses_a_longitude_that_contradicts_its_side(lab):
    for side, longitude in [("near", "90.00001"), ("near", "-90.00001"), ("far", "90"), ("far", "-90"), ("far", "0")]:
        with refused(ValidationError, "The longitude contradicts the side"):
            amend(lab, body_side=side, latitude=Decimal(-41), longitude=Decimal(longitude))


def test_it_refuses_a_place_that_is_half_known_or_not_on_the_moon(lab):
    for latitude, longitude in [
        (None, "170"),
        ("-41", None),
        ("90.00001", "170"),
        ("0", "180.00001"),
        ("0", "-180.00001"),
    ]:
        values = {"latitude": latitude and Decimal(latitude), "longitude": longitude and Decimal(longitude)}

        with refused(ValidationError, "or leave both empty"):
            amend(lab, **values)


def test_its_drill_limit_is_lowered_to_the_deepest_sample(lab):
    core(lab, "120.00")

    assert amend(lab, drill_limit_cm=Decimal("120.00")).drill_limit_cm == 120


def test_it_refuses_a_drill_limit_above_the_deepest_sample(lab):
    core(lab, "120.00")

    with refused(
        TooShallow, "CORE was registered from 120 cm, deeper than a limit of 119.99 cm.", field="drill_limit_cm"
    ):
        amend(lab, drill_limit_cm=Decimal("119.99"))


def core(lab, bottom):
    tube = factories.container(lab.technician, "TUBE", lab.mission, kind="core tube", origin="drill", parent=lab.box)
    return factories.sample(
        lab.technician, "CORE", tube, origin="drill", depth_top_cm=Decimal(0), depth_bottom_cm=Decimal(bottom)
    )


def test_it_refuses_a_year_that_cannot_be_right(lab):
    for year in [1, 9999]:
        with refused(ValidationError, f"The year {year} cannot be right", field="landed_at"):
            amend(lab, landed_at=datetime(year, 12, 31, 23, tzinfo=UTC))


def test_it_refuses_to_void_a_mission_that_is_in_use(lab):
    with refused(StillInUse, "Mission CE6 cannot be voided", "containers (2), samples (1)"):
        missions.void(mission=lab.mission, by=lab.curator, reason="Typed twice")


def test_a_void_mission_is_kept_and_takes_nothing_more(lab):
    typo = missions.void(mission=factories.mission(lab.curator, "CE66"), by=lab.curator, reason="Typed twice")

    assert (typo.is_void, typo.voided_by, typo.void_reason) == (True, lab.curator, "Typed twice")
    assert typo.voided_at == typo.history.first().history_date
    assert typo not in Mission.objects.live()
    with refused(ValidationError, "Another mission has this code"):
        factories.mission(lab.curator, "ce66")
    with refused(IsVoid, "Mission CE66 is void"):
        factories.container(lab.technician, "X", typo, custodian=lab.home, location=lab.room)
    with refused(IsVoid):
        missions.void(mission=typo, by=lab.curator, reason="Again")


def test_void_records_do_not_keep_a_mission(lab):
    samples.void(sample=lab.soil, by=lab.curator, reason="Typed twice")
    containers.void(container=lab.bottle, by=lab.curator, reason="Typed twice")
    containers.void(container=lab.box, by=lab.curator, reason="Typed twice")

    assert missions.void(mission=lab.mission, by=lab.curator, reason="Typed twice").is_void


def test_its_balance_closes(lab, django_assert_num_queries):
    core(lab, "120.00")
    typo = factories.sample(lab.technician, "TYPO", lab.bottle, "5")
    samples.void(sample=typo, by=lab.curator, reason="Typed twice")

    with django_assert_num_queries(3):
        balance = MassBalance(lab.mission)

    assert balance.closes
    assert (balance.accessioned_g, balance.held_g, balance.free_g) == (11, 11, 1989)
    assert (balance.consumed_g, balance.lost_g) == (0, 0)
    assert balance.held_by_origin_g == {"drill": 1, "scoop": 10}
    assert MassBalance(factories.mission(lab.curator, "CE7")).free_g == 2000


def test_a_voided_sample_does_not_hold_the_drill_limit(lab):
    tube = factories.container(
        lab.technician, "TUBE-1", lab.mission, origin="drill", kind="core tube", custodian=lab.home, location=lab.room
    )
    deep = factories.sample(
        lab.technician, "DEEP", tube, origin="drill", depth_top_cm=Decimal(150), depth_bottom_cm=Decimal(190)
    )
    samples.void(sample=deep, by=lab.curator, reason="Twice")

    amended = missions.amend(
        mission=lab.mission, changes={"drill_limit_cm": Decimal(100)}, seen=1, by=lab.curator, reason="Manual"
    )

    assert amended.drill_limit_cm == 100


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (
            {"landed_at": datetime(2024, 6, 2, tzinfo=UTC), "returned_at": datetime(2024, 6, 1, tzinfo=UTC)},
            "returned_at",
        ),
        ({"launched_on": date(2024, 6, 4), "landed_at": AT}, "landed_at"),
    ],
)
def test_it_refuses_a_flight_in_the_wrong_order(lab, values, field):
    with refused(OutOfOrder, "is before", field=field):
        factories.mission(lab.curator, "CE9", **values)
