"""Material is used up in an analysis, or lost: rules 2, 3, 16, 18 and 20."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.models import Container, LedgerEntry, MassBalance, Sample
from samples.operations import movements, samples, seals
from samples.operations._operation import NotAllowed, Several
from samples.operations._records import IsVoid, Superseded
from samples.operations.authority import UnderWay
from samples.operations.containment import OverCapacity, Sealed
from samples.operations.taking import MoreThanItHolds, NoMass, Permanent
from samples.operations.times import InTheFuture, OutOfOrder
from tests import factories
from tests.refusing import refused

LATER = factories.LONG_AGO + timedelta(days=1)
KINDS = {"consume": "consumed", "lose": "lost"}
either = pytest.mark.parametrize("how", KINDS)


def write_off(lab, how, mass_g="1", by=None, **values):
    values = {"sample": lab.soil, "happened_at": LATER, "acknowledged": True} | values
    act = getattr(movements, how)
    return act(mass_g=Decimal(mass_g), **values, by=by or lab.technician, reason="Measured")


@either
def test_it_leaves_the_inventory_by_a_movement(lab, how):
    soil = write_off(lab, how, "0.000001")

    movement = soil.movements_out.get()
    assert (soil.mass_g, soil.status, soil.revision) == (Decimal("9.999999"), "stored", 2)
    assert (movement.kind, movement.to_sample, movement.mass_g) == (KINDS[how], None, Decimal("0.000001"))
    assert (movement.happened_at, movement.by, movement.reason) == (LATER, lab.technician, "Measured")
    entries = LedgerEntry.objects.filter(operation_id=movement.operation_id).order_by("seq")
    assert [(entry.noun, entry.verb) for entry in entries] == [
        ("sample", f"sample.{how}"),
        ("massmovement", f"sample.{how}"),
    ]
    balance = MassBalance(lab.mission)
    gone = {"consumed": balance.consumed_g, "lost": balance.lost_g}
    assert gone == {"consumed": 0, "lost": 0} | {KINDS[how]: Decimal("0.000001")}
    assert (balance.accessioned_g, balance.held_g, balance.closes) == (Decimal(10), Decimal("9.999999"), True)


@either
def test_all_of_it_is_and_one_microgram_more_is_refused(lab, how):
    with refused(MoreThanItHolds, "holds 10.000000 g; 10.000001 g is 0.000001 g more", field="mass_g"):
        write_off(lab, how, "10.000001")

    assert write_off(lab, how, "10").status == Sample.Status.EXHAUSTED
    assert Container.objects.get(pk=lab.bottle.pk).status == "emptied"
    with refused(MoreThanItHolds, "holds 0.000000 g", field="mass_g"):
        write_off(lab, how, "0.000001")


@either
@pytest.mark.parametrize("mass_g", ["0", "-0.000001"])
def test_it_is_of_some_mass(lab, how, mass_g):
    with refused(NoMass, "give at least one microgram", field="mass_g"):
        write_off(lab, how, mass_g)


@either
def test_what_is_gone_makes_no_room_in_the_return_capacity(lab, how):
    store = factories.container(lab.technician, "STORE", lab.mission, parent=lab.box)
    factories.sample(lab.technician, "REST", store, "1990")
    write_off(lab, how, "5")

    with refused(OverCapacity, "which leaves 0.000000 g; 0.000001 g does not fit", field="mass_g"):
        factories.sample(lab.technician, "MORE", store, "0.000001")


def test_behind_a_seal_nothing_is_consumed_but_it_may_be_missing(lab):
    factories.seal(lab.technician, lab.box, "S-1")
    with refused(Sealed, "BOX-1 is closed with seal S-1. Unseal it first"):
        write_off(lab, "consume")

    assert write_off(lab, "lose").mass_g == Decimal(9)


@either
def test_under_way_nothing_changes(lab, how):
    factories.release(lab.technician, [lab.box], lab.other)
    with refused(UnderWay, "is under way to Second laboratory"):
        write_off(lab, how)


@either
@pytest.mark.parametrize("who", ["receiver", "auditor", "researcher", "administrator"])
def test_others_do_not(lab, how, who):
    with refused(NotAllowed):
        write_off(lab, how, by=getattr(lab, who))


@either
def test_it_refuses_an_older_revision_and_a_void_sample(lab, how):
    factories.publish(lab.curator, lab.soil)
    with refused(Superseded):
        write_off(lab, how, seen=1)
    samples.void(sample=lab.soil, by=lab.curator, reason="Typed twice")
    with refused(IsVoid, "CE6C0001 is void"):
        write_off(lab, how)


@either
def test_it_happened_after_accession_and_opening_and_not_in_the_future(lab, how):
    with refused(OutOfOrder, "the mass of CE6C0001 begins then", field="happened_at"):
        write_off(lab, how, happened_at=factories.LONG_AGO - timedelta(minutes=1))
    with refused(InTheFuture, field="happened_at"):
        write_off(lab, how, happened_at=LATER.replace(year=2400))
    factories.seal(lab.technician, lab.box, "S-1")
    seals.unseal(container=lab.box, broken_at=LATER, broken_by="Somebody", by=lab.technician, reason="To look")
    with refused(OutOfOrder, "seal S-1 was broken then", field="happened_at"):
        write_off(lab, how, happened_at=LATER - timedelta(minutes=1))

    assert write_off(lab, how).mass_g == Decimal(9)


@either
def test_several_faults_are_told_at_once(lab, how):
    with refused(Several, "is 1.000000 g more", "is in the future") as refusal:
        write_off(lab, how, "11", happened_at=LATER.replace(year=2400))
    assert [one.field for one in refusal.value.refusals] == ["mass_g", "happened_at"]


def test_permanent_material_is_consumed_by_a_curator_who_says_so_and_lost_by_anybody(lab):
    samples.assign(sample=lab.soil, use_category="backup permanent", by=lab.curator, reason="To be kept")

    with refused(Permanent, "CE6C0001 is backup permanent material", "only by a curator"):
        write_off(lab, "consume", override=True)
    with refused(Permanent, "Say that it is to be used all the same", field="override"):
        write_off(lab, "consume", by=lab.curator)

    assert write_off(lab, "consume", by=lab.curator, override=True).mass_g == Decimal(9)
    assert write_off(lab, "lose").mass_g == Decimal(8)


def test_what_was_lost_and_found_again_comes_back_by_a_correction(lab):
    lost = write_off(lab, "lose", "10")
    movements.correct(
        sample=lost, mass_g=Decimal(4), happened_at=LATER, acknowledged=True, by=lab.curator, reason="Found again"
    )

    balance = MassBalance(lab.mission)
    assert (balance.accessioned_g, balance.held_g, balance.lost_g) == (Decimal(14), Decimal(4), Decimal(10))
    assert Container.objects.get(pk=lab.bottle.pk).status == "in use"
