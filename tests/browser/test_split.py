"""The first split of the scooped material in a real browser: ten bottles, and a balance to the microgram."""

from decimal import Decimal

import pytest

from samples.models import Container, MassBalance, MassMovement, Sample
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

# What goes into the bottles, as it is read from the balance; with the dust it is all of the 1 500 g.
BOTTLES = {
    "CE6-B01": ("150", "g"),
    "CE6-B02": ("151.42", "g"),
    "CE6-B03": ("148.205", "g"),
    "CE6-B04": ("149.875", "g"),
    "CE6-B05": ("150.31", "g"),
    "CE6-B06": ("149.64", "g"),
    "CE6-B07": ("150.15", "g"),
    "CE6-B08": ("150.45", "g"),
    "CE6-B09": ("149995.4", "mg"),
    "CE6-B10": ("149.95", "g"),
}
DUST_MG = "4.6"
BARS = ("parts", "lost")


@pytest.fixture
def scooped():
    """A laboratory with 1 500 g of scooped material before it, and ten empty bottles of 160 g."""
    lab = factories.laboratory()
    tin = factories.container(lab.technician, "CE6-PC-S01", lab.mission, parent=lab.box, capacity_g=Decimal(1500))
    for name in BOTTLES:
        factories.container(lab.technician, name, lab.mission, parent=lab.box, capacity_g=Decimal(160))
    lab.scooped = factories.sample(lab.technician, "CE6C0000YJFM00100", tin, "1500.000000")
    return lab


@pytest.fixture
def page(scooped, sign_in):
    """The technician before the split of it, with ten rows."""
    page = sign_in(scooped.technician)
    page.goto(f"/samples/{scooped.scooped.pk}/")
    page.get_by_role("link", name="Split", exact=True).click()
    for _ in range(2):
        page.get_by_role("button", name="More rows").click()
        page.wait_for_load_state()
    return page


def told(page):
    """What the balance says while one types."""
    return " ".join(page.locator("[data-split] [role=status]").inner_text().split())


def fill(page):
    for row, (bottle, (mass, unit)) in enumerate(BOTTLES.items(), start=1):
        page.get_by_label(f"Row {row}, container").fill(bottle.lower())
        page.get_by_label(f"Row {row}, mass").fill(mass)
        page.get_by_label(f"Row {row}, unit of the mass").select_option(unit)


def is_red(page):
    """Whether the bar has the colour of what is wrong, which that of a loss always has."""
    fills = [page.locator(f"[data-bar={name}]").evaluate("(one) => getComputedStyle(one).fill") for name in BARS]
    return len(set(fills)) == 1


def test_the_scooped_material_goes_into_ten_bottles_and_the_balance_closes(scooped, page):
    assert page.get_by_label("Row 13, container").is_visible()
    assert page.get_by_label("Row 1, identifier").input_value() == "CE6C0000YJFM00101"
    assert not is_red(page)

    # One microgram too much.
    fill(page)
    page.get_by_label("Declared lost").fill("4.601")
    page.get_by_label("Unit of what is lost").select_option("mg")
    assert told(page) == "Too much: 0.000001 g more than CE6C0000YJFM00100 holds"
    assert is_red(page)
    page.get_by_label("Reason").fill("First split of the scooped material; dust left on the funnel")
    page.get_by_role("button", name="Split", exact=True).click()
    summary = page.locator(".error-summary")
    summary.get_by_text("holds").wait_for()
    assert " ".join(summary.inner_text().split()).endswith(
        "CE6C0000YJFM00100 holds 1 500.000000 g; 1 500.000001 g is 0.000001 g more."
    )
    assert told(page) == "Too much: 0.000001 g more than CE6C0000YJFM00100 holds"
    assert Sample.objects.get(pk=scooped.scooped.pk).mass_g == Decimal(1500)
    assert page.get_by_label("Row 9, mass").input_value() == "149995.4"

    page.get_by_label("Declared lost").fill(DUST_MG)
    assert told(page) == "The balance closes"
    assert not is_red(page)
    assert " ".join(page.locator(".readout-number").inner_text().split()) == "0.000000 g"
    assert "10.050000 g" in " ".join(page.locator("[data-row]").nth(9).inner_text().split())
    page.get_by_role("button", name="Split", exact=True).click()
    page.get_by_text("is split: 10 subsamples.").wait_for()

    bottles = Container.objects.filter(identifier__in=BOTTLES).order_by("identifier")
    held_g = {str(bottle): bottle.contents_g() for bottle in bottles}
    units = {"g": Decimal(1), "mg": Decimal("0.001")}
    assert held_g == {name: Decimal(mass) * units[unit] for name, (mass, unit) in BOTTLES.items()}
    assert Sample.objects.get(pk=scooped.scooped.pk).mass_g == 0
    assert MassMovement.objects.get(kind="lost").mass_g == Decimal("0.004600")
    balance = MassBalance(scooped.mission)
    assert balance.closes
    assert balance.accessioned_g == sum(held_g.values()) + Decimal("0.0046") + scooped.soil.mass_g
    assert [str(one) for one in scooped.scooped.children.order_by("pk")] == [
        f"CE6C0000YJFM{number:05d}" for number in range(101, 111)
    ]


def test_the_preview_counts_in_micrograms_and_leaves_out_what_is_no_mass(page):
    page.get_by_label("Row 1, container").fill("ce6-b01")
    mass, left = page.get_by_label("Row 1, mass"), page.locator(".readout-number")
    shown = {}
    for typed in ("0.000001", "0.1", "1499.999999", "1,5", "0.0000001", "5 mg", "161", ""):
        mass.fill(typed)
        room = page.locator("[data-room]").first.inner_text()
        shown[typed] = tuple(" ".join(text.split()) for text in (left.inner_text(), room, told(page)))

    unread = "What is not yet a mass in g or mg does not count"
    assert shown == {
        "0.000001": ("1 499.999999 g", "159.999999 g", "The balance closes"),
        "0.1": ("1 499.900000 g", "159.900000 g", "The balance closes"),
        "1499.999999": ("0.000001 g", "1 339.999999 g too much", "The balance closes"),
        "1,5": ("1 500.000000 g", "160.000000 g", unread),
        "0.0000001": ("1 500.000000 g", "160.000000 g", unread),
        "5 mg": ("1 500.000000 g", "160.000000 g", unread),
        "161": ("1 339.000000 g", "1.000000 g too much", "The balance closes"),
        "": ("1 500.000000 g", "160.000000 g", "The balance closes"),
    }


def test_a_scanner_names_the_bottle_by_its_label_and_its_enter_sends_nothing(scooped, page):
    bottle = Container.objects.get(identifier="CE6-B03")
    page.get_by_label("Row 2, container").focus()
    page.keyboard.type(f"http://labels.example{bottle.get_absolute_url()}")
    page.keyboard.press("Enter")

    assert page.get_by_label("Row 2, container").input_value() == "CE6-B03"
    assert page.evaluate("document.activeElement.name") == "mass_g_1"
    assert not scooped.scooped.children.exists()


def test_it_splits_without_scripts(scooped, sign_in):
    page = sign_in(scooped.technician, java_script_enabled=False)
    page.goto(f"/samples/{scooped.scooped.pk}/split/")
    page.get_by_label("Row 1, container").fill("CE6-B01")
    page.get_by_label("Row 1, mass").fill("150")
    page.get_by_role("button", name="More rows").click()
    assert page.get_by_label("Row 1, mass").input_value() == "150"
    assert page.get_by_text("1 350.000000 g").first.is_visible()
    page.get_by_label("Row 8, container").fill("CE6-B02")
    page.get_by_label("Row 8, mass").fill("150")
    page.get_by_label("Reason").fill("First split")
    page.get_by_role("button", name="Split", exact=True).click()

    page.get_by_text("is split: 2 subsamples.").wait_for()
    assert scooped.scooped.children.count() == 2
