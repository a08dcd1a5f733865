"""Printed matter read back: a PDF's pages as images, the codes on them as a scanner reads them, and their text."""

from contextlib import contextmanager

import pypdfium2
import zxingcpp
from PIL import Image
from reportlab.lib.pagesizes import A4

DPI = 300
POINTS_PER_MM = 72 / 25.4


@contextmanager
def opened(pdf):
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number] for number in range(len(document))]
    try:
        yield pages
    finally:
        for page in pages:
            page.close()
        document.close()


def images(pdf):
    """Each page as a printer would draw it."""
    with opened(pdf) as pages:
        return [page.render(scale=DPI / 72).to_pil().convert("L") for page in pages]


def codes(image, dpi=DPI):
    """The codes in an image: [(text, x, y)] with the middle of each in millimetres from the upper left corner."""
    found = []
    for code in zxingcpp.read_barcodes(image):
        corners = [
            code.position.top_left,
            code.position.top_right,
            code.position.bottom_right,
            code.position.bottom_left,
        ]
        x, y = (sum(getattr(corner, axis) for corner in corners) / 4 / dpi * 25.4 for axis in "xy")
        found.append((code.text, x, y))
    return found


def characters(pdf, page_number=0):
    """Every character of a page: [(character, left, top, right, bottom)] in millimetres from the upper left corner."""
    with opened(pdf) as pages:
        text = pages[page_number].get_textpage()
        found = []
        for index in range(text.count_chars()):
            character = text.get_text_range(index, 1)
            if character.strip():
                left, bottom, right, top = text.get_charbox(index)
                box = (left, A4[1] - top, right, A4[1] - bottom)
                found.append((character, *(length / POINTS_PER_MM for length in box)))
        text.close()
    return found


def image_of(png):
    """The image in a file or a screenshot."""
    return Image.open(png).convert("L")
