"""Who may act where: technicians for their custodian, curators everywhere (domain: People; rules 11 and 16)."""

from django.utils.translation import gettext as _

from samples.roles import Right
from samples.stages import SIGNING, Signing

from ._operation import NotAllowed, Refused


class NotASigner(NotAllowed):
    """This person does not sign for that custodian (rule 11)."""


class UnderWay(Refused):
    """Between release and receipt nothing in the handoff changes (rule 16)."""


def check_works_for(by, custodian):
    """Raise NotAllowed unless `by` belongs to `custodian` or is a curator."""
    if by.custodian_id != custodian.pk and not by.may(Right.CURATE):
        raise NotAllowed(
            _("%(custodian)s answers for this, and %(name)s does not work there. Ask its staff or a curator.")
            % {"custodian": custodian, "name": by.name}
        )


def check_may_sign(by, custodian):
    """Return whether `custodian` has staff; raise NotASigner where it has and `by` is not one of them (rule 11).

    Where it has none, anybody who works here may enter its side on behalf.
    """
    staffed = custodian.is_staffed()
    if staffed and by.custodian_id != custodian.pk:
        raise NotASigner(
            _("%(custodian)s has people who sign for it, and %(name)s is not one of them.")
            % {"custodian": custodian, "name": by.name}
        )
    return staffed


def doubt_on_behalf(custodian, on_behalf_of):
    """What to look at once more where a side is entered on behalf of a kind that usually signs itself, or ""."""
    if not on_behalf_of or SIGNING[custodian.kind] is not Signing.STAFF:
        return ""
    return _(
        "For this kind of custodian (%(kind)s) its own people sign, and nobody of %(custodian)s has an account here. "
        "Enter it on behalf only where none of them can be given one."
    ) % {"kind": custodian.get_kind_display().lower(), "custodian": custodian}


def check_may_explain(by, handoff):
    """Raise NotASigner unless `by` belongs to one of the two parties of `handoff` or is a curator."""
    parties = (handoff.from_custodian_id, handoff.to_custodian_id)
    if by.custodian_id not in parties and not by.may(Right.CURATE):
        raise NotASigner(
            _("This gap is explained by %(from)s, by %(to)s or by a curator.")
            % {"from": handoff.from_custodian, "to": handoff.to_custodian}
        )


def check_not_under_way(container):
    """Raise UnderWay while `container` is in an open handoff; nested ones have lines of their own."""
    if handoff := container.open_handoff():
        raise UnderWay(
            _(
                "%(container)s is under way to %(custodian)s with %(handoff)s. "
                "Nothing about it changes until that is received, rejected or cancelled."
            )
            % {"container": container, "custodian": handoff.to_custodian, "handoff": handoff}
        )
