"""Locations: register, amend, void."""

from django.utils.translation import gettext as _

from samples.models import Atmosphere, Container, Location
from samples.roles import Right

from ._exposure import let_air_in
from ._operation import operation
from ._records import apply_changes, fresh, withdraw
from .containment import Misplaced, keeper_other_than


@operation("location.register", right=Right.CURATE)
def register(*, name, kind, parent=None, atmosphere="", custodian=None, by, reason):
    """Register a place; a custodian above it binds it too. Raises Misplaced where it names another one."""
    parent = fresh(parent) if parent is not None else None
    custodian = fresh(custodian) if custodian is not None else None
    if parent is not None and custodian is not None and (other := keeper_other_than(custodian, parent)):
        raise Misplaced(
            _("%(place)s belongs to %(its)s; a place inside it cannot belong to %(custodian)s.")
            % {"place": parent.full_name(), "its": other, "custodian": custodian},
            field="custodian",
        )
    location = Location(name=name, kind=kind, parent=parent, atmosphere=atmosphere, custodian=custodian)
    location.save()
    return location


@operation("location.amend", right=Right.CURATE)
def amend(*, location, changes, seen, acknowledged=False, by, reason):
    """Amend a location's name, kind or atmosphere; where it is air now, what stands there is exposed (Doubtful)."""
    location = apply_changes(fresh(location, seen=seen), changes)
    if location.atmosphere == Atmosphere.AIR and "atmosphere" in changes:
        standing = Container.objects.live().filter(location__in=Location.objects.within(location.pk))
        let_air_in(standing.order_by("identifier"), acknowledged)
    return location


@operation("location.void", right=Right.CURATE)
def void(*, location, seen=None, by, reason):
    """Withdraw a location registered in error; raises StillInUse while live records stand there."""
    location = fresh(location, seen=seen)
    references = [(location.children.live(), _("locations")), (location.containers.live(), _("containers"))]
    return withdraw(location, by=by, reason=reason, references=references)
