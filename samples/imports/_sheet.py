"""One sheet of a workbook: its rows, taken from the XML while it is read."""

import re

from django.utils.translation import gettext as _

from ._formats import PLAIN_KIND, NotAValue, text_of_number
from ._package import broken
from ._refused import NotATable
from ._shared import unescaped

LONGEST_CELL = 131_072
# Somewhat more than the table takes, so that its own sentence speaks first.
MOST_PLACES = 500
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}", re.ASCII)


class Sheet:
    """Takes rows from the elements of a sheet, in the order in which they come."""

    def __init__(self, strings, formats, *, from_1904):
        self._strings, self._formats, self._from_1904 = strings, formats, from_1904
        self._rows = []
        self.hidden_rows = 0
        # The places that are hidden, and how many columns the first row has.
        self._hidden_places, self._width = set(), 0
        self._number, self._place, self._is_hidden = 0, -1, False
        self._cells, self._faults = {}, []
        self._cell, self._pieces, self._takes = None, [], False
        self._is_formula, self._skips = False, 0
        self._starts = {"row": self._start_row, "c": self._start_cell, "mergeCell": _refuse_merge, "rPh": self._skip}
        self._starts["col"] = self._start_columns
        self._ends = {"row": self._end_row, "c": self._end_cell, "rPh": self._skipped}

    @property
    def hidden_columns(self):
        """How many of the columns that the first row names are hidden."""
        return len([place for place in self._hidden_places if place < self._width])

    def taken(self):
        """The rows that came since it was asked last."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name, attributes):
        if name in ("v", "t"):
            self._takes = self._cell is not None and not self._skips
        elif name == "f":
            self._is_formula = True
        elif act := self._starts.get(name):
            act(attributes)

    def end(self, name):
        if name in ("v", "t"):
            self._takes = False
        elif act := self._ends.get(name):
            act()

    def text(self, text):
        if self._takes:
            self._pieces.append(text)

    def _skip(self, attributes):
        # How a name is read aloud, beside the name.
        self._skips += 1

    def _skipped(self):
        self._skips -= 1

    def _start_columns(self, attributes):
        first, last = (attributes.get(name, "") for name in ("min", "max"))
        if attributes.get("hidden") in ("1", "true") and (first + last).isascii() and (first + last).isdigit():
            self._hidden_places |= set(range(int(first[:9]) - 1, min(int(last[:9]), MOST_PLACES)))

    def _start_row(self, attributes):
        number = attributes.get("r", str(self._number + 1))
        if not (number.isascii() and number.isdigit() and self._number < int(number[:9]) < 10_000_000):
            raise broken()
        self._number, self._place = int(number[:9]), -1
        self._is_hidden = attributes.get("hidden") in ("1", "true")
        self._cells, self._faults = {}, []

    def _start_cell(self, attributes):
        self._place = _place(attributes["r"]) if "r" in attributes else self._place + 1
        self._cell = (attributes.get("t", "n"), attributes.get("s", "0"))
        self._pieces, self._is_formula = [], False

    def _end_cell(self):
        text = self._text()
        self._cell = None
        if len(text) > LONGEST_CELL:
            raise NotATable(
                _("Row %(row)s has a cell of more than %(most)s characters.")
                % {"row": self._number, "most": LONGEST_CELL}
            )
        if text.strip() and self._place >= MOST_PLACES:
            raise NotATable(
                _("Row %(row)s has something in its column %(place)s, far beyond any header.")
                % {"row": self._number, "place": self._place + 1}
            )
        if text:
            self._cells[self._place] = text

    def _text(self):
        """What the cell says; what cannot be said is a fault of its row."""
        kind, style = self._cell
        stored = "".join(self._pieces)
        if kind == "e":
            self._fault(_("Column %(place)s has an error of the sheet: %(stored)s."), stored[:20])
        elif not stored and self._is_formula and kind != "str":
            self._fault(_("Column %(place)s has a formula without its result. Open the file and save it again."))
        elif kind == "s":
            return self._shared(stored) if stored else ""
        elif kind == "b":
            return {"1": "yes", "0": "no"}.get(stored, stored)
        elif kind == "n":
            return self._number_text(stored, style) if stored else ""
        elif kind != "d":
            return unescaped(stored)
        return stored

    def _shared(self, stored):
        if not (stored.isascii() and stored.isdigit() and int(stored[:9]) < len(self._strings)):
            raise broken()
        return self._strings[int(stored[:9])]

    def _number_text(self, stored, style):
        try:
            return text_of_number(stored.strip(), self._formats.get(style, PLAIN_KIND), from_1904=self._from_1904)
        except NotAValue as error:
            self._fault(error.sentence, stored[:40])
            return stored

    def _fault(self, message, stored=""):
        self._faults.append(message % {"place": self._place + 1, "stored": stored})

    def _end_row(self):
        last = max((place for place, text in self._cells.items() if text.strip()), default=-1)
        if last < 0 and not self._faults:
            return
        self.hidden_rows += self._is_hidden
        self._width = self._width or last + 1
        cells = [self._cells.get(place, "") for place in range(last + 1)]
        self._rows.append((self._number, cells, " ".join(self._faults)))


def _refuse_merge(attributes):
    raise NotATable(
        _("The cells %(cells)s are merged. Take them apart, so that each row says by itself what it means.")
        % {"cells": attributes.get("ref", "")[:20]}
    )


def _place(reference):
    """The number of the column of a cell such as "B7", from 0."""
    if not (found := _REFERENCE.fullmatch(reference)):
        raise broken()
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
