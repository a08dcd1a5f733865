"""Seals: apply one to a container."""

from django.utils.translation import gettext as _

from samples.models import Seal
from samples.roles import Right

from ._operation import operation
from ._records import fresh
from .authority import check_not_in_the_future, check_not_under_way, check_works_for
from .containment import Sealed, check_open_to_the_outside


@operation("seal.apply", right=Right.WORK)
def apply(*, container, number, applied_at, applied_by, by, reason):
    """Close a container with a numbered seal; raises Sealed where it, or one around it, is sealed already."""
    container = fresh(container)
    check_works_for(by, container.custodian)
    check_not_under_way(container)
    check_not_in_the_future(applied_at, "applied_at")
    if seal := container.seals.holding().first():
        raise Sealed(
            _("%(container)s is sealed already, with %(number)s.") % {"container": container, "number": seal.number}
        )
    if container.parent_id is not None:
        check_open_to_the_outside(container.parent)
    seal = Seal(container=container, number=number, applied_at=applied_at, applied_by=applied_by, applied_reason=reason)
    seal.save()
    return seal
