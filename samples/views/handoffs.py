from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from samples.forms.custody import GapExplanationForm, HandoffReleaseForm
from samples.forms.receipt import HandoffReceiveForm
from samples.forms.search import HandoffSearch
from samples.models import Handoff, HandoffLine
from samples.operations import custody
from samples.questions import asked

from .custody_work import custody_work
from .handoff_page import discrepancies_of, handoff_page, signatures_of
from .pages import find, history_tab, list_page, reason_form, sentence, verb_page, write_page


def handoff_list(request):
    lines = HandoffLine.objects.shown_to(request.user).select_related("container").order_by("pk")
    return list_page(
        request,
        "samples/handoff_list.html",
        HandoffSearch(request.GET, request.user),
        Handoff.objects.visible_to(request.user)
        .select_related("from_custodian", "to_custodian")
        .prefetch_related(Prefetch("lines", queryset=lines, to_attr="shown_lines")),
        csv_url=reverse("export_handoffs"),
        # To do is what stands now, and for who sees every handoff.
        **({} if asked() or not request.user.sees_all else custody_work(request.user)),
    )


def handoff_release(request):
    # One by the button on its page, or several that were chosen in the list.
    named = [*request.GET.getlist("container"), *request.GET.getlist("containers")]
    form = HandoffReleaseForm(request.POST or None, request=request, named=named)
    return write_page(
        request,
        "samples/handoff_release.html",
        form,
        lambda: custody.release(**form.arguments(), by=request.user),
        done=sentence(_("%(record)s is released. Custody moves when it is received.")),
        back=form.chosen[0].get_absolute_url() if form.chosen else reverse("handoff_list"),
        custodian=form.custodian,
    )


def handoff_detail(request, pk):
    handoff = _visible(request, pk)
    context = handoff_page(request, handoff, "containers") | {
        "signatures": signatures_of(handoff),
        "discrepancies": discrepancies_of(handoff, request.user),
    }
    return render(request, "samples/handoff_detail.html", context)


def handoff_history(request, pk):
    handoff = find(_plain(), pk)
    context = handoff_page(request, handoff, "history") | history_tab(request, handoff)
    if context["explained"]:
        # A record of its own, and part of this one's story.
        context["changes"].insert(0, context["explained"])
    return render(request, "samples/handoff_history.html", context)


def handoff_receive(request, pk):
    handoff = find(_plain(), pk)
    if not handoff.is_open and request.method != "POST":
        return _already_closed(request, handoff)
    form = HandoffReceiveForm(
        request.POST or None, request=request, handoff=handoff, initial={"seen": handoff.revision}
    )
    lines = handoff.lines.select_related("container").nested()
    done = _("%(record)s is received: custody has moved.")
    template = "samples/handoff_receive.html"
    return verb_page(request, template, form, handoff, custody.receive, done=done, lines=lines)


def handoff_reject(request, pk):
    handoff = find(_plain(), pk)
    if not handoff.is_open and request.method != "POST":
        return _already_closed(request, handoff)
    form = reason_form(request, handoff)
    done = _("%(record)s is rejected: custody stays where it was.")
    return verb_page(request, "samples/handoff_reject.html", form, handoff, custody.reject, done=done)


def handoff_cancel(request, pk):
    handoff = find(_plain(), pk)
    if not handoff.is_open and request.method != "POST":
        return _already_closed(request, handoff)
    form = reason_form(request, handoff)
    done = _("%(record)s is cancelled: custody stays where it was.")
    return verb_page(request, "samples/handoff_cancel.html", form, handoff, custody.cancel, done=done)


def handoff_explain_gap(request, pk):
    handoff = find(_plain(), pk)
    form = GapExplanationForm(request.POST or None)
    return write_page(
        request,
        "samples/handoff_explain_gap.html",
        form,
        lambda: custody.explain_gap(handoff=handoff, **form.arguments(), by=request.user).handoff,
        done=sentence(_("The gap of %(record)s is explained.")),
        back=handoff.get_absolute_url(),
        record=handoff,
    )


def _already_closed(request, handoff):
    """There is no form to fill in for a handoff that does not change again; its page says how it ended."""
    ended = {"handoff": handoff, "status": handoff.get_status_display().lower()}
    messages.warning(request, _("%(handoff)s is %(status)s; that does not change again.") % ended)
    return redirect(handoff)


def _plain():
    return Handoff.objects.select_related(
        "from_custodian", "to_custodian", "released_by", "received_by", "closed_by", "received_location", "corrects"
    )


def _visible(request, pk):
    return find(_plain().visible_to(request.user), pk)
