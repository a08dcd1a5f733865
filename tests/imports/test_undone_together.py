"""Samples that are undone together are left exactly as if each were voided by itself."""

import uuid
from functools import partial

import pytest

from samples.imports import files
from samples.models import Container, Operation, Sample
from samples.operations import _operation, _withdrawal, movements, samples, undoing
from tests import factories
from tests.imports.test_together import everything, frozen, row, taken_back  # noqa: F401 (a fixture)
from tests.refusing import refused


def imported(lab, *rows, mapping=""):
    file = files.read_file("samples", "stock.csv", factories.stock(*rows), mapping)
    return factories.run(files.register(file, acknowledged=True, by=lab.curator, reason="Opening stock"))


def each_alone(brought, *, by, reason):
    for sample in brought.order_by("-pk"):
        samples.void(sample=sample, by=by, reason=reason)


def left_by(made, lab):
    with taken_back():
        undoing.undo(made=made, by=lab.curator, reason="The wrong list")
        return everything()


@pytest.mark.parametrize("size", [3, 500])
def test_they_are_as_if_each_was_voided_alone(lab, frozen, monkeypatch, size):  # noqa: F811
    exposed = {"exposure": "air-exposed", "exposed_at": "2024-07-01T00:00Z", "exposed_reason": "Fell"}
    rows = [row(each) for each in range(1, 7)]
    made = imported(lab, *rows, row(7, parent="T-1"), row(8, parent="T-7"), row(9, container="BOX-1", **exposed))
    monkeypatch.setattr(_operation, "Operation", partial(Operation, id=uuid.UUID(int=7)))
    monkeypatch.setattr(_withdrawal, "TOGETHER", size)

    together = left_by(made, lab)
    monkeypatch.setattr(undoing, "void_samples", each_alone)
    alone = left_by(made, lab)

    assert together.keys() == alone.keys()
    for name in together:
        assert together[name] == alone[name], name
    assert len(together["MassMovement"]) == 1 + 2 * 9


def status(identifier):
    return Container.objects.get(identifier=identifier).status


def test_their_containers_are_as_they_were_before(lab):
    for name in ("NEW", "USED"):
        factories.container(lab.technician, name, lab.mission, parent=lab.box)
    used = factories.sample(lab.technician, "E-1", Container.objects.get(identifier="USED"), "1")
    movements.consume(
        sample=used,
        mass_g=used.mass_g,
        happened_at=factories.LONG_AGO,
        acknowledged=True,
        by=lab.technician,
        reason="Measured",
    )
    before = {name: status(name) for name in ("NEW", "USED", "BOT-1")}
    assert before == {"NEW": "in use", "USED": "emptied", "BOT-1": "in use"}

    made = imported(lab, *(row(each, container=name) for each, name in enumerate(before, 1)))
    assert status("USED") == "in use"
    undoing.undo(made=made, by=lab.curator, reason="The wrong list")

    assert {name: status(name) for name in before} == before
    assert Container.objects.get(identifier="NEW").history.count() == 1


def test_bags_that_were_made_for_them_were_never_emptied(lab):
    rows = [{"identifier": name, "mass_g": "1", "mission": "CE6", "bag": "A"} for name in ("T-1", "T-2")]
    made = imported(lab, *rows, mapping=factories.BAGS)

    undoing.undo(made=made, by=lab.curator, reason="The wrong list")

    bag = Container.objects.get(identifier="CE6-A")
    assert bag.is_void
    assert [version.status for version in bag.history.all()] == ["in use"] * bag.revision


def test_what_is_under_way_is_not_undone(lab):
    made = imported(lab, row(1, container="BOX-1"), row(2))
    factories.release(lab.technician, [lab.box], lab.other)

    with refused(undoing.Refused, "BOX-1 is under way to Second laboratory"):
        undoing.undo(made=made, by=lab.curator, reason="The wrong list")

    assert not Sample.objects.get(identifier="T-1").is_void


@pytest.mark.parametrize("count", [20, 120])
def test_it_takes_few_statements(lab, django_assert_max_num_queries, count):
    made = imported(lab, *(row(each) for each in range(1, count + 1)))

    with django_assert_max_num_queries(110):
        undoing.undo(made=made, by=lab.curator, reason="The wrong list")
