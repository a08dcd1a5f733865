"""Merge a subsample into its parent or a sibling."""

from decimal import Decimal

import pytest

from samples.models import Sample
from samples.operations import samples
from tests import factories
from tests.views.conftest import address


@pytest.fixture
def parts(lab):
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box, capacity_g=Decimal(5))
    return factories.split(lab.technician, lab.soil, "2", "1.5", container=vial)


def left_g(*samples):
    return [Sample.objects.get(pk=one.pk).mass_g for one in samples]


def choices(page):
    [select] = [node for node in page.tree.iter("select") if node.get("name") == "into"]
    return [" ".join("".join(option.itertext()).split()) for option in select.iter("option") if option.get("value")]


def test_its_parent_and_the_subsamples_beside_it_are_offered_with_their_masses(lab, parts, as_technician):
    factories.sample(lab.technician, "OTHER", lab.box)

    assert choices(as_technician.get("sample_merge", parts[0])) == [
        "CE6C0001 · 6.500000 g in BOT-1",
        "CE6C0001/2 · 1.500000 g in VIAL-1",
    ]


def test_it_merges_a_subsample_back_into_its_parent(lab, parts, as_technician):
    page = as_technician.fill("sample_merge", parts[0], into=str(lab.soil.pk), reason="Split by mistake")

    assert (page.status, page.location) == (302, address("sample_detail", lab.soil))
    assert page.message == "CE6C0001 now holds what CE6C0001/1 held."
    assert left_g(lab.soil, *parts) == [Decimal("8.5"), Decimal(0), Decimal("1.5")]


def test_it_merges_a_subsample_into_another(lab, parts, as_technician):
    page = as_technician.fill("sample_merge", parts[0], into=str(parts[1].pk), reason="One analysis")

    assert page.location == address("sample_detail", parts[1])
    assert left_g(lab.soil, *parts) == [Decimal("6.5"), Decimal(0), Decimal("3.5")]


def test_pristine_with_exposed_is_asked_about(lab, parts, as_technician):
    factories.expose(lab.technician, parts[1])

    asked = as_technician.fill("sample_merge", parts[0], into=str(parts[1].pk), reason="One analysis")

    assert asked.status == 422
    assert "CE6C0001/1 is pristine and CE6C0001/2 is not." in asked.text
    assert asked.typed["into"] == str(parts[1].pk)
    assert asked.send(acknowledged="on").status == 302


def test_a_stranger_is_no_choice(lab, parts, as_technician):
    other = factories.sample(lab.technician, "OTHER", lab.box)

    page = as_technician.fill("sample_merge", parts[0], into=str(other.pk), reason="One analysis")

    assert "Select a valid choice." in page.faults["into"]


def test_a_seal_on_the_other_container_is_in_the_way(lab, parts, as_technician):
    factories.seal(lab.technician, lab.bottle, "S-7")

    page = as_technician.fill("sample_merge", parts[0], into=str(lab.soil.pk), reason="Split by mistake")

    assert "BOT-1 is closed with seal S-7. Unseal it first, then reach into it." in page.summary


def test_a_sample_that_was_never_split_off_has_nothing_to_go_into(lab, as_technician):
    page = as_technician.get("sample_merge", lab.soil)

    assert choices(page) == []
    assert "CE6C0001 was not split off another sample" in as_technician.get("sample_detail", lab.soil).text


def test_its_parent_is_chosen_at_first_and_the_choices_tell_what_must_not_be_mixed(lab, parts, as_curator):
    samples.assign(sample=parts[1], use_category="permanent", by=lab.curator, reason="Kept for good")
    samples.note_exposure(
        sample=parts[1],
        exposed_at=factories.LONG_AGO.replace(month=7),
        exposed_reason="The bottle stood open",
        by=lab.curator,
        reason="Found",
    )

    page = as_curator.get("sample_merge", parts[0])

    assert page.typed["into"] == str(lab.soil.pk)
    assert choices(page)[1] == "CE6C0001/2 · 1.500000 g in VIAL-1 · permanent · air-exposed"
