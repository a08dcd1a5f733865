"""Labels: a code that the scan field opens, beside what a person reads; and the single label as a drawing.

Lengths are whole hundredths of a millimetre, counted from the upper left corner of the label.
"""

from dataclasses import dataclass
from textwrap import wrap

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from samples.models import Container

from ._qr import qr_path

# Of a single label, which is cut out by hand or printed by a label printer.
SINGLE_WIDTH, SINGLE_HEIGHT, SINGLE_MARGIN = 7000, 3700, 300
# Between the code, which ends in its own white border, and the text.
GAP = 50
# Every character of Courier, and of what stands in for it, is six tenths of its size wide.
WIDE, TALL = (6, 10), (115, 100)
# Larger than this an identifier gains nothing.
LARGEST = 600
# As few lines as give it this share of the largest size it can have: each break is a place to misread it.
ENOUGH = (2, 3)
# What is known of the record beside its identifier has at most this share of the height.
BESIDE = (45, 100)
BESIDE_LARGEST, BESIDE_SMALLEST = 260, 50
SVG_FONT = "Courier, 'Liberation Mono', 'DejaVu Sans Mono', monospace"
# The length is given, because no browser is sure to have Courier.
SVG_TEXT = (
    '<text x="{}" y="{}" font-size="{}" font-weight="{}" textLength="{}" lengthAdjust="spacingAndGlyphs">{}</text>'
)


@dataclass(frozen=True)
class Label:
    """What one label says; `url` is in its code. All but the kind and origin words are ASCII by their rules."""

    identifier: str
    url: str
    beside: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A line of text: where its baseline begins, and its size."""

    x: int
    y: int
    size: int
    text: str
    is_bold: bool = False

    @property
    def width(self):
        return _width(len(self.text), self.size)


@dataclass(frozen=True)
class Arranged:
    """A label laid out: the corner and side of the square of its code, and its lines."""

    x: int
    y: int
    side: int
    lines: tuple[Line, ...]


def label_of(record, url):
    """The label of a container or a sample, whose page is at `url`."""
    is_container = isinstance(record, Container)
    what = record.get_kind_display() if is_container else _("Sample: %s") % record.get_form_display().lower()
    return Label(record.identifier, url, (what, record.get_origin_display(), record.mission.code))


def arrange(label, width, height, margin):
    """The code at the left over the whole height; right of it the identifier at the top, the rest at the bottom.

    The longest identifier and mission code (40 characters each) break into lines and shrink; nothing is cut off.
    """
    side = height - 2 * margin
    left = margin + side + GAP
    room = width - margin - left
    size, beside = _small_lines(label.beside, room, side * BESIDE[0] // BESIDE[1])
    bottom = height - margin - _height(len(beside), size)
    lines = _placed(beside, left, bottom, size)
    size, identifier = _large_lines(label.identifier, room, bottom - margin - size // 2)
    lines = _placed(identifier, left, margin, size, is_bold=True) + lines
    return Arranged(margin, margin, side, lines)


def label_svg(label):
    """One label as an SVG drawing, in millimetres, black on white."""
    arranged = arrange(label, SINGLE_WIDTH, SINGLE_HEIGHT, SINGLE_MARGIN)
    modules, path = qr_path(label.url)
    texts = format_html_join("\n", SVG_TEXT, _texts(arranged))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}mm" height="{}mm" viewBox="0 0 {} {}" role="img">\n'
        "<title>{}</title>\n"
        '<rect width="100%" height="100%" fill="#fff"/>\n'
        '<svg x="{}" y="{}" width="{}" height="{}" viewBox="0 0 {} {}"><path d="{}"/></svg>\n'
        '<g font-family="{}">\n{}\n</g>\n</svg>\n',
        *(SINGLE_WIDTH // 100, SINGLE_HEIGHT // 100, SINGLE_WIDTH, SINGLE_HEIGHT),
        label.identifier,
        *(arranged.x, arranged.y, arranged.side, arranged.side, modules, modules, path),
        *(SVG_FONT, texts),
    )


def _texts(arranged):
    return [
        (line.x, line.y, line.size, "bold" if line.is_bold else "normal", line.width, line.text)
        for line in arranged.lines
    ]


def _width(characters, size):
    return -(-characters * size * WIDE[0] // WIDE[1])


def _height(lines, size):
    return -(-lines * size * TALL[0] // TALL[1])


def _large_lines(identifier, width, height):
    """The size and the lines of an identifier: as few lines as come near to the largest size it can have."""
    sizes = {}
    for count in range(1, len(identifier) + 1):
        longest = -(-len(identifier) // count)
        by_width, by_height = width * WIDE[1] // (longest * WIDE[0]), height * TALL[1] // (count * TALL[0])
        sizes.setdefault(longest, min(LARGEST, by_width, by_height))
    enough = max(sizes.values()) * ENOUGH[0] // ENOUGH[1]
    longest, size = next((longest, size) for longest, size in sizes.items() if size >= enough)
    return size, [identifier[start : start + longest] for start in range(0, len(identifier), longest)]


def _small_lines(texts, width, height):
    """The largest size in which all the texts, broken between words, have room; and their lines."""
    for size in range(BESIDE_LARGEST, BESIDE_SMALLEST, -10):
        longest = max(1, width * WIDE[1] // (size * WIDE[0]))
        lines = [line for text in texts for line in wrap(text, longest, break_on_hyphens=False)]
        if _height(len(lines), size) <= height:
            break
    return size, lines


def _placed(lines, x, top, size, *, is_bold=False):
    # The baseline lies at four fifths of a line: letters that hang below it stay inside.
    return tuple(
        Line(x, top + _height(number, size) + size * 4 // 5, size, text, is_bold) for number, text in enumerate(lines)
    )
