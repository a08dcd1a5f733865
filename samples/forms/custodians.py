from django import forms

from samples.models import Custodian

from .records import RecordForm


class CustodianAmendForm(RecordForm):
    class Meta(RecordForm.Meta):
        model = Custodian
        fields = Custodian.AMENDABLE
        widgets = {"contact": forms.Textarea(attrs={"rows": 3})}


class CustodianRegisterForm(CustodianAmendForm):
    class Meta(CustodianAmendForm.Meta):
        fields = ["name", "kind", "organisation", "contact", "active"]
