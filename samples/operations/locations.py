"""Locations: register, amend, void."""

from django.utils.translation import gettext as _

from samples.models import Location
from samples.roles import Right

from ._operation import operation
from ._records import apply_changes, fresh, withdraw


@operation("location.register", right=Right.CURATE)
def register(*, name, kind, parent=None, atmosphere="", custodian=None, by, reason):
    """Register a place; it inherits nothing, but a custodian above it binds it too."""
    if parent is not None:
        parent = fresh(parent)
    if custodian is not None:
        custodian = fresh(custodian)
    location = Location(name=name, kind=kind, parent=parent, atmosphere=atmosphere, custodian=custodian)
    location.save()
    return location


@operation("location.amend", right=Right.CURATE)
def amend(*, location, changes, seen, by, reason):
    """Amend a location's name, kind or atmosphere."""
    return apply_changes(fresh(location, seen=seen), changes)


@operation("location.void", right=Right.CURATE)
def void(*, location, seen=None, by, reason):
    """Withdraw a location registered in error; raises StillInUse while live records stand there."""
    location = fresh(location, seen=seen)
    references = [(location.children.live(), _("locations")), (location.containers.live(), _("containers"))]
    return withdraw(location, by=by, reason=reason, references=references)
