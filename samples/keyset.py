"""Places in an ordered list: a page is found by the row it begins after, so every page costs the same."""

from django.core.exceptions import ValidationError
from django.db.models import Q


class Keyset:
    """The order of a list by `field`, the primary key settling ties. A mark names a row's place in it."""

    def __init__(self, model, field, downward):
        self.field, self.downward = field, downward
        self._model = model

    @classmethod
    def of(cls, queryset):
        """The order of a queryset that is ordered by one field and the primary key."""
        field, *_pk = queryset.query.order_by
        return cls(queryset.model, field.removeprefix("-"), field.startswith("-"))

    def mark(self, record):
        """The place of a record: plain values, for an address."""
        value = record
        for part in self.field.split("__"):
            value = getattr(value, part)
        return self.place(record.pk, value)

    @staticmethod
    def place(pk, value):
        """The place of the record with this key and this value of `field`."""
        return [str(value), pk]

    def beyond(self, mark, backward=False):
        """The condition of the rows beyond the one that `mark` names; raises ValueError for what is no mark."""
        value, pk = self._read(mark)
        step = "lt" if self.downward != backward else "gt"
        if self.field == self._model._meta.pk.name:
            return Q(**{f"pk__{step}": pk})
        return Q(**{f"{self.field}__{step}": value}) | Q(**{self.field: value, f"pk__{step}": pk})

    def _read(self, mark):
        try:
            value, pk = mark
            return _clean(self._model_field(), str(value)), _row_number(pk)
        except (TypeError, ValidationError) as error:
            raise ValueError("not a mark") from error

    def _model_field(self):
        model = self._model
        *relations, name = self.field.split("__")
        for relation in relations:
            model = model._meta.get_field(relation).related_model
        return model._meta.get_field(name)


def _clean(field, text):
    # NUL and half a character are errors of the driver, a year out of range one of SQLite alone.
    if "\x00" in text:
        raise ValueError("no value has NUL in it")
    text.encode()
    return field.clean(text, None)


def _row_number(pk):
    if not isinstance(pk, int) or not 0 < pk < 2**63:
        raise ValueError("not a row")
    return pk
