"""Labels in a real browser: what it draws is read by a scanner, and what the scanner types opens the record."""

from io import BytesIO

import pytest

from tests import factories
from tests.printed import codes, image_of

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST = "Aj0,._/-WM" * 4


def test_a_label_is_made_from_the_page_of_a_container_and_scanned(sign_in):
    lab = factories.laboratory()
    page = sign_in(lab.technician)
    page.goto(f"/containers/{lab.bottle.pk}/")

    page.get_by_role("link", name="Print label").click()
    label = page.get_by_alt_text("The label of BOT-1")
    label.wait_for()
    [(text, _x, _y)] = codes(image_of(BytesIO(label.screenshot())))
    page.get_by_label("Scan").fill(text)
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/containers/{lab.bottle.pk}/")


def test_a_label_that_is_downloaded_is_read_and_keeps_its_words_inside(sign_in):
    lab = factories.laboratory()
    long = factories.container(lab.technician, LONGEST, lab.mission, custodian=lab.home, location=lab.room)
    page = sign_in(lab.technician, device_scale_factor=3)
    page.goto(f"/labels/?containers={LONGEST}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as SVG").click()

    page.set_content(f"<main>{download.value.path().read_text()}</main>")
    [(text, _x, _y)] = codes(image_of(BytesIO(page.screenshot())))
    whole, *boxes = page.evaluate(
        "[...document.querySelectorAll('main svg[role], text')].map(drawn => drawn.getBoundingClientRect().toJSON())"
    )

    assert text.endswith(f"/containers/{long.pk}/")
    assert "".join(page.locator("text[font-weight=bold]").all_text_contents()) == LONGEST
    assert all(whole["left"] < box["left"] and box["right"] <= whole["right"] for box in boxes)
    assert all(whole["top"] <= box["top"] and box["bottom"] <= whole["bottom"] for box in boxes)


def test_a_sheet_is_shown_to_be_printed(sign_in):
    lab = factories.laboratory()
    page = sign_in(lab.technician, device_scale_factor=3)
    page.goto("/containers/")
    for container in (lab.bottle, lab.box):
        page.get_by_label(f"Choose {container}").check()
    page.get_by_role("button", name="Print labels").click()
    page.get_by_label("14 labels of 99.1 × 38.1 mm").check()

    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.get_by_role("button", name="Make the PDF").click()

    assert answer.value.headers["content-type"] == "application/pdf"
    shown, tries = [], 0
    while len(shown) < 2 and tries < 40:
        page.wait_for_timeout(250)
        shown, tries = codes(image_of(BytesIO(page.screenshot()))), tries + 1
    paths = [text.partition("/containers/")[2] for text, _x, _y in sorted(shown, key=lambda code: code[1])]
    assert paths == [f"{lab.bottle.pk}/", f"{lab.box.pk}/"]
