"""Data packages in tests: made, read back, taken apart, and put together again with something wrong in it."""

import csv
import hashlib
import io
import json
import zipfile

import frictionless

from samples import packages
from samples.questions import asking


def make(user, question=None, **query):
    """The bytes of a package as `user` gets it; `query` are the parameters of its address, "__" for a dot."""
    with asking(question):
        wanted = packages.read({name.replace("__", "."): value for name, value in query.items()}, user)
    question = packages.enter(wanted, by=user, reason="For a paper")
    return b"".join(packages.stream_of(wanted, question))


def files(data):
    """{name: bytes} of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def descriptor(data):
    return json.loads(files(data)["datapackage.json"])


def rows(data, name):
    text = files(data)[f"data/{name}.csv"].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def zipped(contents):
    """A ZIP of {name: bytes}, or of pairs."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items() if isinstance(contents, dict) else contents:
            archive.writestr(name, data)
    return out.getvalue()


def told_again(contents):
    """The files with hashes, sizes and sums that fit them, as somebody writes who covers a change up."""
    told = json.loads(contents["datapackage.json"])
    for resource in told["resources"]:
        data = contents[resource["path"]]
        resource |= {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    contents = contents | {"datapackage.json": json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"}
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items() if name != "SHA256SUMS"}
    return contents | {"SHA256SUMS": "".join(f"{sums[name]}  {name}\n" for name in sums).encode()}


def validated(data, folder):
    """The report of frictionless, a library of other people, on a package."""
    path = folder / "package.zip"
    path.write_bytes(data)
    return frictionless.validate(str(path))
