"""A sheet of an XLSX workbook as rows of text, read as a stream and within bounds (decision 32)."""

import posixpath

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ._package import Package
from ._refused import NotATable
from ._shared import formats, strings
from ._sheet import Sheet

_MAIN = "spreadsheetml.sheet.main+xml"


def is_workbook(content):
    """Whether the bytes are a ZIP, as workbooks are."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def read_workbook(content, *, sheet="", likely_sheet=""):
    """The Workbook of these bytes with the sheet that is meant; raises NotATable.

    That is the one called `sheet`, or the only visible one with anything in it, or of several `likely_sheet`.
    """
    book = Workbook(Package(content))
    book.choose(sheet, likely_sheet)
    return book


class Workbook:
    """A workbook and the sheet of it that is read."""

    def __init__(self, package):
        self._package = package
        path = _path_of_workbook(package)
        self._from_1904 = False
        self._sheets = []
        package.parse(path, start=self._note_sheet)
        self._parts = _related(package, path)
        self._strings = None
        self._chosen = None
        self._hidden_rows = self._hidden_columns = 0

    def _note_sheet(self, name, attributes):
        if name == "workbookPr":
            self._from_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            key = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            self._sheets.append((attributes.get("name", ""), key, attributes.get("state", "visible")))

    def choose(self, sheet, likely_sheet):
        """Settle which sheet is read."""
        named = {name.lower(): key for name, key, _state in self._sheets if self._is_sheet(key)}
        if sheet:
            if sheet.strip().lower() not in named:
                raise NotATable(
                    _("The workbook has no sheet “%(name)s”; it has %(sheets)s.")
                    % {"name": sheet[:40], "sheets": self._names([name for name, _key, _state in self._sheets])},
                    "sheet",
                )
            wanted = sheet.strip().lower()
        else:
            wanted = self._only_one(likely_sheet)
        self._chosen = next(name for name, _key, _state in self._sheets if name.lower() == wanted)
        self._path = self._parts[named[wanted]][1]

    def _only_one(self, likely_sheet):
        full = [
            name
            for name, key, state in self._sheets
            if state == "visible" and self._is_sheet(key) and _has_content(self._package, self._parts[key][1])
        ]
        if not full:
            raise NotATable(_("The workbook has no visible sheet with anything in it."))
        if len(full) > 1 and likely_sheet in [name.lower() for name in full]:
            return likely_sheet
        if len(full) > 1:
            raise NotATable(
                _("The workbook has the sheets %(sheets)s. Say which one is meant.") % {"sheets": self._names(full)},
                "sheet",
            )
        return full[0].lower()

    def _is_sheet(self, key):
        return self._parts.get(key, ("", ""))[0] == "worksheet"

    def _names(self, names):
        return ", ".join(f"“{name[:40]}”" for name in names[:20])

    def how(self):
        """How it was read, in words; once the rows were."""
        text = _("Read from the sheet “%(name)s” of a workbook") % {"name": self._chosen[:80]}
        hidden = []
        if count := self._hidden_rows:
            hidden.append(ngettext("%(count)s hidden row", "%(count)s hidden rows", count) % {"count": count})
        if count := self._hidden_columns:
            hidden.append(ngettext("%(count)s hidden column", "%(count)s hidden columns", count) % {"count": count})
        if hidden:
            text += _(" (%(hidden)s among the others)") % {"hidden": _(" and ").join(hidden)}
        return text

    def rows(self):
        """Yield (number, cells, fault) of each row with anything in it; the first is the header."""
        by_type = {kind: path for kind, path in self._parts.values()}
        texts = strings(self._package, by_type.get("sharedStrings"))
        shown = formats(self._package, by_type.get("styles"))
        sheet = Sheet(texts, shown, from_1904=self._from_1904)
        for _step in self._package.steps(self._path, sheet.start, sheet.end, sheet.text):
            yield from sheet.taken()
        yield from sheet.taken()
        self._hidden_rows, self._hidden_columns = sheet.hidden_rows, sheet.hidden_columns


def _path_of_workbook(package):
    """Where the workbook proper is; raises NotATable for what is none, or has macros."""
    if "[Content_Types].xml" not in package:
        raise NotATable(_("The file is a ZIP archive and no workbook. Upload the CSV or the .xlsx itself."))
    types = {}

    def note(name, attributes):
        if name == "Override":
            types[attributes.get("PartName", "").lstrip("/")] = attributes.get("ContentType", "")

    package.parse("[Content_Types].xml", start=note)
    if any("macro" in kind.lower() or "vbaproject" in kind.lower() for kind in types.values()):
        raise NotATable(_("The workbook has macros. Save it as .xlsx, without them."))
    found = [path for path, kind in types.items() if kind.endswith(_MAIN)]
    if len(found) != 1:
        raise NotATable(_("The file is no workbook as .xlsx. Save the sheet as .xlsx or as CSV, UTF-8."))
    return found[0]


def _related(package, path):
    """{key: (type, path)} of the parts that the workbook names; what stands outside the file is none of them."""
    folder, name = posixpath.split(path)
    parts = {}

    def note(element, attributes):
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            target = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            parts[attributes.get("Id", "")] = (kind, posixpath.normpath(target))

    package.parse(posixpath.join(folder, "_rels", f"{name}.rels"), start=note)
    return parts


def _has_content(package, path):
    """Whether the sheet has a cell with anything in it."""
    found = []

    def note(name, attributes):
        if name in ("v", "is"):
            found.append(name)

    return any(found for _step in package.steps(path, start=note)) or bool(found)
