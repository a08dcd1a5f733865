"""The page that prints labels."""

from datetime import timedelta

import pytest

from samples.documents import MOST_LABELS
from tests import factories
from tests.printed import characters, codes, images
from tests.views.conftest import address

LONGEST = "Aj0,._/-WM" * 4


def send(browser, records, **typed):
    return browser.fill("label_sheet", records=records, **typed)


def printed_on(page):
    """The addresses in the codes of a PDF that was answered."""
    assert (page.status, page.response.headers["Content-Type"]) == (200, "application/pdf"), page.text
    return {text for image in images(page.response.content) for text, _x, _y in codes(image)}


def test_it_prints_labels_that_the_scan_field_opens(lab, as_technician):
    page = send(as_technician, "BOX-1\r\nbot-1\r\n\r\n  CE6C0001 \r\n")

    opened = {as_technician.get("scan", q=text).location for text in printed_on(page)}
    assert opened == {record.get_absolute_url() for record in (lab.box, lab.bottle, lab.soil)}
    said = "".join(character for character, *_box in characters(page.response.content))
    assert all(record.identifier in said for record in (lab.box, lab.bottle, lab.soil))


def test_it_shows_the_pdf_in_the_browser_and_keeps_it_nowhere(lab, as_technician):
    headers = send(as_technician, "BOX-1").response.headers

    assert headers["Content-Disposition"] == 'inline; filename="labels.pdf"'
    assert headers["Cache-Control"] == "no-store"


def test_it_takes_a_label_that_is_scanned(lab, as_technician):
    [url] = printed_on(send(as_technician, "BOX-1"))

    assert printed_on(send(as_technician, f"{url}\n")) == {url}


def test_it_prints_a_label_for_each_line(lab, as_technician):
    [image] = images(send(as_technician, "BOX-1\nBOX-1\nBOT-1", layout="5x13").response.content)

    box, bottle = (f"http://testserver{record.get_absolute_url()}" for record in (lab.box, lab.bottle))
    in_order = [text for text, x, _y in sorted(codes(image), key=lambda code: code[1])]
    assert in_order == [box, box, bottle]


def test_it_starts_at_the_label_that_is_asked_for(lab, as_technician):
    page = send(as_technician, "BOX-1", layout="2x7", first="14")

    [[_text, x, y]] = codes(images(page.response.content)[0])
    assert x > 105
    assert y > 297 / 7 * 6 - 10


def test_it_prints_the_longest_identifier(lab, as_technician):
    factories.container(lab.technician, LONGEST, lab.mission, custodian=lab.home, location=lab.room)

    page = send(as_technician, LONGEST.lower())

    assert LONGEST in "".join(character for character, *_box in characters(page.response.content))


def test_it_begins_with_what_the_address_asks_for(lab, as_technician):
    page = as_technician.open(f"{address('label_sheet')}?containers=BOX-1&containers=BOT-1&samples=CE6C0001")

    assert "container BOX-1\ncontainer BOT-1\nsample CE6C0001</textarea>" in page.html
    assert len(printed_on(page.send())) == 3


@pytest.mark.parametrize(("noun", "record"), [("container", "box"), ("sample", "soil")])
def test_it_shows_the_label_of_one_record(lab, as_technician, noun, record):
    record = getattr(lab, record)
    page = as_technician.get("label_sheet", **{f"{noun}s": record.identifier})

    drawing = address(f"{noun}_label", record)
    assert [image.get("src") for image in page.tree.iter("img")] == [drawing]
    assert page.link("Download as SVG") == drawing


@pytest.mark.parametrize("question", ["", "?containers=NONE", "?containers=BOX-1&samples=CE6C0001", "?samples=%00"])
def test_it_shows_no_label_where_no_single_record_is_meant(lab, as_technician, question):
    page = as_technician.open(address("label_sheet") + question)

    assert page.status == 200
    assert page.tree.find(".//img") is None


def test_it_asks_which_one_is_meant_and_takes_the_word_before_it(lab, as_technician):
    factories.sample(lab.technician, "BOX-1", lab.bottle)

    refused = send(as_technician, "box-1")
    container = send(as_technician, "container box-1")
    sample = send(as_technician, "Sample  BOX-1")

    assert refused.status == 422
    assert "Both a container and a sample are named “BOX-1”." in refused.faults["records"]
    assert printed_on(container) == {f"http://testserver{lab.box.get_absolute_url()}"}
    assert printed_on(sample) != printed_on(container)


@pytest.mark.parametrize(
    "line",
    [
        "BOX-2",
        "BOX-1 BOT-1",
        "sample BOX-1",
        "container CE6C0001",
        "container",
        "CE6",
        "BOX-1\N{KELVIN SIGN}",
        "x" * 5000,
        "http://testserver/containers/987654/",
        "http://testserver/containers/99999999999999999999/",
        "http://testserver/missions/1/",
        "http://elsewhere.example/containers/1/",
        "http://[",
    ],
)
def test_it_names_a_line_that_it_does_not_know(lab, as_technician, line):
    page = send(as_technician, f"BOX-1\n{line}")

    assert page.status == 422
    said = page.faults["records"]
    assert f"No container and no sample in use has this identifier or address: “{line[:60]}”." in said
    assert "“BOX-1”" not in said


def test_it_prints_nothing_for_what_is_void(lab, as_technician, as_curator):
    as_curator.fill("sample_void", lab.soil, reason="Registered twice")

    assert "“CE6C0001”" in send(as_technician, "CE6C0001").faults["records"]
    assert "“http://testserver" in send(as_technician, f"http://testserver/samples/{lab.soil.pk}/").faults["records"]


def test_it_prints_for_a_researcher_what_is_published(lab, as_researcher):
    hidden = [send(as_researcher, text) for text in ("CE6C0001", "BOT-1", f"http://testserver/samples/{lab.soil.pk}/")]
    factories.publish(lab.curator, lab.soil)

    shown = send(as_researcher, "CE6C0001\nBOT-1")

    assert [page.status for page in hidden] == [422, 422, 422]
    assert len(printed_on(shown)) == 2


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"records": ""}, "records", "This field is required."),
        ({"records": " \r\n "}, "records", "This field is required."),
        ({"records": "BOX-1\n" * (MOST_LABELS + 1)}, "records", "These are 501 lines; at most 500 labels"),
        ({"first": "25"}, "first", "This sheet has 24 labels; start at one of them."),
        ({"first": "65", "layout": "3x7"}, "first", "This sheet has 21 labels"),
        ({"first": "0"}, "first", "greater than or equal to 1"),
        ({"first": ""}, "first", "This field is required."),
        ({"first": "one"}, "first", "Enter a whole number."),
        ({"layout": "9x9"}, "layout", "Select a valid choice."),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(lab, as_technician, typed, field, said):
    page = send(as_technician, **{"records": "BOX-1", **typed})

    assert page.status == 422
    assert said in (page.faults.get(field) or page.summary)
    if "records" not in typed:
        assert "BOX-1</textarea>" in page.html


def test_it_prints_as_many_as_are_allowed_with_few_queries(lab, as_technician, django_assert_max_num_queries):
    lines = "\n".join(["BOX-1", "CE6C0001"] * (MOST_LABELS // 2))
    form = as_technician.get("label_sheet")

    with django_assert_max_num_queries(6):
        page = form.send(records=lines, layout="5x13")

    assert page.status == 200
    assert len(images(page.response.content)) == 8


def test_pages_lead_to_it(lab, as_technician, as_researcher):
    factories.publish(lab.curator, lab.soil)

    for browser in (as_technician, as_researcher):
        assert browser.get("container_detail", lab.bottle).link("Print label") == "/labels/?containers=BOT-1"
        assert browser.get("sample_detail", lab.soil).link("Print label") == "/labels/?samples=CE6C0001"
    # Who has no boxes to tick gets them for the whole page.
    link = as_researcher.get("container_list").link("Print labels")
    assert "container BOT-1" in as_researcher.open(link).html
    link = as_researcher.get("sample_list").link("Print labels")
    assert "sample CE6C0001</textarea>" in as_researcher.open(link).html


def test_no_page_leads_to_it_for_the_past_or_the_void(lab, as_curator):
    moment = {"as_of": (factories.LONG_AGO + timedelta(days=1)).isoformat()}
    as_curator.fill("sample_void", lab.soil, reason="Registered twice")

    assert as_curator.get("container_detail", lab.box).link("Print label")
    assert as_curator.get("container_detail", lab.box, **moment).link("Print label") is None
    assert as_curator.get("container_list", **moment).link("Print labels") is None
    assert as_curator.get("sample_detail", lab.soil).link("Print label") is None
