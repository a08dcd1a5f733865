"""What forms on records have in common: a reason, and the revision that was on the page."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .conflict import Fate, compare
from .fields import LocationField, formfield

A_REVISION = {"required": False, "widget": forms.HiddenInput, "min_value": 0, "max_value": 2**31 - 1}
# The names of the fields in which a person decides begin with it.
DECIDE = "decide_"
THEIRS, MINE = "theirs", "mine"
DECISIONS = [(THEIRS, _("Keep theirs")), (MINE, _("Take mine"))]
UNDECIDED = _("You and somebody else both changed this. Say which of the two values stays.")


class ReasonForm(forms.Form):
    """Any act: why, and on which revision of the record it was decided."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the change for ever."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    # The revision last shown to the person.
    seen = forms.IntegerField(**A_REVISION)

    # (legend, names of fields), in the order of the page; fields not named come last.
    groups = []
    # The model whose rules of uniqueness what is typed may break.
    model = None
    # What was changed since the form was opened, beside what is typed: the rows of compare().
    conflict = None
    # Whether what is typed are the record's own fields, so that both may have changed the same one.
    is_of_fields = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, LocationField):
                field.load_names()
            # A browser would cut what a scanner types, and say nothing; here it is refused.
            field.widget.attrs.pop("maxlength", None)

    def fieldsets(self):
        """The visible fields by group: (legend, [bound fields])."""
        rest = [name for name, field in self.fields.items() if not (field.widget.is_hidden or name.startswith(DECIDE))]
        for legend, names in self.groups:
            rest = [name for name in rest if name not in names]
            yield legend, [self[name] for name in names if name in self.fields]
        if rest:
            yield "", [self[name] for name in rest]

    def add_error(self, field, error):
        """As Django's; but a name that is taken is a fault of the box it stands in, not of the whole form."""
        error = error if isinstance(error, ValidationError) else ValidationError(error)
        by_field = error.error_dict if hasattr(error, "error_dict") else {field: error.error_list}
        taken = taken_names(self.model)
        for name, faults in by_field.items():
            for fault in faults:
                of_all = name in (None, NON_FIELD_ERRORS)
                super().add_error(taken.get(str(fault.message), name) if of_all else name, fault)

    def catch_up(self, record, seen):
        """Show what was changed since revision `seen`; sent again, the form is about `record` as it is now."""
        self.conflict = compare(record, seen, seen, {})
        self._type("seen", record.revision)

    def arguments(self):
        """What was typed, as keyword arguments of the operation."""
        return {name: value for name, value in self.cleaned_data.items() if not self.fields[name].widget.is_hidden}

    def _type(self, name, value):
        """Put another value into a box of the form that was sent; None empties it."""
        self.data = self.data.copy()
        self.data.pop(name, None)
        if value is not None:
            self.data[name] = value


class RecordForm(ReasonForm, forms.ModelForm):
    """A form of a record's fields. Its instance is only looked at: an operation writes.

    Where somebody changed the record after the form was opened, it shows both values of each field, and
    takes the person's decision where both of them changed it (samples/forms/conflict.py).
    """

    is_of_fields = True
    # The revision the form was opened on, once that is not the one last shown any more.
    opened = forms.IntegerField(**A_REVISION)

    class Meta:
        formfield_callback = formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.model = self._meta.model
        self.order_fields([name for name in self.fields if name != "reason"])

    def clean(self):
        super().clean()
        opened, seen = self.cleaned_data.get("opened"), self.cleaned_data.get("seen")
        # Where the record was changed once more, the operation says so, and there is more to decide.
        if self.instance.pk and opened is not None and self.instance.revision == seen:
            self._show_conflict(self.instance, opened, seen)
            self._take_decisions()

    def catch_up(self, record, seen):
        """As above; what was left as it was becomes what it is now: nobody undoes a change by typing something else."""
        opened = self.cleaned_data.get("opened")
        opened = seen if opened is None else opened
        shown = record.history.filter(revision=seen).first()
        self._show_conflict(record, opened, seen)
        now = type(self)(instance=record)
        for row in self.conflict:
            if row.decision and getattr(shown, row.name, None) != getattr(record, row.name):
                # It was decided on another value.
                self._type(DECIDE + row.name, None)
            elif row.name and row.fate == Fate.THEIRS:
                value = now[row.name].value()
                is_ready = isinstance(value, str | bool)
                self._type(row.name, value if is_ready else self.fields[row.name].widget.format_value(value))
        self._type("opened", opened)
        self._type("seen", record.revision)

    @property
    def decisions(self):
        """The rows of the conflict in which the person decides."""
        return [row for row in self.conflict or () if row.decision]

    @cached_property
    def typed(self):
        """{field name: value} as it would be kept; as it was typed, where it is no such value."""
        return {name: self._typed(name) for name in self._meta.fields}

    def _typed(self, name):
        if name in self.cleaned_data:
            return self.model._meta.get_field(name).to_python(self.cleaned_data[name])
        return self.fields[name].widget.value_from_datadict(self.data, self.files, name)

    def _show_conflict(self, record, opened, seen):
        self.conflict = compare(record, opened, seen, self.typed)
        for row in self.conflict:
            if row.fate == Fate.BOTH:
                self.fields[DECIDE + row.name] = radio(DECISIONS, row.label)
                row.decision = self[DECIDE + row.name]

    def _take_decisions(self):
        for row in self.decisions:
            if row.decision.data == THEIRS:
                self.cleaned_data[row.name] = getattr(self.instance, row.name)
            elif row.decision.data != MINE:
                self.add_error(row.decision.name, UNDECIDED)

    def changes(self):
        """The record's own fields as typed, for amending."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def save(self, commit=True):
        raise NotImplementedError("an operation writes the record")


def taken_names(model):
    """{sentence: field} of the model's rules of uniqueness; each has the name, in lower case, come last."""
    rules = [rule for rule in model._meta.constraints if getattr(rule, "expressions", ())] if model else []
    return {
        str(rule.violation_error_message): rule.expressions[-1].get_source_expressions()[0].name
        for rule in rules
        if isinstance(rule.expressions[-1], Lower)
    }


def radio(choices, label, **kwargs):
    """A choice shown as boxes to tap."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **kwargs)
