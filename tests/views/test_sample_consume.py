"""Write off what an analysis used up."""

from decimal import Decimal

import pytest

from samples.models import MassBalance, MassMovement, Sample
from samples.operations import samples
from tests import factories
from tests.views.conftest import address

USED = {"mass_g": "250 mg", "reason": "Spectrometry"}


def left_g(sample):
    return Sample.objects.get(pk=sample.pk).mass_g


def test_it_writes_off_what_was_used(lab, as_technician):
    page = as_technician.fill("sample_consume", lab.soil, **USED)

    assert (page.status, page.location) == (302, address("sample_detail", lab.soil))
    assert page.message == "0.250000 g of CE6C0001 is consumed. 9.750000 g is left."
    assert left_g(lab.soil) == Decimal("9.75")
    assert MassBalance(lab.mission).consumed_g == Decimal("0.25")
    assert "It holds 9.750000 g, in BOT-1." in as_technician.get("sample_consume", lab.soil).text


@pytest.mark.parametrize(
    ("typed", "box", "sentence"),
    [
        ({"mass_g": "10.000001"}, "mass_g", "CE6C0001 holds 10.000000 g; 10.000001 g is 0.000001 g more."),
        ({"mass_g": "0"}, "mass_g", "Nothing would move: give at least one microgram."),
        ({"mass_g": ""}, "mass_g", "required"),
        ({"mass_g": "0,5"}, "mass_g", "has a comma"),
        ({"happened_at": "2024-01-01T10:00"}, "happened_at", "the mass of CE6C0001 begins then"),
        ({"reason": ""}, "reason", "required"),
    ],
)
def test_what_cannot_be_is_refused_at_its_box(lab, as_technician, typed, box, sentence):
    page = as_technician.fill("sample_consume", lab.soil, **USED | typed)

    assert page.status == 422
    assert list(page.faults) == [box]
    assert sentence in page.faults[box]
    assert page.typed | USED | typed == page.typed
    assert not MassMovement.objects.filter(kind="consumed").exists()


def test_permanent_material_is_consumed_only_where_a_curator_says_so(lab, as_technician, as_curator):
    samples.assign(sample=lab.soil, use_category="backup permanent", by=lab.curator, reason="Kept for good")

    refused = as_technician.fill("sample_consume", lab.soil, **USED)
    asked = as_curator.fill("sample_consume", lab.soil, **USED)

    assert "It is split or consumed only by a curator." in refused.summary
    assert "override" not in refused.typed
    assert "Say that it is to be used all the same" in asked.faults["override"]
    assert asked.send(override="on").status == 302


def test_what_is_sealed_names_the_step_that_is_missing(lab, as_technician):
    factories.seal(lab.technician, lab.bottle, "S-7")

    page = as_technician.fill("sample_consume", lab.soil, **USED)

    assert "BOT-1 is closed with seal S-7. Unseal it first" in page.summary
    assert page.link("Unseal BOT-1") == address("container_unseal", lab.bottle)


def test_nobody_consumes_what_others_hold(lab, as_receiver):
    assert as_receiver.fill("sample_consume", lab.soil, **USED).status == 403
