"""Rows written together leave exactly what they leave one by one: records, histories, movements and ledger."""

import uuid
from contextlib import contextmanager
from decimal import Decimal
from functools import partial

import pytest
from django.apps import apps
from django.db import connection, transaction

from samples.audit import guard
from samples.audit.rules import MISSION_CAPACITY
from samples.imports import samples as importer
from samples.models import Atmosphere, Container, Import, LedgerEntry, Operation, Sample
from samples.operations import _intake, _operation, containers, locations, missions, movements, samples
from samples.operations._intake import TooManyAlone
from tests import factories
from tests.refusing import plain, refused

ROWS = 12


def row(number, **cells):
    return {"identifier": f"T-{number}", "mass_g": f"0.{number:06}", "container": "bot-1"} | cells


def everything():
    """Every row of every table of the inventory, histories and ledger included, in the order of their keys."""
    models = [model for model in apps.get_app_config("samples").get_models() if model.__name__ != "Upload"]
    return {model.__name__: list(model._base_manager.order_by("pk").values_list()) for model in models}


@contextmanager
def taken_back():
    """The block's changes, keys that were given included, are undone at its end."""
    with connection.cursor() as cursor:
        is_postgres = connection.vendor == "postgresql"
        if is_postgres:
            cursor.execute(
                "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value FROM pg_sequences "
                "WHERE schemaname = current_schema()"
            )
            keys = cursor.fetchall()
        with transaction.atomic():
            yield
            # What is put off to the commit would not be looked at.
            connection.check_constraints()
            transaction.set_rollback(True)
        for sequence, last in keys if is_postgres else ():
            cursor.execute("SELECT setval(%s, %s, %s)", [sequence, last or 1, last is not None])


def outcome_of(lab, content, together, monkeypatch, mapping="", expects=None):
    """What registering the file leaves, or the report of it where rows are refused, with so many written together."""
    monkeypatch.setattr(_intake, "TOGETHER", together)
    monkeypatch.setattr(_operation, "Operation", partial(Operation, id=uuid.UUID(int=7)))
    file = importer.read_samples("stock.csv", content, mapping)
    who = {"by": lab.curator, "reason": "Opening stock"}
    with taken_back():
        if expects is None:
            # A doubtful row alone is tried a first time, and on PostgreSQL the keys of that are gone.
            monkeypatch.setattr(samples, "register", partial(samples.register, acknowledged=True))
            factories.run(importer.register(file, acknowledged=True, **who))
            return everything()
        return factories.run(importer.check(file, **who))


@pytest.fixture
def frozen(time_machine):
    time_machine.move_to("2030-09-01T08:00:00Z", tick=False)


def together_and_alone(lab, content, monkeypatch, **choices):
    """The outcome with all rows together, and that with each one by itself."""
    return [outcome_of(lab, content, together, monkeypatch, **choices) for together in (500, 1)]


@pytest.mark.parametrize("air", [False, True])
def test_rows_written_together_leave_what_they_leave_alone(lab, frozen, monkeypatch, air):
    if air:
        changes = {"atmosphere": Atmosphere.AIR}
        containers.amend(
            container=lab.bottle, changes=changes, seen=None, acknowledged=True, by=lab.curator, reason="Vented"
        )
    emptied = factories.container(lab.technician, "BOT-E", lab.mission, custodian=lab.home, location=lab.room)
    factories.sample(lab.technician, "E-1", emptied, "1")
    movements.consume(
        sample=Sample.objects.get(identifier="E-1"),
        mass_g=Decimal(1),
        happened_at=factories.LONG_AGO,
        acknowledged=True,
        by=lab.technician,
        reason="Measured",
    )
    # A subsample of what stands in the file before it, material into a container that was emptied, exposed
    # material, other units, and text of every kind.
    content = factories.stock(
        *(row(number) for number in range(1, ROWS)),
        row(ROWS, mass_g="1.5 mg", parent="t-1", description="“dark”, 'fine'\nand wet"),
        row(ROWS + 1, container="bot-e", use_category="research"),
        row(ROWS + 2, container="BOT-E", exposure="air-exposed", exposed_at="2024-07-01T00:00Z", exposed_reason="Fell"),
        row(ROWS + 3, parent="CE6C0001", happened_at="2024-06-30T00:00Z", exposure="" if not air else "pristine"),
    )

    together, alone = together_and_alone(lab, content, monkeypatch)

    assert together.keys() == alone.keys()
    for name in together:
        assert together[name] == alone[name], name
    assert len([entry for entry in together["LedgerEntry"]]) > 2 * ROWS
    assert len(together["Sample"]) == Sample.objects.count() + ROWS + 3


WRONG = [
    {"mass_g": "95"},
    {"identifier": "CE6C0001"},
    {"depth_top_cm": "1", "depth_bottom_cm": "2"},
    {"container": "NONE"},
    {"parent": "NONE"},
    {"description": "a\x07bell"},
    {"origin": "drill"},
    {"happened_at": "2031-06-01T00:00Z"},
    {"exposed_reason": "Fell"},
    {"mission": "NONE"},
    {"mass_g": "1 kg"},
]


# Beside each other, with two right ones between, the first and the last row among them.
@pytest.mark.parametrize("step", [1, 3])
def test_what_is_wrong_with_rows_among_many_is_told_as_of_each_alone(lab, frozen, monkeypatch, step):
    rows = [row(each) for each in range(1, (len(WRONG) - 1) * step + 2)]
    for place, cells in enumerate(WRONG):
        rows[place * step] |= cells

    together, alone = together_and_alone(lab, factories.stock(*rows), monkeypatch, expects="faults")

    assert together == alone
    assert {fault["row"] for fault in together["faults"]} == {place * step + 2 for place in range(len(WRONG))}


def closed_containers(lab):
    """Containers that take nothing in: under way, sealed, inside one of these, void."""
    held = {"custodian": lab.home, "location": lab.room, "kind": Container.Kind.PACKAGE}
    for name in ("GONE", "SEALED", "VOID"):
        factories.container(lab.technician, name, lab.mission, **held)
    boxes = {box.identifier: box for box in Container.objects.all()}
    factories.container(lab.technician, "GONE-TOO", lab.mission, parent=boxes["GONE"])
    factories.container(lab.technician, "WITHIN", lab.mission, parent=boxes["SEALED"])
    factories.seal(lab.technician, boxes["SEALED"], "S-7")
    factories.release(lab.technician, [boxes["GONE"]], lab.other)
    containers.void(container=boxes["VOID"], by=lab.curator, reason="Registered twice")
    return ["GONE", "GONE-TOO", "SEALED", "WITHIN", "VOID"]


def test_what_is_closed_takes_nothing_in_however_many_come(lab, frozen, monkeypatch):
    # Two beside each other, because one that is left over goes alone.
    names = [name for name in closed_containers(lab) for _twice in range(2)]
    rows = [row(each, container=name) for each, name in enumerate(names, 1)]
    content = factories.stock(*rows, row(20), row(21))

    together, alone = together_and_alone(lab, content, monkeypatch, expects="faults")

    assert together == alone
    assert {fault["row"] for fault in together["faults"]} == set(range(2, 12))
    assert together["accepted"] == 2


def test_withdrawn_samples_and_exposed_parents_are_heeded_as_of_each_alone(lab, frozen, monkeypatch):
    withdrawn = factories.sample(lab.technician, "OLD", lab.bottle)
    samples.void(sample=withdrawn, by=lab.curator, reason="Registered twice")
    factories.expose(lab.technician, factories.sample(lab.technician, "OPEN", lab.bottle))
    wrong = [row(1, identifier="old"), row(2, parent="OLD"), row(3, parent="open")]

    together, alone = together_and_alone(
        lab, factories.stock(*wrong, row(4), row(5), row(6)), monkeypatch, expects="faults"
    )

    assert together == alone
    assert [(fault["row"], fault["column"]) for fault in together["faults"]] == [
        (2, "identifier"),
        (3, "parent"),
        (4, "exposure"),
    ]


def test_what_stands_in_a_room_of_air_is_exposed_however_many_come(lab, frozen, monkeypatch):
    changes = {"atmosphere": Atmosphere.AIR}
    locations.amend(location=lab.room, changes=changes, acknowledged=True, **amending(lab))
    content = factories.stock(*(row(each) for each in range(1, ROWS)))

    doubted, doubted_alone = together_and_alone(lab, content, monkeypatch, expects="doubts")
    together, alone = together_and_alone(lab, content, monkeypatch)

    assert doubted == doubted_alone
    assert len(doubted["doubts"]) == ROWS - 1
    assert together == alone
    assert all(Sample.Exposure.EXPOSED in sample for sample in together["Sample"])


@pytest.mark.parametrize("of", ["outer container", "mission"])
def test_rows_that_fit_each_alone_do_not_all_fit_together(lab, frozen, monkeypatch, of):
    if of == "mission":
        missions.amend(mission=lab.mission, changes={"return_capacity_g": Decimal(100)}, **amending(lab))
    else:
        containers.amend(container=lab.box, changes={"capacity_g": Decimal(60)}, **amending(lab))
    # The bottle is rated for 100 g; the box that it is in is not.
    rows = [row(each, mass_g="8", container="BOX-1" if of == "mission" else "BOT-1") for each in range(1, 13)]

    together, alone = together_and_alone(lab, factories.stock(*rows), monkeypatch, expects="faults")

    assert together == alone
    assert 0 < together["refused"] < len(rows)


def amending(lab):
    return {"seen": None, "by": lab.curator, "reason": "Rated anew"}


def test_doubts_are_told_as_of_each_alone(lab, frozen, monkeypatch):
    rows = [
        row(each, origin="drill", container="BOX-1", form="core segment" if each % 7 else "powder")
        for each in range(1, 15)
    ]

    together, alone = together_and_alone(lab, factories.stock(*rows), monkeypatch, expects="doubts")

    assert len(together["doubts"]) == 12
    assert together == alone


def test_segments_of_a_core_that_overlap_are_doubted_however_many_come(lab, frozen, monkeypatch):
    drilled = {"origin": "drill", "container": "BOX-1"}
    core = row(1, **drilled, depth_top_cm="0", depth_bottom_cm="100")
    segments = [
        row(each, **drilled, form="core segment", parent="T-1", depth_top_cm=top, depth_bottom_cm=bottom)
        for each, (top, bottom) in enumerate([("0", "20"), ("15", "30"), ("40", "50")], 2)
    ]

    together, alone = together_and_alone(lab, factories.stock(core, *segments), monkeypatch, expects="doubts")

    assert together == alone
    told = {doubt["row"]: plain(doubt["message"]) for doubt in together["doubts"]}
    assert told[4] == "T-2 and T-3 overlap from 15 to 20 cm."
    assert "a gap from 30 to 40 cm" in told[5]


def test_the_last_microgram_fits_and_not_one_more(lab, frozen, monkeypatch):
    # The bottle is rated for 100 g and holds 10.
    fits = [row(each, mass_g="7.500000") for each in range(1, ROWS + 1)]
    over = [*fits[:-1], row(ROWS, mass_g="7.500001")]

    assert outcome_of(lab, factories.stock(*fits), 500, monkeypatch, expects="faults")["faults"] == []
    [fault] = outcome_of(lab, factories.stock(*over), 500, monkeypatch, expects="faults")["faults"]
    assert fault["row"] == ROWS + 1
    assert "7.500001 g does not fit" in plain(fault["message"])


def test_it_takes_few_statements(lab, django_assert_max_num_queries):
    file = importer.read_samples("stock.csv", factories.stock(*(row(each) for each in range(1, 401))))

    with django_assert_max_num_queries(160):
        factories.run(importer.register(file, acknowledged=False, by=lab.curator, reason="Opening stock"))

    assert Import.objects.get().sample_count == 400


def test_a_file_that_is_sent_twice_is_told_so_without_trying_each_row(lab, django_assert_max_num_queries):
    file = importer.read_samples("stock.csv", factories.stock(*(row(each) for each in range(1, 201))))
    who = {"by": lab.curator, "reason": "Opening stock"}
    factories.run(importer.register(file, acknowledged=False, **who))

    with django_assert_max_num_queries(60):
        report = factories.run(importer.check(file, **who))

    assert report["refused"] == 200
    assert {fault["column"] for fault in report["faults"]} == {"identifier"}


def test_others_do_not_wait_for_a_file_whose_rows_go_one_by_one(lab):
    rows = [row(each, form="core segment", origin="drill", container="BOX-1", parent="T-1") for each in range(2, 9)]
    file = importer.read_samples("stock.csv", factories.stock(row(1, origin="drill", container="BOX-1"), *rows))
    file.most_alone = 5

    with refused(TooManyAlone, "More than 5 rows of this file have to be registered one by one"):
        factories.run(importer.register(file, acknowledged=True, by=lab.curator, reason="Opening stock"))


def test_a_file_of_nothing_but_faults_is_looked_at_until_the_limit_and_tells_them(lab):
    rows = [row(each, container="NO-SUCH") for each in range(1, 9)]
    file = importer.read_samples("stock.csv", factories.stock(*rows))
    file.most_alone = 5

    report = factories.run(importer.check(file, by=lab.curator, reason="Opening stock"))

    *faults, last = report["faults"]
    assert [(fault["row"], fault["column"]) for fault in faults] == [(number, "container") for number in range(2, 7)]
    assert "The check stopped at this row" in last["message"]
    assert report["accepted"] == 0


def test_a_sum_that_is_put_off_is_looked_at_before_the_end(lab):
    before = LedgerEntry.objects.count()

    guard.put_off(MISSION_CAPACITY, [lab.mission.pk])

    assert not guard.is_clear()
    guard.settle(MISSION_CAPACITY)
    assert guard.is_clear()
    assert LedgerEntry.objects.count() == before
