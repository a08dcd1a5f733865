"""Units of the laboratory: how masses and depths are read, refused and written.

Masses are Decimal grams with six places (1 microgram), depths Decimal centimetres with two
(a tenth of a millimetre). No float ever enters: a float is refused, never rounded.
"""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

MASS_PLACES = 6
DEPTH_PLACES = 2
GRAM_PER_MILLIGRAM = Decimal("0.001")
NARROW_SPACE = "\u202f"
MINUS = "\u2212"

# ASCII digits on purpose: \d would also take full-width and Arabic-Indic digits. The no-break spaces
# before the unit are those of our own pages, from where a mass may be copied.
_NUMBER = re.compile(
    r"(?P<number>[+-]?[0-9]{1,18}(\.[0-9]*)?|[+-]?\.[0-9]+)[ \t\u00a0\u202f]*(?P<unit>[^\W\d_]*)", re.ASCII
)
_LONGEST_SHOWN = 40


class NotAMeasure(ValueError):
    """What was typed cannot be read as one exact number with a unit; the message is for people."""


def parse_mass(text):
    """Read `text` as a mass and return Decimal grams with six places.

    Takes grams, or milligrams when "mg" follows the number. Raises NotAMeasure for anything finer
    than one microgram, for exponents, NaN, infinities, other digits, other units, and for a decimal
    comma, which is refused rather than guessed (rule 4).
    """
    number, unit = _split(text, example="160.0")
    if unit not in ("", "g", "mg"):
        raise NotAMeasure(_("“%(unit)s” is not a unit of mass here. Use g or mg.") % {"unit": _shown(unit)})
    places = 3 if unit == "mg" else MASS_PLACES
    if _decimals(number) > places:
        raise NotAMeasure(
            _("“%(text)s” is finer than one microgram. Give at most %(places)s decimals in %(unit)s.")
            % {"text": _shown(text), "places": places, "unit": unit or "g"}
        )
    grams = number * GRAM_PER_MILLIGRAM if unit == "mg" else number
    return _with_places(grams, MASS_PLACES)


def parse_depth(text):
    """Read `text` as a depth and return Decimal centimetres with two places; raises NotAMeasure."""
    number, unit = _split(text, example="28.7")
    if unit not in ("", "cm"):
        raise NotAMeasure(_("“%(unit)s” is not a unit of depth here. Use cm.") % {"unit": _shown(unit)})
    if _decimals(number) > DEPTH_PLACES:
        raise NotAMeasure(
            _("“%(text)s” is finer than a tenth of a millimetre. Give at most two decimals.") % {"text": _shown(text)}
        )
    return _with_places(number, DEPTH_PLACES)


def _split(text, example):
    text = text.strip()
    if "," in text:
        with_point = text.replace(",", ".")
        raise NotAMeasure(
            _("“%(text)s” has a comma. Write the decimal sign as a point: %(example)s.")
            % {"text": _shown(text), "example": _shown(with_point) if _NUMBER.fullmatch(with_point) else example}
        )
    match = _NUMBER.fullmatch(text)
    if not match:
        raise NotAMeasure(
            _("“%(text)s” is not a plain decimal number. Write it like %(example)s.")
            % {"text": _shown(text), "example": example}
        )
    return Decimal(match["number"]), match["unit"]


def _shown(text):
    text = text.strip()
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _with_places(number, places):
    # Adding nothing turns -0 into 0.
    return number.quantize(Decimal(1).scaleb(-places)) + 0


def _decimals(number):
    return max(0, -number.as_tuple().exponent)


def split_mass(grams):
    """Return (significant part, trailing zeros) of a mass in grams, e.g. ("1 935.3", "00000").

    Thousands are parted by a narrow no-break space and a negative mass has a real minus sign.
    Of a whole number of grams the zeros begin at the decimal point: ("1 500", ".000000").
    """
    text = f"{grams:,.{MASS_PLACES}f}".replace(",", NARROW_SPACE).replace("-", MINUS)
    significant = text.rstrip("0").removesuffix(".")
    return significant, text[len(significant) :]


def format_mass(grams):
    """Return a mass in grams as plain text for sentences, at full precision: "1 935.300000 g"."""
    return "".join(split_mass(grams)) + f"{NARROW_SPACE}g"


def format_depth(centimetres):
    """Return a depth in centimetres without needless zeros and without its unit: "28.7"."""
    return f"{centimetres:f}".rstrip("0").rstrip(".") if "." in f"{centimetres:f}" else f"{centimetres:f}"
