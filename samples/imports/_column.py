"""Columns of a file, as data: what each means, and whether the import sets or only checks it."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from samples.units import GRAM_PER_MILLIGRAM


@dataclass(frozen=True)
class Column:
    """A column that an import sets. `allowed` are the texts that it takes, where they are counted."""

    name: str
    meaning: Any
    is_needed: bool = False
    allowed: tuple = ()
    example: str = ""


@dataclass(frozen=True)
class Told:
    """A column of our exports that no import sets: it is read only to be compared.

    `fresh` is what such a file would say of a record that was registered just now; `why` says what an
    import cannot bring. `in_import_file`: whether the file that is offered for importing has it.
    """

    name: str
    fresh: str
    why: Any
    in_import_file: bool = True

    def fault(self, text):
        """What is wrong with `text` in this column, in words; empty where nothing is."""
        if _is_same(text.strip(), self.fresh):
            return ""
        return difference(text, self.fresh, self.why)


def difference(text, fresh, why):
    """The sentence for a value that the record would not have, once it is registered."""
    shown = f"“{fresh}”" if fresh else _("blank")
    return _("The file says “%(text)s”, and registered now it would be %(fresh)s. %(why)s %(advice)s") % {
        "text": text.strip()[:60],
        "fresh": shown,
        "why": why,
        "advice": _("Change the row, or leave the column out: name it under ignore in the mapping."),
    }


def _is_same(text, fresh):
    # Words such as these are alike in upper and lower case.
    return (text.lower() if text.isascii() else text) == fresh or same_number(text, fresh)


def same_number(text, other):
    """Whether both texts are the same decimal number, however many zeros they end in, and whether in g or mg."""
    try:
        return _exact(text) == _exact(other)
    except InvalidOperation:
        return False


def _exact(text):
    number = text.removesuffix("mg")
    return Decimal(number) if number == text else Decimal(number) * GRAM_PER_MILLIGRAM
