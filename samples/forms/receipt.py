"""The form of a receipt: a checklist of what was handed over, in which no declared seal number ever stands."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from samples.models import HandoffLine, Location, Signature
from samples.operations import Refused, Several, custody

from .fields import BalanceField, EventTimeField, GramsField, LocationField, this_minute
from .records import radio
from .signing import SideForm

AS_DECLARED, DIFFERS = "received", "differs"
_CHECKED = ("here", "seal_read", "seal_condition", "gross")


@dataclass(frozen=True)
class Check:
    """One line of the checklist and its boxes; those of the seal are None where it was handed over without one."""

    line: HandoffLine
    here: forms.BoundField
    seal_read: forms.BoundField | None = None
    seal_condition: forms.BoundField | None = None
    gross: forms.BoundField | None = None

    @property
    def boxes(self):
        return [box for box in (self.here, self.seal_read, self.seal_condition, self.gross) if box is not None]

    @property
    def is_at_fault(self):
        return any(box.errors for box in self.boxes)

    @property
    def declared_g(self):
        """As a script reads it."""
        return _plain(self.line.gross_declared_g)

    @property
    def tolerance_g(self):
        return _plain(self.line.tolerance_g)


def _plain(grams):
    return "" if grams is None else f"{grams:f}"


class HandoffReceiveForm(SideForm):
    balance = BalanceField(
        label=_("Balance"),
        required=False,
        empty_label=_("not weighed"),
        help_text=_("On which the gross masses above were read."),
    )
    received_at = EventTimeField(label=_("Received"), initial=this_minute)
    location = LocationField(label=_("New location"))
    remarks = forms.CharField(
        label=_("Remarks"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    outcome = radio(
        [(AS_DECLARED, _("Received")), (DIFFERS, _("Received with discrepancy"))], _("Outcome"), initial=AS_DECLARED
    )

    groups = [
        (_("Weighed"), ["balance"]),
        (
            _("Where it goes"),
            ["location", "received_at", "on_behalf_of", "on_behalf_document", "reason", "remarks"],
        ),
    ]
    meaning = Signature.Meaning.RECEIPT

    def __init__(self, data=None, *, request, handoff, **kwargs):
        super().__init__(data, request=request, custodian=handoff.to_custodian, **kwargs)
        self.fields["reason"].help_text = _("What you found, for example: complete, packaging undamaged.")
        # Only offered: another one is refused in words.
        self.fields["location"].load_names(Location.objects.open_to(handoff.to_custodian))
        self.checks = [self._check(line) for line in custody.to_find(handoff)]
        if not any(line.seal_read for line in self.checks):
            # Nothing that could differ.
            del self.fields["balance"], self.fields["outcome"]
        self._order_as_on_the_page(*(box.name for check in self.checks for box in check.boxes))

    def _check(self, line):
        """The boxes for one line; nothing of its seal is filled in."""
        of = {"container": line.container}
        boxes = {"here": forms.BooleanField(label=_now("%(container)s is here") % of, required=False)}
        if line.seal_declared:
            boxes |= {
                "seal_read": HandoffLine.seal_read.field.formfield(
                    label=_now("Seal number of %(container)s") % of,
                    required=False,
                    widget=forms.TextInput(
                        attrs={"class": "id", "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
                    ),
                    help_text=_now("Type or scan it from the seal in front of you."),
                ),
                "seal_condition": radio(
                    HandoffLine.seal_condition.field.choices,
                    _now("Condition of the seal of %(container)s") % of,
                    required=False,
                ),
                "gross": GramsField(label=_now("Gross mass of %(container)s") % of, required=False),
            }
        names = {box: f"{box}_{line.container_id}" for box in boxes}
        self.fields |= {names[box]: field for box, field in boxes.items()}
        for name in names.values():
            self.fields[name].widget.attrs.pop("maxlength", None)
        return Check(line, **{box: self[name] for box, name in names.items()})

    def clean(self):
        super().clean()
        if self.errors:
            # Each sending asks for the password again: what is wrong in the checklist is told with all else.
            self._look_at_all(self.cleaned_data)

    def _look_at_all(self, cleaned):
        lines, unread = [check.line for check in self.checks], any(check.is_at_fault for check in self.checks)
        found = {line.container_id: self._found(line.container_id, cleaned) for line in lines}
        balance = None if unread else cleaned.get("balance")
        try:
            custody.examine(lines, found, differs=cleaned.get("outcome") == DIFFERS, balance=balance)
        except Refused as error:
            for refusal in error.refusals if isinstance(error, Several) else [error]:
                is_known = not (unread and refusal.field in ("outcome", "balance"))
                if is_known and refusal.field in self.fields and refusal.field not in self.errors:
                    self.add_error(refusal.field, refusal.message)

    def apart(self):
        return super().apart() | {"outcome"} | {box.name for check in self.checks for box in check.boxes}

    def arguments(self):
        arguments = super().arguments()
        checked = {name: arguments.pop(name) for name in self.apart() & set(arguments)}
        found = {check.line.container_id: self._found(check.line.container_id, checked) for check in self.checks}
        return arguments | {"found": found, "differs": checked.get("outcome") == DIFFERS}

    def _found(self, key, checked):
        here, seal_read, condition, gross_g = (checked.get(f"{box}_{key}") for box in _CHECKED)
        return custody.Found(is_here=here, seal_read=seal_read or "", seal_condition=condition or "", gross_g=gross_g)
