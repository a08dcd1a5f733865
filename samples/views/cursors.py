"""Addresses of further pages: signed, so that each belongs to a reading that stands in the ledger."""

from dataclasses import dataclass
from hashlib import sha256
from json import dumps

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

_SALT = "samples.views.cursors"
# Seconds from the first page; who comes later begins anew, and is entered anew.
LONGEST = 3600


class BadCursor(ValueError):
    """The address names no page that was offered to this person for this question; the message says what to do."""


@dataclass(frozen=True)
class Cursor:
    """Where a reading goes on: the operation it was entered as, when, how many rows it was told, and the place."""

    operation: str
    began: int
    rows: int
    mark: list

    def sealed(self, request, selection):
        """The cursor as text for an address of the same person, token and question."""
        told = [self.operation, self.began, self.rows, self.mark, _whose(request, selection)]
        return signing.dumps(told, salt=_SALT, compress=True)


def begin(operation, rows):
    """The Cursor of a reading that has just been entered as `operation`; it stands before the first record.

    Without an operation, as for a look at the headers, it is one that leads nowhere.
    """
    return Cursor(str(operation or ""), int(timezone.now().timestamp()), rows, [])


def opened(text, request, selection):
    """The Cursor in the text of an address; raises BadCursor."""
    try:
        operation, began, rows, mark, whose = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        raise BadCursor(
            _("after: this is no place that labinv has named. Begin at the first page, without “after”.")
        ) from None
    if whose != _whose(request, selection):
        raise BadCursor(
            _("after: this place belongs to another question or token. Begin at the first page, without “after”.")
        )
    if not 0 <= timezone.now().timestamp() - began < LONGEST:
        raise BadCursor(_("after: the reading began more than an hour ago. Begin at the first page, without “after”."))
    return Cursor(operation, began, rows, mark)


def _whose(request, selection):
    """A digest of who asks, with which token, and for what."""
    told = [request.user.pk, request.token.pk if request.token else None, selection.dataset.name, selection.filters]
    return sha256(dumps(told, sort_keys=True).encode()).hexdigest()
