"""Declare some of a sample lost."""

from decimal import Decimal

from samples.models import MassBalance, Sample
from tests import factories
from tests.views.conftest import address


def test_it_writes_off_what_was_lost(lab, as_technician):
    page = as_technician.fill("sample_lose", lab.soil, mass_g="0.000001", reason="Dust on the funnel")

    assert (page.status, page.location) == (302, address("sample_detail", lab.soil))
    assert page.message == "0.000001 g of CE6C0001 is declared lost. 9.999999 g is left."
    assert Sample.objects.get(pk=lab.soil.pk).mass_g == Decimal("9.999999")
    assert MassBalance(lab.mission).lost_g == Decimal("0.000001")


def test_no_more_is_lost_than_there_is(lab, as_technician):
    page = as_technician.fill("sample_lose", lab.soil, mass_g="10.5", reason="Dust on the funnel")

    assert page.faults == {"mass_g": "CE6C0001 holds 10.000000 g; 10.500000 g is 0.500000 g more."}
    assert page.typed["mass_g"] == "10.5"


def test_something_may_be_lost_behind_a_seal(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-7")

    assert as_technician.fill("sample_lose", lab.soil, mass_g="1", reason="Broken in transport").status == 302


def test_nobody_loses_what_others_hold(lab, as_receiver):
    assert as_receiver.fill("sample_lose", lab.soil, mass_g="1", reason="Dust").status == 403
