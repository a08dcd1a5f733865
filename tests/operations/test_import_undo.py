"""Undoing an import: all that it brought becomes void together, or nothing does."""

from types import SimpleNamespace

import pytest

from samples.audit import verify
from samples.imports import files
from samples.models import Container, Custodian, Import, Location, MassMovement, Mission, Sample
from samples.operations import NotAllowed, Superseded, containers, people, samples, undoing
from samples.operations._records import IsVoid
from samples.operations.undoing import Touched, count_touched, undo
from samples.roles import Role
from tests import factories
from tests.refusing import refused


def of(kind, content, by):
    file = files.read_file(kind, f"{kind}.csv", content.encode())
    return factories.run(files.register(file, acknowledged=False, by=by, reason="Opening stock"))


@pytest.fixture
def came(lab):
    """An import of each kind, each of records that stand in or came of each other."""
    missions = "code,name,body_side\nM-1,First,near\n"
    custodians = "name,kind\nMuseum,museum\n"
    locations = "location,kind,custodian\nHall,site,Laboratory\nHall / Room,room,\n"
    vessels = (
        "identifier,mission,kind,origin,inside,location,custodian,custody_began_at,chain_document\n"
        "OUT,CE6,sealed package,mixed,,Room 1,Laboratory,2024-06-01 08:00,DN-1\n"
        "IN,CE6,vial,scoop,OUT,,,2024-06-01 08:00,DN-1\n"
    )
    bagged = factories.stock(
        {"identifier": "S-1", "mass_g": "2", "mission": "CE6", "bag": "A"},
        {"identifier": "S-2", "mass_g": "1", "mission": "CE6", "bag": "A", "parent": "S-1"},
    )
    file = files.read_file("samples", "stock.csv", bagged, factories.BAGS)
    return SimpleNamespace(
        missions=of("missions", missions, lab.curator),
        custodians=of("custodians", custodians, lab.curator),
        locations=of("locations", locations, lab.curator),
        containers=of("containers", vessels, lab.curator),
        samples=factories.run(files.register(file, acknowledged=False, by=lab.curator, reason="Opening stock")),
    )


def brought(made):
    models = (Mission, Custodian, Location, Container, Sample)
    return [record for model in models for record in model.objects.registered_in(made.brought_in)]


@pytest.mark.parametrize(
    ("kind", "count"), [("missions", 1), ("custodians", 1), ("locations", 2), ("containers", 2), ("samples", 3)]
)
def test_all_that_it_brought_becomes_void_in_one_operation(lab, came, kind, count):
    made = getattr(came, kind)

    undone = undo(made=made, seen=made.revision, by=lab.curator, reason="The wrong list")

    records = brought(made)
    assert len(records) == count
    assert all(record.is_void and record.void_reason == "The wrong list" for record in records)
    assert (undone.is_void, undone.voided_by, undone.void_reason) == (True, lab.curator, "The wrong list")
    operations = {record.history.first().operation_id for record in [*records, undone]}
    assert len(operations) == 1
    assert {record.history.first().verb for record in records} == {"import.undo"}
    report = factories.run(verify.verify(None))
    assert report.findings == []


def test_the_masses_are_as_if_it_never_came(lab, came):
    undo(made=came.samples, by=lab.curator, reason="The wrong list")

    assert [one.mass_g for one in Sample.objects.filter(mission=lab.mission).order_by("pk")] == [10, 0, 0]
    kinds = MassMovement.objects.filter(from_sample__identifier="S-1").values_list("kind", flat=True)
    assert list(kinds) == ["correction"]


TOUCHES = {
    "a sample was changed": ("samples", "S-2", lambda lab: factories.publish(lab.curator, sample("S-2"))),
    "a sample was split": ("samples", "S-2", lambda lab: factories.split(lab.curator, sample("S-2"), "0.5")),
    "a bag holds another sample": (
        "samples",
        "CE6-A",
        lambda lab: factories.sample(lab.curator, "X-1", vessel("CE6-A")),
    ),
    "a container is sealed": ("containers", "IN", lambda lab: factories.seal(lab.curator, vessel("IN"), "S-7")),
    "a container was weighed": (
        "containers",
        "IN",
        lambda lab: factories.weighing(lab.curator, vessel("IN"), factories.balance(lab.curator)),
    ),
    "a container was handed over": (
        "containers",
        "OUT",
        lambda lab: factories.release(lab.technician, [vessel("OUT")], lab.other),
    ),
    "a place holds a container": (
        "locations",
        "Room",
        lambda lab: factories.container(
            lab.curator, "X-2", lab.mission, custodian=lab.home, location=Location.objects.get(name="Room")
        ),
    ),
    "a place holds another place": (
        "locations",
        "Room",
        lambda lab: factories.location(lab.curator, "Shelf", parent=Location.objects.get(name="Room")),
    ),
    "somebody works there": (
        "custodians",
        "Museum",
        lambda lab: factories.person("guide", Role.TECHNICIAN, custodian=Custodian.objects.get(name="Museum")),
    ),
    "a mission has a container": (
        "missions",
        "First",
        lambda lab: factories.container(
            lab.curator, "X-3", Mission.objects.get(code="M-1"), custodian=lab.home, location=lab.room
        ),
    ),
}


def sample(identifier):
    return Sample.objects.get(identifier=identifier)


def vessel(identifier):
    return Container.objects.get(identifier=identifier)


@pytest.mark.parametrize("name", TOUCHES)
def test_what_was_done_since_stands_in_its_way(lab, came, name):
    kind, record, act = TOUCHES[name]
    made = getattr(came, kind)
    assert count_touched(made) == 0
    act(lab)

    with refused(Touched, f"{made} cannot be undone:", record) as refusal:
        undo(made=made, by=lab.curator, reason="The wrong list")

    assert {str(touch.record) for touch in refusal.value.touches} >= {record}


def test_what_was_done_and_taken_back_is_a_change_too(lab, came):
    vial = factories.container(lab.curator, "X-1", lab.mission, parent=vessel("OUT"))
    containers.void(container=vial, by=lab.curator, reason="Entered in error")
    # Nothing of the import was written for it.
    undo(made=came.containers, by=lab.curator, reason="The wrong list")

    samples.publish(sample=sample("S-1"), by=lab.curator, reason="Cleared")
    samples.unpublish(sample=sample("S-1"), by=lab.curator, reason="Not cleared")
    with refused(Touched, "S-1: it was changed."):
        undo(made=came.samples, by=lab.curator, reason="The wrong list")


def test_it_is_undone_once_by_a_curator_who_saw_it(lab, came):
    with refused(NotAllowed, "Technician"):
        undo(made=came.missions, by=lab.technician, reason="The wrong list")
    with refused(Superseded):
        undo(made=came.missions, seen=0, by=lab.curator, reason="The wrong list")
    undo(made=came.missions, by=lab.curator, reason="The wrong list")
    with refused(IsVoid):
        undo(made=came.missions, by=lab.curator, reason="Once more")


def test_names_stay_taken_and_the_sentence_says_whose(lab, came):
    undo(made=came.samples, by=lab.curator, reason="The wrong list")

    file = files.read_file(
        "samples", "again.csv", factories.stock({"identifier": "S-1", "mass_g": "1", "container": "BOT-1"})
    )
    report = factories.run(files.check(file, by=lab.curator, reason="Again"))

    assert [fault["column"] for fault in report["faults"]] == ["identifier"]


def test_a_person_who_left_does_not_stand_in_the_way(lab, came):
    museum = Custodian.objects.get(name="Museum")
    guide = factories.person("guide", Role.TECHNICIAN, custodian=museum)
    people.change(
        user=guide,
        name="Guide",
        roles=[Role.TECHNICIAN],
        custodian=museum,
        is_active=False,
        by=lab.administrator,
        reason="Has left",
    )

    undo(made=came.custodians, by=lab.curator, reason="The wrong list")

    assert Import.objects.get(pk=came.custodians.pk).is_void


def test_the_refusal_names_as_many_as_a_person_reads(lab, monkeypatch):
    made = factories.imported(lab.curator, lab.bottle, *(f"S-{n}" for n in range(3)))
    for n in range(3):
        factories.publish(lab.curator, sample(f"S-{n}"))
    monkeypatch.setattr(undoing, "MOST_NAMED", 2)

    with refused(Touched, "3 of its records", "S-1: it was changed.") as refusal:
        undo(made=made, by=lab.curator, reason="The wrong list")

    assert "S-2" not in refusal.value.message
    assert refusal.value.count == 3
