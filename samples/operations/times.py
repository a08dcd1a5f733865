"""Event times: not in the future, and in an order that can have happened (rule 13)."""

from contextlib import suppress
from datetime import timedelta

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from samples.models import Container, Handoff, Seal

from ._operation import Refused

CLOCK_ALLOWANCE = timedelta(minutes=2)


class InTheFuture(Refused):
    """An event cannot be later than now."""


class OutOfOrder(Refused):
    """Times that contradict each other or the chain so far."""


def check_not_in_the_future(at, field):
    """Raise InTheFuture for a moment later than now, with two minutes for clocks that differ."""
    if at is not None and at > timezone.now() + CLOCK_ALLOWANCE:
        raise InTheFuture(
            _("%(at)s is in the future. Give the time at which it happened.") % {"at": moment_text(at)}, field=field
        )


def check_not_before(at, earlier, what, field):
    """Raise OutOfOrder where `at` is before the moment `earlier`, at which `what` happened; None is not known."""
    if None not in (at, earlier) and at < earlier:
        raise OutOfOrder(
            _("%(at)s is before %(earlier)s: %(what)s.")
            % {"at": moment_text(at), "earlier": moment_text(earlier), "what": what},
            field=field,
        )


def check_after_chain(containers, released_at):
    """Raise OutOfOrder where `released_at` is before one's chain begins or before its last receipt."""
    ids = [container.pk for container in containers]
    moved = Q(lines__handoff__status__in=Handoff.MOVED)
    last_received = Max("lines__handoff__received_at", filter=moved)
    for container in Container.objects.filter(pk__in=ids).annotate(last=last_received).order_by("pk"):
        since = max(filter(None, [container.last, container.custody_began_at]))
        if released_at < since:
            raise OutOfOrder(
                _("%(container)s has been with %(custodian)s since %(since)s; it cannot be released before that.")
                % {"container": container, "custodian": container.custodian, "since": moment_text(since)},
                field="released_at",
            )


def check_after_receipt(container, at, field):
    """Raise OutOfOrder where `at` is before `container` came to who has it: till then another one held it (rule 13)."""
    moved = container.lines.filter(handoff__status__in=Handoff.MOVED).select_related("handoff")
    last = moved.order_by("-handoff__received_at", "-pk").first()
    if last is not None:
        received = _("%(container)s was received with %(handoff)s then")
        values = {"container": container, "handoff": last.handoff}
        check_not_before(at, last.handoff.received_at, received % values, field)


def check_after_seals(seals, released_at):
    """Raise OutOfOrder where `released_at` is before a seal was applied, or its damage noted."""
    for seal in seals:
        check_not_before(
            released_at, seal.applied_at, _("seal %(seal)s was applied then") % {"seal": seal}, "released_at"
        )
        noted = _("damage of seal %(seal)s was noted then") % {"seal": seal}
        check_not_before(released_at, seal.damaged_at, noted, "released_at")


def check_after_opening(container, at, field):
    """Raise OutOfOrder where `at` is before a seal of `container`, or of one it is inside of, was broken (rule 18)."""
    last = Seal.objects.filter(container__in=container.path()).order_by("-broken_at").exclude(broken_at=None).first()
    if last is not None:
        check_not_before(at, last.broken_at, _("seal %(seal)s was broken then") % {"seal": last}, field)


def moment_text(at):
    """A moment as sentences show it, in the laboratory's zone: "2024-06-26 14:30 UTC+8"."""
    # At the end of the year 9999 there is no such moment in zones to the east.
    with suppress(OverflowError):
        at = timezone.localtime(at)
    # By its offset: three letters such as CST name several zones.
    offset = f"{at:%z}"
    minutes = "" if offset[3:] == "00" else f":{offset[3:]}"
    return f"{at:%Y-%m-%d %H:%M} UTC{offset[0]}{int(offset[1:3])}{minutes}"
