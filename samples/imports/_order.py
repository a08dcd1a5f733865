"""The order in which the rows of a file are registered: what another one is inside of, or came of, before it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .report import visible

_MOST_NAMED = 20


@dataclass(frozen=True)
class Place:
    """Where a row stands among the others of its file.

    `first` is the number of the first row of the same name, `outer` that of the row which brings what this one
    belongs under, or None; `ring` are the names of those that belong under each other, where it is one of them.
    """

    first: int
    outer: int | None = None
    ring: tuple = ()

    def why_missing(self):
        """Why what the row belongs under is not there, though a row brings it; empty where none does."""
        if self.ring:
            return _("The rows name each other in a circle: %(ring)s.") % {"ring": ", ".join(self.ring)}
        if self.outer is not None:
            return _("Row %(number)s brings it, and is refused itself: mend that first.") % {"number": self.outer}
        return ""


def placed(rows, name_of, parent_of):
    """(row, Place) of all rows: those under no other row of the file first, then those under these, and so on."""
    by_name, outer_of, levels, rings = {}, {}, {}, {}
    for row in rows:
        by_name.setdefault(name_of(row).lower(), row)
    for row in rows:
        parent = parent_of(row)
        outer_of[row.number] = by_name.get(parent) if parent else None
    for row in rows:
        chain, here = [], row
        while here is not None and here.number not in levels:
            levels[here.number] = None
            chain.append(here)
            here = outer_of[here.number]
        if here is not None and levels[here.number] is None:
            _note_ring(chain[chain.index(here) :], name_of, rings)
        level = (here is not None and levels[here.number]) or 0
        for each in reversed(chain):
            level += 1
            levels[each.number] = level
    # In the order of the file within a level, so that as many as can be are written together.
    ordered = sorted(rows, key=lambda row: levels[row.number])
    return [(row, _place(row, by_name, outer_of, rings, name_of)) for row in ordered]


def _note_ring(ring, name_of, rings):
    names = tuple(visible(name_of(row)) for row in [*ring, ring[0]][:_MOST_NAMED])
    rings |= {row.number: names for row in ring}


def _place(row, by_name, outer_of, rings, name_of):
    outer = outer_of[row.number]
    first = by_name[name_of(row).lower()].number
    return Place(first, outer and outer.number, rings.get(row.number, ()))
