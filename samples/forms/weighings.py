from django import forms
from django.utils.translation import gettext_lazy as _

from samples.models import Balance

from .fields import BalanceField, EventTimeField, GramsField, this_minute
from .records import ReasonForm, RecordForm


class BalanceAmendForm(RecordForm):
    class Meta(RecordForm.Meta):
        model = Balance
        fields = Balance.AMENDABLE
        help_texts = {
            "uncertainty_g": _("Of one reading, in grams, or in milligrams like “0.1 mg”."),
            "calibrated_until": _("The last day on which its calibration holds."),
            "active": _("Only a balance in use is offered for weighing."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A calibration lies ahead by years, other days by one at most.
        self.fields["calibrated_until"].future_years = 50


class BalanceRegisterForm(BalanceAmendForm):
    pass


class WeighForm(ReasonForm):
    balance = BalanceField(label=_("Balance"))
    gross_g = GramsField(
        label=_("Gross mass"),
        help_text=_("What the balance shows, container included. In grams, or in milligrams like “12.5 mg”."),
    )
    weighed_at = EventTimeField(label=_("Weighed"), initial=this_minute)
    preliminary = forms.BooleanField(
        label=_("Preliminary"),
        required=False,
        help_text=_("A first reading that a better one is expected to follow."),
    )

    field_order = ["balance", "gross_g", "weighed_at", "preliminary", "reason"]
