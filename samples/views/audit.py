from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from samples import history, trail, verifications
from samples.audit.checkpoints import checkpoint
from samples.audit.verify import MOST_KEPT
from samples.forms.audit import SYSTEM, AuditSearch, LedgerSearch, VerifyForm
from samples.models import LedgerEntry
from samples.operations import Refused, audit
from samples.roles import Right

from .pages import list_page
from .streaming import streamed

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
    verified = verifications.last_verification()
    verified_seq = verified.seq if verified else 0
    head = checkpoint()
    context = {
        "head": head,
        "verified": verified,
        "red": verifications.last_with_findings(),
        "may_verify": request.user.may(Right.AUDIT),
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
        entry.named, entry.verb_label = named, trail.what_was_done(entry)


def ledger_verify(request):
    form = VerifyForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "cancel_url": reverse("ledger")}
    if not form.is_valid():
        return render(request, "samples/ledger_verify.html", context, status=422 if form.is_bound else 200)
    steps = audit.verify_audit(**form.cleaned_data, by=request.user)
    return streamed(request, "samples/ledger_verify.html", context, _verified(request, steps))


def _verified(request, steps):
    """How far the verification is, and in the end what it found."""
    context = {}
    try:
        report = yield from _progress(steps)
        kinds = [(kind.label, count) for kind, count in report.found.items() if count > MOST_KEPT]
        context |= {"report": report, "checked": list(report.checked.items()), "unlisted": kinds}
        if report.operation_id:
            context |= {"kept_as": history.short_id(report.operation_id)}
    except Refused as error:
        context |= {"problem": error.message}
    yield render_to_string("samples/_ledger_verified.html", context, request)


def _progress(steps):
    """A line for each part, and within a long one for each fiftieth of all; returns the report."""
    part, told = None, 0
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return end.value
        if step.part != part or step.done - told > step.total / 50:
            part, told = step.part, step.done
            yield render_to_string("components/_progress.html", {"done": told, "total": step.total, "part": part})
