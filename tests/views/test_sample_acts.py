"""Move, publish, unpublish and void a sample."""

from decimal import Decimal

import pytest

from samples.models import Container, MassMovement, Sample
from tests import factories
from tests.views.conftest import address


@pytest.fixture
def vial(lab):
    return factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box, capacity_g=Decimal(10))


def now(sample):
    return Sample.objects.get(pk=sample.pk)


def test_it_moves_a_sample(lab, vial, as_technician):
    page = as_technician.fill("sample_move", lab.soil, container="vial-1", reason="Poured over")

    assert (page.status, page.location) == (302, address("sample_detail", lab.soil))
    assert page.message == "CE6C0001 is moved."
    assert now(lab.soil).container == vial
    assert Container.objects.get(pk=lab.bottle.pk).status == Container.Status.EMPTIED


def test_it_moves_nothing_into_a_container_that_is_too_small(lab, vial, as_technician):
    factories.sample(lab.technician, "GRAIN", vial, "0.000001")

    page = as_technician.fill("sample_move", lab.soil, container="VIAL-1", reason="Poured over")

    assert page.status == 422
    assert page.faults["container"] == (
        "Sample bottle VIAL-1 holds 0.000001 g and has room for 9.999999 g; 10.000000 g does not fit."
    )
    assert page.typed["container"] == "VIAL-1"
    assert now(lab.soil).container == lab.bottle


@pytest.mark.parametrize("typed", ["BOT-1", "BOT-9", ""])
def test_it_moves_nothing_to_nowhere(lab, as_technician, typed):
    page = as_technician.fill("sample_move", lab.soil, container=typed, reason="Poured over")

    assert page.status == 422


def test_moving_is_forbidden_at_another_custodian(lab, vial, as_receiver):
    assert as_receiver.fill("sample_move", lab.soil, container="VIAL-1", reason="Poured over").status == 403


def test_it_publishes_a_sample(lab, as_curator, as_researcher):
    page = as_curator.fill("sample_publish", lab.soil, reason="Catalogue 2025")

    assert page.message == "CE6C0001 is published: researchers see it from now on."
    assert as_researcher.get("sample_detail", lab.soil).status == 200


def test_it_takes_a_sample_back(lab, as_curator, as_researcher):
    factories.publish(lab.curator, lab.soil)

    page = as_curator.fill("sample_unpublish", lab.soil, reason="Not yet")

    assert page.message == "CE6C0001 is not published any more."
    assert as_researcher.get("sample_detail", lab.soil).status == 404


def test_what_is_published_is_not_published_again(lab, as_curator):
    as_curator.fill("sample_publish", lab.soil, reason="Catalogue 2025")

    page = as_curator.fill("sample_publish", lab.soil, reason="Catalogue 2026")

    assert page.status == 422
    assert "CE6C0001 is published already." in page.summary
    assert page.typed["reason"] == "Catalogue 2026"


def test_what_is_not_published_is_not_taken_back(lab, as_curator):
    page = as_curator.fill("sample_unpublish", lab.soil, reason="Not yet")

    assert page.status == 422
    assert "CE6C0001 is not published." in page.summary


def test_it_voids_a_sample_and_reverses_its_accession(lab, as_curator):
    page = as_curator.fill("sample_void", lab.soil, reason="Registered twice")

    assert (page.status, page.location) == (302, address("sample_detail", lab.soil))
    assert page.message == "CE6C0001 is void; it stays readable."
    assert now(lab.soil).is_void
    assert MassMovement.objects.filter(from_sample=lab.soil, kind="correction", mass_g=Decimal(10)).exists()


def test_a_void_sample_says_so_on_each_of_its_pages_and_offers_nothing(lab, as_curator, as_technician):
    as_curator.fill("sample_void", lab.soil, reason="Registered twice")

    for name in ("sample_detail", "sample_custody", "sample_movements", "sample_history"):
        page = as_technician.get(name, lab.soil)

        assert page.status == 200
        assert "This record is void. Curator: “Registered twice”" in page.text
        assert page.with_class("action-bar") == []


@pytest.mark.parametrize(
    "name",
    [
        *("sample_amend", "sample_move", "sample_split", "sample_consume", "sample_lose", "sample_merge"),
        *("sample_correct", "sample_expose", "sample_assign", "sample_publish", "sample_unpublish", "sample_void"),
    ],
)
def test_a_void_sample_has_no_forms(lab, as_curator, name):
    as_curator.fill("sample_void", lab.soil, reason="Registered twice")

    assert as_curator.get(name, lab.soil).status == 404


def test_it_voids_nothing_that_has_subsamples(lab, as_curator):
    factories.sample(lab.technician, "CE6C0001,1", lab.bottle, parent=lab.soil)

    page = as_curator.fill("sample_void", lab.soil, reason="Registered twice")

    assert page.status == 422
    assert "CE6C0001 cannot be voided: it has subsamples" in page.summary
    assert not now(lab.soil).is_void
