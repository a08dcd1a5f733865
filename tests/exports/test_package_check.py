"""The verification of a data package finds each kind of damage, and nothing in a good one."""

import io
import json
import random
import struct
import tracemalloc
import zipfile

import pytest

from samples.exports import package, package_check
from tests.exports import packed

SAMPLES, TOLD = "data/samples.csv", "datapackage.json"


def findings(data, folder, **how):
    path = folder / "package.zip"
    path.write_bytes(data)
    return [step for step in package_check.check(path, **how) if isinstance(step, str)]


def test_nothing_is_found_in_what_was_made(made, tmp_path):
    for data in (made.usual, made.everything, made.in_milligrams, made.published):
        assert findings(data, tmp_path) == []


def test_it_says_how_far_it_is(made, tmp_path):
    path = tmp_path / "package.zip"
    path.write_bytes(made.everything)

    for how in ({}, {"contents_only": True}):
        steps = [step for step in package_check.check(path, **how) if isinstance(step, int)]

        assert sum(steps) == package_check.size(path, **how) > 10_000


def replaced(name, old, new):
    """Put `new` in the place of the first `old` of a file, and cover it up."""

    def damage(files):
        assert old in files[name]
        return packed.told_again(files | {name: files[name].replace(old, new, 1)})

    return damage


def told(**change):
    """Have the descriptor tell something else of the samples, with a sum that fits it."""

    def damage(files):
        descriptor = json.loads(files[TOLD])
        descriptor["resources"][0] |= change
        files = files | {TOLD: json.dumps(descriptor).encode()}
        right = packed.told_again(files)["SHA256SUMS"] if not change.keys() & {"bytes", "hash"} else None
        return files | {"SHA256SUMS": right or files["SHA256SUMS"]}

    return damage


def without(name):
    return lambda files: {key: data for key, data in files.items() if key != name}


def with_schema(change):
    def damage(files):
        descriptor = json.loads(files[TOLD])
        change(descriptor["resources"][0]["schema"])
        return packed.told_again(files | {TOLD: json.dumps(descriptor).encode()})

    return damage


def last_row_twice(files):
    return packed.told_again(files | {SAMPLES: files[SAMPLES] + files[SAMPLES].splitlines(keepends=True)[-1]})


def last_row_gone(files):
    return packed.told_again(files | {SAMPLES: b"".join(files[SAMPLES].splitlines(keepends=True)[:-1])})


def set_type(schema):
    schema["fields"][0]["type"] = "colour"


def set_constraint(schema):
    schema["fields"][0]["constraints"]["pattern"] = "(a+)+$"


def set_reference(schema):
    schema["foreignKeys"][0]["reference"]["fields"] = ["name"]


DAMAGES = {
    "a text changed": (lambda files: files | {"README.md": b"Trust me."}, "README.md has the SHA-256"),
    "data changed": (lambda files: files | {SAMPLES: files[SAMPLES] + b"x"}, "data/samples.csv has the SHA-256"),
    "data told of wrongly": (told(bytes=3), "datapackage.json says bytes 3; it is "),
    "a hash told of wrongly": (told(hash="sha256:0"), "datapackage.json says hash 'sha256:0'; it is 'sha256:"),
    "rows left out": (last_row_gone, "datapackage.json says rows 4; it is 3."),
    "a row twice": (last_row_twice, "row 5: “identifier” is there twice: "),
    "a mass that is none": (replaced(SAMPLES, b"0.000001", b"a grain"), "is no number: 'a grain'."),
    "a comma for a point": (replaced(SAMPLES, b",0.000001,", b',"0,000001",'), "is no number: '0,000001'."),
    "a day that never was": (
        replaced(SAMPLES, b"2024-05-31T16", b"2024-05-32T16"),
        "is no datetime: '2024-05-32T16:00:00Z'.",
    ),
    "a moment without a zone": (replaced(SAMPLES, b"2024-05-31T16:00:00Z", b"2024-05-31T16:00:00"), "is no datetime"),
    "a truth of another language": (
        replaced("data/custodians.csv", b",yes,", b",ja,"),
        "“active” is no boolean: 'ja'.",
    ),
    "a value of none": (replaced(SAMPLES, b",scoop,", b",spoon,"), "“origin” is none of its values: 'spoon'."),
    "a cell emptied": (replaced(SAMPLES, b"CE6C0001,", b","), "“identifier” is empty and must not be."),
    "a formula": (replaced(SAMPLES, b"'@upper", b"@upper"), "“other_names” is no string: '@upper'."),
    "an apostrophe too many": (replaced(SAMPLES, b"'@upper", b"'upper"), '“other_names” is no string: "\'upper".'),
    "a cell more": (replaced(SAMPLES, b"CE6C0001,", b"CE6C0001,,"), " are in the header."),
    "another header": (
        replaced(SAMPLES, b"identifier,", b"id,"),
        "the header is not that of the schema: 'id,other_names",
    ),
    "a record named that is not there": (
        replaced(SAMPLES, b",BOX-1,", b",BOX-9,"),
        "1 values of “container” are no “identifier” of data/containers.csv.",
    ),
    "no UTF-8": (replaced(SAMPLES, "月壤".encode(), "月壤".encode("gb18030")), "data/samples.csv is not UTF-8."),
    "an open quote": (replaced(SAMPLES, b"GRAIN,", b'"GRAIN,'), "this is no CSV"),
    "an endless line": (
        lambda files: packed.told_again(files | {SAMPLES: b"a" * 2_000_000}),
        "a line has 1048576 characters",
    ),
    "a type of none": (with_schema(set_type), "“identifier” has the type 'colour', which no package has."),
    "a constraint of none": (with_schema(set_constraint), "“identifier” has constraints that no package has: pattern."),
    "a reference to no key": (with_schema(set_reference), "refers to “name” of 'missions', which is no key."),
    "no descriptor": (without(TOLD), "datapackage.json is missing."),
    "no sums": (without("SHA256SUMS"), "SHA256SUMS is missing."),
    "no JSON": (lambda files: files | {TOLD: b"{"}, "datapackage.json tells of no files: JSONDecodeError"),
    "JSON of something else": (lambda files: files | {TOLD: b"[1]"}, "datapackage.json tells of no files: TypeError"),
    "JSON without end": (lambda files: files | {TOLD: b"[" * 200_000}, "datapackage.json tells of no files: Recursion"),
    "no schema": (told(schema=None), "data/samples.csv: datapackage.json has no schema of it"),
    "a file that is gone": (without(SAMPLES), "datapackage.json tells of 'data/samples.csv', which is not there."),
    "a file that nobody told of": (lambda files: files | {"data/more.csv": b"a\n"}, "data/more.csv is not told of in"),
    "a strange file": (lambda files: files | {"run.exe": b"MZ"}, "'run.exe' is no file of a package."),
    "a way out": (lambda files: files | {"data/../../evil.csv": b""}, "'data/../../evil.csv' is no file of a package."),
    "a file twice": (lambda files: [*files.items(), (SAMPLES, b"")], "'data/samples.csv' is in it twice."),
    "many files": (
        lambda files: {f"data/f{n}.csv": b"" for n in range(101)},
        "It has 101 files; a package has 100 at most.",
    ),
    "no sum": (
        lambda files: files | {"SHA256SUMS": files["SHA256SUMS"].partition(b"\n")[2]},
        "SHA256SUMS has no line for data/samples.csv.",
    ),
    "a sum of nothing": (
        lambda files: files | {"SHA256SUMS": files["SHA256SUMS"] + b"0" * 64 + b"  gone.csv\n"},
        "SHA256SUMS has a line for 'gone.csv', which is not there.",
    ),
    "a line that is no sum": (
        lambda files: files | {"SHA256SUMS": b"hello\n" + files["SHA256SUMS"]},
        "SHA256SUMS, line 1, is no sum of a file.",
    ),
    "a sum twice": (
        lambda files: files | {"SHA256SUMS": files["SHA256SUMS"] * 2},
        "SHA256SUMS has data/samples.csv twice.",
    ),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", DAMAGES)
def test_it_finds(made, tmp_path, kind):
    damage, sentence = DAMAGES[kind]

    found = findings(packed.zipped(damage(packed.files(made.usual))), tmp_path)

    assert [finding for finding in found if sentence in finding], found


def patched(data, offset, value):
    return data[:offset] + value + data[offset + len(value) :]


def in_list(data, name, field, value):
    """Change a field in the archive's own list of its files."""
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + struct.unpack_from("<H", data, at + 28)[0]] != name.encode():
        at = data.index(b"PK\x01\x02", at + 4)
    return patched(data, at + field, value)


def test_it_finds_what_is_no_archive_or_half_of_one(made, tmp_path):
    for data in (b"", b"identifier\n", made.usual[:-100], made.usual[: len(made.usual) // 2]):
        [finding] = findings(data, tmp_path)

        assert finding.startswith("This is no ZIP that can be read")


def test_it_finds_packed_bytes_that_were_changed(made, tmp_path):
    data = packed.zipped(packed.files(made.usual))

    found = findings(patched(data, 200, b"\xff\x00\xff\x00"), tmp_path)

    assert any(finding.startswith("data/samples.csv cannot be read: ") for finding in found), found


def test_it_finds_encrypted_files_and_links(made, tmp_path):
    data = packed.zipped(packed.files(made.usual))

    assert "'README.md' is encrypted." in findings(in_list(data, "README.md", 8, b"\x01\x00"), tmp_path)
    link = struct.pack("<I", 0o120777 << 16)
    assert "'README.md' is no plain file." in findings(in_list(data, "README.md", 38, link), tmp_path)


def test_it_refuses_a_bomb_before_unpacking_it(made, tmp_path, monkeypatch):
    data = packed.zipped(packed.files(made.usual))
    monkeypatch.setattr(package_check, "MOST_BYTES", 1000)
    monkeypatch.setattr(package_check, "MOST_TOLD_BYTES", 100)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)

    found = findings(data, tmp_path)

    assert any(finding.startswith("Unpacked it would have ") for finding in found)
    assert any(finding.startswith("'README.md' would have ") for finding in found)


def test_it_finds_names_that_share_their_bytes(made, tmp_path):
    data = packed.zipped(packed.files(made.usual))
    first = struct.pack("<I", 0)

    assert "'README.md' lies over another file." in findings(in_list(data, "README.md", 42, first), tmp_path)


def test_it_tells_of_twenty_faults_and_counts_the_others(made, tmp_path):
    files = packed.files(made.usual)
    header = files[SAMPLES].splitlines(keepends=True)[0]

    found = findings(packed.zipped(packed.told_again(files | {SAMPLES: header + b"a,b\n" * 50})), tmp_path)

    assert sum("has 2 cells" in finding for finding in found) == 20
    assert "data/samples.csv: 50 faults in all, of which 20 are told." in found


def test_little_is_held_of_a_large_file(made, tmp_path):
    files = packed.files(made.usual)
    header, *rows = files["data/movements.csv"].splitlines(keepends=True)
    files = packed.told_again(files | {"data/movements.csv": header + b"".join(rows) * 10_000})
    (tmp_path / "package.zip").write_bytes(packed.zipped(files))
    size = len(files.pop("data/movements.csv"))

    tracemalloc.start()
    try:
        for _step in package_check.check(tmp_path / "package.zip"):
            pass
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert size > 5_000_000
    assert peak < 2_000_000, peak


def by_other_tool(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in packed.files(data).items():
            archive.writestr(name, content)
    return out.getvalue()


def test_the_archive_of_other_tools_has_the_same_contents_and_is_another(made, tmp_path):
    assert findings(by_other_tool(made.usual), tmp_path, contents_only=True) == []
    [finding] = findings(by_other_tool(made.usual), tmp_path)
    assert finding.startswith("Its files hold what they say, but from byte 4 on it is not packed as labinv packs them")


def in_other_order(data):
    files = list(packed.files(data).items())
    return b"".join(package.packed((name, [content]) for name, content in [*files[1:], files[0]]))


def test_it_finds_bytes_around_a_package_and_files_in_another_order(made, tmp_path):
    data = made.usual
    assert b"".join(package.packed((name, [content]) for name, content in packed.files(data).items())) == data

    for other in (b"x" + data, b"PK\x03\x04" * 12 + data, in_other_order(data)):
        [finding] = findings(other, tmp_path)
        assert "is not packed as labinv packs them" in finding

    for other in (data + data, data + b"\n" * 50, data + b"\x00"):
        [finding] = findings(other, tmp_path)
        assert finding == f"The package ends at byte {len(data)}, and the file goes on."


def test_no_flipped_bit_of_a_package_passes(made, tmp_path):
    """Every byte of the ZIP's own with one bit flipped, and as many of its files': a finding each, never an error."""
    data, chance = made.small, random.Random(7)
    packed_bytes = set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            begin = entry.header_offset + 30 + len(entry.filename)
            packed_bytes.update(range(begin, begin + entry.compress_size))
    own_bytes = [at for at in range(len(data)) if at not in packed_bytes]
    of_files = chance.sample(sorted(packed_bytes), 300)
    assert len(own_bytes) > 500

    passed = []
    for at in [*own_bytes, *of_files]:
        bit = 1 << chance.randrange(8)
        if not findings(patched(data, at, bytes([data[at] ^ bit])), tmp_path):
            passed.append((at, bit))

    assert passed == []
