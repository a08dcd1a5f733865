"""Note that a sample touched air."""

from samples.models import Sample
from tests.views.conftest import address

TORN = {"exposed_at": "2024-07-02T10:00", "exposed_reason": "The glove tore", "reason": "Seen at once"}


def test_it_notes_when_and_how_a_sample_touched_air(lab, as_technician):
    page = as_technician.fill("sample_expose", lab.soil, **TORN)

    assert (page.status, page.location) == (302, address("sample_detail", lab.soil))
    assert page.message == "CE6C0001 is air-exposed from now on."
    exposed = Sample.objects.get(pk=lab.soil.pk)
    assert (exposed.exposure, exposed.exposed_reason) == ("air-exposed", "The glove tore")
    assert "The glove tore" in as_technician.get("sample_detail", lab.soil).text


def test_it_happens_once(lab, as_technician):
    as_technician.fill("sample_expose", lab.soil, **TORN)

    page = as_technician.fill("sample_expose", lab.soil, **TORN | {"exposed_reason": "Opened in air"})

    assert page.status == 422
    assert "CE6C0001 is air-exposed since 2024-07-02 10:00 UTC+8: The glove tore." in page.summary
    assert page.typed["exposed_reason"] == "Opened in air"
    assert as_technician.get("sample_detail", lab.soil).link("Note exposure") is None


def test_it_asks_when_and_how(lab, as_technician):
    page = as_technician.fill("sample_expose", lab.soil, exposed_at="2021-01-01", reason="Seen at once")

    assert set(page.faults) == {"exposed_at", "exposed_reason"}


def test_nobody_notes_it_of_what_others_hold(lab, as_receiver):
    assert as_receiver.fill("sample_expose", lab.soil, **TORN).status == 403
