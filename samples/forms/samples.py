from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from samples.models import Container, Sample

from .fields import EventTimeField, GramsField, IdentifierField, this_minute
from .records import ReasonForm, RecordForm, radio


class SampleAmendForm(RecordForm):
    groups = [
        (_("Names"), ["other_names", "description"]),
        (_("How it was taken"), ["form", "collection_method", "collected_at", "depth_top_cm", "depth_bottom_cm"]),
    ]

    class Meta(RecordForm.Meta):
        model = Sample
        fields = Sample.AMENDABLE
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"depth_top_cm": _("Drilled material only; both depths or none.")}


class SampleRegisterForm(SampleAmendForm):
    container = IdentifierField(
        Container.objects.live(),
        what=_("container"),
        label=_("Container"),
        help_text=_("Identifier of the container it is in. The mission is that container's."),
    )
    origin = radio(Sample.Origin.choices, _("Origin"))
    mass_g = GramsField(label=_("Mass"), help_text=_("In grams, or in milligrams like “12.5 mg”; to the microgram."))
    happened_at = EventTimeField(
        label=_("When this mass was taken on"),
        initial=this_minute,
        help_text=_("The event time of the accession; never later than now."),
    )
    parent = IdentifierField(
        Sample.objects.live(),
        what=_("sample"),
        label=_("Subsample of"),
        required=False,
        help_text=_("Only where it was split before this inventory began; its mass is counted on its own."),
    )

    groups = [
        (_("What it is"), ["identifier", "other_names", "form", "description"]),
        (_("Where it is"), ["container", "parent"]),
        (_("Mass"), ["mass_g", "happened_at"]),
        (
            _("How it was taken"),
            ["origin", "collection_method", "collected_at", "depth_top_cm", "depth_bottom_cm"],
        ),
        (_("Use and exposure"), ["use_category", "exposure", "exposed_at", "exposed_reason"]),
    ]

    class Meta(SampleAmendForm.Meta):
        fields = [
            "identifier",
            "other_names",
            "form",
            "description",
            "container",
            "parent",
            "origin",
            "collection_method",
            "collected_at",
            "depth_top_cm",
            "depth_bottom_cm",
            "use_category",
            "exposure",
            "exposed_at",
            "exposed_reason",
        ]
        widgets = SampleAmendForm.Meta.widgets | {"identifier": forms.TextInput(attrs={"class": "id"})}
        help_texts = SampleAmendForm.Meta.help_texts | {
            "identifier": _("Letters, digits and , . _ / - ; at most 40. Fixed once registered.")
        }

    def clean_mass_g(self):
        # The database refuses it too, and cannot say which box it stands in.
        if (mass_g := self.cleaned_data["mass_g"]) == 0:
            raise ValidationError(_("Nothing weighs 0 g: a sample has at least one microgram."))
        return mass_g


class SampleMoveForm(ReasonForm):
    container = IdentifierField(Container.objects.live(), what=_("container"), label=_("Into the container"))

    field_order = ["container", "reason"]


class SampleAssignForm(ReasonForm):
    use_category = radio(Sample.UseCategory.choices, _("Use category"))

    field_order = ["use_category", "reason"]


class SampleExposeForm(ReasonForm):
    exposed_at = EventTimeField(label=_("Exposed to air"), initial=this_minute)
    exposed_reason = forms.CharField(
        label=_("How it came into air"),
        max_length=Sample._meta.get_field("exposed_reason").max_length,
        help_text=_("Shown with the sample from now on."),
    )

    field_order = ["exposed_at", "exposed_reason", "reason"]
