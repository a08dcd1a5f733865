"""What every operation does before and around its own rules (rule 24)."""

import inspect
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest
import time_machine
from django.core.exceptions import ValidationError

from samples import operations
from samples.models import SYSTEM, Custodian, LedgerEntry, Operation, OutsideOperation, User
from samples.models.writing import current_operation
from samples.operations import containers, custodians, locations, people
from samples.operations._operation import NoReason, NotAllowed, Refused, operation
from samples.operations._records import IsVoid, NotAmendable, NothingChanged, Superseded
from samples.operations.authority import NotASigner
from samples.roles import Right, Role
from tests import factories
from tests.refusing import refused

VERBS = {
    function.verb: function
    for module in iter_modules(operations.__path__)
    for function in vars(import_module(f"samples.operations.{module.name}")).values()
    if inspect.isfunction(function) and hasattr(function, "verb")
}


def add_custodian(by, reason="Takes part", name="Museum"):
    return custodians.register(name=name, kind=Custodian.Kind.MUSEUM, by=by, reason=reason)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_an_operation_takes_keywords_only_and_a_person_and_a_reason(verb):
    parameters = inspect.signature(inspect.unwrap(VERBS[verb])).parameters

    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters.values())
    assert {"by", "reason"} <= set(parameters)
    assert inspect.getdoc(VERBS[verb])


def test_an_operation_refuses_who_has_no_right_to_it_before_it_reads_anything(lab):
    others = (lab.auditor, lab.researcher, factories.person("roleless"))

    for act in VERBS.values():
        arguments = dict.fromkeys(inspect.signature(inspect.unwrap(act)).parameters)
        for person in (person for person in others if not person.may(act.right)):
            with refused(NotAllowed, person.name, str(act.right.label)):
                begun = act(**arguments | {"by": person, "reason": "Trial"})
                # One that works in steps asks at its first.
                next(begun)


def test_it_refuses_to_act_without_a_reason(lab):
    for reason in ["", " ", "\n\t", None, "\u200b", "\u3000\ufeff"]:
        with refused(NoReason, "Give a reason", field="reason"):
            add_custodian(lab.curator, reason)


def test_it_refuses_a_reason_that_cannot_be_kept(lab):
    for reason in ["a\x00b", "a\x1bb", "a\u202eb", "a\ud800b", "x" * 4001, "x" * 5000]:
        with refused(ValidationError, field="reason"):
            add_custodian(lab.curator, reason)


def test_it_keeps_a_reason_of_several_lines_trimmed(lab):
    museum = add_custodian(lab.curator, "  First.\n\tSecond. ")

    assert museum.history.get().history_change_reason == "First.\n\tSecond."


def test_it_refuses_text_that_is_not_one_line(lab):
    for value in ["a\x00b", "a\nb", "x" * 201, "", "  "]:
        with refused(ValidationError, field="name"):
            add_custodian(lab.curator, name=value)


def test_it_does_not_let_a_deactivated_person_act(lab):
    lab.curator.is_active = False

    with refused(NotAllowed, "Curator may not do this"):
        add_custodian(lab.curator)


def test_the_system_has_no_authority_in_the_laboratory(lab):
    with refused(NotAllowed, "system may not do this"):
        add_custodian(SYSTEM)


@operation("test.several", right=Right.CURATE)
def several(*, names, caught=False, by, reason):
    """Register several custodians; with `caught` go on after a refusal."""
    for name in names:
        try:
            add_custodian(by, reason, name=name)
        except (Refused, ValidationError):
            if not caught:
                raise
    return current_operation()


def test_a_nested_operation_joins_the_outer_one(lab):
    outer = several(names=["One", "Two"], by=lab.curator, reason="Trial")

    rows = [Custodian.objects.get(name=name).history.get() for name in ("One", "Two")]
    assert {row.operation_id for row in rows} == {outer.id}
    assert {row.verb for row in rows} == {"test.several"}
    assert {row.history_date for row in rows} == {outer.moment}
    assert [row.name for row in outer.rows] == ["One", "Two"]


def test_a_refused_part_undoes_all_of_it(lab):
    with refused(ValidationError, "Another custodian has this name."):
        several(names=["One", "one"], by=lab.curator, reason="Trial")


def test_a_refused_part_leaves_nothing_where_the_rest_goes_on(lab):
    @operation("test.half", right=Right.CURATE)
    def half(*, by, reason):
        add_custodian(by, reason, name="Half")
        raise Refused("no further")

    @operation("test.whole", right=Right.CURATE)
    def whole(*, by, reason):
        with pytest.raises(Refused):
            half(by=by, reason=reason)
        add_custodian(by, reason, name="Whole")
        return current_operation()

    outer = whole(by=lab.curator, reason="Trial")

    assert [row.name for row in outer.rows] == ["Whole"]
    assert not Custodian.objects.filter(name="Half").exists()
    assert not Custodian.history.filter(name="Half").exists()


def test_nothing_is_current_after_an_operation_however_it_ended(lab):
    add_custodian(lab.curator)
    with pytest.raises(ValidationError):
        add_custodian(lab.curator)

    assert current_operation() is None


def test_an_operation_happens_at_one_moment(lab):
    with time_machine.travel("2095-01-01 12:00:00+00:00", tick=True):
        outer = several(names=["One", "Two"], by=lab.curator, reason="Trial")

    assert isinstance(outer, Operation)
    assert {row.history_date for row in outer.rows} == {outer.moment}
    assert outer.moment.year == 2095


def test_each_operation_comes_after_the_last_one_where_the_clock_was_set_back(lab):
    last = LedgerEntry.objects.head().recorded_at

    with time_machine.travel("2025-01-01 12:00:00+00:00", tick=True):
        moments = [several(names=[name], by=lab.curator, reason="Trial").moment for name in ("One", "Two")]

    assert moments == [last + timedelta(microseconds=1), last + timedelta(microseconds=2)]
    assert LedgerEntry.objects.head().recorded_at == moments[-1]


def test_it_refuses_a_change_decided_on_an_older_revision(lab):
    containers.amend(container=lab.box, changes={"description": "1"}, seen=1, by=lab.technician, reason="First")

    with refused(Superseded, "BOX-1 was changed by somebody else since you opened it. Nothing was saved.") as refusal:
        containers.amend(container=lab.box, changes={"description": "2"}, seen=1, by=lab.technician, reason="Second")

    assert refusal.value.record.description == "1"
    assert (refusal.value.record.revision, refusal.value.seen) == (2, 1)
    for act in (containers.take_out, containers.move):
        with refused(Superseded):
            act(container=lab.bottle, location=lab.room, seen=7, by=lab.technician, reason="Late")


def test_it_refuses_to_amend_nothing(lab):
    same = {"description": lab.box.description, "capacity_g": None}

    for changes in ({}, same, {"description": "   "}):
        with refused(NothingChanged, "every value is as it was"):
            containers.amend(container=lab.box, changes=changes, seen=1, by=lab.technician, reason="Trial")


def test_it_refuses_to_amend_what_is_fixed(lab):
    for name, label in [
        ("identifier", "identifier"),
        ("custodian", "custodian"),
        ("revision", "revision"),
        ("no such", "no such"),
        ("parent", "inside"),
        ("status", "status"),
        ("origin", "origin"),
        ("mission", "mission"),
        ("id", "ID"),
        ("voided_at", "voided"),
        ("location", "location"),
    ]:
        with refused(NotAmendable, f"“{label}” of BOX-1 is not amended"):
            containers.amend(container=lab.box, changes={name: None}, seen=1, by=lab.technician, reason="Trial")


def test_a_void_record_is_read_and_not_used(lab):
    shed = factories.location(lab.curator, "Shed")
    locations.void(location=shed, by=lab.curator, reason="Never built")

    # `shed` itself still looks live: what is given is read again.
    for act in (
        lambda: locations.amend(location=shed, changes={"name": "Hut"}, seen=None, by=lab.curator, reason="Trial"),
        lambda: locations.void(location=shed, by=lab.curator, reason="Trial"),
        lambda: locations.register(name="In it", kind="shelf", parent=shed, by=lab.curator, reason="Trial"),
        lambda: containers.move(container=lab.box, location=shed, by=lab.technician, reason="Trial"),
        lambda: factories.container(lab.technician, "B", lab.mission, custodian=lab.home, location=shed),
    ):
        with refused(IsVoid, "Shed is void"):
            act()


def test_a_right_lost_while_waiting_for_the_lock_is_lost(lab):
    stale = User.objects.get(pk=lab.curator.pk)
    assert stale.may(Right.CURATE)
    people.change(
        user=lab.curator, name="Curator", roles=[], custodian=None, is_active=True, by=lab.administrator, reason="Left"
    )

    with refused(NotAllowed, "Curator may not do this"):
        add_custodian(stale)


def test_a_custodian_left_while_waiting_for_the_lock_is_not_acted_for(lab):
    stale = User.objects.get(pk=lab.technician.pk)
    people.change(
        user=lab.technician,
        name="Technician",
        roles=[Role.TECHNICIAN],
        custodian=lab.other,
        is_active=True,
        by=lab.administrator,
        reason="Moved",
    )

    with refused(NotASigner, "is not one of them"):
        factories.release(stale, [lab.box], lab.other)


def test_an_operation_inside_another_is_the_same_persons_act(lab):
    @operation("test.outer", right=Right.CURATE)
    def outer(*, by, reason):
        add_custodian(lab.curator)

    second = factories.person("second-curator", Role.CURATOR)

    with refused(OutsideOperation, "the same person's act"):
        outer(by=second, reason="Two people")
