"""Sessions: who signed in and out, and which user names were locked; each is an act in the ledger."""

from django.conf import settings

from samples.audit.payload import canonical
from samples.models import LedgerEntry, User
from samples.models.writing import current_operation
from samples.roles import Right

from ._operation import operation


@operation("session.sign_in", right=Right.OWN_ACCOUNT)
def sign_in(*, by, reason):
    """Enter in the ledger that the actor signed in."""
    current_operation().tell(user_name=by.username)


@operation("session.sign_out", right=Right.OWN_ACCOUNT)
def sign_out(*, by, reason):
    """Enter in the ledger that the actor's visit ended; the reason says how."""
    current_operation().tell(user_name=by.username)


@operation("session.lock_out", right=Right.ADMINISTER)
def lock_out(*, username, address, by, reason):
    """Enter in the ledger that a user name is locked at an address, once for each lock.

    Returns whether it was entered: not for a name that nobody has, nor while an entry tells of the same lock.
    """
    if not is_news(username, address, current_operation().moment):
        return False
    current_operation().tell(user_name=username, address=address or "")
    return True


def is_news(username, address, at):
    """Whether somebody has this user name, and no entry tells yet of its lock at this address."""
    # What no name can have is not asked for: NUL is an error of one engine.
    if not username.isprintable() or not User.objects.filter(username__iexact=username).exists():
        return False
    recent = LedgerEntry.objects.filter(verb="session.lock_out", recorded_at__gt=at - settings.AXES_COOLOFF_TIME)
    told = canonical({"user_name": username, "address": address or ""})
    return not recent.filter(payload=told).exists()
