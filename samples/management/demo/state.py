"""Whose database this is: nobody's yet, the demo's, or one with other data."""

from enum import Enum

from django.db import connection

from samples.models import AccountEvent, Custodian, Location, Mission, User

from . import apollo, change5, change6, people


class State(Enum):
    EMPTY = "empty"
    DEMO = "demo"
    OTHER = "other"


def state():
    """Say whose database this is, by reading only; works before it is migrated too.

    The demo knows itself by its missions and by the reason its accounts were added with, which
    nobody can change; names may have been amended since.
    """
    tables = set(connection.introspection.table_names())
    if not tables >= _TABLES:
        # No labinv here yet: then nothing but what Django itself begins with may be here.
        return State.EMPTY if all(table.startswith(("auth_", "axes_", "django_")) for table in tables) else State.OTHER
    if _is_demo():
        return State.DEMO
    return State.OTHER if any(model.objects.exists() for model in _FIRST) else State.EMPTY


# Records that do not need others before them; nothing can be in the database without one of these.
_FIRST = (User, Custodian, Location, Mission)
_TABLES = {model._meta.db_table for model in (*_FIRST, AccountEvent)}


def _is_demo():
    codes = {chapter.MISSION["code"] for chapter in (change6, change5, apollo)}
    names = {account.username for account in people.ACCOUNTS}
    found = Mission.objects.filter(code__in=codes).values_list("code", flat=True)
    added = AccountEvent.objects.filter(verb="person.register", reason=people.REASON, user__username__in=names)
    return set(found) == codes and set(added.values_list("user__username", flat=True)) == names
