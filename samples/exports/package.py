"""A data package: one ZIP with files of data, what each column means, how to cite it and how to check it.

The same rows, asked for in the same way, make the same bytes: nothing of the clock, of the machine or of the
engine goes in. Rows are read while the archive is sent, so that no file is ever held as a whole.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field

from samples.questions import Question

from . import package_descriptor, package_texts

AT_ONCE = 1 << 16
DESCRIPTOR, README, CITATION, SUMS = "datapackage.json", "README.md", "CITATION.cff", "SHA256SUMS"
FOLDER = "data"
# The earliest moment that a ZIP can name; the moment of the package stands inside.
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16


@dataclass(frozen=True)
class Asked:
    """What a package is to be of: its question about the past, filters, unit of mass, and who may read it."""

    question: Question
    filters: dict = field(default_factory=dict)
    mass_unit: str = "g"
    # Whether only what is published is in it.
    is_published: bool = False
    # The laboratory that answers for the data, and the address of its inventory.
    laboratory: str = ""
    site: str = ""


@dataclass(frozen=True)
class Rows:
    """One dataset of a package: its columns, the filters it was asked for by, and its CSV in pieces, as bytes."""

    dataset: object
    columns: list
    filters: dict
    pieces: Iterable[bytes]

    @property
    def path(self):
        return f"{FOLDER}/{self.dataset.name}.csv"


@dataclass(frozen=True)
class Written:
    """What was written into the archive under one name; `rows` counts the records of a file of data."""

    path: str
    bytes: int
    sha256: str
    rows: int = 0


def stream(asked, files):
    """Yield the bytes of the package of `files`, Rows in the order in which they stand in it."""
    yield from packed(_parts(asked, files))


def packed(parts):
    """Yield the bytes of the ZIP of `parts`, pairs of a path and the pieces of its file, in their order."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, pieces in parts:
            with archive.open(_entry(path), "w", force_zip64=path.startswith(FOLDER)) as file:
                for piece in _of_one_length(pieces):
                    file.write(piece)
                    if outlet.size >= AT_ONCE:
                        yield outlet.taken()
        yield outlet.taken()
    yield outlet.taken()


def _parts(asked, files):
    """Yield the files of a package; the texts tell what was Written of the data, which has been read by then."""
    written = []
    for rows in files:
        counted = _Counted(rows)
        yield rows.path, counted.pieces()
        written.append(counted.written())
    data = list(zip(files, written, strict=True))
    for path, text in (
        (DESCRIPTOR, package_descriptor.text(asked, data)),
        (README, package_texts.readme(asked, data)),
        (CITATION, package_texts.citation(asked)),
    ):
        written.append(Written(path, len(text.encode()), hashlib.sha256(text.encode()).hexdigest()))
        yield path, [text.encode()]
    yield SUMS, ["".join(f"{each.sha256}  {each.path}\n" for each in written).encode()]


class _Counted:
    """A file of data whose bytes, sum and records are counted while it passes."""

    def __init__(self, rows):
        self._rows, self._sha256, self._size, self._counter = rows, hashlib.sha256(), 0, LineCounter()

    def pieces(self):
        for piece in self._rows.pieces:
            self._counter.add(piece)
            self._sha256.update(piece)
            self._size += len(piece)
            yield piece

    def written(self):
        # Without the header.
        return Written(self._rows.path, self._size, self._sha256.hexdigest(), self._counter.lines - 1)


def _of_one_length(pieces):
    """Yield the same bytes in pieces of one length: how a piece is packed may depend on where it ends."""
    kept = bytearray()
    for piece in pieces:
        kept += piece
        while len(kept) >= AT_ONCE:
            yield bytes(kept[:AT_ONCE])
            del kept[:AT_ONCE]
    yield bytes(kept)


def _entry(path):
    entry = zipfile.ZipInfo(path, _TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
    return entry


class LineCounter:
    """Counts the records of CSV that comes in pieces; a line break between quotes ends none."""

    def __init__(self):
        self.lines = 0
        self._is_quoted = False

    def add(self, piece):
        if b'"' not in piece:
            self.lines += 0 if self._is_quoted else piece.count(b"\n")
            return
        parts = piece.split(b'"')
        self.lines += sum(part.count(b"\n") for part in parts[self._is_quoted :: 2])
        self._is_quoted ^= not len(parts) % 2


class _Outlet(io.RawIOBase):
    """A file that is written from front to end and hands over what was written."""

    def __init__(self):
        self._pieces = []
        self.size = 0

    def writable(self):
        return True

    def write(self, data):
        self._pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def taken(self):
        """What was written since the last time."""
        data, self._pieces, self.size = b"".join(self._pieces), [], 0
        return data
