"""History rows told as changes in plain words."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from samples import history
from samples.models import Container
from samples.operations import containers, custodians, custody, samples
from tests import factories
from tests.refusing import plain


def amend(by, container, reason="Measured", **changes):
    return containers.amend(container=container, changes=changes, seen=None, by=by, reason=reason)


def told(change):
    return {label: tuple(text and plain(text) for text in texts) for label, *texts in change.fields}


def test_each_revision_is_one_change_newest_first(lab):
    with time_machine.travel(datetime(2027, 1, 2, 3, 4, tzinfo=UTC), tick=False):
        amend(lab.colleague, lab.bottle, tare_g=Decimal("35.5"), description="Chipped")

    amended, registered = history.history_of(lab.bottle)

    assert (amended.who, amended.verb_label, amended.reason) == ("Colleague", "Amended", "Measured")
    assert (amended.at, amended.revision) == (datetime(2027, 1, 2, 3, 4, tzinfo=UTC), lab.bottle.revision + 1)
    assert told(amended) == {"Tare": (None, "35.500000 g"), "Description": (None, "Chipped")}
    assert amended.operation_id.startswith("op-")
    assert registered.verb_label == "Registered"


def test_a_registration_tells_every_value_that_was_given(lab):
    [registered] = history.history_of(lab.bottle)

    assert told(registered) == {
        "Identifier": (None, "BOT-1"),
        "Mission": (None, "Mission CE6"),
        "Kind": (None, "Sample bottle"),
        "Origin": (None, "Scoop"),
        "Capacity": (None, "100.000000 g"),
        "Inside": (None, "BOX-1"),
        "Custodian": (None, "Laboratory"),
        "Custody began": (None, "1 Jun 2024, 08:00"),
        "Document the chain of custody begins with": (None, "DOC-1"),
    }


def test_a_value_taken_away_is_told(lab):
    amend(lab.technician, lab.bottle, capacity_g=None)

    assert told(history.history_of(lab.bottle)[0]) == {"Capacity": ("100.000000 g", None)}


def test_yes_and_no_depths_and_choices_are_told_as_people_say_them(lab):
    custodians.amend(custodian=lab.carrier, changes={"active": False}, seen=None, by=lab.curator, reason="Closed")
    depths = {"depth_top_cm": Decimal("28.70"), "depth_bottom_cm": Decimal(70)}
    core = factories.sample(lab.technician, "CORE-1", lab.box, origin="drill", form="core segment", **depths)

    assert told(history.history_of(lab.carrier)[0]) == {"Active": ("yes", "no")}
    registered = told(history.history_of(core)[0])
    assert (registered["Depth, top"], registered["Depth, bottom"]) == ((None, "28.7 cm"), (None, "70 cm"))
    assert registered["Form"] == (None, "Core segment")


def test_voiding_is_told_by_its_verb_and_reason(lab):
    custodians.void(custodian=lab.carrier, by=lab.curator, reason="Registered twice")

    voided, _registered = history.history_of(lab.carrier)

    assert (voided.verb_label, voided.reason, voided.fields) == ("Voided", "Registered twice", [])


def test_a_name_keeps_the_record_it_stood_for(lab):
    """The key is kept; the name shown is today's."""
    containers.move(container=lab.box, location=lab.street, by=lab.technician, reason="Tidied up")

    assert told(history.history_of(lab.box)[0]) == {"Location": ("Room 1", "Street")}


def test_a_history_is_cut_at_a_limit_and_the_oldest_shown_is_whole(lab):
    for number in range(4):
        amend(lab.technician, lab.bottle, description=f"Look {number}")

    changes = history.history_of(lab.bottle, limit=2)

    assert [told(change) for change in changes] == [
        {"Description": ("Look 2", "Look 3")},
        {"Description": ("Look 1", "Look 2")},
    ]


def test_a_history_is_read_in_a_fixed_number_of_queries(lab):
    def cost(container):
        with CaptureQueriesContext(connection) as queries:
            history.history_of(container)
        return len(queries)

    before = cost(lab.bottle)
    for number in range(6):
        amend(lab.technician, lab.bottle, description=f"Look {number}")

    assert cost(lab.bottle) == before


def test_changes_since_a_revision_leave_out_what_was_seen(lab):
    amend(lab.technician, lab.bottle, description="One")
    seen = Container.objects.get(pk=lab.bottle.pk).revision
    amend(lab.technician, lab.bottle, description="Two")
    amend(lab.colleague, lab.bottle, description="Three")

    changes = history.changes_since(lab.bottle, seen)

    assert [told(change) for change in changes] == [{"Description": ("Two", "Three")}, {"Description": ("One", "Two")}]
    assert history.changes_since(lab.bottle, seen + 2) == []


def test_the_newest_operations_are_told_once_each(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    custody.reject(handoff=handoff, by=lab.receiver, reason="Not today")
    factories.seal(lab.technician, lab.box, "S-100")
    samples.publish(sample=lab.soil, by=lab.curator, reason="Catalogue 2025")

    newest = history.recent_operations(4)

    assert [(change.verb_label, change.record_label, change.who) for change in newest] == [
        ("Published", "CE6C0001", "Curator"),
        ("Applied seal", "S-100", "Technician"),
        ("Rejected", "H-0001", "Receiver"),
        ("Released", "H-0001", "Technician"),
    ]
    assert newest[0].record_url == lab.soil.get_absolute_url()
    assert newest[1].record_url == f"/containers/{lab.box.pk}/seals/"
    assert len({change.operation_id for change in newest}) == 4


def test_the_newest_operations_name_what_they_were_about_and_not_what_they_touched(lab):
    """A move into a container makes that one be in use, and the last one out empties it."""
    tray = factories.container(lab.technician, "TRAY-1", lab.mission, custodian=lab.home, location=lab.room)
    containers.move(container=tray, parent=lab.box, by=lab.technician, reason="Packed")
    for inner in (tray, lab.bottle):
        containers.take_out(container=inner, location=lab.room, by=lab.technician, reason="Unpacked")
    assert Container.objects.get(pk=lab.box.pk).status == Container.Status.EMPTIED

    told = [(change.verb_label, change.record_label) for change in history.recent_operations(3)]
    assert told == [("Took out", "BOT-1"), ("Took out", "TRAY-1"), ("Moved", "TRAY-1")]


def test_every_operation_on_a_record_has_a_word(lab):
    verbs = {row.verb for model in history.SUBJECTS.values() for row in model.history.all()}

    assert {verb for verb in verbs if history.verb_label(verb) == verb} == set()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2024, 6, 25, 16, 30, tzinfo=UTC), "26 Jun 2024, 00:30"),
        (date(2024, 6, 25), "25 Jun 2024"),
        ("as it is", "as it is"),
        (Decimal("1.5"), "1.5"),
    ],
)
def test_a_moment_is_told_in_the_laboratorys_zone(value, text):
    assert history.moment_text(value) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(minutes=60), "1 h 00 min"),
        (timedelta(minutes=61), "1 h 01 min"),
        (timedelta(hours=12, minutes=5, seconds=59), "12 h 05 min"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(hours=51), "2 d 3 h"),
    ],
)
def test_a_span_is_told_as_people_say_it(span, text):
    assert history.duration(span) == text.replace(" ", "\N{NO-BREAK SPACE}")


def test_what_nobody_ever_changed_has_its_registration_only(lab):
    assert [change.verb_label for change in history.history_of(lab.other)] == ["Registered"]
