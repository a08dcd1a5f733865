"""What the bytes of a text file say: which encoding they are in, and what parts the columns."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.forms.imports import ENCODINGS

from ._refused import NotATable

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
DELIMITERS = {
    ",": gettext_lazy("commas"),
    ";": gettext_lazy("semicolons"),
    "\t": gettext_lazy("tabs"),
    "|": gettext_lazy("bars"),
}
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_LONGEST_HEADER = 200_000


def decoded(content, encoding=""):
    """Return (text, name of its encoding); raises NotATable where that is not certain and nobody said it."""
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            _check_not_said(encoding, name)
            return _read(content.removeprefix(mark), codec, name), name
    if not encoding:
        return _read(content, "utf-8", "UTF-8"), "UTF-8"
    if _is_utf_8(content):
        _check_not_said(encoding, "UTF-8")
    return _read(content, encoding, ENCODINGS[encoding]), ENCODINGS[encoding]


def delimiter_of(text):
    """What parts the columns, by the header line; raises NotATable where more than one mark might."""
    line = re.split(r"[\r\n]", _QUOTED.sub("", text[:_LONGEST_HEADER]), maxsplit=1)[0]
    found = [mark for mark in DELIMITERS if mark in line]
    if len(found) > 1:
        names = _(" and ").join(str(DELIMITERS[mark]) for mark in found)
        raise NotATable(
            _("The header has %(marks)s, so what parts its columns is not clear. Put names with such a mark in quotes.")
            % {"marks": names}
        )
    return found[0] if found else ","


def _read(content, codec, name):
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        advice = _("Save it as CSV, UTF-8, or say which encoding it has.")
        raise NotATable(
            _("The file is not %(name)s: its byte %(place)s cannot be read. %(advice)s")
            % {"name": name, "place": error.start + 1, "advice": advice}
        ) from None
    if "\x00" in text:
        raise NotATable(_("The file has a NUL character in it, so it is no CSV. Save it again as CSV, UTF-8."))
    return text


def _is_utf_8(content):
    """Whether it is UTF-8 and more than ASCII: such runs of bytes do not come about in another encoding."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not content.isascii()


def _check_not_said(encoding, name):
    if encoding:
        raise NotATable(
            _("The file is %(name)s, and %(said)s was chosen. Leave the encoding to be recognised.")
            % {"name": name, "said": ENCODINGS[encoding]}
        )
