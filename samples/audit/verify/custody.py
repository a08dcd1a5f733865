"""Chains of custody: of every container, from who had it first to who has it now."""

from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Q

from samples.audit.payload import moment_text
from samples.models import Container, Handoff, HandoffLine

from .report import Kind


@dataclass
class _Link:
    """One handoff that moved custody of one container."""

    number: int
    giver: int
    taker: int
    released_at: object
    received_at: object


@dataclass
class _Chain:
    """One container's custody: who had it first, the handoffs in their order, who has it now."""

    identifier: str
    first: int
    now: int
    began_at: object
    links: list = field(default_factory=list)


def chains(report):
    """Follow every container's chain; yields for each."""
    for chain in _chains():
        report.checked["chains of custody"] += 1
        report.checked["links of custody"] += len(chain.links)
        _follow(report, chain)
        yield 1
    _look_at_lines(report)
    yield 0


def _chains():
    first = Container.history.filter(revision=1).order_by("id").values_list("id", "custodian_id").iterator()
    moved = (
        HandoffLine.objects.filter(handoff__status__in=Handoff.MOVED)
        .order_by("container_id", "handoff__number")
        .values_list(
            "container_id",
            "handoff__number",
            "handoff__from_custodian",
            "handoff__to_custodian",
            "handoff__released_at",
            "handoff__received_at",
        )
        .iterator()
    )
    firsts, links = _Lookup(first), _Lookup(moved)
    containers = Container.objects.order_by("pk").values_list("pk", "identifier", "custodian_id", "custody_began_at")
    for pk, identifier, custodian_id, began_at in containers.iterator():
        began = firsts.at(pk)
        chain = _Chain(identifier, began[0][1] if began else custodian_id, custodian_id, began_at)
        chain.links = [_Link(*row[1:]) for row in links.at(pk)]
        yield chain


class _Lookup:
    """Rows in the order of their first value, asked for by rising values of it; holds one group at a time."""

    def __init__(self, rows):
        self.groups = groupby(rows, key=lambda row: row[0])
        self.key, self.rows = None, []

    def at(self, key):
        while self.key is None or self.key < key:
            self.key, rows = next(self.groups, (float("inf"), []))
            self.rows = list(rows)
        return self.rows if self.key == key else []


def _follow(report, chain):
    holder, since = chain.first, chain.began_at
    record = f"container {chain.identifier}"
    for link in chain.links:
        at = moment_text(link.received_at)
        if link.giver != holder:
            message = f"H-{link.number:04d} hands it over for somebody who did not have it."
            report.find(Kind.CUSTODY, record, message, at)
        if link.released_at < since:
            message = f"H-{link.number:04d} was released before it had arrived there: {moment_text(link.released_at)}."
            report.find(Kind.CUSTODY, record, message, at)
        if link.received_at < link.released_at:
            report.find(Kind.CUSTODY, record, f"H-{link.number:04d} was received before it was released.", at)
        holder, since = link.taker, link.received_at
    if holder != chain.now:
        at = moment_text(since)
        report.find(Kind.CUSTODY, record, "Its custodian is not the one that received it last.", at)


def _look_at_lines(report):
    """Nested containers travel with what they are inside of, and a line is open as long as its handoff is."""
    lines = HandoffLine.objects.order_by("pk").values_list("handoff__number", "container__identifier")
    outer = HandoffLine.objects.filter(handoff=OuterRef("handoff"), container=OuterRef("inside"))
    # The outermost ones of a handoff stood somewhere, inside nothing.
    alone = lines.exclude(inside=None).exclude(Exists(outer))
    for number, identifier in alone.iterator():
        message = f"It went with H-{number:04d} inside a container that did not."
        report.find(Kind.CUSTODY, f"container {identifier}", message)
    released = Q(handoff__status=Handoff.Status.RELEASED)
    for number, identifier in lines.filter((Q(open=True) & ~released) | (Q(open=False) & released)).iterator():
        message = f"H-{number:04d} and its line for it do not agree on whether it is under way."
        report.find(Kind.CUSTODY, f"container {identifier}", message)
    apart = Container.objects.live().filter(parent__voided_at=None).exclude(parent=None)
    apart = apart.exclude(custodian=F("parent__custodian")).order_by("pk")
    for identifier, parent in apart.values_list("identifier", "parent__identifier").iterator():
        message = f"It is inside {parent}, and somebody else has that."
        report.find(Kind.CUSTODY, f"container {identifier}", message)
