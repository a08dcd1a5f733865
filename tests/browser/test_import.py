"""A curator imports a file in a real browser: sees the faults, mends them, ticks the doubts, and finds the samples."""

import pytest

from samples.models import Import, Sample
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [
    {"identifier": "S-1", "mass_g": "1.5", "container": "BOT-1"},
    {"identifier": "S-2", "mass_g": "2,5", "container": "BOT-1"},
]


def choose(page, rows):
    file = {"name": "stock.csv", "mimeType": "text/csv", "buffer": factories.stock(*rows)}
    page.get_by_label("What is imported").select_option("samples")
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Reason").fill("Opening stock")
    page.get_by_role("button", name="Upload and check").click()


def test_a_file_is_mended_and_imported(sign_in):
    lab = factories.laboratory()
    page = sign_in(lab.curator)
    page.goto("/data/")

    page.get_by_role("link", name="Import a file").click()
    choose(page, ROWS)
    page.get_by_role("heading", name="1 of 2 rows are refused, 1 could be registered").wait_for()
    assert "“2,5” has a comma" in page.get_by_role("main").inner_text()
    assert page.locator("progress:visible").count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Refused rows as CSV").click()
    assert "S-2" in download.value.path().read_text(encoding="utf-8")

    page.get_by_role("link", name="Upload the mended file").click()
    choose(page, [ROWS[0], ROWS[1] | {"mass_g": "2.5"}])
    page.get_by_role("button", name="Register all 2 samples").click()
    page.get_by_text("2 samples are registered with the import").wait_for()
    page.get_by_role("link", name=str(Import.objects.get())).click()
    page.get_by_role("link", name="2 samples").click()
    page.get_by_role("link", name="S-2").wait_for()

    assert Sample.objects.get(identifier="S-2").mass_g == 2.5
