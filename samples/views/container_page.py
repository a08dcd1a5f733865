"""What the tabs of a container share: its header, the actions possible now, and the tree of its contents."""

from django.urls import reverse
from django.utils.translation import gettext as _

from samples.models import Balance, Container, Origin, Sample, place_containers
from samples.operations import authority, containment
from samples.operations.seals import UNSEALING_KINDS, check_undamaged
from samples.questions import address, asked
from samples.roles import Right
from samples.templatetags.charts import Part

from .pages import action, action_bar, may_act, refusal, tab

# A tree longer than this is read in the list of samples.
MOST_SAMPLES = 300


def container_page(request, container, current):
    """Context of the header, the tabs and the action bar of one container."""
    user = request.user
    samples = Sample.objects.visible_to(user)
    place_containers([container], samples)
    path = [outer for outer in Container.objects.visible_to(user).path_to(container.pk) if outer != container]
    seal = container.seal()
    return {
        "container": container,
        "path": path,
        "seal": seal,
        "parts": _parts(container, user),
        "tabs": _tabs(container, user, current),
        "actions": action_bar(_actions(container, user, seal)) if may_act(user, container) else [],
        "open_handoff": container.open_handoff(),
        "open_discrepancies": container.discrepancies.open().order_by("pk") if user.sees_all else [],
    }


def _parts(container, user):
    origins = [origin for origin in (Origin.DRILL, Origin.SCOOP) if container.origin in (origin, Origin.MIXED)]
    zero_g = 0 * container.held_g
    parts = [Part(origin.value, origin.label, container.contents.get(origin.value, zero_g)) for origin in origins]
    # What is free is known only to who sees all that is in it.
    if container.capacity_g is not None and user.sees_all:
        parts.append(Part("free", _("Free"), container.capacity_g - container.held_g))
    return parts


def _tabs(container, user, current):
    key = [container.pk]
    tabs = [
        tab(_("Contents"), container.get_absolute_url(), current == "contents"),
        tab(_("Custody"), address("container_custody", *key), current == "custody"),
        tab(_("Seals"), address("container_seals", *key), current == "seals"),
    ]
    if user.sees_all:
        tabs.append(tab(_("Weighings"), address("container_weighings", *key), current == "weighings"))
    # The history tells every moment, so it is read from now.
    if user.sees_all and not asked():
        url = reverse("container_history", args=key)
        tabs.append(tab(_("History"), url, current == "history", container.revision))
    return tabs


def _actions(container, user, seal):
    """What may be done with it now, in the order of work; the impossible with its reason."""
    barred = refusal(authority.check_works_for, user, container.custodian) or refusal(
        authority.check_not_under_way, container
    )
    release_barred = _release_barred(container, user)
    inside = refusal(containment.check_open_to_the_outside, container.parent) if container.parent_id else ""
    key = [container.pk]
    actions = [
        action(
            _("Register sample"),
            "plus",
            f"{reverse('sample_register')}?container={container.identifier}",
            barred or refusal(containment.check_open_to_the_outside, container),
        ),
        action(_("Weigh"), "scale", reverse("container_weigh", args=key), barred or inside or no_balance()),
        action(_("Release"), "send", f"{reverse('handoff_release')}?container={container.identifier}", release_barred),
        action(_("Move"), "move", reverse("container_move", args=key), barred or inside),
    ]
    if container.parent_id:
        actions.append(action(_("Take out"), "package-open", reverse("container_take_out", args=key), barred or inside))
    actions += _seal_actions(container, seal, barred, inside)
    actions.append(action(_("Amend"), "pencil", reverse("container_amend", args=key), barred))
    if user.may(Right.CURATE):
        actions.append(action(_("Void"), "ban", reverse("container_void", args=key), barred))
    return actions


def no_balance():
    """Why nothing can be weighed at all; empty where it can."""
    return "" if Balance.objects.active().exists() else _("No balance is in use here. A curator registers one.")


def _seal_actions(container, seal, barred, inside):
    key = [container.pk]
    if seal is not None and seal.holds:
        held_here = container.custodian.kind in UNSEALING_KINDS
        elsewhere = "" if held_here else _("Seals are broken only in a laboratory or an opening centre.")
        url = reverse("container_unseal", args=key)
        noted = reverse("container_note_damage", args=key)
        return [
            action(_("Note damage"), "shield-alert", noted, barred or refusal(check_undamaged, seal)),
            action(_("Unseal"), "lock-open", url, barred or elsewhere or inside),
        ]
    return [action(_("Apply seal"), "lock", reverse("container_seal", args=key), barred or inside)]


def _release_barred(container, user):
    if container.parent_id:
        return _("%(container)s is inside %(outer)s. Release that one, or take this one out first.") % {
            "container": container,
            "outer": container.parent,
        }
    return refusal(authority.check_not_under_way, container) or refusal(
        authority.check_may_sign, user, container.custodian
    )


def custody_tab(chain, user):
    """Context of a custody tab: the chain of a container or a sample, with the verbs that are open to `user`."""
    for link in chain:
        if link.explain_url and (not may_act(user) or refusal(authority.check_may_explain, user, link.handoff)):
            link.explain_url = ""
    open_ones = {one.pk for link in chain for one in link.discrepancies if one.is_open}
    return {
        "chain": chain,
        "in_full": user.sees_all,
        "handoff_count": sum(link.kind in ("handoff", "open") for link in chain),
        "gap_count": sum(link.kind == "gap" and not link.explanation for link in chain),
        "discrepancy_count": len(open_ones),
    }


def contents_tree(container, user):
    """Context of the contents tab: nodes of containers and samples inside, nested; six queries."""
    visible = Container.objects.visible_to(user).live()
    inside = list(visible.within(container.pk).exclude(pk=container.pk).order_by("identifier"))
    place_containers(inside, Sample.objects.visible_to(user))
    held = Sample.objects.visible_to(user).live().filter(container__in=[container, *inside])
    samples = list(held.order_by("identifier")[: MOST_SAMPLES + 1])
    children = {}
    for sample in samples[:MOST_SAMPLES]:
        children.setdefault(sample.container_id, []).append(_sample_node(sample))
    for inner in inside:
        children.setdefault(inner.parent_id, []).append(_container_node(inner))

    def nest(node):
        node["children"] = [nest(child) for child in children.get(node["container_id"], [])]
        return node

    return {
        "nodes": [nest(node) for node in children.get(container.pk, [])],
        "is_cut": len(samples) > MOST_SAMPLES,
        "most_samples": MOST_SAMPLES,
    }


def _sample_node(sample):
    return {
        "container_id": None,
        "url": sample.get_absolute_url(),
        "identifier": sample.identifier,
        "kind_label": sample.get_form_display(),
        "origin": sample.origin,
        "mass_g": sample.mass_g,
    }


def _container_node(container):
    return {
        "container_id": container.pk,
        "url": container.get_absolute_url(),
        "identifier": container.identifier,
        "kind_label": container.get_kind_display(),
        "origin": container.origin,
        "mass_g": container.held_g,
    }
