"""What the balance of a mission is made of: each sum in words, with the address of what it was summed from."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from samples.forms.movement_search import CAME_IN, WENT_OUT
from samples.models import Custodian, MassMovement, Sample
from samples.questions import address

# Of what does not close so many samples are named; the verification names them all.
MOST_AT_ODDS = 20
_KIND = MassMovement.Kind


@dataclass(frozen=True)
class Line:
    """One sum: what it is, its grams, and where its movements or samples are listed."""

    label: str
    mass_g: Decimal
    url: str = ""
    note: str = ""


def sheet(balance):
    """Context of the balance: what came, what became of it, and by whom and for what it is held."""
    return {
        "balance": balance,
        "came": _came(balance),
        "became": _became(balance),
        "holders": _holders(balance),
        "uses": _held(balance, "use_category", Sample.UseCategory, balance.held_by_use_g),
        "origins": _held(balance, "origin", Sample.Origin, balance.held_by_origin_g),
        "at_odds": [] if balance.closes else list(balance.samples_at_odds().order_by("pk")[:MOST_AT_ODDS]),
    }


def _movements(balance, **question):
    return address("movement_list", mission=balance.mission.code, **question)


def _samples(balance, **question):
    return address("sample_list", mission=balance.mission.code, **question)


def _came(balance):
    for origin in Sample.Origin:
        yield Line(
            _("Accessioned, %(origin)s") % {"origin": origin.label.lower()},
            balance.accessions_by_origin_g.get(origin, Decimal("0.000000")),
            _movements(balance, kind=_KIND.ACCESSION, origin=origin),
        )
    up, down = balance.corrected_up_g, -balance.corrected_down_g
    yield Line(_("Corrected upward"), up, _movements(balance, kind=_KIND.CORRECTION, way=CAME_IN))
    yield Line(_("Corrected downward"), down, _movements(balance, kind=_KIND.CORRECTION, way=WENT_OUT))


def _became(balance):
    yield Line(_("Held"), balance.held_g, _samples(balance))
    yield Line(_("Consumed"), balance.consumed_g, _movements(balance, kind=_KIND.CONSUMED))
    yield Line(_("Lost"), balance.lost_g, _movements(balance, kind=_KIND.LOST))


def _holders(balance):
    keys = [key for key, mass_g in balance.held_by_custodian_g.items() if mass_g]
    for custodian in Custodian.objects.filter(pk__in=keys).order_by("name"):
        mass_g = balance.held_by_custodian_g[custodian.pk]
        url = _samples(balance, custodian=custodian.pk)
        yield Line(custodian.name, mass_g, url, custodian.get_kind_display())


def _held(balance, field, choices, sums):
    for each in choices:
        if mass_g := sums.get(each):
            yield Line(each.label, mass_g, _samples(balance, **{field: each}))
