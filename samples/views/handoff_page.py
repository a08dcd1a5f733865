"""What the tabs of a handoff share: its facts, its two sides, and the actions possible now."""

from django.urls import reverse
from django.utils.translation import gettext as _

from samples import history
from samples.audit.standalone import short_form
from samples.models import Discrepancy, Handoff, HandoffLine, Sample, Signature, location_names, place_containers
from samples.operations import authority
from samples.questions import asked
from samples.roles import Right

from .pages import action, action_bar, may_act, refusal, tab


def handoff_page(request, handoff, current):
    """Context of the header, the lines, the tabs and the action bar of one handoff."""
    user = request.user
    lines = handoff.lines.select_related("container", "inside")
    if not user.sees_all:
        lines = lines.filter(pk__in=HandoffLine.objects.shown_to(user).values("pk"))
    lines = lines.nested()
    place_containers([line.container for line in lines], Sample.objects.visible_to(user))
    location = handoff.received_location_id
    explanation = getattr(handoff, "gap_explanation", None)
    return {
        "handoff": handoff,
        "lines": lines,
        "received_place": location_names([location])[location] if location else "",
        "release_line": history.side_line(handoff, "release"),
        "receipt_line": history.side_line(handoff, "receipt"),
        "gap_text": history.duration(handoff.gap) if handoff.gap else "",
        "explanation": explanation,
        "explained": history.history_of(explanation)[0] if explanation else None,
        "corrections": handoff.corrected_by.visible_to(user).order_by("number"),
        "corrects": Handoff.objects.visible_to(user).filter(pk=handoff.corrects_id).first(),
        "tabs": _tabs(handoff, user, current),
        "actions": action_bar(_actions(handoff, user)) if may_act(user) else [],
    }


def signatures_of(handoff):
    """The signatures of both sides, each with `mark`, the ledger entry that it signs, as given by then."""
    signatures = list(handoff.signatures.order_by("pk"))
    for signature in signatures:
        signature.mark = f"{signature.ledger_seq} · {short_form(signature.ledger_hash)}"
    if handoff.received_at is None:
        return [signature for signature in signatures if signature.meaning == Signature.Meaning.RELEASE]
    return signatures


def discrepancies_of(handoff, user):
    """What the receiver found not to fit, for the staff; in the past, once it was received."""
    if not user.sees_all or handoff.received_at is None:
        return []
    return Discrepancy.objects.filter(line__handoff=handoff).select_related("container").order_by("pk")


def _tabs(handoff, user, current):
    if asked() or not user.sees_all:
        return []
    return [
        tab(_("Containers"), handoff.get_absolute_url(), current == "containers"),
        tab(_("History"), reverse("handoff_history", args=[handoff.pk]), current == "history", handoff.revision),
    ]


def _actions(handoff, user):
    key = [handoff.pk]
    if not handoff.is_open:
        if handoff.gap and not hasattr(handoff, "gap_explanation"):
            barred = refusal(authority.check_may_explain, user, handoff)
            return [
                action(_("Explain the gap"), "message-square-text", reverse("handoff_explain_gap", args=key), barred)
            ]
        return []
    is_releaser = handoff.released_by_id == user.pk
    own = _("You released it yourself; somebody else receives it.") if is_releaser else ""
    receive = own or refusal(authority.check_may_sign, user, handoff.to_custodian)
    actions = [
        action(_("Receive"), "inbox", reverse("handoff_receive", args=key), receive, primary=not receive),
        action(
            _("Reject"),
            "undo-2",
            reverse("handoff_reject", args=key),
            "" if user.may(Right.CURATE) and not own else receive,
        ),
    ]
    if is_releaser or user.may(Right.CURATE):
        actions.append(action(_("Cancel"), "ban", reverse("handoff_cancel", args=key)))
    return actions
