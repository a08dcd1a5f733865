"""The form that takes a file to import."""

from django import forms
from django.utils.translation import gettext_lazy as _

from samples.models import Import

from .fields import UploadField
from .records import ReasonForm

# What a person may say of a CSV whose bytes do not tell its encoding; each byte means something in all of these.
ENCODINGS = {"gb18030": "GB18030", "cp1252": "Windows-1252"}


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
        choices=[("", _("recognised: UTF-8 or UTF-16")), *ENCODINGS.items()],
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
