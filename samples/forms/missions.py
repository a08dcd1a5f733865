from django import forms
from django.utils.translation import gettext_lazy as _

from samples.models import Mission

from .records import RecordForm, radio


class MissionAmendForm(RecordForm):
    body_side = radio(Mission.Side.choices, _("Side of the Moon"))

    groups = [
        (_("Flight"), ["code", "name", "agency", "launch_vehicle", "launch_site", "launched_on"]),
        (
            _("On the Moon"),
            ["body_side", "relay_satellite", "landing_site", "latitude", "longitude", "landed_at", "drill_limit_cm"],
        ),
        (_("Return"), ["returned_at", "return_place", "return_capacity_g"]),
        (_("Notes"), ["notes"]),
    ]

    class Meta(RecordForm.Meta):
        model = Mission
        fields = Mission.AMENDABLE
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}


class MissionRegisterForm(MissionAmendForm):
    class Meta(MissionAmendForm.Meta):
        fields = ["code", *Mission.AMENDABLE]
