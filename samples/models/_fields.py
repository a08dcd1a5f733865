"""Fields whose values are exact: masses, depths and coordinates as integers, text as one clean line."""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.expressions import Combinable, register_combinable_fields
from django.utils.translation import gettext_lazy as _

from samples.units import DEPTH_PLACES, MASS_PLACES

ONE_TONNE_G = Decimal(1_000_000)
# Numbers below 10^12 fit in a bigint at every scale used here; larger ones are an error of the driver on SQLite only.
MAX_MAGNITUDE = 11
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
# Nothing flew before 1957. A year near 1 or 9999 leaves the range of one engine or of the zone it is shown in.
EARLIEST = datetime(1957, 1, 1, tzinfo=UTC)
LATEST = datetime(2500, 1, 1, tzinfo=UTC)


class ScaledDecimalField(models.Field):
    """A Decimal with a fixed number of decimals, stored as the integer of its last decimal.

    Sums, comparisons and constraints in the database are integer arithmetic on both engines. A
    literal inside an expression must be `Value(Decimal(…), output_field=…)`, else it is unscaled.
    """

    places = 0
    description = _("Exact decimal number")

    def get_internal_type(self):
        return "BigIntegerField"

    def to_python(self, value):
        if value is None or isinstance(value, Decimal):
            return value
        if isinstance(value, float | bool):
            raise TypeError(f"{self.name}: {value!r} is never exact; give a Decimal")
        # Decimal() alone would also take exponents, "Infinity" and full-width digits (rule 4).
        if not isinstance(value, int) and not _PLAIN_NUMBER.fullmatch(str(value)):
            raise ValidationError(_("“%(value)s” is not a plain decimal number."), params={"value": str(value)[:40]})
        return Decimal(value)

    def get_prep_value(self, value):
        value = self.to_python(super().get_prep_value(value))
        if value is None:
            return None
        if not value.is_finite() or value.adjusted() > MAX_MAGNITUDE:
            raise ValidationError(_("“%(value)s” is out of range."), params={"value": str(value)[:40]})
        # By digits and not by scaleb(), which rounds a number of more than 28 digits without a word.
        sign, digits, exponent = value.as_tuple()
        shift = exponent + self.places
        whole, finer = (digits[:shift], digits[shift:]) if shift < 0 else (digits + (0,) * shift, ())
        if any(finer):
            raise ValidationError(
                _("“%(value)s” has more than %(places)s decimals."),
                params={"value": str(value)[:40], "places": self.places},
            )
        return int("-" * sign + "".join(map(str, whole or (0,))))

    def from_db_value(self, value, expression, connection):
        # PostgreSQL sums bigints as numeric, so a Decimal arrives here too.
        return None if value is None else Decimal(value).scaleb(-self.places).quantize(Decimal(1).scaleb(-self.places))

    def clean(self, value, model_instance):
        value = self.to_python(value)
        if value is not None:
            self.get_prep_value(value)
        return super().clean(value, model_instance)

    def value_to_string(self, obj):
        value = self.value_from_object(obj)
        return "" if value is None else f"{value:f}"


class MassField(ScaledDecimalField):
    """A mass: Decimal grams with six places in Python, integer micrograms in the database."""

    places = MASS_PLACES
    description = _("Mass in grams")
    default_validators = [
        MinValueValidator(Decimal(0), _("A mass is never negative.")),
        MaxValueValidator(ONE_TONNE_G, _("More than a tonne cannot be right.")),
    ]


class MassDifferenceField(ScaledDecimalField):
    """One mass less another, in grams; below zero where the first is the smaller one."""

    places = MASS_PLACES
    description = _("Difference of masses in grams")


class DepthField(ScaledDecimalField):
    """A depth: Decimal centimetres with two places in Python, tenths of a millimetre in the database."""

    places = DEPTH_PLACES
    description = _("Depth in centimetres")
    default_validators = [
        MinValueValidator(Decimal(0), _("A depth is never negative.")),
        MaxValueValidator(Decimal(100_000), _("More than a kilometre cannot be right.")),
    ]


class DegreesField(ScaledDecimalField):
    """An angle on the Moon: Decimal degrees with five places (about 0.3 m), hundred-thousandths in the database."""

    places = 5
    description = _("Degrees")


for _field in (MassField, DepthField):
    for _connector in (Combinable.ADD, Combinable.SUB):
        register_combinable_fields(_field, _connector, _field, _field)


def validate_one_line(value):
    """Refuse control characters, NUL above all, which only PostgreSQL would refuse by itself.

    Also line separators, halves of surrogate pairs, which cannot be stored, and marks that nobody sees
    (zero-width ones, those that turn the reading direction): with them one name passes for another.
    """
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in value):
        raise ValidationError(_("This has an invisible control character in it. Type it again."), code="control")


def validate_text(value):
    """Refuse control characters other than tab and line breaks."""
    validate_one_line(value.translate({9: " ", 10: " ", 13: " "}))


class LineField(models.CharField):
    """One line of text, trimmed, without control characters."""

    default_validators = [validate_one_line]

    def __init__(self, *args, max_length=200, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return value.strip() if isinstance(value, str) else value


class ProseField(LineField):
    """Several lines of text, trimmed, without control characters other than line breaks and tabs."""

    default_validators = [validate_text]

    def __init__(self, *args, max_length=4000, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)


def validate_moment(value):
    """Refuse a year that cannot be right."""
    if not EARLIEST <= value < LATEST:
        raise ValidationError(_("The year %(year)s cannot be right."), params={"year": value.year}, code="moment")


class MomentField(models.DateTimeField):
    """The moment of an event, stored in UTC; its year is one that can be right."""

    default_validators = [validate_moment]


for _field in (MassField, MassDifferenceField, DepthField, DegreesField, LineField, ProseField, MomentField):
    # Migrations name the package, so that a field may move between its modules.
    _field.__module__ = "samples.models"
