"""Reading a file of any kind."""

from ._file import check, check_left_out, parts, register
from .kinds import KINDS
from .records import RecordFile
from .samples import SampleFile

__all__ = ["check", "read_file", "register"]


def read_file(kind, name, content, mapping="", *, encoding="", sheet="", most_rows=None):
    """Read the bytes of a CSV or XLSX of the `kind` named, and the text of a mapping; raises NotATable or NotAMapping.

    `encoding` and `sheet` are what a person said of the file. The custodian and the location that a mapping
    names are looked up when they are first asked for.
    """
    kind = KINDS[kind]
    made = SampleFile if kind.name == "samples" else RecordFile
    read = parts(kind, content, mapping, encoding=encoding, sheet=sheet, most_rows=most_rows)
    file = made(kind, name, *read)
    check_left_out(file)
    return file
