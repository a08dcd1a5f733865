"""Fields whose values are exact: masses, depths and coordinates as integers, text as one clean line."""

from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.expressions import Combinable, register_combinable_fields
from django.utils.translation import gettext_lazy as _

from samples.units import DEPTH_PLACES, MASS_PLACES

ONE_TONNE_G = Decimal(1_000_000)


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
        if isinstance(value, float):
            raise TypeError(f"{self.name}: a float is never exact; give a Decimal")
        try:
            return Decimal(value)
        except (InvalidOperation, ValueError, TypeError):
            raise ValidationError(_("“%(value)s” is not a decimal number."), params={"value": value}) from None

    def get_prep_value(self, value):
        value = self.to_python(super().get_prep_value(value))
        if value is None:
            return None
        scaled = value.scaleb(self.places) if value.is_finite() else Decimal("NaN")
        if scaled != scaled.to_integral_value():
            raise ValidationError(
                _("“%(value)s” has more than %(places)s decimals."), params={"value": value, "places": self.places}
            )
        return int(scaled)

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
        return "" if value is None else str(value)


class MassField(ScaledDecimalField):
    """A mass: Decimal grams with six places in Python, integer micrograms in the database."""

    places = MASS_PLACES
    description = _("Mass in grams")
    default_validators = [
        MinValueValidator(Decimal(0), _("A mass is never negative.")),
        MaxValueValidator(ONE_TONNE_G, _("More than a tonne cannot be right.")),
    ]


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
    """Refuse control characters, NUL above all, which only PostgreSQL would refuse by itself."""
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
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


for _field in (MassField, DepthField, DegreesField, LineField, ProseField):
    # Migrations name the package, so that a field may move between its modules.
    _field.__module__ = "samples.models"
