"""What a data package is asked for on its page; the address of the package is made of the answers."""

from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samples import past
from samples.models import Mission
from samples.questions import AS_OF, RECORDED_AT

NOW = "now"
GRAMS, MILLIGRAMS = "g", "mg"
_ABOUT = {
    NOW: _("now"),
    RECORDED_AT: _("what was recorded at a moment"),
    AS_OF: _("what was so at a moment, as it is known now"),
}


class PackageForm(forms.Form):
    """Datasets, mission, unit of mass and moment; `offered` are the datasets' names, `usual` those ticked first."""

    datasets = forms.MultipleChoiceField(
        label=_("Files"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick one file at least.")},
    )
    mission = forms.ChoiceField(
        label=_("Mission"),
        required=False,
        help_text=_("Files that have no list by mission, such as locations, are whole all the same."),
    )
    mass_unit = forms.ChoiceField(
        label=_("Masses in"),
        choices=[(GRAMS, _("grams")), (MILLIGRAMS, _("milligrams"))],
        initial=GRAMS,
        widget=forms.RadioSelect,
    )
    about = forms.ChoiceField(
        label=_("About"),
        initial=NOW,
        widget=forms.RadioSelect,
        help_text=_(
            "A package about now says at which moment that was; the laboratory can make the same one again later, byte "
            "for byte."
        ),
    )
    at = forms.CharField(
        label=_("Moment"),
        required=False,
        max_length=60,
        help_text=_("Like 2024-06-26 20:00, in the laboratory’s zone; a day alone means its end."),
    )

    def __init__(self, data, *, user, offered, usual):
        super().__init__(data, initial={"datasets": usual})
        self.fields["datasets"].choices = [(name, f"{name}.csv") for name in offered]
        codes = Mission.objects.visible_to(user).live().order_by("code").values_list("code", flat=True)
        self.fields["mission"].choices = [("", _("all")), *((code, code) for code in codes)]
        kinds = _ABOUT if user.sees_all else {kind: words for kind, words in _ABOUT.items() if kind != RECORDED_AT}
        self.fields["about"].choices = list(kinds.items())
        self.offered = offered

    def clean(self):
        about, at = self.cleaned_data.get("about"), self.cleaned_data.get("at")
        if not about:
            return
        if about == NOW:
            if at:
                self.add_error("at", _("Choose which question the moment is for, or leave it empty."))
            return
        try:
            past.read_question(QueryDict(urlencode({about: at or ""})), timezone.now())
        except past.NoMoment as fault:
            self.add_error("at", str(fault) if at else _("Type the moment that you ask about."))
        if about == AS_OF and "audit" in self.cleaned_data.get("datasets", ()):
            self.add_error("datasets", _("The audit log tells what was recorded; leave it out of this question."))

    def query(self):
        """The answers as parameters of the package's address."""
        told = {"datasets": ",".join(self.cleaned_data["datasets"])}
        if self.cleaned_data["mission"]:
            told["mission"] = self.cleaned_data["mission"]
        if self.cleaned_data["mass_unit"] != GRAMS:
            told["mass_unit"] = self.cleaned_data["mass_unit"]
        if self.cleaned_data["about"] != NOW:
            told[self.cleaned_data["about"]] = self.cleaned_data["at"]
        return told
