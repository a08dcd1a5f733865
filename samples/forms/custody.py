from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from samples.models import Container, Custodian, Handoff
from samples.roles import Right

from .fields import DayField, EventTimeField, IdentifiersField, LocationField, this_minute
from .records import ReasonForm


def _line(label, max_length=200, **kwargs):
    return forms.CharField(label=label, max_length=max_length, **kwargs)


class CustodianChoice(forms.ModelChoiceField):
    def label_from_instance(self, custodian):
        return f"{custodian.name} · {custodian.get_kind_display()}"


class HandoffNumberField(forms.CharField):
    """A handoff by its number, "H-0012" or 12."""

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return None
        digits = value.upper().removeprefix("H-").lstrip("0")
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
        if handoff := Handoff.objects.filter(number=number).first():
            return handoff
        raise ValidationError(_("There is no handoff “%(value)s”."), params={"value": value[:40]})


class SideForm(ReasonForm):
    """One side of a handoff; `custodian` signs it, or somebody enters it on behalf of `custodian`."""

    on_behalf_of = _line(
        _("On behalf of"),
        required=False,
        help_text=_("The person who acted, where the custodian has nobody here who signs."),
    )
    on_behalf_document = _line(_("Document that says so"), required=False)

    def __init__(self, *args, custodian=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.custodian = custodian
        if custodian is None:
            return
        names = ("on_behalf_of", "on_behalf_document")
        if not custodian.is_staffed():
            for name in names:
                self.fields[name].required = True
        # What was typed before the containers were known goes to the operation, which says why it is not taken.
        elif not any(self.data.get(name) for name in names):
            for name in names:
                del self.fields[name]


class HandoffReleaseForm(SideForm):
    containers = IdentifiersField(
        Container.objects.live(),
        what=_("container"),
        label=_("Containers"),
        help_text=_("Identifiers, scanned or typed, one to a line. What is inside them goes with them."),
    )
    to_custodian = CustodianChoice(Custodian.objects.active().order_by("name"), label=_("To"))
    purpose = _line(_("Purpose"), 400, help_text=_("Why it is handed over. Kept with the handoff for ever."))
    place = _line(_("Place"))
    transport_mode = forms.ChoiceField(label=_("Transport"), choices=[("", "---------"), *Handoff.Transport.choices])
    released_at = EventTimeField(label=_("Released"), initial=this_minute)
    document_number = _line(_("Document number"), required=False)
    witnesses = _line(_("Witnesses"), 400, required=False)
    due_back_on = DayField(label=_("Due back"), required=False, future_years=50)
    remarks = forms.CharField(
        label=_("Remarks"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    corrects = HandoffNumberField(
        label=_("Corrects handoff"),
        required=False,
        help_text=_("Its number, where this one puts a mistake right; it may then go back the way it came."),
    )

    groups = [
        (_("What goes where"), ["containers", "to_custodian", "purpose"]),
        (_("How"), ["place", "transport_mode", "released_at", "document_number", "witnesses", "due_back_on"]),
        (_("On behalf"), ["on_behalf_of", "on_behalf_document"]),
        (_("More"), ["remarks", "corrects"]),
    ]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        # The purpose is the reason.
        del self.fields["reason"]
        if not user.may(Right.CURATE):
            del self.fields["corrects"]
            if self.custodian is not None:
                # A curator's correction may also go back the way it came.
                allowed = Custodian.objects.reachable_from(self.custodian).order_by("name")
                field = self.fields["to_custodian"]
                # Only offered: what is posted all the same is refused in words, with the steps there are.
                field.widget.choices = [("", field.empty_label)] + [
                    (custodian.pk, field.label_from_instance(custodian)) for custodian in allowed
                ]

    def arguments(self):
        arguments = super().arguments()
        return arguments | {"reason": arguments["purpose"]}


class HandoffReceiveForm(SideForm):
    location = LocationField(label=_("New location"))
    received_at = EventTimeField(label=_("Received"), initial=this_minute)
    remarks = forms.CharField(
        label=_("Remarks"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    field_order = ["received_at", "location", "on_behalf_of", "on_behalf_document", "remarks", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("What you found, for example: complete, packaging undamaged.")


class GapExplanationForm(ReasonForm):
    text = forms.CharField(
        label=_("What happened meanwhile"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    field_order = ["text", "reason"]
