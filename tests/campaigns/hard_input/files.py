"""Hard files: each is made of a file that would be taken, by name."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

MEGABYTE = 1_000_000


def _lines(good, change):
    """`good` with its header and its rows as `change(number, line)` has them; the header is number 0."""
    return b"\n".join(change(number, line) for number, line in enumerate(good.rstrip().split(b"\n"))) + b"\n"


def _first_cell(text):
    """The first cell of each row replaced."""
    return lambda good: _lines(good, lambda n, line: text + b"," + line.partition(b",")[2] if n else line)


def _zipped(*parts):
    """A ZIP of parts, (name, content)."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return written.getvalue()


_TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/w.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)

FILES = {
    "as it should be": lambda good: good,
    "empty": lambda good: b"",
    "a line break": lambda good: b"\n",
    "only a header": lambda good: good.partition(b"\n")[0],
    "byte order mark": lambda good: b"\xef\xbb\xbf" + good,
    "two byte order marks": lambda good: b"\xef\xbb\xbf" * 2 + good,
    "UTF-16": lambda good: good.decode().encode("utf-16"),
    "UTF-16 without a mark": lambda good: good.decode().encode("utf-16-le"),
    "UTF-32": lambda good: good.decode().encode("utf-32"),
    "Latin-1": lambda good: good + "é,é\n".encode("latin-1"),
    "lone surrogate": lambda good: good + b"\xed\xa0\x80,1\n",
    "semicolons": lambda good: good.replace(b",", b";"),
    "tabs": lambda good: good.replace(b",", b"\t"),
    "carriage returns": lambda good: good.replace(b"\n", b"\r"),
    "Windows line ends": lambda good: good.replace(b"\n", b"\r\n"),
    "no last line end": lambda good: good.rstrip(b"\n"),
    "ragged rows": lambda good: _lines(good, lambda n, line: line + b",x" * (n % 3) if n else line),
    "short rows": lambda good: _lines(good, lambda n, line: line.partition(b",")[0] if n else line),
    "empty rows": lambda good: good.replace(b"\n", b"\n\n\n,,,,\n"),
    "duplicate headers": lambda good: _lines(good, lambda n, line: line + b"," + line),
    "other letters in headers": lambda good: _lines(good, lambda n, line: line if n else line.upper()),
    "empty headers": lambda good: _lines(good, lambda n, line: line if n else b"," * line.count(b",")),
    "unknown headers": lambda good: b"password,is_superuser\nx,1\n",
    "rows twice": lambda good: good + good.partition(b"\n")[2],
    "open quote": lambda good: good + b'"' + b"x" * 200_000,
    "quote inside": lambda good: good + b'a"b,"c"d\n',
    "NUL": lambda good: good.replace(b",", b"\x00,", 1) + b"\x00\x00\n",
    "formulas": _first_cell(b"=1+1"),
    "script": _first_cell(b"<script>alert(1)</script>"),
    "path up": _first_cell(b"../../etc/passwd"),
    "NaN": _first_cell(b"NaN"),
    "turned reading": _first_cell("BOX\u202e-2".encode()),
    "zero-width": _first_cell("BOX\u200b-2".encode()),
    "cell of 131073": _first_cell(b"x" * 131_073),
    "cell of 1 MB": _first_cell(b"x" * MEGABYTE),
    "5000 columns": lambda good: b",".join(b"c%d" % n for n in range(5000)) + b"\n" + b"," * 4999 + b"\n",
    "5000 rows": lambda good: good.partition(b"\n")[0] + b"\n" + b"x,\n" * 5000,
    "a picture": lambda good: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "a workbook": lambda good: b"PK\x03\x04" + bytes(500),
    "a ZIP": lambda good: _zipped(("stock.csv", good)),
    "a ZIP of nothing": lambda good: _zipped(),
    "a bomb": lambda good: _zipped(("[Content_Types].xml", _TYPES), ("w.xml", bytes(50 * MEGABYTE))),
    "a workbook without sheets": lambda good: _zipped(("[Content_Types].xml", _TYPES), ("w.xml", b"<workbook/>")),
    "a workbook of paths up": lambda good: _zipped(("[Content_Types].xml", _TYPES), ("../../w.xml", b"<workbook/>")),
    "compressed": lambda good: b"\x1f\x8b\x08\x00" + bytes(500),
    "markup": lambda good: b"<!doctype html><script>alert(1)</script>",
}
# Slow to send; a few of them are enough.
LARGE = {
    "10 MB cell": _first_cell(b"x" * 10 * MEGABYTE),
    "60 MB": lambda good: good + b"x,1\n" * (15 * MEGABYTE),
}


def _bags(**said):
    """A mapping that makes containers, with other words in the place of the right ones."""
    said = {"column": "container", "custodian": "Carrier", "location": "Street", "chain_document": "DOC-1"} | said
    lines = [f'{key} = "{value}"' for key, value in said.items()]
    return "\n".join(["[constants]", 'mission = "CE6"', "[containers]", *lines, ""]).encode()


TOML = {
    "bags": _bags(),
    "bags of nobody": _bags(custodian="\\u0000"),
    "bags of a long name": _bags(custodian="月" * 6000),
    "bags of a pattern": _bags(custodian="%", location="_"),
    "bags nowhere": _bags(location="/" * 5000),
    "bags by a turned paper": _bags(chain_document="\\u202e"),
    "bags of a NUL paper": _bags(chain_document="\\u0000"),
    "all left out": b'leave_out = ["S-1"]\n',
    "left out, NUL": b'leave_out = ["\\u0000"]\n',
    "values with NUL": b'[values.identifier]\n"S-1" = "\\u0000"\n[values.form]\nrock = "<script>alert(1)</script>"\n',
    "constants": b'ignore = ["mass_g"]\n[constants]\nmass_g = "1e400"\n',
    "open string": b'[columns]\na = "',
    "number for a name": b"[columns]\nid = 7\n",
    "list for a table": b"columns = [1, 2]\n",
    "key twice": b'[columns]\na = "b"\na = "c"\n',
    "many digits": b"a = " + b"9" * 5000,
    "deep": b"a = " + b"[" * 5000 + b"]" * 5000,
    "deep tables": b"[" + b".".join([b"a"] * 5000) + b"]\n",
    "infinite": b"a = inf\nb = nan\nc = -0.0\n",
    "year 9999": b"a = 9999-12-31T23:59:59-14:00\nb = 0001-01-01\n",
    "unknown": b"[nothing]\nx = 1\n",
    "NUL": b'a = "\x00"\n',
    "bad UTF-8": b'a = "\xff"\n',
    "byte order mark": b"\xef\xbb\xbf[columns]\n",
    "script": b'[columns]\n"<script>alert(1)</script>" = "<script>alert(1)</script>"\n',
    "surrogate": b'a = "\\ud800"\n',
}
NAMES = {
    "path up": "../../../etc/passwd.csv",
    "Windows path": "C:\\boot.ini",
    "script": "<script>alert(1)</script>.csv",
    "long": "a" * 5000 + ".csv",
    "other kind": "list.exe",
    "no name": "",
    "dots": "..",
    "turned reading": "list\u202evsc.csv",
    "NUL": "list\x00.csv",
    "formula": "=1+1.csv",
}
TYPES = {
    "none": "",
    "a picture": "image/png",
    "nonsense": "x/y; charset=\x00",
    "other charset": "text/csv; charset=utf-7",
}
