"""Geometry of the depth strip: a core from the top down, to scale, with labels that do not cover each other."""

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _

from samples.units import format_depth

# All in pixels: the strip has one width everywhere, because a core is drawn by its length.
TOP_PX = 12
RULER_PX, CORE_PX, CORE_WIDTH_PX = 40, 48, 84
CORE_END_PX = CORE_PX + CORE_WIDTH_PX
LANE_PX, LANE_WIDTH_PX, MOST_LANES = 12, 10, 3
LEADER_PX = 16
LINE_PX, DEPTH_LINE_PX, BETWEEN_PX = 15, 16, 6
SHORTEST_PX, LONGEST_PX, PER_LABEL_PX = 280, 520, 90
TICK_APART_PX = 34
# Characters of an identifier that stand in one line beside the strip.
LINE_LENGTH = 18


@dataclass(frozen=True)
class Piece:
    """One segment or subsample between two depths, with the page it leads to."""

    label: str
    url: str
    top_cm: Decimal
    bottom_cm: Decimal
    is_current: bool = False


@dataclass(frozen=True)
class Bar:
    """A rectangle of the strip; `kind` chooses its fill."""

    kind: str
    x: int
    y: str
    width: int
    height: str


@dataclass(frozen=True)
class Label:
    """Lines of text beside a bar, and the line that leads from one to the other."""

    kind: str
    url: str
    lines: list
    top_cm: Decimal
    bottom_cm: Decimal
    bar_end: int
    middle: Decimal = Decimal(0)
    top: Decimal = Decimal(0)
    x: int = 0

    @property
    def height(self):
        return LINE_PX * len(self.lines) + DEPTH_LINE_PX + BETWEEN_PX

    @property
    def depth(self):
        return interval(self.top_cm, self.bottom_cm)

    @property
    def rows(self):
        """(y, text) of each line of its name."""
        return [(px(self.top + LINE_PX * (n + 1) - 3), line) for n, line in enumerate(self.lines)]

    @property
    def depth_y(self):
        return px(self.top + LINE_PX * len(self.lines) + DEPTH_LINE_PX - 4)

    @property
    def leader(self):
        y = self.top + Decimal(self.height - BETWEEN_PX) / 2
        return {"x1": self.bar_end + 2, "y1": px(self.middle), "x2": self.x - 4, "y2": px(y)}


@dataclass(frozen=True)
class Scale:
    """From centimetres to pixels."""

    top_cm: Decimal
    bottom_cm: Decimal
    length_px: int

    def y(self, depth_cm):
        share = (depth_cm - self.top_cm) / (self.bottom_cm - self.top_cm)
        return TOP_PX + share * self.length_px

    def bar(self, kind, piece_top_cm, piece_bottom_cm, x, width):
        top, bottom = self.y(piece_top_cm), self.y(piece_bottom_cm)
        return Bar(kind, x, px(top), width, px(bottom - top))


def px(number):
    return f"{number:.2f}"


def strip(core, pieces, subpieces=(), seams=()):
    """Context of components/_strip.html: the core between its two depths, its pieces, and what was split off one."""
    lanes = zip(subpieces, _lanes(subpieces), strict=True)
    drawn = [(piece, lane) for piece, lane in lanes if lane is not None]
    labels = _labels(pieces, drawn, seams)
    scale = Scale(*core, _length(labels))
    label_x = max((label.bar_end for label in labels), default=CORE_END_PX) + LEADER_PX
    return {
        "height": TOP_PX + scale.length_px + 2 * DEPTH_LINE_PX,
        "unit_y": px(TOP_PX + scale.length_px + DEPTH_LINE_PX + 8),
        "ticks": _ticks(scale),
        "axis": {"y1": px(TOP_PX), "y2": px(TOP_PX + scale.length_px)},
        "track": scale.bar("track", *core, CORE_PX, CORE_WIDTH_PX),
        "bars": _bars(scale, pieces),
        "seams": [_seam_bar(scale, seam) for seam in seams],
        "subbars": [
            scale.bar("subsample", piece.top_cm, piece.bottom_cm, _lane_x(lane), LANE_WIDTH_PX) for piece, lane in drawn
        ],
        "labels": [replace(label, x=label_x) for label in _apart(labels, scale)],
        "undrawn": len(subpieces) - len(drawn),
        "sentence": _sentence(pieces, seams),
    }


def _labels(pieces, drawn, seams):
    """A label for each piece, for what was split off and for each seam; not placed yet."""
    # What this one was split into says more than its own name, which is the title of the page.
    named = [piece for piece in pieces if not (piece.is_current and drawn)]
    return [
        *(_label(piece, CORE_END_PX) for piece in named),
        *(_label(piece, _lane_x(lane) + LANE_WIDTH_PX) for piece, lane in drawn),
        *(_seam_label(seam) for seam in seams),
    ]


def _length(labels):
    """How long the strip is drawn: the more there is to say of it, the longer."""
    return max(min(max(PER_LABEL_PX * len(labels), SHORTEST_PX), LONGEST_PX), sum(label.height for label in labels))


def _bars(scale, pieces):
    """The pieces of the core; the one that the page is about last, so that its outline is on top of the others."""
    others = "other" if any(piece.is_current for piece in pieces) else "whole"
    return [
        scale.bar("current" if piece.is_current else others, piece.top_cm, piece.bottom_cm, CORE_PX, CORE_WIDTH_PX)
        for piece in sorted(pieces, key=lambda piece: piece.is_current)
    ]


def _seam_bar(scale, seam):
    kind = "overlap" if seam.is_overlap else "gap"
    return scale.bar(kind, seam.from_cm, seam.to_cm, CORE_PX, CORE_WIDTH_PX)


def _lane_x(lane):
    return CORE_END_PX + BETWEEN_PX + LANE_PX * lane


def _label(piece, bar_end):
    kind = "current" if piece.is_current else "piece"
    return Label(kind, piece.url, _lines(piece.label), piece.top_cm, piece.bottom_cm, bar_end)


def _seam_label(seam):
    word = _("overlap") if seam.is_overlap else _("gap")
    return Label("seam", "", [word], seam.from_cm, seam.to_cm, CORE_END_PX)


def interval(top_cm, bottom_cm):
    """A depth interval with its unit: "28.7 – 70 cm"."""
    return f"{format_depth(top_cm)} – {format_depth(bottom_cm)}\u00a0cm"


def _lines(text):
    return [text[start : start + LINE_LENGTH] for start in range(0, len(text), LINE_LENGTH)]


def _lanes(pieces):
    """For each piece, from the top down, the first lane that is free at its depth; None where none is."""
    ends, lanes = [], []
    for piece in pieces:
        lane = next((n for n, end_cm in enumerate(ends) if end_cm <= piece.top_cm), len(ends))
        if lane == len(ends) and lane < MOST_LANES:
            ends.append(piece.bottom_cm)
        elif lane < len(ends):
            ends[lane] = piece.bottom_cm
        lanes.append(lane if lane < MOST_LANES else None)
    return lanes


def _apart(labels, scale):
    """The labels from the top down, each as near to its bar as those above and below it leave room for."""
    labels = [replace(label, middle=scale.y((label.top_cm + label.bottom_cm) / 2)) for label in labels]
    placed, free_from = [], Decimal(0)
    for label in sorted(labels, key=lambda label: label.middle):
        top = max(label.middle - Decimal(label.height - BETWEEN_PX) / 2, free_from)
        placed.append(replace(label, top=top))
        free_from = top + label.height
    free_to = Decimal(TOP_PX + scale.length_px + DEPTH_LINE_PX)
    for place, label in reversed(list(enumerate(placed))):
        top = min(label.top, free_to - label.height)
        placed[place] = replace(label, top=top)
        free_to = top
    return placed


def _ticks(scale):
    """Major ticks with labels so far apart that these do not touch, and minor ones between."""
    major, minor = _steps(scale)
    at = (scale.top_cm / minor).to_integral_value(ROUND_CEILING) * minor
    ticks = []
    while at <= scale.bottom_cm:
        is_major = at % major == 0
        ticks.append(
            {
                "y": px(scale.y(at)),
                "x": RULER_PX - (8 if is_major else 5),
                "label": format_depth(at) if is_major else "",
                "label_y": px(scale.y(at) + 4),
            }
        )
        at += minor
    return ticks


def _steps(scale):
    """Major and minor step in centimetres: 1, 2 or 5 times a power of ten."""
    cm_apart = TICK_APART_PX * (scale.bottom_cm - scale.top_cm) / scale.length_px
    exponent = cm_apart.adjusted()
    while True:
        for leading in (1, 2, 5):
            major = Decimal(leading).scaleb(exponent)
            if major >= cm_apart:
                return major, major / (5 if leading == 5 else 2)
        exponent += 1


def _sentence(pieces, seams):
    told = [f"{piece.label} {interval(piece.top_cm, piece.bottom_cm)}" for piece in pieces]
    return ", ".join(told + [seam.sentence for seam in seams])
