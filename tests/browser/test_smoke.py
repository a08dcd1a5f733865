"""The whole sentence of the product, in a real browser: register, hand over, receive, read the history, download."""

import csv

import pytest

from samples.models import Container
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_container_is_registered_handed_over_received_and_downloaded(sign_in):
    lab = factories.laboratory()
    page = sign_in(lab.technician, by_form=True)

    page.get_by_role("link", name="Containers").first.click()
    page.get_by_role("link", name="Register container").click()
    form = page.get_by_role("main")
    form.get_by_label("Identifier").fill("CE6-B07")
    form.get_by_label("Mission").select_option(label="Mission CE6")
    form.get_by_label("Kind").select_option(label="Sample bottle")
    form.get_by_label("Scoop").check()
    form.get_by_label("Location").select_option(label="Room 1")
    form.get_by_label("Document the chain of custody begins with").fill("DN-7")
    form.get_by_label("Capacity").fill("160")
    form.get_by_label("Reason").fill("Bottle for the first split")
    form.get_by_role("button", name="Register container").click()
    page.get_by_text("CE6-B07 is registered.").wait_for()

    page.get_by_role("link", name="Release").click()
    page.get_by_label("To", exact=True).select_option(label="Second laboratory · Laboratory")
    page.get_by_label("Purpose").fill("Second opinion")
    page.get_by_label("Place").fill("Corridor")
    page.get_by_label("Transport").select_option(label="By hand")
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign and release").click()
    page.get_by_text("is released. Custody moves when it is received.").wait_for()

    other = sign_in(lab.receiver, by_form=True)
    other.get_by_role("link", name="Receive handoff H-0001").click()
    other.get_by_role("link", name="Receive", exact=True).click()
    other.get_by_label("CE6-B07 is here").check()
    other.get_by_label("New location").select_option(label="Room 2")
    other.get_by_label("Reason").fill("Complete, undamaged")
    other.get_by_label("Your password").fill(factories.PASSWORD)
    other.get_by_role("button", name="Sign and receive").click()
    other.get_by_text("is received: custody has moved.").wait_for()

    other.get_by_label("Scan").fill("ce6-b07")
    other.keyboard.press("Enter")
    other.get_by_role("link", name="History").click()
    told = other.get_by_role("main").inner_text()
    assert "Received" in told
    assert "Second laboratory" in told
    assert "“Bottle for the first split”" in told

    other.get_by_role("link", name="Containers").first.click()
    with other.expect_download() as download:
        other.get_by_role("link", name="Download CSV").click()
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        rows = {row["identifier"]: row for row in csv.DictReader(file)}
    assert rows["CE6-B07"]["custodian"] == "Second laboratory"
    assert rows["CE6-B07"]["capacity_g"] == "160.000000"
    assert rows["BOT-1"]["contents_g"] == "10.000000"
    assert Container.objects.get(identifier="CE6-B07").custodian == lab.other


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_a_narrow_screen(sign_in, scheme):
    lab = factories.laboratory()
    factories.seal(lab.technician, lab.box, "S-17")
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    page = sign_in(lab.curator, viewport={"width": 390, "height": 800}, color_scheme=scheme)
    addresses = [
        "/",
        "/containers/",
        f"/containers/{lab.box.pk}/",
        f"/containers/{lab.box.pk}/custody/",
        f"/containers/{lab.box.pk}/history/",
        "/containers/register/",
        "/samples/",
        f"/samples/{lab.soil.pk}/",
        f"/samples/{lab.soil.pk}/movements/",
        f"/labels/?containers={lab.box.identifier}",
        "/custody/",
        f"/custody/{handoff.pk}/",
        f"/custody/{handoff.pk}/receive/",
        f"/custody/release/?container={lab.box}",
        "/missions/",
        f"/missions/{lab.mission.pk}/",
        "/custodians/",
        "/locations/",
        "/data/",
    ]

    widths = {}
    for address in addresses:
        page.goto(address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")

    assert {address: width for address, width in widths.items() if width > 390} == {}


def test_what_asks_for_a_moment_opens_inside_the_window(sign_in):
    page = sign_in(factories.laboratory().curator)

    outside = []
    for width in (390, 768, 1024, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/data/samples/")
        page.get_by_text("Look at another moment").click()
        panel = page.locator(".look-back .menu-panel").bounding_box()
        if panel["x"] < 0 or panel["x"] + panel["width"] > width:
            outside.append(width)
    assert outside == []


def test_the_slash_key_goes_to_the_scan_field(sign_in):
    lab = factories.laboratory()
    page = sign_in(lab.auditor)

    page.keyboard.press("/")
    page.keyboard.type("bot-1")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/containers/{lab.bottle.pk}/")


def test_an_error_summary_takes_the_focus_and_keeps_what_was_typed(sign_in):
    lab = factories.laboratory()
    page = sign_in(lab.curator)
    page.goto(f"/containers/{lab.bottle.pk}/amend/")

    page.get_by_label("Tare").fill("160,0")
    page.get_by_label("Reason").fill("Weighed again")
    page.get_by_role("button", name="Save the changes").click()

    summary = page.locator(".error-summary")
    summary.wait_for()
    assert "Write the decimal sign as a point: 160.0." in summary.inner_text()
    assert page.evaluate("document.activeElement.classList.contains('error-summary')")
    assert page.get_by_label("Tare").input_value() == "160,0"
