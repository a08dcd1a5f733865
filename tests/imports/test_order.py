"""Rows that belong under each other: their order, what is said where one is missing, and what the order costs."""

from types import SimpleNamespace

import pytest

from samples.imports import files
from samples.imports._order import placed
from samples.models import Sample
from tests import factories
from tests.imports.test_kinds import BOTTLE, ROWS, check, file_of, register, told
from tests.imports.test_together import row


def vessel(name, inside, **cells):
    return BOTTLE | {"identifier": name, "inside": inside} | cells


def order_of(*pairs):
    rows = [SimpleNamespace(number=number, name=name, under=under) for number, (name, under) in enumerate(pairs, 2)]
    return placed(rows, lambda row: row.name, lambda row: row.under)


def test_what_is_under_no_other_row_comes_first_then_what_is_under_that():
    ordered = order_of(("c", "b"), ("b", "a"), ("d", "a"), ("a", ""), ("e", "elsewhere"))

    assert [row.name for row, _place in ordered] == ["a", "e", "b", "d", "c"]
    assert [place.outer for _row, place in ordered] == [None, None, 5, 5, 3]


def test_a_row_without_a_name_is_above_none():
    assert [row.number for row, _place in order_of(("a", ""), ("", "a"), ("", ""))] == [2, 4, 3]


@pytest.mark.parametrize(
    ("pairs", "ring"), [([("a", "a")], ["a", "a"]), ([("x", "a"), ("a", "b"), ("b", "a")], ["a", "b", "a"])]
)
def test_each_row_of_a_circle_comes_once_and_names_it(pairs, ring):
    ordered = order_of(*pairs)

    assert sorted(row.number for row, _place in ordered) == list(range(2, 2 + len(pairs)))
    assert {row.name: list(place.ring) for row, place in ordered if place.ring}["a"] == ring
    assert {row.name for row, place in ordered if place.ring} == set(ring)


def test_the_row_that_brings_it_and_is_refused_itself_is_named(lab):
    rows = [vessel("IN", "OUT"), vessel("OUT", "BOX-1", kind="bucket"), vessel("ALONE", "100%")]

    faults = told(check(lab, file_of("containers", *rows)))

    assert faults[2, "inside"] == "Row 3 brings it, and is refused itself: mend that first."
    assert faults[4, "inside"] == "No container in use has the identifier “100%”, nor does a row bring one."
    samples = [ROWS["samples"] | cells for cells in ({"identifier": "S-2", "parent": "s-1"}, {"identifier": "S-1"})]
    samples[1]["mass_g"] = "-1"
    faults = told(check(lab, file_of("samples", *samples)))
    assert faults[2, "parent"] == "Row 3 brings it, and is refused itself: mend that first."
    places = [{"location": "Hall / Box", "kind": "glove box"}, {"location": "Hall", "kind": "cellar"}]
    faults = told(check(lab, file_of("locations", *places)))
    assert faults[2, "location"] == "Row 3 brings it, and is refused itself: mend that first."


@pytest.mark.parametrize("kind", ["containers", "samples"])
def test_a_circle_is_named(lab, kind):
    column = "inside" if kind == "containers" else "parent"
    rows = [ROWS[kind] | {"identifier": name, column: of} for name, of in (("V%3", "v4"), ("V4", "V%3"), ("V5", "V4"))]

    faults = told(check(lab, file_of(kind, *rows)))

    assert faults[2, column] == "The rows name each other in a circle: V%3, V4, V%3."
    assert faults[3, column] == "The rows name each other in a circle: V%3, V4, V%3."
    assert faults[4, column] == "Row 3 brings it, and is refused itself: mend that first."


@pytest.mark.parametrize("count", [20, 200])
def test_rows_with_one_parent_take_no_more_statements_than_others(lab, django_assert_max_num_queries, count):
    depths = {"origin": "drill", "container": "BOX-1", "depth_top_cm": "1", "depth_bottom_cm": "2"}
    children = [row(each, parent="T-1", **depths) for each in range(2, count)]
    file = files.read_file("samples", "stock.csv", factories.stock(row(1, **depths), *children))

    with django_assert_max_num_queries(110):
        register(lab, file)

    assert Sample.objects.filter(parent__identifier="T-1").count() == count - 2


def test_families_are_written_together_too(lab, django_assert_max_num_queries):
    families = [
        cells for each in range(1, 121, 3) for cells in (row(each), row(each + 1, parent=f"T-{each}"), row(each + 2))
    ]

    with django_assert_max_num_queries(180):
        register(lab, files.read_file("samples", "stock.csv", factories.stock(*families)))

    assert Sample.objects.exclude(parent=None).count() == 40
