"""The two sides of a handoff as a certificate shows them: who signed what, for whom, when, over which entry."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from samples.audit.standalone import short_form
from samples.models import ENTERED_LATER, Signature

from ._moments import local_text, utc_text
from ._then import call_as_then

RELEASE, RECEIPT = Signature.Meaning.RELEASE, Signature.Meaning.RECEIPT


@dataclass(frozen=True)
class Signed:
    """One signed side; `entry` is the ledger's number with the short form of its hash, empty where none was kept."""

    side: str
    name: str
    meaning: str
    party: str
    utc: str
    local: str
    is_late: bool
    is_on_behalf: bool
    entry: str = ""
    hash: str = ""


def signed_sides(handoff):
    """The Signed of the release and, where it was received, of the receipt; one query, and one for each."""
    kept = {signature.meaning: signature for signature in handoff.signatures.all()}
    call_as_then([handoff], handoff.release_signed_at)
    sides = [
        _side(
            _("Released"),
            handoff.from_custodian,
            handoff.released_on_behalf_of,
            handoff.release_document,
            (handoff.released_at, handoff.release_signed_at, handoff.released_by),
            kept.get(RELEASE),
        )
    ]
    if handoff.received_at is not None:
        call_as_then([handoff], handoff.receipt_signed_at)
        sides.append(
            _side(
                handoff.get_status_display(),
                handoff.to_custodian,
                handoff.received_on_behalf_of,
                handoff.receipt_document,
                (handoff.received_at, handoff.receipt_signed_at, handoff.received_by),
                kept.get(RECEIPT),
            )
        )
    return tuple(sides)


def _side(word, custodian, behalf, document, event, signature):
    happened_at, signed_at, person = event
    values = {"custodian": custodian.name, "behalf": behalf, "document": document}
    party = _("on behalf of %(behalf)s (%(custodian)s), document %(document)s") if behalf else _("for %(custodian)s")
    return Signed(
        side=word,
        name=signature.name if signature else person.name,
        meaning=_("“%(meaning)s”") % {"meaning": signature.get_meaning_display()} if signature else "",
        party=party % values,
        utc=utc_text(signed_at),
        local=local_text(signed_at),
        is_late=signed_at - happened_at > ENTERED_LATER,
        is_on_behalf=bool(behalf),
        entry=f"{signature.ledger_seq} · {short_form(signature.ledger_hash)}" if signature else "",
        hash=signature.ledger_hash if signature else "",
    )
