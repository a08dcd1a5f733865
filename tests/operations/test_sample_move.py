"""Samples: rules 7, 15, 17 and 23, and publication, for what is in the inventory already."""

import pytest

from samples.models import Container, MassBalance, MassMovement, Sample
from samples.operations import movements, samples, seals
from samples.operations._operation import NotAllowed
from samples.operations._records import IsVoid, StillInUse, Superseded
from samples.operations.containment import AlreadyThere, Misplaced, Sealed
from samples.operations.samples import AlreadyPublished, NotPublished
from tests import factories
from tests.refusing import refused


@pytest.fixture
def vial(lab):
    return factories.container(lab.technician, "VIAL", lab.mission, parent=lab.box)


def move(lab, container, sample=None, by=None):
    return samples.move(sample=sample or lab.soil, container=container, by=by or lab.technician, reason="Stored")


def void(lab, sample):
    return samples.void(sample=sample, by=lab.curator, reason="Typed twice")


def status(container):
    return Container.objects.get(pk=container.pk).status


def test_it_moves_whole_and_leaves_an_emptied_container(lab, vial):
    soil = move(lab, vial)

    assert (soil.container, soil.mass_g, soil.revision) == (vial, 10, 2)
    assert (status(lab.bottle), status(vial), status(lab.box)) == ("emptied", "in use", "in use")
    assert MassMovement.objects.of_sample(soil).count() == 1

    move(lab, lab.bottle)
    assert (status(lab.bottle), status(vial)) == ("in use", "emptied")


def test_what_still_holds_something_is_not_emptied(lab, vial):
    factories.sample(lab.technician, "S-1", lab.bottle)

    move(lab, vial)

    assert status(lab.bottle) == "in use"


def test_it_refuses_to_move_where_it_is(lab):
    with refused(AlreadyThere, "CE6C0001 is in BOT-1 already."):
        move(lab, lab.bottle)


def test_it_refuses_a_container_for_another_origin_mission_or_custodian(lab):
    place = {"custodian": lab.home, "location": lab.room}
    apollo = factories.mission(lab.curator, "A17", body_side="near")
    foreign = factories.container(lab.technician, "A17-BAG", apollo, **place)
    tube = factories.container(lab.technician, "TUBE", lab.mission, kind="core tube", origin="drill", **place)
    theirs = factories.container(lab.receiver, "THEIRS", lab.mission, custodian=lab.other, location=lab.other_room)

    for container, says in (
        (foreign, "A17-BAG holds material of Mission A17; Mission CE6 goes into a container of its own."),
        (tube, "TUBE holds only material from the drill, not from the scoop."),
        (theirs, "THEIRS is held by Second laboratory and CE6C0001 by Laboratory. Custody moves only by a handoff."),
    ):
        with refused(Misplaced, says, field="container"):
            move(lab, container)


def test_it_refuses_to_reach_into_or_out_of_what_is_sealed(lab):
    place = {"custodian": lab.home, "location": lab.room}
    outside = factories.container(lab.technician, "OUTSIDE", lab.mission, **place)
    loose = factories.sample(lab.technician, "LOOSE", outside)
    values = {"number": "S-1", "applied_at": factories.LONG_AGO, "applied_by": "Li"}
    seals.apply(container=lab.box, **values, by=lab.technician, reason="Closed")

    with refused(Sealed, "BOX-1 is closed with seal S-1."):
        move(lab, outside)
    with refused(Sealed, "BOX-1 is closed with seal S-1."):
        move(lab, lab.bottle, loose)


def test_only_its_custodian_s_people_or_a_curator_move_it(lab, vial):
    with refused(NotAllowed, "Laboratory answers for this, and Receiver does not work there."):
        move(lab, vial, by=lab.receiver)

    assert move(lab, vial, by=lab.curator).container == vial


def test_it_refuses_a_move_decided_on_an_older_revision(lab, vial):
    move(lab, vial)

    with refused(Superseded, "CE6C0001 was changed by somebody else"):
        samples.move(sample=lab.soil, container=lab.bottle, seen=1, by=lab.technician, reason="Late")


def test_a_curator_publishes_it_and_takes_it_out_again(lab):
    soil = samples.publish(sample=lab.soil, by=lab.curator, reason="Described")

    assert soil.is_published
    assert soil.published_at == soil.history.first().history_date
    assert list(Sample.objects.published()) == [soil]
    with refused(AlreadyPublished, "CE6C0001 is published already."):
        samples.publish(sample=soil, by=lab.curator, reason="Again")

    soil = samples.unpublish(sample=soil, by=lab.curator, reason="Too early")
    assert not soil.is_published
    with refused(NotPublished, "CE6C0001 is not published."):
        samples.unpublish(sample=soil, by=lab.curator, reason="Again")
    for act in (samples.publish, samples.unpublish):
        with refused(NotAllowed, "Technician may not do this"):
            act(sample=soil, by=lab.technician, reason="Trial")


def test_a_void_sample_s_mass_goes_back_by_a_correction(lab):
    soil = void(lab, lab.soil)

    correction = MassMovement.objects.get(kind="correction")
    assert (soil.mass_g, soil.initial_mass_g, soil.status, soil.is_void) == (0, 10, "exhausted", True)
    assert (correction.from_sample, correction.to_sample, correction.mass_g) == (soil, None, 10)
    assert correction.operation_id == soil.history.first().operation_id
    assert (MassBalance(lab.mission).accessioned_g, MassBalance(lab.mission).closes) == (0, True)
    # Nothing was ever in it, as far as it turned out.
    assert status(lab.bottle) == "in use"


def test_it_refuses_to_void_a_sample_with_subsamples(lab):
    child = factories.sample(lab.technician, "CHILD", lab.bottle, parent=lab.soil)

    with refused(StillInUse, "CE6C0001 cannot be voided: it has subsamples"):
        void(lab, lab.soil)

    void(lab, child)
    assert void(lab, lab.soil).is_void


def test_only_a_curator_voids_it(lab):
    with refused(NotAllowed):
        samples.void(sample=lab.soil, by=lab.technician, reason="Trial")


def test_a_void_sample_is_kept_and_not_used(lab, vial):
    void(lab, lab.soil)

    for act in (
        lambda: move(lab, vial),
        lambda: void(lab, lab.soil),
        lambda: samples.publish(sample=lab.soil, by=lab.curator, reason="Trial"),
        lambda: samples.amend(sample=lab.soil, changes={}, seen=None, by=lab.technician, reason="Trial"),
    ):
        with refused(IsVoid, "CE6C0001 is void"):
            act()


def test_what_is_exhausted_puts_no_container_in_use(lab, vial):
    move(lab, vial)
    movements.consume(
        sample=lab.soil,
        mass_g=lab.soil.mass_g,
        happened_at=factories.LONG_AGO,
        acknowledged=True,
        by=lab.technician,
        reason="Measured",
    )
    assert status(vial) == "emptied"

    move(lab, lab.bottle)

    assert status(lab.bottle) == "emptied"
