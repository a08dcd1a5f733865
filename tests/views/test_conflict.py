"""A conflict: both values of each field side by side, and the person decides."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine

from samples.models import Container
from samples.operations import containers
from tests import factories
from tests.views.conftest import _text_of


@pytest.fixture
def weighed(lab):
    """How somebody else enters a tare for the bottle."""

    def weighed(record):
        with time_machine.travel(datetime(2027, 1, 2, 3, 4, tzinfo=UTC), tick=False):
            containers.amend(
                container=record, changes={"tare_g": Decimal("35.5")}, seen=None, by=lab.curator, reason="Measured"
            )

    return weighed


@pytest.fixture
def collision(lab, weighed, as_technician):
    """A form with another tare than the one that was entered meanwhile; also with a capacity of its own."""
    opened = as_technician.get("container_amend", lab.bottle)
    weighed(lab.bottle)
    return opened.send(tare_g="36", capacity_g="120", reason="Weighed myself")


def row(page, field):
    """What stands in the row of the conflict that is about `field`."""
    [found] = [text for text in map(_text_of, page.tree.iter("tr")) if text.startswith(field)]
    return found


def kept(lab):
    return Container.objects.get(pk=lab.bottle.pk)


def test_both_values_stand_side_by_side_and_neither_is_preferred(lab, collision):
    assert collision.status == 409
    assert row(collision, "Tare") == (
        "Tare Both changed it empty 35.500000 g Curator, 2 Jan 2027, 11:04: “Measured” 36.000000 g "
        "Tare Keep theirs Take mine"
    )
    assert row(collision, "Capacity") == "Capacity 100.000000 g not changed 120.000000 g What you typed"
    assert "Where both of you changed the same, say which value stays" in collision.summary
    assert (collision.typed["tare_g"], collision.typed["capacity_g"]) == ("36", "120")
    assert "decide_tare_g" not in collision.typed


def test_taking_mine_saves_what_was_typed(lab, collision):
    done = collision.send(decide_tare_g="mine")

    assert (done.status, done.location) == (302, lab.bottle.get_absolute_url())
    assert (kept(lab).tare_g, kept(lab).capacity_g) == (Decimal(36), Decimal(120))


def test_keeping_theirs_saves_the_rest_of_what_was_typed(lab, collision):
    done = collision.send(decide_tare_g="theirs")

    assert done.status == 302
    assert (kept(lab).tare_g, kept(lab).capacity_g) == (Decimal("35.5"), Decimal(120))


@pytest.mark.parametrize("decided", [{}, {"decide_tare_g": ""}, {"decide_tare_g": "both"}])
def test_a_decision_that_is_missing_is_asked_for(lab, collision, as_technician, decided):
    page = as_technician.post(collision.url, collision.typed | decided)

    assert page.status == 422
    sentence = "You and somebody else both changed this. Say which of the two values stays."
    assert f"Tare: {sentence}" in page.summary
    assert page.link("Tare") == "#id_decide_tare_g_0"
    assert page.faults == {"decide_tare_g": sentence}
    assert (page.typed["tare_g"], kept(lab).tare_g) == ("36", Decimal("35.5"))
    assert page.send(decide_tare_g="mine").status == 302


def test_what_was_typed_stays_readable_where_theirs_was_kept_and_something_else_is_wrong(lab, collision):
    page = collision.send(decide_tare_g="theirs", capacity_g="much")

    assert page.status == 422
    assert list(page.faults) == ["capacity_g"]
    assert "36.000000 g" in row(page, "Tare")
    assert row(page, "Capacity") == "Capacity 100.000000 g not changed much What you typed"
    assert (page.typed["tare_g"], page.typed["decide_tare_g"]) == ("36", "theirs")

    page.send(capacity_g="120")

    assert (kept(lab).tare_g, kept(lab).capacity_g) == (Decimal("35.5"), Decimal(120))


def test_a_third_value_may_be_typed_while_deciding(lab, collision):
    collision.send(decide_tare_g="mine", tare_g="37")

    assert kept(lab).tare_g == Decimal(37)


def test_keeping_theirs_in_all_there_is_saves_nothing_and_says_so(lab, weighed, as_technician):
    opened = as_technician.get("container_amend", lab.bottle)
    weighed(lab.bottle)

    page = opened.send(tare_g="36", reason="Weighed myself").send(decide_tare_g="theirs")

    assert (page.status, page.location) == (302, lab.bottle.get_absolute_url())
    assert page.message == "BOT-1 stays as it is now: nothing of yours was left to save."
    assert (kept(lab).tare_g, kept(lab).revision) == (Decimal("35.5"), lab.bottle.revision + 1)


def test_the_same_value_typed_by_both_is_no_collision(lab, weighed, as_technician):
    opened = as_technician.get("container_amend", lab.bottle)
    weighed(lab.bottle)

    stale = opened.send(tare_g="35.50", capacity_g="120", reason="Weighed myself")

    assert row(stale, "Tare").endswith("35.500000 g Both the same")
    assert stale.send().status == 302


def test_a_value_taken_back_while_deciding_is_a_change_to_decide_on(lab, weighed, as_technician):
    opened = as_technician.get("container_amend", lab.bottle)
    weighed(lab.bottle)
    stale = opened.send(capacity_g="120", reason="Rated again")
    assert row(stale, "Tare").endswith("left as it was As it is now")

    emptied = stale.send(tare_g="")

    assert (emptied.status, list(emptied.faults)) == (422, ["decide_tare_g"])
    emptied.send(decide_tare_g="mine")
    assert kept(lab).tare_g is None


def amend_again(lab, **changes):
    containers.amend(container=lab.bottle, changes=changes, seen=None, by=lab.colleague, reason="Looked")


def test_a_change_while_deciding_shows_the_page_again_with_the_decision(lab, collision):
    amend_again(lab, description="Chipped")

    again = collision.send(decide_tare_g="theirs")

    assert again.status == 409
    assert row(again, "Description").startswith("Description empty Chipped Colleague")
    assert (again.typed["decide_tare_g"], again.typed["tare_g"]) == ("theirs", "36")
    assert again.send().status == 302
    assert (kept(lab).tare_g, kept(lab).capacity_g, kept(lab).description) == (Decimal("35.5"), Decimal(120), "Chipped")


def test_a_change_of_the_very_value_is_decided_on_again(lab, collision):
    amend_again(lab, tare_g=Decimal("35.7"))

    again = collision.send(decide_tare_g="theirs")

    assert again.status == 409
    assert "decide_tare_g" not in again.typed
    assert row(again, "Tare").startswith("Tare Both changed it empty 35.700000 g Colleague")
    assert again.send().status == 422
    assert again.send(decide_tare_g="mine").status == 302
    assert kept(lab).tare_g == Decimal(36)


def test_a_change_of_what_was_left_alone_is_followed_again(lab, weighed, as_technician):
    opened = as_technician.get("container_amend", lab.bottle)
    weighed(lab.bottle)
    stale = opened.send(capacity_g="120", reason="Rated again")
    amend_again(lab, tare_g=Decimal("35.7"))

    again = stale.send()

    assert (again.status, again.typed["tare_g"]) == (409, "35.7")
    assert again.send().status == 302
    assert kept(lab).tare_g == Decimal("35.7")


def test_a_change_taken_back_meanwhile_is_followed_too(lab, weighed, as_technician):
    opened = as_technician.get("container_amend", lab.bottle)
    weighed(lab.bottle)
    stale = opened.send(capacity_g="120", reason="Rated again")
    amend_again(lab, tare_g=None)

    again = stale.send()

    assert (again.status, again.typed["tare_g"]) == (409, "")
    again.send()
    assert (kept(lab).tare_g, kept(lab).capacity_g) == (None, Decimal(120))


def test_what_is_no_field_of_the_form_is_told_as_well(lab, as_technician):
    opened = as_technician.get("container_amend", lab.box)
    containers.move(
        container=lab.box, location=factories.location(lab.curator, "Vault"), by=lab.colleague, reason="Safer there"
    )

    stale = opened.send(description="Dented", reason="Looked")

    assert row(stale, "Location").startswith("Location Room 1 Vault Colleague")
    assert row(stale, "Location").endswith("not on this form As it is now")
    assert stale.send().status == 302


def test_a_second_tab_is_somebody_else(lab, as_technician):
    first, second = (as_technician.get("container_amend", lab.bottle) for _ in range(2))
    first.send(tare_g="35", reason="Weighed")

    stale = second.send(tare_g="36", reason="Weighed again")

    assert stale.status == 409
    assert "Technician" in row(stale, "Tare")
    stale.send(decide_tare_g="mine")
    assert kept(lab).tare_g == Decimal(36)


def test_two_changes_meanwhile_are_both_told(lab, weighed, as_technician):
    opened = as_technician.get("container_amend", lab.bottle)
    weighed(lab.bottle)
    amend_again(lab, description="Chipped")

    stale = opened.send(capacity_g="120", reason="Rated again")

    assert row(stale, "Tare").startswith("Tare empty 35.500000 g Curator")
    assert row(stale, "Description").startswith("Description empty Chipped Colleague")


def test_a_verb_tells_only_what_was_changed(lab, weighed, as_technician):
    opened = as_technician.get("container_move", lab.bottle)
    weighed(lab.bottle)

    stale = opened.send(location=str(lab.room.pk), reason="As planned")

    assert stale.status == 409
    assert row(stale, "Tare") == "Tare empty 35.500000 g Curator, 2 Jan 2027, 11:04: “Measured”"
    assert "What you typed" not in stale.summary
    assert "What you filled in is still below. To go on all the same, send it once more." in stale.summary


@pytest.mark.parametrize("seen", ["", "0", "99"])
def test_a_form_that_does_not_say_what_was_seen_changes_nothing(lab, as_technician, seen):
    page = as_technician.fill("container_amend", lab.bottle, capacity_g="120", reason="Rated again", seen=seen)

    assert page.status == 409
    assert kept(lab).capacity_g == Decimal(100)
    assert "Both changed it empty 100.000000 g" in row(page, "Capacity")
    assert page.send().status == 422
    assert page.send(decide_capacity_g="mine").status == 302
    assert kept(lab).capacity_g == Decimal(120)


def test_a_verb_that_does_not_say_what_was_seen_changes_nothing(lab, as_technician):
    typed = {"location": str(lab.room.pk), "reason": "As planned", "seen": "99"}

    page = as_technician.fill("container_move", lab.bottle, **typed)

    assert (page.status, kept(lab).parent) == (409, lab.box)
    assert page.send().status == 302
