"""What the cells of a workbook share: its texts by number, and what its number formats show."""

import re

from ._formats import kind_of
from ._package import broken

MOST_STRINGS = 2_000_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text):
    """Text with what XML cannot hold as it was before it was written."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(_character, text)


def _character(found):
    code = int(found[1], 16)
    # Half a character is none: such text was meant as it stands.
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)


class _Strings:
    """Takes the shared texts from their elements."""

    def __init__(self):
        self.found, self._pieces = [], []
        self._takes, self._aside = False, 0

    def start(self, name, attributes):
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            # How a name is read aloud, beside the name.
            self._aside += 1
        self._takes = name == "t" and not self._aside

    def end(self, name):
        self._takes = False
        if name == "rPh":
            self._aside -= 1
        elif name == "si":
            self.found.append(unescaped("".join(self._pieces)))
            if len(self.found) > MOST_STRINGS:
                raise broken()

    def text(self, piece):
        if self._takes:
            self._pieces.append(piece)


def strings(package, path):
    """The texts that cells name by their number."""
    if path is None:
        return []
    taker = _Strings()
    package.parse(path, taker.start, taker.end, taker.text)
    return taker.found


def formats(package, path):
    """{number of a style: what its number format shows}."""
    if path is None:
        return {}
    codes, styles, state = {}, [], {"in_cells": False}

    def start(name, attributes):
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:200]
        elif name == "cellXfs":
            state["in_cells"] = True
        elif name == "xf" and state["in_cells"] and len(styles) < 100_000:
            styles.append(attributes.get("numFmtId", "0")[:9])

    def end(name):
        if name == "cellXfs":
            state["in_cells"] = False

    package.parse(path, start, end)
    known = {key: kind_of(_number(key), codes.get(key, "")) for key in set(styles)}
    return {str(place): known[key] for place, key in enumerate(styles)}


def _number(key):
    return int(key) if key.isascii() and key.isdigit() else 0
