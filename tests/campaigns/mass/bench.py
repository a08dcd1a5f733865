"""What all acts have in common: the laboratory they happen in, and the comparison with the shadow after each."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from samples.audit import verify
from samples.models import Container, Handoff, HandoffLine, MassBalance, MassMovement, Sample
from samples.operations import Refused, missions
from tests import factories

from .shadow import NONE_G, Grain, Shadow, Vessel

MICROGRAM = Decimal("0.000001")
RETURNED_G = Decimal(260)
UNCERTAINTY_G = Decimal("0.001")

# Which one: a number to count to.
some = st.integers(0, 59)
anybody = st.sampled_from(["its own", "its own", "its own", "its own", "curator", "technician", "receiver"])
curators = st.sampled_from(["curator"] * 4 + ["technician"])
# As parts of what is there: some, one microgram, all, one microgram too many, nothing.
amount = st.sampled_from(["third", "microgram", "half", "third", "all", "too many", "none"])


@dataclass(frozen=True)
class Person:
    """Somebody who acts: the account, and whose staff that is."""

    user: object
    holder: str | None

    @property
    def is_curator(self):
        return self.holder is None


def share(of_g, how):
    """So much of `of_g` grams, to the microgram."""
    parts = {"none": NONE_G, "microgram": MICROGRAM, "all": of_g, "too many": of_g + MICROGRAM}
    return parts[how] if how in parts else (of_g / (3 if how == "third" else 2)).quantize(MICROGRAM)


def act(weight, **drawn):
    """Make a method an act: how often it is chosen, and what is drawn for it."""

    def mark(method):
        method.weight, method.drawn = weight, drawn
        return method

    return mark


class Bench(RuleBasedStateMachine):
    """Two laboratories, their people, a box, bottles; `lab` and `tally` belong to the class that a test makes."""

    lab = None
    tally = Counter()

    def __init__(self):
        super().__init__()
        self.is_sound = False
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        lab = self.lab = deepcopy(type(self).lab)
        missions.amend(
            mission=lab.mission, changes={"return_capacity_g": RETURNED_G}, seen=None, by=lab.curator, reason="Smaller"
        )
        self.people = {
            "curator": Person(lab.curator, None),
            "technician": Person(lab.technician, "home"),
            "receiver": Person(lab.receiver, "other"),
        }
        self.rooms = {"home": lab.room, "other": lab.other_room}
        self.custodians = {"home": lab.home, "other": lab.other}
        self.names = {lab.home.pk: "home", lab.other.pk: "other"}
        self.balance = factories.balance(lab.curator, uncertainty_g=str(UNCERTAINTY_G))
        self.shadow = Shadow(RETURNED_G)
        self.shadow.vessels["BOX-1"] = Vessel("BOX-1", None, "home", None, None)
        self.shadow.vessels["BOT-1"] = Vessel("BOT-1", "BOX-1", "home", Decimal(100), None)
        self.shadow.grains["CE6C0001"] = Grain("CE6C0001", None, "BOT-1", Decimal(10))
        self.shadow.accessioned_g, self.shadow.written = Decimal(10), 1
        self.exposed = set()
        self.number = 0
        for number, values in enumerate(({"capacity_g": Decimal(150)}, {"atmosphere": "air"}, {}), start=1):
            self._made(f"START-{number}", "BOX-1" if number < 3 else None, "home", Decimal(2), **values)
        self.is_sound = True

    def teardown(self):
        """The real verification finds nothing in what was done; then all of it is taken back."""
        try:
            if self.is_sound:
                assert [str(finding) for finding in factories.run(verify.verify()).findings] == []
                self.tally["verified"] += 1
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # What the acts have in common.

    def attempt(self, what, why_not, act):
        """Do `act`; it is refused where the shadow says so, for such a reason, and nowhere else. Returns what it made.

        `why_not` are the names of what is in the way; where there are several, any of them, or all at once.
        """
        self.is_sound = False
        why_not = set(why_not)
        try:
            made, refusal, said = act(), None, None
        except (Refused, ValidationError) as error:
            made, refusal = None, type(error).__name__
            said = str(error)
        if why_not:
            assert refusal in why_not | {"Several"}, f"{what}: {refusal}, and expected was one of {why_not}"
        else:
            assert refusal is None, f"{what}: {refusal}, {said}; and nothing was in the way"
        self.tally[what, refusal or "done"] += 1
        return made, refusal is None

    def compare(self):
        """Everything is as the shadow has it."""
        self._compare_masses()
        self._compare_containers()
        self._compare_custody()
        self.is_sound = True

    def _compare_masses(self):
        shadow = self.shadow
        rows = Sample.objects.values_list("identifier", "mass_g", "container__identifier", "parent__identifier")
        assert {name: tuple(row) for name, *row in rows} == {
            name: (grain.mass_g, grain.vessel, grain.parent) for name, grain in shadow.grains.items()
        }
        assert MassMovement.objects.count() == shadow.written
        exposed = set(Sample.objects.exclude(exposure="pristine").values_list("identifier", flat=True))
        assert self.exposed <= exposed, "exposed material was pristine again"
        self.exposed = exposed
        balance = MassBalance(self.lab.mission)
        assert (balance.accessioned_g, balance.held_g, balance.consumed_g, balance.lost_g) == (
            shadow.accessioned_g + shadow.corrected_g,
            shadow.held_g(),
            shadow.consumed_g,
            shadow.lost_g,
        )
        assert balance.closes
        assert balance.accessioned_g <= RETURNED_G

    def _compare_containers(self):
        shadow = self.shadow
        rows = Container.objects.values_list("identifier", "parent__identifier", "custodian", "status", "voided_at")
        filled = {grain.vessel for grain in shadow.grains.values() if grain.mass_g}
        for identifier, parent, custodian, status, voided_at in rows:
            vessel = shadow.vessels[identifier]
            assert (parent, self.names[custodian], voided_at is not None) == (
                vessel.outer,
                vessel.holder,
                vessel.is_void,
            )
            assert status == "in use" or not (identifier in filled or shadow.live_inside(identifier))
            assert not list(shadow.why_not_rated(identifier))

    def _compare_custody(self):
        """Every container has one custodian, whoever received it last; nested ones have the same."""
        moved = HandoffLine.objects.filter(handoff__status__in=Handoff.MOVED).order_by("handoff__number")
        chain = {}
        for name, giver, taker in moved.values_list(
            "container__identifier", "handoff__from_custodian", "handoff__to_custodian"
        ):
            chain.setdefault(name, []).append((self.names[giver], self.names[taker]))
        assert chain == self.shadow.chain
        for name, links in chain.items():
            assert all(one[1] == other[0] for one, other in pairwise(links))
            assert links[-1][1] == self.shadow.vessels[name].holder or self.shadow.vessels[name].is_void
        apart = Container.objects.live().exclude(parent=None).exclude(custodian=F("parent__custodian"))
        assert not apart.exists()

    def later(self):
        """The moment of the next act: one after the other."""
        self.number += 1
        return factories.LONG_AGO + timedelta(days=60, hours=self.number)

    def who(self, actor, vessel=None):
        if actor != "its own":
            return self.people[actor]
        return self.people["receiver" if vessel and vessel.holder == "other" else "technician"]

    def pick(self, records, number):
        records = list(records.values()) if isinstance(records, dict) else list(records)
        return records[number % len(records)]

    def grain(self, number):
        """Any sample; one that was not withdrawn, mostly."""
        live = [grain for grain in self.shadow.grains.values() if not grain.is_void]
        return self.pick(live if live and number % 8 else self.shadow.grains, number // 2)

    def stored(self, number):
        """Any sample; one with some mass, where the number is even."""
        stored = [grain for grain in self.shadow.grains.values() if grain.mass_g]
        return self.pick(stored if stored and number % 4 else self.shadow.grains, number // 4)

    def vessel(self, number):
        """Any container; one that was not withdrawn, mostly."""
        live = [vessel for vessel in self.shadow.vessels.values() if not vessel.is_void]
        return self.pick(live if number % 8 else self.shadow.vessels, number // 2)

    def container(self, vessel):
        return Container.objects.get(identifier=vessel.name)

    def sample(self, grain):
        return Sample.objects.get(identifier=grain.name)

    def _made(self, name, outer, holder, tare_g, **values):
        place = (
            {"parent": Container.objects.get(identifier=outer)}
            if outer
            else {"location": self.rooms[holder], "custodian": self.custodians[holder]}
        )
        made = factories.container(self.lab.curator, name, self.lab.mission, tare_g=tare_g, **place, **values)
        self.shadow.vessels[name] = Vessel(name, outer, holder, values.get("capacity_g"), tare_g)
        return made
