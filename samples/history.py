"""Reads of the past: history rows as changes in plain words, one record's or the newest of all."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.models import (
    ENTERED_LATER,
    Balance,
    Container,
    Custodian,
    DepthField,
    Discrepancy,
    Handoff,
    Import,
    Location,
    MassDifferenceField,
    MassField,
    Mission,
    Sample,
    Seal,
    Weighing,
    location_names,
)
from samples.units import format_depth, format_mass

VERBS = {
    "register": gettext_lazy("Registered"),
    "amend": gettext_lazy("Amended"),
    "void": gettext_lazy("Voided"),
    "move": gettext_lazy("Moved"),
    "take_out": gettext_lazy("Took out"),
    "apply": gettext_lazy("Applied seal"),
    "unseal": gettext_lazy("Broke seal"),
    "note_damage": gettext_lazy("Noted damage of seal"),
    "record": gettext_lazy("Weighed"),
    "close": gettext_lazy("Closed"),
    "correct": gettext_lazy("Corrected the mass"),
    "split": gettext_lazy("Split"),
    "merge": gettext_lazy("Merged"),
    "consume": gettext_lazy("Consumed"),
    "lose": gettext_lazy("Declared lost"),
    "assign": gettext_lazy("Assigned the use category"),
    "expose": gettext_lazy("Noted exposure to air"),
    "move_many": gettext_lazy("Moved"),
    "assign_many": gettext_lazy("Assigned the use category"),
    "record_many": gettext_lazy("Weighed"),
    "publish": gettext_lazy("Published"),
    "unpublish": gettext_lazy("Took out of publication"),
    "release": gettext_lazy("Released"),
    "receive": gettext_lazy("Received"),
    "reject": gettext_lazy("Rejected"),
    "cancel": gettext_lazy("Cancelled"),
    "explain_gap": gettext_lazy("Explained the gap"),
    "change": gettext_lazy("Changed"),
    "samples": gettext_lazy("Imported"),
    "records": gettext_lazy("Imported"),
    "undo": gettext_lazy("Undid"),
    "make": gettext_lazy("Made a token"),
    "revoke": gettext_lazy("Revoked a token"),
    "choose_password": gettext_lazy("Chose a new password"),
    "renew_hash": gettext_lazy("Renewed the hash of the password"),
    "reset_password": gettext_lazy("Reset the password"),
    "person.register": gettext_lazy("Added the account"),
    "person.change": gettext_lazy("Changed the account"),
    "sign_in": gettext_lazy("Signed in"),
    "sign_out": gettext_lazy("Signed out"),
    "lock_out": gettext_lazy("Locked out after wrong passwords"),
    "export": gettext_lazy("Downloaded"),
    "verify": gettext_lazy("Verified the ledger"),
    "migration.apply": gettext_lazy("Migrated the database"),
    "migration.adopt": gettext_lazy("Took over what was changed past labinv"),
    "migration.begin": gettext_lazy("Began to migrate the database"),
    "migration.enter": gettext_lazy("Entered what is older than the ledger"),
    "migration.arm": gettext_lazy("Put up the guard of the database again"),
}
# The model whose rows tell what an operation was about, by the noun its verb begins with.
SUBJECTS = {
    "mission": Mission,
    "custodian": Custodian,
    "location": Location,
    "container": Container,
    "sample": Sample,
    "custody": Handoff,
    "seal": Seal,
    "balance": Balance,
    "weighing": Weighing,
    "discrepancy": Discrepancy,
    "import": Import,
}
# Told by the operation itself: its person, moment and reason.
_TOLD_ELSEWHERE = {"id", "revision", "voided_at", "voided_by", "void_reason", "closed_at", "closed_by"}
# Their own text names their container.
_NAMED_BY_CONTAINER = {"weighing", "discrepancy"}
MOST_SHOWN = 200


@dataclass
class Change:
    """One operation's effect on one record; `fields` are (label, old text or None, new text or None)."""

    at: datetime
    who: str
    verb: str
    reason: str
    operation_id: str
    revision: int
    operation_url: str = ""
    fields: list = field(default_factory=list)
    record_label: str = ""
    record_url: str = ""

    @property
    def verb_label(self):
        return verb_label(self.verb)


def verb_label(verb):
    """A verb such as "container.move" as people say it."""
    return VERBS.get(verb) or VERBS.get(verb.partition(".")[2], verb)


def history_of(record, before=None, limit=MOST_SHOWN):
    """The changes of one record, newest first, at most `limit`, those before revision `before`; a few queries."""
    rows = record.history.order_by("-revision")
    if before is not None:
        rows = rows.filter(revision__lt=before)
    # One more than is shown, so that the oldest shown has the version before it.
    return _changes(list(rows[: limit + 1]))[:limit]


def changes_since(record, seen):
    """The changes of one record made after its revision `seen`, newest first."""
    return _changes(list(record.history.filter(revision__gte=seen).order_by("-revision")))[:-1]


def recent_operations(limit=8):
    """The newest operations on any record, newest first; one query for each kind of record."""
    newest = []
    for noun, model in SUBJECTS.items():
        rows = model.history.filter(verb__startswith=f"{noun}.").order_by("-history_date", "-history_id")
        # An operation first writes what it is about; what stood around it, like an emptied outer container, follows.
        earlier = {"operation_id": models.OuterRef("operation_id"), "history_id__lt": models.OuterRef("history_id")}
        rows = rows.exclude(models.Exists(model.history.filter(**earlier)))
        if noun in _NAMED_BY_CONTAINER:
            rows = rows.select_related("container")
        newest += [_operation(noun, row) for row in rows[:limit]]
    return sorted(newest, key=lambda change: change.at, reverse=True)[:limit]


def _operation(noun, row):
    change = _bare(row)
    if noun in _NAMED_BY_CONTAINER:
        instance = row.instance
        instance.container = row.container
        change.record_label, change.record_url = str(instance), instance.get_absolute_url()
    elif noun == "seal":
        change.record_label, change.record_url = row.number, reverse("container_seals", args=[row.container_id])
    else:
        change.record_label, change.record_url = str(row.instance), row.instance.get_absolute_url()
    return change


def _bare(row):
    return Change(
        at=row.history_date,
        who=row.actor_name,
        verb=row.verb,
        reason=row.history_change_reason or "",
        operation_id=short_id(row.operation_id),
        operation_url=reverse("operation_detail", args=[row.operation_id]),
        revision=row.revision,
    )


def short_id(operation_id):
    """An operation's number as people read it: "op-1f0c93aa"."""
    return f"op-{str(operation_id)[:8]}"


def _changes(rows):
    """Each row (newest first) as a Change against the row after it in the list."""
    return changes_between(list(zip(rows, [*rows[1:], None], strict=True)) if rows else [])


def changes_between(pairs):
    """Each (history row, the row before it or None) as a Change; all of one kind of record, a query a foreign key."""
    if not pairs:
        return []
    names = names_of_referenced(pairs)
    changes = []
    for row, before in pairs:
        change = _bare(row)
        change.fields = [
            (label_of(f), text_of(f, old, names), text_of(f, new, names)) for f, old, new in differences(row, before)
        ]
        changes.append(change)
    return changes


def told_fields(model):
    """The fields whose changes are told; the others stand in the operation itself."""
    return [f for f in model._meta.fields if f.name not in _TOLD_ELSEWHERE]


def differences(row, before):
    """Yield (field, old value, new value) of what a history row changed; of a first one, what it gave a value."""
    for f in told_fields(row.instance_type):
        new = getattr(row, f.attname)
        old = getattr(before, f.attname) if before else None
        if (new != old) if before else (new not in (None, "") and f.name != "status"):
            yield f, old, new


def account_change(event, before, number=0):
    """An AccountEvent as a Change against the one `before` it, or None; `number` counts them for a person."""
    return Change(
        at=event.at,
        who=event.actor_name,
        verb=event.verb,
        reason=event.reason,
        operation_id=short_id(event.operation_id),
        operation_url=reverse("operation_detail", args=[event.operation_id]),
        revision=number,
        fields=[(_("Account"), before.state if before else None, event.state)],
    )


def label_of(f):
    """A model field's name as people read it."""
    label = str(f.verbose_name)
    return label[:1].upper() + label[1:]


def names_of_referenced(pairs):
    """{field name: {key: text}} of the records that foreign keys of these rows point at; a query a field."""
    names = {}
    rows = [row for pair in pairs for row in pair if row is not None]
    for f in told_fields(rows[0].instance_type):
        if isinstance(f, models.ForeignKey):
            keys = {getattr(row, f.attname) for row in rows} - {None}
            names[f.name] = _names(f.remote_field.model, keys)
    return names


def _names(model, keys):
    if model is Location:
        # "Shelf 1" is the name of many; the way down to it tells which.
        return location_names(keys)
    return {key: str(record) for key, record in model._base_manager.in_bulk(keys).items()} if keys else {}


def text_of(f, value, names=()):
    """A model field's value as people read it; None for an empty one. What was typed and is no such value is itself."""
    if value is None or value == "":
        return None
    if f.name in names:
        return names[f.name].get(value, _("unknown"))
    if isinstance(value, str):
        return str(dict(f.flatchoices).get(value, value))
    if isinstance(f, MassField | MassDifferenceField):
        return format_mass(value)
    if isinstance(f, DepthField):
        return f"{format_depth(value)} cm"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return moment_text(value)


def moment_text(value):
    """A moment in the zone of the page, or a day, as text; anything else as it is."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j M Y, H:i", use_l10n=False)
    if isinstance(value, date):
        return date_format(value, "j M Y", use_l10n=False)
    return str(value)


def side_line(handoff, side):
    """Who signed one side of a handoff ("release" or "receipt"), on whose behalf, and whether it was entered later."""
    if side == "release":
        at, signed_at, person = handoff.released_at, handoff.release_signed_at, handoff.released_by
        behalf, document, word = handoff.released_on_behalf_of, handoff.release_document, _("Released")
    else:
        at, signed_at, person = handoff.received_at, handoff.receipt_signed_at, handoff.received_by
        behalf, document, word = handoff.received_on_behalf_of, handoff.receipt_document, _("Received")
    if at is None:
        return ""
    values = {"word": word, "at": moment_text(at), "person": person, "behalf": behalf, "document": document}
    later = signed_at - at > ENTERED_LATER
    if behalf and later:
        return _("%(word)s %(at)s on behalf of %(behalf)s, %(document)s; entered later by %(person)s") % values
    if behalf:
        return _("%(word)s %(at)s on behalf of %(behalf)s, %(document)s; entered by %(person)s") % values
    line = _("%(word)s %(at)s by %(person)s") % values
    return f"{line}, {_('entered later')}" if later else line


def duration(span):
    """A span of time as people say it, never broken over two lines: "50 min", "12 h 05 min", "2 d 3 h"."""
    minutes = int(span.total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        text = _("%(days)s d %(hours)s h") % {"days": hours // 24, "hours": hours % 24}
    elif hours:
        text = _("%(hours)s h %(minutes)02d min") % {"hours": hours, "minutes": minutes}
    else:
        text = _("%(minutes)s min") % {"minutes": minutes}
    return unbroken(text)


def unbroken(text):
    """A text that stays on one line, by its no-break spaces."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
