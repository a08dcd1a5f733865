"""Identifiers of containers and samples: what one may look like (rule 21)."""

import re

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
