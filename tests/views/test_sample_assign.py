"""Assign a sample to a use category."""

from samples.models import Sample
from tests.views.conftest import address


def test_a_curator_assigns_a_sample(lab, as_curator):
    page = as_curator.fill("sample_assign", lab.soil, use_category="permanent", reason="Kept for good")

    assert (page.status, page.location) == (302, address("sample_detail", lab.soil))
    assert page.message == "CE6C0001 has another use category."
    assert Sample.objects.get(pk=lab.soil.pk).is_permanent


def test_the_same_category_is_refused(lab, as_curator):
    page = as_curator.fill("sample_assign", lab.soil, reason="Kept for good")

    assert page.faults == {"use_category": "CE6C0001 has this use category already: not yet assigned."}


def test_permanent_material_offers_no_split_to_a_technician_and_says_why(lab, as_curator, as_technician):
    as_curator.fill("sample_assign", lab.soil, use_category="permanent", reason="Kept for good")

    page = as_technician.get("sample_detail", lab.soil)

    assert "Split, Consume: CE6C0001 is permanent material. It is split or consumed only by a curator." in page.text
    assert as_curator.get("sample_detail", lab.soil).link("Split") == address("sample_split", lab.soil)
