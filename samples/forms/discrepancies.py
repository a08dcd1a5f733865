from django import forms
from django.utils.translation import gettext_lazy as _

from samples.history import moment_text
from samples.models import Discrepancy, MassMovement, Weighing
from samples.operations.discrepancies import corrections_since, weighings_since
from samples.units import format_mass

from .records import ReasonForm, radio
from .weighings import WeighingChoice


class CorrectionChoice(forms.ModelChoiceField):
    def label_from_instance(self, movement):
        sign = "+" if movement.to_sample else "−"
        sample = movement.to_sample or movement.from_sample
        return f"{moment_text(movement.happened_at)} · {sample} · {sign}{format_mass(movement.mass_g)}"


class DiscrepancyCloseForm(ReasonForm):
    outcome = radio(
        Discrepancy.Outcome.choices,
        _("Closed as"),
        help_text=_(
            "Reweighed names a weighing. A mass that was corrected names the correction. Accepted names neither."
        ),
    )
    reweighing = WeighingChoice(
        Weighing.objects.none(), label=_("Weighed again"), required=False, empty_label=_("no weighing")
    )
    movement = CorrectionChoice(
        MassMovement.objects.none(), label=_("Correction"), required=False, empty_label=_("no correction")
    )
    finding = forms.CharField(
        label=_("Finding"),
        help_text=_("What was found out, and why that settles it. Kept for ever."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, discrepancy, **kwargs):
        super().__init__(*args, **kwargs)
        # The finding is the reason.
        del self.fields["reason"]
        weighings = weighings_since(discrepancy).select_related("balance", "container")
        self.fields["reweighing"].queryset = weighings
        self.fields["reweighing"].help_text = _weighings_hint(discrepancy)
        if discrepancy.kind == Discrepancy.Kind.MASS:
            corrections = corrections_since(discrepancy).select_related("to_sample", "from_sample")
            self.fields["movement"].queryset = corrections
            self.fields["movement"].help_text = _("Of those made since this was opened, of a sample inside.")
        else:
            del self.fields["movement"]

    def arguments(self):
        arguments = super().arguments()
        return arguments | {"reason": arguments["finding"]}


def _weighings_hint(discrepancy):
    if discrepancy.kind == Discrepancy.Kind.MASS and discrepancy.line_id is None:
        return _("Of those made since this was opened, one with a net mass that fits the samples inside.")
    return _("Of those made since this was opened.")
