"""Rule 2: what is in a container, nested contents included, and in a mission, is never over the capacity."""

from decimal import Decimal

import pytest

from samples.models import Container, MassBalance
from samples.operations import containers, missions, samples
from samples.operations.containment import OverCapacity
from tests import factories
from tests.refusing import refused

FULL_G = Decimal("2000.000000")
OVER_G = Decimal("2000.000001")


@pytest.fixture
def rated(lab):
    """JAR is rated for 2000 g, in a mission for 5000 g; INNER in it and OUTSIDE beside it are not rated."""
    lab.big = factories.mission(lab.curator, "BIG", return_capacity_g=Decimal(5000))
    lab.jar = container(lab, "JAR", kind="sealed package", origin="mixed", capacity_g=FULL_G)
    lab.inner = factories.container(lab.technician, "INNER", lab.big, parent=lab.jar)
    lab.outside = container(lab, "OUTSIDE")
    return lab


def container(lab, identifier, **values):
    values = {"custodian": lab.home, "location": lab.room} | values
    return factories.container(lab.technician, identifier, lab.big, **values)


def sample(lab, identifier, container, mass_g):
    return factories.sample(lab.technician, identifier, container, mass_g)


@pytest.mark.parametrize("into", ["jar", "inner"])
def test_a_sample_is_registered_up_to_the_capacity_around_it(rated, into):
    sample(rated, "S-1", getattr(rated, into), FULL_G)

    assert rated.jar.contents_g() == FULL_G


@pytest.mark.parametrize("into", ["jar", "inner"])
def test_it_refuses_to_register_a_sample_over_the_capacity_around_it(rated, into):
    says = "Sealed package JAR holds 0.000000 g and has room for 2 000.000000 g; 2 000.000001 g does not fit."

    with refused(OverCapacity, says, field="mass_g"):
        sample(rated, "S-1", getattr(rated, into), OVER_G)


def test_it_counts_what_is_in_there_already(rated):
    sample(rated, "S-1", rated.inner, "1500")
    sample(rated, "S-2", rated.jar, "498.5")

    with refused(OverCapacity, "JAR holds 1 998.500000 g and has room for 1.500000 g; 1.500001 g does not fit."):
        sample(rated, "S-3", rated.inner, "1.500001")
    sample(rated, "S-3", rated.inner, "1.5")

    assert rated.jar.contents_g() == FULL_G


def test_a_sample_is_moved_up_to_the_capacity(rated):
    soil = sample(rated, "S-1", rated.outside, FULL_G)

    samples.move(sample=soil, container=rated.inner, by=rated.technician, reason="Stored")

    assert (rated.inner.contents_g(), rated.outside.contents_g()) == (FULL_G, 0)


def test_it_refuses_to_move_a_sample_over_the_capacity(rated):
    soil = sample(rated, "S-1", rated.outside, OVER_G)

    with refused(OverCapacity, "room for 2 000.000000 g; 2 000.000001 g does not fit", field="container"):
        samples.move(sample=soil, container=rated.inner, by=rated.technician, reason="Stored")


def test_a_sample_moves_within_a_full_container(rated):
    soil = sample(rated, "S-1", rated.inner, FULL_G)
    beside = factories.container(rated.technician, "BESIDE", rated.big, parent=rated.jar)

    samples.move(sample=soil, container=beside, by=rated.technician, reason="Stored")

    assert rated.jar.contents_g() == FULL_G


def test_a_container_is_moved_up_to_the_capacity_around_it(rated):
    sample(rated, "S-1", rated.outside, FULL_G)

    containers.move(container=rated.outside, parent=rated.inner, by=rated.technician, reason="Stored")

    assert rated.jar.contents_g() == FULL_G


def test_it_refuses_to_move_a_container_over_the_capacity_around_it(rated):
    deep = factories.container(rated.technician, "DEEP", rated.big, parent=rated.outside)
    sample(rated, "S-1", rated.outside, "1999")
    sample(rated, "S-2", deep, "1.000001")

    with refused(OverCapacity, "JAR holds 0.000000 g", "2 000.000001 g does not fit", field="parent"):
        containers.move(container=rated.outside, parent=rated.inner, by=rated.technician, reason="Stored")


def test_a_container_s_capacity_is_lowered_to_its_contents(rated):
    tall = container(rated, "TALL", capacity_g=Decimal(3000))
    sample(rated, "S-1", factories.container(rated.technician, "IN", rated.big, parent=tall), FULL_G)

    tall = containers.amend(
        container=tall, changes={"capacity_g": FULL_G}, seen=None, by=rated.technician, reason="Rated anew"
    )

    assert tall.capacity_g == tall.contents_g() == FULL_G


def test_it_refuses_to_lower_a_container_s_capacity_below_its_contents(rated):
    tall = container(rated, "TALL", capacity_g=Decimal(3000))
    sample(rated, "S-1", factories.container(rated.technician, "IN", rated.big, parent=tall), OVER_G)
    says = "Sample bottle TALL holds 2 000.000001 g; a capacity of 2 000.000000 g is too small."

    with refused(OverCapacity, says, field="capacity_g"):
        containers.amend(
            container=tall, changes={"capacity_g": FULL_G}, seen=None, by=rated.technician, reason="Rated anew"
        )


def test_a_mission_takes_samples_up_to_its_return_capacity(lab):
    big = factories.container(lab.technician, "BIG", lab.mission, parent=lab.box)

    sample(lab, "S-1", big, "1990.000000")

    assert MassBalance(lab.mission).free_g == 0


def test_it_refuses_a_sample_over_the_mission_s_return_capacity(lab):
    big = factories.container(lab.technician, "BIG", lab.mission, parent=lab.box)
    says = "Mission CE6 has 10.000000 g accessioned of 2 000.000000 g, which leaves 1 990.000000 g"

    with refused(OverCapacity, says, "1 990.000001 g does not fit.", field="mass_g"):
        sample(lab, "S-1", big, "1990.000001")


def test_a_mission_s_capacity_is_lowered_to_what_came_back(rated):
    sample(rated, "S-1", rated.outside, FULL_G)

    big = missions.amend(
        mission=rated.big, changes={"return_capacity_g": FULL_G}, seen=None, by=rated.curator, reason="As flown"
    )

    assert MassBalance(big).free_g == 0


def test_it_refuses_to_lower_a_mission_s_capacity_below_what_came_back(rated):
    sample(rated, "S-1", rated.outside, OVER_G)
    says = "Mission BIG has 2 000.000001 g accessioned; a return capacity of 2 000.000000 g is too small."

    with refused(OverCapacity, says, field="return_capacity_g"):
        missions.amend(
            mission=rated.big, changes={"return_capacity_g": FULL_G}, seen=None, by=rated.curator, reason="As flown"
        )


def test_it_refuses_to_lower_a_mission_s_capacity_below_a_container_s(rated):
    says = "Container JAR is rated for 2 000.000000 g, more than a return capacity of 1 999.999999 g."

    with refused(OverCapacity, says, field="return_capacity_g"):
        missions.amend(
            mission=rated.big,
            changes={"return_capacity_g": Decimal("1999.999999")},
            seen=None,
            by=rated.curator,
            reason="As flown",
        )


def test_a_void_container_s_capacity_binds_nobody(rated):
    containers.void(
        container=container(rated, "TYPO", capacity_g=Decimal(5000)), by=rated.curator, reason="Typed twice"
    )

    big = missions.amend(
        mission=rated.big, changes={"return_capacity_g": FULL_G}, seen=None, by=rated.curator, reason="As flown"
    )

    assert big.return_capacity_g == FULL_G


def test_a_container_is_registered_up_to_the_mission_s_capacity(lab):
    bag = factories.container(lab.technician, "BAG", lab.mission, parent=lab.box, capacity_g=FULL_G)

    assert bag.capacity_g == lab.mission.return_capacity_g


def test_it_refuses_a_container_rated_over_the_mission_s_capacity(lab):
    says = "2 000.000001 g is more than the return capacity of Mission CE6, which is 2 000.000000 g."

    with refused(OverCapacity, says, field="capacity_g"):
        factories.container(lab.technician, "BAG", lab.mission, parent=lab.box, capacity_g=OVER_G)
    with refused(OverCapacity, says, field="capacity_g"):
        containers.amend(
            container=lab.bottle, changes={"capacity_g": OVER_G}, seen=None, by=lab.technician, reason="Rated anew"
        )


def test_what_a_void_sample_held_is_free_again(lab):
    soil = sample(lab, "S-1", lab.bottle, "90")
    samples.void(sample=soil, by=lab.curator, reason="Typed twice")

    sample(lab, "S-2", lab.bottle, "90")

    assert Container.objects.get(pk=lab.bottle.pk).contents_g() == 100
    assert MassBalance(lab.mission).closes
