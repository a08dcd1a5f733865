"""Who held what and what it weighed, by the times of the events, whenever they were entered."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from samples import past
from samples.chains import custody_chain
from samples.models import Container, GapExplanation, Handoff, HandoffLine, MassBalance, MassMovement, Sample, Seal
from samples.operations import containers, custodians, custody, seals
from samples.operations import samples as sample_operations
from samples.questions import AS_OF, Question
from tests import factories

HOUR = timedelta(hours=1)
BEGAN = factories.LONG_AGO
RELEASED = BEGAN + timedelta(days=30)
RECEIVED = RELEASED + 3 * HOUR


def happened(moment):
    return past.shown(Question(AS_OF, moment))


def holder(container):
    return str(Container.objects.select_related("custodian").get(pk=container.pk).custodian)


@pytest.fixture
def handed_over(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other, released_at=RELEASED)
    return factories.receive(lab.receiver, handoff, lab.other_room, received_at=RECEIVED, remarks="Dusty")


@pytest.mark.parametrize(
    ("at", "meanings"),
    [
        (RELEASED - HOUR, []),
        (RELEASED, ["release"]),
        (RECEIVED - timedelta(microseconds=1), ["release"]),
        (RECEIVED, ["release", "receipt"]),
    ],
)
def test_a_side_is_signed_from_its_moment_on(lab, handed_over, at, meanings):
    with happened(at):
        last = custody_chain(Container.objects.select_related("custodian").get(pk=lab.box.pk))[-1]
        signed = [side.signature.meaning for side in last.sides]

    assert signed == meanings


@pytest.mark.parametrize(
    ("at", "custodian"),
    [
        (BEGAN, "Laboratory"),
        (RELEASED, "Laboratory"),
        (RECEIVED - timedelta(microseconds=1), "Laboratory"),
        (RECEIVED, "Second laboratory"),
        (RECEIVED + HOUR, "Second laboratory"),
    ],
)
def test_custody_moves_at_the_receipt_also_of_what_is_inside(lab, handed_over, at, custodian):
    with happened(at):
        assert (holder(lab.box), holder(lab.bottle)) == (custodian, custodian)
        assert Sample.objects.get().container.custodian.name == custodian
        place = Container.objects.get(pk=lab.box.pk).location_id
        assert place == (lab.other_room.pk if custodian == "Second laboratory" else lab.room.pk)


def test_before_its_chain_began_there_was_no_container_and_no_sample(lab):
    with happened(BEGAN - timedelta(microseconds=1)):
        assert not Container.objects.exists()
        assert not Sample.objects.exists()
        assert not MassMovement.objects.exists()
        # What has no beginning of its own is as it is now.
        assert lab.mission.__class__.objects.count() == 1


def test_a_handoff_is_open_between_release_and_receipt(lab, handed_over):
    custody.explain_gap(handoff=handed_over, text="Rain", by=lab.receiver, reason="Asked")
    with happened(RELEASED - HOUR):
        assert not Handoff.objects.exists()
        assert not HandoffLine.objects.exists()
    with happened(RELEASED + HOUR):
        handoff = Handoff.objects.open().get()
        assert (handoff.received_at, handoff.received_by, handoff.received_location) == (None, None, None)
        assert (handoff.receipt_remarks, handoff.receipt_signed_at, handoff.gap) == ("", None, None)
        assert HandoffLine.objects.filter(open=True).count() == 2
        assert not GapExplanation.objects.exists()
        assert lab.box.open_handoff() == handoff
    with happened(RECEIVED):
        handoff = Handoff.objects.received().get()
        assert (handoff.received_at, handoff.receipt_remarks) == (RECEIVED, "Dusty")
        assert not HandoffLine.objects.filter(open=True).exists()
        assert handoff.gap_explanation.text == "Rain"


def test_a_rejected_handoff_was_open_until_then(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other, released_at=RELEASED)
    before = timezone.now()
    custody.reject(handoff=handoff, by=lab.receiver, reason="Not today")

    with happened(before):
        handoff = Handoff.objects.get()
        assert (handoff.status, handoff.closed_at, handoff.closed_by, handoff.closing_reason) == (
            "released",
            None,
            None,
            "",
        )
        assert HandoffLine.objects.filter(open=True).count() == 2
    with happened(timezone.now()):
        assert Handoff.objects.get().closing_reason == "Not today"
        assert not HandoffLine.objects.filter(open=True).exists()


def test_a_sample_weighs_what_had_come_into_it(lab):
    at = BEGAN + timedelta(days=10)
    factories.sample(lab.technician, "LATER", lab.bottle, "2.500000", happened_at=at)

    with happened(at - HOUR):
        assert [(sample.identifier, sample.mass_g) for sample in Sample.objects.all()] == [
            ("CE6C0001", Decimal("10.000000"))
        ]
        assert lab.box.contents_g() == Decimal("10.000000")
        assert MassBalance(lab.mission).closes
    with happened(at):
        assert lab.box.contents_g() == Decimal("12.500000")
        assert Sample.objects.filter(mass_g=Decimal("2.500000"), status="stored").count() == 1
        assert MassBalance(lab.mission).held_g == Decimal("12.500000")
        assert MassBalance(lab.mission).closes


def test_a_void_sample_stays_void_whatever_the_moment(lab):
    before = timezone.now()
    sample_operations.void(sample=lab.soil, by=lab.curator, reason="Registered twice")

    for at in (BEGAN, before, timezone.now()):
        with happened(at):
            soil = Sample.objects.get(pk=lab.soil.pk)
            assert (soil.is_void, soil.mass_g, soil.status) == (True, Decimal(0), "exhausted")
            assert lab.box.contents_g() == 0
            assert MassBalance(lab.mission).closes


def test_a_move_has_the_time_of_its_entry(lab):
    tray = factories.container(lab.technician, "TRAY", lab.mission, kind="tray", custodian=lab.home, location=lab.room)
    before = timezone.now()
    sample_operations.move(sample=lab.soil, container=tray, by=lab.technician, reason="To look at")
    containers.take_out(container=lab.bottle, location=lab.room, by=lab.technician, reason="Empty")
    # Names and remarks are as they are known now, whenever they were entered.
    containers.amend(
        container=lab.bottle, changes={"description": "Cracked"}, seen=None, by=lab.technician, reason="Saw"
    )

    for at, container, outer in ((before, "BOT-1", lab.box.pk), (timezone.now(), "TRAY", None)):
        with happened(at):
            assert Sample.objects.select_related("container").get().container.identifier == container
            bottle = Container.objects.get(pk=lab.bottle.pk)
            assert (bottle.parent_id, bottle.description) == (outer, "Cracked")
            assert lab.box.contents_g() == (10 if outer else 0)


def test_a_receipt_entered_late_counts_from_its_own_time_and_a_move_after_it_does_not(lab, handed_over):
    before = timezone.now()
    shelf = factories.location(lab.curator, "Shelf", kind="shelf", parent=lab.other_room)
    containers.move(container=lab.box, location=shelf, by=lab.receiver, reason="Tidied")

    with happened(before):
        assert Container.objects.get(pk=lab.box.pk).location_id == lab.other_room.pk
    with happened(timezone.now()):
        assert Container.objects.get(pk=lab.box.pk).location_id == shelf.pk


def test_a_seal_was_whole_until_it_was_broken(lab):
    applied = BEGAN + HOUR
    seal = factories.seal(lab.technician, lab.box, "SEAL-1", applied_at=applied)
    broken = BEGAN + 5 * HOUR
    seals.unseal(container=lab.box, broken_at=broken, broken_by="technician", by=lab.technician, reason="To look at")

    with happened(BEGAN):
        assert lab.box.seal() is None
    with happened(broken - HOUR):
        whole = Seal.objects.get(pk=seal.pk)
        assert (whole.state, whole.broken_at, whole.broken_by, whole.broken_reason) == ("intact", None, "", "")
        assert lab.box.is_sealed()
    with happened(broken):
        assert Seal.objects.get(pk=seal.pk).broken_reason == "To look at"
        assert not lab.box.is_sealed()


def test_material_was_pristine_until_it_was_exposed(lab):
    exposed = BEGAN + 5 * HOUR
    values = {"exposure": "air-exposed", "exposed_at": exposed, "exposed_reason": "Glove torn"}
    factories.sample(lab.technician, "AIR", lab.bottle, **values)

    with happened(exposed - HOUR):
        sample = Sample.objects.get(identifier="AIR")
        assert (sample.exposure, sample.exposed_at, sample.exposed_reason) == ("pristine", None, "")
    with happened(exposed):
        assert Sample.objects.get(exposure="air-exposed").exposed_reason == "Glove torn"


def test_what_stands_in_something_whose_chain_begins_later_stands_by_itself(lab):
    late = factories.container(
        lab.technician,
        "LATE",
        lab.mission,
        kind="sealed package",
        origin="mixed",
        custodian=lab.home,
        location=lab.room,
        custody_began_at=BEGAN + timedelta(days=9),
    )
    inner = factories.container(lab.technician, "EARLY", lab.mission, parent=late, custody_began_at=BEGAN)

    with happened(BEGAN):
        early = Container.objects.select_related("parent").get(pk=inner.pk)
        assert early.parent is None
        assert early.path() == [early]


def test_names_are_those_of_now(lab):
    custodians.amend(custodian=lab.home, changes={"name": "Renamed"}, seen=None, by=lab.curator, reason="Renamed")

    with happened(BEGAN):
        assert holder(lab.box) == "Renamed"


def test_publication_is_todays(lab):
    with happened(BEGAN):
        assert not Sample.objects.visible_to(lab.researcher).exists()
    factories.publish(lab.curator, lab.soil)
    with happened(BEGAN):
        assert Sample.objects.visible_to(lab.researcher).count() == 1
        assert Container.objects.visible_to(lab.researcher).count() == 2


def test_now_is_as_it_is_now(lab, handed_over):
    factories.seal(lab.receiver, lab.box, "SEAL-1")
    factories.publish(lab.curator, lab.soil)
    models = [Container, Sample, Handoff, HandoffLine, Seal, MassMovement]
    now = [list(model.objects.order_by("pk").values()) for model in models]

    with happened(timezone.now()):
        assert [list(model.objects.order_by("pk").values()) for model in models] == now
