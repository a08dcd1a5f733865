"""Who sees what: researchers see published samples, and their containers, handoffs and missions alone."""

import pytest

from samples.models import Container, Handoff, HandoffLine, Mission, Sample
from samples.operations import samples
from samples.roles import Role
from tests import factories

MODELS = [Sample, Container, Handoff, Mission]


def shown(model, user):
    return sorted(str(record) for record in model.objects.visible_to(user))


@pytest.fixture
def world(lab):
    """Two handed over together: BOX-1 > BOT-1 > CE6C0001 (published by the test) and OTHER-BOX > HIDDEN."""
    apollo = factories.mission(lab.curator, "A17", body_side="near", relay_satellite="")
    for mission, box, bottle, sample in (
        (lab.mission, "BOX-2", "BOT-2", "HIDDEN"),
        (apollo, "BOX-3", "BOT-3", "70001"),
    ):
        outer = factories.container(
            lab.technician, box, mission, kind="sealed package", origin="mixed", custodian=lab.home, location=lab.room
        )
        inner = factories.container(lab.technician, bottle, mission, parent=outer)
        factories.sample(lab.technician, sample, inner)
    lab.box_2 = Container.objects.get(identifier="BOX-2")
    factories.container(lab.technician, "BESIDE", lab.mission, parent=lab.box)
    factories.receive(lab.receiver, factories.release(lab.technician, [lab.box, lab.box_2], lab.other), lab.other_room)
    factories.release(lab.technician, [Container.objects.get(identifier="BOX-3")], lab.other)
    return lab


def publish(lab, sample):
    return samples.publish(sample=sample, by=lab.curator, reason="Described")


def test_the_laboratory_sees_everything(world):
    for who in ["technician", "curator", "auditor", "administrator"]:
        for model in MODELS:
            assert model.objects.visible_to(getattr(world, who)).count() == model.objects.count()


def test_a_researcher_sees_nothing_before_something_is_published(world):
    for model in MODELS:
        assert shown(model, world.researcher) == []


def test_a_researcher_sees_a_published_sample_and_what_it_is_in(world):
    publish(world, world.soil)

    assert shown(Sample, world.researcher) == ["CE6C0001"]
    assert shown(Container, world.researcher) == ["BOT-1", "BOX-1"]
    assert shown(Handoff, world.researcher) == ["H-0001"]
    assert shown(Mission, world.researcher) == ["Mission CE6"]
    assert Container.objects.visible_to(world.researcher).count() == 2


def test_a_researcher_sees_of_a_handoff_the_lines_of_what_is_shown(world):
    publish(world, world.soil)

    lines = HandoffLine.objects.shown_to(world.researcher)

    assert sorted(line.container.identifier for line in lines) == ["BOT-1", "BOX-1"]
    outermost = HandoffLine.objects.shown_to(world.auditor).filter(handoff__number=1)
    assert sorted(line.container.identifier for line in outermost) == ["BOX-1", "BOX-2"]


def test_a_sample_out_of_publication_or_void_is_out_of_sight(world):
    soil = publish(world, world.soil)
    samples.unpublish(sample=soil, by=world.curator, reason="Too early")
    other = publish(world, Sample.objects.get(identifier="HIDDEN"))
    samples.void(sample=other, by=world.curator, reason="Typed twice")

    for model in MODELS:
        assert shown(model, world.researcher) == []


def test_a_person_without_a_role_or_deactivated_sees_nothing(world):
    publish(world, world.soil)
    guest = factories.person("guest")
    world.auditor.is_active = False

    for user in (guest, world.auditor):
        for model in MODELS:
            assert shown(model, user) == []


def test_filters_stay_within_what_is_visible(world):
    publish(world, world.soil)

    seen = Container.objects.visible_to(world.researcher)

    assert [str(c) for c in seen.filter(kind="sample bottle")] == ["BOT-1"]
    assert seen.filter(identifier="BESIDE").count() == 0
    assert [str(c) for c in Container.objects.live().visible_to(world.researcher).order_by("-identifier")] == [
        "BOX-1",
        "BOT-1",
    ]


def test_what_is_visible_is_one_query(world, django_assert_num_queries):
    publish(world, world.soil)
    assert world.researcher.roles == [Role.RESEARCHER]

    for model in MODELS:
        with django_assert_num_queries(1):
            list(model.objects.visible_to(world.researcher))
