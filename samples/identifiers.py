"""Identifiers of containers and samples: what one may look like (rule 21)."""

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
