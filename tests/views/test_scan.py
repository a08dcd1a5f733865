"""The scan field."""

import pytest

from tests import factories
from tests.views.conftest import address


@pytest.mark.parametrize(
    ("typed", "name", "record"),
    [
        ("BOX-1", "container_detail", "box"),
        ("  box-1\t", "container_detail", "box"),
        ("CE6C0001", "sample_detail", "soil"),
        ("ce6c0001", "sample_detail", "soil"),
        ("CE6", "mission_detail", "mission"),
    ],
)
def test_it_opens_the_record(lab, as_technician, typed, name, record):
    page = as_technician.get("scan", q=typed)

    assert (page.status, page.location) == (302, address(name, getattr(lab, record)))


def test_it_opens_the_container_that_a_seal_is_on(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")

    assert as_technician.get("scan", q="s-100").location == address("container_detail", lab.box)


@pytest.mark.parametrize("typed", ["H-0001", "h-1", "H-00000001"])
def test_it_opens_a_handoff(lab, as_technician, typed):
    handoff = factories.release(lab.technician, [lab.box], lab.other)

    assert as_technician.get("scan", q=typed).location == address("handoff_detail", handoff)


def test_it_opens_the_address_on_a_label(lab, as_technician, settings):
    settings.BASE_URL = "https://labinv.example"
    path = address("container_detail", lab.box)

    assert as_technician.get("scan", q=f"https://labinv.example{path}").location == path


@pytest.mark.parametrize(
    "typed",
    [
        "https://example.org/containers/1/",
        "https://labinv.example/containers/1/amend/",
        "https://labinv.example/admin/no/such/page/",
        "https://labinv.example/no/such/page/",
        "https://labinv.example/",
        "https://[",
        "javascript:alert(1)",
    ],
)
def test_it_follows_no_other_address(lab, as_technician, settings, typed):
    settings.BASE_URL = "https://labinv.example"

    assert as_technician.get("scan", q=typed).status == 404


def test_it_asks_which_one_is_meant(lab, as_technician):
    factories.sample(lab.technician, "BOX-1", lab.bottle)

    page = as_technician.get("scan", q="BOX-1")

    assert page.status == 200
    assert "Which one?" in page.text
    assert {"container", "sample"} <= set(page.with_class("second"))


@pytest.mark.parametrize("typed", ["BOX-2", "BOX", "H-0001", "H-²", "H-99999999999999999999", "%", "_"])
def test_it_says_plainly_that_it_knows_none(lab, as_technician, typed):
    page = as_technician.get("scan", q=typed)

    assert page.status == 404
    assert f"labinv knows no “{typed}”." in page.text


def test_it_says_when_nothing_was_scanned(as_technician):
    page = as_technician.get("scan", q="  ")

    assert page.status == 404
    assert "Nothing was scanned." in page.text


@pytest.mark.parametrize("typed", ["\x00", "BOX-1\x00", "B" * 100_000, "<script>alert(1)</script>"])
def test_it_takes_nonsense_for_nonsense(lab, as_technician, typed):
    page = as_technician.get("scan", q=typed)

    assert page.status in (302, 404)
    assert "<script>alert" not in page.html


def test_it_still_finds_what_was_withdrawn(lab, as_technician, as_curator):
    as_curator.fill("sample_void", lab.soil, reason="Registered twice")

    assert as_technician.get("scan", q="CE6C0001").location == address("sample_detail", lab.soil)
