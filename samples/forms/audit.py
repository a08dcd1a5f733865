"""The questions put to the audit log; the page and its CSV share them."""

import base64
import re
from datetime import timedelta
from functools import reduce
from operator import or_

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import IsNull
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from samples.audit.standalone import read_checkpoints
from samples.history import VERBS, label_of, told_fields
from samples.models import (
    Balance,
    Container,
    Custodian,
    Discrepancy,
    GapExplanation,
    Handoff,
    HandoffLine,
    Import,
    LedgerEntry,
    Location,
    MassMovement,
    Mission,
    Sample,
    Seal,
    Signature,
    User,
    Weighing,
)
from samples.trail import KINDS, kind_label

from .fields import DayField, beginning_of
from .search import SearchForm

# Operations that wrote no record; and the acts of the server itself.
NO_RECORD, SYSTEM = "none", "system"
# What each kind of record is called by. Handoffs and imports have a number, and are found by it.
_CALLED = {
    Container: ["identifier"],
    Sample: ["identifier"],
    Mission: ["code", "name"],
    Custodian: ["name"],
    Location: ["name"],
    Seal: ["number"],
    Balance: ["name"],
    User: ["username", "name"],
}
_NUMBERED = {"H-": (Handoff, "number"), "I-": (Import, "pk")}
# What has no name of its own is found by what it is a part of: the fields that point there. A seal has both.
_PART_OF = {
    Seal: ["container"],
    HandoffLine: ["container", "handoff"],
    GapExplanation: ["handoff"],
    Signature: ["handoff"],
    MassMovement: ["from_sample", "to_sample"],
    Weighing: ["container", "balance"],
    Discrepancy: ["container"],
}

# The short form of a hash, as every checkpoint bears it, and six or more digits of the hash itself.
_SHORT = re.compile(r"(?<![a-z0-9])[a-z2-7]{4}(?:-[a-z2-7]{4}){3}(?![a-z0-9])", re.I | re.ASCII)
_BEGINNING = re.compile(r"[0-9a-f]{6,64}", re.I | re.ASCII)


class AuditSearch(SearchForm):
    """Operations by person, verb, record, kind of record, field, period and the words of their reason."""

    sorts = {"seq": "seq"}
    default_sort = "-seq"
    sort_words = {"seq": _("number of the entry")}
    searched = ["reason"]
    placeholder = _("Words of the reason")

    person = forms.ChoiceField(label=_("Person"), required=False)
    verb = forms.ChoiceField(label=_("What was done"), required=False)
    record = forms.CharField(
        label=_("Record"),
        required=False,
        max_length=200,
        help_text=_(
            "An identifier, a number or a name, written out. What was done to its seals and parts is shown too."
        ),
    )
    kind = forms.ChoiceField(label=_("Kind of record"), required=False)
    field = forms.ChoiceField(
        label=_("Field that changed"), required=False, help_text=_("What a registration gave a value is no change.")
    )
    since = DayField(label=_("From the day"), required=False)
    until = DayField(label=_("To the day, included"), required=False)
    # Where the 404 page of a record leads; nobody types it.
    key = forms.IntegerField(
        label=_("Number"),
        required=False,
        widget=forms.HiddenInput,
        validators=[MinValueValidator(1), MaxValueValidator(2**63 - 1)],
    )

    def __init__(self, data, user):
        super().__init__(data, user)
        anybody = [("", _("anybody")), (SYSTEM, _("the server itself"))]
        people = User.objects.order_by("name", "pk").values_list("pk", "name", "username")
        self.fields["person"].choices = anybody + [(str(pk), f"{name} ({username})") for pk, name, username in people]
        self.fields["verb"].choices = [("", _("anything")), *sorted(VERBS.items(), key=lambda pair: str(pair[1]))]
        kinds = sorted(((noun, capfirst(kind_label(noun))) for noun in KINDS), key=lambda pair: pair[1])
        self.fields["kind"].choices = [("", _("any")), *kinds, (NO_RECORD, _("None: sign-ins, downloads and the like"))]
        self.fields["field"].choices = [("", _("any")), *_fields()]

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            raise forms.ValidationError(_("The last day lies before the first one. Change one of the two days."))
        return super().clean()

    def _words(self, field, value):
        """A chosen value in words, also where the choices stand in groups."""
        words = dict(_flat(field.choices)) if isinstance(field, forms.ChoiceField) else {}
        return words.get(value, value)

    def filter_person(self, operations, value):
        return operations.filter(actor_id=None if value == SYSTEM else int(value))

    def filter_verb(self, operations, value):
        if "." in value:
            return operations.filter(verb=value)
        # What has words of its own is another thing than its last part says.
        own = [verb for verb in VERBS if verb.endswith(f".{value}")]
        return operations.filter(verb__endswith=f".{value}").exclude(verb__in=own)

    def filter_record(self, operations, value):
        return _that_wrote(operations, _called(value))

    def filter_kind(self, operations, value):
        noun = "" if value == NO_RECORD else value
        key = self.cleaned_data.get("key")
        if key is not None:
            return _that_wrote(operations, Q(noun=noun, record_id=key))
        return operations.filter(Exists(LedgerEntry.objects.filter(operation_id=OuterRef("operation_id"), noun=noun)))

    def filter_key(self, operations, value):
        # Part of the question for a kind; alone a number names no record.
        return operations if self.cleaned_data["kind"] else operations.none()

    def filter_field(self, operations, value):
        noun, _dot, name = value.partition(".")
        rows = _rows_that_changed(KINDS[noun].history.order_by(), name)
        return operations.filter(Exists(rows.filter(operation_id=OuterRef("operation_id"))))

    def filter_since(self, operations, value):
        return operations.filter(recorded_at__gte=beginning_of(value))

    def filter_until(self, operations, value):
        return operations.filter(recorded_at__lt=beginning_of(value + timedelta(days=1)))


def _flat(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


def _fields():
    """The fields of each audited kind of record, as groups of choices."""
    kinds = sorted((capfirst(kind_label(noun)), noun, model) for noun, model in KINDS.items() if model is not User)
    for kind, noun, model in kinds:
        yield kind, [(f"{noun}.{f.name}", f"{kind} · {label_of(f)}") for f in told_fields(model)]


def _that_wrote(operations, condition):
    return operations.filter(operation_id__in=LedgerEntry.objects.filter(condition).order_by().values("operation_id"))


def _rows_that_changed(rows, name):
    """History rows whose value of the field `name` is not that of the revision before."""
    attname = rows.model._meta.get_field(name).attname
    before = rows.filter(id=OuterRef("id"), revision=OuterRef("revision") - 1)
    both_empty = Q(IsNull(OuterRef(attname), True), **{f"{attname}__isnull": True})
    same = before.filter(Q(**{attname: OuterRef(attname)}) | both_empty)
    return rows.filter(revision__gt=1).exclude(Exists(same))


def _called(text):
    """The condition of an entry on a record that is called `text`, upper and lower case alike, or on its parts."""
    found = {model: model._base_manager.filter(_named(names, text)) for model, names in _CALLED.items()}
    for mark, (model, name) in _NUMBERED.items():
        digits = text.upper().removeprefix(mark)
        if text.upper().startswith(mark) and digits.isascii() and digits.isdigit() and len(digits) < 10:
            found[model] = model._base_manager.filter(**{name: int(digits)})
    about = list(found.items())
    for part, names in _PART_OF.items():
        for name in names:
            if (whole := found.get(part._meta.get_field(name).related_model)) is not None:
                about.append((part, part._base_manager.filter(**{f"{name}__in": whole.order_by().values("pk")})))
    return reduce(or_, (_entries_of(model, records) for model, records in about))


def _named(names, text):
    return reduce(or_, (Q(**{f"{name}__iexact": text}) for name in names))


def _entries_of(model, records):
    return Q(noun=model._meta.model_name, record_id__in=records.order_by().values("pk"))


class LedgerSearch(SearchForm):
    """The ledger's entries in a row, or the one that a checkpoint names by number or hash."""

    sorts = {"seq": "seq"}
    default_sort = "-seq"
    sort_words = {"seq": _("number of the entry")}
    placeholder = _("Number, hash or checkpoint of an entry")

    def matching(self, q):
        if (short := _SHORT.search(q)) is not None:
            return Q(hash__startswith=base64.b32decode(short[0].replace("-", "").upper()).hex())
        number = Q(seq=int(q)) if q.isascii() and q.isdigit() and len(q) < 18 else None
        beginning = Q(hash__startswith=q.lower()) if _BEGINNING.fullmatch(q) else None
        return reduce(or_, filter(None, (number, beginning)), Q(pk__in=[]))


class VerifyForm(forms.Form):
    """A verification, with the checkpoints that somebody kept elsewhere."""

    checkpoints = forms.CharField(
        label=_("Checkpoints kept elsewhere"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "id"}),
        help_text=_("One a line, like “Ledger 1234 · 7KQX-2F2M-ABCD-EFGH”; files and printed records bear them."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=4000, initial=_("Routine check"))

    def clean_checkpoints(self):
        try:
            return read_checkpoints(self.cleaned_data["checkpoints"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
