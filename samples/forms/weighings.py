from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from samples.history import moment_text
from samples.models import Balance, Container, Weighing
from samples.operations.weighings import came_back
from samples.units import format_mass

from .fields import BalanceField, EventTimeField, GramsField, this_minute
from .records import ReasonForm, RecordForm

# As many tares as are named in one sentence.
MOST_NAMED = 12
# Older ones are neither replaced nor what a correction rests on.
MOST_WEIGHINGS = 50


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


class WeighingChoice(forms.ModelChoiceField):
    """A weighing; any of the queryset is taken, the newest are offered."""

    def label_from_instance(self, weighing):
        balance = {"gross": format_mass(weighing.gross_g), "uncertainty": format_mass(weighing.uncertainty_g)}
        read = _now("gross %(gross)s ± %(uncertainty)s") % balance
        if weighing.net_g is not None:
            masses = {"net": format_mass(weighing.net_g), "book": format_mass(weighing.book_g)}
            read = _now("net %(net)s, book %(book)s") % masses + f" · {read}"
        return f"{weighing.container}, {moment_text(weighing.weighed_at)} · {read} · {weighing.balance}"

    def offer(self, weighings):
        """Offer the newest of `weighings`, and nothing where there are none; tell whether there are any."""
        newest = weighings.select_related("container", "balance").newest_first()[:MOST_WEIGHINGS]
        offered = [(one.pk, self.label_from_instance(one)) for one in newest]
        self.widget.choices = [("", self.empty_label), *offered]
        return bool(offered)


@dataclass(frozen=True)
class Tare:
    """What of a container is not sample, by the records: its own tare and those of all containers in it (rule 5)."""

    container: Container
    inside: list

    @property
    def unknown(self):
        """The containers whose tare is not recorded."""
        return [one for one in self.inside if one.tare_g is None]

    @property
    def grams(self):
        """The sum; None where one of them is not known."""
        return None if self.unknown else sum((one.tare_g for one in self.inside), Decimal("0.000000"))

    def sentence(self):
        """Which tares it is the sum of, or which are missing and what that means."""
        if self.unknown:
            return _now(
                "Left empty, because the tare of %(containers)s is not recorded. Without a tare nothing is compared; "
                "the gross mass is recorded all the same."
            ) % {"containers": _names([str(one) for one in self.unknown])}
        if len(self.inside) == 1:
            return _now("Everything that is not sample. From the record of %(container)s.") % {
                "container": self.container
            }
        parts = _names([f"{one} {format_mass(one.tare_g)}" for one in self.inside])
        return _now("Everything that is not sample. From the records: %(parts)s; together %(sum)s.") % {
            "parts": parts,
            "sum": format_mass(self.grams),
        }


def _names(texts):
    if len(texts) > MOST_NAMED:
        more = len(texts) - MOST_NAMED
        texts = [*texts[:MOST_NAMED], _now("%(more)s more") % {"more": more}]
    return " + ".join(texts)


def tares_of(containers):
    """The Tare of each of `containers`, by its key; one query."""
    inside = Container.objects.inside_by_id([container.pk for container in containers])
    return {container.pk: Tare(container, inside[container.pk]) for container in containers}


class WeighForm(ReasonForm):
    """One weighing of `container`; what its tare comes to is filled in from the records."""

    balance = BalanceField(label=_("Balance"))
    gross_g = GramsField(
        label=_("Gross mass"),
        help_text=_("What the balance shows, container included. In grams, or in milligrams like “12.5 mg”."),
    )
    tare_g = GramsField(label=_("Tare"), required=False)
    weighed_at = EventTimeField(label=_("Weighed"), initial=this_minute)
    preliminary = forms.BooleanField(
        label=_("Preliminary"),
        required=False,
        help_text=_("A first reading that a better one is expected to follow."),
    )
    after_return = forms.BooleanField(
        label=_("Weighed after its return"),
        required=False,
        help_text=_("It came back from a researcher or a museum with its last handoff."),
    )
    supersedes = WeighingChoice(
        Weighing.objects.none(),
        label=_("In the place of"),
        required=False,
        empty_label=_("none: it stands beside the others"),
        help_text=_("An earlier reading that this one replaces; it stays readable, marked as superseded."),
    )

    field_order = ["balance", "gross_g", "tare_g", "weighed_at", "preliminary", "after_return", "supersedes", "reason"]

    def __init__(self, *args, container, **kwargs):
        super().__init__(*args, **kwargs)
        self.container = container
        self.tare = tares_of([container])[container.pk]
        self.fields["tare_g"].initial = self.tare.grams
        self.fields["tare_g"].help_text = self.tare.sentence()
        if not came_back(container):
            del self.fields["after_return"]
        self._offer_weighings()

    def _offer_weighings(self):
        """Only offered are those that none has superseded; of another one the operation says why it is not taken."""
        field = self.fields["supersedes"]
        field.queryset = self.container.weighings.all()
        if not field.offer(field.queryset.filter(superseded_by=None)):
            del self.fields["supersedes"]
