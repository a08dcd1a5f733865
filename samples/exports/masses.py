"""The mass ledger and the balances of missions as datasets."""

from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from samples.models import Custodian, Mission, mass_balances

from ._csv import Column, Dataset


def _same(name, meaning):
    return Column(name, meaning, attrgetter(name))


def _text(field):
    return lambda movement: str(related) if (related := getattr(movement, field)) is not None else None


def _of_weighing(field):
    return lambda movement: str(getattr(movement.weighing, field)) if movement.weighing_id else None


MOVEMENTS = Dataset(
    "movements",
    [
        _same("happened_at", _("when it happened, UTC")),
        _same("kind", _("accession, split, merge, consumed, lost or correction")),
        Column("mission", _("code of the mission"), lambda movement: movement.sample.mission.code),
        Column("from", _("identifier of the sample it came from, empty where it came in"), _text("from_sample")),
        Column("to", _("identifier of the sample it went to, empty where it went out"), _text("to_sample")),
        Column("origin", _("drill or scoop"), lambda movement: movement.sample.origin),
        _same("mass_g", _("mass moved, grams")),
        _same("reason", _("reason given for it")),
        Column("by", _("who did it"), _text("by")),
        _same("operation_id", _("number of the operation; its movements share it")),
        Column("weighed_container", _("container whose weighing a correction rests on"), _of_weighing("container")),
        Column(
            "weighed_at",
            _("when that was weighed, UTC"),
            lambda movement: movement.weighing.weighed_at if movement.weighing_id else None,
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
    [
        Column("mission", _("code of the mission"), lambda line: line.mission.code),
        _same("figure", _("accessioned, corrections, held, consumed, lost or difference")),
        _same("by", _("origin, direction, custodian or use category; empty for the whole sum")),
        _same("which", _("which of them")),
        _same("mass_g", _("sum, grams; accessioned + corrections = held + consumed + lost + difference")),
    ],
    complete=_complete_balances,
    lines=attrgetter("balance_lines"),
)
