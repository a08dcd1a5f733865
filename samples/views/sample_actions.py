"""What may be done with a sample now, in the order of work; the impossible with its reason."""

from django.urls import reverse
from django.utils.translation import gettext as _

from samples.models import Sample
from samples.operations import authority, containment, samples, taking
from samples.roles import Right

from .container_page import no_balance
from .pages import action, refusal


def sample_actions(sample, user):
    """The entries of the action bar of a sample; the rarer ones are kept behind "More"."""
    container = sample.container
    under_way = refusal(authority.check_not_under_way, container)
    barred = refusal(authority.check_works_for, user, container.custodian) or under_way
    sealed = refusal(containment.check_open_to_the_outside, container)
    empty = refusal(taking.check_some_left, sample)
    kept = refusal(taking.check_not_kept_from, sample, user)
    at_hand = barred or sealed

    def entry(label, icon, name, refused="", *, primary=False, rare=False, key=sample.pk):
        return action(label, icon, reverse(name, args=[key]), refused, primary, rare)

    actions = [
        entry(_("Split"), "split", "sample_split", at_hand or empty or kept, primary=True),
        entry(_("Weigh its container"), "scale", "container_weigh", _unweighable(container, barred), key=container.pk),
        entry(_("Consume"), "flask-conical", "sample_consume", at_hand or empty or kept),
        entry(_("Merge"), "merge", "sample_merge", at_hand or empty or _no_family(sample)),
        entry(_("Move"), "move", "sample_move", at_hand),
    ]
    if user.may(Right.CURATE):
        actions.append(entry(_("Correct mass"), "pencil-ruler", "sample_correct", under_way))
    actions += _rarer(entry, sample, user, barred, under_way, empty)
    if sealed and not barred and (seal := containment.seal_in_the_way(container)):
        for each in actions:
            # The step that is missing, with the way there.
            each["step"] = reverse("container_unseal", args=[seal.container_id]) if each["refusal"] == sealed else ""
    return actions


def _rarer(entry, sample, user, barred, under_way, empty):
    exposed = refusal(samples.check_pristine, sample)
    yield entry(_("Declare lost"), "circle-minus", "sample_lose", barred or empty, rare=True)
    yield entry(_("Note exposure"), "wind", "sample_expose", barred or exposed, rare=True)
    yield entry(_("Amend"), "pencil", "sample_amend", barred, rare=True)
    if user.may(Right.CURATE):
        yield entry(_("Use category"), "tag", "sample_assign", under_way, rare=True)
        publishing = (
            (_("Unpublish"), "eye-off", "sample_unpublish")
            if sample.is_published
            else (_("Publish"), "eye", "sample_publish")
        )
        yield entry(*publishing, rare=True)
        yield entry(_("Void"), "ban", "sample_void", barred, rare=True)


def _unweighable(container, barred):
    inside = refusal(containment.check_open_to_the_outside, container.parent) if container.parent_id else ""
    return barred or inside or no_balance()


def _no_family(sample):
    if Sample.objects.to_merge_with(sample).exists():
        return ""
    return _("%(sample)s was not split off another sample, so there is nothing it goes back into.") % {"sample": sample}
