"""A whole subsample is merged into its parent or another subsample of it: rules 2, 3, 16, 18 and 19."""

from datetime import timedelta
from decimal import Decimal
from unittest import mock

import pytest

from samples.models import Container, MassBalance, Sample
from samples.operations import containers, movements, samples, seals
from samples.operations._operation import Doubtful, NotAllowed
from samples.operations._records import IsVoid, Superseded
from samples.operations.authority import UnderWay
from samples.operations.containment import Misplaced, OverCapacity, Sealed
from samples.operations.movements import NotOneFamily
from samples.operations.taking import NoMass, Permanent
from samples.operations.times import InTheFuture, OutOfOrder
from tests import factories
from tests.refusing import refused

LATER = factories.LONG_AGO + timedelta(days=1)


@pytest.fixture
def family(lab):
    """Two subsamples of 2 g and 3 g, the second in a vial of its own."""
    lab.vial = factories.container(lab.technician, "VIAL", lab.mission, parent=lab.box, capacity_g=Decimal(5))
    (lab.one,) = factories.split(lab.technician, lab.soil, "2")
    (lab.two,) = factories.split(lab.technician, lab.soil, "3", container=lab.vial)
    return lab


def merge(lab, sample, into, by=None, **values):
    values = {"happened_at": LATER} | values
    return movements.merge(sample=sample, into=into, **values, by=by or lab.technician, reason="Belongs together")


def now(record):
    return type(record).objects.get(pk=record.pk)


def test_all_of_it_goes_into_a_sibling_which_just_fits(family):
    into = merge(family, family.one, family.two)

    movement = into.movements_in.get(kind="merge")
    assert (into, into.mass_g, now(family.one).mass_g, now(family.one).status) == (family.two, 5, 0, "exhausted")
    assert (movement.from_sample, movement.to_sample, movement.mass_g) == (family.one, family.two, Decimal(2))
    assert (movement.happened_at, movement.history.get().verb) == (LATER, "sample.merge")
    assert (now(family.soil).mass_g, MassBalance(family.mission).held_g) == (Decimal(5), Decimal(10))


def test_merged_back_into_the_parent_a_split_is_undone(family):
    merge(family, family.two, family.soil)

    assert (now(family.soil).mass_g, now(family.two).mass_g) == (Decimal(8), 0)
    assert (now(family.vial).status, now(family.bottle).status) == ("emptied", "in use")


def test_into_an_exhausted_one_it_is_stored_again_and_its_container_in_use(family):
    merge(family, family.two, family.soil)
    into = merge(family, family.one, family.two)

    assert (into.status, into.mass_g, now(family.vial).status) == (Sample.Status.STORED, Decimal(2), "in use")


def test_one_microgram_too_many_does_not_fit(family):
    changes = {"capacity_g": Decimal("4.999999")}
    containers.amend(container=family.vial, changes=changes, seen=None, by=family.technician, reason="Measured")

    with refused(OverCapacity, "holds 3.000000 g and has room for 1.999999 g; 2.000000 g does not fit", field="into"):
        merge(family, family.one, family.two)


def test_only_one_family_is_merged(family):
    (grandchild,) = factories.split(family.technician, family.one, "1")
    stranger = factories.sample(family.technician, "STRANGER", family.bottle)
    other = factories.sample(family.technician, "OTHER", family.bottle)

    for sample, into in (
        (family.one, family.one),
        (stranger, family.one),
        (family.soil, family.one),
        (grandchild, family.soil),
        (grandchild, family.two),
        (stranger, other),
    ):
        with refused(NotOneFamily, f"{sample} goes only into its parent", field="into"):
            merge(family, sample, into)


def test_there_is_something_to_merge(family):
    merge(family, family.one, family.two)
    with refused(NoMass):
        merge(family, family.one, family.soil)


def test_seals_and_handoffs_are_in_the_way_of_either(family):
    factories.seal(family.technician, family.vial, "S-1")
    for sample, into in ((family.one, family.two), (family.two, family.one)):
        with refused(Sealed, "VIAL is closed with seal S-1"):
            merge(family, sample, into)
    taken = containers.take_out(container=family.vial, location=family.room, by=family.technician, reason="Out")
    handoff = factories.release(family.technician, [taken], family.other)
    for sample, into in ((family.one, family.two), (family.two, family.one)):
        with refused(UnderWay, "VIAL is under way to Second laboratory"):
            merge(family, sample, into)
    factories.receive(family.receiver, handoff, family.other_room)
    seals.unseal(container=now(taken), broken_at=LATER, broken_by="S", by=family.receiver, reason="To look")
    later = handoff.released_at + timedelta(days=1)
    with refused(Misplaced, "VIAL is held by Second laboratory and CE6C0001/1 by Laboratory. Custody moves only"):
        merge(family, family.one, family.two, happened_at=later)
    with refused(NotAllowed, "Second laboratory answers for this"):
        merge(family, family.two, family.one)


@pytest.mark.parametrize("who", ["receiver", "auditor", "researcher", "administrator"])
def test_others_do_not(family, who):
    with refused(NotAllowed):
        merge(family, family.one, family.two, by=getattr(family, who))


def test_times_fit_both_of_them(family):
    late = LATER + timedelta(days=1)
    (third,) = factories.split(family.technician, family.soil, "1", happened_at=late)
    with refused(OutOfOrder, "the mass of CE6C0001/1 begins then", field="happened_at"):
        merge(family, family.one, family.soil, happened_at=LATER - timedelta(minutes=1))
    with refused(OutOfOrder, "the mass of CE6C0001/3 begins then", field="happened_at"):
        merge(family, family.one, third)
    with refused(InTheFuture, field="happened_at"):
        merge(family, family.one, family.two, happened_at=LATER.replace(year=2400))
    factories.seal(family.technician, family.vial, "S-1")
    values = {"broken_at": late, "broken_by": "Somebody", "by": family.technician, "reason": "To look"}
    seals.unseal(container=family.vial, **values)
    with refused(OutOfOrder, "seal S-1 was broken then", field="happened_at"):
        merge(family, family.one, family.two)

    assert merge(family, family.one, family.two, happened_at=late)


def test_neither_older_revisions_nor_void_samples(family):
    factories.publish(family.curator, family.one)
    with refused(Superseded):
        merge(family, family.one, family.two, seen=1)
    earlier = factories.sample(family.technician, "EARLIER", family.bottle, parent=family.soil)
    samples.void(sample=earlier, by=family.curator, reason="Typed twice")
    for sample, into in ((earlier, family.one), (family.one, earlier)):
        with refused(IsVoid, "EARLIER is void"):
            merge(family, sample, into)


@pytest.mark.parametrize("way", ["exposed into pristine", "pristine into exposed"])
def test_with_any_exposed_part_all_of_it_is_exposed(family, way):
    exposed = factories.expose(family.technician, family.one)
    sample, into = (exposed, family.two) if way == "exposed into pristine" else (family.two, exposed)

    pristine = family.two
    with refused(Doubtful, f"{pristine} is pristine and {exposed} is not", "all of it is air-exposed for good"):
        merge(family, sample, into)

    merged = merge(family, sample, into, acknowledged=True)
    assert merged.exposure == Sample.Exposure.EXPOSED
    if into == exposed:
        assert (merged.exposed_at, merged.exposed_reason) == (exposed.exposed_at, "The glove tore")
    else:
        merging = (LATER, f"Merged with {exposed}, which is air-exposed")
        assert (merged.exposed_at, merged.exposed_reason) == merging


def test_two_pristine_ones_stay_so_and_in_air_they_do_not(family):
    assert merge(family, family.one, family.two).is_pristine
    with mock.patch("samples.operations.containers.let_air_in"):
        changes = {"atmosphere": "air"}
        containers.amend(container=family.bottle, changes=changes, seen=None, by=family.technician, reason="Seen")

    with refused(Doubtful, "There is air around BOT-1. Merged in air, this is exposed", "CE6C0001."):
        merge(family, family.two, family.soil)

    merged = merge(family, family.two, family.soil, acknowledged=True)
    assert (merged.exposed_at, merged.exposed_reason) == (LATER, "Merged in air")
    assert Container.objects.get(pk=family.bottle.pk).status == "in use"


def test_permanent_material_goes_into_another_category_only_where_a_curator_says_so(family):
    samples.assign(sample=family.one, use_category="permanent", by=family.curator, reason="Kept")
    one = now(family.one)
    with refused(Permanent, "CE6C0001/1 is permanent material, and CE6C0001/2 is not", field="into"):
        merge(family, one, family.two, override=True)
    with refused(Permanent, "Say that they are merged all the same, and why.", field="override"):
        merge(family, one, family.two, by=family.curator)

    assert merge(family, one, family.two, by=family.curator, override=True, acknowledged=True).mass_g == 5


def test_permanent_material_goes_into_its_like_without_a_word(family):
    for sample in (family.one, family.two):
        samples.assign(sample=now(sample), use_category="permanent", by=family.curator, reason="Kept")

    assert merge(family, family.one, family.two).use_category == "permanent"


def test_nothing_is_merged_before_the_chain_of_its_container_begins(family):
    later = LATER + timedelta(days=3)
    jar = factories.container(family.technician, "JAR", family.mission, parent=family.box, custody_began_at=later)
    old = factories.sample(family.technician, "OLD", jar, parent=family.soil, happened_at=LATER)
    for sample, into in ((old, family.one), (family.one, old)):
        with refused(OutOfOrder, "the chain of custody of JAR begins then", field="happened_at"):
            merge(family, sample, into)

    assert merge(family, family.one, old, happened_at=later).mass_g == 3


def test_back_in_a_parent_that_was_split_whole_its_container_is_in_use_again(lab):
    (whole,) = factories.split(lab.technician, lab.soil, str(lab.soil.mass_g))

    merge(lab, whole, now(lab.soil))

    assert (now(lab.bottle).status, now(lab.soil).mass_g) == ("in use", lab.soil.mass_g)
