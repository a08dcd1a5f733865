"""The forms that take mass off a sample, merge it, or correct it; that of a split is in splitting.py."""

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from samples.models import Sample, Weighing
from samples.roles import Right
from samples.units import format_mass

from .fields import EventTimeField, GramsField, this_minute
from .records import ReasonForm
from .weighings import WeighingChoice

_IN_GRAMS = _("In grams, or in milligrams like “12.5 mg”; to the microgram.")


class SampleConsumeForm(ReasonForm):
    mass_g = GramsField(label=_("Consumed"), help_text=_IN_GRAMS)
    happened_at = EventTimeField(label=_("When"), initial=this_minute)
    override = forms.BooleanField(
        label=_("Consume it all the same"),
        required=False,
        help_text=_("This material is kept for good, and used only where a curator says so. The reason says why."),
    )

    field_order = ["mass_g", "happened_at", "override", "reason"]

    def __init__(self, *args, sample, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _now("Which analysis used it up. Kept with the change for ever.")
        if not (sample.is_permanent and user.may(Right.CURATE)):
            del self.fields["override"]


class SampleLoseForm(ReasonForm):
    mass_g = GramsField(label=_("Lost"), help_text=_IN_GRAMS)
    happened_at = EventTimeField(label=_("When"), initial=this_minute)

    field_order = ["mass_g", "happened_at", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _now("How it was lost. Kept with the change for ever.")


class FamilyChoice(forms.ModelChoiceField):
    def label_from_instance(self, sample):
        held = {"sample": sample, "mass": format_mass(sample.mass_g), "container": sample.container}
        told = [_now("%(sample)s · %(mass)s in %(container)s") % held]
        if sample.use_category != Sample.UseCategory.UNASSIGNED:
            told.append(sample.get_use_category_display().lower())
        if sample.exposure == Sample.Exposure.EXPOSED:
            told.append(sample.get_exposure_display().lower())
        return " · ".join(told)


class SampleMergeForm(ReasonForm):
    into = FamilyChoice(Sample.objects.none(), label=_("Into"), help_text=_("Its parent, or a subsample beside it."))
    happened_at = EventTimeField(label=_("When"), initial=this_minute)
    override = forms.BooleanField(
        label=_("Merge it all the same"),
        required=False,
        help_text=_("This material is kept for good. Into another use category it goes only where a curator says so."),
    )

    field_order = ["into", "happened_at", "override", "reason"]

    def __init__(self, *args, sample, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not (sample.is_permanent and user.may(Right.CURATE)):
            del self.fields["override"]
        self.fields["into"].widget.attrs["class"] = "wide"
        self.initial.setdefault("into", sample.parent_id)
        self.fields["into"].queryset = Sample.objects.to_merge_with(sample).select_related("container")


class SampleCorrectForm(ReasonForm):
    mass_g = GramsField(
        label=_("Right mass"), help_text=_("What the sample has in truth; the difference is written down.")
    )
    weighing = WeighingChoice(
        Weighing.objects.none(),
        label=_("Weighing it rests on"),
        required=False,
        empty_label=_("none"),
        help_text=_("Of the container it is in, or of one around that."),
    )
    happened_at = EventTimeField(label=_("Found"), initial=this_minute)

    field_order = ["mass_g", "weighing", "happened_at", "reason"]

    def __init__(self, *args, sample, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("What was wrong and how that was found.")
        field = self.fields["weighing"]
        field.queryset = Weighing.objects.filter(container__in=sample.container.path())
        field.widget.attrs["class"] = "wide"
        field.offer(field.queryset)
