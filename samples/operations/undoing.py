"""Undoing an import: everything that it brought is withdrawn, as long as nobody did anything with it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samples.models import Audited, Container, Custodian, Location, Mission, Sample, User, Voidable
from samples.roles import Right

from . import containers, custodians, locations, missions
from ._operation import Refused, operation
from ._records import IsVoid, fresh, withdraw
from ._withdrawal import void_samples

# Void in this order, after the samples; of one kind the newest first, which are inside the older ones.
_VOID = {
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
    """Somebody did something with `count` records of the import; `touches` are the first of these."""

    def __init__(self, made, count, touches):
        message = ngettext(
            "%(import)s cannot be undone: one of its records was used since. %(named)s",
            "%(import)s cannot be undone: %(count)s of its records were used since. %(named)s",
            count,
        )
        named = " ".join(f"{touch.record}: {touch.why}" for touch in touches)
        super().__init__(message % {"import": made, "count": count, "named": named})
        self.count, self.touches = count, touches


@operation("import.undo", right=Right.CURATE)
def undo(*, made, seen=None, by, reason):
    """Withdraw an import and all that it brought; raises IsVoid, Touched, and what voiding each record raises."""
    check_not_undone(type(made).objects.get(pk=made.pk))
    made = fresh(made, seen=seen)
    if count := count_touched(made):
        raise Touched(made, count, touches_of(made, MOST_NAMED))
    void_samples(Sample.objects.registered_in(made.brought_in), by=by, reason=reason)
    for model, void in _VOID.items():
        for record in model.objects.registered_in(made.brought_in).order_by("-pk"):
            void(**{model._meta.model_name: record}, by=by, reason=reason)
    return withdraw(made, by=by, reason=reason, references=[])


def check_not_undone(made):
    """Raise IsVoid for an import that was undone before."""
    if made.is_void:
        raise IsVoid(_("%(import)s is undone already: what it brought is void and stays readable.") % {"import": made})


def count_touched(made):
    """With how many records of an import something was done since; 0 where it can be undone."""
    return sum(_touched(model, made.brought_in).count() for model in (Sample, *_VOID))


def touches_of(made, most):
    """What was done since with the first of the touched records of an import, one Touch each, at `most` so many."""
    touches = []
    for model in (Sample, *_VOID):
        records = list(_touched(model, made.brought_in).order_by("pk")[: most - len(touches)])
        whys = _whys(model, [record.pk for record in records], made.brought_in)
        touches += [Touch(record, " ".join(whys[record.pk])) for record in records]
    return touches


def _touched(model, operation_id):
    """The records of `model` that the operation registered and with which something was done since."""
    touched = Q(Exists(_changes(model, operation_id).filter(id=OuterRef("pk"))))
    for name, others in _relations(model, operation_id):
        touched |= Q(Exists(others.filter(**{name: OuterRef("pk")})))
    return model.objects.registered_in(operation_id).filter(touched)


def _changes(model, operation_id):
    return model.history.exclude(operation_id=operation_id)


def _whys(model, keys, operation_id):
    """{key: sentences} of what was done with the records `keys`."""
    whys = {key: [] for key in keys}
    for key in _changes(model, operation_id).filter(id__in=keys).values_list("id", flat=True).distinct().order_by():
        whys[key].append(_("it was changed."))
    for name, others in _relations(model, operation_id):
        found = others.filter(**{f"{name}__in": keys}).order_by().values_list(name)
        for key, first, count in found.annotate(first=Min("pk"), count=Count("pk")):
            whys[key].append(_refers(others.model.objects.get(pk=first), count - 1))
    return whys


def _refers(other, more):
    words = {"what": capfirst(str(other._meta.verbose_name)), "other": other, "more": more}
    if more:
        return _("%(what)s %(other)s and %(more)s more refer to it.") % words
    return _("%(what)s %(other)s refers to it.") % words


def _relations(model, operation_id):
    """(name of the field, live records of another operation) of each way in which others refer to `model`."""
    for relation in model._meta.related_objects:
        if (others := _others(relation.related_model, operation_id)) is not None:
            yield relation.field.name, others


def _others(model, operation_id):
    """Live records of `model` that another operation made; None for what is no part of the inventory."""
    if model is User:
        return User.objects.filter(is_active=True)
    if not issubclass(model, Audited):
        return None
    others = model.objects.live() if issubclass(model, Voidable) else model.objects.all()
    return others.exclude(pk__in=model.history.filter(operation_id=operation_id, revision=1).values("id"))
