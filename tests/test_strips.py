"""The geometry of the depth strip: to scale, labels apart, lanes for what lies beside each other."""

from decimal import Decimal
from itertools import pairwise

import pytest

from samples.models.cores import Seam
from samples.templatetags.strips import CORE_END_PX, LONGEST_PX, TOP_PX, Piece, strip


def piece(label, top, bottom, **values):
    return Piece(label, f"/{label}/", Decimal(top), Decimal(bottom), **values)


def seam(upper, lower):
    for each in (upper, lower):
        object.__setattr__(each, "depth_top_cm", each.top_cm)
        object.__setattr__(each, "depth_bottom_cm", each.bottom_cm)
    return Seam(upper, lower)


def drawn(*pieces, core=("0", "100"), **values):
    return strip(tuple(map(Decimal, core)), list(pieces), **values)


def test_a_bar_is_as_long_as_its_depth():
    found = drawn(piece("A", "0", "25"), piece("B", "25", "100"))

    short, long = (Decimal(bar.height) for bar in found["bars"])
    assert long == 3 * short
    assert Decimal(found["bars"][0].y) == TOP_PX
    assert short + long == Decimal(found["track"].height)


def test_the_one_that_the_page_is_about_is_drawn_last_and_the_others_faint():
    found = drawn(piece("A", "0", "50", is_current=True), piece("B", "50", "100"))
    whole = drawn(piece("A", "0", "50"), piece("B", "50", "100"))

    assert [bar.kind for bar in found["bars"]] == ["other", "current"]
    assert {bar.kind for bar in whole["bars"]} == {"whole"}


@pytest.mark.parametrize("count", [1, 7, 60])
def test_labels_never_cover_each_other(count):
    thin = [piece(f"CE5-CORE-WITH-A-LONG-NAME-{n}", Decimal(n) / 10, Decimal(n + 1) / 10) for n in range(count)]
    found = drawn(*thin)

    ends = [(label.top, label.top + label.height) for label in found["labels"]]
    assert len(ends) == count
    assert all(upper[1] <= lower[0] for upper, lower in pairwise(ends))
    assert ends[-1][1] <= found["height"]
    assert ends[0][0] >= 0


def test_a_few_labels_fit_the_usual_length_and_many_make_it_longer():
    few = drawn(*(piece(f"S-{n}", n, n + 1) for n in range(5)))
    many = drawn(*(piece(f"S-{n}", n, n + 1) for n in range(80)))

    assert Decimal(few["track"].height) < LONGEST_PX < Decimal(many["track"].height)


def test_an_identifier_is_written_whole_in_as_many_lines_as_it_needs():
    name = "CE5Z0102YJYX00201-" * 2 + "ABCD"
    [label] = drawn(piece(name, "0", "10"))["labels"]

    assert "".join(line for _y, line in label.rows) == name
    assert label.depth == "0 – 10\u00a0cm"


def test_what_lies_at_one_depth_stands_side_by_side_and_the_fourth_in_the_table_alone():
    beside = [piece(f"P-{n}", "10", "20") for n in range(4)] + [piece("P-4", "20", "30")]
    found = drawn(piece("A", "0", "100", is_current=True), subpieces=beside)

    assert len({bar.x for bar in found["subbars"]}) == 3
    assert (len(found["subbars"]), found["undrawn"]) == (4, 1)
    assert [label.lines for label in found["labels"]] == [["P-0"], ["P-1"], ["P-2"], ["P-4"]]
    assert all(label.x > bar.x for label in found["labels"] for bar in found["subbars"])


def test_a_seam_is_drawn_and_named():
    first, second, third = piece("A", "0", "40"), piece("B", "30", "50"), piece("C", "60", "100")
    found = drawn(first, second, third, seams=[seam(first, second), seam(second, third)])

    assert [bar.kind for bar in found["seams"]] == ["overlap", "gap"]
    assert [(label.lines, label.depth) for label in found["labels"] if label.kind == "seam"] == [
        (["overlap"], "30 – 40\u00a0cm"),
        (["gap"], "50 – 60\u00a0cm"),
    ]
    assert "overlap from 30 to 40 cm" in found["sentence"]
    assert "a gap from 50 to 60 cm" in found["sentence"]


@pytest.mark.parametrize(
    ("core", "labels"),
    [
        (("0", "73.8"), ["0", "10", "20", "30", "40", "50", "60", "70"]),
        (("28.7", "70"), ["30", "40", "50", "60", "70"]),
        (("1.01", "1.03"), ["1.01", "1.015", "1.02", "1.025", "1.03"]),
    ],
)
def test_the_ruler_has_round_depths(core, labels):
    found = drawn(piece("A", *core), core=core)

    assert [tick["label"] for tick in found["ticks"] if tick["label"]] == labels
    assert max(tick["x"] for tick in found["ticks"]) < CORE_END_PX
