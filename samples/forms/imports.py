"""What may stand in an imported row, and the form that takes a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from samples.models import Import, Sample

from .fields import UploadField
from .records import ReasonForm
from .samples import SampleRegisterForm


class SampleRowForm(SampleRegisterForm):
    """One row of samples, read as the form for one sample reads what a person types.

    Container and parent stay identifiers, because an earlier row may bring them.
    """

    container = forms.CharField(max_length=200, required=False)
    parent = forms.CharField(max_length=200, required=False)
    mission = forms.CharField(max_length=200, required=False, empty_value=None)
    reason = None

    class Meta(SampleRegisterForm.Meta):
        fields = [name for name in SampleRegisterForm.Meta.fields if name not in ("container", "parent")]

    def __init__(self, missions, *, needs_container):
        """`missions` are the missions by their code in lower case."""
        super().__init__({})
        # Where nothing is said, the value that the form for one sample offers.
        self.offered = {name: Sample._meta.get_field(name).get_default() for name in ("use_category", "exposure")}
        self.missions = missions
        self.fields["container"].required = needs_container
        for field in self.fields.values():
            field.error_messages["required"] = _("This is blank, and a sample needs it.")
            if isinstance(field, forms.ChoiceField):
                choices = ", ".join(str(value) for value, _label in field.choices if value)
                field.error_messages["invalid_choice"] = _("Give one of: %s.") % choices

    def read(self, cells, *, is_whole):
        """Read the texts `cells` of the next row.

        Where it `is_whole` the record's own rules are asked too, each of which is a query; else whoever writes
        the record has to ask them.
        """
        self.data = self.offered | {name: text for name, text in cells.items() if text.strip()}
        self.is_whole = is_whole
        self._errors = None
        self.instance = Sample()

    def _post_clean(self):
        if self.is_whole:
            super()._post_clean()

    def clean_mission(self):
        code = self.cleaned_data["mission"]
        # Only ASCII, as codes are: the Kelvin sign is no k.
        if code is None or (code.isascii() and (mission := self.missions.get(code.lower()))):
            return code and mission
        known = ", ".join(mission.code for mission in self.missions.values()) or _("none yet")
        raise forms.ValidationError(
            _("No mission has the code “%(code)s”; known are: %(known)s. Register the mission first."),
            params={"code": code[:40], "known": known},
        )


class ImportUploadForm(ReasonForm):
    """A CSV or a workbook of one kind of records, what it does not say by itself, and a mapping."""

    kind = forms.ChoiceField(label=_("What is imported"), choices=Import.Kind)
    file = UploadField(label=_("File"), help_text=_("A CSV or an .xlsx workbook with one header line; at most 10 MB."))
    mapping = UploadField(
        label=_("Mapping"),
        required=False,
        help_text=_("A TOML file that renames columns and translates values, if the file has columns of its own."),
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        required=False,
        choices=[("", _("recognised: UTF-8 or UTF-16")), ("gb18030", "GB18030"), ("cp1252", "Windows-1252")],
        help_text=_("Of a CSV whose bytes do not say it. What was recognised is shown with the check."),
    )
    sheet = forms.CharField(
        label=_("Sheet"),
        required=False,
        max_length=200,
        help_text=_("Of a workbook with several: the name of the one that is meant."),
    )

    field_order = ["kind", "file", "mapping", "encoding", "sheet", "reason"]

    def clean_mapping(self):
        """The text of the mapping; empty where none was sent."""
        file = self.cleaned_data["mapping"]
        try:
            return file.read().decode("utf-8-sig") if file else ""
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The mapping is not UTF-8.")) from None
