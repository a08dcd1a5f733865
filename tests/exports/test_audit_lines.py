"""The database counts the lines of the audit log as they are made."""

import pytest

from samples.exports.audit import Lines
from samples.models import LedgerEntry
from samples.operations import missions
from samples.operations.data import export
from samples.selections import select
from tests import factories

QUESTIONS = [
    {},
    {"sort": "seq"},
    {"kind": "sample"},
    {"kind": "user"},
    {"kind": "none"},
    {"record": "CORE-1"},
    {"q": "nobody wrote this"},
]


@pytest.fixture
def entries(inventory):
    told = {"file": "samples.csv", "format": "csv", "token": ""}
    for filters in ({}, {"origin": "drill", "sort": "-mass"}):
        export(**told, filters=filters, by=inventory.auditor, reason="For a paper")
    mission = inventory.mission
    mission.refresh_from_db()
    for changes in ({"notes": "Twice.", "latitude": None, "longitude": None, "agency": "CNSA"}, {"notes": ""}):
        missions.amend(mission=mission, changes=changes, seen=None, by=inventory.curator, reason="Again")
    factories.person("late")
    return LedgerEntry.objects.order_by("seq")


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_the_number_is_that_of_the_lines(inventory, entries, asked):
    lines = Lines(select("audit", asked, inventory.auditor).queryset)

    assert len(lines) == len(list(lines))
    assert bool(lines) == ("q" not in asked)


def test_entries_of_one_kind_are_counted_by_themselves(entries):
    kinds = set(entries.values_list("noun", flat=True))
    assert len(kinds) > 12

    for noun in kinds:
        lines = Lines(entries.filter(noun=noun))
        assert len(lines) == len(list(lines)), noun


def test_what_is_written_while_lines_are_read_is_none_of_them(inventory, entries):
    lines = Lines(entries)
    number = len(lines)

    factories.custodian(inventory.curator, "Museum", "museum")

    assert len(list(lines)) == len(lines) == number < len(list(Lines(entries)))
