"""The console under the real policy for scripts and styles: a complaint in the browser's console fails the test."""

import pytest

from samples.models import Sample
from tests import factories
from tests.admin import consoles
from tests.admin.conftest import more_records

pytestmark = pytest.mark.django_db(transaction=True)

WIDE_LIGHT = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}
NARROW_DARK = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
LIGHT_PANEL, DARK_PANEL = "rgb(255, 255, 255)", "rgb(22, 26, 32)"


@pytest.fixture
def lab():
    lab = factories.laboratory()
    more_records(lab, "A")
    return lab


@pytest.mark.parametrize("look", [WIDE_LIGHT, NARROW_DARK], ids=["wide and light", "narrow and dark"])
def test_no_page_breaks_the_policy_or_is_wider_than_the_window(lab, sign_in, look):
    page = sign_in(lab.administrator, **look)
    parts = [consoles.url(name, "history", consoles.an_object(name).pk) for name in consoles.WITHOUT_A_PAGE]
    addresses = ["/admin/", consoles.url("user", "add"), consoles.url("user", "reset_password", lab.curator.pk)]
    addresses += [consoles.url("user", "history", lab.curator.pk), *parts]
    for name in consoles.registered():
        addresses += [consoles.url(name, "changelist"), consoles.url(name, "change", consoles.an_object(name).pk)]

    for address in addresses:
        page.goto(address)
        assert fits(page), address
        # Django's yellow would stand here if our tokens had not come.
        assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')") != "#f5dd5d"


@pytest.mark.parametrize("look", [WIDE_LIGHT, NARROW_DARK], ids=["wide and light", "narrow and dark"])
def test_a_curator_registers_a_container_and_a_sample(lab, sign_in, look):
    page = sign_in(lab.curator, **look)

    page.goto("/admin/")
    page.locator("#content").get_by_role("link", name="Containers", exact=True).click()
    page.get_by_role("link", name="Register container").click()
    page.get_by_label("Identifier").fill("CASE-7")
    page.get_by_label("Mission").select_option(label="Mission CE6")
    page.get_by_label("Kind").select_option(label="Sample bottle")
    page.get_by_text("Scoop", exact=True).click()
    page.get_by_label("Inside").fill("BOX-1")
    page.get_by_label("Document the chain").fill("DOC-7")
    page.get_by_label("Capacity").fill("2000.000001")
    page.get_by_label("Reason").fill("Delivered today")
    page.get_by_role("button", name="Register container").click()
    summary = page.locator(".error-summary")
    summary.get_by_text("2\u202f000.000001 g is more than the return capacity of Mission CE6").wait_for()
    assert summary.evaluate("element => element === document.activeElement")
    assert fits(page)

    page.get_by_label("Capacity").fill("150")
    page.get_by_role("button", name="Register container").click()
    page.get_by_text("CASE-7 is registered.").wait_for()

    page.goto(consoles.url("sample", "add"))
    page.get_by_label("Identifier").fill("S-7")
    page.get_by_label("Form", exact=True).select_option(label="Rock")
    page.get_by_label("Container").fill("case-7")
    page.get_by_label("Mass", exact=True).fill("12.5 mg")
    page.get_by_text("Scoop", exact=True).click()
    page.get_by_label("Reason").fill("Weighed in")
    assert fits(page)
    page.get_by_role("button", name="Register sample").click()
    page.get_by_text("S-7 is registered.").wait_for()
    assert Sample.objects.get(identifier="S-7").container.identifier == "CASE-7"


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_pages_take_the_colours_of_the_theme_that_was_chosen(lab, sign_in):
    page = sign_in(lab.administrator, **WIDE_LIGHT)
    header = "getComputedStyle(document.querySelector('#header')).backgroundColor"

    page.goto("/admin/")
    assert page.evaluate(header) == LIGHT_PANEL

    page.context.add_cookies([{"name": "labinv_theme", "value": "dark", "url": page.url}])
    page.goto("/admin/")
    assert page.evaluate(header) == DARK_PANEL


def test_an_administrator_changes_roles_and_goes_back_to_the_laboratory(lab, sign_in):
    page = sign_in(lab.administrator, **WIDE_LIGHT)

    page.goto("/admin/")
    page.get_by_role("link", name="Users", exact=True).click()
    page.get_by_role("link", name="technician", exact=True).click()
    page.get_by_label("Curator").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("This field is required.").wait_for()
    assert page.get_by_label("Curator").is_checked()

    page.get_by_label("Reason").fill("Stands in for the curator")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The account of Technician is changed.").wait_for()

    page.get_by_role("link", name="technician", exact=True).click()
    page.get_by_role("link", name="History").click()
    page.get_by_text("Stands in for the curator").wait_for()
    page.get_by_role("link", name="Back to the laboratory").click()
    page.wait_for_url(lambda address: "/admin" not in address)
