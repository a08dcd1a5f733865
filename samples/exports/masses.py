"""The mass ledger and the balances of missions as datasets."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from samples.models import Custodian, MassMovement, Mission, Weighing, mass_balances

from . import _sources as sources
from ._columns import Column
from ._datasets import Dataset, DatasetOfLines


def _of_its_sample(source, path):
    """What the sample is that it went to, or else came from; of its mission and origin are both."""
    value = Coalesce(f"to_sample__{path}", f"from_sample__{path}")
    return lambda movements, user: movements.annotate(**{source: value})


MOVEMENTS = Dataset(
    "movements",
    _("Mass movements"),
    _("every gram that came in, went out, or changed from one sample to another"),
    MassMovement,
    [
        Column("happened_at", _("when it happened, UTC")),
        Column("kind", _("accession, split, merge, consumed, lost or correction")),
        Column("mission", _("code of the mission"), "own_mission", like="to_sample__mission__code"),
        Column("from", _("identifier of the sample it came from, empty where it came in"), "from_sample__identifier"),
        Column("to", _("identifier of the sample it went to, empty where it went out"), "to_sample__identifier"),
        Column("origin", _("drill or scoop"), "own_origin", like="to_sample__origin"),
        Column("mass_g", _("mass moved")),
        Column("reason", _("reason given for it")),
        Column("by", _("who did it"), "by__name"),
        Column("operation_id", _("number of the operation; its movements share it")),
        Column(
            "weighed_container", _("container whose weighing a correction rests on"), "weighing__container__identifier"
        ),
        Column(
            "weighed_at",
            _("when that was weighed, UTC"),
            "weighing__weighed_at",
        ),
    ],
    also={
        "own_mission": _of_its_sample("own_mission", "mission__code"),
        "own_origin": _of_its_sample("own_origin", "origin"),
    },
)


def _difference_g(weighings, user):
    return weighings.annotate(difference_found_g=F("net_g") - F("book_g"))


WEIGHINGS = Dataset(
    "weighings",
    _("Weighings"),
    _("every reading of a balance; none is ever changed, a later one supersedes it"),
    Weighing,
    [
        Column("container", _("identifier of the container that was weighed"), "container__identifier"),
        Column("weighed_at", _("when it was weighed, UTC")),
        Column("balance", _("name of the balance"), "balance__name"),
        Column("uncertainty_g", _("uncertainty of one reading of that balance at the time")),
        Column("gross_g", _("mass with the container")),
        Column("tare_g", _("mass of all that is no sample, empty where not known")),
        Column("net_g", _("gross less tare")),
        Column("book_g", _("what the samples inside came to when it was weighed")),
        Column("difference_g", _("net less book mass"), "difference_found_g", like="book_g"),
        Column("circumstances", _("sealed, open or after return")),
        Column("preliminary", _("whether it was announced as preliminary")),
        Column("operator", _("who weighed"), "operator__name"),
        Column("handoff", _("number of the handoff it was weighed for"), "handoff_shown"),
        Column(
            "supersedes_weighed_at", _("when the reading was taken that it supersedes, UTC"), "supersedes__weighed_at"
        ),
    ],
    also={
        "difference_found_g": _difference_g,
        "handoff_shown": sources.handoff_number("handoff_shown", "line__handoff__number"),
    },
)


@dataclass(frozen=True)
class BalanceLine:
    """One sum of the balance of a mission, in grams; `by` and `which` say of what part of it."""

    mission: Mission
    figure: str
    mass_g: Decimal
    by: str = ""
    which: str = ""


def _balance_lines(missions):
    missions = list(missions)
    balances = mass_balances(missions)
    keys = {key for balance in balances.values() for key in balance.held_by_custodian_g}
    names = {key: custodian.name for key, custodian in Custodian.objects.in_bulk(keys).items()} if keys else {}
    return [line for mission in missions for line in _lines(mission, balances[mission.pk], names)]


def _lines(mission, balance, names):
    """The sums of one mission: each, and then its parts."""
    by_custodian = [(names[key], mass_g) for key, mass_g in balance.held_by_custodian_g.items()]
    yield BalanceLine(mission, "accessioned", balance.accessions_g)
    yield from _parts(mission, "accessioned", "origin", balance.accessions_by_origin_g.items())
    yield BalanceLine(mission, "corrections", balance.corrections_g)
    directions = [("up", balance.corrected_up_g), ("down", -balance.corrected_down_g)]
    yield from _parts(mission, "corrections", "direction", directions)
    yield BalanceLine(mission, "held", balance.held_g)
    yield from _parts(mission, "held", "origin", balance.held_by_origin_g.items())
    yield from _parts(mission, "held", "custodian", by_custodian)
    yield from _parts(mission, "held", "use category", balance.held_by_use_g.items())
    yield BalanceLine(mission, "consumed", balance.consumed_g)
    yield BalanceLine(mission, "lost", balance.lost_g)
    yield BalanceLine(mission, "difference", balance.difference_g)


def _parts(mission, figure, by, sums):
    for which, mass_g in sorted(sums):
        if mass_g:
            yield BalanceLine(mission, figure, mass_g, by, which)


MASS_BALANCE = DatasetOfLines(
    "mass_balance",
    _("Mass balance"),
    _("the mass budget of each mission, figure by figure"),
    Mission,
    [
        Column("mission", _("code of the mission"), "mission__code", like="code"),
        Column("figure", _("accessioned, corrections, held, consumed, lost or difference")),
        Column("by", _("origin, direction, custodian or use category; empty for the whole sum")),
        Column("which", _("which of them")),
        Column(
            "mass_g",
            _("sum; accessioned + corrections = held + consumed + lost + difference"),
            like="return_capacity_g",
        ),
    ],
    lines=_balance_lines,
)
