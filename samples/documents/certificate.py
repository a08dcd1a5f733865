"""The certificate of a handoff: what it says, read once for the PDF and for the page that is printed."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from samples import history
from samples.audit.checkpoints import Checkpoint, checkpoint
from samples.models import Discrepancy, Handoff, Weighing, location_names, nested_lines
from samples.units import format_mass

from ._chain import Chain, chains_before
from ._moments import local_text, zone_name
from ._qr import qr_svg
from ._signed import Signed, signed_sides
from ._then import call_as_then, ended_at, then

# Deeper nesting is not set in further: the names would have no room.
MOST_INDENT = 3


@dataclass(frozen=True)
class Fact:
    """A label with what stands under it: `text`, and less loud `beside`."""

    label: str
    text: str
    beside: str = ""


@dataclass(frozen=True)
class Row:
    """One container of the handoff; masses in grams. `depth` is 0 for what was handed over as such."""

    identifier: str
    kind: str
    depth: int
    seal_declared: str
    seal_read: str
    condition: str
    gross_declared_g: Decimal | None
    gross_weighed_g: Decimal | None
    tolerance_g: Decimal | None
    # What was weighed less what was declared.
    difference_g: Decimal | None
    is_seal_wrong: bool
    is_condition_wrong: bool
    is_mass_wrong: bool

    @property
    def indent(self):
        """The depth as far as a sheet can show it."""
        return min(self.depth, MOST_INDENT)


@dataclass(frozen=True)
class Finding:
    """A discrepancy that the receipt opened: what was found, and what became of it."""

    kind: str
    found: str
    outcome: str


@dataclass(frozen=True)
class Certificate:
    """Everything that the certificate of one handoff says; `checkpoint` covers all of it."""

    handoff: Handoff
    number: str
    status: str
    is_wrong: bool
    missions: str
    ending: str
    facts: tuple[Fact, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    gap: str
    explanation: str
    chains: tuple[Chain, ...]
    signed: tuple[Signed, ...]
    zone: str
    checkpoint: Checkpoint
    url: str

    @property
    def code(self):
        """What the QR code holds: the address of the handoff, and behind the # the checkpoint."""
        return f"{self.url}#{self.checkpoint.slug}"

    @property
    def code_svg(self):
        """The QR code as a drawing for the page."""
        return qr_svg(self.code, 27)

    @property
    def purpose(self):
        """What the sheet is kept for, and the zone of the times that do not say theirs."""
        return _(
            "Keep this sheet: whoever holds it can show later that the record was not rewritten. "
            "Times without a zone are %(zone)s."
        ) % {"zone": self.zone}


def certificate_of(handoff, base_url):
    """Read the Certificate of a handoff whose custodians and persons are loaded; `base_url` is that of labinv."""
    lines = list(handoff.lines.select_related("container__mission").order_by("pk"))
    explanation = getattr(handoff, "gap_explanation", None)
    # Before the names are those of its end: each side is signed for the party as it was called then.
    signed = signed_sides(handoff)
    call_as_then([handoff], ended_at(handoff))
    return Certificate(
        handoff=handoff,
        number=str(handoff),
        status=handoff.get_status_display(),
        is_wrong=handoff.status in (Handoff.Status.WITH_DISCREPANCY, Handoff.Status.REJECTED),
        missions=", ".join(sorted({line.container.mission.code for line in lines})),
        ending=_ending(handoff),
        facts=tuple(_facts(handoff)),
        rows=tuple(_row(line, depth, handoff) for line, depth in nested_lines(lines)),
        notes=tuple(_notes(handoff, lines)),
        findings=tuple(_findings(handoff)),
        gap=history.duration(handoff.gap) if handoff.gap else "",
        explanation=_explained(explanation) if explanation else "",
        chains=chains_before(handoff),
        signed=signed,
        zone=zone_name(),
        # The last to be read, so that the entry it names is not older than anything on the sheet.
        checkpoint=checkpoint(),
        url=f"{base_url.rstrip('/')}{handoff.get_absolute_url()}",
    )


def _ending(handoff):
    """Why this is no certificate of a receipt; empty where it is one."""
    values = {"custodian": handoff.from_custodian}
    if handoff.is_open:
        return _("Not received yet. Custody is still with %(custodian)s.") % values
    if handoff.status in Handoff.MOVED:
        return ""
    values |= {"at": local_text(handoff.closed_at), "by": handoff.closed_by.name, "why": handoff.closing_reason}
    if handoff.status == Handoff.Status.REJECTED:
        return _("Rejected %(at)s by %(by)s: “%(why)s”. Custody stayed with %(custodian)s.") % values
    return _("Cancelled %(at)s by %(by)s: “%(why)s”. Custody stayed with %(custodian)s.") % values


def _facts(handoff):
    for label, custodian in ((_("From"), handoff.from_custodian), (_("To"), handoff.to_custodian)):
        beside = ", ".join(filter(None, [custodian.get_kind_display(), custodian.organisation]))
        yield Fact(label, custodian.name, beside)
    yield Fact(_("Place, transport"), handoff.place, handoff.get_transport_mode_display())
    yield Fact(_("Purpose"), handoff.purpose)
    yield Fact(_("Released"), local_text(handoff.released_at))
    received = local_text(handoff.received_at) if handoff.received_at else _("not received")
    with then(ended_at(handoff)):
        where = location_names([handoff.received_location_id]) if handoff.received_location_id else {}
    yield Fact(_("Received"), received, where.get(handoff.received_location_id, ""))
    yield Fact(_("Document"), handoff.document_number or "–")
    yield Fact(_("Witnesses"), handoff.witnesses or "–")
    if handoff.due_back_on:
        yield Fact(_("Due back"), history.moment_text(handoff.due_back_on))
    if handoff.corrects_id:
        yield Fact(_("Corrects"), str(handoff.corrects))
    if later := [str(other) for other in handoff.corrected_by.order_by("number")]:
        yield Fact(_("Corrected by"), ", ".join(later))


def _row(line, depth, handoff):
    container, declared, read = line.container, line.seal_declared, line.seal_read
    return Row(
        identifier=container.identifier,
        kind=container.get_kind_display(),
        depth=depth,
        # The receiver has still to read it, and from the seal.
        seal_declared=_("on record") if declared and handoff.is_open else declared,
        seal_read=read,
        condition=line.get_seal_condition_display(),
        gross_declared_g=line.gross_declared_g,
        gross_weighed_g=line.gross_weighed_g,
        tolerance_g=line.tolerance_g,
        difference_g=line.difference_g,
        is_seal_wrong=line.is_another_seal,
        is_condition_wrong=line.is_another_condition,
        is_mass_wrong=line.is_beyond_tolerance,
    )


def _notes(handoff, lines):
    """What is said under the containers."""
    if handoff.is_open and any(line.seal_declared for line in lines):
        yield _("The numbers of the seals are on record and stand here once the receiver has read them from the seals.")
    weighed = Weighing.objects.filter(line__handoff=handoff).order_by("balance__name", "uncertainty_g")
    with then(ended_at(handoff)):
        balances = list(weighed.values_list("balance__name", "uncertainty_g").distinct())
    for name, uncertainty_g in balances:
        yield _("Weighed on %(balance)s, ± %(uncertainty)s.") % {
            "balance": name,
            "uncertainty": format_mass(uncertainty_g),
        }
    if handoff.remarks:
        yield _("Remarks at the release: %(text)s") % {"text": handoff.remarks}
    if handoff.receipt_remarks:
        yield _("Remarks at the receipt: %(text)s") % {"text": handoff.receipt_remarks}


def _findings(handoff):
    opened = Discrepancy.objects.filter(line__handoff=handoff).select_related("closed_by").order_by("pk")
    for one in opened:
        outcome = _("Open.")
        if not one.is_open:
            outcome = _("%(outcome)s %(at)s by %(by)s: “%(finding)s”") % {
                "outcome": one.get_outcome_display(),
                "at": local_text(one.closed_at),
                "by": one.closed_by.name,
                "finding": one.finding,
            }
        yield Finding(one.get_kind_display(), one.found, outcome)


def _explained(explanation):
    told = history.history_of(explanation, limit=1)[0]
    return _("“%(text)s” %(by)s, %(at)s") % {"text": explanation.text, "by": told.who, "at": local_text(told.at)}
