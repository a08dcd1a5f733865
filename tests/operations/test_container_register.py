"""Containers: rules 7, 15, 17 and 21 where a container enters the inventory, and where one is closed by a seal."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone

from samples.models import Container
from samples.operations import containers, seals
from samples.operations._operation import NotAllowed, Refused
from samples.operations._records import IsVoid
from samples.operations.authority import UnderWay
from samples.operations.containment import Misplaced, Sealed
from samples.operations.times import InTheFuture
from tests import factories
from tests.refusing import refused


def register(lab, identifier="X", by=None, **values):
    if "parent" not in values:
        values = {"custodian": lab.home, "location": lab.room} | values
    return factories.container(by or lab.technician, identifier, values.pop("mission", lab.mission), **values)


def seal(lab, container, number="S-1", by=None, **values):
    values = {"applied_at": factories.LONG_AGO, "applied_by": "Li"} | values
    return seals.apply(container=container, number=number, **values, by=by or lab.technician, reason="Closed")


def test_its_chain_of_custody_begins_with_a_document(lab):
    box = register(lab, chain_document=" D-1 ")

    assert (box.custodian, box.location, box.chain_document) == (lab.home, lab.room, "D-1")
    assert (box.status, box.revision, box.custody_began_at) == ("in use", 1, factories.LONG_AGO)
    with refused(ValidationError, field="chain_document"):
        register(lab, "Y", chain_document="  ")
    with refused(ValidationError, field="custody_began_at"):
        register(lab, "Y", custody_began_at=None)


def test_a_nested_one_has_its_parent_s_custodian_and_no_location(lab):
    vial = register(lab, parent=lab.bottle)

    assert (vial.custodian, vial.location, vial.parent) == (lab.home, None, lab.bottle)


def test_an_identifier_is_kept_as_it_is_given(lab):
    for identifier in ["X", "10084,12", "60025,59B", "CE6C0100YJFM00103", "A0001-abc", "1", "a._/-,", "Z" * 40]:
        assert Container.objects.get(pk=register(lab, f" {identifier}\n").pk).identifier == identifier


def test_it_refuses_an_identifier_of_other_characters(lab):
    for identifier in [
        "",
        "   ",
        "-A",
        ",1",
        "A B",
        "Ä1",
        "А1",
        "Ａ1",
        "A\u200b1",
        "A\x00",
        "A\nB",
        "A" * 41,
        "A%",
        "A;B",
        "A\\B",
        "１",
    ]:
        with refused(ValidationError, field="identifier"):
            register(lab, identifier)


def test_it_refuses_an_identifier_that_is_taken(lab):
    for identifier in ["BOX-1", "box-1", " Box-1 "]:
        with refused(ValidationError, "Another container has this identifier."):
            register(lab, identifier)


def test_a_void_container_s_identifier_stays_taken(lab):
    containers.void(container=register(lab, "TYPO"), by=lab.curator, reason="Typed twice")

    with refused(ValidationError, "Another container has this identifier."):
        register(lab, "typo")


def test_it_stands_somewhere_or_is_inside_another(lab):
    for values in ({"location": None}, {"parent": lab.box, "location": lab.room}):
        with refused(ValidationError, "Say where the container stands, or which container it is inside of"):
            register(lab, **values)
    with refused(Refused, "Say which custodian answers", field="custodian"):
        register(lab, custodian=None)


def test_only_a_capsule_a_package_or_a_bag_holds_both_origins(lab):
    both = {"return capsule", "sealed package", "collection bag"}

    for kind in both:
        assert register(lab, kind.replace(" ", "-"), kind=kind, origin="mixed").origin == "mixed"
    for kind in set(Container.Kind.values) - both:
        with refused(ValidationError, "Choose drill or scoop."):
            register(lab, kind=kind, origin="mixed")


def test_a_container_goes_into_one_for_its_origin(lab):
    for outer in ("mixed", "drill", "scoop"):
        bag = register(lab, outer, kind="collection bag", origin=outer)
        assert register(lab, f"{outer}-{outer}", kind="collection bag", origin=outer, parent=bag).parent == bag

    assert register(lab, "drill-in-mixed", origin="drill", parent=Container.objects.get(identifier="mixed"))
    assert register(lab, "scoop-in-mixed", origin="scoop", parent=Container.objects.get(identifier="mixed"))


def test_it_refuses_to_mix_origins(lab):
    for outer, inner, says in [
        ("drill", "scoop", "holds only material from the drill, not from the scoop."),
        ("scoop", "drill", "holds only material from the scoop, not from the drill."),
        ("drill", "mixed", "holds only material from the drill; a container for both does not go into it."),
    ]:
        bag = register(lab, f"OUTER-{inner}-{outer}", kind="collection bag", origin=outer)
        with refused(Misplaced, says, field="parent"):
            register(lab, "INNER", kind="collection bag", origin=inner, parent=bag)


def test_it_refuses_to_mix_missions(lab):
    apollo = factories.mission(lab.curator, "A17", name="Apollo 17", body_side="near")
    says = "BOX-1 holds material of Mission CE6; Apollo 17 goes into a container of its own."

    with refused(Misplaced, says, field="parent"):
        register(lab, mission=apollo, parent=lab.box)


def test_it_refuses_a_mass_that_cannot_be(lab):
    for values in [{"capacity_g": Decimal(0)}, {"capacity_g": Decimal("-1")}, {"tare_g": Decimal("-0.000001")}]:
        with refused(ValidationError):
            register(lab, **values)


def test_a_technician_registers_only_for_the_own_custodian(lab):
    assert register(lab, "X", lab.curator, custodian=lab.other, location=lab.other_room).custodian == lab.other

    with refused(NotAllowed, "Second laboratory answers for this, and Technician does not work there."):
        register(lab, "Y", custodian=lab.other, location=lab.other_room)
    with refused(NotAllowed):
        register(lab, "Y", lab.receiver, parent=lab.box)


def test_a_nested_one_has_no_other_custodian_than_its_parent(lab):
    with refused(Misplaced, "BOX-1 is held by Laboratory and X by Second laboratory. Custody moves only by a handoff."):
        register(lab, "X", lab.receiver, parent=lab.box, custodian=lab.other)


def test_it_stands_only_where_its_custodian_s_containers_stand(lab):
    shelf = factories.location(lab.curator, "Shelf", parent=lab.other_room)

    assert register(lab, "X", location=lab.street).location == lab.street
    for location, name in ((lab.other_room, "Room 2"), (shelf, "Room 2 / Shelf")):
        says = f"{name} holds only containers of Second laboratory, and Laboratory answers for this one."
        with refused(Misplaced, says, field="location"):
            register(lab, "Y", location=location)


def test_its_custody_does_not_begin_in_the_future(lab):
    now = timezone.now()

    assert register(lab, "X", custody_began_at=now + timedelta(seconds=110))
    for at in (now + timedelta(minutes=3), datetime(9999, 12, 31, 23, 30, tzinfo=UTC)):
        with refused(InTheFuture, str(at.year), "is in the future", field="custody_began_at"):
            register(lab, "Y", custody_began_at=at)


def test_it_refuses_to_begin_inside_what_is_sealed_or_under_way_or_void(lab):
    seal(lab, lab.box)
    for parent in (lab.box, lab.bottle):
        with refused(Sealed, "BOX-1 is closed with seal S-1. Unseal it first, then reach into it."):
            register(lab, parent=parent)

    factories.release(lab.technician, [lab.box], lab.other)
    with refused(UnderWay, "BOT-1 is under way to Second laboratory with H-0001."):
        register(lab, parent=lab.bottle)

    void = containers.void(container=register(lab, "TYPO"), by=lab.curator, reason="Typed twice")
    with refused(IsVoid, "TYPO is void"):
        register(lab, parent=void)


def test_a_seal_closes_a_container(lab):
    applied = seal(lab, lab.box, " S-1 ")

    assert (applied.number, applied.state, applied.applied_reason) == ("S-1", "intact", "Closed")
    assert lab.box.is_sealed()
    assert not lab.bottle.is_sealed()
    assert lab.box.seal() == applied
    row = Container.objects.with_seal().get(pk=lab.box.pk)
    assert (row.seal_number, row.seal_state) == ("S-1", "intact")


def test_a_seal_comes_from_inside_to_outside(lab):
    seal(lab, lab.bottle, "S-1")
    seal(lab, lab.box, "S-2")

    with refused(Sealed, "BOX-1 is sealed already, with S-2."):
        seal(lab, lab.box, "S-3")
    with refused(Sealed, "BOT-1 is sealed already, with S-1."):
        seal(lab, lab.bottle, "S-3")


def test_it_refuses_to_seal_what_is_out_of_reach(lab):
    seal(lab, lab.box, "S-1")

    with refused(Sealed, "BOX-1 is closed with seal S-1."):
        seal(lab, lab.bottle, "S-2")


def test_it_refuses_a_seal_number_that_was_used(lab):
    seal(lab, lab.bottle, "S-1")

    for number in ("S-1", " s-1"):
        with refused(ValidationError, "This seal number was used before."):
            seal(lab, lab.box, number)


def test_a_seal_is_applied_by_who_works_there_and_not_in_the_future(lab):
    with refused(NotAllowed, "Receiver does not work there"):
        seal(lab, lab.box, by=lab.receiver)
    with refused(InTheFuture, field="applied_at"):
        seal(lab, lab.box, applied_at=timezone.now() + timedelta(minutes=3))
    with refused(ValidationError, field="number"):
        seal(lab, lab.box, " ")
    with refused(ValidationError, field="applied_by"):
        seal(lab, lab.box, applied_by="")
