"""Forms of one act on several chosen records: what is common to all of them, and a row for each."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from samples.models import Container, Sample
from samples.operations import Refused, Several, Superseded
from samples.operations.weighings import Reading

from .containers import ContainerMoveForm
from .fields import BalanceField, EventTimeField, GramsField, IdentifierField, IdentifiersField, this_minute
from .records import A_REVISION, ReasonForm
from .weighings import tares_of

MODELS = {"container": Container, "sample": Sample}
RELATED = {"container": ["custodian", "mission"], "sample": ["container"]}
# Chosen at once. Of each container there are three boxes, far fewer than a form may have (settings).
MOST_CHOSEN = 100


@dataclass(frozen=True)
class Row:
    """One chosen record: the tick that keeps it, and the boxes that are its own, by name."""

    record: Container | Sample
    tick: forms.BoundField
    boxes: dict

    @property
    def is_at_fault(self):
        return any(box.errors for box in (self.tick, *self.boxes.values()))


class ManyForm(ReasonForm):
    """One act on several records; a row is left out by taking its tick off.

    `records` are those that were chosen, each at most once. What is refused of one of them is told at its row.
    """

    # Above the rows; everything else stands below them.
    above = []
    # The argument of the operation that takes the records.
    noun = ""
    # Whether it is decided on each record as it was shown.
    is_of_revisions = True

    def __init__(self, *args, records, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["seen"]
        self.records = records
        self.prepare()
        self.rows = [self._row(record) for record in records]
        in_rows = [box.name for row in self.rows for box in (row.tick, *row.boxes.values())]
        below = [name for name in self.fields if name not in in_rows and name not in self.above]
        self.order_fields([*self.above, *in_rows, *below])

    def prepare(self):
        """Read what the boxes of all the rows need, at once."""

    def boxes(self, record):
        """The form fields that the row of `record` has of its own, by name."""
        return {}

    def _row(self, record):
        tick = f"row_{record.pk}"
        self.fields[tick] = forms.BooleanField(label=str(record), required=False, initial=True)
        names = {name: f"{name}_{record.pk}" for name in self.boxes(record)}
        self.fields |= {names[name]: field for name, field in self.boxes(record).items()}
        if self.is_of_revisions:
            self.fields[_seen_of(record.pk)] = forms.IntegerField(**A_REVISION, initial=record.revision)
        return Row(record, self[tick], {name: self[names[name]] for name in names})

    def fieldsets(self):
        """What is common to all, below the rows."""
        apart = {box.name for row in self.rows for box in (row.tick, *row.boxes.values())} | set(self.above)
        yield "", [field for field in self.visible_fields() if field.name not in apart]

    def fields_above(self):
        return [self[name] for name in self.above]

    def kept_rows(self):
        """The rows whose tick was left on."""
        return [row for row in self.rows if self.cleaned_data.get(row.tick.name)]

    def clean(self):
        cleaned = super().clean()
        if not self.kept_rows():
            raise ValidationError(_now("Nothing is chosen. Leave at least one tick on."))
        return cleaned

    def arguments(self):
        """What was typed, as keyword arguments of the operation."""
        shared = {name: self.cleaned_data[name] for name in self.base_fields if name != "seen"}
        records = [row.record for row in self.kept_rows()]
        if self.is_of_revisions:
            shared["seen"] = {record.pk: self.cleaned_data[_seen_of(record.pk)] for record in records}
        return shared | {self.noun: records}

    def at_rows(self, error):
        """The refusals of an operation on many, each at a box of this form.

        What is said of all the records alike is said once, at the box that they share or above all. Sent once
        more, the form is about the records as they are now.
        """
        refusals = error.refusals if isinstance(error, Several) else [error]
        for refusal in refusals:
            if isinstance(refusal, Superseded):
                self._type(_seen_of(refusal.record.pk), refusal.record.revision)
        told = {}
        for refusal in refusals:
            told.setdefault((self._box_of(refusal, refusals), refusal.message), refusal)
        return Several([Refused(message, field=box) for box, message in told])

    def _box_of(self, refusal, refusals):
        name, _underscore, key = (refusal.field or "").rpartition("_")
        if not key.isdigit() or (refusal.field in self.fields and name != "row"):
            return refusal.field
        told = [one for one in refusals if one.message == refusal.message]
        if len(told) < len(self.kept_rows()) or (name not in self.fields and len(told) == 1):
            return f"row_{key}"
        # Of all alike: of the box that they share, or of none.
        return name if name in self.fields else None


def _seen_of(pk):
    """The name of the hidden field with the revision of a record that was shown."""
    return f"seen_{pk}"


class ContainerWeighManyForm(ManyForm):
    balance = BalanceField(label=_("Balance"))
    weighed_at = EventTimeField(label=_("Weighed"), initial=this_minute)
    preliminary = forms.BooleanField(
        label=_("Preliminary"),
        required=False,
        help_text=_("First readings that better ones are expected to follow."),
    )

    above = ["balance", "weighed_at", "preliminary"]
    noun = "readings"
    # A reading is what it is, whatever else was changed.
    is_of_revisions = False

    def prepare(self):
        self.tares = tares_of(self.records)

    def boxes(self, record):
        of = {"container": record}
        gross = _now("Gross mass of %(container)s") % of
        tare = self.tares[record.pk]
        proposed = GramsField(label=_now("Tare of %(container)s") % of, required=False, initial=tare.grams)
        if len(tare.inside) > 1 or tare.unknown:
            proposed.help_text = tare.sentence()
        return {"gross_g": GramsField(label=gross, required=False), "tare_g": proposed}

    def clean(self):
        cleaned = super().clean()
        for row in self.kept_rows():
            gross = row.boxes["gross_g"].name
            if self.cleaned_data.get(gross) is None and gross not in self.errors:
                self.add_error(gross, _now("Type what it weighed, or take its tick off."))
        return cleaned

    def arguments(self):
        arguments = super().arguments()
        masses = {
            row.record.pk: {name: self.cleaned_data[box.name] for name, box in row.boxes.items()} for row in self.rows
        }
        readings = [Reading(record, **masses[record.pk]) for record in arguments[self.noun]]
        return arguments | {self.noun: readings}


class ContainerMoveManyForm(ManyForm, ContainerMoveForm):
    noun = "containers"


class SampleMoveManyForm(ManyForm):
    container = IdentifierField(Container.objects.live(), what=_("container"), label=_("Into the container"))

    noun = "samples"
    field_order = ["container", "reason"]


class SampleAssignManyForm(ManyForm):
    use_category = forms.ChoiceField(label=_("Use category"), choices=[("", "---------"), *Sample.UseCategory.choices])

    noun = "samples"
    field_order = ["use_category", "reason"]


class Choice:
    """The records of one kind that were chosen in a list, or typed and scanned: what `text` names, each once.

    Of what `is_sent` also void ones, of which the operation says in words why it is not done.
    """

    def __init__(self, noun, text, *, is_sent, host):
        self.noun, self.text = noun, text
        model = MODELS[noun]
        queryset = model.objects.select_related(*RELATED[noun])
        self.field = IdentifiersField(
            queryset if is_sent else queryset.live(),
            what=model._meta.verbose_name,
            label=_now("Identifiers"),
            help_text=_now("Or the codes of labels, typed or scanned, one to a line; at most %(most)s.")
            % {"most": MOST_CHOSEN},
        )
        self.field.host = host
        self.records = self.field.those_named(text, host)
        self.identifiers = " ".join(map(str, self.records))

    @property
    def name(self):
        """Of the field in the address and in the form."""
        return f"{self.noun}s"

    @property
    def is_too_many(self):
        return len(self.records) > MOST_CHOSEN

    def too_many(self):
        """Why so many are not taken."""
        sentence = _now("These are %(count)s; at most %(most)s are taken at once. Do it in parts.")
        return sentence % {"count": len(self.records), "most": MOST_CHOSEN}

    def unknown(self):
        """What is said of the names that no record in use has; empty where all are known."""
        try:
            self.field.clean(self.text)
        except ValidationError as error:
            return " ".join(error.messages)
        return ""


class ChosenForm(forms.Form):
    """Where nothing was chosen in a list, or too much: a box to name the records in."""

    def __init__(self, *args, choice, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[choice.name] = choice.field
