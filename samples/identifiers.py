"""Identifiers of containers and samples: what one may look like (rule 21), and which one comes next."""

import re
from itertools import count, islice

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 40

validate_identifier = RegexValidator(
    # \Z, because $ would let a line break through.
    r"\A[A-Za-z0-9][A-Za-z0-9,._/-]{0,39}\Z",
    _(
        "An identifier has 1 to 40 ASCII letters, digits and , . _ / - and begins with a letter or a digit. "
        "Look-alike and invisible characters are not accepted."
    ),
    code="identifier",
)
validate_sha256 = RegexValidator(r"\A[0-9a-f]{64}\Z", code="sha256")

_NOT_IN_IDENTIFIERS = re.compile(r"[^A-Za-z0-9,._/-]+")


def as_identifier(text):
    """Return `text` with each run of characters that no identifier holds as one hyphen: "Cont.  Bag" as "Cont.-Bag"."""
    return _NOT_IN_IDENTIFIERS.sub("-", text).strip("-")


# A running number: after a separator, as in "60025,59B", whose letter belongs to that one piece; or at the very end of
# what else there is, as in "CE6C0100YJFM00103". All of "10084" is a name and no number.
_NUMBERED = re.compile(r"(?P<before>.*[,._/-])(?P<number>[0-9]+)[A-Za-z]?|(?P<stem>.*[^0-9])(?P<last>[0-9]+)")
_SEPARATORS = ",._/-"
_AT_ONCE, _MOST_AT_ONCE = 50, 1600


def next_identifiers(parent, daughters, wanted, taken):
    """Suggest the next `wanted` identifiers for subsamples of `parent`, in the style it and its `daughters` have.

    After "10084,12" comes "10084,13". `daughters` are those there were, oldest first; `taken(identifiers)` are
    those among `identifiers` that are somebody's, in any case. Fewer come where no longer one is allowed.
    """
    free, at_once = [], max(wanted, _AT_ONCE)
    following = _following(parent, daughters)
    while len(free) < wanted and (some := list(islice(following, at_once))):
        names = {name.lower() for name in taken(some)}
        free += [one for one in some if one.lower() not in names]
        # Where the first ones are taken, hundreds may be.
        at_once = min(2 * at_once, _MOST_AT_ONCE)
    return free[:wanted]


def _following(parent, daughters):
    """All that may come next, as long as they are short enough."""
    before, number, width = _series(parent, daughters)
    for each in count(number + 1):
        identifier = f"{before}{each:0{width}d}"
        if len(identifier) > MAX_LENGTH:
            return
        yield identifier


def _series(parent, daughters):
    """What stands before the number, the last number and its digits: of the newest daughter, else of the parent."""
    numbered = [parts for each in daughters if (parts := _parts(each))]
    if numbered:
        before = numbered[-1][0]
        last = max((parts for parts in numbered if parts[0].lower() == before.lower()), key=lambda parts: int(parts[1]))
        return before, int(last[1]), len(last[1])
    if parts := _parts(parent):
        return parts[0], int(parts[1]), len(parts[1])
    separator = next((each for each in reversed(parent) if each in _SEPARATORS), ",")
    return parent if parent.endswith(separator) else f"{parent}{separator}", 0, 1


def _parts(identifier):
    """What stands before the running number, and its digits; None where there is no such number."""
    found = _NUMBERED.fullmatch(identifier)
    return (found["before"] or found["stem"], found["number"] or found["last"]) if found else None
