"""Tokens: make one, revoke it. Each leaves an AccountEvent of the person it stands for."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from samples.history import moment_text
from samples.models import Token
from samples.models.writing import current_operation
from samples.roles import Right

from ._operation import NotAllowed, Refused, operation
from .people import leave_event

OFFERED_DAYS = 90
LONGEST_DAYS = 365
# As many as anybody keeps apart; and each AccountEvent names them all.
MOST = 20


class OutOfTime(Refused):
    """The token would expire before it is made, or after more than a year."""


class NameTaken(Refused):
    """The person has a token of this name that still works."""


class TooMany(Refused):
    """The person has as many tokens as one can keep apart."""


class HasEnded(Refused):
    """The token was revoked already, or has expired."""


@operation("token.make", right=Right.SEE_PUBLISHED)
def make(*, name, expires_on, by, reason):
    """Make a token of the person `by` that works to the end of the day `expires_on`, a date.

    Returns the token and its text. The text is nowhere else: only its hash is kept. Raises
    OutOfTime, NameTaken or TooMany.
    """
    _check_day(expires_on)
    moment = current_operation().moment
    token = Token(user=by, name=name, created_at=moment, expires_at=_end_of(expires_on))
    token.clean_fields(exclude=["prefix", "secret_hash"])
    _check_name(token.name, list(by.tokens.live(moment)))
    secret = token.draw_secret()
    token.save()
    leave_event(by)
    return token, secret


@operation("token.revoke", right=Right.SEE_PUBLISHED)
def revoke(*, token, by, reason):
    """Make a token worthless: the own one, or as an administrator anybody's. Raises NotAllowed or HasEnded."""
    token = Token.objects.select_related("user").get(pk=token.pk)
    if token.user_id != by.pk and not by.may(Right.ADMINISTER):
        raise NotAllowed(
            _("%(name)s may not revoke a token of %(person)s. Ask an administrator.")
            % {"name": by.name, "person": token.user}
        )
    moment = current_operation().moment
    if not token.is_live(moment):
        raise HasEnded(_("The token %(token)s works no more: there is nothing to revoke.") % {"token": token})
    token.revoked_at = moment
    token.save()
    leave_event(token.user)
    return token


def _check_day(day):
    today = timezone.localdate()
    last = today + timedelta(days=LONGEST_DAYS)
    if not today <= day <= last:
        raise OutOfTime(
            _("A token works for a year at most: choose a day from today, %(today)s, to %(last)s.")
            % {"today": moment_text(today), "last": moment_text(last)},
            field="expires_on",
        )


def _check_name(name, live):
    if any(token.name.lower() == name.lower() for token in live):
        raise NameTaken(
            _("You have a token “%(name)s” that still works. Choose another name, or revoke that one first.")
            % {"name": name},
            field="name",
        )
    if len(live) >= MOST:
        raise TooMany(
            _("You have %(count)s tokens that work, and more cannot be kept apart. Revoke one first.")
            % {"count": len(live)}
        )


def _end_of(day):
    """The moment at which `day` is over in the laboratory."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
