"""Sheets of labels as they are sold: their layouts, and the A4 PDF that is printed on them."""

from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ._qr import draw_qr
from .labels import arrange

# More than the largest sheets take at once; a longer run is printed in parts.
MOST_LABELS = 500
UNIT = mm / 100
FONTS = {True: "Courier-Bold", False: "Courier"}


@dataclass(frozen=True)
class Layout:
    """A sheet of labels; lengths are whole hundredths of a millimetre.

    `left` and `top` are the edges of the sheet outside the first label, `gap` stands between two columns, and
    `margin` is what stays white inside each label: more where the labels reach the edge that no printer prints on.
    """

    columns: int
    rows: int
    width: int
    height: int
    left: int
    top: int
    gap: int
    margin: int

    @property
    def count(self):
        return self.columns * self.rows

    @property
    def size(self):
        """Width and height of a label in words: 38.1 × 21.2 mm."""
        return (
            " × ".join(f"{length // 100}.{length % 100:02}".rstrip("0").rstrip(".") for length in self._sides) + " mm"
        )

    @property
    def _sides(self):
        return self.width, self.height

    def corner(self, place):
        """The upper left corner of the label with this number on its sheet; the first is 0, then along the row."""
        row, column = divmod(place, self.columns)
        return self.left + column * (self.width + self.gap), self.top + row * self.height


# By columns and rows, as the sheets are asked for.
LAYOUTS = {
    "3x8": Layout(3, 8, width=7000, height=3700, left=0, top=50, gap=0, margin=450),
    "3x7": Layout(3, 7, width=6350, height=3810, left=720, top=1515, gap=255, margin=200),
    "2x7": Layout(2, 7, width=9910, height=3810, left=465, top=1515, gap=250, margin=200),
    "5x13": Layout(5, 13, width=3810, height=2120, left=475, top=1070, gap=250, margin=100),
}


class Unprintable(Exception):
    """A text has characters that the fonts of every PDF reader lack."""


def sheet_pdf(labels, layout, first=1):
    """The labels as an A4 PDF, in bytes that are the same for the same labels; the first one at place `first`.

    Raises Unprintable for a text that is not ASCII: it would be printed as black boxes, and nobody be told.
    """
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.setTitle("Labels")
    canvas.setCreator("labinv")
    for place, label in enumerate(labels, first - 1):
        if place > first - 1 and place % layout.count == 0:
            canvas.showPage()
        _draw(canvas, label, layout, *layout.corner(place % layout.count))
    canvas.save()
    return file.getvalue()


def _draw(canvas, label, layout, x, y):
    arranged = arrange(label, layout.width, layout.height, layout.margin)
    side = arranged.side
    left, top = x * UNIT, A4[1] - y * UNIT
    draw_qr(canvas, label.url, left + arranged.x * UNIT, top - (arranged.y + side) * UNIT, side * UNIT)
    for line in arranged.lines:
        if not line.text.isascii():
            raise Unprintable(f"“{line.text}” has characters that the fonts of labels lack.")
        canvas.setFont(FONTS[line.is_bold], line.size * UNIT)
        canvas.drawString(left + line.x * UNIT, top - line.y * UNIT, line.text)
