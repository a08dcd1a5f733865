"""Geometry of bars on rulers: exact shares as SVG percentages, so that no template calculates."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from samples.units import MASS_PLACES, format_mass, split_mass

SPACE_BEFORE_UNIT = "\u00a0"

SLIVER_SHARE = Decimal("0.01")
SLIVER_PX = 5
GAP_PX = 2
MOST_MAJOR_STEPS = 5
ROOM = {"free", "left"}
PATTERNS = {"drill": "pattern-drill", "consumed": "pattern-consumed"}


@dataclass(frozen=True)
class Part:
    """One share of a bar; `kind` chooses the fill, `label` is the word in the legend."""

    kind: str
    label: str
    mass_g: Decimal

    @property
    def pattern(self):
        return PATTERNS.get(self.kind, "")


@dataclass(frozen=True)
class Segment:
    kind: str
    pattern: str
    x: str
    width: str
    shift_px: int
    gap_shift_px: int | None


@dataclass(frozen=True)
class Tick:
    x: str
    end_px: int
    label: str
    anchor: str


def percent(share, whole):
    return f"{share * 100 / whole:.4f}%"


def segments_of(parts, axis_g):
    """Lay the parts of a bar out from left to right; room is left undrawn so that the track shows.

    A part under 1 % would vanish, so it is drawn a few pixels wide: at its place, or pinned to the
    right end of a bar without room, where it would otherwise hide under its neighbour.
    """
    if not axis_g:
        return []
    drawn = [(part, start_g) for part, start_g in _with_starts(parts) if part.mass_g > 0 and part.kind not in ROOM]
    wide = [(part, start_g) for part, start_g in drawn if part.mass_g >= axis_g * SLIVER_SHARE]
    slivers = [(part, start_g) for part, start_g in drawn if part.mass_g < axis_g * SLIVER_SHARE]
    has_room = sum(part.mass_g for part, _start in drawn) < axis_g
    segments = [
        Segment(
            part.kind,
            PATTERNS.get(part.kind, ""),
            percent(start_g, axis_g),
            percent(part.mass_g, axis_g),
            0,
            -GAP_PX // 2 if start_g else None,
        )
        for part, start_g in wide
    ]
    pitch = SLIVER_PX + GAP_PX
    for place, (part, start_g) in enumerate(slivers):
        x, shift = (percent(start_g, axis_g), pitch * place) if has_room else ("100%", pitch * (place - len(slivers)))
        shift = shift if has_room else shift + GAP_PX
        gap = shift - GAP_PX if start_g or not has_room else None
        segments.append(Segment(part.kind, PATTERNS.get(part.kind, ""), x, str(SLIVER_PX), shift, gap))
    return segments


def _with_starts(parts):
    start_g = Decimal(0)
    for part in parts:
        yield part, start_g
        start_g += max(part.mass_g, Decimal(0))


def has_slivers(parts, axis_g):
    return any(0 < part.mass_g < axis_g * SLIVER_SHARE for part in parts if part.kind not in ROOM)


def round_step(axis_g):
    """Return (major, minor) ruler steps: 1, 2 or 5 times a power of ten, at most five to the axis."""
    # No step finer than a microgram: masses have no more places, so its label could not be written.
    exponent = max(axis_g.adjusted() - 1, -MASS_PLACES)
    while True:
        for leading in (1, 2, 5):
            major = Decimal(leading).scaleb(exponent)
            if axis_g <= major * MOST_MAJOR_STEPS:
                return major, major / (4 if leading == 2 else 5)
        exponent += 1


def ruler(axis_g):
    """Return the ticks of a ruler from 0 to `axis_g`; the unit stands on the last label only."""
    if not axis_g:
        return []
    major, minor = round_step(axis_g)
    last_major = axis_g // major * major
    ticks = []
    for number in range(int(axis_g // minor) + 1):
        at_g = number * minor
        is_major = at_g % major == 0
        label = split_mass(at_g)[0] if is_major else ""
        if is_major and at_g == last_major:
            label += f"{SPACE_BEFORE_UNIT}g"
        ticks.append(Tick(percent(at_g, axis_g), 9 if is_major else 6, label, _anchor(at_g, axis_g)))
    return ticks


def _anchor(at_g, axis_g):
    if not at_g:
        return "start"
    return "end" if at_g > axis_g * Decimal("0.96") else "middle"


def scale(parts, total_g=None, size="hero", label="", note=""):
    """Context of components/_scale.html: `parts` over an axis of `total_g`, or of their sum.

    Parts that sum to more than the total stretch the axis, because a bar must never hide a gram.
    """
    parts = [Part(part.kind, str(part.label), part.mass_g) for part in parts]
    axis_g = max(sum((part.mass_g for part in parts if part.mass_g > 0), Decimal(0)), total_g or Decimal(0))
    sentence = ", ".join(f"{part.label} {format_mass(part.mass_g)}" for part in parts) or _("nothing")
    if total_g is not None:
        sentence = _("%(parts)s, of %(total)s") % {"parts": sentence, "total": format_mass(total_g)}
    notes = [str(note)] if note else []
    if has_slivers(parts, axis_g):
        notes.append(_("Parts under one percent are drawn 5 px wide."))
    return {
        "parts": parts,
        "segments": segments_of(parts, axis_g),
        "ticks": [] if size == "bar" else ruler(axis_g),
        "size": size,
        "sentence": f"{label}: {sentence}" if label else sentence,
        "note": " ".join(notes),
    }


def minibar(mass_g, capacity_g, origin=""):
    """Context of components/_minibar.html; a capacity of None means the vessel is not rated."""
    if capacity_g is None:
        return {"is_rated": False}
    mass_g = mass_g or Decimal(0)
    share = min(max(mass_g / capacity_g, Decimal(0)), Decimal(1)) if capacity_g else Decimal(0)
    kind = origin if origin in {"drill", "scoop"} else "held"
    return {
        "is_rated": True,
        "width": percent(max(share, 2 * SLIVER_SHARE) if mass_g > 0 else share, Decimal(1)),
        "kind": kind,
        "pattern": PATTERNS.get(kind, ""),
        "capacity": f"{split_mass(capacity_g)[0]}{SPACE_BEFORE_UNIT}g",
        "is_full": mass_g == capacity_g,
        "is_over": mass_g > capacity_g,
    }
