"""What the database held at a moment: the highest revision of each record that was written by then."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.db.models import Sum
from django.utils import timezone

from samples import past
from samples.models import Audited, Container, Custodian, Handoff, MassBalance, Sample, location_names
from samples.operations import _operation, containers, custodians, custody, locations, missions
from samples.operations import samples as sample_operations
from samples.questions import RECORDED_AT, Question
from tests import factories

RECORDS = [model for model in apps.get_app_config("samples").get_models() if issubclass(model, Audited)]


def recorded(moment):
    return past.shown(Question(RECORDED_AT, moment))


def held(queryset=None):
    """Every column of every record, as the database answers."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in RECORDS}


@pytest.fixture
def story(lab):
    """[(moment, all that the database held then)] through one act of each kind."""
    told = []

    def note():
        told.append((timezone.now(), held()))

    note()
    containers.amend(
        container=lab.bottle, changes={"description": "Cracked"}, seen=None, by=lab.technician, reason="Saw"
    )
    note()
    factories.publish(lab.curator, lab.soil)
    note()
    tray = factories.container(lab.technician, "TRAY", lab.mission, kind="tray", custodian=lab.home, location=lab.room)
    sample_operations.move(sample=lab.soil, container=tray, by=lab.technician, reason="To look at")
    note()
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    note()
    factories.receive(lab.receiver, handoff, lab.other_room, received_at=handoff.released_at + timedelta(hours=2))
    note()
    custody.explain_gap(handoff=handoff, text="Rain", by=lab.receiver, reason="Asked")
    sample_operations.void(sample=lab.soil, by=lab.curator, reason="Registered twice")
    note()
    custodians.amend(custodian=lab.home, changes={"name": "Old house"}, seen=None, by=lab.curator, reason="Renamed")
    locations.amend(location=lab.room, changes={"name": "Room A"}, seen=None, by=lab.curator, reason="Renamed")
    missions.amend(mission=lab.mission, changes={"name": "Renamed"}, seen=None, by=lab.curator, reason="Renamed")
    factories.imported(lab.curator, "TRAY", "IMP-1", "IMP-2")
    factories.seal(lab.technician, tray, "SEAL-1")
    note()
    return told


def test_each_moment_shows_every_record_as_it_stood_then_and_none_later(story):
    assert len({str(state) for _moment, state in story}) == len(story)
    for moment, state in story:
        with recorded(moment):
            assert held() == state


def test_before_the_first_record_there_was_none(lab):
    with recorded(factories.LONG_AGO):
        assert not any(held().values())


def test_versions_of_one_moment_are_told_apart_by_revision(lab, monkeypatch):
    # So it was before each operation had a moment of its own, and is where one writes a record twice.
    monkeypatch.setattr(_operation, "_NEXT", timedelta(0))
    with time_machine.travel(timezone.now(), tick=False):
        handoff = factories.release(lab.technician, [lab.box], lab.other)
        factories.receive(lab.receiver, handoff, lab.other_room)
        containers.amend(container=lab.box, changes={"description": "Dusty"}, seen=None, by=lab.receiver, reason="Saw")
        moment = timezone.now()
    containers.amend(container=lab.box, changes={"description": "Clean"}, seen=None, by=lab.receiver, reason="Wiped")

    assert Container.history.filter(id=lab.box.pk, history_date=moment).count() == 2
    with recorded(moment):
        box = Container.objects.get(pk=lab.box.pk)
        assert (box.custodian_id, box.description, box.revision) == (lab.other.pk, "Dusty", 3)


def test_joins_sums_trees_and_reverse_relations_answer_for_one_and_the_same_moment(lab):
    then = timezone.now()
    custodians.amend(custodian=lab.home, changes={"name": "Renamed"}, seen=None, by=lab.curator, reason="Renamed")
    locations.amend(location=lab.room, changes={"name": "Room A"}, seen=None, by=lab.curator, reason="Renamed")
    factories.sample(lab.technician, "CE6C0002", lab.bottle, "5.000000")
    sub = factories.container(lab.technician, "SUB", lab.mission, parent=lab.bottle)

    with recorded(then):
        box = Container.objects.select_related("custodian").get(custodian__name="Laboratory", parent=None)
        assert (box.custodian.name, box.contents_g()) == ("Laboratory", Decimal("10.000000"))
        assert [inner.identifier for inner in Container.objects.within(box.pk).order_by("pk")] == ["BOX-1", "BOT-1"]
        assert Container.objects.filter(pk=sub.pk).first() is None
        assert location_names([lab.room.pk]) == {lab.room.pk: "Room 1"}
        assert box.children.get().samples.get().identifier == "CE6C0001"
        assert MassBalance(lab.mission).held_g == Decimal("10.000000")
        assert Sample.objects.aggregate(total=Sum("mass_g")) == {"total": Decimal("10.000000")}
        assert Custodian.objects.filter(name="Renamed").count() == 0
    assert MassBalance(lab.mission).held_g == Decimal("15.000000")


def test_a_published_sample_is_seen_by_researchers_only_from_then_on(lab):
    then = timezone.now()
    factories.publish(lab.curator, lab.soil)

    assert Container.objects.visible_to(lab.researcher).count() == 2
    with recorded(then):
        assert Container.objects.visible_to(lab.researcher).count() == 0
        assert Handoff.objects.visible_to(lab.researcher).count() == 0
