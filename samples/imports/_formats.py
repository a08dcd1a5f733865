"""What a cell of a workbook says as text: numbers exactly, days and times by their number formats."""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context

from django.utils.translation import gettext_lazy as _

# A spreadsheet keeps binary numbers and shows 15 digits of them: what was typed, if that had no more.
_AS_TYPED = Context(prec=15, rounding=ROUND_HALF_EVEN)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')
_OWN_DAYS = {14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58}
_OWN_TIMES = {18, 19, 20, 21, 22, 32, 33, 34, 35, 45, 46, 47, 55, 56}
_MS_OF_A_DAY = 86_400_000
# Before March 1900 the numbers of Excel are a day off, and nothing of ours is so old.
_FIRST_SERIAL = 61
_OWN_PERCENTS = {9, 10}
DAY, TIME, ZEROS, PERCENT, PLAIN = "day", "time", "zeros", "percent", "plain"
PLAIN_KIND = (PLAIN, 0)


class NotAValue(ValueError):
    """The cell holds a number that cannot be read as what its format shows; `sentence` says which, with %(place)s."""

    sentence = _("Column %(place)s has a number that is no day and no plain number: %(stored)s.")


class NotKept(NotAValue):
    """A spreadsheet keeps 15 digits; what a longer whole number was, the file does not tell."""

    sentence = _("Column %(place)s has a whole number of more than 15 digits, which sheets round: type it as text.")


class NotPlain(NotAValue):
    """What is shown as 50 % is kept as 0.5, and either may be meant."""

    sentence = _("Column %(place)s shows a number in per cent: %(stored)s is kept. Give it a plain number format.")


def kind_of(number, code):
    """What the number format `number` with the text `code` shows: (kind, number of digits)."""
    if number in _OWN_DAYS | _OWN_TIMES:
        return (TIME if number in _OWN_TIMES else DAY), 0
    shown = _NOT_SHOWN.sub("", code.partition(";")[0])
    if re.search("[hs]", shown, re.IGNORECASE):
        return TIME, 0
    if number in _OWN_PERCENTS or "%" in shown:
        return PERCENT, 0
    if re.search("[dmy]", shown, re.IGNORECASE):
        return DAY, 0
    return (ZEROS, len(shown)) if re.fullmatch("0{2,40}", shown) else PLAIN_KIND


def text_of_number(text, kind, *, from_1904):
    """The stored number `text` as a person typed it; raises NotAValue."""
    if not _NUMBER.fullmatch(text):
        raise NotAValue
    number = _AS_TYPED.create_decimal(text)
    what, digits = kind
    if what in (DAY, TIME):
        return _moment(number, has_time=what == TIME, from_1904=from_1904)
    if what == PERCENT:
        raise NotPlain
    if number.adjusted() >= _AS_TYPED.prec:
        raise NotKept
    plain = f"{number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    plain = "0" if plain in ("-0", "") else plain
    return plain.zfill(digits) if what == ZEROS and plain.isdigit() else plain


def _moment(serial, *, has_time, from_1904):
    """A day and, where the format or the number has one, its time of day, as ISO text."""
    if not 0 <= serial < 3_000_000:
        raise NotAValue
    days = int(serial)
    ms = int(((serial - days) * _MS_OF_A_DAY).to_integral_value())
    if days == 0 and has_time and not from_1904:
        return _time_text(ms)
    if days < _FIRST_SERIAL and not from_1904:
        raise NotAValue
    try:
        at = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)
        at += timedelta(days=days, milliseconds=ms)
    except OverflowError:
        raise NotAValue from None
    if not has_time and at.time() == time():
        return date(at.year, at.month, at.day).isoformat()
    ms = (at - datetime.combine(at.date(), time())) // timedelta(milliseconds=1)
    return f"{at.date().isoformat()} {_time_text(ms)}"


def _time_text(ms):
    seconds, ms = divmod(ms, 1000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    if seconds % 60 or ms:
        text += f":{seconds % 60:02}"
    return f"{text}.{ms:03}" if ms else text
