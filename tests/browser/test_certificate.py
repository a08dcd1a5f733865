"""The certificate in a real browser: printed on one sheet, with a code that reads back, in either theme."""

from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from samples.audit.checkpoints import checkpoint
from tests import factories
from tests.documents import ways

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_prints_on_one_sheet_and_its_code_reads_back(sign_in):
    lab = factories.laboratory()
    page = sign_in(lab.auditor, color_scheme="dark")
    handoff = ways.differing(lab, ways.released_to_laboratory(lab))

    page.goto(f"/custody/{handoff.pk}/")
    page.get_by_role("link", name="Certificate").click()
    page.get_by_role("button", name="Print").wait_for()
    code = zxingcpp.read_barcodes(Image.open(BytesIO(page.screenshot(full_page=True))))
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))

    mark = checkpoint()
    assert [each.text.partition("#")[2] for each in code] == [mark.slug]
    assert len(document) == 1
    printed = document[0].get_textpage().get_text_range()
    assert mark.text in printed
    assert "CN-240606-71 ×" in printed
    assert "Download PDF" not in printed
    assert [each.text for each in zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())] == [code[0].text]
    # The last downloaded stands in the ledger: its checkpoint is that of its own entry.
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PDF").click()
    assert download.value.suggested_filename.endswith(f"-{checkpoint().slug}.pdf")
    assert checkpoint().seq == mark.seq + 1
