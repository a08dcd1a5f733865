"""The rules over several rows: what they let pass, and that each is needed."""

from dataclasses import replace
from threading import Event, Thread

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from samples.audit import guard, ledger
from samples.audit.rules import RULES
from samples.models import Container, LedgerEntry, MassBalance
from tests.audit import by_hand
from tests.audit.breaking import BREAKS, GRAM, MICROGRAM, build, heavier, is_moved_to
from tests.audit.by_hand import change

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(lab):
    return build(lab)


@pytest.fixture
def without_rules(monkeypatch):
    """The guard is up, and no rule is ever broken."""
    mute = [replace(rule, broken="1 = 0") for rule in RULES]
    monkeypatch.setattr("samples.audit.rules.RULES", mute)
    guard.arm()
    yield
    monkeypatch.undo()
    guard.arm()


def test_without_the_rules_everything_passes_that_breaks_them(house, without_rules):
    """Else something but the rules would have refused it."""
    for cases in BREAKS.values():
        for changes in cases.values():
            with transaction.atomic():
                by_hand.write(*changes(house))
                connection.check_constraints()
                transaction.set_rollback(True)


def test_a_container_takes_exactly_what_it_is_rated_for(house):
    by_hand.write(*heavier(house, house.soil, 85 * GRAM))

    assert Container.objects.get(pk=house.bottle.pk).contents_g() == 100


def test_a_mission_returns_exactly_two_thousand_grams(house):
    by_hand.write(change(house.bottle, capacity_g=str(2000 * GRAM)))
    house.bottle.refresh_from_db()

    by_hand.write(*heavier(house, house.soil, 1985 * GRAM))

    balance = MassBalance(house.mission)
    assert (balance.accessioned_g, balance.free_g, balance.closes) == (2000, 0, True)
    house.soil.refresh_from_db()
    with pytest.raises(IntegrityError):
        by_hand.write(change(house.soil, mass_g=f"mass_g + {MICROGRAM}"))


def test_a_rule_may_be_broken_on_the_way(house):
    """Two moves: the bottle is over its capacity between them, and so was everything above it."""
    by_hand.write(change(house.bottle, capacity_g=str(12 * GRAM)), is_moved_to(house.rock, house.box))
    house.bottle.refresh_from_db()
    house.rock.refresh_from_db()

    by_hand.write(is_moved_to(house.rock, house.bottle), _moved_on(house.rock, house.box))

    assert house.bottle.contents_g() == 12


def test_marks_above_what_was_left_go_too(house):
    """What is moved out of a nested container leaves the ones around it as well."""
    by_hand.write(change(house.bottle, capacity_g="NULL"), change(house.box, capacity_g=str(15 * GRAM)))
    house.soil.refresh_from_db()
    movement = heavier(house, house.soil, GRAM)

    by_hand.write(*movement, _moved_on(house.soil, house.foreign_box))

    assert house.foreign_box.contents_g() == 11


def _moved_on(sample, container):
    return sample._meta.model_name, sample.pk, by_hand.changed(sample, container_id=str(container.pk))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_writers_at_once_do_not_break_a_rule_together(house):
    """Without the operations' lock, each of them would see only what it does itself."""
    wrote, waited = Event(), Event()

    def other():
        try:
            with transaction.atomic():
                wrote.wait(timeout=30)
                waited.set()
                by_hand.write(*heavier(house, house.rock, 50 * GRAM))
        except DatabaseError as error:
            refusals.append(str(error))
        finally:
            connection.close()

    refusals = []
    thread = Thread(target=other)
    thread.start()
    with transaction.atomic():
        by_hand.write(*heavier(house, house.soil, 50 * GRAM))
        wrote.set()
        waited.wait(timeout=30)
        thread.join(timeout=0.5)
    thread.join(timeout=30)

    assert len(refusals) == 1
    assert house.bottle.contents_g() == 65


@pytest.mark.parametrize(
    ("name", "values"),
    {
        "a_history_row_twice": ("ledger_enters_a_history_row_once", {}),
        "a_step_twice": ("ledger_counts_the_steps_of_an_operation", {"step": 0}),
        "a_kind_without_a_record": (
            "ledger_entry_names_its_history_row_whole",
            {"noun": "container", "record_id": None, "history_id": None, "revision": None},
        ),
        "a_record_without_a_kind": ("ledger_entry_names_its_history_row_whole", {"noun": ""}),
    }.values(),
)
def test_a_ledger_entry_keeps_the_rules_of_its_row(house, name, values):
    guard.disarm()
    newest = LedgerEntry.objects.exclude(history_id=None).order_by("-seq").first()
    first = newest.operation_id
    newest.seq, newest.prev, newest.hash = newest.seq + 1, newest.hash, "e" * 64
    newest.step += 500
    for field, value in values.items():
        setattr(newest, field, value)
    if name == "ledger_counts_the_steps_of_an_operation":
        newest.operation_id, newest.history_id = first, 999_999
    words = name if name.startswith("ledger_entry") or connection.vendor == "postgresql" else "UNIQUE constraint failed"

    try:
        with pytest.raises(IntegrityError, match=words), transaction.atomic():
            models.QuerySet(LedgerEntry).bulk_create([newest])
    finally:
        guard.arm()
    assert ledger.head().seq == newest.seq - 1
