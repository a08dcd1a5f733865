"""Release: rules 10, 11, 13 and 15."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from samples.models import Container, Custodian, Handoff
from samples.operations import containers, custodians, custody, people, seals
from samples.operations._operation import Doubtful, NotAllowed
from samples.operations.authority import NotASigner, UnderWay
from samples.operations.custody import IllegalStep, NotHeld, NothingToHandOver
from samples.operations.times import InTheFuture, OutOfOrder
from samples.roles import Role
from samples.stages import STEPS, CustodianKind
from tests import factories
from tests.refusing import refused

BEHALF = {"on_behalf_of": "Li Chunlai", "on_behalf_document": "D-1"}
DAY = timedelta(days=1)


def test_it_moves_custody_only_at_the_receipt(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other)

    lab.box.refresh_from_db()
    assert lab.box.custodian == lab.home
    assert handoff.lines.count() == 2

    factories.receive(lab.receiver, handoff, lab.other_room)

    lab.box.refresh_from_db()
    lab.bottle.refresh_from_db()
    assert (lab.box.custodian, lab.box.location) == (lab.other, lab.other_room)
    assert (lab.bottle.custodian, lab.bottle.location) == (lab.other, None)
    assert lab.bottle.history.count() == 2
    assert lab.box.contents_g() == lab.soil.mass_g


def test_it_is_numbered_signed_and_dated(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other)

    assert (str(handoff), handoff.status, handoff.is_open) == ("H-0001", "released", True)
    assert (handoff.from_custodian, handoff.to_custodian) == (lab.home, lab.other)
    assert (handoff.released_by, handoff.released_on_behalf_of) == (lab.technician, "")
    assert handoff.release_signed_at == handoff.history.get().history_date
    assert handoff.is_entered_later
    assert lab.box.open_handoff() == handoff


def test_it_writes_a_line_for_every_nested_container(lab):
    vial = factories.container(lab.technician, "VIAL", lab.mission, parent=lab.bottle)
    typo = factories.container(lab.technician, "TYPO", lab.mission, parent=lab.bottle)
    containers.void(container=typo, by=lab.curator, reason="Typed twice")

    handoff = factories.release(lab.technician, [lab.box, lab.box], lab.other)
    factories.receive(lab.receiver, handoff, lab.other_room)

    lines = {line.container.identifier: line.inside for line in handoff.lines.all()}
    assert lines == {"BOX-1": None, "BOT-1": lab.box, "VIAL": lab.bottle}
    assert [line.container for line in handoff.lines.outermost()] == [lab.box]
    assert set(Container.objects.under_way()) == set()
    # A void record does not travel.
    assert Container.objects.get(pk=typo.pk).custodian == lab.home
    assert Container.objects.get(pk=vial.pk).custodian == lab.other


def test_it_takes_several_containers_of_one_custodian(lab):
    spare = factories.container(lab.technician, "SPARE", lab.mission, custodian=lab.home, location=lab.street)

    handoff = factories.release(lab.technician, (container for container in [lab.box, spare]), lab.other)

    assert {line.container for line in handoff.lines.outermost()} == {lab.box, spare}


def test_it_refuses_nothing_and_what_is_inside_another(lab):
    with refused(NothingToHandOver, "Choose at least one container to release.", field="containers"):
        factories.release(lab.technician, [], lab.other)
    with refused(NotHeld, "BOT-1 is inside BOX-1. Release BOX-1, or take BOT-1 out first.", field="containers"):
        factories.release(lab.technician, [lab.bottle], lab.other)


def test_an_inner_one_goes_alone_after_it_was_taken_out(lab):
    bottle = containers.take_out(container=lab.bottle, location=lab.room, by=lab.technician, reason="Lent")

    assert factories.release(lab.technician, [bottle], lab.other).lines.count() == 1


def test_it_refuses_containers_of_two_custodians(lab):
    theirs = factories.container(lab.receiver, "THEIRS", lab.mission, custodian=lab.other, location=lab.other_room)

    with refused(NotHeld, "BOX-1 is held by Laboratory and THEIRS by Second laboratory.", field="containers"):
        factories.release(lab.technician, [lab.box, theirs], lab.carrier)


def test_it_refuses_to_release_what_is_under_way(lab):
    factories.release(lab.technician, [lab.box], lab.other)

    with refused(UnderWay, "BOX-1 is under way to Second laboratory with H-0001."):
        factories.release(lab.colleague, [lab.box], lab.carrier)


def test_it_refuses_to_hand_over_to_its_own_custodian(lab):
    with refused(IllegalStep, "Laboratory holds this already.", field="to_custodian"):
        factories.release(lab.technician, [lab.box], lab.home)


def test_it_refuses_a_custodian_that_is_not_active(lab):
    custodians.amend(custodian=lab.other, changes={"active": False}, seen=1, by=lab.curator, reason="Closed")

    with refused(IllegalStep, "Second laboratory is not active any more.", field="to_custodian"):
        factories.release(lab.technician, [lab.box], lab.other)


@pytest.mark.parametrize("kind", CustodianKind)
def test_custody_takes_the_steps_of_the_table_and_no_other(lab, kind):
    here = factories.custodian(lab.curator, "Here", kind)
    box = factories.container(lab.curator, "B", lab.mission, custodian=here, location=lab.street)
    for to_kind in CustodianKind:
        there = factories.custodian(lab.curator, f"There {to_kind}", to_kind)
        if to_kind in STEPS[kind]:
            handoff = factories.release(lab.curator, [box], there, **BEHALF)
            custody.cancel(handoff=handoff, by=lab.curator, reason="Next one")
        else:
            says = f"Custody does not go from Here ({kind}) to There {to_kind} ({to_kind}). From here it goes to: "
            with refused(IllegalStep, says, *STEPS[kind], field="to_custodian"):
                factories.release(lab.curator, [box], there, **BEHALF)

    assert Handoff.objects.count() == len(STEPS[kind])


def test_a_side_with_staff_is_signed_by_that_staff(lab):
    for by in (lab.receiver, lab.curator):
        with refused(NotASigner, f"Laboratory has people who sign for it, and {by.name} is not one of them."):
            factories.release(by, [lab.box], lab.other)
    with refused(NotASigner, "nobody signs on its behalf. Leave that part empty.", field="on_behalf_of"):
        factories.release(lab.technician, [lab.box], lab.other, **BEHALF)
    with refused(NotASigner):
        factories.release(lab.curator, [lab.box], lab.other, **BEHALF)


def test_a_side_without_staff_is_entered_on_behalf_with_person_and_document(lab):
    box = factories.container(lab.curator, "B", lab.mission, custodian=lab.carrier, location=lab.street)
    blank = {"on_behalf_of": " ", "on_behalf_document": " "}

    for wrong in ({}, {"on_behalf_of": "Li"}, {"on_behalf_document": "D"}, blank):
        with refused(NotASigner, "Carrier has nobody here who signs for it.", "name the person and the document"):
            factories.release(lab.technician, [box], lab.other, **wrong)

    handoff = factories.release(lab.technician, [box], lab.other, **BEHALF)
    assert (handoff.released_on_behalf_of, handoff.release_document) == ("Li Chunlai", "D-1")
    assert handoff.released_by == lab.technician


def test_staff_that_may_not_sign_is_no_staff(lab):
    factories.person("driver", custodian=lab.carrier)
    factories.person("watcher", "auditor", custodian=lab.carrier)

    assert not lab.carrier.is_staffed()
    with refused(NotAllowed, "Driver may not do this"):
        factories.release(factories.User.objects.get(username="driver"), [lab.box], lab.other)


def test_its_time_is_not_in_the_future_and_not_before_the_chain_begins(lab):
    now = timezone.now()

    with refused(InTheFuture, field="released_at"):
        factories.release(lab.technician, [lab.box], lab.other, released_at=now + timedelta(seconds=125))
    with refused(OutOfOrder, "BOX-1 has been with Laboratory since 2024-06-01 08:00 UTC+8", field="released_at"):
        factories.release(
            lab.technician, [lab.box], lab.other, released_at=factories.LONG_AGO - timedelta(microseconds=1)
        )

    assert factories.release(lab.technician, [lab.box], lab.other, released_at=factories.LONG_AGO)


def test_two_minutes_are_allowed_to_clocks(lab):
    assert factories.release(
        lab.technician, [lab.box], lab.other, released_at=timezone.now() + timedelta(seconds=115)
    ).is_open


def test_its_time_is_not_before_the_last_receipt_of_anything_in_it(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    received = factories.receive(lab.receiver, handoff, lab.other_room)
    late = factories.container(
        lab.receiver, "LATE", lab.mission, parent=lab.box, custody_began_at=received.received_at + DAY
    )

    with refused(OutOfOrder, "BOX-1 has been with Second laboratory since 2024-07-01 08:05 UTC+8"):
        factories.release(
            lab.receiver, [lab.box], lab.home, released_at=received.received_at - timedelta(microseconds=1)
        )
    with refused(OutOfOrder, "LATE has been with Second laboratory since 2024-07-02 08:05 UTC+8"):
        factories.release(lab.receiver, [lab.box], lab.home, released_at=received.received_at)

    assert factories.release(lab.receiver, [lab.box], lab.home, released_at=late.custody_began_at)


def test_it_refuses_what_is_incomplete_or_unknown(lab):
    for name, value in {"place": " ", "purpose": "", "transport_mode": "by magic", "remarks": "a\x00b"}.items():
        with refused(ValidationError, field=name):
            factories.release(lab.technician, [lab.box], lab.other, **{name: value})


def test_a_sealed_container_is_released_as_it_is(lab):
    seals.apply(
        container=lab.box,
        number="S-1",
        applied_at=factories.LONG_AGO,
        applied_by="Li",
        by=lab.technician,
        reason="Closed",
    )

    assert factories.release(lab.technician, [lab.box], lab.other).lines.count() == 2


def test_what_it_reads_before_writing_does_not_grow_with_what_is_nested(lab, django_assert_max_num_queries):
    for number in range(8):
        factories.container(lab.technician, f"V-{number}", lab.mission, parent=lab.bottle)

    # 19 queries write and check one line; the rest is the same for one container and for many.
    with django_assert_max_num_queries(60 + 10 * 19):
        factories.release(lab.technician, [lab.box], lab.other)


def test_waiting_handoffs_are_those_a_person_may_receive(lab):
    spare = factories.container(lab.technician, "SPARE", lab.mission, custodian=lab.home, location=lab.street)
    to_other = factories.release(lab.technician, [lab.box], lab.other)
    to_carrier = factories.release(lab.technician, [spare], lab.carrier)

    waiting = Handoff.objects.waiting_for
    assert list(waiting(lab.receiver)) == [to_other]
    assert list(waiting(lab.curator)) == [to_carrier]
    assert list(waiting(lab.technician)) == list(waiting(lab.auditor)) == list(waiting(lab.researcher)) == []


def test_a_first_custodian_s_chain_can_be_old(lab):
    apollo = factories.mission(
        lab.curator, "A11", body_side="near", landed_at=datetime(1969, 7, 20, 20, 17, tzinfo=UTC)
    )
    craft = factories.custodian(lab.curator, "Columbia", Custodian.Kind.SPACECRAFT)
    navy = factories.custodian(lab.curator, "Navy", Custodian.Kind.RECOVERY)
    splashdown = datetime(1969, 7, 24, 16, 50, tzinfo=UTC)
    values = {"custodian": craft, "location": lab.street, "custody_began_at": splashdown}
    box = factories.container(lab.curator, "ALSRC-1", apollo, **values)

    assert factories.release(lab.curator, [box], navy, released_at=splashdown, **BEHALF).is_entered_later


def test_what_one_released_oneself_does_not_wait_for_one(lab):
    museum = factories.custodian(lab.curator, "Museum", Custodian.Kind.MUSEUM)
    case = factories.container(lab.curator, "CASE-1", lab.mission, custodian=lab.carrier, location=lab.street)
    own = factories.release(lab.curator, [case], museum, **BEHALF)
    moved_on = factories.release(lab.technician, [lab.box], lab.other)
    people.change(
        user=lab.technician,
        name=lab.technician.name,
        roles=lab.technician.roles,
        custodian=lab.other,
        is_active=True,
        by=lab.administrator,
        reason="Changed sides",
    )

    waiting = Handoff.objects.waiting_for
    assert list(waiting(lab.curator)) == []
    assert list(waiting(factories.person("second-curator", Role.CURATOR))) == [own]
    assert list(waiting(lab.technician.fresh())) == []
    assert list(waiting(lab.receiver)) == [moved_on]


def test_a_handoff_is_overdue_after_the_hours_that_are_set(lab, settings):
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    overdue = Handoff.objects.overdue

    at = handoff.released_at + timedelta(hours=24)
    assert (list(overdue(at)), list(overdue(at + timedelta(seconds=1)))) == ([], [handoff])
    settings.OVERDUE_AFTER_HOURS = 48
    assert list(overdue(at + timedelta(seconds=1))) == []

    settings.OVERDUE_AFTER_HOURS = 24
    factories.receive(lab.receiver, handoff, lab.other_room)
    assert list(overdue(timezone.now())) == []


def test_outgoing_handoffs_are_those_that_a_custodian_still_answers_for(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    outgoing = Handoff.objects.outgoing_from

    assert (list(outgoing(lab.home.pk)), list(outgoing(lab.other.pk))) == ([handoff], [])
    custody.reject(handoff=handoff, by=lab.receiver, reason="Not today")
    assert list(outgoing(lab.home.pk)) == []


def test_a_loan_is_late_from_the_day_after_until_the_last_container_has_come_back(lab):
    museum = factories.custodian(lab.curator, "Museum", Custodian.Kind.MUSEUM)
    second = factories.container(lab.technician, "BOX-2", lab.mission, custodian=lab.home, location=lab.room)
    due = timezone.localdate(factories.LONG_AGO + 40 * DAY)
    loan = factories.release(lab.technician, [lab.box, second], museum, due_back_on=due)
    late = Handoff.objects.not_given_back
    assert list(late(due + DAY)) == []
    factories.receive(lab.colleague, loan, lab.street, **BEHALF)
    assert (list(late(due)), list(late(due + DAY))) == ([], [loan])

    for number, container in enumerate([lab.box, second]):
        assert list(late(due + DAY)) == [loan]
        at = factories.LONG_AGO + (31 + number) * DAY
        back = factories.release(lab.technician, [container], lab.home, released_at=at, **BEHALF)
        assert list(late(due + DAY)) == [loan]
        factories.receive(lab.colleague, back, lab.room)
    assert list(late(due + DAY)) == []

    # Lent once more, for longer: the first loan stays given back.
    again = factories.release(
        lab.technician, [lab.box], museum, released_at=factories.LONG_AGO + 35 * DAY, due_back_on=due + 9 * DAY
    )
    factories.receive(lab.colleague, again, lab.street, **BEHALF)
    assert (list(late(due + 9 * DAY)), list(late(due + 10 * DAY))) == ([], [again])


def test_what_is_due_back_is_watched_whoever_has_it(lab):
    due = timezone.localdate(factories.LONG_AGO + 40 * DAY)
    handoff = factories.release(lab.technician, [lab.box], lab.other, due_back_on=due)
    factories.receive(lab.receiver, handoff, lab.other_room)

    assert list(Handoff.objects.not_given_back(due + DAY)) == [handoff]


def test_nobody_signs_for_a_spacecraft_not_even_who_was_put_down_as_its_staff(lab):
    orbiter = factories.custodian(lab.curator, "Orbiter", Custodian.Kind.SPACECRAFT)
    factories.person("ghost", Role.TECHNICIAN, custodian=orbiter)
    case = factories.container(
        lab.curator, "CASE-1", lab.mission, kind="return capsule", custodian=orbiter, location=lab.street
    )
    capsule = factories.custodian(lab.curator, "Capsule", Custodian.Kind.SPACECRAFT)

    assert not orbiter.is_staffed()
    assert orbiter not in Custodian.objects.staffed()
    with refused(NotASigner, "Orbiter has nobody here who signs for it", field="on_behalf_of"):
        factories.release(lab.technician, [case], capsule)
    assert factories.release(lab.technician, [case], capsule, **BEHALF).released_on_behalf_of == "Li Chunlai"


def test_on_behalf_of_a_laboratory_is_looked_at_once_more_with_every_other_doubt(lab):
    closed = factories.custodian(lab.curator, "Closed laboratory", Custodian.Kind.LABORATORY)
    case = factories.container(lab.curator, "CASE-1", lab.mission, custodian=closed, location=lab.street)
    factories.seal(lab.curator, case, "SEAL-9")

    doubts = ["nobody of Closed laboratory has an account here", "No gross mass is declared of CASE-1"]
    with refused(Doubtful, *doubts):
        factories.release(lab.technician, [case], lab.other, **BEHALF, acknowledged=False)

    assert factories.release(lab.technician, [case], lab.other, **BEHALF).is_open


def test_on_behalf_of_a_carrier_nobody_asks_twice(lab):
    case = factories.container(lab.curator, "CASE-1", lab.mission, custodian=lab.carrier, location=lab.street)

    assert factories.release(lab.technician, [case], lab.other, **BEHALF, acknowledged=False).is_open
