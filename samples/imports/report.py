"""What the check of a file found, in plain values: shown on a page, printed by a command, written as CSV."""

import csv
import io
import unicodedata
from collections import defaultdict
from decimal import Decimal

from samples.exports import cell
from samples.models import Location, MassBalance, Mission
from samples.operations.imports import SHOWN

from .table import ADDED

_LONGEST_SHOWN = 80


def report(file, outcome):
    """Return the report of a File and its imports.Outcome as a dict for JSON; masses in grams, as text."""
    rows = {row.number: row for row in file.table.rows}
    refused = {fault.number for fault in outcome.faults}
    return {
        "kind": file.kind.name,
        "how": file.table.told(),
        "rows": len(file),
        "accepted": outcome.count + len(outcome.records),
        "refused": len(refused),
        "left_out": list(file.mapping.leave_out),
        "faults": [_shown(rows[fault.number], file, fault) for fault in outcome.faults],
        "doubts": [_shown(rows[doubt.number], file, doubt) for doubt in outcome.doubts],
        "missions": list(_missions(outcome.by_mission)),
        "containers": [
            {"identifier": container.identifier, "mission": container.mission.code} for container in outcome.containers
        ],
        "samples": [_sample(sample) for sample in outcome.first],
        "records": [_named(record) for record in outcome.records[:SHOWN]],
    }


def with_masses(kept):
    """Return a report that was kept as JSON with its masses as Decimal grams again."""
    return kept | {part: [_exact(row) for row in kept[part]] for part in ("missions", "samples")}


def refused_csv(file, faults):
    """Return the rows that were refused as CSV, as they stood in the file, each with its number and its reasons."""
    reasons = defaultdict(list)
    for fault in faults:
        column = f"{fault['column']}: " if fault["column"] else ""
        reasons[fault["row"]].append(f"{column}{fault['message']}")
    kept = [place for place, name in enumerate(file.table.columns) if name not in ADDED]
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=file.table.delimiter)
    writer.writerow([*ADDED, *(cell(file.table.columns[place]) for place in kept)])
    for row in file.table.rows:
        if row.number in reasons:
            beyond = row.raw[len(file.table.columns) :]
            cells = [row.raw[place] if place < len(row.raw) else "" for place in kept] + beyond
            writer.writerow([row.number, *map(cell, [" ".join(reasons[row.number]), *cells])])
    return written.getvalue()


def visible(text):
    """Return `text` with what nobody sees made visible, and cut where it is long."""
    shown = "".join(_mark(character) for character in text[:_LONGEST_SHOWN])
    return f"{shown}…" if len(text) > _LONGEST_SHOWN else shown


def _mark(character):
    unseen = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    return f"⟨U+{ord(character):04X}⟩" if unseen else character


def _shown(row, file, fault):
    """One fault as people read it: where, what stands there, and what was expected."""
    mapping, column, value = file.mapping, "", ""
    if fault.field is not None:
        name = file.kind.column_of(fault.field)
        constant = name in mapping.constants
        column = name if constant else mapping.column_of(name)
        value = mapping.constants[name] if constant else row.cells.get(column, "")
    return {
        "row": fault.number,
        "identifier": visible(file.key(row)),
        "column": column,
        "value": visible(value),
        "message": fault.message,
    }


def _missions(by_mission):
    """Per mission: how many samples and grams would come, and what its balance would be after it."""
    for mission, (count, added_g) in sorted(by_mission.items(), key=lambda pair: pair[0].code):
        before_g = MassBalance(mission).accessioned_g
        yield {
            "code": mission.code,
            "samples": count,
            "before_g": str(before_g),
            "added_g": str(added_g),
            "after_g": str(before_g + added_g),
            "capacity_g": str(mission.return_capacity_g),
        }


def _exact(row):
    return {key: Decimal(value) if key.endswith("_g") else value for key, value in row.items()}


def _named(record):
    """A record as its list names it: a mission by its code, a location by its path."""
    if isinstance(record, Mission):
        return {"name": record.code, "kind": record.name}
    name = record.full_name() if isinstance(record, Location) else str(record)
    return {"name": name, "kind": record.get_kind_display()}


def _sample(sample):
    return {
        "identifier": sample.identifier,
        "mission": sample.mission.code,
        "container": sample.container.identifier,
        "origin": sample.origin,
        "form": sample.get_form_display(),
        "mass_g": str(sample.mass_g),
    }
