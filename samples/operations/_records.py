"""What amending and voiding have in common for every kind of record (rules 22 and 23)."""

from django.utils.translation import gettext as _

from samples.models.writing import current_operation

from ._operation import Refused


class Superseded(Refused):
    """Somebody changed the record after the form was opened; `record` is as it stands now."""

    def __init__(self, record, seen):
        super().__init__(
            _("%(record)s was changed by somebody else since you opened it. Nothing was saved.") % {"record": record}
        )
        self.record = record
        self.seen = seen


class NothingChanged(Refused):
    """Every value given is the value it has."""


class NotAmendable(Refused):
    """The value is fixed, or changes only by another operation."""


class IsVoid(Refused):
    """The record was withdrawn; it can be read, not used."""


class StillInUse(Refused):
    """Live records refer to it, so it cannot be voided."""


def fresh(record, *, seen=None):
    """Return `record` as it stands now, under the writers' lock.

    Raises IsVoid for a withdrawn one and Superseded where its revision is no longer `seen`.
    """
    record = type(record).objects.get(pk=record.pk)
    if getattr(record, "is_void", False):
        raise IsVoid(_("%(record)s is void: it was withdrawn and is only kept to be read.") % {"record": record})
    check_seen(record, seen)
    return record


def check_seen(record, seen):
    """Raise Superseded where the revision of `record` is no longer the one that was `seen`."""
    if seen is not None and record.revision != seen:
        raise Superseded(record, seen)


def apply_changes(record, changes):
    """Set the values of `changes` on `record` and save it; raises NotAmendable or NothingChanged (rule 22)."""
    fields = {field.name: field for field in record._meta.fields}
    for name in changes:
        if name not in record.AMENDABLE:
            label = fields[name].verbose_name if name in fields else name
            raise NotAmendable(
                _("“%(field)s” of %(record)s is not amended: it is fixed, or changes only by an act of its own.")
                % {"field": label, "record": record},
                field=name,
            )
    # As they would be kept: trimmed, exact.
    cleaned = {name: fields[name].to_python(value) for name, value in changes.items()}
    different = {name: value for name, value in cleaned.items() if getattr(record, name) != value}
    if not different:
        raise NothingChanged(_("Nothing was changed: every value is as it was."))
    for name, value in different.items():
        setattr(record, name, value)
    record.save()
    return record


def withdraw(record, *, by, reason, references):
    """Mark `record` void; raises StillInUse where one of `references`, pairs (queryset, words), has rows."""
    counted = [(words, queryset.count()) for queryset, words in references]
    if found := [f"{words} ({count})" for words, count in counted if count]:
        raise StillInUse(
            _("%(record)s cannot be voided while others refer to it: %(found)s. Void or move those first.")
            % {"record": record, "found": ", ".join(found)}
        )
    set_void(record, by, reason)
    record.save()
    return record


def set_void(record, by, reason):
    """Set on `record` that it is withdrawn now; not saved."""
    record.voided_at, record.voided_by, record.void_reason = current_operation().moment, by, reason
