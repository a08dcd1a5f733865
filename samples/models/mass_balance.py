"""Where the mass of a mission is: accessioned + corrections = held + consumed + lost, to the microgram (rule 2)."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from ._fields import MassField
from .mass import MassMovement
from .samples import Sample

_ZERO_G = Decimal("0.000000")


class MassBalance:
    """The sums of one mission in grams, each exact: of its movements what came and went, of its samples what is held.

    `accessioned_g` is what was accessioned as it was corrected since; `accessions_g` without the corrections.
    """

    def __init__(self, mission, sums=None):
        """`sums` are those that mass_balances() found; without them they are asked for, by three queries."""
        kinds = MassMovement.Kind
        came, went, held = sums or _sums([mission])[mission.pk]
        self.mission = mission
        self.capacity_g = mission.return_capacity_g
        self.accessions_by_origin_g = _by_origin(came, kinds.ACCESSION)
        self.accessions_g = _total(self.accessions_by_origin_g)
        self.corrected_up_g = _total(_by_origin(came, kinds.CORRECTION))
        self.corrected_down_g = _total(_by_origin(went, kinds.CORRECTION))
        self.accessioned_by_origin_g = _summed(
            [
                *((origin, mass_g) for (_kind, origin), mass_g in came.items()),
                *((origin, -mass_g) for (kind, origin), mass_g in went.items() if kind == kinds.CORRECTION),
            ]
        )
        self.consumed_g = _total(_by_origin(went, kinds.CONSUMED))
        self.lost_g = _total(_by_origin(went, kinds.LOST))
        self.held_by_custodian_g = _summed((custodian, mass_g) for (custodian, _u, _o), mass_g in held.items())
        self.held_by_use_g = _summed((use, mass_g) for (_c, use, _o), mass_g in held.items())
        self.held_by_origin_g = _summed((origin, mass_g) for (_c, _u, origin), mass_g in held.items())
        self.accessioned_g = _total(self.accessioned_by_origin_g)
        self.held_g = _total(self.held_by_origin_g)
        self.free_g = self.capacity_g - self.accessioned_g

    @property
    def corrections_g(self):
        """All corrections together; below zero where more was taken away than added."""
        return self.corrected_up_g - self.corrected_down_g

    @property
    def accounted_for_g(self):
        """What is held, consumed and lost."""
        return self.held_g + self.consumed_g + self.lost_g

    @property
    def difference_g(self):
        """What is not accounted for: zero, always."""
        return self.accessioned_g - self.accounted_for_g

    @property
    def closes(self):
        """Whether what came in is where it should be, to the microgram."""
        return self.difference_g == 0

    def samples_at_odds(self):
        """The samples whose mass is not the sum of their movements: none, always."""
        samples = Sample.objects.filter(mission=self.mission).annotate(
            came_g=_moved("to_sample"), went_g=_moved("from_sample")
        )
        return samples.exclude(mass_g=F("came_g") - F("went_g"))


def _moved(end):
    sums = MassMovement.objects.filter(**{end: OuterRef("pk")}).order_by().values(end).annotate(sum=Sum("mass_g"))
    return Coalesce(Subquery(sums.values("sum"), output_field=MassField()), Value(_ZERO_G, output_field=MassField()))


def mass_balances(missions):
    """{key of the mission: its MassBalance}; three queries, however many missions there are."""
    found = _sums(missions)
    return {mission.pk: MassBalance(mission, found[mission.pk]) for mission in missions}


def accessioned_g(mission):
    """What was accessioned for `mission` as it was corrected since, in grams; alone, for what is held takes longer."""
    came = MassMovement.objects.that_came_in().filter(to_sample__mission=mission)
    corrected = MassMovement.objects.that_went_out().filter(
        from_sample__mission=mission, kind=MassMovement.Kind.CORRECTION
    )
    came_g, corrected_g = (
        movements.order_by().aggregate(sum=Sum("mass_g"))["sum"] or _ZERO_G for movements in (came, corrected)
    )
    return came_g - corrected_g


def _sums(missions):
    """{key of the mission: (came, went, held)}: grams by (kind, origin) twice, and by (custodian, use, origin)."""
    came = MassMovement.objects.that_came_in().filter(to_sample__mission__in=missions)
    went = MassMovement.objects.that_went_out().filter(from_sample__mission__in=missions)
    held = Sample.objects.filter(mission__in=missions)
    grouped = [
        came.values_list("to_sample__mission", "kind", "to_sample__origin"),
        went.values_list("from_sample__mission", "kind", "from_sample__origin"),
        held.values_list("mission", "container__custodian", "use_category", "origin"),
    ]
    sums = {mission.pk: ({}, {}, {}) for mission in missions}
    for place, rows in enumerate(grouped):
        for mission, *group, mass_g in rows.order_by().annotate(Sum("mass_g")):
            sums[mission][place][tuple(group)] = mass_g
    return sums


def _by_origin(sums, wanted):
    return _summed((origin, mass_g) for (kind, origin), mass_g in sums.items() if kind == wanted)


def _summed(pairs):
    """{what: grams} of pairs of these, in order."""
    sums = defaultdict(lambda: _ZERO_G)
    for what, mass_g in pairs:
        sums[what] += mass_g
    return dict(sorted(sums.items()))


def _total(sums):
    return sum(sums.values(), _ZERO_G)
