"""QR codes (ISO/IEC 18004) as filled rectangles, so that paper and screen show the same modules in the same size."""

from functools import lru_cache
from itertools import groupby

import segno
from django.utils.html import format_html

# The standard asks for four light modules around the code; without them a scanner does not find it on a full page.
QUIET = 4


@lru_cache(maxsize=1024)
def qr_runs(text):
    """The side of the code in modules, quiet zone included, and its dark runs as (column, row, length) from the top."""
    code = segno.make(text, error="m", micro=False)
    runs = []
    for row, line in enumerate(code.matrix, QUIET):
        column = QUIET
        for dark, modules in groupby(line):
            length = len(list(modules))
            if dark:
                runs.append((column, row, length))
            column += length
    return len(code.matrix) + 2 * QUIET, tuple(runs)


def draw_qr(canvas, text, x, y, size):
    """Draw the code of the text into a square whose lower left corner is at x and y; all in points, as in reportlab.

    The size (`27 * mm`) is that of the whole square, quiet zone included.
    """
    side, runs = qr_runs(text)
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size / side, size / side)
    # One path for all, filled once: rectangles filled one by one would leave hairlines between the rows.
    path = canvas.beginPath()
    for column, row, length in runs:
        path.rect(column, side - row - 1, length, 1)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def qr_path(text):
    """The side of the code in modules, quiet zone included, and the path data that draws it in SVG."""
    side, runs = qr_runs(text)
    return side, "".join(f"M{column} {row}h{length}v1h-{length}z" for column, row, length in runs)


def qr_svg(text, size_mm):
    """The code as an SVG drawing of so many millimetres, to stand in a page or alone; black on white in any theme."""
    side, path = qr_path(text)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}mm" height="{0}mm" viewBox="0 0 {1} {1}" role="img" '
        'aria-label="QR code: {2}"><rect width="{1}" height="{1}" fill="#fff"/><path d="{3}"/></svg>',
        size_mm,
        side,
        text,
        path,
    )
