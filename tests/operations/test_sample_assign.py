"""A sample is assigned to a use category by a curator, alone or with others."""

import pytest

from samples.models import Sample
from samples.operations import samples
from samples.operations._operation import NotAllowed, Several
from samples.operations._records import IsVoid, Superseded
from samples.operations.authority import UnderWay
from samples.operations.samples import SameCategory
from tests import factories
from tests.refusing import refused


def assign(lab, category="permanent", by=None, **values):
    return samples.assign(
        sample=lab.soil, use_category=category, **values, by=by or lab.curator, reason="The committee met"
    )


def test_it_is_assigned_with_its_history(lab):
    soil = assign(lab)

    assert (soil.use_category, soil.is_permanent, soil.revision) == ("permanent", True, 2)
    version = soil.history.first()
    assert (version.verb, version.history_change_reason) == ("sample.assign", "The committee met")
    assert not assign(lab, "research").is_permanent


def test_the_same_again_is_refused(lab):
    with refused(SameCategory, "this use category already: not yet assigned", field="use_category"):
        assign(lab, "unassigned")


@pytest.mark.parametrize("who", ["technician", "receiver", "auditor", "researcher", "administrator"])
def test_only_a_curator_assigns(lab, who):
    with refused(NotAllowed):
        assign(lab, by=getattr(lab, who))


def test_neither_under_way_nor_from_an_older_revision_nor_void(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    with refused(UnderWay):
        assign(lab)
    factories.receive(lab.receiver, handoff, lab.other_room)
    factories.publish(lab.curator, lab.soil)
    with refused(Superseded):
        assign(lab, seen=1)
    samples.void(sample=lab.soil, by=lab.curator, reason="Typed twice")
    with refused(IsVoid):
        assign(lab)


def test_many_are_assigned_together_or_none(lab):
    other = factories.sample(lab.technician, "OTHER", lab.bottle)
    third = factories.sample(lab.technician, "THIRD", lab.bottle, use_category="research")
    values = {"use_category": "research", "by": lab.curator, "reason": "The committee met"}

    with refused(Several, "THIRD has this use category already") as refusal:
        samples.assign_many(samples=[lab.soil, other, third], **values)
    assert [one.field for one in refusal.value.refusals] == [f"use_category_{third.pk}"]

    made = samples.assign_many(samples=[lab.soil, other], **values)
    assert [one.use_category for one in made] == ["research"] * 2
    assert len({one.history.first().operation_id for one in made}) == 1
    assert {one.history.first().verb for one in made} == {"sample.assign_many"}
    assert Sample.objects.filter(use_category="research").count() == 3
