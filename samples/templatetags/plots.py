"""Geometry of the plot of weighings: points with their uncertainty over time, as SVG numbers and percentages."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _

from samples.history import moment_text
from samples.units import MINUS, NARROW_SPACE, format_mass

from .charts import SPACE_BEFORE_UNIT, percent, round_step

HEIGHT_PX = 200
# Room at the ends, so that no point is cut: pixels above and below, percent at the sides.
PAD_PX = 14
SIDE = 3
FEWEST = 2


@dataclass(frozen=True)
class Point:
    """One weighing: its place, the ends of its uncertainty, and what kind of point stands for it."""

    x: str
    y: str
    top: str
    bottom: str
    kind: str


@dataclass(frozen=True)
class Line:
    """A mass that the weighings are held against, from one moment to another."""

    x1: str
    x2: str
    y: str


@dataclass(frozen=True)
class Time:
    """A moment below the field, and on which side of its place it is written."""

    x: str
    anchor: str
    label: str


@dataclass(frozen=True)
class Grid:
    y: str
    label: str


def weighing_plot(weighings):
    """Context of components/_plot.html for weighings newest first, or an empty one where there are too few.

    Net masses are drawn against the samples inside where at least two weighings have one; else gross masses,
    against what was declared at the release.
    """
    compared = [one for one in weighings if one.net_g is not None]
    is_net = len(compared) >= FEWEST
    shown = sorted(compared if is_net else weighings, key=lambda one: (one.weighed_at, one.pk))
    if len(shown) < FEWEST:
        return {"points": []}
    against = [(one, one.book_g if is_net else _declared_g(one)) for one in shown]
    masses = [one.net_g if is_net else one.gross_g for one in shown]
    y = _vertical(_edges(shown, masses, [mass for _one, mass in against if mass is not None]))
    x = _horizontal(shown[0].weighed_at, shown[-1].weighed_at)
    points = [_point(one, mass, x, y) for one, mass in zip(shown, masses, strict=True)]
    kinds = {point.kind for point in points}
    return {
        "points": points,
        "lines": _lines(against, x, y),
        "grid": y.grid(),
        "height": HEIGHT_PX,
        "is_net": is_net,
        "times": _times(x, shown[0].weighed_at, shown[-1].weighed_at),
        "legend": [(kind, word) for kind, word in _kinds() if kind in kinds],
        "left_out": len(weighings) - len(shown),
        "sentence": _sentence(shown, masses, is_net),
    }


def _declared_g(weighing):
    return weighing.line.gross_declared_g if weighing.line_id else None


def _edges(shown, masses, against):
    """The lowest and the highest mass that is drawn."""
    low = [mass - one.uncertainty_g for one, mass in zip(shown, masses, strict=True)]
    high = [mass + one.uncertainty_g for one, mass in zip(shown, masses, strict=True)]
    return min(low + against), max(high + against)


class _vertical:
    """Where a mass stands, in pixels from the top; no uncertainty is zero, so there is always some span."""

    def __init__(self, edges):
        self.low, self.high = edges
        self.span = self.high - self.low

    def __call__(self, mass_g):
        inner = HEIGHT_PX - 2 * PAD_PX
        return f"{PAD_PX + inner * (self.high - mass_g) / self.span:.2f}"

    def grid(self):
        """Lines at round masses, the unit at the topmost one only."""
        step, _minor = round_step(self.span)
        first = (self.low / step).to_integral_value(ROUND_CEILING) * step
        marks = [first + number * step for number in range(int((self.high - first) // step) + 1)]
        places = max(0, -step.normalize().as_tuple().exponent)
        labels = [f"{mark:,.{places}f}".replace(",", NARROW_SPACE).replace("-", MINUS) for mark in marks]
        if labels:
            labels[-1] += f"{SPACE_BEFORE_UNIT}g"
        return [Grid(self(mark), label) for mark, label in zip(marks, labels, strict=True)]


def _horizontal(first, last):
    whole = (last - first) // timedelta(microseconds=1)

    def x(at):
        if not whole:
            return percent(Decimal(50), Decimal(100))
        share = Decimal((at - first) // timedelta(microseconds=1)) / whole
        return percent(SIDE + share * (100 - 2 * SIDE), Decimal(100))

    return x


def _times(x, first, last):
    """The moments of the first and the last reading, under their points; once where both read alike."""
    if moment_text(first) == moment_text(last):
        last = first
    if first == last:
        middle = percent(Decimal(50), Decimal(100))
        return [Time(middle, "middle", moment_text(first))]
    return [Time(x(first), "start", moment_text(first)), Time(x(last), "end", moment_text(last))]


def _point(weighing, mass_g, x, y):
    top, bottom = y(mass_g + weighing.uncertainty_g), y(mass_g - weighing.uncertainty_g)
    return Point(x(weighing.weighed_at), y(mass_g), top, bottom, _kind(weighing))


def _kind(weighing):
    if hasattr(weighing, "superseded_by"):
        return "superseded"
    if weighing.is_beyond_uncertainty or (weighing.line_id and weighing.line.is_beyond_tolerance):
        return "beyond"
    return "preliminary" if weighing.preliminary else "reading"


def _kinds():
    return [
        ("reading", _("Reading")),
        ("preliminary", _("Preliminary")),
        ("superseded", _("Superseded")),
        ("beyond", _("Beyond what it may differ by")),
    ]


def _lines(against, x, y):
    """The mass it is held against, from each weighing to the next one; what changed between is drawn at the next."""
    known = [(one, mass) for one, mass in against if mass is not None]
    if not known:
        return []
    ends = [x(one.weighed_at) for one, _mass in known[1:]] + ["100%"]
    starts = [x(one.weighed_at) for one, _mass in known]
    return [Line(start, end, y(mass)) for start, end, (_one, mass) in zip(starts, ends, known, strict=True)]


def _sentence(shown, masses, is_net):
    told = _("%(what)s of %(count)s weighings from %(first)s to %(last)s: between %(low)s and %(high)s.")
    return told % {
        "what": _("Net mass") if is_net else _("Gross mass"),
        "count": len(shown),
        "first": moment_text(shown[0].weighed_at),
        "last": moment_text(shown[-1].weighed_at),
        "low": format_mass(min(masses)),
        "high": format_mass(max(masses)),
    }
