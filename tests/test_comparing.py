"""What the engines' workers recorded is laid side by side."""

from types import SimpleNamespace

import pytest

from tests import comparing
from tests.engines import ENGINE

ALIKE = {
    "sqlite": {"1 GET /": (200, ""), "2 POST /": (422, "")},
    "postgres": {"1 GET /": (200, ""), "2 POST /": (422, "")},
}
APART = {"sqlite": {"1 GET /": (200, "")}, "postgres": {"1 GET /": (500, "NUL"), "2 POST /": (422, "")}}


@pytest.fixture
def found(monkeypatch):
    monkeypatch.setattr(comparing, "_found", {})
    return comparing._found


def test_the_same_values_under_the_same_keys_are_no_difference():
    assert comparing.differences(ALIKE) == []


def test_another_value_and_a_key_that_one_engine_lacks_are_differences():
    assert comparing.differences(APART) == [
        ("1 GET /", {"sqlite": (200, ""), "postgres": (500, "NUL")}),
        ("2 POST /", {"sqlite": ("missing", ""), "postgres": (422, "")}),
    ]


def test_the_table_counts_each_value_by_engine():
    lines = [line.split() for line in comparing.table(APART)]

    assert lines == [
        ["postgres", "sqlite"],
        ["requests", "2", "1"],
        ["200", "0", "1"],
        ["422", "1", "0"],
        ["500", "1", "0"],
        ["5xx", "1", "0"],
        ["differences", "2"],
    ]


def test_a_run_in_which_the_engines_differ_fails(found):
    for name, engines, status in (("alike", ALIKE, 0), ("apart", APART, 1)):
        session = SimpleNamespace(exitstatus=0)
        found[name] = engines

        comparing.pytest_sessionfinish(session)

        assert session.exitstatus == status


def test_what_two_workers_recorded_comes_together(found):
    for engine in ("sqlite", "postgres"):
        output = {"compared": {"hard input": {engine: {"1 GET /": (200, "")}}}}
        comparing.pytest_testnodedown(SimpleNamespace(workeroutput=output), None)

    assert found == {"hard input": {engine: {"1 GET /": (200, "")} for engine in ("sqlite", "postgres")}}


def test_a_worker_hands_over_what_it_recorded():
    config = SimpleNamespace(workeroutput={})

    comparing.record(config, "hard input", "1 GET /", 200, note="quickly")

    assert config.workeroutput == {"compared": {"hard input": {ENGINE: {"1 GET /": (200, "quickly")}}}}


def test_one_key_is_not_recorded_twice(found):
    comparing.record(SimpleNamespace(), "hard input", "1 GET /", 200)

    with pytest.raises(AssertionError, match="recorded twice"):
        comparing.record(SimpleNamespace(), "hard input", "1 GET /", 200)
