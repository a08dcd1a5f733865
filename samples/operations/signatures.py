"""Signatures: a handoff is released and received with the password, and the signature says over what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from samples.audit import ledger
from samples.models import Signature
from samples.models.writing import current_operation

from ._operation import NotAllowed, Refused

# From the password to the signature, and not from one signature to the next.
CONFIRMED_FOR = timedelta(minutes=5)


class WrongPassword(Refused):
    """Who signs gives the own password, each time (21 CFR 11.200)."""


class Unsigned(NotAllowed):
    """Somebody else's password was given, or none, or too long ago."""


@dataclass(frozen=True)
class Confirmation:
    """That a person gave the own password just now; made by confirm() alone."""

    user_id: int
    at: datetime


def confirm(user, password, *, ask=None):
    """Return the Confirmation that `password` is that of `user`; raises WrongPassword.

    `ask(password)` answers that at a door where wrong ones are counted, such as the sign-in.
    """
    if not (ask or user.check_password)(password):
        raise WrongPassword(_("This is not your password. Type the one you signed in with."), field="password")
    return Confirmation(user.pk, timezone.now())


def check_confirmed(confirmed, by):
    """Raise Unsigned unless `confirmed` is a Confirmation of `by`, not older than five minutes."""
    if confirmed is None or confirmed.user_id != by.pk or timezone.now() - confirmed.at > CONFIRMED_FOR:
        raise Unsigned(_("Sign with your password."), field="password")


def sign(handoff, meaning, by):
    """Sign what this operation has written so far: the ledger enters it now, and the signature names the last entry."""
    operation = current_operation()
    ledger.append(operation)
    signed = ledger.head()
    signature = Signature(
        handoff=handoff,
        meaning=meaning,
        user=by,
        name=by.name,
        signed_at=operation.moment,
        ledger_seq=signed.seq,
        ledger_hash=signed.hash,
    )
    signature.save()
    return signature
