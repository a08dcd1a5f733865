"""Whether a data package is what it says: names, sums, sizes, numbers of rows, every cell, and how it is packed.

It is read from front to end in pieces, so that it may be larger than the memory; what it says of
itself is believed of nothing. Nothing is unpacked to the disk.
"""

import hashlib
import io
import json
import os
import re
import stat
import struct
import zipfile
import zlib
from functools import partial

from .package import CITATION, DESCRIPTOR, FOLDER, README, SUMS, packed
from .package_cells import Table, keys_without_record

TOLD = (DESCRIPTOR, README, CITATION, SUMS)
MOST_FILES = 100
# Bytes unpacked: of everything, and of each file that tells of the others.
MOST_BYTES = 64 * 2**30
MOST_TOLD_BYTES = 16 * 2**20
AT_ONCE = 1 << 16
LONGEST_LINE = 1 << 20
_NAME = re.compile(rf"{FOLDER}/[a-z][a-z0-9_]*\.csv", re.ASCII)
_SUM = re.compile(r"(?P<sha256>[0-9a-f]{64})  (?P<path>[^\n]+)", re.ASCII)
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, LookupError, OverflowError),
)


def check(path, *, contents_only=False):
    """Yield what is wrong with the package at `path`, as sentences, and between them numbers of bytes just read.

    With `contents_only` any ZIP of the right files will do. Raises OSError where the file cannot be read.
    """
    with open(path, "rb") as file:
        try:
            archive = zipfile.ZipFile(file)
        except _BROKEN as error:
            yield f"This is no ZIP that can be read: {error}."
            return
        with archive:
            is_sound = True
            for part in (_strange, _contents) if contents_only else (_strange, _contents, _packing):
                for step in part(archive):
                    is_sound &= isinstance(step, int)
                    yield step
                if not is_sound:
                    return


def size(path, *, contents_only=False):
    """How many bytes there are to check, as far as the package says so; 0 of what is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            return unpacked if contents_only else unpacked + os.path.getsize(path)
    except _BROKEN:
        return 0


def _strange(archive):
    """Sentences on what no package has: other names, names twice, links, secrets, more than anybody could unpack."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        yield f"It has {len(entries)} files; a package has {MOST_FILES} at most."
        return
    seen = set()
    for entry in entries:
        name = entry.filename
        if name in seen:
            yield f"{name!r} is in it twice."
        seen.add(name)
        if name not in TOLD and not _NAME.fullmatch(name):
            yield f"{name!r} is no file of a package."
        if entry.flag_bits & 0x1:
            yield f"{name!r} is encrypted."
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            yield f"{name!r} is no plain file."
        if name in TOLD and entry.file_size > MOST_TOLD_BYTES:
            yield f"{name!r} would have {entry.file_size} bytes; {MOST_TOLD_BYTES} are the most."
    yield from (f"{name} is missing." for name in TOLD if name not in seen)
    yield from _too_much(archive, entries)


def _too_much(archive, entries):
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        yield f"Unpacked it would have {total} bytes; {MOST_BYTES} are the most."
    # A bomb lets many names share the same packed bytes.
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            yield f"{entry.filename!r} lies over another file."
        end = entry.header_offset + entry.compress_size
    if end > archive.start_dir:
        yield "Its files lie over its list of files."


def _contents(archive):
    sums, faults = _sums(archive)
    yield from faults
    descriptor = None
    for name in TOLD:
        found = yield from _digest(archive, name)
        if name != SUMS and found is not None:
            yield from _sum_faults(name, found[0], sums)
    try:
        descriptor = json.loads(archive.read(DESCRIPTOR))
        resources = {str(each["path"]): each for each in descriptor["resources"]}
        if len(resources) != len(descriptor["resources"]):
            yield f"{DESCRIPTOR} tells of one file twice."
    except (*_BROKEN, KeyError, TypeError, RecursionError) as error:
        yield f"{DESCRIPTOR} tells of no files: {type(error).__name__} {error}."
        resources = {}
    yield from _unmatched(archive, sums, resources)
    tables = {}
    for name in sorted(resources):
        if name in archive.namelist():
            yield from _table(archive, name, resources[name], sums, tables)
    yield from keys_without_record(tables)


def _packing(archive):
    """Pack the files again as labinv does, and compare every byte with those that are there."""
    offset = 0
    with open(archive.filename, "rb") as file:
        for expected in packed(_parts(archive)):
            there = file.read(len(expected))
            if there != expected:
                same = next((at for at, byte in enumerate(there) if byte != expected[at]), len(there))
                yield (
                    f"Its files hold what they say, but from byte {offset + same} on it is not packed as labinv packs "
                    "them here. Another version of zlib may do so, too; --contents-only checks the files alone."
                )
                return
            offset += len(there)
            yield len(there)
        if file.read(1):
            yield f"The package ends at byte {offset}, and the file goes on."


def _parts(archive):
    """Yield the paths of the files, in the order of their sums, each with its pieces."""
    for name in [*_sums(archive)[0], SUMS]:
        with archive.open(name) as file:
            yield name, iter(partial(file.read, AT_ONCE), b"")


def _unmatched(archive, sums, resources):
    """Sentences on files that are not told of, and on what is told of files that are not there."""
    data = {name for name in archive.namelist() if name not in TOLD}
    yield from (f"{name} is not told of in {DESCRIPTOR}." for name in sorted(data - set(resources)))
    yield from (
        f"{DESCRIPTOR} tells of {name!r}, which is not there." for name in sorted(set(resources) - data, key=str)
    )
    there = set(archive.namelist()) - {SUMS}
    yield from (f"{SUMS} has no line for {name}." for name in sorted(there - set(sums)))
    yield from (f"{SUMS} has a line for {name!r}, which is not there." for name in sorted(set(sums) - there))


def _sums(archive):
    """({path: SHA-256}, sentences on lines that are none)."""
    sums, faults = {}, []
    try:
        lines = archive.read(SUMS).decode().splitlines()
    except _BROKEN as error:
        return {}, [f"{SUMS} cannot be read: {error}."]
    for number, line in enumerate(lines, 1):
        if (match := _SUM.fullmatch(line)) is None:
            faults.append(f"{SUMS}, line {number}, is no sum of a file.")
        elif match["path"] in sums:
            faults.append(f"{SUMS} has {match['path']} twice.")
        else:
            sums[match["path"]] = match["sha256"]
    return sums, faults


def _sum_faults(name, sha256, sums):
    if name in sums and sums[name] != sha256:
        yield f"{name} has the SHA-256 {sha256}, and {sums[name]} in {SUMS}."


def _digest(archive, name):
    """Read a file to its end, yielding the bytes as they come; returns (SHA-256, bytes), or None where it is broken."""
    sha256, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as file:
            while piece := file.read(AT_ONCE):
                sha256.update(piece)
                size += len(piece)
                yield len(piece)
    except _BROKEN as error:
        yield f"{name} cannot be read: {error}."
        return None
    return sha256.hexdigest(), size


def _table(archive, name, resource, sums, tables):
    """Check one file of data against its sum and against what datapackage.json says of it."""
    try:
        table = tables[str(resource["name"])] = Table(name, resource)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        yield f"{name}: {DESCRIPTOR} has no schema of it: {type(error).__name__} {error}."
        return
    try:
        source = _Hashed(archive, name)
        yield from table.check(source.lines(), source.taken)
    except UnicodeDecodeError:
        yield f"{name} is not UTF-8."
        return
    except _BROKEN as error:
        yield f"{name} cannot be read: {error}."
        return
    sha256 = source.sha256.hexdigest()
    yield from _sum_faults(name, sha256, sums)
    for what, is_so in (("hash", f"sha256:{sha256}"), ("bytes", source.size), ("rows", table.rows)):
        if resource.get(what) != is_so:
            yield f"{name}: {DESCRIPTOR} says {what} {resource.get(what)!r}; it is {is_so!r}."


class _Hashed(io.RawIOBase):
    """A file of an archive that is hashed while it is read."""

    def __init__(self, archive, name):
        self._file = archive.open(name)
        self.sha256, self.size, self._told = hashlib.sha256(), 0, 0

    def readable(self):
        return True

    def readinto(self, buffer):
        piece = self._file.read(len(buffer))
        buffer[: len(piece)] = piece
        self.sha256.update(piece)
        self.size += len(piece)
        return len(piece)

    def lines(self):
        """Yield the lines of text with their ends; raises ValueError for one that no file of data has."""
        with io.TextIOWrapper(io.BufferedReader(self, AT_ONCE), encoding="utf-8", newline="") as text:
            while line := text.readline(LONGEST_LINE):
                if len(line) == LONGEST_LINE:
                    raise ValueError(f"a line has {LONGEST_LINE} characters and more")
                yield line

    def taken(self):
        """How many bytes were read since this was asked for the last time."""
        told, self._told = self._told, self.size
        return self.size - told
