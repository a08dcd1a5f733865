"""Every file is, to the byte, what Python makes of the records one by one; about now and about either past."""

import csv
import hashlib
import io
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone

from samples import past
from samples.exports import DATASETS, DatasetOfLines
from samples.models import HandoffLine, Location
from samples.operations import containers, custody
from samples.questions import AS_OF, RECORDED_AT, Question
from samples.selections import select
from tests import comparing, factories

# What neither line has in common with the other: an operation has another number in each run.
NUMBERED_ANEW = {"movements"}
READ_BY_THE_DATABASE = [name for name, dataset in DATASETS.items() if not isinstance(dataset, DatasetOfLines)]


def place(container):
    return container.path()[0].location.full_name()


def names(handoff):
    lines = HandoffLine.objects.filter(handoff=handoff).order_by("pk").select_related("container")
    inside = {line.container_id for line in lines if line.inside_id in {each.container_id for each in lines}}
    return " ".join(line.container.identifier for line in lines if line.container_id not in inside)


def minutes(handoff):
    return None if handoff.gap is None else int(handoff.gap.total_seconds() // 60)


# How a column is read from a record that has no attribute of its name.
READ = {
    "samples": {
        "mission": lambda sample: sample.mission.code,
        "custodian": lambda sample: sample.container.custodian,
        "location": lambda sample: place(sample.container),
        "happened_at": lambda sample: sample.movements_in.order_by("pk")[0].happened_at,
    },
    "containers": {
        "mission": lambda container: container.mission.code,
        "inside": lambda container: container.parent,
        "contents_g": lambda container: container.contents_g(),
        "seal_number": lambda container: container.seal() and container.seal().number,
        "seal_state": lambda container: container.seal() and container.seal().state,
        "location": place,
        "under_way": lambda container: container.open_handoff() is not None,
    },
    "handoffs": {
        "number": str,
        "from": lambda handoff: handoff.from_custodian,
        "to": lambda handoff: handoff.to_custodian,
        "containers": names,
        "received_location": lambda handoff: handoff.received_location and handoff.received_location.full_name(),
        "gap_minutes": minutes,
    },
    "missions": {},
    "weighings": {
        "handoff": lambda weighing: weighing.line and weighing.line.handoff,
        "supersedes_weighed_at": lambda weighing: weighing.supersedes and weighing.supersedes.weighed_at,
    },
    "movements": {
        "mission": lambda movement: movement.sample.mission.code,
        "from": lambda movement: movement.from_sample,
        "to": lambda movement: movement.to_sample,
        "origin": lambda movement: movement.sample.origin,
        "weighed_container": lambda movement: movement.weighing and movement.weighing.container,
        "weighed_at": lambda movement: movement.weighing and movement.weighing.weighed_at,
    },
    "custodians": {},
    "locations": {"location": Location.full_name},
    "discrepancies": {
        "state": lambda discrepancy: "open" if discrepancy.is_open else "closed",
        "handoff": lambda discrepancy: discrepancy.line and discrepancy.line.handoff,
        "closed_as": lambda discrepancy: discrepancy.outcome,
        "reweighed_g": lambda discrepancy: discrepancy.reweighing and discrepancy.reweighing.gross_g,
        **{
            name: lambda discrepancy, name=name: discrepancy.line and getattr(discrepancy.line, name)
            for name in (
                *("seal_declared", "seal_read", "seal_condition"),
                *("gross_declared_g", "gross_weighed_g", "tolerance_g"),
            )
        },
    },
    "balances": {"in_use": lambda balance: balance.active},
}


def written(value):
    """A value as the cell of the file, by what researchers are told of it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        at = value.astimezone(UTC)
        return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}" if at.microsecond else f"{at:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, Decimal | int | date):
        return str(value)
    text = str(value)
    return "'" + text if text[:1] and text[:1] in "=+-@＝＋－＠\t\r\n'" else text


def file_of_objects(selection):
    """The file, made of one record after the other; Python's own writer puts into quotes."""
    read = READ[selection.dataset.name]
    lines = [",".join(column.name for column in selection.columns)]
    for record in selection.queryset:
        cells = [written(read[name](record) if name in read else getattr(record, name)) for name in _names(selection)]
        line = io.StringIO()
        csv.writer(line).writerow(cells)
        lines.append(line.getvalue().removesuffix("\r\n"))
    return "\n".join(lines) + "\n"


def _names(selection):
    return [column.name for column in selection.columns]


@pytest.fixture
def world(inventory):
    """The inventory of the packages, with what went wrong on the way, what was withdrawn and a second reading."""
    lab = inventory
    handoff = lab.box.open_handoff()
    late = handoff.released_at + timedelta(minutes=61, seconds=59)
    found = {lab.box.pk: custody.Found(seal_read="＝S-101", seal_condition="damaged")}
    told = {"remarks": "'Dented,\r\n\\.", "differs": True}
    factories.receive(lab.receiver, handoff, lab.other_room, received_at=late, found=found, **told)
    containers.void(container=lab.tray, by=lab.curator, reason="Entered twice")
    factories.location(lab.curator, "@Shelf, 月壤", parent=lab.other_room)
    dish = factories.container(lab.curator, "DISH", lab.mission, custodian=lab.home, location=lab.room)
    for number, sign in enumerate(',"\r\n'):
        factories.sample(lab.curator, f"SIGN-{number}", dish, "0.000001", description=f"Dark{sign}fine")
    factories.custodian(lab.curator, "－Museum “🌕”", "museum", contact="\\.\n+49")
    return lab


QUESTIONS = {
    "now": lambda: None,
    "as it happened": lambda: Question(AS_OF, datetime(2024, 7, 1, 0, 30, tzinfo=UTC)),
    "as recorded": lambda: Question(RECORDED_AT, timezone.now()),
}


@pytest.mark.parametrize("asked", QUESTIONS)
def test_every_file_is_what_its_records_say(world, asked, request):
    question = QUESTIONS[asked]()

    with past.shown(question) if question else nullcontext():
        for name in READ_BY_THE_DATABASE:
            selection = select(name, QueryDict("show=all" if name == "containers" else ""), world.auditor)
            file = "".join(selection.rows())

            assert file == file_of_objects(selection), name
            assert file.count("\n") > 1 or (name, asked) == ("discrepancies", "as it happened"), name
            if name not in NUMBERED_ANEW:
                key = f"{name}, {asked}"
                digest = hashlib.sha256(file.encode()).hexdigest()
                comparing.record(request.config, "bytes of files", key, digest)


def test_every_dataset_that_the_database_reads_is_told_of():
    assert set(READ) == set(READ_BY_THE_DATABASE)


@pytest.mark.parametrize("column", ["description", "depth_top_cm", "status", "mass_g", "collected_at"])
def test_a_column_alone_has_its_cells_in_quotes_so_that_an_empty_one_is_a_line(world, column):
    selection = select("samples", QueryDict(f"columns={column}"), world.auditor)

    [header, *rows] = csv.reader(io.StringIO("".join(selection.rows()), newline=""))

    assert header == [column]
    assert rows == [[written(getattr(sample, column))] for sample in selection.queryset]
    assert '\n""\n' in "".join(selection.rows()) or column in ("status", "mass_g")


def test_a_text_alone_that_is_nothing_is_an_empty_cell(world):
    selection = select("samples", QueryDict("columns=parent"), world.auditor)

    lines = "".join(selection.rows()).splitlines()[1:]

    parents = [sample.parent for sample in selection.queryset]
    assert lines == [f'"{parent.identifier}"' if parent else '""' for parent in parents]
    assert None in parents


def test_milligrams_are_the_same_masses(world):
    query = QueryDict("mass_unit=mg&columns=identifier,mass_g")
    selection = select("samples", query, world.auditor)

    [header, *rows] = csv.reader(io.StringIO("".join(selection.rows()), newline=""))

    assert header == ["identifier", "mass_mg"]
    assert rows == [[sample.identifier, f"{sample.mass_g * 1000:.3f}"] for sample in selection.queryset]
