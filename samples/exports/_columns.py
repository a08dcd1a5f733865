"""Columns as data: what each is called, what it means, where its values come from, and how exact they are."""

from dataclasses import KW_ONLY, dataclass, replace

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.functions import Lower

from samples.models import DegreesField, DepthField, MassDifferenceField, MassField, ProseField

GRAMS, MILLIGRAMS = "g", "mg"
_UNITS = {MassField: GRAMS, MassDifferenceField: GRAMS, DepthField: "cm", DegreesField: "deg"}
# The names of Table Schema; a DateTimeField is a DateField too, and stands first.
_TYPES = [
    ((models.BooleanField,), "boolean"),
    ((models.DateTimeField,), "datetime"),
    ((models.DateField,), "date"),
    ((*_UNITS, models.DecimalField), "number"),
    ((models.IntegerField, models.AutoField), "integer"),
]


@dataclass(frozen=True)
class Column:
    """One column: its name in the header, what it means, and where its value comes from.

    `source` is a path from the record ("mission__code"), by itself the column's name. Type, unit, choices
    and limits are those of the model field at the end of it, or of the path `like`; what no field tells is said.
    `staff_only` columns (contacts, remarks) are left out of what researchers get.
    """

    name: str
    meaning: str
    source: str = ""
    _: KW_ONLY
    like: str = ""
    type: str = ""
    # What Table Schema calls the format of a text: "uuid", or nothing in particular.
    format: str = ""
    unit: str = ""
    choices: tuple = ()
    is_required: bool = False
    is_unique: bool = False
    staff_only: bool = False
    # Whether it may be of many lines.
    is_prose: bool = False
    # Decimals of a number; None where it is whole or none.
    places: int | None = None

    def of(self, model):
        """This column with what the fields of `model` tell of it."""
        source = self.source or self.name
        known = _at(model, (self.like or source).split("__"))
        if known is None:
            return replace(self, source=source, type=self.type or "string")
        is_own = "__" not in (self.like or source)
        return replace(
            self,
            source=source,
            type=self.type or _type(known),
            format="uuid" if isinstance(known, models.UUIDField) else "",
            unit=self.unit or next((unit for kind, unit in _UNITS.items() if isinstance(known, kind)), ""),
            choices=self.choices or tuple(value for value, _label in known.flatchoices if value != ""),
            is_required=self.is_required or _is_required(model, (self.like or source).split("__")),
            is_unique=self.is_unique or (is_own and _is_unique(model, known)),
            is_prose=isinstance(known, ProseField),
            places=getattr(known, "places", None) if self.places is None else self.places,
        )

    @property
    def is_mass(self):
        return self.unit in (GRAMS, MILLIGRAMS)

    def in_unit(self, unit):
        """This column with its masses in `unit`, g or mg; what is no mass stays as it is."""
        if not self.is_mass or unit == self.unit:
            return self
        name = self.name.removesuffix(f"_{self.unit}") + f"_{unit}"
        return replace(self, name=name, unit=unit, places=3 if unit == MILLIGRAMS else 6)


def _at(model, path):
    """The model field at the end of `path`, or None where something else stands there."""
    try:
        known = model._meta.get_field(path[0])
    except FieldDoesNotExist:
        return None
    return known if len(path) == 1 else _at(known.related_model, path[1:])


def _type(known):
    return next((name for kinds, name in _TYPES if isinstance(known, kinds)), "string")


def _is_required(model, path):
    """Whether no field on the way may be empty."""
    known = model._meta.get_field(path[0])
    if known.null or known.blank:
        return False
    return len(path) == 1 or _is_required(known.related_model, path[1:])


def _is_unique(model, known):
    """Whether no two records share it, as the database holds; upper and lower case may be alike to it."""
    return known.unique or any(
        each.condition is None and list(each.expressions) == [Lower(known.name)]
        for each in model._meta.constraints
        if isinstance(each, models.UniqueConstraint)
    )
