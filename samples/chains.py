"""Chains of custody as people read them: of a container, and of a sample through its containers and its parents."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from samples.history import duration, moment_text, side_line
from samples.models import Container, Discrepancy, Handoff, HandoffLine, MassMovement, Sample, Signature
from samples.questions import asked


@dataclass
class Side:
    """One side of a handoff: what happened, in words, and its Signature; None of those before there were any."""

    line: str
    signature: Signature | None


@dataclass
class Travel:
    """Under what seal a container travelled: its own `line`, or that of the container `outer` around it."""

    line: HandoffLine
    outer: Container | None = None
    is_open: bool = False


@dataclass
class Link:
    """One entry of a chain of custody.

    `kind` is "start" where it begins, "handoff", "gap" (the time within a handoff that nobody accounts
    for), "open" for a handoff not received yet, and of a sample also "moved" and "split".
    """

    kind: str
    at: datetime | None = None
    title_from: str = ""
    title_to: str = ""
    place: str = ""
    transport: str = ""
    document: str = ""
    sides: list = field(default_factory=list)
    travel: Travel | None = None
    discrepancies: list = field(default_factory=list)
    # The container that a sample was in, and the sample it was a part of still.
    vessel: Container | None = None
    sample: Sample | None = None
    on_behalf: bool = False
    is_here: bool = False
    held_text: str = ""
    duration_text: str = ""
    gap_text: str = ""
    explanation: str = ""
    explain_url: str = ""
    handoff: Handoff | None = None


def custody_chain(container, *, in_full=True):
    """Every custodian of a container from where its chain begins to here, oldest first.

    Four queries; one where it is not told `in_full`: without seals, masses, signatures and discrepancies.
    """
    links = _links_by_container([container.pk], in_full)[container.pk]
    start = Link(
        "start",
        at=container.custody_began_at,
        title_to=_first_custodian(container, links).name,
        place=_("The chain of custody begins here"),
        document=container.chain_document,
    )
    return _ended([start, *links])


def sample_chain(sample):
    """Where a sample and what it was split from has been, oldest first: containers, and their custody meanwhile.

    Eight queries. A move by a laboratory has no time of its own, so the time of its entry stands for it.
    """
    family = list(Sample.objects.path_to(sample.pk))
    stays = _stays(family)
    containers = Container.objects.select_related("custodian").in_bulk({stay.container_id for stay in stays})
    links = _links_by_container(list(containers), in_full=True)
    chain = []
    for stay, before in zip(stays, [None, *stays], strict=False):
        vessel = containers[stay.container_id]
        during = [_arrival(stay, before, vessel, links[vessel.pk]), *filter(stay.covers, links[vessel.pk])]
        for link in during:
            link.vessel = vessel
            link.sample = None if stay.sample == sample else stay.sample
        chain += during
    return _ended(chain)


@dataclass
class _Stay:
    """One stay of one sample in one container, until the next or until the next sample is split from it."""

    sample: Sample
    container_id: int
    since: datetime
    until: datetime | None = None

    def covers(self, link):
        # A gap belongs to the handoff that comes after it.
        at = link.handoff.received_at or link.handoff.released_at
        return self.since < at and (self.until is None or at <= self.until)


def _stays(family):
    """The stays of each sample of a line of descent, from the first one's accession on; two queries."""
    keys = [sample.pk for sample in family]
    moved = MassMovement.objects.filter(to_sample__in=keys).order_by()
    began = dict(moved.values_list("to_sample").annotate(Min("happened_at")))
    rows = Sample.history.filter(Q(revision=1) | Q(history_date__lte=_now()), id__in=keys).order_by("revision")
    versions = {}
    for pk, container_id, revision, at in rows.values_list("id", "container_id", "revision", "history_date"):
        versions.setdefault(pk, []).append((container_id, began[pk] if revision == 1 else at))
    stays = []
    for sample, child in zip(family, [*family[1:], None], strict=True):
        split_at = began[child.pk] if child else None
        own = []
        for container_id, at in versions[sample.pk]:
            if not own or (own[-1].container_id != container_id and (split_at is None or at < split_at)):
                own.append(_Stay(sample, container_id, at))
        for stay, after in zip(own, [*own[1:], None], strict=True):
            stay.until = after.since if after else split_at
        stays += own
    return stays


def _arrival(stay, before, vessel, links):
    """How a sample came into a container: accessioned, split off, or moved."""
    link = Link("start", at=stay.since, title_to=_holder_at(vessel, links, stay.since).name)
    if before is None:
        link.place = _("Accessioned")
    elif before.sample == stay.sample:
        link.kind, link.place = "moved", _("Moved to another container")
    else:
        link.kind, link.place = "split", _("Split from %(parent)s") % {"parent": before.sample}
    return link


def _holder_at(container, links, moment):
    received = [link.handoff for link in links if link.kind == "handoff" and link.at <= moment]
    return received[-1].to_custodian if received else _first_custodian(container, links)


def _first_custodian(container, links):
    return links[0].handoff.from_custodian if links else container.custodian


def _now():
    """The moment up to which a chain is told."""
    question = asked()
    return question.moment if question else timezone.now()


def _ended(chain):
    """Mark in a chain where it is now, and how long each custodian had it."""
    holding = [link for link in chain if link.kind not in ("gap", "open")]
    holding[-1].is_here = True
    came = [link for link in chain if link.kind in ("start", "handoff", "open")]
    for link, after in zip(came, [*came[1:], None], strict=True):
        if link.kind == "open":
            continue
        until = after.handoff.released_at if after else _now()
        words = _("%(custodian)s had it for %(time)s") if after else _("%(custodian)s has had it for %(time)s")
        link.held_text = words % {"custodian": link.title_to, "time": duration(until - link.at)}
    return chain


def _links_by_container(ids, in_full):
    """{container key: the links of its handoffs, oldest first}, for each of `ids`."""
    lines = (
        HandoffLine.objects.filter(container__in=ids)
        .exclude(handoff__status__in=[Handoff.Status.REJECTED, Handoff.Status.CANCELLED])
        .select_related(
            "container",
            "handoff__from_custodian",
            "handoff__to_custodian",
            "handoff__released_by",
            "handoff__received_by",
            "handoff__gap_explanation",
        )
        .order_by("handoff__released_at", "handoff__number")
    )
    lines = list(lines)
    found = _Found(lines) if in_full else None
    links = {pk: [] for pk in ids}
    for line in lines:
        if line.handoff.gap:
            links[line.container_id].append(_gap(line.handoff))
        links[line.container_id].append(_link(line, found))
    return links


class _Found:
    """What was signed, read and weighed in the handoffs of some lines, and what did not fit; three queries."""

    def __init__(self, lines):
        handoffs = {line.handoff_id for line in lines}
        signatures = Signature.objects.filter(handoff__in=handoffs)
        self.signatures = {(one.handoff_id, one.meaning): one for one in signatures}
        inside = HandoffLine.objects.filter(handoff=OuterRef("handoff"), inside=OuterRef("container"))
        outer = HandoffLine.objects.filter(Exists(inside), handoff__in=handoffs).select_related("container")
        self.outer = {(line.handoff_id, line.container_id): line for line in outer}
        self.discrepancies = {}
        keys = {line.pk for line in [*lines, *self.outer.values()]}
        for one in Discrepancy.objects.filter(line__in=keys).order_by("pk"):
            self.discrepancies.setdefault(one.line_id, []).append(one)

    def travel(self, line):
        """The seal that `line` travelled under: the first declared one from it outwards, else the outermost."""
        around = line
        while not around.seal_declared:
            further = self.outer.get((line.handoff_id, around.inside_id))
            if further is None:
                break
            around = further
        return Travel(around, None if around.pk == line.pk else around.container, line.handoff.is_open)


def _link(line, found):
    handoff = line.handoff
    link = Link(
        "open" if handoff.is_open else "handoff",
        at=handoff.received_at or handoff.released_at,
        title_from=handoff.from_custodian.name,
        title_to=handoff.to_custodian.name,
        place=handoff.place,
        transport=handoff.get_transport_mode_display(),
        document=handoff.document_number,
        on_behalf=bool(handoff.released_on_behalf_of or handoff.received_on_behalf_of),
        handoff=handoff,
    )
    for side, meaning in [("release", Signature.Meaning.RELEASE), ("receipt", Signature.Meaning.RECEIPT)]:
        if said := side_line(handoff, side):
            link.sides.append(Side(said, found.signatures.get((handoff.pk, meaning)) if found else None))
    if found:
        link.travel = found.travel(line)
        if not handoff.is_open:
            link.discrepancies = found.discrepancies.get(link.travel.line.pk, [])
    return link


def _gap(handoff):
    explained = hasattr(handoff, "gap_explanation")
    return Link(
        "gap",
        duration_text=duration(handoff.gap),
        gap_text=_("Gap: no place is recorded for %(duration)s. Released %(from)s, received %(to)s.")
        % {
            "duration": duration(handoff.gap),
            "from": moment_text(handoff.released_at),
            "to": moment_text(handoff.received_at),
        },
        handoff=handoff,
        explanation=handoff.gap_explanation.text if explained else "",
        explain_url="" if explained else reverse("handoff_explain_gap", args=[handoff.pk]),
    )
