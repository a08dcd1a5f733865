"""Custodians: register, amend, void."""

from django.utils.translation import gettext as _

from samples.models import Custodian, Handoff
from samples.roles import Right

from ._operation import operation
from ._records import apply_changes, fresh, withdraw


@operation("custodian.register", right=Right.CURATE)
def register(*, name, kind, organisation="", contact="", active=True, by, reason):
    """Register a party that answers for containers."""
    custodian = Custodian(name=name, kind=kind, organisation=organisation, contact=contact, active=active)
    custodian.save()
    return custodian


@operation("custodian.amend", right=Right.CURATE)
def amend(*, custodian, changes, seen, by, reason):
    """Amend a custodian's name, organisation, contact or activity; its kind is fixed."""
    return apply_changes(fresh(custodian, seen=seen), changes)


@operation("custodian.void", right=Right.CURATE)
def void(*, custodian, seen=None, by, reason):
    """Withdraw a custodian registered in error; raises StillInUse while live records refer to it."""
    custodian = fresh(custodian, seen=seen)
    references = [
        (custodian.containers.live(), _("containers")),
        (custodian.locations.live(), _("locations")),
        (custodian.people.filter(is_active=True), _("people")),
        (Handoff.objects.open().filter(from_custodian=custodian), _("open handoffs")),
        (Handoff.objects.open().filter(to_custodian=custodian), _("open handoffs")),
    ]
    return withdraw(custodian, by=by, reason=reason, references=references)
