"""Keyset paging: a page is found by the row it begins after, so every page costs the same."""

import base64
import json
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from samples.keyset import Keyset

PAGE_SIZE = 50
# What in the address names a place in the list.
MARKS = {"after", "before"}
# Counting stops here; beyond it, a list says "1 000+".
COUNTED = 1000


def counted(queryset):
    """The number of rows, counted no further than the labels tell."""
    return queryset.order_by()[: COUNTED + 1].count()


def count_label(number):
    """The number of rows as people read it: "1 000+" beyond what is counted."""
    return str(number) if number <= COUNTED else "1\u202f000+"


class BadMark(ValueError):
    """The address names a place in the list that is not one."""


class Page:
    """One page of `queryset` in the order of a search form; reads PAGE_SIZE + 1 rows and a capped count."""

    def __init__(self, queryset, search, marks):
        self._keyset = Keyset(queryset.model, *search.order())
        self._question = search.question()
        after, before = marks.get("after"), marks.get("before")
        backward = bool(before) and not after
        rows = queryset.filter(self._beyond(after or before, backward)) if after or before else queryset
        rows = list(
            search.ordered(rows).reverse()[: PAGE_SIZE + 1] if backward else search.ordered(rows)[: PAGE_SIZE + 1]
        )
        more = len(rows) > PAGE_SIZE
        self.records = rows[:PAGE_SIZE]
        if backward:
            self.records.reverse()
        self.count = counted(queryset)
        self.previous_url = self._link("before", 0) if (more if backward else bool(after)) else ""
        self.next_url = self._link("after", -1) if (more or backward) else ""

    @property
    def count_label(self):
        return count_label(self.count)

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
        mark = json.dumps(self._keyset.mark(self.records[position])).encode()
        return "?" + urlencode(self._question | {name: base64.urlsafe_b64encode(mark).decode()})

    def _beyond(self, mark, backward):
        """The rows beyond the one that `mark` names, in the direction read."""
        try:
            return self._keyset.beyond(json.loads(base64.urlsafe_b64decode(mark.encode())), backward)
        except (ValueError, RecursionError) as error:
            raise BadMark(_("The address of this page of the list is not right. Begin at its first page.")) from error
