"""Air reaches what is open in it; told before, and never taken back (rule 19)."""

from datetime import timedelta
from decimal import Decimal
from unittest import mock

import pytest

from samples.models import Container, Sample
from samples.operations import containers, locations, missions, movements, samples, seals
from samples.operations._operation import Doubtful, NotAllowed
from samples.operations.authority import UnderWay
from samples.operations.samples import AlreadyExposed
from samples.operations.times import InTheFuture, OutOfOrder
from tests import factories
from tests.refusing import refused

LATER = factories.LONG_AGO + timedelta(days=1)
NEVER = "this is exposed and never pristine again: CE6C0001"


@pytest.fixture
def airy(lab):
    """A room with air; the box stands in the other one, of which nothing is known."""
    lab.hall = factories.location(lab.curator, "Hall", atmosphere="air")
    return lab


def move(lab, container, **place):
    return containers.move(container=container, **place, by=lab.technician, reason="Sorted")


def filled(lab, name, atmosphere="", **place):
    place = place or {"parent": lab.box}
    return factories.container(lab.technician, name, lab.mission, atmosphere=atmosphere, **place)


def exposure(sample):
    sample = Sample.objects.get(pk=sample.pk)
    return (sample.exposure, sample.exposed_reason)


PRISTINE, STORED = ("pristine", ""), ("air-exposed", "Stored in air")


def test_what_stands_open_in_air_is_exposed_after_a_second_look(airy):
    with refused(Doubtful, "There is air around BOX-1. Stored in air,", NEVER):
        move(airy, airy.box, location=airy.hall)

    move(airy, airy.box, location=airy.hall, acknowledged=True)
    soil = Sample.objects.get(pk=airy.soil.pk)
    assert exposure(soil) == STORED
    assert soil.exposed_at == soil.history.first().history_date
    # What is exposed once is not asked about again.
    move(airy, airy.box, location=airy.room)
    move(airy, airy.box, location=airy.hall)


@pytest.mark.parametrize("how", ["box sealed", "bottle sealed", "bottle in nitrogen", "box in vacuum", "used up"])
def test_what_air_does_not_reach_stays_pristine(airy, how):
    if "sealed" in how:
        factories.seal(airy.technician, airy.box if "box" in how else airy.bottle, "S-1")
    elif how == "used up":
        values = {"mass_g": Decimal(10), "happened_at": LATER, "by": airy.technician, "reason": "Measured"}
        movements.consume(sample=airy.soil, **values, acknowledged=True)
    else:
        container, gas = (airy.box, "vacuum") if "box" in how else (airy.bottle, "nitrogen")
        values = {"changes": {"atmosphere": gas}, "seen": None, "by": airy.technician, "reason": "Filled"}
        containers.amend(container=container, **values)

    move(airy, Container.objects.get(pk=airy.box.pk), location=airy.hall)

    assert exposure(airy.soil) == PRISTINE


def test_the_room_around_counts_where_a_place_says_nothing(airy):
    shelf = factories.location(airy.curator, "Shelf", parent=airy.hall)
    glove_box = factories.location(airy.curator, "Glove box", parent=airy.hall, atmosphere="nitrogen")

    move(airy, airy.box, location=glove_box)
    assert exposure(airy.soil) == PRISTINE
    with refused(Doubtful, NEVER):
        move(airy, Container.objects.get(pk=airy.box.pk), location=shelf)


def test_a_seal_broken_in_air_exposes_what_it_closed_in(airy):
    factories.seal(airy.technician, airy.bottle, "S-2")
    loose = factories.sample(airy.technician, "LOOSE", filled(airy, "OPEN"))
    factories.seal(airy.technician, airy.box, "S-1")
    move(airy, airy.box, location=airy.hall)
    values = {"broken_at": LATER, "broken_by": "Somebody", "by": airy.technician, "reason": "To look"}

    with refused(Doubtful, "There is air around BOX-1. Opened in air,", "LOOSE"):
        seals.unseal(container=airy.box, **values)
    seals.unseal(container=airy.box, **values, acknowledged=True)

    assert exposure(loose) == ("air-exposed", "Opened in air")
    assert Sample.objects.get(pk=loose.pk).exposed_at == LATER
    # The bottle in the box has a seal of its own.
    assert exposure(airy.soil) == PRISTINE


def test_what_is_taken_out_into_air_is_exposed(airy):
    values = {"container": airy.bottle, "location": airy.hall, "by": airy.technician, "reason": "Out"}
    with refused(Doubtful, "There is air around BOT-1.", NEVER):
        containers.take_out(**values)
    containers.take_out(**values, acknowledged=True)

    assert exposure(airy.soil) == STORED


def test_a_sample_moved_into_air_alone_is_exposed(airy):
    tray = filled(airy, "TRAY", "air")
    values = {"sample": airy.soil, "container": tray, "by": airy.technician, "reason": "Stored"}
    with refused(Doubtful, "There is air around TRAY.", NEVER):
        samples.move(**values)

    assert samples.move(**values, acknowledged=True).exposed_reason == "Stored in air"


def test_split_in_air_all_of_it_is_exposed(airy):
    glass = filled(airy, "GLASS", "nitrogen")
    other = factories.sample(airy.technician, "OTHER", airy.bottle, "5")
    # Entered late: it had been vented before, and nobody had said so.
    with mock.patch("samples.operations.containers.let_air_in"):
        move(airy, airy.box, location=airy.hall)

    with refused(Doubtful, "There is air around BOT-1. Split in air,", "OTHER, OTHER/1"):
        factories.split(airy.technician, other, "1", container=glass)
    (made,) = factories.split(airy.technician, other, "1", container=glass, acknowledged=True)

    assert exposure(other) == exposure(made) == ("air-exposed", "Split in air")
    assert made.exposed_at == LATER


def test_split_in_nitrogen_into_air_the_part_alone_is_exposed(airy):
    tray = filled(airy, "TRAY", "air")
    there = "There is air around TRAY. Stored in air, this is exposed and never pristine again: CE6C0001/1."
    with refused(Doubtful, there) as doubt:
        factories.split(airy.technician, airy.soil, "1", container=tray)
    assert len(doubt.value.doubts) == 1
    (made,) = factories.split(airy.technician, airy.soil, "1", container=tray, acknowledged=True)

    assert exposure(made) == STORED
    assert exposure(airy.soil) == PRISTINE


def test_each_container_in_air_is_asked_about_on_its_own(airy):
    """Who said yes to one tray has not said it to another one."""
    trays = [filled(airy, f"TRAY-{n}", "air") for n in (1, 2)]
    parts = [movements.Part(f"P-{n}", tray, Decimal(1)) for n, tray in enumerate(trays, start=1)]
    values = {"sample": airy.soil, "happened_at": LATER, "by": airy.technician, "reason": "Divided"}
    with refused(Doubtful) as doubt:
        movements.split(parts=parts, **values)
    assert [said[: said.index(",")] for said in doubt.value.doubts] == [
        "There is air around TRAY-1. Stored in air",
        "There is air around TRAY-2. Stored in air",
    ]
    with refused(Doubtful, "TRAY-2"):
        movements.split(parts=parts, **values, acknowledged=doubt.value.digests[:1])

    made = movements.split(parts=parts, **values, acknowledged=doubt.value.digests)
    assert [exposure(one) for one in made] == [STORED] * 2


def test_a_part_of_what_was_exposed_is_exposed(lab):
    factories.expose(lab.technician, lab.soil)
    (made,) = factories.split(lab.technician, lab.soil, "1")

    assert exposure(made) == ("air-exposed", "The glove tore")
    assert made.exposed_at == factories.LONG_AGO + timedelta(days=2)


@pytest.mark.parametrize("is_sealed", [True, False])
def test_what_comes_back_from_a_researcher_was_exposed(lab, is_sealed):
    researcher = factories.custodian(lab.curator, "Researcher 1", "researcher")
    desk = factories.location(lab.curator, "Desk", custodian=researcher)
    if is_sealed:
        factories.seal(lab.technician, lab.box, "S-1")
    behalf = {"on_behalf_of": "The researcher", "on_behalf_document": "L-1"}
    there = factories.release(lab.technician, [lab.box], researcher)
    factories.receive(lab.colleague, there, desk, **behalf)
    assert exposure(lab.soil) == PRISTINE
    at = there.released_at + timedelta(days=1)
    back = factories.release(lab.colleague, [lab.box], lab.home, released_at=at, **behalf)
    factories.receive(lab.technician, back, lab.room)

    assert exposure(lab.soil) == ("air-exposed", "Came back from a researcher")
    assert Sample.objects.get(pk=lab.soil.pk).exposed_at == at + timedelta(minutes=5)


def test_what_arrives_open_in_air_is_exposed_after_a_second_look(lab):
    hall = factories.location(lab.curator, "Hall", atmosphere="air", custodian=lab.other)
    handoff = factories.release(lab.technician, [lab.box], lab.other)

    with refused(Doubtful, "There is air around BOX-1. Stored in air,", NEVER):
        factories.receive(lab.receiver, handoff, hall, acknowledged=False)
    factories.receive(lab.receiver, handoff, hall)

    assert exposure(lab.soil) == STORED


def test_it_is_noted_once_with_when_and_how(lab):
    soil = factories.expose(lab.technician, lab.soil)

    assert (soil.exposure, soil.exposed_reason, soil.revision) == ("air-exposed", "The glove tore", 2)
    assert soil.history.first().verb == "sample.expose"
    with refused(AlreadyExposed, "CE6C0001 is air-exposed since 2024-06-03 08:00 UTC+8: The glove tore."):
        factories.expose(lab.technician, lab.soil)


def test_it_is_noted_by_who_has_it_and_at_a_moment_that_can_be(lab):
    with refused(NotAllowed):
        factories.expose(lab.receiver, lab.soil)
    with refused(InTheFuture, field="exposed_at"):
        factories.expose(lab.technician, lab.soil, exposed_at=LATER.replace(year=2400))
    landed = factories.LONG_AGO - timedelta(days=1)
    missions.amend(mission=lab.mission, changes={"landed_at": landed}, seen=None, by=lab.curator, reason="Known")
    with refused(OutOfOrder, "landed on the Moon then", field="exposed_at"):
        factories.expose(lab.technician, lab.soil, exposed_at=landed - timedelta(minutes=1))
    factories.release(lab.technician, [lab.box], lab.other)
    with refused(UnderWay):
        factories.expose(lab.technician, lab.soil)


def test_what_is_registered_in_air_is_exposed_since_then(airy):
    there = {"custodian": airy.home, "location": airy.hall}
    crate = filled(airy, "CRATE", **there)
    with refused(Doubtful, "There is air around CRATE. Stored in air,", "never pristine again: ROCK"):
        factories.sample(airy.technician, "ROCK", crate)

    rock = factories.sample(airy.technician, "ROCK", crate, acknowledged=True)
    assert (exposure(rock), rock.exposed_at) == (STORED, factories.LONG_AGO)
    known = {"exposure": "air-exposed", "exposed_at": LATER, "exposed_reason": "On the Moon, before the landing"}
    assert factories.sample(airy.technician, "OTHER", crate, **known).exposed_reason == known["exposed_reason"]


def test_a_container_that_holds_air_from_now_on_exposes_what_is_in_it(airy):
    def amend(**values):
        changes = {"atmosphere": "air"}
        return containers.amend(
            container=airy.bottle, changes=changes, seen=None, **values, by=airy.technician, reason="Leaks"
        )

    with refused(Doubtful, "There is air around BOT-1.", NEVER):
        amend()

    amend(acknowledged=True)
    assert exposure(airy.soil) == STORED


def test_a_place_that_holds_air_from_now_on_exposes_all_that_stands_there_open(airy):
    shelf = factories.location(airy.curator, "Shelf", parent=airy.room)
    crate = filled(airy, "CRATE", custodian=airy.home, location=shelf)
    rock = factories.sample(airy.technician, "ROCK", crate)

    def amend(**values):
        changes = {"atmosphere": "air"}
        room = airy.room
        return locations.amend(location=room, changes=changes, seen=None, **values, by=airy.curator, reason="Vented")

    with refused(Doubtful, "There is air around BOX-1.", "There is air around CRATE.") as asked:
        amend()

    amend(acknowledged=asked.value.digests)
    assert {exposure(airy.soil), exposure(rock)} == {STORED}
