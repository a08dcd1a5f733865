"""The mass ledger and the balances of missions as datasets."""

from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from samples.models import Custodian, MassMovement, Mission, mass_balances

from ._columns import Column
from ._csv import Dataset

MOVEMENTS = Dataset(
    "movements",
    _("Mass movements"),
    _("every gram that came in, went out, or changed from one sample to another"),
    MassMovement,
    [
        Column("happened_at", _("when it happened, UTC")),
        Column("kind", _("accession, split, merge, consumed, lost or correction")),
        Column("mission", _("code of the mission"), "sample__mission__code", like="to_sample__mission__code"),
        Column("from", _("identifier of the sample it came from, empty where it came in"), "from_sample__identifier"),
        Column("to", _("identifier of the sample it went to, empty where it went out"), "to_sample__identifier"),
        Column("origin", _("drill or scoop"), "sample__origin", like="to_sample__origin"),
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
    select_related=("from_sample__mission", "to_sample__mission", "by", "weighing__container"),
)


@dataclass(frozen=True)
class BalanceLine:
    """One sum of the balance of a mission, in grams; `by` and `which` say of what part of it."""

    mission: Mission
    figure: str
    mass_g: Decimal
    by: str = ""
    which: str = ""


def _complete_balances(missions, user):
    balances = mass_balances(missions)
    keys = {key for balance in balances.values() for key in balance.held_by_custodian_g}
    names = {key: custodian.name for key, custodian in Custodian.objects.in_bulk(keys).items()} if keys else {}
    for mission in missions:
        mission.balance_lines = list(_lines(mission, balances[mission.pk], names))


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


MASS_BALANCE = Dataset(
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
    complete=_complete_balances,
    lines=attrgetter("balance_lines"),
)
