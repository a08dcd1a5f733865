"""How custody came to the handoff of a certificate: every custodian since the chain began, one line each."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from samples import history
from samples.models import Container, Handoff, HandoffLine

from ._then import call_as_then, ended_at

# Of a longer chain the beginning and the newest lines are shown; the container's page has them all.
MOST_STEPS = 30


@dataclass(frozen=True)
class Step:
    """One receipt, or the beginning of the chain; `seals` says how they were found, in one or two words."""

    at: str
    giver: str
    taker: str
    place: str
    seals: str
    is_wrong: bool
    notes: str


@dataclass(frozen=True)
class Chain:
    """The steps that containers have in common; `earlier` are left out between the first and the others."""

    containers: tuple[str, ...]
    steps: tuple[Step, ...]
    earlier: int

    @property
    def left_out(self):
        """How many steps of a long chain are not shown."""
        return _("… and %(number)s earlier: the page of the container has them all.") % {"number": self.earlier}


def chains_before(handoff):
    """The Chain of each group of the containers handed over as such that came here by one way; five queries."""
    outermost = handoff.lines.outermost().values("container")
    passed = HandoffLine.objects.filter(
        container__in=outermost, handoff__status__in=Handoff.MOVED, handoff__number__lt=handoff.number
    )
    ways = defaultdict(list)
    for container, before in passed.order_by("handoff__number").values_list("container", "handoff"):
        ways[container].append(before)
    groups = defaultdict(list)
    for container in Container.objects.filter(pk__in=outermost).order_by("pk"):
        key = (container.custody_began_at, container.chain_document, tuple(ways[container.pk]))
        groups[key].append(container)
    before = Handoff.objects.filter(pk__in={pk for way in ways.values() for pk in way})
    handoffs = before.select_related("from_custodian", "to_custodian", "gap_explanation").in_bulk()
    call_as_then(handoffs.values(), ended_at(handoff))
    lines = _lines(handoffs)
    return tuple(_chain(handoff, key, containers, handoffs, lines) for key, containers in groups.items())


def _lines(handoffs):
    """{handoff: its lines}; one query."""
    lines = defaultdict(list)
    for line in HandoffLine.objects.filter(handoff__in=handoffs).order_by("pk"):
        lines[line.handoff_id].append(line)
    return lines


def _seals(lines, containers):
    """Of the lines of a handoff those with a seal on one of `containers`, around it or inside it."""
    inside = {line.container_id: line.inside_id for line in lines}

    def path(pk):
        while pk is not None:
            yield pk
            pk = inside.get(pk)

    around = {outer for pk in containers for outer in path(pk)}
    return [
        line
        for line in lines
        if line.seal_declared and (line.container_id in around or not containers.isdisjoint(path(line.container_id)))
    ]


def _chain(handoff, key, containers, handoffs, lines):
    identifiers = tuple(container.identifier for container in containers)
    keys = {container.pk for container in containers}
    began_at, document, way = key
    first = handoffs[way[0]].from_custodian if way else handoff.from_custodian
    begins = Step(
        at=history.moment_text(began_at),
        giver=_("chain begins here"),
        taker=first.name,
        place="",
        seals="",
        is_wrong=False,
        notes=_("document %(document)s") % {"document": document},
    )
    earlier = max(0, len(way) - MOST_STEPS)
    steps = (_step(handoffs[pk], _seals(lines[pk], keys)) for pk in way[earlier:])
    return Chain(identifiers, (begins, *steps), earlier)


def _seals_found(lines):
    """(how the seals were found in a word or two, whether that is wrong)."""
    if any(line.is_another_seal or line.is_another_condition for line in lines):
        return _("differs"), True
    if any(not line.seal_condition for line in lines):
        return _("not read"), False
    return (_("intact") if lines else "–"), False


def _step(handoff, lines):
    seals, is_wrong = _seals_found(lines)
    notes = [str(handoff)]
    if handoff.released_on_behalf_of or handoff.received_on_behalf_of:
        notes.append(_("on behalf"))
    if handoff.gap:
        notes.append(_("gap %(duration)s") % {"duration": history.duration(handoff.gap)})
        if not hasattr(handoff, "gap_explanation"):
            notes.append(_("unexplained"))
    if handoff.status == Handoff.Status.WITH_DISCREPANCY:
        notes.append(_("with discrepancy") if is_wrong else _("with a discrepancy of another container or a mass"))
    return Step(
        at=history.moment_text(handoff.received_at),
        giver=handoff.from_custodian.name,
        taker=handoff.to_custodian.name,
        place=handoff.place,
        seals=seals,
        is_wrong=is_wrong,
        notes=", ".join(notes),
    )
