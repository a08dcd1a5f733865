"""What forms on records have in common: a reason, and the revision that was on the page."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .fields import LocationField, formfield


class ReasonForm(forms.Form):
    """Any act: why, and on which revision of the record it was decided."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the change for ever."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    # (legend, names of fields), in the order of the page; fields not named come last.
    groups = []
    # The model whose rules of uniqueness what is typed may break.
    model = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, LocationField):
                field.load_names()
            # A browser would cut what a scanner types, and say nothing; here it is refused.
            field.widget.attrs.pop("maxlength", None)

    def fieldsets(self):
        """The visible fields by group: (legend, [bound fields])."""
        rest = [name for name in self.fields if not self.fields[name].widget.is_hidden]
        for legend, names in self.groups:
            rest = [name for name in rest if name not in names]
            yield legend, [self[name] for name in names if name in self.fields]
        if rest:
            yield "", [self[name] for name in rest]

    def add_error(self, field, error):
        """As Django's; but a name that is taken is a fault of the box it stands in, not of the whole form."""
        error = error if isinstance(error, ValidationError) else ValidationError(error)
        by_field = error.error_dict if hasattr(error, "error_dict") else {field: error.error_list}
        taken = _taken_names(self.model)
        for name, faults in by_field.items():
            for fault in faults:
                of_all = name in (None, NON_FIELD_ERRORS)
                super().add_error(taken.get(str(fault.message), name) if of_all else name, fault)

    def catch_up(self, record, seen):
        """Say from here on that its sender has seen `record` as it is now, and no more as it was when `seen`."""
        self.data = self.data.copy()
        self.data["seen"] = record.revision

    def arguments(self):
        """What was typed, as keyword arguments of the operation."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class RecordForm(ReasonForm, forms.ModelForm):
    """A form of a record's fields. Its instance is only looked at: an operation writes."""

    class Meta:
        formfield_callback = formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.model = self._meta.model
        self.order_fields([name for name in self.fields if name != "reason"])

    def catch_up(self, record, seen):
        """Also what was left as it was is now as it is: nobody's change is undone by who typed something else."""
        super().catch_up(record, seen)
        before = record.history.filter(revision=seen).first()
        now = type(self)(instance=record)
        for name in self._meta.fields if before else []:
            field = self.fields[name]
            typed = field.widget.value_from_datadict(self.data, self.files, name)
            if not field.has_changed(getattr(before, name), typed):
                value = now[name].value()
                self.data[name] = value if isinstance(value, str | bool) else field.widget.format_value(value)

    def changes(self):
        """The record's own fields as typed, for amending."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def save(self, commit=True):
        raise NotImplementedError("an operation writes the record")


def _taken_names(model):
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
