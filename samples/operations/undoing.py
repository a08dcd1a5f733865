"""Undoing an import: everything that it brought is withdrawn, as long as nobody did anything with it."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from samples.models import Audited, Container, Custodian, Location, Mission, Sample, User, Voidable
from samples.roles import Right

from . import containers, custodians, locations, missions, samples
from ._operation import Refused, operation
from ._records import fresh, withdraw

# Void in this order; of one kind the newest first, which are inside the older ones or came of them.
_VOID = {
    Sample: samples.void,
    Container: containers.void,
    Location: locations.void,
    Custodian: custodians.void,
    Mission: missions.void,
}
MOST_NAMED = 20


@dataclass(frozen=True)
class Touch:
    """A record of an import that cannot be taken back, and why."""

    record: Any
    why: str


class Touched(Refused):
    """Somebody did something with records of the import; `touches` are these."""

    def __init__(self, made, touches):
        named = " ".join(f"{touch.record}: {touch.why}" for touch in touches[:MOST_NAMED])
        message = _("%(import)s cannot be undone: %(count)s of its records were used since. %(named)s")
        super().__init__(message % {"import": made, "count": len(touches), "named": named})
        self.touches = touches


@operation("import.undo", right=Right.CURATE)
def undo(*, made, seen=None, by, reason):
    """Withdraw an import and all that it brought; raises Touched, and what the withdrawal of a record raises."""
    made = fresh(made, seen=seen)
    if touches := touches_of(made):
        raise Touched(made, touches)
    for model, void in _VOID.items():
        for record in model.objects.registered_in(made.brought_in).order_by("-pk"):
            void(**{model._meta.model_name: record}, by=by, reason=reason)
    return withdraw(made, by=by, reason=reason, references=[])


def touches_of(made):
    """What was done since with the records of an import, record by record; none where it can be undone."""
    touches = []
    for model in _VOID:
        brought = model.objects.registered_in(made.brought_in)
        touches += _changed(model, brought, made.brought_in)
        touches += _referred_to(model, brought, made.brought_in)
    return touches


def _changed(model, brought, operation_id):
    later = model.history.filter(id__in=brought.values("pk")).exclude(operation_id=operation_id)
    changed = model.objects.filter(pk__in=later.values("id")).order_by("pk")
    return [Touch(record, _("it was changed.")) for record in changed]


def _referred_to(model, brought, operation_id):
    """The records that others refer to, which did not come with the same import."""
    touches = []
    for relation in model._meta.related_objects:
        if (others := _others(relation.related_model, operation_id)) is None:
            continue
        name = relation.field.name
        for other in others.filter(**{f"{name}__in": brought.values("pk")}).select_related(name).order_by("pk"):
            why = _("%(what)s %(other)s refers to it.")
            what = capfirst(str(other._meta.verbose_name))
            touches.append(Touch(getattr(other, name), why % {"what": what, "other": other}))
    return touches


def _others(model, operation_id):
    """Live records of `model` that another operation made; None for what is no part of the inventory."""
    if model is User:
        return User.objects.filter(is_active=True)
    if not issubclass(model, Audited):
        return None
    others = model.objects.live() if issubclass(model, Voidable) else model.objects.all()
    return others.exclude(pk__in=model.history.filter(operation_id=operation_id, revision=1).values("id"))
