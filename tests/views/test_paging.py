"""Keyset paging: every row once, in both directions, whatever the order and however many ties."""

from copy import deepcopy

import pytest

from samples.imports import samples as importer
from samples.models import Container, Sample
from samples.operations import custody
from samples.views import paging
from tests import factories
from tests.views.conftest import Browser, address

MANY = 18
SMALL_PAGE = 7


@pytest.fixture(scope="module")
def _crowd(_laboratory, django_db_blocker):
    """More than a hundred samples and containers, most of them alike in everything but the identifier."""
    lab = deepcopy(_laboratory)
    with django_db_blocker.unblock():
        factories.run(importer.register(_samples(), acknowledged=False, by=lab.curator, reason="Opening stock"))
        for number in range(MANY):
            kind = ("vial", "tray")[number % 2]
            factories.container(lab.technician, f"V-{number:02}", lab.mission, parent=lab.box, kind=kind)
            factories.location(lab.curator, f"Shelf {number:02}", parent=lab.room, kind="shelf")
            factories.custodian(lab.curator, f"Museum {number:02}", "museum", organisation="Museums")
            factories.mission(lab.curator, f"M-{number:02}", name="A mission")
            released = factories.release(lab.technician, [lab.box], lab.carrier)
            custody.cancel(handoff=released, by=lab.technician, reason="Try again")


def _samples():
    rows = [
        {
            "identifier": f"S-{number * 37 % 104:03}",
            "mass_g": f"0.{number % 3}00001",
            "form": ("powder", "rock")[number % 2],
            "container": "BOT-1",
        }
        for number in range(104)
    ]
    return importer.read_samples("stock.csv", factories.stock(*rows))


@pytest.fixture
def crowd(_crowd, lab):
    return lab


def walk(browser, url, direction):
    """The rows of each page, from `url` on, along the links of `direction`; and the address of the last page."""
    path, pages = url.partition("?")[0], []
    while True:
        response = browser.client.get(url)
        assert response.status_code == 200
        page = response.context["page"]
        pages.append([str(getattr(record, "identifier", record.pk)) for record in page.records])
        onward = {"Next": page.next_url, "Previous": page.previous_url}[direction]
        if not onward:
            return pages, url
        url = path + onward
        assert len(pages) < 50


ORDERS = [
    *[("sample_list", sort) for sort in ("identifier", "-mass", "form", "container")],
    *[("container_list", sort) for sort in ("identifier", "-kind", "custodian", "status")],
    *[("handoff_list", sort) for sort in ("-number", "released", "-to", "status")],
    *[("movement_list", sort) for sort in ("-happened", "kind", "-mass")],
    *[("mission_list", sort) for sort in ("-code", "name")],
    *[("custodian_list", sort) for sort in ("name", "-organisation")],
    *[("location_list", sort) for sort in ("name", "-kind")],
]


@pytest.mark.parametrize(("name", "sort"), ORDERS)
def test_every_row_is_seen_once_forward_and_backward(crowd, as_technician, monkeypatch, name, sort):
    monkeypatch.setattr(paging, "PAGE_SIZE", 40 if name == "sample_list" else SMALL_PAGE)
    first = address(name, sort=sort)

    forward, last = walk(as_technician, first, "Next")
    backward, back_at_first = walk(as_technician, last, "Previous")

    rows = [row for page in forward for row in page]
    assert len(rows) == len(set(rows)) == as_technician.open(first).response.context["page"].count
    assert backward == forward[::-1]
    assert as_technician.open(back_at_first).link("Previous") is None
    assert as_technician.open(last).link("Next") is None


def test_a_page_holds_fifty_rows_and_says_so(crowd, as_technician):
    pages, _last = walk(as_technician, address("sample_list"), "Next")

    assert [len(page) for page in pages] == [50, 50, 5]
    assert "50 of 105 shown; a page holds 50" in as_technician.get("sample_list").text


def test_the_pages_keep_the_question(crowd, as_technician):
    pages, last = walk(as_technician, address("sample_list", form="rock", sort="-mass"), "Next")

    assert [len(page) for page in pages] == [50, 2]
    assert "form=rock" in last
    assert "sort=-mass" in last
    assert Sample.objects.filter(form="rock").count() == 52


def test_the_csv_link_of_a_later_page_has_all_rows(crowd, as_technician):
    _pages, last = walk(as_technician, address("sample_list", form="rock"), "Next")

    file = as_technician.open(as_technician.open(last).link("Download CSV"))

    assert len(file.response.getvalue().decode().splitlines()) == 53


def test_a_row_registered_meanwhile_neither_repeats_nor_hides_another(crowd, as_technician, monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", SMALL_PAGE)
    first = as_technician.get("container_list")
    factories.container(crowd.technician, "A-FIRST", crowd.mission, parent=crowd.box)

    second = as_technician.open(address("container_list") + first.link("Next"))

    assert first.rows[-1] < second.rows[0]
    identifiers = list(Container.objects.order_by("identifier").values_list("identifier", flat=True))
    assert first.rows + second.rows == identifiers[1 : 1 + 2 * SMALL_PAGE]


def test_a_mark_outlives_the_row_it_names(crowd, as_technician, monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", SMALL_PAGE)
    page = as_technician.get("sample_list", q="S-")
    Browser(crowd.curator).fill("sample_void", Sample.objects.get(identifier=page.rows[-1]), reason="Registered twice")

    after = as_technician.open(address("sample_list") + page.link("Next"))

    assert after.rows == [f"S-{number:03}" for number in range(SMALL_PAGE, 2 * SMALL_PAGE)]


def test_researchers_page_through_what_is_published_only(crowd, as_researcher, monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    published = [f"S-{number:03}" for number in (3, 5, 50, 51, 99)]
    for identifier in published:
        factories.publish(crowd.curator, Sample.objects.get(identifier=identifier))

    pages, _last = walk(as_researcher, address("sample_list"), "Next")

    assert [row for page in pages for row in page] == published


def test_the_page_begins_after_the_mark_where_both_are_given(crowd, as_technician):
    page = as_technician.get("sample_list")
    mark = page.link("Next").partition("after=")[2]

    both = as_technician.open(f"{address('sample_list')}?after={mark}&before={mark}")

    assert both.rows == as_technician.open(address("sample_list") + page.link("Next")).rows
