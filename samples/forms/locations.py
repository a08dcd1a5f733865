from django import forms
from django.utils.translation import gettext_lazy as _

from samples.models import Custodian, Location

from .fields import LocationField
from .records import RecordForm


class LocationAmendForm(RecordForm):
    class Meta(RecordForm.Meta):
        model = Location
        fields = Location.AMENDABLE


class LocationRegisterForm(LocationAmendForm):
    parent = LocationField(label=_("Inside"), required=False, empty_label=_("nothing: it is a site of its own"))
    custodian = forms.ModelChoiceField(
        Custodian.objects.active().order_by("name"),
        label=_("Custodian"),
        required=False,
        help_text=Location._meta.get_field("custodian").help_text,
    )

    class Meta(LocationAmendForm.Meta):
        fields = ["name", "kind", "parent", "atmosphere", "custodian"]
