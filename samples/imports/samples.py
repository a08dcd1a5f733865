"""Samples from a file: how a row is read, and the containers that a mapping makes for its rows."""

from dataclasses import dataclass, field
from functools import cached_property, partial

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from samples.forms.import_rows import Known, SampleRowForm
from samples.identifiers import as_identifier
from samples.models import Container, Custodian, location_names, outermost_locations
from samples.operations import imports
from samples.operations.imports import Fault, Row

from ._column import difference, same_number
from ._file import File, check, check_left_out, parts, register
from .kinds import SAMPLES
from .mapping import NotAMapping

__all__ = ["COLUMNS", "SampleFile", "check", "read_samples", "register"]

COLUMNS = SAMPLES.names


@dataclass
class SampleFile(File):
    """A file of samples, read and mapped."""

    # {identifier in lower case: the text of the file it was made of}
    bag_texts: dict = field(default_factory=dict)

    @cached_property
    def bags(self):
        """What all containers made for it have in common; None where none are made. Raises NotAMapping."""
        return _bags(self.mapping)

    def check_places(self):
        """Raise NotAMapping unless the custodian and the location that the mapping names are there."""
        _bags(self.mapping)

    def rows(self):
        """Yield each row that is not left out as an imports.Row, subsamples after their parents."""
        # One for all rows: making it costs more than reading a row with it.
        form = SampleRowForm(Known(), needs_container=self.bags is None)
        for row, place in self.kept():
            whole = partial(self._row, row, form, place, is_whole=True)
            yield self._row(row, form, place, is_whole=False, whole=whole)

    def registered(self, **arguments):
        """Register the rows, all or none, step by step."""
        return (
            yield from imports.register_samples(
                rows=self.rows(), most_alone=self.most_alone, **self.arguments(), **arguments
            )
        )

    def told_fault(self, told, text, row):
        if told.name == "initial_mass_g":
            return self._mass_fault(told, text, row)
        if told.name in ("custodian", "location"):
            return self._place_fault(told, text, row)
        return told.fault(text)

    def _row(self, row, form, place, *, is_whole, whole=None):
        if row.fault:
            return Row(row.number, {}, faults=(Fault(row.number, None, row.fault),))
        form.read(self.cells(row), is_whole=is_whole)
        faults = self.form_faults(row, form, place)
        arguments = form.arguments()
        mission = arguments.pop("mission", None)
        bag = None
        if self.bags is not None:
            # Said in another house's words; the bag made of it has an identifier of its own.
            arguments.pop("container", None)
        if self.bags is not None and "mission" not in form.errors:
            bag, fault = self._bag(row, mission, arguments.get("happened_at"))
            faults += [Fault(row.number, *fault)] if fault else []
        return Row(row.number, arguments, mission, bag, tuple(faults), whole, place.why_missing())

    def _mass_fault(self, told, text, row):
        """The mass that it began with is the one that it comes with."""
        mass = (self.mapping.read("mass_g", row.cells) or "").strip()
        return "" if same_number(text.strip(), mass) or text.strip() == mass else difference(text, mass, told.why)

    def _place_fault(self, told, text, row):
        """Custodian and location are those of its container, which is there before it."""
        if self.bags is not None:
            return difference(text, "", told.why)
        container = (self.mapping.read("container", row.cells) or "").strip().lower()
        said = self.places.get(container)
        return "" if said is None or said[told.name] == text.strip() else difference(text, said[told.name], told.why)

    @cached_property
    def places(self):
        """{container in lower case: its custodian and the place where it stands, as exports tell them}."""
        containers = list(Container.objects.live().select_related("custodian"))
        at = outermost_locations([container.pk for container in containers])
        names = location_names([pk for pk in at.values() if pk])
        return {
            container.identifier.lower(): {
                "custodian": container.custodian.name,
                "location": names.get(at[container.pk], ""),
            }
            for container in containers
        }

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


def read_samples(name, content, mapping="", *, encoding="", sheet="", most_rows=None):
    """Read the bytes of a file of samples; see files.read_file()."""
    read = parts(SAMPLES, content, mapping, encoding=encoding, sheet=sheet, most_rows=most_rows)
    file = SampleFile(SAMPLES, name, *read)
    check_left_out(file)
    return file


def _bags(mapping):
    said = mapping.containers
    if said is None:
        return None
    custodians = {custodian.name.lower(): custodian for custodian in Custodian.objects.active()}
    if (custodian := custodians.get(said["custodian"].strip().lower())) is None:
        raise NotAMapping(_("No active custodian is called “%(name)s”.") % {"name": said["custodian"][:60]})
    try:
        location = Known().location(said["location"])
    except ValidationError as error:
        raise NotAMapping(" ".join(error.messages)) from None
    return {
        "custodian": custodian,
        "location": location,
        "chain_document": said["chain_document"],
        "description": said.get("description", ""),
    }
