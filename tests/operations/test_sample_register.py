"""Samples: rules 1, 6, 7, 13 and 21 where a sample enters the inventory, and where its depth is amended."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from samples.models import MassMovement, Sample
from samples.operations import samples, seals
from samples.operations._cores import WrongDepth
from samples.operations._operation import Doubtful, NotAllowed, Several
from samples.operations._records import IsVoid, NotAmendable
from samples.operations.containment import Misplaced, Sealed
from samples.operations.samples import NotLikeItsParent
from samples.operations.times import InTheFuture
from tests import factories
from tests.refusing import refused


@pytest.fixture
def tube(lab):
    return factories.container(
        lab.technician, "TUBE", lab.mission, kind="core tube", origin="drill", custodian=lab.home, location=lab.room
    )


def core(lab, tube, top, bottom, identifier="CORE", **values):
    """A drilled sample between two depths in centimetres; None for an unknown one."""
    top, bottom = (None if depth is None else Decimal(depth) for depth in (top, bottom))
    return factories.sample(
        lab.technician, identifier, tube, origin="drill", depth_top_cm=top, depth_bottom_cm=bottom, **values
    )


def amend(lab, sample, **changes):
    return samples.amend(sample=sample, changes=changes, seen=None, by=lab.technician, reason="Measured again")


def test_its_mass_came_from_the_moon_by_one_movement(lab):
    soil = factories.sample(lab.technician, "S-1", lab.bottle, "1.234567")

    movement = MassMovement.objects.of_sample(soil).get()
    assert (soil.mass_g, soil.initial_mass_g, soil.status) == (Decimal("1.234567"),) * 2 + ("stored",)
    assert (soil.mission, soil.use_category, soil.exposure) == (lab.mission, "unassigned", "pristine")
    assert (movement.from_sample, movement.to_sample, movement.mass_g) == (None, soil, soil.mass_g)
    assert (movement.kind, movement.by, movement.reason) == ("accession", lab.technician, "Weighed in")
    assert movement.happened_at == factories.LONG_AGO


def test_a_microgram_is_a_sample_and_nothing_is_not(lab):
    assert factories.sample(lab.technician, "S-1", lab.bottle, "0.000001").mass_g == Decimal("0.000001")

    for mass_g, says in (("0", "The initial mass is more than zero."), ("-0.000001", "A mass is never negative.")):
        with refused(ValidationError, says):
            factories.sample(lab.technician, "S-2", lab.bottle, mass_g)
    for mass_g in ("0.0000001", "NaN", "Infinity", "1000000.000001"):
        with refused(ValidationError, field="mass_g"):
            factories.sample(lab.technician, "S-2", lab.bottle, mass_g)


def test_it_refuses_a_float_however_round(lab):
    with pytest.raises(TypeError, match="never exact"):
        samples.register(
            identifier="S-1",
            container=lab.bottle,
            origin="scoop",
            form="powder",
            mass_g=1.0,
            happened_at=factories.LONG_AGO,
            by=lab.technician,
            reason="Trial",
        )

    assert Sample.objects.count() == 1


def test_an_identifier_belongs_to_one_sample_for_ever(lab):
    samples.void(sample=lab.soil, by=lab.curator, reason="Typed twice")

    for identifier in ("CE6C0001", "ce6c0001", " Ce6C0001 "):
        with refused(ValidationError, "Another sample has this identifier."):
            factories.sample(lab.technician, identifier, lab.bottle)
    with refused(ValidationError, field="identifier"):
        factories.sample(lab.technician, "Ｓ-1", lab.bottle)
    # Containers have identifiers of their own.
    assert factories.sample(lab.technician, "BOT-1", lab.bottle).identifier == "BOT-1"


@pytest.mark.parametrize(("top", "bottom"), [(None, None), ("0", "0.01"), ("0", "200.00"), ("199.99", "200")])
def test_a_drilled_sample_has_both_depths_or_none(lab, tube, top, bottom):
    sample = core(lab, tube, top, bottom)

    assert (sample.depth_top_cm, sample.depth_bottom_cm) == (top and Decimal(top), bottom and Decimal(bottom))


def test_it_refuses_one_depth_or_a_bottom_above_the_top(lab, tube):
    for top, bottom in [(None, "10"), ("10", None), ("10", "10"), ("10.01", "10")]:
        with refused(ValidationError, "Give both depths, the top above the bottom, or leave both empty."):
            core(lab, tube, top, bottom)


def test_it_refuses_a_depth_that_cannot_be(lab, tube):
    with refused(ValidationError, "A depth is never negative.", field="depth_top_cm"):
        core(lab, tube, "-0.01", "10")
    with refused(ValidationError, "more than 2 decimals", field="depth_bottom_cm"):
        core(lab, tube, "0", "10.001")


def test_it_refuses_a_depth_below_the_drill_limit(lab, tube):
    says = "200.01 cm is deeper than the drill of Mission CE6 reached: its limit is 200 cm."

    with refused(WrongDepth, says, field="depth_bottom_cm"):
        core(lab, tube, "0", "200.01")
    sample = core(lab, tube, "0", "10")
    with refused(WrongDepth, says):
        amend(lab, sample, depth_bottom_cm=Decimal("200.01"))


def test_it_refuses_a_depth_of_scooped_material(lab):
    values = {"depth_top_cm": Decimal(0), "depth_bottom_cm": Decimal(1)}

    with refused(ValidationError, "Scooped material comes from the surface and has no depth. Leave it empty."):
        factories.sample(lab.technician, "S-1", lab.bottle, **values)
    with refused(ValidationError, "Scooped material comes from the surface"):
        amend(lab, lab.soil, **values)


def test_a_core_segment_without_a_depth_has_to_be_meant(lab, tube):
    with refused(Doubtful, "CORE is a core segment without a depth. Its place in the core will not be known."):
        core(lab, tube, None, None, form="core segment")

    segment = core(lab, tube, None, None, form="core segment", acknowledged=True)

    # Known to be without: nobody is asked again at every change.
    assert amend(lab, segment, description="Dark").description == "Dark"
    powder = core(lab, tube, None, None, "POWDER", form="powder")
    with refused(Doubtful, "POWDER is a core segment without a depth."):
        amend(lab, powder, form="core segment")


def test_a_subsample_lies_inside_its_parent(lab, tube):
    parent = core(lab, tube, "10", "20")

    assert core(lab, tube, "10", "20", "SAME", parent=parent).parent == parent
    assert core(lab, tube, None, None, "SOMEWHERE", parent=parent).depth_top_cm is None
    for top, bottom in (("9.99", "15"), ("15", "20.01"), ("30", "40")):
        says = f"OUT at {top} to {bottom} cm is not inside CORE, which spans 10 to 20 cm."
        with refused(WrongDepth, says, field="depth_top_cm"):
            core(lab, tube, top, bottom, "OUT", parent=parent)


def test_a_depth_is_not_amended_past_parent_or_children(lab, tube):
    parent = core(lab, tube, "10", "20")
    child = core(lab, tube, "12", "18", "CHILD", parent=parent)

    assert amend(lab, parent, depth_top_cm=Decimal(12), depth_bottom_cm=Decimal(18)).depth_top_cm == 12
    with refused(WrongDepth, "CHILD at 12 to 18 cm is not inside CORE, which spans 12.01 to 18 cm."):
        amend(lab, parent, depth_top_cm=Decimal("12.01"))
    with refused(WrongDepth, "CHILD at 12 to 18.01 cm is not inside CORE, which spans 12 to 18 cm."):
        amend(lab, child, depth_bottom_cm=Decimal("18.01"))


def test_a_subsample_is_of_its_parent_s_origin_and_mission(lab, tube):
    apollo = factories.mission(lab.curator, "A17", body_side="near")
    bag = factories.container(lab.technician, "BAG", apollo, custodian=lab.home, location=lab.room)
    says = "CE6C0001 is scoop material of Mission CE6; a subsample of it is the same."

    assert factories.sample(lab.technician, "S-1", lab.bottle, parent=lab.soil).parent == lab.soil
    with refused(NotLikeItsParent, says, field="parent"):
        core(lab, tube, None, None, parent=lab.soil)
    with refused(NotLikeItsParent, says, field="parent"):
        factories.sample(lab.technician, "S-2", bag, parent=lab.soil)
    samples.void(sample=Sample.objects.get(identifier="S-1"), by=lab.curator, reason="Typed twice")
    with refused(IsVoid, "S-1 is void"):
        factories.sample(lab.technician, "S-2", lab.bottle, parent=Sample.objects.get(identifier="S-1"))


def test_it_refuses_a_container_for_the_other_origin(lab, tube):
    with refused(Misplaced, "BOT-1 holds only material from the scoop, not from the drill.", field="container"):
        core(lab, lab.bottle, None, None)
    with refused(Misplaced, "TUBE holds only material from the drill, not from the scoop.", field="container"):
        factories.sample(lab.technician, "S-1", tube)

    assert core(lab, lab.box, "1", "2").container == lab.box


def test_it_refuses_an_origin_that_is_not_one(lab):
    for origin in ["mixed", "rake", "", None]:
        with refused(ValidationError, field="origin"):
            factories.sample(lab.technician, "S-1", lab.box, origin=origin)


def test_air_exposed_material_says_when_and_why(lab):
    values = {"exposure": "air-exposed", "exposed_at": factories.LONG_AGO, "exposed_reason": "Opened in air"}

    assert factories.sample(lab.technician, "S-1", lab.bottle, **values).exposure == "air-exposed"
    for wrong in (values | {"exposed_at": None}, values | {"exposed_reason": " "}, values | {"exposure": "pristine"}):
        with refused(ValidationError, "say when and why it was exposed"):
            factories.sample(lab.technician, "S-2", lab.bottle, **wrong)


@pytest.mark.parametrize("field", ["happened_at", "collected_at", "exposed_at"])
def test_it_refuses_what_is_yet_to_happen(lab, field):
    exposed = {"exposure": "air-exposed", "exposed_at": factories.LONG_AGO, "exposed_reason": "Opened in air"}
    soon, later = (timezone.now() + timedelta(seconds=seconds) for seconds in (110, 130))
    # Material is taken on after it was collected.
    exposed |= {"happened_at": timezone.now() + timedelta(seconds=115)}

    assert factories.sample(lab.technician, "S-1", lab.bottle, **exposed | {field: soon})
    # What is collected later than it is taken on is out of order too.
    refusal, named = (Several, None) if field == "collected_at" else (InTheFuture, field)
    with refused(refusal, "is in the future", field=named):
        factories.sample(lab.technician, "S-2", lab.bottle, **exposed | {field: later})
    with refused(ValidationError, "The year 1 cannot be right"):
        factories.sample(lab.technician, "S-2", lab.bottle, **exposed | {field: datetime(1, 1, 1, tzinfo=UTC)})


def test_every_rule_that_is_in_the_way_is_told(lab):
    origin = {"origin": "drill", "depth_top_cm": Decimal(1), "depth_bottom_cm": Decimal(5000)}

    with refused(Several, "90.000001 g does not fit", "deeper than the drill", "BOT-1 holds") as several:
        factories.sample(
            lab.technician, "S-1", lab.bottle, "90.000001", collected_at=timezone.now() + timedelta(days=365), **origin
        )

    fields = [refusal.field for refusal in several.value.refusals]
    assert fields == ["collected_at", "happened_at", "container", "depth_bottom_cm", "mass_g"]


def test_it_refuses_to_reach_into_what_is_sealed(lab):
    values = {"number": "S-1", "applied_at": factories.LONG_AGO, "applied_by": "Li"}
    seals.apply(container=lab.box, **values, by=lab.technician, reason="Closed")

    for container in (lab.box, lab.bottle):
        with refused(Sealed, "BOX-1 is closed with seal S-1."):
            factories.sample(lab.technician, "S-1", container)


def test_only_its_custodian_s_people_or_a_curator_register_and_amend_it(lab):
    with refused(NotAllowed, "Laboratory answers for this, and Receiver does not work there."):
        factories.sample(lab.receiver, "S-1", lab.bottle)
    with refused(NotAllowed, "Laboratory answers for this"):
        samples.amend(sample=lab.soil, changes={"form": "rock"}, seen=1, by=lab.receiver, reason="Trial")

    assert factories.sample(lab.curator, "S-1", lab.bottle)


def test_it_refuses_to_amend_what_is_fixed(lab):
    for name in ["mass_g", "initial_mass_g", "container", "parent", "origin", "mission", "identifier"]:
        with refused(NotAmendable, "of CE6C0001 is not amended"):
            amend(lab, lab.soil, **{name: None})


def test_its_names_form_and_dates_are_amended(lab):
    changes = {"other_names": "A, B", "form": "powder", "collected_at": factories.LONG_AGO, "description": "Dark"}

    soil = amend(lab, lab.soil, **changes)

    assert {name: getattr(soil, name) for name in changes} == changes
    with refused(InTheFuture, field="collected_at"):
        amend(lab, soil, collected_at=timezone.now() + timedelta(minutes=3))
