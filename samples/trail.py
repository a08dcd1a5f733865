"""The trail: operations as people read them, from the ledger's entries and the history rows that they name."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, F, OuterRef, Subquery, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.history import (
    SUBJECTS,
    Change,
    account_change,
    changes_between,
    differences,
    names_of_referenced,
    short_id,
    text_of,
    verb_label,
)
from samples.models import AccountEvent, LedgerEntry, Location, User, audited_models, location_names
from samples.verifications import Kept, kept, payload_of, said

# By the noun of a ledger entry.
KINDS = {model._meta.model_name: model for model in (*audited_models(), User)}
# What the text of a record names beside itself.
_NAMED_WITH = {
    "handoffline": ["handoff", "container"],
    "gapexplanation": ["handoff"],
    "signature": ["handoff"],
    "weighing": ["container"],
    "discrepancy": ["container"],
}
# The kind of record that an operation is about, by the first word of its verb.
_ABOUT = {word: model._meta.model_name for word, model in SUBJECTS.items()} | {"person": "user", "token": "user"}
# Acts that say themselves that what they write is new.
_MAKING = ("register", "samples", "records", "explain_gap")
# As many records an operation's line names; the others are counted.
MOST_NAMED = 3
# What of an act that wrote no record stands in its line, by verb.
_ACT_LABELS = {
    "data.export": "file",
    "audit.export": "exported",
    "session.lock_out": "user_name",
    "migration.apply": "migrations",
}
_ACT_WORDS = {
    "file": gettext_lazy("File"),
    "filters": gettext_lazy("Filters"),
    "format": gettext_lazy("Format"),
    "token": gettext_lazy("Token"),
    "user_name": gettext_lazy("User name"),
    "address": gettext_lazy("Address"),
    "findings": gettext_lazy("Findings"),
    "kinds": gettext_lazy("Kinds of findings"),
    "checked": gettext_lazy("Rows checked"),
    "checkpoints": gettext_lazy("Checkpoints given"),
    "head_seq": gettext_lazy("Newest entry"),
    "head_hash": gettext_lazy("Its hash"),
}
# What of a verification stands in a table of its own.
_KEPT = ("found", "given")


@dataclass
class Named:
    """A record as it is named in a line: its identifier or name, its page, and what kind it is of."""

    label: str
    url: str = ""
    kind: str = ""


@dataclass
class Line(Change):
    """One operation in the log: `records` it names, the `more` of the same kind, and what else it wrote, in words."""

    records: list = field(default_factory=list)
    more: int = 0
    beside: str = ""
    said: str = ""

    @property
    def verb_label(self):
        return self.said or super().verb_label

    @property
    def of_what(self):
        """What stands between the verb and the records: "container", or what makes a sentence of them."""
        kind = self.records[0].kind if self.records else ""
        if self.verb == "custody.explain_gap":
            return _("of handoff")
        if kind == kind_label("user"):
            return _("for")
        # Not "Applied seal seal", nor "Weighed weighing".
        return "" if self.verb == "weighing.record" or kind in str(self.verb_label).lower() else kind


@dataclass
class Written:
    """One ledger entry with the record it tells of and the Change that its history row made; None where it is lost."""

    entry: LedgerEntry
    record: Named | None
    change: Change | None
    kept: Kept | None = None


def kind_label(noun, count=1):
    """A kind of record as people say it: "container", "containers"."""
    if (model := KINDS.get(noun)) is None:
        return noun
    return str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural)


def lines(operations):
    """The operations, given by their first entries, as Lines; a few queries whatever they wrote."""
    ids = [entry.operation_id for entry in operations]
    counted = _counted(ids)
    chosen = {entry.operation_id: _main_noun(entry, counted[entry.operation_id]) for entry in operations}
    keys = _first_keys(ids, chosen)
    names = _names_by_noun(keys.values())
    return [_line(entry, counted[entry.operation_id], keys[entry.operation_id], names) for entry in operations]


def _counted(ids):
    """{operation: {noun: number of records}}, in the order in which they were written first."""
    counted = defaultdict(dict)
    entries = LedgerEntry.objects.filter(operation_id__in=ids).exclude(noun="").order_by()
    for operation, noun, number in entries.values_list("operation_id", "noun").annotate(
        number=Count("record_id", distinct=True)
    ):
        counted[operation][noun] = number
    return counted


def _main_noun(entry, counted):
    """The kind of record that the operation is about."""
    about = _ABOUT.get(entry.verb.partition(".")[0])
    if about in counted:
        return about
    return entry.noun or min(counted, default="")


def _first_keys(ids, chosen):
    """{operation: [(noun, key)]} of the first records of the kind that each operation is about."""
    place = Window(RowNumber(), partition_by=[F("operation_id"), F("noun")], order_by=F("step").asc())
    rows = LedgerEntry.objects.filter(operation_id__in=ids).exclude(noun="").annotate(place=place)
    # Twice as many as are named, for a record may be written twice.
    rows = rows.filter(place__lte=2 * MOST_NAMED).order_by("seq")
    keys = defaultdict(list)
    for operation, noun, key in rows.values_list("operation_id", "noun", "record_id"):
        known = keys[operation]
        if chosen[operation] == noun and (noun, key) not in known and len(known) < MOST_NAMED:
            known.append((noun, key))
    return keys


def _names_by_noun(lists):
    keys = defaultdict(set)
    for noun, key in (pair for pairs in lists for pair in pairs):
        keys[noun].add(key)
    return {(noun, key): named for noun, some in keys.items() for key, named in names_of(noun, some).items()}


def _line(entry, counted, keys, names):
    line = Line(**_about(entry), said=said(entry))
    if not counted:
        line.records = [act_named(entry)] if act_named(entry) else []
        return line
    noun = keys[0][0] if keys else ""
    line.records = [names.get(key) or Named(f"{kind_label(key[0])} {key[1]}") for key in keys]
    line.more = max(counted.get(noun, 0) - len(line.records), 0)
    beside = [f"{number} {kind_label(other, number)}" for other, number in sorted(counted.items()) if other != noun]
    line.beside = ", ".join(beside)
    return line


def _about(entry):
    return {
        "at": entry.recorded_at,
        "who": entry.actor_name,
        "verb": entry.verb,
        "reason": entry.reason,
        "operation_id": short_id(entry.operation_id),
        "operation_url": reverse("operation_detail", args=[entry.operation_id]),
        "revision": entry.revision or 0,
    }


def names_of(noun, keys):
    """{key: Named} of the records of one kind; one query, two for locations."""
    model = KINDS.get(noun)
    if model is None or not keys:
        return {}
    records = model._base_manager.select_related(*_NAMED_WITH.get(noun, [])).in_bulk(list(keys))
    paths = location_names(list(keys)) if model is Location else {}
    return {
        key: Named(paths.get(key) or str(record), _url(noun, record), kind_label(noun))
        for key, record in records.items()
    }


def _url(noun, record):
    """The page on which this record is read; empty for people, whose accounts are kept in the console."""
    match noun:
        case "seal":
            return reverse("container_seals", args=[record.container_id])
        case "massmovement":
            return reverse("sample_movements", args=[record.to_sample_id or record.from_sample_id])
        case "handoffline" | "gapexplanation" | "signature":
            return reverse("handoff_detail", args=[record.handoff_id])
        case "user":
            return ""
    return record.get_absolute_url()


def named(entries):
    """What each of the ledger entries tells of as Named, None for an act that says no more; a query a kind."""
    names = _names_by_noun([[(entry.noun, entry.record_id) for entry in entries if entry.noun]])
    lost = {entry.seq: Named(f"{kind_label(entry.noun)} {entry.record_id}") for entry in entries if entry.noun}
    return [
        names.get((entry.noun, entry.record_id), lost[entry.seq]) if entry.noun else act_named(entry)
        for entry in entries
    ]


def what_was_done(entry):
    """What an entry says was done, before the name of its record: "Voided: new" of what the voiding added."""
    label = str(said(entry) or verb_label(entry.verb))
    about, _dot, act = entry.verb.partition(".")
    is_part = entry.revision == 1 and about in _ABOUT and entry.noun != _ABOUT[about] and act not in _MAKING
    return _("%(done)s: new") % {"done": label} if is_part else label


def act_named(entry):
    """What an act without a record was about, such as the file that was downloaded; None where nothing says it."""
    told = payload_of(entry).get(_ACT_LABELS.get(entry.verb))
    return Named(_words(told)) if told else None


def _pairs(noun, entries):
    """{history id: (the history row, the row before it or None)} of the entries of one kind; two queries."""
    if noun == "user":
        rows = AccountEvent.objects.all()
        earlier = AccountEvent.objects.filter(user=OuterRef("user"), pk__lt=OuterRef("pk")).order_by("-pk")
    else:
        rows = KINDS[noun].history.all()
        earlier = KINDS[noun].history.filter(id=OuterRef("id"), revision=OuterRef("revision") - 1).order_by()
    wanted = rows.filter(pk__in=[entry.history_id for entry in entries])
    found = list(wanted.annotate(before_key=Subquery(earlier.values("pk")[:1])))
    before = rows.in_bulk({row.before_key for row in found} - {None})
    return {row.pk: (row, before.get(row.before_key)) for row in found}


def written(entries):
    """The ledger entries as Written, in their order; a few queries for each kind of record among them."""
    told = {}
    for noun, some in _by_noun(entries).items():
        pairs = _pairs(noun, some)
        names = names_of(noun, {entry.record_id for entry in some})
        ordered = list(pairs.values())
        changes = [account_change(*pair) for pair in ordered] if noun == "user" else changes_between(ordered)
        for change, (row, before) in zip(changes, ordered, strict=True):
            if getattr(row, "voided_at", None) and not (before and before.voided_at):
                change.fields.append((_("Void"), _("no"), _("yes")))
        by_key = {row.pk: change for (row, _before), change in zip(ordered, changes, strict=True)}
        for entry in some:
            lost = Named(f"{kind_label(noun)} {entry.record_id}", "", kind_label(noun))
            told[entry.seq] = Written(entry, names.get(entry.record_id, lost), by_key.get(entry.history_id))
    return [told.get(entry.seq) or _act(entry) for entry in entries]


def _by_noun(entries):
    by_noun = defaultdict(list)
    for entry in entries:
        if entry.noun in KINDS:
            by_noun[entry.noun].append(entry)
    return by_noun


def _act(entry):
    change = Change(**_about(entry))
    change.fields = [
        (str(_ACT_WORDS.get(key, capfirst(key.replace("_", " ")))), None, text)
        for key, text in told_by(entry)
        if key not in _KEPT
    ]
    return Written(entry, None, change, kept(entry))


def told_by(entry):
    """[(name, text)] of what an act without a record tells."""
    return [(key, _words(value)) for key, value in payload_of(entry).items() if value not in ("", None, {}, [])]


def _words(value):
    if isinstance(value, dict):
        return ", ".join(f"{key}: {each}" for key, each in value.items())
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)


def raw_changes(entries):
    """{seq: (identifier, [(field, old, new)])} of the entries: values as they are kept, records by what names them."""
    raw = {entry.seq: ("", [(key, None, text) for key, text in told_by(entry)]) for entry in entries if not entry.noun}
    for noun, some in _by_noun(entries).items():
        pairs = _pairs(noun, some)
        names = names_of(noun, {entry.record_id for entry in some})
        fields = _raw_fields(noun, list(pairs.values()))
        for entry in some:
            named = names.get(entry.record_id)
            raw[entry.seq] = (named.label if named else entry.record_id, fields.get(entry.history_id, []))
    return raw


def _raw_fields(noun, pairs):
    """{history id: [(field, old, new)]} with the text of what a foreign key points at in the place of its key."""
    if noun == "user":
        return {event.pk: [("account", before and before.state, event.state)] for event, before in pairs}
    names = names_of_referenced(pairs) if pairs else {}
    return {
        row.pk: [(f.name, _raw(f, old, names), _raw(f, new, names)) for f, old, new in differences(row, before)]
        for row, before in pairs
    }


def _raw(f, value, names):
    return text_of(f, value, names) if f.name in names else value
