"""Samples from a CSV file: what each column means, the check of all rows, and their registration."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property, partial

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.forms.imports import SampleRowForm
from samples.identifiers import as_identifier
from samples.models import Custodian, Location, Mission, location_names
from samples.operations import alone, imports
from samples.operations.imports import Fault, Row, RowsRefused

from .mapping import Mapping, NotAMapping, read_mapping
from .report import report
from .table import ADDED, NotATable, Table, read_csv

COLUMNS = {
    "identifier": gettext_lazy(
        "Needed. 1 to 40 ASCII letters, digits and , . _ / - ; unique, upper and lower case alike."
    ),
    "mission": gettext_lazy("The mission’s code. Needed where the mapping makes containers; else the container’s."),
    "container": gettext_lazy("Identifier of the container it is in. Needed, unless the mapping makes containers."),
    "origin": gettext_lazy("Needed. drill or scoop."),
    "form": gettext_lazy(
        "Needed. bulk regolith, powder, particle, rock, core segment, polished section, residue or gas."
    ),
    "mass_g": gettext_lazy("Needed. Grams, or milligrams like 12.5 mg; more than zero, to the microgram."),
    "happened_at": gettext_lazy(
        "Needed. When this mass was taken on: 2024-06-28 10:30 in the laboratory’s zone, or 2024-06-28T02:30Z."
    ),
    "parent": gettext_lazy("Identifier of the sample it was split from before this inventory began."),
    "other_names": gettext_lazy("Other names, one line."),
    "collection_method": gettext_lazy("The exact technique, one line."),
    "collected_at": gettext_lazy("When it was taken from the Moon; written like happened_at."),
    "depth_top_cm": gettext_lazy("Drilled material only, with the other depth or not at all; centimetres."),
    "depth_bottom_cm": gettext_lazy("Deeper than the top."),
    "use_category": gettext_lazy(
        "unassigned (also where nothing is said), permanent, backup permanent, research or public benefit."
    ),
    "exposure": gettext_lazy("pristine (also where nothing is said) or air-exposed."),
    "exposed_at": gettext_lazy("Air-exposed material only: when; written like happened_at."),
    "exposed_reason": gettext_lazy("Air-exposed material only: why."),
    "description": gettext_lazy("Anything else, several lines if need be."),
}
NEEDED = ("identifier", "origin", "form", "mass_g", "happened_at")


@dataclass
class SampleFile:
    """A file of samples, read and mapped."""

    name: str
    sha256: str
    table: Table
    mapping: Mapping
    # {identifier in lower case: the text of the file it was made of}
    bag_texts: dict = field(default_factory=dict)

    def __len__(self):
        return len(self.table.rows)

    @cached_property
    def bags(self):
        """What all containers made for it have in common; None where none are made. Raises NotAMapping."""
        return _bags(self.mapping)

    def check_places(self):
        """Raise NotAMapping unless the custodian and the location that the mapping names are there."""
        _bags(self.mapping)

    def cells(self, row):
        """The texts of a row by labinv's names."""
        read = ((name, self.mapping.read(name, row.cells)) for name in COLUMNS)
        return {name: text for name, text in read if text is not None}

    def is_left_out(self, row):
        return (self.mapping.read("identifier", row.cells) or "").strip() in self.mapping.leave_out

    def rows(self):
        """Yield each row that is not left out as an imports.Row."""
        missions = {mission.code.lower(): mission for mission in Mission.objects.live().order_by("code")}
        # One for all rows: making it costs more than reading a row with it.
        form = SampleRowForm(missions, needs_container=self.bags is None)
        number_of = {}
        for row in self.table.rows:
            if not self.is_left_out(row):
                identifier = (self.mapping.read("identifier", row.cells) or "").strip().lower()
                first_number = number_of.setdefault(identifier, row.number)
                whole = partial(self._row, row, form, first_number, is_whole=True)
                yield self._row(row, form, first_number, is_whole=False, whole=whole)

    def _row(self, row, form, first_number, *, is_whole, whole=None):
        """A row; `first_number` is that of the first one with the same identifier."""
        if row.fault:
            return Row(row.number, {}, faults=(Fault(row.number, None, row.fault),))
        form.read(self.cells(row), is_whole=is_whole)
        faults = [
            Fault(row.number, None if name == NON_FIELD_ERRORS else name, message)
            for name, messages in form.errors.items()
            for message in messages
        ]
        if first_number != row.number and "identifier" not in form.errors:
            message = _("Row %(number)s has this identifier already, upper and lower case alike.")
            faults.append(Fault(row.number, "identifier", message % {"number": first_number}))
        arguments = form.arguments()
        mission = arguments.pop("mission", None)
        bag = None
        if self.bags is not None:
            # Said in another house's words; the bag made of it has an identifier of its own.
            arguments.pop("container", None)
        if self.bags is not None and "mission" not in form.errors:
            bag, fault = self._bag(row, mission, arguments.get("happened_at"))
            faults += [Fault(row.number, *fault)] if fault else []
        return Row(row.number, arguments, mission, bag, tuple(faults), whole)

    def _bag(self, row, mission, happened_at):
        """The arguments of the container that a row asks for, or (column, message) of what is wrong."""
        text = (self.mapping.read("container", row.cells) or "").strip()
        named = as_identifier(text or self.mapping.containers.get("unnamed", ""))
        if not named:
            return None, ("container", _("This is blank. Name a bag for such rows: unnamed under [containers]."))
        if mission is None:
            return None, ("mission", _("This is blank, and the container is made for a mission."))
        identifier = f"{mission.code}-{named}"
        if (other := self.bag_texts.setdefault(identifier.lower(), text)) != text:
            message = _("“%(text)s” and “%(other)s” would both be %(identifier)s. Translate one of them.")
            return None, ("container", message % {"text": text, "other": other, "identifier": identifier})
        # Without a moment the row is not registered, and makes nothing.
        if happened_at is None:
            return None, None
        return self.bags | {"identifier": identifier, "mission": mission, "custody_began_at": happened_at}, None


def read_samples(name, content, mapping="", *, most_rows=None):
    """Read the bytes of a CSV and the text of a mapping as a SampleFile; raises NotATable or NotAMapping.

    The custodian and the location that the mapping names are looked up when `bags` is first asked for.
    """
    mapping = read_mapping(mapping, tuple(COLUMNS))
    table = read_csv(content, most_rows=most_rows)
    _check_columns(table, mapping)
    file = SampleFile(name, hashlib.sha256(content).hexdigest(), table, mapping)
    found = {(mapping.read("identifier", row.cells) or "").strip() for row in table.rows}
    if strange := [identifier for identifier in mapping.leave_out if identifier not in found]:
        raise NotAMapping(_("leave_out names %(identifier)s, which is in no row.") % {"identifier": strange[0][:40]})
    if all(map(file.is_left_out, table.rows)):
        raise NotAMapping(_("leave_out names every row, so that none is left to import."))
    return file


def check(file, *, by, reason):
    """Register everything and take it back; yields the rows done so far and returns the report of what would be."""
    try:
        with alone():
            _made, outcome = yield from _register(file, acknowledged=True, by=by, reason=reason)
            transaction.set_rollback(True)
    except RowsRefused as refusal:
        outcome = refusal.outcome
    return report(file, outcome)


def register(file, *, acknowledged, upload=None, by, reason):
    """Register the samples of the file, all of them or none; yields the rows done so far and returns the Import.

    Raises RowsRefused, Doubtful, NotAllowed, NoReason.
    """
    made, _outcome = yield from _register(file, acknowledged=acknowledged, upload=upload, by=by, reason=reason)
    return made


def _register(file, **arguments):
    return (
        yield from imports.register_samples(
            rows=file.rows(),
            file_name=file.name,
            sha256=file.sha256,
            mapping=file.mapping.text,
            left_out="\n".join(file.mapping.leave_out),
            **arguments,
        )
    )


def _check_columns(table, mapping):
    needed = [*NEEDED, "container"] + (["mission"] if mapping.containers else [])
    missing = [
        mapping.column_of(name)
        for name in needed
        if name not in mapping.constants and mapping.column_of(name) not in table.columns
    ]
    # One that is mapped is meant, though labinv could do without it.
    missing += [column for column in mapping.columns.values() if column not in [*table.columns, *missing]]
    if missing:
        raise NotATable(
            _("The file has no column %(missing)s. Its columns are: %(columns)s.")
            % {"missing": ", ".join(missing), "columns": ", ".join(table.columns)[:500]}
        )
    unused = mapping.unused(table.columns, tuple(COLUMNS) + ADDED)
    if unused:
        raise NotATable(
            _(
                "labinv does not know the column %(unused)s. Rename it, map it, or name it under ignore in the "
                "mapping: nothing is skipped without being asked."
            )
            % {"unused": ", ".join(unused)[:500]}
        )


def _bags(mapping):
    said = mapping.containers
    if said is None:
        return None
    custodians = {custodian.name.lower(): custodian for custodian in Custodian.objects.active()}
    if (custodian := custodians.get(said["custodian"].strip().lower())) is None:
        raise NotAMapping(_("No active custodian is called “%(name)s”.") % {"name": said["custodian"][:60]})
    return {
        "custodian": custodian,
        "location": _location(said["location"]),
        "chain_document": said["chain_document"],
        "description": said.get("description", ""),
    }


def _location(name):
    """The live location called `name`, by its whole path or, where only one has it, by its own name."""
    ids = list(Location.objects.live().values_list("pk", flat=True))
    paths = {path.lower(): pk for pk, path in location_names(ids).items()}
    wanted = " / ".join(part.strip() for part in name.lower().split("/"))
    found = [pk for path, pk in paths.items() if path == wanted or path.rpartition(" / ")[2] == wanted]
    exact = [paths[wanted]] if wanted in paths else found
    if len(exact) != 1:
        message = _("%(count)s locations are called “%(name)s”; give one by its whole path, like Site / Room.")
        raise NotAMapping(message % {"count": len(exact) or _("No"), "name": name[:60]})
    return Location.objects.get(pk=exact[0])
