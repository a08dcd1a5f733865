"""Many at once in a real browser: chosen in the list, weighed together, a refusal at its row, then right."""

from decimal import Decimal

import pytest

from samples.models import Sample, Weighing
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lab():
    """Four bottles of 30 g with 10 g in each, and a balance."""
    lab = factories.laboratory()
    lab.bottles = [
        factories.container(lab.technician, f"B-{n}", lab.mission, parent=lab.box, tare_g=Decimal(30))
        for n in (1, 2, 3, 4)
    ]
    for bottle in lab.bottles:
        factories.sample(lab.technician, f"S-{bottle}", bottle, "10")
    factories.balance(lab.curator, "Bench 1")
    return lab


@pytest.fixture
def page(lab, sign_in):
    page = sign_in(lab.technician)
    page.goto("/containers/?q=B-&sort=-identifier")
    return page


def plain(locator):
    return " ".join(locator.inner_text().split())


def test_three_containers_are_weighed_at_once(lab, page):
    for name in ("B-1", "B-2", "B-4"):
        page.get_by_label(f"Choose {name}").check()
    page.get_by_text("3 selected").wait_for()
    page.get_by_role("button", name="Weigh").click()
    page.get_by_role("heading", name="Weigh containers").wait_for()

    page.get_by_label("Balance").select_option(index=1)
    page.get_by_label("Gross mass of B-1").fill("40")
    row = page.locator("tr", has=page.get_by_label("Gross mass of B-2"))
    gross = page.get_by_label("Gross mass of B-2")
    told = {}
    for typed in ("40000.001 mg", "40.001001", "40,1"):
        gross.fill(typed)
        told[typed] = (plain(row.locator("[data-difference]")), plain(row.locator("[data-verdict]")))
    assert told == {
        "40000.001 mg": ("+0.000001 g", "within ± 0.001000 g of the balance"),
        "40.001001": ("+0.001001 g", "beyond ± 0.001000 g of the balance"),
        "40,1": ("–", "appears once both are masses in g or mg"),
    }
    gross.fill("29")
    page.get_by_label("Gross mass of B-4").fill("40")
    page.get_by_label("Reason").fill("Stocktaking")
    page.get_by_role("button", name="Record the weighings").click()

    fault = page.locator(".error-summary").get_by_role("link")
    assert plain(fault).startswith("Gross mass of B-2: 29.000000 g is less than the tare of 30.000000 g.")
    assert not Weighing.objects.exists()
    fault.click()
    assert gross.evaluate("box => box === document.activeElement")
    gross.fill("40.0005")
    page.get_by_role("button", name="Record the weighings").click()

    page.get_by_text("3 containers are weighed.").wait_for()
    assert "/containers/?q=B-&sort=-identifier" in page.url
    assert [weighing.net_g for weighing in Weighing.objects.order_by("container__identifier")] == [
        Decimal("10"),
        Decimal("10.0005"),
        Decimal("10"),
    ]


def test_enter_goes_on_to_the_next_container_and_sends_nothing(page):
    for name in ("B-1", "B-2", "B-4"):
        page.get_by_label(f"Choose {name}").check()
    page.get_by_role("button", name="Weigh").click()
    page.get_by_role("heading", name="Weigh containers").wait_for()
    page.get_by_label("B-2", exact=True).uncheck()
    first, last = page.locator("input[name^=gross_g]").first, page.locator("input[name^=gross_g]").last

    first.fill("40")
    first.press("Enter")
    assert last.evaluate("box => box === document.activeElement")
    last.press("Enter")

    assert page.get_by_label("Reason").evaluate("box => box === document.activeElement")
    assert first.input_value() == "40"
    assert page.locator(".error-summary").count() == 0


def test_the_verbs_stay_in_sight_once_a_row_is_ticked(page):
    page.set_viewport_size({"width": 390, "height": 500})
    last = page.get_by_label("Choose B-1")
    last.scroll_into_view_if_needed()
    page.mouse.wheel(0, 3000)

    last.check()

    weigh = page.get_by_role("button", name="Weigh").bounding_box()
    top = page.locator(".top").bounding_box()
    assert top["y"] + top["height"] - 1 <= weigh["y"] < 200
    assert page.get_by_text("1 selected").is_visible()


def test_what_would_be_left_is_shown_while_one_types(lab, page):
    sample = Sample.objects.get(identifier="S-B-1")
    page.goto(f"/samples/{sample.pk}/consume/")
    told = page.locator("[data-held]")
    box = page.get_by_label("Consumed", exact=True)

    seen = []
    for typed in ("12.5 mg", "10", "10.000001", "x"):
        box.fill(typed)
        seen.append(plain(told))

    assert seen == [
        "9.987500 g is left after this.",
        "Nothing is left after this.",
        "0.000001 g more than it holds.",
        "",
    ]


def test_all_rows_are_chosen_and_cleared_at_once(page):
    page.get_by_label("Choose all of this page").check()
    page.get_by_text("4 selected").wait_for()
    page.get_by_label("Choose B-2").uncheck()
    page.get_by_text("3 selected").wait_for()
    page.get_by_role("button", name="Clear selection").click()
    page.get_by_text("Tick rows to do something with them at once.").wait_for()

    assert page.locator("tbody input:checked").count() == 0


def test_one_container_shows_net_and_difference_while_its_mass_is_typed(lab, page):
    page.goto(f"/containers/{lab.bottles[0].pk}/weigh/")
    page.get_by_label("Balance").select_option(index=1)
    page.get_by_label("Gross mass").fill("1040.25")
    assert (plain(page.locator("[data-net]")), plain(page.locator("[data-difference]"))) == (
        "1 010.250000 g",
        "+1 000.250000 g",
    )

    page.get_by_label("Tare").fill("")
    page.get_by_text("without a tare nothing is compared", exact=True).wait_for()
    assert plain(page.locator("[data-difference]")) == "–"


def test_without_scripts_it_works_too(lab, sign_in):
    page = sign_in(lab.technician, java_script_enabled=False)
    page.goto("/containers/?q=B-")
    page.get_by_label("Choose B-1").check()
    page.get_by_label("Choose B-3").check()
    page.get_by_role("button", name="Move").click()
    page.get_by_label("New location").select_option(label="Room 1")
    page.get_by_label("Reason").fill("Stocktaking")
    page.get_by_role("button", name="Move them").click()

    page.get_by_text("2 containers are moved.").wait_for()
