"""Keyset paging: a page is found by the row it begins after, so every page costs the same."""

import base64
import json
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

PAGE_SIZE = 50
# What in the address names a place in the list.
MARKS = {"after", "before"}
# Counting stops here; beyond it, a list says "1 000+".
COUNTED = 1000


class BadMark(ValueError):
    """The address names a place in the list that is not one."""


class Page:
    """One page of `queryset` in the order of a search form; reads PAGE_SIZE + 1 rows and a capped count."""

    def __init__(self, queryset, search, marks):
        self.field, self.downward = search.order()
        self._question = search.question()
        after, before = marks.get("after"), marks.get("before")
        backward = bool(before) and not after
        rows = queryset.filter(self._beyond(queryset.model, after or before, backward)) if after or before else queryset
        rows = list(
            search.ordered(rows).reverse()[: PAGE_SIZE + 1] if backward else search.ordered(rows)[: PAGE_SIZE + 1]
        )
        more = len(rows) > PAGE_SIZE
        self.records = rows[:PAGE_SIZE]
        if backward:
            self.records.reverse()
        self.count = queryset.order_by()[: COUNTED + 1].count()
        self.previous_url = self._link("before", 0) if (more if backward else bool(after)) else ""
        self.next_url = self._link("after", -1) if (more or backward) else ""

    @property
    def count_label(self):
        return str(self.count) if self.count <= COUNTED else "1\u202f000+"

    @property
    def shown_label(self):
        return _("%(shown)s of %(count)s shown; a page holds %(size)s") % {
            "shown": len(self.records),
            "count": self.count_label,
            "size": PAGE_SIZE,
        }

    def _link(self, name, position):
        if not self.records:
            return ""
        record = self.records[position]
        value = record
        for part in self.field.split("__"):
            value = getattr(value, part)
        mark = json.dumps([str(value), record.pk]).encode()
        return "?" + urlencode(self._question | {name: base64.urlsafe_b64encode(mark).decode()})

    def _beyond(self, model, mark, backward):
        """The rows beyond the one that `mark` names, in the direction read."""
        value, pk = self._read(model, mark)
        step = "lt" if self.downward != backward else "gt"
        if self.field == model._meta.pk.name:
            return Q(**{f"pk__{step}": pk})
        return Q(**{f"{self.field}__{step}": value}) | Q(**{self.field: value, f"pk__{step}": pk})

    def _read(self, model, mark):
        try:
            value, pk = json.loads(base64.urlsafe_b64decode(mark.encode()))
            return _clean(self._model_field(model), str(value)), _row_number(pk)
        except (ValueError, TypeError, RecursionError, ValidationError) as error:
            raise BadMark(_("The address of this page of the list is not right. Begin at its first page.")) from error

    def _model_field(self, model):
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
