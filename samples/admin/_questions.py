"""What the address of a list may ask: what its filters ask, of values that both databases can compare."""

from django.db import models
from django.utils.dateparse import parse_datetime

# A longer one is no name; SQLite refuses to look for a very long one at all.
LONGEST_SEARCH = 200
# A key of more digits is larger than any there is, and larger than SQLite can compare.
LONGEST_KEY = 18
# A moment outside of them cannot be carried from one time zone to another.
YEARS = range(1900, 2200)
BOOLEANS = {"True", "False", "1", "0"}


def is_asked_by(filter_, model, lookup, value):
    """Whether a filter of a list of `model`, the name of a field or a filter class, asks `lookup` of `value`."""
    if not isinstance(filter_, str):
        return lookup == filter_.parameter_name
    name, _separator, ending = lookup.partition("__")
    return name == filter_ and _can_compare(model._meta.get_field(name), ending, value)


def _can_compare(field, ending, value):
    if ending == "isnull":
        return value in BOOLEANS
    if field.is_relation:
        return ending == "id__exact" and value.isascii() and value.isdecimal() and len(value) <= LONGEST_KEY
    if isinstance(field, models.DateTimeField):
        return ending in ("gte", "lt") and _is_moment(value)
    # Django's filters write the question either way. PostgreSQL compares no text with a NUL in it.
    return ending in ("", "exact") and value.isprintable()


def _is_moment(text):
    """Whether it is written as the filters write a moment: with its zone."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return False
    return moment is not None and moment.tzinfo is not None and moment.year in YEARS
