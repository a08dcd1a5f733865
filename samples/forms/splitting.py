"""The form of a split: a row for each subsample, and what its masses come to."""

import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from samples.identifiers import next_identifiers
from samples.models import Container, Sample
from samples.operations import Refused, Several
from samples.operations.movements import Part
from samples.roles import Right

from .fields import CentimetresField, EventTimeField, GramsField, IdentifierField, this_minute
from .records import ReasonForm, taken_names

ROWS_AT_FIRST, ROWS_MORE, MOST_ROWS = 3, 5, 50
# As many containers are offered; any other one is typed or scanned.
MOST_OFFERED = 100
# Where one of them is filled in, the row is meant; the others have something in them from the start.
_TELLING = ("container", "mass_g", "depth_top_cm", "depth_bottom_cm")
_NEEDED = {
    "identifier": _("Give this subsample an identifier."),
    "container": _("Say into which container it goes."),
    "mass_g": _("Give its mass."),
}
_UNITS = [("g", "g"), ("mg", "mg")]
_OF_A_PART = re.compile(r"(?P<name>.+)_(?P<part>[0-9]+)", re.ASCII)
_UNIT_TYPED = re.compile(r".*[^a-z](?P<unit>mg|g)", re.DOTALL)
_NOTHING = Decimal("0.000000")
_grams = GramsField(required=False)


@dataclass(frozen=True)
class Line:
    """One row and its boxes; those of the depth are None for what was not drilled."""

    identifier: forms.BoundField
    container: forms.BoundField
    mass_g: forms.BoundField
    unit: forms.BoundField
    form: forms.BoundField
    depth_top_cm: forms.BoundField | None = None
    depth_bottom_cm: forms.BoundField | None = None

    @property
    def boxes(self):
        return {name: box for name, box in vars(self).items() if box is not None}

    def is_meant(self, suggested):
        """Whether it is filled in; an identifier of one's own is enough, one that was `suggested` is not."""
        typed = {name: str(box.value() or "").strip() for name, box in self.boxes.items()}
        return any(typed.get(name) for name in _TELLING) or typed["identifier"] not in ("", *suggested)


@dataclass(frozen=True)
class Room:
    """What a container that is named in a row has room for: `free_g` now, `left_g` once all rows are in it."""

    container: Container
    free_g: Decimal
    left_g: Decimal

    @property
    def over_g(self):
        return max(-self.left_g, _NOTHING)


@dataclass(frozen=True)
class Preview:
    """What the masses that are typed come to, in grams; `unread` are the boxes that do not count yet."""

    held_g: Decimal
    parts_g: Decimal
    lost_g: Decimal
    unread: int

    @property
    def left_g(self):
        return max(self.held_g - self.parts_g - self.lost_g, _NOTHING)

    @property
    def over_g(self):
        """By how much it is too much; 0 where it is not."""
        return max(self.parts_g + self.lost_g - self.held_g, _NOTHING)


class SampleSplitForm(ReasonForm):
    rows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # The identifiers that were put into the rows, parted by spaces.
    suggested = forms.CharField(required=False, widget=forms.HiddenInput)
    lost_g = forms.CharField(
        label=_("Declared lost"),
        max_length=40,
        required=False,
        help_text=_("Dust on tools and walls that cannot be recovered. The reason says how."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    lost_unit = forms.ChoiceField(label=_("Unit of what is lost"), choices=_UNITS, initial="g", required=False)
    happened_at = EventTimeField(label=_("When it was split"), initial=this_minute)
    override = forms.BooleanField(
        label=_("Split it all the same"),
        required=False,
        help_text=_("This material is kept for good, and split only where a curator says so. The reason says why."),
    )

    field_order = ["lost_g", "lost_unit", "happened_at", "override", "reason"]

    def __init__(self, data=None, *, sample, user, rows, initial=None):
        """`rows` is their number; `initial` also holds what was typed where the form is only shown again."""
        self.sample = sample
        self.number_of_rows = rows
        super().__init__(data, initial=initial)
        self.initial["rows"] = rows
        if not (sample.is_permanent and user.may(Right.CURATE)):
            del self.fields["override"]
        self.lines = [self._line(number) for number in range(rows)]
        self.order_fields([box.name for line in self.lines for box in line.boxes.values()])
        if data is None:
            self._suggest()
            self.initial |= self._names_of_containers()

    def _line(self, number):
        """One row, its boxes added to the fields."""
        of = {"row": number + 1}
        mass = forms.TextInput(attrs={"inputmode": "decimal"})
        boxes = {
            "identifier": forms.CharField(
                label=_now("Row %(row)s, identifier") % of,
                validators=Sample._meta.get_field("identifier").validators,
                widget=forms.TextInput(attrs={"class": "id", "autocapitalize": "off", "spellcheck": "false"}),
            ),
            "container": IdentifierField(
                Container.objects.live(), what=_now("container"), label=_now("Row %(row)s, container") % of
            ),
            "mass_g": forms.CharField(label=_now("Row %(row)s, mass") % of, max_length=40, widget=mass),
            "unit": forms.ChoiceField(label=_now("Row %(row)s, unit of the mass") % of, choices=_UNITS, initial="g"),
            "form": forms.ChoiceField(
                label=_now("Row %(row)s, form") % of, choices=Sample.Form.choices, initial=self.sample.form
            ),
        }
        if self.sample.origin == Sample.Origin.DRILL:
            boxes["depth_top_cm"] = CentimetresField(label=_now("Row %(row)s, depth of the top") % of)
            boxes["depth_bottom_cm"] = CentimetresField(label=_now("Row %(row)s, depth of the bottom") % of)
        boxes["container"].widget.attrs |= {"list": "offered", "autocapitalize": "off", "spellcheck": "false"}
        for name, field in boxes.items():
            # An empty row is none.
            field.required = False
            field.widget.attrs.pop("maxlength", None)
            self.fields[f"{name}_{number}"] = field
        return Line(**{name: self[f"{name}_{number}"] for name in boxes})

    def _suggest(self):
        """Put the next identifiers into the rows that have none."""
        boxes = [line.identifier for line in self.lines]
        typed = [self.initial[box.name] for box in boxes if self.initial.get(box.name)]
        empty = [box for box in boxes if not self.initial.get(box.name)]
        daughters = self.sample.children.order_by("pk").values_list("identifier", flat=True)

        def taken(names):
            return [*typed, *Sample.objects.identified(*names).values_list("identifier", flat=True)]

        following = next_identifiers(self.sample.identifier, [*daughters, *typed], len(empty), taken)
        self.initial |= {box.name: name for box, name in zip(empty, following, strict=False)}
        self.initial["suggested"] = " ".join([*self.initial.get("suggested", "").split(), *following])

    @cached_property
    def offered(self):
        """Empty containers that the subsamples may go into, by identifier."""
        return list(Container.objects.empty_for(self.sample).order_by("identifier")[:MOST_OFFERED])

    @cached_property
    def named(self):
        """The containers that are named in the rows, by the number of the row, as far as there are any."""
        found = {}
        for number, line in enumerate(self.lines):
            if self.is_bound:
                found[number] = self.cleaned_data.get(line.container.name)
            elif text := str(self.initial.get(line.container.name) or "").strip():
                with suppress(ValidationError):
                    found[number] = line.container.field.clean(text)
        return {number: container for number, container in found.items() if container}

    def _names_of_containers(self):
        """Shown instead of the address that was scanned: what is in a box is read before it is saved."""
        return {self.lines[number].container.name: str(container) for number, container in self.named.items()}

    @cached_property
    def rooms(self):
        """The Room of each named container that is rated, by the number of the row; not of the one the parent is in."""
        rated = {
            number: container
            for number, container in self.named.items()
            if container.capacity_g is not None and container.pk != self.sample.container_id
        }
        contents = Container.objects.contents_by_id([container.pk for container in rated.values()]) if rated else {}
        into = {}
        for number, container in rated.items():
            mass_g = self._read(self.lines[number].mass_g, self.lines[number].unit) or _NOTHING
            into[container.pk] = into.get(container.pk, _NOTHING) + mass_g
        rooms = {}
        for number, container in rated.items():
            held_g = sum(contents.get(container.pk, {}).values(), _NOTHING)
            free_g = max(container.capacity_g - held_g, _NOTHING)
            rooms[number] = Room(container, free_g, free_g - into[container.pk])
        return rooms

    def table(self):
        """The rows with the Room there is where they go, if it is known."""
        return [(line, self.rooms.get(number)) for number, line in enumerate(self.lines)]

    @cached_property
    def preview(self):
        masses = [self._read(line.mass_g, line.unit) for line in self.lines]
        lost_g = self._read(self["lost_g"], self["lost_unit"])
        unread = sum(mass_g is None for mass_g in (*masses, lost_g))
        parts_g = sum((mass_g for mass_g in masses if mass_g), _NOTHING)
        return Preview(self.sample.mass_g, parts_g, lost_g or _NOTHING, unread)

    @property
    def can_grow(self):
        return len(self.lines) < MOST_ROWS

    @property
    def filled(self):
        """The numbers of the rows that are filled in, in order: the n-th one is the n-th part of the split."""
        suggested = str(self["suggested"].value() or "").split()
        return [number for number, line in enumerate(self.lines) if line.is_meant(suggested)]

    def fieldsets(self):
        """Without the rows, which the page shows as a table."""
        in_rows = {box.name for line in self.lines for box in line.boxes.values()} | {"lost_unit"}
        for legend, fields in super().fieldsets():
            yield legend, [field for field in fields if field.name not in in_rows]

    def clean(self):
        super().clean()
        for number in self.filled:
            self._clean_row(number)
        self._clean_identifiers()
        if not self.filled:
            self.add_error("container_0", _("Fill in at least one row: a container and a mass."))
        self.cleaned_data["lost_g"] = self._mass("lost_g", "lost_unit") or _NOTHING
        self.data = self.data.copy()
        for name, identifier in self._names_of_containers().items():
            self.data[name] = identifier

    def _clean_row(self, number):
        for name, sentence in _NEEDED.items():
            box = f"{name}_{number}"
            if not self.cleaned_data.get(box) and box not in self.errors:
                self.add_error(box, sentence)
        self.cleaned_data[f"mass_g_{number}"] = self._mass(f"mass_g_{number}", f"unit_{number}")

    def _clean_identifiers(self):
        """The operation would say that another sample has it; here it is another row."""
        first = {}
        for number in self.filled:
            box = f"identifier_{number}"
            if not (identifier := self.cleaned_data.get(box)):
                continue
            row = first.setdefault(identifier.lower(), number)
            if row != number:
                self.add_error(box, _now("Row %(row)s has this identifier already.") % {"row": row + 1})

    def _mass(self, box, unit):
        """The grams typed in `box` with the unit chosen beside it; None with a fault where they cannot be read."""
        text = self.cleaned_data.get(box)
        if not text or unit in self.errors:
            return None
        try:
            return _grams_of(text, self.cleaned_data[unit] or "g")
        except ValidationError as error:
            self.add_error(box, error)
            return None

    def _read(self, box, unit):
        """The grams typed in `box`, whatever else there is; 0 where it is empty, None where they cannot be read."""
        text = str(box.value() or "").strip()
        try:
            return _grams_of(text, unit.value() or "g") if text else _NOTHING
        except ValidationError:
            return None

    def arguments(self):
        """What the operation takes; the parts in the order of the rows."""
        own = {name: self.cleaned_data[name] for name in ("lost_g", "happened_at", "reason")}
        own["override"] = self.cleaned_data.get("override", False)
        return own | {"parts": [self._part(self.lines[number]) for number in self.filled]}

    def _part(self, line):
        typed = {name: self.cleaned_data[box.name] for name, box in line.boxes.items() if name != "unit"}
        return Part(**typed)

    def at_its_boxes(self, error):
        """The refusal `error` of a split with its fields named as the boxes here: parts are counted without gaps."""
        if isinstance(error, Several):
            return Several([self.at_its_boxes(refusal) for refusal in error.refusals])
        if not (found := _OF_A_PART.fullmatch(error.field or "")):
            return error
        name, number = found["name"], self.filled[int(found["part"])]
        if name == "row":
            name = _box_of(error.message)
        box = f"{name}_{number}"
        return Refused(error.message, field=box if box in self.fields else f"container_{number}")


def _box_of(sentence):
    """The box that a sentence about a whole row belongs to; what is no rule of a sample is about its container."""
    depths = {
        str(rule.violation_error_message): "depth_top_cm" for rule in Sample._meta.constraints if "depth" in rule.name
    }
    return (depths | taken_names(Sample)).get(sentence, "container")


def _grams_of(text, unit):
    """Read a mass with the unit chosen beside it; raises ValidationError."""
    if (found := _UNIT_TYPED.fullmatch(text.strip())) and found["unit"] != unit:
        raise ValidationError(
            _("“%(text)s” has another unit than the one chosen beside it, %(unit)s."),
            params={"text": text.strip(), "unit": unit},
        )
    return _grams.clean(text if text.strip()[-1:].isalpha() else f"{text} {unit}")
