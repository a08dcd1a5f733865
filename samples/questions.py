"""Which moment a page speaks of: now, or one of the two questions about the past; and addresses that keep to it."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.urls import reverse

# What the database held at a moment, and what was so at a moment by the times of the events.
RECORDED_AT, AS_OF = "recorded_at", "as_of"
KINDS = (RECORDED_AT, AS_OF)


@dataclass(frozen=True)
class Question:
    """One of the two questions about the past, and its moment."""

    kind: str
    moment: datetime
    # The day that was asked for, where no time was: its last moment stands for it.
    is_whole_day: bool = False

    @property
    def is_as_recorded(self):
        return self.kind == RECORDED_AT

    @property
    def text(self):
        """The moment in UTC, as an address has it."""
        return self.moment.astimezone(UTC).isoformat().replace("+00:00", "Z")

    @property
    def query(self):
        return {self.kind: self.text}

    @property
    def slug(self):
        """The question as a part of a file name."""
        return f"{self.kind.replace('_', '-')}-{self.moment.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"


_asked = ContextVar("question", default=None)


def asked():
    """The question about the past that is being answered, or None: then it is about now."""
    return _asked.get()


@contextmanager
def asking(question):
    """Inside, `question` is answered; None leads back to now."""
    token = _asked.set(question)
    try:
        yield
    finally:
        _asked.reset(token)


def address(name, *arguments, **query):
    """The address of a page, with the question that is being answered carried on."""
    if question := asked():
        query |= question.query
    url = reverse(name, args=arguments)
    return f"{url}?{urlencode(query)}" if query else url
