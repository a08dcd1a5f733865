"""Moments as an address names them: with an offset or in the laboratory's zone, or a whole day, and never ahead."""

import re
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from samples.questions import KINDS, Question

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# A space before the offset is a plus sign that an address was given bare.
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+ -]\d\d:?\d\d)?", re.ASCII | re.I)
FIRST_YEAR = 1957


class NoMoment(ValueError):
    """The address names no moment of the past; the message is the sentence a person will read."""


def read_question(query, now):
    """The Question in the parameters `query` of an address, or None; raises NoMoment."""
    kinds = [kind for kind in KINDS if kind in query]
    if not kinds:
        return None
    if len(kinds) > 1:
        raise NoMoment(_("Ask one of the two questions: “recorded_at” or “as_of”, not both."))
    if len(query.getlist(kinds[0])) > 1:
        raise NoMoment(_("Ask about one moment: the address names several."))
    text = query[kinds[0]].strip()
    moment = _moment(text)
    if moment.year < FIRST_YEAR:
        raise NoMoment(_("%(year)s cannot be right: nothing flew before 1957.") % {"year": moment.year})
    is_day = bool(_DAY.fullmatch(text))
    if moment > now and not (is_day and _day(text) == timezone.localdate(now)):
        raise NoMoment(_("“%(text)s” is in the future; nobody knows yet.") % {"text": text[:40]})
    # Of today only what has passed is known.
    return Question(kinds[0], min(moment, now), is_day)


def _moment(text):
    if _DAY.fullmatch(text):
        # As far as the database counts: in microseconds.
        midnight = datetime.combine(_day(text) + timedelta(days=1), time(), timezone.get_current_timezone())
        return (midnight - timedelta(microseconds=1)).astimezone(UTC)
    if (match := _MOMENT.fullmatch(text)) is None:
        raise NoMoment(_("“%(text)s” is no moment. Write it like 2024-06-26 20:00.") % {"text": text[:40]})
    bare, offset = match.groups()
    try:
        if offset is None:
            return datetime.fromisoformat(bare).replace(tzinfo=timezone.get_current_timezone()).astimezone(UTC)
        return datetime.fromisoformat(bare + offset.upper().replace(" ", "+")).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NoMoment(_("“%(text)s” is no moment of the calendar.") % {"text": text[:40]}) from None


def _day(text):
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NoMoment(_("“%(text)s” is no day of the calendar.") % {"text": text}) from None
    # The last day has no next one, and the first begins before it in other zones.
    if not 1 < day.year < 9999:
        raise NoMoment(_("The year %(year)s cannot be right.") % {"year": day.year})
    return day
