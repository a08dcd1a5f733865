from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from samples import history, trail
from samples.audit.checkpoints import checkpoint
from samples.forms.audit import SYSTEM, AuditSearch, LedgerSearch
from samples.models import LedgerEntry

from .pages import list_page

# As many entries of one operation as a page shows.
MOST_SHOWN = 100


def audit_log(request):
    search, lines = AuditSearch(request.GET, request.user), []
    return list_page(
        request,
        "samples/audit_log.html",
        search,
        LedgerEntry.objects.operations(),
        csv_url=reverse("export_audit"),
        complete=lambda operations: lines.extend(trail.lines(operations)),
        lines=lines,
    )


def operation_detail(request, key):
    entries = LedgerEntry.objects.filter(operation_id=key).order_by("seq")
    first, last = entries.first(), entries.last()
    if first is None:
        raise Http404(_("The ledger knows no such operation."))
    after = _number(request.GET.get("after", ""))
    shown = list(entries.filter(seq__gt=after)[: MOST_SHOWN + 1])
    context = {
        "first": first,
        "last": last,
        "entry_count": last.seq - first.seq + 1,
        "line": trail.lines([first])[0],
        "person_url": f"{reverse('audit_log')}?person={first.actor_id or SYSTEM}",
        "written": trail.written(shown[:MOST_SHOWN]),
        "more_after": shown[MOST_SHOWN - 1].seq if len(shown) > MOST_SHOWN else None,
        "is_beginning": after < first.seq,
    }
    return render(request, "samples/operation_detail.html", context)


def _number(text):
    """A place in the ledger that the address names; its beginning where that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def ledger(request):
    verified = LedgerEntry.objects.acts("audit.verify").order_by("-seq").first()
    verified_seq = verified.seq if verified else 0
    head = checkpoint()
    context = {
        "head": head,
        "verified": verified and trail.written([verified])[0],
        "entries_since": head.seq - verified_seq if head else 0,
        "files_since": LedgerEntry.objects.acts("data.export").filter(seq__gt=verified_seq).count(),
    }
    return list_page(
        request,
        "samples/ledger.html",
        LedgerSearch(request.GET, request.user),
        LedgerEntry.objects.all(),
        complete=_name,
        **context,
    )


def _name(entries):
    """Give each entry the name of what it tells of."""
    for entry, named in zip(entries, trail.named(entries), strict=True):
        entry.named, entry.verb_label = named, history.verb_label(entry.verb)
