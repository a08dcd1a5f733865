"""Receipt, rejection, cancellation, corrections, gaps: rules 10 to 13 and 17."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from samples.models import Container, Custodian, GapExplanation, Handoff
from samples.operations import custody, locations, people
from samples.operations._operation import NotAllowed
from samples.operations._records import IsVoid, Superseded
from samples.operations.authority import NotASigner
from samples.operations.containment import Misplaced
from samples.operations.custody import IllegalStep, NoGap, NotHeld, NotOpen, SamePerson
from samples.operations.times import InTheFuture, OutOfOrder
from samples.roles import Role
from tests import factories
from tests.refusing import refused

BEHALF = {"on_behalf_of": "Li Chunlai", "on_behalf_document": "D-1"}
HOUR = timedelta(hours=1)


@pytest.fixture
def handoff(lab):
    return factories.release(lab.technician, [lab.box], lab.other)


@pytest.fixture
def received(lab, handoff):
    return factories.receive(lab.receiver, handoff, lab.other_room)


def cancel(by, handoff):
    return custody.cancel(handoff=handoff, by=by, reason="Bad weather")


def reject(by, handoff):
    return custody.reject(handoff=handoff, by=by, reason="Not expected")


def explain(by, handoff, text="A flat tyre"):
    return custody.explain_gap(handoff=handoff, text=text, by=by, reason="Asked")


def test_it_says_who_received_when_and_where(lab, handoff):
    handoff = factories.receive(lab.receiver, handoff, lab.other_room, remarks="Complete")

    assert (handoff.status, handoff.received_by, handoff.received_location) == (
        "received",
        lab.receiver,
        lab.other_room,
    )
    assert handoff.received_at == handoff.released_at + timedelta(minutes=5)
    assert handoff.receipt_signed_at == handoff.history.first().history_date
    assert (handoff.receipt_remarks, handoff.lines.filter(open=True).count()) == ("Complete", 0)
    assert list(Handoff.objects.received()) == [handoff]
    rows = {Container.objects.get(pk=pk).history.first().operation_id for pk in (lab.box.pk, lab.bottle.pk)}
    assert rows == {handoff.history.first().operation_id}


def test_it_is_entered_by_another_person_than_the_release(lab, handoff):
    people.change(
        user=lab.technician,
        name=lab.technician.name,
        roles=lab.technician.roles,
        custodian=lab.other,
        is_active=True,
        by=lab.administrator,
        reason="Changed sides",
    )

    with refused(SamePerson, "Technician released H-0001. Somebody else receives it."):
        factories.receive(lab.technician, handoff, lab.other_room)


def test_it_is_entered_by_another_person_also_on_behalf(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.carrier)

    with refused(SamePerson):
        factories.receive(lab.technician, handoff, lab.street, **BEHALF)

    received = factories.receive(lab.colleague, handoff, lab.street, **BEHALF)
    assert (received.received_on_behalf_of, received.receipt_document) == ("Li Chunlai", "D-1")


def test_a_side_with_staff_is_signed_by_that_staff(lab, handoff):
    for by in (lab.colleague, lab.curator):
        with refused(NotASigner, f"Second laboratory has people who sign for it, and {by.name} is not one of them."):
            factories.receive(by, handoff, lab.other_room)
    with refused(NotASigner, "Leave that part empty.", field="on_behalf_of"):
        factories.receive(lab.receiver, handoff, lab.other_room, **BEHALF)


def test_a_side_without_staff_is_entered_on_behalf(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.carrier)

    for wrong in ({}, {"on_behalf_of": "Li"}, {"on_behalf_of": " ", "on_behalf_document": "\t"}):
        with refused(NotASigner, "Carrier has nobody here who signs for it.", field="on_behalf_of"):
            factories.receive(lab.colleague, handoff, lab.street, **wrong)


def test_it_is_not_before_its_release_and_not_in_the_future(lab, handoff):
    moment = timedelta(microseconds=1)

    with refused(OutOfOrder, "H-0001 was released at 2024-07-01 08:00 UTC+8; it cannot be received before that."):
        factories.receive(lab.receiver, handoff, lab.other_room, received_at=handoff.released_at - moment)
    with refused(InTheFuture, field="received_at"):
        factories.receive(lab.receiver, handoff, lab.other_room, received_at=timezone.now() + timedelta(seconds=125))

    assert factories.receive(lab.receiver, handoff, lab.other_room, received_at=handoff.released_at).gap is None


def test_it_names_a_location_of_the_receiver(lab, handoff):
    shed = factories.location(lab.curator, "Shed")
    locations.void(location=shed, by=lab.curator, reason="Never built")

    with refused(Misplaced, "Room 1 holds only containers of Laboratory, and Second laboratory answers for this one."):
        factories.receive(lab.receiver, handoff, lab.room)
    with refused(IsVoid, "Shed is void"):
        factories.receive(lab.receiver, handoff, shed)

    assert factories.receive(lab.receiver, handoff, lab.street).received_location == lab.street


def test_remarks_of_both_sides_are_kept(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other, remarks="Fragile")

    received = factories.receive(lab.receiver, handoff, lab.other_room, remarks="Intact")

    assert (received.remarks, received.receipt_remarks) == ("Fragile", "Intact")


def test_a_closed_handoff_never_changes_again(lab, received):
    spare = factories.container(lab.technician, "SPARE", lab.mission, custodian=lab.home, location=lab.street)
    cancelled = cancel(lab.technician, factories.release(lab.technician, [spare], lab.other))
    rejected = reject(lab.receiver, factories.release(lab.technician, [spare], lab.other))

    for handoff, status in ((received, "received"), (cancelled, "cancelled"), (rejected, "rejected")):
        for act in (
            lambda handoff: factories.receive(lab.receiver, handoff, lab.other_room),
            lambda handoff: cancel(lab.technician, handoff),
            lambda handoff: reject(lab.receiver, handoff),
        ):
            with refused(NotOpen, f"{handoff} is {status}; that does not change again."):
                act(handoff)


def test_it_refuses_a_receipt_decided_on_an_older_revision(lab, handoff):
    with refused(Superseded, "H-0001 was changed by somebody else"):
        factories.receive(lab.receiver, handoff, lab.other_room, seen=7)


def test_the_releaser_or_a_curator_cancels(lab, handoff):
    for by in (lab.colleague, lab.receiver):
        with refused(NotASigner, "H-0001 is cancelled by Technician, who released it, or by a curator."):
            cancel(by, handoff)

    handoff = cancel(lab.technician, handoff)

    assert (handoff.status, handoff.closed_by, handoff.closing_reason) == ("cancelled", lab.technician, "Bad weather")
    assert handoff.closed_at == handoff.history.first().history_date
    assert Container.objects.get(pk=lab.box.pk).custodian == lab.home
    assert not Container.objects.under_way().exists()
    again = factories.release(lab.technician, [lab.box], lab.other)
    assert cancel(lab.curator, again).closed_by == lab.curator


def test_the_receiving_side_or_a_curator_rejects(lab, handoff):
    with refused(NotASigner, "Second laboratory"):
        reject(lab.colleague, handoff)

    handoff = reject(lab.receiver, handoff)

    assert (handoff.status, handoff.closed_by, handoff.received_by) == ("rejected", lab.receiver, None)
    assert Container.objects.get(pk=lab.bottle.pk).custodian == lab.home


def test_nobody_rejects_what_the_same_person_released(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.carrier)

    with refused(SamePerson, "You released H-0001 yourself: cancel it instead."):
        reject(lab.technician, handoff)

    assert reject(lab.colleague, handoff).status == "rejected"


@pytest.fixture
def wrong_way(lab):
    """Spacecraft > recovery team, received by mistake; the table has no way back."""
    lab.craft = factories.custodian(lab.curator, "Capsule", Custodian.Kind.SPACECRAFT)
    lab.team = factories.custodian(lab.curator, "Recovery", Custodian.Kind.RECOVERY)
    lab.capsule = factories.container(
        lab.curator, "CAP", lab.mission, kind="return capsule", origin="mixed", custodian=lab.craft, location=lab.street
    )
    handoff = factories.release(lab.curator, [lab.capsule], lab.team, **BEHALF)
    return factories.receive(lab.technician, handoff, lab.street, **BEHALF)


def back(lab, by, containers, corrects, to=None, **values):
    values = {"released_at": factories.LONG_AGO + timedelta(days=31)} | BEHALF | values
    return factories.release(by, containers, to or lab.craft, corrects=corrects, **values)


def test_a_curator_s_correction_may_reverse_the_step(lab, wrong_way):
    with refused(IllegalStep, "Custody does not go from Recovery (recovery team) to Capsule (spacecraft)."):
        back(lab, lab.curator, [lab.capsule], None)
    with refused(NotAllowed, "A handoff that corrects another one is released by a curator.", field="corrects"):
        back(lab, lab.technician, [lab.capsule], wrong_way)

    correction = back(lab, lab.curator, [lab.capsule], wrong_way)

    factories.receive(lab.technician, correction, lab.street, **BEHALF)
    assert correction.corrects == wrong_way
    assert Container.objects.get(pk=lab.capsule.pk).custodian == lab.craft
    wrong_way.refresh_from_db()
    assert (wrong_way.status, wrong_way.revision) == ("received", 2)


def test_a_correction_reverses_no_other_step(lab, wrong_way):
    museum = factories.custodian(lab.curator, "Museum", Custodian.Kind.MUSEUM)

    with refused(IllegalStep, "to Museum (museum)"):
        back(lab, lab.curator, [lab.capsule], wrong_way, to=museum)


def test_a_correction_names_the_last_handoff_of_what_it_moves(lab, wrong_way, received):
    bag = factories.container(lab.curator, "BAG", lab.mission, custodian=lab.team, location=lab.street)
    with refused(NotHeld, "H-0001 is not the last handoff of BAG", field="corrects"):
        back(lab, lab.curator, [lab.capsule, bag], wrong_way)

    onward = back(lab, lab.curator, [lab.capsule], None, to=lab.carrier)
    with refused(NotHeld, "H-0001 is not the last handoff of BAG"):
        back(lab, lab.curator, [bag], wrong_way)
    cancel(lab.curator, onward)
    factories.receive(lab.technician, back(lab, lab.curator, [lab.capsule], wrong_way), lab.street, **BEHALF)
    # It is put right now; the same mistake is not put right twice.
    with refused(NotHeld, "H-0001 is not the last handoff of CAP"):
        back(lab, lab.curator, [lab.capsule], wrong_way, to=lab.team, released_at=timezone.now())


def test_only_a_received_handoff_is_corrected(lab, handoff):
    curator = factories.person("home-curator", Role.CURATOR, custodian=lab.home)
    spare = factories.container(curator, "SPARE", lab.mission, custodian=lab.home, location=lab.street)

    with refused(NotOpen, "Only a received handoff needs a correction.", field="corrects"):
        factories.release(curator, [spare], lab.other, corrects=handoff)


@pytest.mark.parametrize(
    ("minutes", "gap"), [(60, None), (60.001, timedelta(minutes=60.001)), (90, timedelta(minutes=90))]
)
def test_more_than_an_hour_between_the_sides_is_a_gap(lab, handoff, minutes, gap):
    received_at = handoff.released_at + timedelta(minutes=minutes)

    assert factories.receive(lab.receiver, handoff, lab.other_room, received_at=received_at).gap == gap


def test_a_gap_is_explained_once_in_words(lab, handoff):
    handoff = factories.receive(lab.receiver, handoff, lab.other_room, received_at=handoff.released_at + 2 * HOUR)

    with refused(ValidationError, field="text"):
        explain(lab.technician, handoff, "  ")
    stranger = factories.person("stranger", Role.TECHNICIAN, custodian=lab.carrier)
    with refused(NotASigner, "This gap is explained by Laboratory, by Second laboratory or by a curator."):
        explain(stranger, handoff)

    explanation = explain(lab.technician, handoff)

    assert (str(explanation), GapExplanation.objects.get().history.get().actor_name) == ("A flat tyre", "Technician")
    with refused(NoGap, "The gap of H-0001 has been explained already."):
        explain(lab.curator, handoff)
    handoff.refresh_from_db()
    assert handoff.revision == 2


def test_there_is_nothing_to_explain_without_a_gap(lab, received):
    with refused(NoGap, "H-0001 has no gap in time to explain."):
        explain(lab.curator, received)


def test_a_side_entered_more_than_a_day_after_it_happened_is_marked(lab):
    now = timezone.now()
    handoff = factories.release(lab.technician, [lab.box], lab.other, released_at=now - timedelta(hours=23))
    assert not handoff.is_entered_later

    handoff.receipt_signed_at, handoff.received_at = now, now - timedelta(hours=25)
    assert handoff.is_entered_later
