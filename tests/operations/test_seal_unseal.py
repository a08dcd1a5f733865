from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from samples.models import Container, Custodian, Seal
from samples.operations import NotAllowed, containers, seals
from samples.operations.authority import UnderWay
from samples.operations.containment import Sealed
from samples.operations.seals import AlreadyDamaged, NotSealed, NotUnsealedHere
from samples.operations.times import InTheFuture, OutOfOrder
from tests import factories
from tests.refusing import refused


def apply(lab, container, number="SEAL-1", **values):
    values = {"applied_at": factories.LONG_AGO, "applied_by": "Technician"} | values
    return seals.apply(container=container, number=number, **values, by=lab.technician, reason="Closed")


def unseal(lab, container, by=None, **values):
    values = {"broken_at": factories.LONG_AGO + timedelta(days=1), "broken_by": "Technician"} | values
    return seals.unseal(container=container, **values, by=by or lab.technician, reason="For the first split")


def test_it_breaks_the_seal_and_lets_things_out(lab):
    apply(lab, lab.box)

    seal = unseal(lab, lab.box)

    assert (seal.state, seal.broken_reason) == (Seal.State.BROKEN, "For the first split")
    assert not lab.box.is_sealed()
    taken = containers.take_out(container=lab.bottle, location=lab.room, by=lab.technician, reason="Needed")
    assert taken.parent is None


def test_a_broken_seal_never_becomes_intact_and_a_new_one_is_another(lab):
    apply(lab, lab.box)
    unseal(lab, lab.box)

    with refused(NotSealed, "has no seal on it"):
        unseal(lab, lab.box)
    again = apply(lab, lab.box, "SEAL-2", applied_at=factories.LONG_AGO + timedelta(days=2))

    assert list(lab.box.seals.order_by("pk").values_list("state", flat=True)) == ["broken", "intact"]
    assert again.number == "SEAL-2"


def test_it_goes_from_the_outside_inward(lab):
    apply(lab, lab.bottle, "INNER")
    apply(lab, lab.box, "OUTER")

    with refused(Sealed, "BOX-1 is closed with seal OUTER"):
        unseal(lab, lab.bottle)

    unseal(lab, lab.box)
    assert unseal(lab, lab.bottle).number == "INNER"


def test_only_a_laboratory_or_an_opening_centre_does_it(lab):
    ship = factories.custodian(lab.curator, "Recovery ship", Custodian.Kind.RECOVERY)
    crate = factories.container(
        lab.curator, "CRATE", lab.mission, custodian=ship, location=lab.street, kind=Container.Kind.BOTTLE
    )
    seals.apply(
        container=crate,
        number="S-9",
        applied_at=factories.LONG_AGO,
        applied_by="Crew",
        by=lab.curator,
        reason="Closed",
    )

    with refused(NotUnsealedHere, "Recovery ship holds CRATE"):
        unseal(lab, crate, by=lab.curator)


def test_it_is_not_broken_before_it_was_applied_nor_applied_before_the_chain_began(lab):
    apply(lab, lab.box)

    with refused(OutOfOrder, "the seal was applied then"):
        unseal(lab, lab.box, broken_at=factories.LONG_AGO - timedelta(minutes=1))
    with refused(OutOfOrder, "the chain of custody of the container begins then"):
        apply(lab, lab.bottle, "SEAL-2", applied_at=factories.LONG_AGO - timedelta(minutes=1))


def test_nothing_is_unsealed_under_way(lab):
    apply(lab, lab.box)
    factories.release(lab.technician, [lab.box], lab.other)

    with refused(UnderWay, "is under way"):
        unseal(lab, lab.box)


@pytest.mark.parametrize("who", ["receiver", "researcher", "auditor"])
def test_others_may_not(lab, who):
    apply(lab, lab.box)

    with refused(NotAllowed):
        unseal(lab, lab.box, by=getattr(lab, who))


def note(lab, container, by=None, **values):
    values = {
        "damage": "A corner is bent",
        "noted_at": factories.LONG_AGO + timedelta(days=1),
        "noted_by": "Technician",
    } | values
    return seals.note_damage(container=container, **values, by=by or lab.technician, reason="Seen at the shelf")


def test_damage_is_noted_and_the_seal_still_closes(lab):
    apply(lab, lab.box)

    seal = note(lab, lab.box)

    assert (seal.state, seal.damage, seal.damaged_by) == (Seal.State.DAMAGED, "A corner is bent", "Technician")
    assert lab.box.is_sealed()
    with refused(Sealed, "closed with seal SEAL-1"):
        containers.take_out(container=lab.bottle, location=lab.room, by=lab.technician, reason="Needed")


def test_a_damaged_seal_is_broken_and_keeps_its_damage(lab):
    apply(lab, lab.box)
    note(lab, lab.box)

    with refused(OutOfOrder, "its damage was noted then", field="broken_at"):
        unseal(lab, lab.box, broken_at=factories.LONG_AGO + timedelta(hours=23))
    seal = unseal(lab, lab.box, broken_at=factories.LONG_AGO + timedelta(days=2))

    assert (seal.state, seal.damage) == (Seal.State.BROKEN, "A corner is bent")


def test_damage_is_noted_once_of_a_seal_that_is_there(lab):
    with refused(NotSealed, "BOX-1 has no seal on it."):
        note(lab, lab.box)
    apply(lab, lab.box)
    note(lab, lab.box)

    with refused(AlreadyDamaged, "Damage of seal SEAL-1 was noted before."):
        note(lab, lab.box)

    unseal(lab, lab.box, broken_at=factories.LONG_AGO + timedelta(days=2))
    with refused(NotSealed, "BOX-1 has no seal on it."):
        note(lab, lab.box)


def test_damage_is_noted_after_the_seal_was_applied_and_not_in_the_future(lab):
    apply(lab, lab.box)

    with refused(OutOfOrder, "the seal was applied then", field="noted_at"):
        note(lab, lab.box, noted_at=factories.LONG_AGO - timedelta(minutes=1))
    with refused(InTheFuture, "is in the future", field="noted_at"):
        note(lab, lab.box, noted_at=timezone.now() + timedelta(minutes=3))


@pytest.mark.parametrize("missing", ["damage", "noted_by"])
def test_damage_is_described_by_somebody(lab, missing):
    apply(lab, lab.box)

    with refused(ValidationError, "Damage of a seal says when and by whom it was noted, and what it is."):
        note(lab, lab.box, **{missing: " "})


def test_no_damage_is_noted_under_way(lab):
    apply(lab, lab.box)
    factories.release(lab.technician, [lab.box], lab.other)

    with refused(UnderWay, "is under way"):
        note(lab, lab.box)


@pytest.mark.parametrize("who", ["receiver", "researcher", "auditor", "administrator"])
def test_others_do_not_note_damage(lab, who):
    apply(lab, lab.box)

    with refused(NotAllowed):
        note(lab, lab.box, by=getattr(lab, who))
