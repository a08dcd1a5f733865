"""Whether the cells of a file of data are what its Table Schema says: types, constraints, keys."""

import csv
import re
from datetime import date, datetime

from ._cells import cell, uncell

# As many faults are told of one file; the others are counted.
MOST_TOLD = 20
ROWS_AT_ONCE = 1000
_PATTERNS = {
    "integer": re.compile(r"-?\d+", re.ASCII),
    "number": re.compile(r"-?\d+(?:\.\d+)?", re.ASCII),
    "datetime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z", re.ASCII),
    "date": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
}
_CALENDAR = {"datetime": datetime.fromisoformat, "date": date.fromisoformat}
_CONSTRAINTS = {"required", "unique", "enum"}


class Field:
    """One column as its schema has it; raises like Table where that is none."""

    def __init__(self, told, keys):
        self.name, self.type = str(told["name"]), told["type"]
        self.constraints = dict(told.get("constraints", {}))
        self.is_required = bool(self.constraints.get("required")) or self.name in keys
        self.is_unique = bool(self.constraints.get("unique")) or self.name in keys
        self.enum = frozenset(self.constraints["enum"]) if "enum" in self.constraints else None
        self.truths = frozenset([*told.get("trueValues", ()), *told.get("falseValues", ())])
        # Hashes of the values, of which each may come once, and which other files may name.
        self.seen = set()

    @property
    def faults(self):
        """What is wrong with the schema itself."""
        if self.type not in ("string", "boolean", *_PATTERNS):
            yield f"“{self.name}” has the type {self.type!r}, which no package has"
        if unknown := set(self.constraints) - _CONSTRAINTS:
            yield f"“{self.name}” has constraints that no package has: {', '.join(sorted(unknown))}"

    def fault(self, text):
        """What is wrong with a cell, or an empty text."""
        if not text:
            return "is empty and must not be" if self.is_required else ""
        if not self._is_of_type(text):
            return f"is no {self.type}: {text[:60]!r}"
        if self.enum is not None and text not in self.enum:
            return f"is none of its values: {text[:60]!r}"
        if self.is_unique:
            key = hash(text)
            if key in self.seen:
                return f"is there twice: {text[:60]!r}"
            self.seen.add(key)
        return ""

    def _is_of_type(self, text):
        if self.type == "string":
            # What a spreadsheet would run has its apostrophe, and nothing else has one.
            return cell(uncell(text)) == text
        if self.type == "boolean":
            return text in self.truths
        if not _PATTERNS[self.type].fullmatch(text):
            return False
        return self.type not in _CALENDAR or _is_in_calendar(_CALENDAR[self.type], text)


class Table:
    """One file of data while it is checked.

    Raises LookupError, TypeError, AttributeError or ValueError where its schema is none.
    """

    def __init__(self, path, resource):
        self.path, self.rows = path, 0
        schema = resource["schema"]
        keys = schema.get("primaryKey", [])
        self.fields = [Field(told, [keys] if isinstance(keys, str) else keys) for told in schema["fields"]]
        # (field, table, field) of each reference, and the hashes of what is named there.
        self.references = [
            (
                str(key["fields"][0]),
                str(key["reference"].get("resource", resource["name"])),
                str(key["reference"]["fields"][0]),
                set(),
            )
            for key in schema.get("foreignKeys", [])
        ]
        self._found = 0

    def check(self, lines, taken):
        """Yield sentences on the cells, and now and then what `taken()` says of how far it is."""
        unknown = [fault for field in self.fields for fault in field.faults]
        yield from (f"{self.path}: {fault}." for fault in unknown)
        try:
            reader = csv.reader(lines, strict=True)
            header = next(reader, [])
            if header != [field.name for field in self.fields]:
                yield f"{self.path}: the header is not that of the schema: {','.join(header)[:200]!r}."
            elif not unknown:
                yield from self._rows(reader, taken)
        except csv.Error as error:
            yield f"{self.path}, row {self.rows + 1}: this is no CSV: {error}."
        # What was not looked at is hashed all the same.
        for _line in lines:
            continue
        if self._found > MOST_TOLD:
            yield f"{self.path}: {self._found} faults in all, of which {MOST_TOLD} are told."
        yield taken()

    def _rows(self, reader, taken):
        columns = {field.name: number for number, field in enumerate(self.fields)}
        references = [(columns[name], named) for name, _table, _field, named in self.references if name in columns]
        for row in reader:
            self.rows += 1
            yield from self._row(row)
            if len(row) == len(self.fields):
                for number, named in references:
                    if row[number]:
                        named.add(hash(row[number]))
            if self.rows % ROWS_AT_ONCE == 0:
                yield taken()

    def _row(self, row):
        if len(row) != len(self.fields):
            yield from self._told(f"has {len(row)} cells; {len(self.fields)} are in the header")
            return
        for field, text in zip(self.fields, row, strict=True):
            if fault := field.fault(text):
                yield from self._told(f"“{field.name}” {fault}")

    def _told(self, fault):
        self._found += 1
        if self._found <= MOST_TOLD:
            yield f"{self.path}, row {self.rows}: {fault}."


def keys_without_record(tables):
    """Yield a sentence for each column that names records which the other file has not."""
    for table in tables.values():
        for name, other, key, named in table.references:
            fields = [field for field in tables[other].fields if field.name == key] if other in tables else []
            if not fields or not fields[0].is_unique:
                yield f"{table.path}: “{name}” refers to “{key}” of {other!r}, which is no key."
            elif missing := named - fields[0].seen:
                yield f"{table.path}: {len(missing)} values of “{name}” are no “{key}” of {tables[other].path}."


def _is_in_calendar(read, text):
    try:
        read(text)
    except ValueError:
        return False
    return True
