from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samples.models import Token
from samples.operations.tokens import OFFERED_DAYS

from .fields import DayField
from .records import RecordForm


class TokenMakeForm(RecordForm):
    expires_on = DayField(
        label=_("Expires on"),
        help_text=_("It works to the end of this day; a year at most."),
        initial=lambda: timezone.localdate() + timedelta(days=OFFERED_DAYS),
    )

    class Meta(RecordForm.Meta):
        model = Token
        fields = ["name"]
