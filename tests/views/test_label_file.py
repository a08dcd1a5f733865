"""The label of one record, as a file."""

import re
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageDraw

from tests import factories
from tests.printed import codes
from tests.views.conftest import address

RECORDS = [("container", "bottle", "BOT-1"), ("sample", "soil", "CE6C0001")]
SVG = "{http://www.w3.org/2000/svg}"


def code_on(drawing):
    """What a scanner reads from the rectangles of the drawing's code."""
    inner = ElementTree.fromstring(drawing).find(f"{SVG}svg")
    side = int(inner.get("viewBox").split()[2])
    image = Image.new("L", (side * 8, side * 8), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", inner.find(f"{SVG}path").get("d")):
        left, top = int(x) * 8, int(y) * 8
        ImageDraw.Draw(image).rectangle([left, top, left + int(length) * 8 - 1, top + 7], fill=0)
    [(text, _x, _y)] = codes(image)
    return text


def words_on(drawing):
    return [text.text for text in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


@pytest.mark.parametrize(("noun", "record", "identifier"), RECORDS)
def test_it_has_a_code_that_the_scan_field_opens(lab, as_technician, noun, record, identifier):
    record = getattr(lab, record)
    page = as_technician.get(f"{noun}_label", record)

    assert (page.status, page.response.headers["Content-Type"]) == (200, "image/svg+xml")
    assert as_technician.get("scan", q=code_on(page.html)).location == record.get_absolute_url()
    assert words_on(page.html)[0] == identifier
    assert words_on(page.html)[-1] == "CE6"


def test_it_is_a_file_named_after_the_record(lab, as_technician):
    named = factories.container(lab.technician, "60025/59,B", lab.mission, custodian=lab.home, location=lab.room)

    page = as_technician.get("container_label", named)

    assert page.response.headers["Content-Disposition"] == 'attachment; filename="label-60025-59,B.svg"'
    assert words_on(page.html)[0] == "60025/59,B"


def test_a_researcher_has_the_labels_of_what_is_published(lab, as_researcher):
    def statuses():
        return [as_researcher.get(f"{noun}_label", getattr(lab, record)).status for noun, record, _name in RECORDS]

    before = statuses()
    factories.publish(lab.curator, lab.soil)

    assert (before, statuses()) == ([404, 404], [200, 200])


def test_what_is_void_gets_no_label(lab, as_curator):
    as_curator.fill("sample_void", lab.soil, reason="Registered twice")

    assert as_curator.get("sample_label", lab.soil).status == 404


@pytest.mark.parametrize("noun", ["container", "sample"])
def test_it_is_of_now_only(lab, as_technician, noun):
    record = {"container": lab.bottle, "sample": lab.soil}[noun]

    assert as_technician.get(f"{noun}_label", record, as_of="2024-07-01").status == 400
    assert as_technician.open(address(f"{noun}_label", record).replace(str(record.pk), "987654")).status == 404
