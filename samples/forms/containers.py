from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from samples.models import Container, Custodian, Mission, Origin, Seal

from .fields import EventTimeField, IdentifierField, LocationField, this_minute
from .records import ReasonForm, RecordForm, radio


class ContainerAmendForm(RecordForm):
    class Meta(RecordForm.Meta):
        model = Container
        fields = Container.AMENDABLE
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


class ContainerRegisterForm(ContainerAmendForm):
    mission = forms.ModelChoiceField(Mission.objects.live().order_by("code"), label=_("Mission"))
    origin = radio(
        Origin.choices,
        _("Origin"),
        help_text=_("Only a return capsule, a sealed package or a collection bag may hold both."),
    )
    parent = IdentifierField(
        Container.objects.live(),
        what=_("container"),
        label=_("Inside"),
        required=False,
        help_text=_("Identifier of the container it is inside of. Leave empty when it stands on its own."),
    )
    location = LocationField(
        label=_("Location"), required=False, help_text=_("Where it stands, unless it is inside another container.")
    )
    custodian = forms.ModelChoiceField(
        Custodian.objects.active().order_by("name"),
        label=_("Custodian"),
        required=False,
        help_text=_("Answers for it from here on. What is inside another container has that one's custodian."),
    )

    groups = [
        (_("What it is"), ["identifier", "mission", "kind", "origin", "description"]),
        (_("Where it is"), ["parent", "location"]),
        (_("Where the chain of custody begins"), ["custodian", "custody_began_at", "chain_document"]),
        (_("Ratings"), ["capacity_g", "tare_g", "atmosphere"]),
    ]

    class Meta(ContainerAmendForm.Meta):
        fields = [
            "identifier",
            "mission",
            "kind",
            "origin",
            "description",
            "parent",
            "location",
            "custodian",
            "custody_began_at",
            "chain_document",
            "capacity_g",
            "tare_g",
            "atmosphere",
        ]
        widgets = ContainerAmendForm.Meta.widgets | {"identifier": forms.TextInput(attrs={"class": "id"})}
        help_texts = {
            "identifier": _("Letters, digits and , . _ / - ; at most 40. Fixed once registered."),
            "custody_began_at": _("When this custodian took it on; never later than now."),
            "chain_document": _("The paper that says so: delivery note, protocol, certificate."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["custody_began_at"].initial = this_minute


class ContainerMoveForm(ReasonForm):
    location = LocationField(label=_("New location"), required=False)
    parent = IdentifierField(
        Container.objects.live(), what=_("container"), label=_("Or into the container"), required=False
    )

    field_order = ["location", "parent", "reason"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and (cleaned["location"] is None) == (cleaned["parent"] is None):
            raise ValidationError(_("Give a new location or a container to put it into: one of the two."))
        return cleaned


class ContainerTakeOutForm(ReasonForm):
    location = LocationField(label=_("Where it stands afterwards"))

    field_order = ["location", "reason"]


class UnsealForm(ReasonForm):
    broken_at = EventTimeField(label=_("Broken"), initial=this_minute)
    broken_by = forms.CharField(label=_("Broken by"), max_length=200, help_text=_("The person who opened it."))

    field_order = ["broken_at", "broken_by", "reason"]


class NoteDamageForm(ReasonForm):
    damage = forms.CharField(
        label=_("Damage"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What it looks like. The seal still closes the container; one that does not is broken."),
    )
    noted_at = EventTimeField(label=_("Noted"), initial=this_minute)
    noted_by = forms.CharField(label=_("Noted by"), max_length=200, help_text=_("The person who saw it."))

    field_order = ["damage", "noted_at", "noted_by", "reason"]


class SealApplyForm(ReasonForm):
    model = Seal

    number = forms.CharField(label=_("Seal number"), max_length=60, widget=forms.TextInput(attrs={"class": "id"}))
    applied_at = EventTimeField(label=_("Applied"), initial=this_minute)
    applied_by = forms.CharField(
        label=_("Applied by"), max_length=200, help_text=Seal._meta.get_field("applied_by").help_text
    )

    field_order = ["number", "applied_at", "applied_by", "reason"]
