"""A sample is split into subsamples: rules 2, 3, 6, 7, 16, 18, 19 and 20, to the microgram."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.models import Container, LedgerEntry, MassBalance, MassMovement, Sample
from samples.operations import containers, movements, samples, seals
from samples.operations._operation import Doubtful, NotAllowed, Refused, Several
from samples.operations._records import IsVoid, Superseded
from samples.operations.authority import UnderWay
from samples.operations.containment import Sealed
from samples.operations.movements import Part
from samples.operations.taking import MoreThanItHolds, NoMass, Permanent
from samples.operations.times import InTheFuture, OutOfOrder
from tests import factories
from tests.refusing import refused

LATER = factories.LONG_AGO + timedelta(days=1)
MICROGRAM = Decimal("0.000001")


@pytest.fixture
def vial(lab):
    return factories.container(lab.technician, "VIAL", lab.mission, parent=lab.box, capacity_g=Decimal(4))


def split(lab, *parts, sample=None, by=None, **values):
    values = {"happened_at": LATER} | values
    return movements.split(sample=sample or lab.soil, parts=parts, **values, by=by or lab.technician, reason="Divided")


def part(container, mass_g="1", name="CE6C0001/1", **values):
    return Part(name, container, Decimal(mass_g), **values)


def status(container):
    return Container.objects.get(pk=container.pk).status


def test_it_makes_subsamples_like_their_parent_and_keeps_what_is_left(lab, vial):
    first, second = split(
        lab, part(vial, "3.999999"), part(lab.bottle, "2", "CE6C0001/2", form="powder", description="Sieved")
    )

    soil = Sample.objects.get(pk=lab.soil.pk)
    assert (soil.mass_g, soil.status, soil.revision) == (Decimal("4.000001"), "stored", 2)
    assert (first.identifier, first.parent, first.container, first.form) == ("CE6C0001/1", soil, vial, soil.form)
    assert (first.mass_g, first.initial_mass_g, first.mission) == (Decimal("3.999999"),) * 2 + (lab.mission,)
    assert (second.container, second.form, second.description) == (lab.bottle, "powder", "Sieved")
    assert (second.origin, second.use_category, second.exposure) == (soil.origin, soil.use_category, soil.exposure)
    assert MassBalance(lab.mission).held_by_origin_g == {"scoop": Decimal(10)}


def test_it_is_one_operation_in_history_and_ledger(lab, vial):
    (made,) = split(lab, part(vial), lost_g=Decimal("0.5"))

    operation_id = made.history.get().operation_id
    moved = MassMovement.objects.filter(operation_id=operation_id).order_by("pk")
    assert [(m.kind, m.from_sample, m.to_sample, m.mass_g, m.happened_at) for m in moved] == [
        ("split", lab.soil, made, Decimal(1), LATER),
        ("lost", lab.soil, None, Decimal("0.5"), LATER),
    ]
    entries = LedgerEntry.objects.filter(operation_id=operation_id)
    assert set(entries.values_list("verb", flat=True)) == {"sample.split"}
    assert sorted(entries.values_list("noun", flat=True)) == ["massmovement", "massmovement", "sample", "sample"]


def test_all_of_it_is_split_and_one_microgram_more_is_refused(lab, vial):
    with refused(MoreThanItHolds, "CE6C0001 holds 10.000000 g; 10.000001 g is 0.000001 g more", field="mass_g_0"):
        split(lab, part(lab.bottle, "10.000001"))
    with refused(MoreThanItHolds, "10.000001 g is 0.000001 g more") as refusal:
        split(lab, part(lab.bottle, "9.999999"), lost_g=2 * MICROGRAM)
    assert refusal.value.field is None

    split(lab, part(vial, "4"), part(lab.bottle, "5.999999", "CE6C0001/2"), lost_g=MICROGRAM)

    soil = Sample.objects.get(pk=lab.soil.pk)
    assert (soil.mass_g, soil.status) == (0, "exhausted")
    balance = MassBalance(lab.mission)
    assert (balance.held_g, balance.lost_g, balance.closes) == (Decimal("9.999999"), MICROGRAM, True)


@pytest.mark.parametrize("mass_g", ["0", "-0.000001"])
def test_a_part_has_some_mass(lab, vial, mass_g):
    with refused(NoMass, "give at least one microgram", field="mass_g_1"):
        split(lab, part(vial), part(vial, mass_g, "CE6C0001/2"))


def test_it_has_at_least_one_part(lab):
    with refused(Refused, "Choose at least one."):
        split(lab, lost_g=Decimal(1))


def test_capacities_hold_to_the_microgram_nested_contents_counted(lab, vial):
    with refused(Several, "has room for 4.000000 g; 4.000001 g does not fit"):
        split(lab, part(vial, "4.000001"))
    split(lab, part(vial, "4"))
    with refused(Several, "has room for 0.000000 g; 0.000001 g does not fit") as refusal:
        split(lab, part(lab.bottle, "1", "A"), part(vial, "0.000001", "B"))
    assert [one.field for one in refusal.value.refusals] == ["mass_g_1"]


def test_an_outer_container_counts_what_is_in_those_inside(lab):
    place = {"custodian": lab.home, "location": lab.room}
    tray = factories.container(lab.technician, "TRAY", lab.mission, kind="tray", capacity_g=Decimal(5), **place)
    inner = [factories.container(lab.technician, f"IN-{n}", lab.mission, parent=tray) for n in range(2)]
    split(lab, part(inner[0], "3"))

    with refused(Several, "Tray TRAY holds 3.000000 g and has room for 2.000000 g; 2.000001 g does not fit"):
        split(lab, part(inner[1], "2.000001", "B"))

    split(lab, part(inner[1], "2", "B"))
    assert tray.contents_g() == Decimal(5)


def test_every_part_that_is_in_the_way_is_told_and_nothing_is_left(lab, vial):
    parts = (
        part(vial, "5", "A"),
        part(lab.bottle, "1", "CE6C0001"),
        part(lab.bottle, "1", "not an identifier"),
        part(lab.bottle, "1", "FINE"),
    )
    with refused(Several) as refusal:
        split(lab, *parts)

    assert [one.field for one in refusal.value.refusals] == ["mass_g_0", "row_1", "identifier_2"]


def test_two_parts_of_one_name_are_refused(lab, vial):
    with refused(Several, "Another sample has this identifier") as refusal:
        split(lab, part(vial), part(vial))
    assert refusal.value.refusals[0].field == "row_1"


def test_nothing_is_split_behind_a_seal_or_under_way(lab, vial):
    factories.seal(lab.technician, vial, "S-2")
    with refused(Several, "VIAL is closed with seal S-2") as refusal:
        split(lab, part(vial))
    assert refusal.value.refusals[0].field == "row_0"
    factories.seal(lab.technician, lab.box, "S-1")
    with refused(Sealed, "BOX-1 is closed with seal S-1. Unseal it first"):
        split(lab, part(lab.bottle))
    factories.release(lab.technician, [lab.box], lab.other)
    with refused(UnderWay, "is under way to Second laboratory"):
        split(lab, part(lab.bottle))


def test_nothing_is_put_into_what_is_under_way_or_void(lab, vial):
    loose = factories.container(lab.technician, "LOOSE", lab.mission, custodian=lab.home, location=lab.room)
    factories.release(lab.technician, [loose], lab.other)
    with refused(Several, "LOOSE is under way"):
        split(lab, part(loose))
    containers.void(container=vial, by=lab.curator, reason="Typed twice")
    with refused(Several, "VIAL is void"):
        split(lab, part(vial))


def test_a_part_stays_with_its_custodian_its_mission_and_its_origin(lab):
    place = {"custodian": lab.home, "location": lab.room}
    theirs = factories.container(lab.receiver, "THEIRS", lab.mission, custodian=lab.other, location=lab.other_room)
    tube = factories.container(lab.technician, "TUBE", lab.mission, kind="core tube", origin="drill", **place)
    apollo = factories.mission(lab.curator, "A17", body_side="near")
    foreign = factories.container(lab.technician, "FOREIGN", apollo, **place)

    with refused(Several) as refusal:
        split(lab, part(theirs, "1", "A"), part(tube, "1", "B"), part(foreign, "1", "C"))

    assert [(one.field, one.message.split(";")[0].split(" only")[0]) for one in refusal.value.refusals] == [
        ("container_0", "THEIRS is held by Second laboratory and CE6C0001 by Laboratory. Custody moves"),
        ("container_1", "TUBE holds"),
        ("container_2", "FOREIGN holds material of Mission A17"),
    ]


@pytest.mark.parametrize("who", ["receiver", "auditor", "researcher", "administrator"])
def test_others_do_not_split_it(lab, vial, who):
    with refused(NotAllowed):
        split(lab, part(vial), by=getattr(lab, who))


def test_it_refuses_what_was_decided_on_an_older_revision_or_a_void_sample(lab, vial):
    samples.assign(sample=lab.soil, use_category="research", by=lab.curator, reason="Asked for")
    with refused(Superseded, "CE6C0001 was changed by somebody else"):
        split(lab, part(vial), seen=1)
    samples.void(sample=lab.soil, by=lab.curator, reason="Typed twice")
    with refused(IsVoid, "CE6C0001 is void"):
        split(lab, part(vial))


def test_it_happened_after_the_accession_after_the_opening_and_not_in_the_future(lab, vial):
    with refused(Several, "the mass of CE6C0001 begins then", "the chain of custody of VIAL begins then") as refusal:
        split(lab, part(vial), happened_at=factories.LONG_AGO - timedelta(minutes=1))
    assert {one.field for one in refusal.value.refusals} == {"happened_at"}
    with refused(InTheFuture, field="happened_at"):
        split(lab, part(vial), happened_at=LATER.replace(year=2400))
    opened(lab, vial, "S-1", LATER)
    with refused(Several, "seal S-1 was broken then") as refusal:
        split(lab, part(vial), happened_at=LATER - timedelta(minutes=1))
    assert refusal.value.refusals[0].field == "container_0"
    opened(lab, lab.box, "S-2", LATER)
    with refused(OutOfOrder, "seal S-2 was broken then", field="happened_at"):
        split(lab, part(lab.bottle), happened_at=LATER - timedelta(minutes=1))

    assert split(lab, part(vial), happened_at=LATER)


def opened(lab, container, number, at):
    factories.seal(lab.technician, container, number)
    seals.unseal(container=container, broken_at=at, broken_by="Somebody", by=lab.technician, reason="To split")


@pytest.mark.parametrize("category", ["permanent", "backup permanent"])
def test_permanent_material_is_split_by_a_curator_who_says_so(lab, vial, category):
    samples.assign(sample=lab.soil, use_category=category, by=lab.curator, reason="To be kept")

    with refused(Permanent, f"CE6C0001 is {category} material", "only by a curator"):
        split(lab, part(vial), override=True)
    with refused(Permanent, "Say that it is to be used all the same, and why", field="override"):
        split(lab, part(vial), by=lab.curator)

    (made,) = split(lab, part(vial), by=lab.curator, override=True)
    assert made.use_category == category


def test_all_that_is_wrong_with_the_whole_is_told_at_once(lab, vial):
    samples.assign(sample=lab.soil, use_category="permanent", by=lab.curator, reason="To be kept")

    with refused(Several, "is permanent material", "is 1.000000 g more", "is in the future") as refusal:
        split(lab, part(vial, "11"), by=lab.curator, happened_at=LATER.replace(year=2400))

    assert [one.field for one in refusal.value.refusals] == ["override", "mass_g_0", "happened_at"]


def test_the_containers_are_in_use_and_emptied_as_it_goes(lab, vial):
    small = factories.sample(lab.technician, "SMALL", vial)
    samples.move(sample=small, container=lab.bottle, by=lab.technician, reason="Out")
    assert status(vial) == "emptied"

    split(lab, part(vial, "1", "A"), part(vial, "1", "B"))
    assert status(vial) == "in use"
    movements.consume(
        sample=small, mass_g=Decimal(1), happened_at=LATER, acknowledged=True, by=lab.technician, reason="Measured"
    )
    assert status(lab.bottle) == "in use"
    movements.lose(
        sample=lab.soil, mass_g=Decimal(8), happened_at=LATER, acknowledged=True, by=lab.technician, reason="Spilled"
    )
    assert status(lab.bottle) == "emptied"


def test_what_was_split_off_is_not_voided_but_merged_back(lab, vial):
    (made,) = split(lab, part(vial))

    with refused(samples.StillInUse, "mass movements other than its accession"):
        samples.void(sample=made, by=lab.curator, reason="Typed twice")


def test_core_segments_lie_inside_the_core_and_meet_or_somebody_looked(lab):
    tube = factories.container(
        lab.technician, "TUBE", lab.mission, kind="core tube", origin="drill", custodian=lab.home, location=lab.room
    )
    depths = {"depth_top_cm": Decimal(10), "depth_bottom_cm": Decimal(30)}
    core = factories.sample(lab.technician, "CORE", tube, "9", origin="drill", form="core segment", **depths)

    def cut(*spans, **values):
        parts = [
            part(tube, "1", f"CORE/{n}", depth_top_cm=Decimal(top), depth_bottom_cm=Decimal(bottom))
            for n, (top, bottom) in enumerate(spans)
        ]
        return split(lab, *parts, sample=core, **values)

    with refused(Several, "CORE/0 at 9.9 to 20 cm is not inside CORE, which spans 10 to 30 cm") as refusal:
        cut(("9.9", 20), (20, "30.1"))
    assert [one.field for one in refusal.value.refusals] == ["depth_top_cm_0", "depth_top_cm_1"]
    with refused(Doubtful, "Between CORE/0 and CORE/1 there is a gap from 20 to 20.1 cm."):
        cut((10, 20), ("20.1", 30))
    with refused(Doubtful, "CORE/0 and CORE/1 overlap from 19.9 to 20 cm."):
        cut((10, 20), ("19.9", 30))
    with refused(Doubtful, "FREE is a core segment without a depth"):
        split(lab, part(tube, "1", "FREE"), sample=core)
    _, second = cut((10, 20), (20, 30))

    # A segment that was merged back is no gap and no overlap any more.
    movements.merge(sample=second, into=core, happened_at=LATER, by=lab.technician, reason="Cut anew")
    again = part(tube, "1", "CORE/9", depth_top_cm=Decimal(20), depth_bottom_cm=Decimal(25))
    split(lab, again, sample=core)
    assert [one.identifier for one in Sample.objects.segments_of(core.pk)] == ["CORE/0", "CORE/9"]


def test_no_part_goes_into_a_container_before_the_chain_of_that_begins(lab):
    begins = LATER + timedelta(days=1)
    late = factories.container(lab.technician, "LATE", lab.mission, parent=lab.box, custody_began_at=begins)
    with refused(OutOfOrder, "the chain of custody of LATE begins then", field="happened_at"):
        split(lab, part(late))
