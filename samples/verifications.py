"""What the ledger tells of verifications: when, how many findings, and what was found."""

import json
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samples.audit.verify import Kind
from samples.models import LedgerEntry

_ENDED = '"verification":"ended"'


@dataclass
class Verification:
    """What a verification found: by whom and when, with how many checkpoints, in how many rows."""

    at: object
    who: str
    seq: int
    findings: int
    checkpoints: int
    rows: int
    operation_url: str


@dataclass
class Kept:
    """What an entry keeps of a verification's findings and of the checkpoints that were given to it."""

    findings: list = field(default_factory=list)
    more: int = 0
    checkpoints: list = field(default_factory=list)


def last_verification():
    """The newest Verification that came to its end, or None; one query."""
    return _newest(_ended())


def last_with_findings():
    """The newest Verification that found something, or None: no later one makes it undone; one query."""
    return _newest(_ended().exclude(payload__contains='"findings":0'))


def _ended():
    return LedgerEntry.objects.acts("audit.verify").filter(payload__contains=_ENDED)


def _newest(entries):
    if (entry := entries.order_by("-seq").first()) is None:
        return None
    told = payload_of(entry)
    return Verification(
        at=entry.recorded_at,
        who=entry.actor_name,
        seq=entry.seq,
        findings=_number(told.get("findings")),
        checkpoints=len(_list(told, "given")),
        rows=sum(map(_number, _checked(told))),
        operation_url=reverse("operation_detail", args=[entry.operation_id]),
    )


def said(entry):
    """What an entry of a verification says in a line; empty for any other entry."""
    if entry.verb != "audit.verify":
        return ""
    told = payload_of(entry)
    if told.get("verification") != "ended":
        return _("Began to verify the ledger")
    count = _number(told.get("findings"))
    return (
        ngettext("Verified: %(n)s finding", "Verified: %(n)s findings", count) % {"n": count}
        if count
        else _("Verified: nothing found")
    )


def kept(entry):
    """The Kept of a verification's entry; None where the entry keeps nothing of the kind."""
    told = payload_of(entry)
    findings = [
        {"record": one.get("record", ""), "kind": _kind(one.get("kind", "")), "message": one.get("sentence", "")}
        for one in _list(told, "found")
        if isinstance(one, dict)
    ]
    given = [str(one) for one in _list(told, "given")]
    if entry.verb != "audit.verify" or not (findings or given):
        return None
    return Kept(findings, max(_number(told.get("findings")) - len(findings), 0), given)


def _kind(value):
    return Kind(value).label if value in Kind.values else value


def _number(value):
    return value if isinstance(value, int) else 0


def _checked(told):
    return told["checked"].values() if isinstance(told.get("checked"), dict) else ()


def _list(told, key):
    return told[key] if isinstance(told.get(key), list) else []


def payload_of(entry):
    """What an act without a record tells, as a dict."""
    try:
        told = json.loads(entry.payload)
    except ValueError:
        # Somebody changed the ledger behind its back; the page that tells of it opens all the same.
        return {}
    return told if isinstance(told, dict) else {}
