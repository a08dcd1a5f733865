"""The depth strip of a core: its segments in order, what lies wrong between them, in words and in a table too."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.operations import movements
from tests import factories
from tests.views.conftest import Browser, address

CUT = [("0", "28.7"), ("28.7", "70"), ("70", "73.8")]
SPLIT_AT = factories.LONG_AGO + timedelta(days=1)


@pytest.fixture
def core(lab):
    """A core without depths of its own in one tube."""
    tube = factories.container(lab.technician, "TUBE-1", lab.mission, parent=lab.box, origin="drill", kind="core tube")
    return factories.sample(lab.technician, "CORE", tube, "100", origin="drill")


def cut(lab, sample, *depths, form="core segment", mass_g="1"):
    """Cut `sample` at these (top, bottom) into segments of so many grams, named after it."""
    taken = sample.children.count()
    parts = [
        movements.Part(
            f"{sample}-{taken + n}", sample.container, Decimal(mass_g), form, Decimal(top or 0), Decimal(bottom)
        )
        for n, (top, bottom) in enumerate(depths, start=1)
    ]
    kept = {"happened_at": SPLIT_AT, "acknowledged": True, "by": lab.technician, "reason": "Cut"}
    return movements.split(sample=sample, parts=parts, **kept)


def named(page):
    """The names beside the strip, and the words of what is wrong, from the top down."""
    return [" ".join(text.split()) for text in page.with_class("strip-link") + page.with_class("strip-fault")]


def tabled(page):
    """(segment, depth) of each row of the table beside it."""
    [node] = [node for node in page.tree.iter("table") if node.get("class") == "strip-table"]
    rows = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in node.iter("tr")]
    return [(row[0], row[1].removesuffix(" cm")) for row in rows[1:] if len(row) == 3]


def kinds(page):
    return [node.get("class").split()[1] for node in page.tree.iter() if "core-bar" in (node.get("class") or "")]


def test_the_page_of_the_core_has_its_segments_in_order(lab, core, as_technician):
    cut(lab, core, *reversed(CUT))

    page = as_technician.get("sample_detail", core)

    assert named(page) == ["CORE-3 0 – 28.7 cm", "CORE-2 28.7 – 70 cm", "CORE-1 70 – 73.8 cm"]
    assert tabled(page) == [("CORE-3", "0 – 28.7"), ("CORE-2", "28.7 – 70"), ("CORE-1", "70 – 73.8")]
    assert kinds(page) == ["whole"] * 3
    assert "To scale. No gap and no overlap between the 3 segments." in page.text


def test_the_page_of_a_segment_outlines_it_and_shows_what_was_split_off(lab, core, as_technician):
    _upper, middle, _lower = cut(lab, core, *CUT)
    cut(lab, middle, ("28.7", "40"), ("40", "55"), mass_g="0.1")
    cut(lab, middle, ("30", "60"), form="powder", mass_g="0.1")

    page = as_technician.get("sample_detail", middle)

    assert kinds(page) == ["other", "other", "current"]
    assert [row[0] for row in tabled(page)] == ["CORE-1", "CORE-2", "CORE-3", "CORE-2-1", "CORE-2-3", "CORE-2-2"]
    # Its own name is the title of the page.
    assert [name.split()[0] for name in named(page)] == ["CORE-1", "CORE-2-1", "CORE-2-3", "CORE-2-2", "CORE-3"]
    assert "Outlined: this sample. Grey bars: what was split off it." in page.text
    assert page.link("CORE-2-3") == address("sample_detail", middle.children.get(form="powder"))
    links = [node.get("href") for node in page.tree.iter() if (node.get("class") or "").startswith("strip-link")]
    assert address("sample_detail", core.children.first()) in links


def test_gaps_and_overlaps_are_hatched_and_said(lab, core, as_technician):
    cut(lab, core, ("0", "20"), ("18", "30"), ("32.5", "40"))

    page = as_technician.get("sample_detail", core)

    seams = [node for node in page.tree.iter() if (node.get("class") or "").startswith("seam ")]
    assert [(node.get("class"), node.get("fill")) for node in seams] == [
        ("seam overlap", "url(#pattern-overlap)"),
        ("seam gap", "url(#pattern-gap)"),
    ]
    assert page.with_class("strip-fault") == ["overlap 18 – 20 cm", "gap 30 – 32.5 cm"]
    assert page.with_class("seam-line") == [
        "CORE-1 and CORE-2 overlap from 18 to 20 cm.",
        "Between CORE-2 and CORE-3 there is a gap from 30 to 32.5 cm.",
    ]
    assert "No gap" not in page.text


def test_a_gap_between_the_segments_of_a_segment_is_said(lab, core, as_technician):
    [whole] = cut(lab, core, ("0", "30"))
    cut(lab, whole, ("0", "10"), ("12", "30"), mass_g="0.1")

    page = as_technician.get("sample_detail", whole)

    assert page.with_class("seam-line") == ["Between CORE-1-1 and CORE-1-2 there is a gap from 10 to 12 cm."]


def test_a_segment_that_was_merged_back_is_not_in_the_core_any_more(lab, core, as_technician):
    first, second = cut(lab, core, ("0", "20"), ("20", "30"))
    movements.merge(sample=second, into=core, happened_at=SPLIT_AT, by=lab.technician, reason="Not needed")

    assert tabled(as_technician.get("sample_detail", first)) == [("CORE-1", "0 – 20")]
    # Its own page shows the piece that it was.
    assert tabled(as_technician.get("sample_detail", second)) == [("CORE-2", "20 – 30")]


def test_what_is_no_core_has_no_strip(lab, core, as_technician):
    for sample in (lab.soil, core):
        assert as_technician.get("sample_detail", sample).with_class("strip-core") == []


def test_a_core_in_one_piece_is_its_own_strip(lab, as_technician):
    tube = factories.container(lab.technician, "TUBE-2", lab.mission, parent=lab.box, origin="drill", kind="core tube")
    depths = {"depth_top_cm": Decimal("1.01"), "depth_bottom_cm": Decimal("1.02")}
    whole = factories.sample(lab.technician, "WHOLE", tube, "1", origin="drill", form="core segment", **depths)

    page = as_technician.get("sample_detail", whole)

    assert (kinds(page), tabled(page)) == (["current"], [("WHOLE", "1.01 – 1.02")])


def test_many_segments_are_cut_and_the_page_says_so(lab, core, as_technician, monkeypatch):
    monkeypatch.setattr("samples.views.lineage.MOST_SEGMENTS", 2)
    cut(lab, core, *CUT)

    page = as_technician.get("sample_detail", core)

    assert len(tabled(page)) == 2
    assert "Only the first 2 segments from the top are shown." in page.text


def test_a_researcher_sees_the_published_segments_alone_and_no_gaps_between(lab, core, as_researcher):
    first, _second, third = cut(lab, core, *CUT)
    for sample in (core, first, third):
        factories.publish(lab.curator, sample)

    page = as_researcher.get("sample_detail", first)

    assert tabled(page) == [("CORE-1", "0 – 28.7"), ("CORE-3", "70 – 73.8")]
    assert page.with_class("seam-line") == []
    assert "Only what is published is shown." in page.text
    assert "CORE-2" not in page.html


def test_a_researcher_sees_no_siblings_where_the_core_is_not_published(lab, core, as_researcher):
    first, second, _third = cut(lab, core, *CUT)
    [part] = cut(lab, first, ("0", "5"), mass_g="0.1")
    for sample in (first, second, part):
        factories.publish(lab.curator, sample)
    cut(lab, first, ("5", "10"), mass_g="0.1")

    page = as_researcher.get("sample_detail", first)

    assert tabled(page) == [("CORE-1-1", "0 – 5")]
    assert "CORE-2" not in page.html
    assert "CORE-1-2" not in page.html


def test_it_keeps_to_the_moment(lab, core, as_auditor):
    cut(lab, core, *CUT)
    before = (SPLIT_AT - timedelta(hours=1)).isoformat()

    assert as_auditor.get("sample_detail", core, as_of=before).with_class("strip-core") == []
    page = as_auditor.get("sample_detail", core, as_of=SPLIT_AT.isoformat())
    links = [node.get("href") for node in page.tree.iter() if (node.get("class") or "").startswith("strip-link")]
    assert len(links) == 3
    assert all("as_of=" in link for link in links)


def test_its_cost_does_not_grow_with_the_segments(lab, core, django_assert_num_queries):
    person = Browser(lab.technician)
    first, *_rest = cut(lab, core, ("0", "1"), ("1", "2"))
    cut(lab, first, ("0", "0.1"), mass_g="0.01")
    cost = 24

    with django_assert_num_queries(cost):
        person.get("sample_detail", first)
    cut(lab, core, *((n, n + 1) for n in range(2, 12)))
    cut(lab, first, *((Decimal(n) / 10, Decimal(n + 1) / 10) for n in range(1, 9)), mass_g="0.01")
    with django_assert_num_queries(cost):
        person.get("sample_detail", first)
