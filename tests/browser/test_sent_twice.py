"""A double click, the back button and a conflict, as a person meets them in a real browser."""

import shutil
from decimal import Decimal

import pytest

from samples.models import Container, Submission
from samples.operations import containers
from tests import factories
from tests.browsers import ARGUMENTS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", params=["keeps the page it leaves", "loads it anew on the way back"])
def chromium(request, chromium):
    """A browser of each kind: with much memory a page is kept as it is; Playwright switches that off."""
    if request.param.startswith("loads"):
        yield chromium
        return
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"),
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@pytest.fixture
def opened(sign_in):
    page = sign_in(factories.laboratory().technician)
    page.goto("/containers/register/")
    return page


def send(page, identifier, click="click"):
    form = page.get_by_role("main")
    form.get_by_label("Identifier").fill(identifier)
    form.get_by_label("Mission").select_option(label="Mission CE6")
    form.get_by_label("Kind").select_option(label="Sample bottle")
    form.get_by_label("Scoop").check()
    form.get_by_label("Location").select_option(label="Room 1")
    form.get_by_label("Custody began").fill("2024-06-28T10:00")
    form.get_by_label("Document the chain of custody begins with").fill("DN-7")
    form.get_by_label("Reason").fill("Bottle for the first split")
    getattr(form.get_by_role("button", name="Register container"), click)()


def go_back(page):
    page.go_back(wait_until="commit")
    page.get_by_role("heading", name="Register container").wait_for()


def registered():
    return list(Container.objects.filter(identifier__startswith="CE6-B").values_list("identifier", flat=True))


def test_a_double_click_registers_one_container(opened):
    send(opened, "CE6-B07", click="dblclick")

    opened.wait_for_url("**/containers/*/")
    opened.get_by_text("CE6-B07 is registered.").first.wait_for()
    assert registered() == ["CE6-B07"]
    assert Submission.objects.count() == 1


def test_back_and_sent_again_leads_to_the_same_container(opened):
    send(opened, "CE6-B07")
    opened.get_by_text("CE6-B07 is registered.").wait_for()

    go_back(opened)
    send(opened, "CE6-B07")

    opened.get_by_text("The form came twice and was saved once.").wait_for()
    opened.wait_for_url("**/containers/*/")
    assert registered() == ["CE6-B07"]


def test_an_amendment_sent_again_after_the_way_back_is_saved_once(sign_in):
    lab = factories.laboratory()
    page = sign_in(lab.technician)
    page.goto(f"/containers/{lab.bottle.pk}/amend/")

    for time in range(2):
        page.get_by_label("Description").fill("Chipped")
        page.get_by_label("Reason").fill("Looked at again")
        page.get_by_role("button", name="Save the changes").click()
        page.wait_for_url(f"**/containers/{lab.bottle.pk}/")
        if time == 0:
            page.go_back(wait_until="commit")
            page.get_by_role("button", name="Save the changes").wait_for()

    page.get_by_text("The form came twice and was saved once.").wait_for()
    assert Container.objects.get(pk=lab.bottle.pk).revision == lab.bottle.revision + 1


def test_back_changed_and_sent_again_says_what_was_made_and_then_makes_another(opened):
    send(opened, "CE6-B07")
    opened.get_by_text("CE6-B07 is registered.").wait_for()

    go_back(opened)
    send(opened, "CE6-B08")
    summary = opened.locator(".error-summary")
    summary.get_by_text("This form was saved before, and something else stands in it now").wait_for()
    assert summary.get_by_role("link", name="CE6-B07").is_visible()
    assert registered() == ["CE6-B07"]
    opened.get_by_role("button", name="Register container").click()

    opened.get_by_text("CE6-B08 is registered.").wait_for()
    assert registered() == ["CE6-B07", "CE6-B08"]


@pytest.mark.parametrize("width", [390, 1440])
def test_a_conflict_is_decided_by_keyboard_without_scripts(sign_in, width):
    lab = factories.laboratory()
    page = sign_in(lab.technician, viewport={"width": width, "height": 800}, java_script_enabled=False)
    page.goto(f"/containers/{lab.bottle.pk}/amend/")
    changes = {"tare_g": Decimal("35.5"), "description": "Chipped"}
    containers.amend(container=lab.bottle, changes=changes, seen=None, by=lab.colleague, reason="Weighed")

    page.get_by_label("Tare").fill("36")
    page.get_by_label("Reason").fill("Weighed myself")
    page.get_by_role("button", name="Save the changes").click()
    row = page.get_by_role("row", name="Tare Both changed it")
    assert "35.500000" in row.inner_text()
    assert "36.000000" in row.inner_text()
    boxes = [choice.bounding_box() for choice in row.locator(".choice").all()]
    assert [box["height"] >= 44 for box in boxes] == [True, True]
    assert all(box["x"] + box["width"] <= width for box in boxes)

    row.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Save the changes").click()

    page.get_by_text("BOT-1 is amended.").wait_for()
    container = Container.objects.get(pk=lab.bottle.pk)
    assert (container.tare_g, container.description) == (Decimal(36), "Chipped")
