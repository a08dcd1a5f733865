"""Locations: register, amend, void."""

from django.utils.translation import gettext as _

from samples.models import PATH_MARK, Atmosphere, Container, Location
from samples.roles import Right

from ._exposure import let_air_in
from ._operation import Refused, operation
from ._records import apply_changes, fresh, withdraw
from .containment import Misplaced, keeper_other_than


class NotOneName(Refused):
    """The name reads like a path; those that were given before there was this rule stay."""


def check_name(name):
    """Raise NotOneName for a name that parts of a path could be told by."""
    if PATH_MARK in f" {name} ":
        raise NotOneName(
            _("“ / ” parts the names of a path, as in Site / Room. Register each place by itself."),
            field="name",
        )


@operation("location.register", right=Right.CURATE)
def register(*, name, kind, parent=None, atmosphere="", custodian=None, by, reason):
    """Register a place; a custodian above it binds it too. Raises Misplaced where it names another one, NotOneName."""
    parent = fresh(parent) if parent is not None else None
    custodian = fresh(custodian) if custodian is not None else None
    if parent is not None and custodian is not None and (other := keeper_other_than(custodian, parent)):
        raise Misplaced(
            _("%(place)s belongs to %(its)s; a place inside it cannot belong to %(custodian)s.")
            % {"place": parent.full_name(), "its": other, "custodian": custodian},
            field="custodian",
        )
    check_name(name)
    location = Location(name=name, kind=kind, parent=parent, atmosphere=atmosphere, custodian=custodian)
    location.save()
    return location


@operation("location.amend", right=Right.CURATE)
def amend(*, location, changes, seen, acknowledged=False, by, reason):
    """Amend a location's name, kind or atmosphere; where it is air now, what stands there is exposed (Doubtful).

    Raises NotOneName.
    """
    location = fresh(location, seen=seen)
    if changes.get("name", location.name) != location.name:
        check_name(changes["name"])
    location = apply_changes(location, changes)
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
