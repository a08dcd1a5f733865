"""The forms that release containers and explain a gap; that of a receipt is in receipt.py."""

from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from samples.models import Container, Custodian, Handoff, Seal, Signature
from samples.operations import custody
from samples.roles import Right

from .fields import DayField, EventTimeField, GramsField, IdentifiersField, this_minute
from .records import ReasonForm
from .signing import SideForm

# How many containers are offered to be ticked; any other one is scanned or typed.
MOST_OFFERED = 50
# Four boxes for each of them are still fewer than a form may have that is sent at the receipt (settings).
MOST_TOGETHER = 150
# By so much two balances may well differ.
TOLERANCE_G = Decimal("0.010")


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


class PickedField(forms.MultipleChoiceField):
    """Containers by identifier, ticked; also one that was offered and has gone since, of which more can be said."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value):
        return True


@dataclass(frozen=True)
class Declaring:
    """One sealed container of a release: its seal as recorded, and the boxes for what is declared of it."""

    container: Container
    seal: Seal
    gross: forms.BoundField
    tolerance: forms.BoundField

    @property
    def outer(self):
        return self.container.parent if self.container.parent_id else None


class HandoffReleaseForm(SideForm):
    picked = PickedField(label=_("Or tick what is ready to go from here"), required=False)
    containers = IdentifiersField(
        Container.objects.live().select_related("custodian"),
        what=_("container"),
        label=_("Containers"),
        required=False,
        help_text=_(
            "Identifiers or the codes of labels, scanned or typed, one to a line. What is inside them goes with them."
        ),
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
        (_("What goes where"), ["picked", "containers", "to_custodian", "purpose"]),
        (_("How"), ["place", "transport_mode", "released_at", "document_number", "witnesses", "due_back_on"]),
        (_("On behalf"), ["on_behalf_of", "on_behalf_document"]),
        (_("More"), ["remarks", "corrects"]),
    ]
    meaning = Signature.Meaning.RELEASE

    def __init__(self, data=None, *, request, named=(), **kwargs):
        picked = data.getlist("picked") if data else []
        typed = data.get("containers", "") if data else "\n".join(named)
        self.chosen = self.base_fields["containers"].those_named(" ".join([typed, *picked]), request.get_host())
        custodian = self.chosen[0].custodian if self.chosen else None
        initial = {"containers": "\n".join(map(str, self.chosen))}
        super().__init__(data, request=request, custodian=custodian, initial=initial, **kwargs)
        self.fields["containers"].host = request.get_host()
        # The purpose is the reason.
        del self.fields["reason"]
        if not request.user.may(Right.CURATE):
            # A curator's correction may also go back the way it came.
            del self.fields["corrects"]
            self._offer_parties()
        self._offer_containers(picked)
        self.seals = [self._declaring(seal) for seal in custody.to_declare(self.chosen)]
        self._order_as_on_the_page(*(box.name for row in self.seals for box in (row.gross, row.tolerance)), after=1)

    def _offer_parties(self):
        """Only offered: what is posted all the same stays, and is refused in words, with the steps there are."""
        if self.custodian is None:
            return
        field = self.fields["to_custodian"]
        offered = list(Custodian.objects.reachable_from(self.custodian).order_by("name"))
        try:
            chosen = field.to_python(self.data.get("to_custodian"))
        except ValidationError:
            chosen = None
        if chosen is not None and chosen not in offered:
            offered.append(chosen)
        field.widget.choices = [("", field.empty_label)] + [
            (custodian.pk, field.label_from_instance(custodian)) for custodian in offered
        ]

    def _offer_containers(self, picked):
        """What stands ready at the custodian, but for what is typed already, and what was ticked."""
        offered = {container.pk: container for container in self.chosen if container.identifier in picked}
        if custodian := self.custodian or self.request.user.custodian:
            typed = [container.pk for container in self.chosen if container.pk not in offered]
            ready = Container.objects.ready_to_go_from(custodian).exclude(pk__in=typed).order_by("identifier", "pk")
            offered |= {container.pk: container for container in ready[:MOST_OFFERED]}
        if not offered:
            del self.fields["picked"]
            return
        self.fields["picked"].choices = [
            (container.identifier, f"{container} · {container.get_kind_display()}")
            for container in sorted(offered.values(), key=str)
        ]
        if len(offered) >= MOST_OFFERED:
            self.fields["picked"].help_text = _now("The first %(number)s; scan or type the others.") % {
                "number": MOST_OFFERED
            }

    def _declaring(self, seal):
        """The boxes for the gross mass of one sealed container."""
        of = {"container": seal.container}
        gross, tolerance = f"gross_{seal.container_id}", f"tolerance_{seal.container_id}"
        self.fields[gross] = GramsField(label=_now("Gross mass of %(container)s") % of, required=False)
        self.fields[tolerance] = GramsField(
            label=_now("Tolerance for %(container)s") % of, required=False, initial=TOLERANCE_G
        )
        # Sent before the box was there.
        if self.is_bound and tolerance not in self.data:
            self._type(tolerance, str(TOLERANCE_G))
        return Declaring(seal.container, seal, self[gross], self[tolerance])

    def apart(self):
        return super().apart() | {box.name for row in self.seals for box in (row.gross, row.tolerance)}

    def clean_containers(self):
        """Typed or ticked, they are released the same way."""
        picked = self.fields["containers"].clean(" ".join(self.cleaned_data.get("picked", [])))
        containers = list(dict.fromkeys([*self.cleaned_data["containers"], *picked]))
        if not containers:
            raise ValidationError(self.fields["containers"].error_messages["required"])
        if max(len(containers), len(self.seals)) > MOST_TOGETHER:
            raise ValidationError(
                _now("One handoff takes at most %(most)s containers. Release the others with another one."),
                params={"most": MOST_TOGETHER},
            )
        return containers

    def clean(self):
        super().clean()
        for row in self.seals:
            gross_g, tolerance_g = (self.cleaned_data.get(box.name) for box in (row.gross, row.tolerance))
            if gross_g is not None and tolerance_g is None and row.tolerance.name not in self.errors:
                self.add_error(row.tolerance.name, _now("Say by how much it may differ, for example 10 mg."))

    def arguments(self):
        arguments = super().arguments()
        masses = {name: arguments.pop(name) for name in self.apart() & set(arguments)}
        arguments.pop("picked", None)
        declared = {
            row.container.pk: custody.Declared(masses[row.gross.name], masses[row.tolerance.name])
            for row in self.seals
            if masses[row.gross.name] is not None
        }
        return arguments | {"declared": declared, "reason": arguments["purpose"]}


class GapExplanationForm(ReasonForm):
    text = forms.CharField(
        label=_("What happened meanwhile"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    field_order = ["text", "reason"]
