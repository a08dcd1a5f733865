"""The family of a sample: who is drawn in its tree, how, and what of a large one is left out."""

from decimal import Decimal

import pytest

from samples.operations import samples
from samples.views import lineage
from tests import factories
from tests.views.conftest import Browser, address


@pytest.fixture
def family(lab):
    """CE6C0001 > three parts, the first of which has two of its own."""
    first, second, third = factories.split(lab.technician, lab.soil, "3", "2", "1")
    below = factories.split(lab.technician, first, "0.5", "0.25")
    return [lab.soil, first, *below, second, third]


def tree(page):
    return [row.partition(" ")[0] for row in page.with_class("tree-row")]


def test_the_whole_family_is_drawn_from_each_of_its_members(family, as_technician):
    names = ["CE6C0001", "CE6C0001/1", "CE6C0001/1/1", "CE6C0001/1/2", "CE6C0001/2", "CE6C0001/3"]

    for member in family:
        page = as_technician.get("sample_detail", member)

        assert tree(page) == names
        assert page.with_class("current")[0].startswith(f"{member} ")
        assert "This family has more" not in page.text


def test_a_row_has_form_use_and_the_mass_left(lab, family, as_technician):
    samples.assign(sample=family[1], use_category="research", by=lab.curator, reason="Allocated")

    page = as_technician.get("sample_detail", lab.soil)

    assert page.with_class("tree-row")[:2] == [
        "CE6C0001 Bulk regolith 4.000000 g",
        "CE6C0001/1 Bulk regolith, research 2.250000 g",
    ]


def test_a_void_member_says_so(lab, family, as_curator):
    child = factories.sample(lab.technician, "CE6C0001/9", lab.bottle, "0.1", parent=lab.soil)
    as_curator.fill("sample_void", child, reason="Registered twice")

    assert "CE6C0001/9 Bulk regolith void 0.000000 g" in as_curator.get("sample_detail", lab.soil).with_class(
        "tree-row"
    )


def test_a_large_family_is_cut_at_its_youngest_and_says_so(lab, family, as_technician, monkeypatch):
    monkeypatch.setattr(lineage, "MOST_NODES", 4)
    soil, first, upper, lower, second, _third = family

    # Above, then below, then beside: the oldest first.
    assert tree(as_technician.get("sample_detail", soil)) == [str(soil), str(first), str(second), "CE6C0001/3"]
    assert tree(as_technician.get("sample_detail", first)) == [str(soil), str(first), str(upper), str(lower)]
    page = as_technician.get("sample_detail", lower)
    assert tree(page) == [str(soil), str(first), str(lower), str(second)]
    assert "This family has more than 4 members." in page.text


def test_its_cost_does_not_grow_with_the_family(lab, family, django_assert_num_queries):
    person = Browser(lab.technician)
    cost = 20

    with django_assert_num_queries(cost):
        person.get("sample_detail", lab.soil)
    factories.split(lab.technician, family[2], *["0.001"] * 12)
    with django_assert_num_queries(cost):
        person.get("sample_detail", lab.soil)


def test_a_researcher_sees_the_published_members_alone(lab, family, as_researcher):
    soil, first, upper, _lower, second, _third = family
    for member in (soil, upper):
        factories.publish(lab.curator, member)

    page = as_researcher.get("sample_detail", upper)

    # What is between is not published, so it hangs from the top.
    assert tree(page) == [str(soil), str(upper)]
    assert str(first) + " " not in page.text
    assert str(second) not in page.text


def test_a_researcher_is_not_told_that_more_was_left_out(lab, family, as_researcher, monkeypatch):
    monkeypatch.setattr(lineage, "MOST_NODES", 2)
    for member in family[:2]:
        factories.publish(lab.curator, member)

    assert "This family has more" not in as_researcher.get("sample_detail", lab.soil).text


def test_it_keeps_to_the_moment(lab, family, as_auditor):
    page = as_auditor.get("sample_detail", lab.soil, as_of=factories.LONG_AGO.isoformat())

    assert tree(page) == ["CE6C0001"]
    assert lab.soil.mass_g == Decimal(10)
    assert "10.000000 g" in page.with_class("tree-row")[0]
    assert page.link("CE6C0001").startswith(address("sample_detail", lab.soil) + "?as_of=")
