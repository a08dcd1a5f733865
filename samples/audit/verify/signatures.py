"""Signatures of handoffs: each is over its ledger entry, by the right person; and what did not fit was kept."""

from django.db.models import Exists, OuterRef

from samples.models import Discrepancy, Handoff, HandoffLine, LedgerEntry, Signature

from .reading import batches, rows
from .report import Kind

# Handoffs from before it have no signatures.
FIRST_SIGNED = "samples.0009_signed_custody"

_LEDGER, _HANDOFF, _SIGNATURE = (model._meta.db_table for model in (LedgerEntry, Handoff, Signature))
_SIGNED = f"""
    SELECT h.number, s.meaning, s.user_id, h.released_by_id, h.received_by_id,
        s.signed_at = CASE s.meaning WHEN 'release' THEN h.release_signed_at ELSE h.receipt_signed_at END,
        s.ledger_seq, s.ledger_hash, e.hash, e.operation_id, own.seq, own.operation_id
    FROM {_SIGNATURE} s
    JOIN {_HANDOFF} h ON h.id = s.handoff_id
    LEFT JOIN {_LEDGER} e ON e.seq = s.ledger_seq
    LEFT JOIN samples_historicalsignature v ON v.id = s.id AND v.revision = 1
    LEFT JOIN {_LEDGER} own ON own.noun = 'signature' AND own.history_id = v.history_id
    ORDER BY s.id
"""
# What was entered by a migration is older than the ledger, and than signatures.
_UNSIGNED = f"""
    SELECT h.number FROM {_HANDOFF} h
    JOIN samples_historicalhandoff v ON v.id = h.id AND v.revision = {{revision}}
    JOIN {_LEDGER} e ON e.noun = 'handoff' AND e.history_id = v.history_id
    WHERE e.seq > %s AND e.verb NOT LIKE %s AND {{condition}}
    AND NOT EXISTS (SELECT 1 FROM {_SIGNATURE} s WHERE s.handoff_id = h.id AND s.meaning = '{{meaning}}')
    ORDER BY h.id
"""


def signatures(report):
    """Look at every signature, at the handoffs without one, and at the discrepancies; yields the signatures."""
    for batch in batches(_SIGNED):
        for row in batch:
            _look_at(report, *row)
        report.checked["signatures"] += len(batch)
        yield len(batch)
    _look_for_unsigned(report)
    yield 0
    _look_at_differences(report)
    yield 0


def _look_at(report, number, meaning, user, releaser, receiver, is_of_then, seq, hash, sealed, of, own_seq, own_of):
    def find(message):
        report.find(Kind.SIGNED, f"handoff H-{number:04d}, {meaning}", message)

    if user != (releaser if meaning == Signature.Meaning.RELEASE else receiver):
        find("It is signed by somebody else than the one who entered it.")
    if not is_of_then:
        find("It was signed at another moment than the handoff says.")
    if sealed != hash:
        find(f"The signature is over another state of the ledger than Ledger {seq}.")
    elif own_seq is not None and not (of == own_of and seq < own_seq):
        find(f"Ledger {seq}, which it is over, is not what was signed then.")


def _look_for_unsigned(report):
    since = LedgerEntry.objects.acts("migration.apply").filter(payload__contains=f'"{FIRST_SIGNED}"')
    seq = since.order_by("-seq").values_list("seq", flat=True).first() or 0
    for meaning, revision, condition in [
        ("release", "1", "1 = 1"),
        ("receipt", "h.revision", "h.status IN ('received', 'with discrepancy')"),
    ]:
        sql = _UNSIGNED.format(meaning=meaning, revision=revision, condition=condition)
        for (number,) in rows(sql, [seq, "migration.%"]):
            report.find(Kind.SIGNED, f"handoff H-{number:04d}, {meaning}", "Nobody signed it.")


def _look_at_differences(report):
    """What was read and weighed of a signed receipt, the discrepancies of each line, and the outcome agree."""
    found = Discrepancy.objects.filter(line=OuterRef("pk"))
    signed = Signature.objects.filter(meaning=Signature.Meaning.RECEIPT).values("handoff")
    lines = (
        HandoffLine.objects.filter(handoff__in=signed, handoff__status__in=Handoff.MOVED)
        .exclude(seal_declared="", gross_declared_g=None)
        .select_related("handoff", "container")
        .annotate(has_seal=Exists(found.filter(kind="seal")), has_mass=Exists(found.filter(kind="mass")))
        .order_by("pk")
    )
    differing = set()
    for line in lines.iterator():
        report.checked["lines read back"] += 1
        seal, mass = _seal_differs(line), line.is_beyond_tolerance
        if seal or mass:
            differing.add(line.handoff_id)
        if (seal, mass) != (line.has_seal, line.has_mass):
            message = f"What was found of it at the receipt of {line.handoff} and its discrepancies do not agree."
            report.find(Kind.CUSTODY, f"container {line.container}", message)
    for handoff in Handoff.objects.received().filter(pk__in=signed).order_by("pk").iterator():
        if (handoff.pk in differing) != (handoff.status == Handoff.Status.WITH_DISCREPANCY):
            message = "Whether something differed at the receipt and what its status says do not agree."
            report.find(Kind.CUSTODY, f"handoff {handoff}", message)


def _seal_differs(line):
    return bool(line.seal_declared) and (not line.seal_condition or line.is_another_seal or line.is_another_condition)
