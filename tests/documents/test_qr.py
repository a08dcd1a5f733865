"""QR codes on paper, drawn and read back."""

from io import BytesIO

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from samples.documents._qr import QUIET, draw_qr, qr_path, qr_runs, qr_svg
from tests.printed import DPI, codes, images

URL = "https://inventory.example.org/containers/123456/"


def drawn(text, x, y, size):
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    draw_qr(canvas, text, x, y, size)
    canvas.save()
    [image] = images(file.getvalue())
    return image


@pytest.mark.parametrize("text", [URL, "Ledger 1234 · 7KQX-2F2M-ABCD-EFGH", "x", "https://example.org/" + "a" * 400])
def test_a_drawn_code_is_read_back(text):
    image = drawn(text, 50 * mm, 100 * mm, 60 * mm)

    assert [found for found, _x, _y in codes(image)] == [text]


def test_a_code_stands_where_it_is_put_in_the_size_asked_for():
    image = drawn(URL, 50 * mm, 100 * mm, 27 * mm)

    side, _runs = qr_runs(URL)
    quiet_mm = 27 * QUIET / side
    left, top, right, bottom = (
        length / DPI * 25.4 for length in image.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    )
    assert (left, right) == pytest.approx((50 + quiet_mm, 77 - quiet_mm), abs=0.1)
    assert (top, bottom) == pytest.approx((297 - 127 + quiet_mm, 297 - 100 - quiet_mm), abs=0.1)


def test_a_drawn_code_has_no_light_lines_between_its_rows():
    """Each dark module of a code drawn large is dark all over."""
    image = drawn(URL, 10 * mm, 50 * mm, 190 * mm)

    side, runs = qr_runs(URL)
    module = 190 / side / 25.4 * DPI
    left, top = 10 / 25.4 * DPI, (297 - 240) / 25.4 * DPI
    below = {(column, row) for column, row, length in runs for column in range(column, column + length)}
    for column, row in below & {(column, row - 1) for column, row in below}:
        x, y = left + (column + 0.5) * module, top + (row + 1) * module
        assert max(image.getpixel((round(x), round(y) + step)) for step in (-1, 0, 1)) < 64, (column, row)


def test_paper_and_svg_have_the_same_modules():
    side, path = qr_path(URL)

    assert side == qr_runs(URL)[0]
    assert path.count("M") == len(qr_runs(URL)[1])
    assert f'viewBox="0 0 {side} {side}"' in qr_svg(URL, 27)


def test_the_text_of_a_code_cannot_break_the_drawing():
    drawing = qr_svg('"><script>alert(1)</script>', 27)

    assert "<script" not in drawing
