"""The ZIP that a workbook is: opened and read within bounds, so that a small file cannot become a large one."""

import zlib
from io import BytesIO
from struct import error as StructError
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from django.utils.translation import gettext as _

from ._refused import NotATable

MOST_PARTS = 1_000
MOST_BYTES = 150_000_000
# Of a part that is not small anyway; rows that are all alike shrink to a hundredth.
MOST_RATIO = 300
_SMALL = 1_000_000
_CHUNK = 1 << 16
# Whatever the library meets in bytes that only look like a ZIP.
_BROKEN = (
    BadZipFile,
    EOFError,
    IndexError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    StructError,
    ValueError,
    zlib.error,
)


class Package:
    """The parts of a workbook by name. Raises NotATable for one that is broken, encrypted or out of bounds."""

    def __init__(self, content):
        try:
            self._archive = ZipFile(BytesIO(content))
            parts = self._archive.infolist()
        except _BROKEN:
            raise broken() from None
        _check_bounds(parts)
        self._parts = {part.filename: part for part in parts}

    def __contains__(self, name):
        return name in self._parts

    def parse(self, name, start=None, end=None, text=None):
        """Read the XML part `name`; the functions are told its elements by their local names."""
        for _step in self.steps(name, start, end, text):
            pass

    def steps(self, name, start=None, end=None, text=None):
        """As parse(), piece by piece: yields after each, so that whoever has enough can stop."""
        if name not in self._parts:
            raise broken()
        parser = _parser(start, end, text)
        try:
            with self._archive.open(self._parts[name]) as part:
                # No more comes than the directory says, which was checked.
                while chunk := part.read(_CHUNK):
                    parser.Parse(chunk, False)
                    yield
            parser.Parse(b"", True)
        except (expat.ExpatError, *_BROKEN):
            raise broken() from None


def broken():
    return NotATable(_("The workbook is broken: it cannot be read to its end. Save it again, or save it as CSV."))


def _check_bounds(parts):
    if len(parts) > MOST_PARTS:
        raise NotATable(
            _("The workbook has %(count)s parts; more than %(most)s cannot be right.")
            % {"count": len(parts), "most": MOST_PARTS}
        )
    if len({part.filename for part in parts}) != len(parts):
        raise broken()
    if any(part.flag_bits & 1 for part in parts):
        raise NotATable(_("The workbook has a password. Save it without one."))
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise broken()
    size = sum(part.file_size for part in parts)
    if size > MOST_BYTES or any(_is_bomb(part) for part in parts):
        raise NotATable(
            _("Unpacked, the workbook has %(size)s MB, more than such a file can have. Save the sheet as CSV.")
            % {"size": f"{size / 1_000_000:.0f}"}
        )


def _is_bomb(part):
    return part.file_size > _SMALL and part.file_size > MOST_RATIO * part.compress_size


def _parser(start, end, text):
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    # A workbook has no document type; only there entities are declared.
    parser.StartDoctypeDeclHandler = _refuse
    if start:
        parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    if end:
        parser.EndElementHandler = lambda name: end(_local(name))
    if text:
        parser.CharacterDataHandler = text
    return parser


def _local(name):
    return name.rpartition(" ")[2]


def _refuse(*declared):
    raise broken()
