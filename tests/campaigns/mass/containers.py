"""Acts on containers: registered, sealed, moved, withdrawn, and handed over between two laboratories."""

from decimal import Decimal

from hypothesis import strategies as st

from samples.models import Handoff
from samples.operations import containers, custody, seals
from tests import factories

from .bench import Bench, act, anybody, curators, some
from .shadow import Journey, Vessel

MOST_CONTAINERS = 12


class Containers(Bench):
    """Acts on containers and their custody."""

    @act(2, which=some, actor=anybody, is_inside=st.booleans(), is_rated=st.booleans())
    def register_container(self, which, actor, is_inside, is_rated):
        shadow, outer = self.shadow, self.vessel(which)
        if len(shadow.vessels) == MOST_CONTAINERS:
            self.void_container(which, "curator")
            return
        by, self.number = self.who(actor, outer), self.number + 1
        holder = outer.holder if is_inside else (by.holder or "home")
        why_not = [] if by.is_curator or by.holder == holder else ["NotAllowed"]
        if is_inside:
            why_not += [*shadow.why_not_live(outer), *shadow.why_not_still(outer.name)]
            why_not += shadow.why_not_open(outer.name)
        place = (
            {"parent": self.container(outer)}
            if is_inside
            else {"location": self.rooms[holder], "custodian": self.custodians[holder]}
        )
        name, capacity_g = f"C-{self.number}", Decimal(40) if is_rated else None
        values = {"capacity_g": capacity_g, "tare_g": Decimal(3)} | place
        _, is_done = self.attempt(
            "register container", why_not, lambda: factories.container(by.user, name, self.lab.mission, **values)
        )
        if is_done:
            outer = outer.name if is_inside else None
            shadow.vessels[name] = Vessel(name, outer, holder, capacity_g, Decimal(3))

    @act(2, which=some, actor=anybody)
    def seal(self, which, actor):
        shadow, vessel = self.shadow, self.vessel(which)
        by, at = self.who(actor, vessel), self.later()
        why_not = [*shadow.why_not_live(vessel), *shadow.why_not_at_hand(vessel.name, by)]
        number = f"SEAL-{self.number}"
        _, is_done = self.attempt(
            "seal", why_not, lambda: factories.seal(by.user, self.container(vessel), number, applied_at=at)
        )
        if is_done:
            vessel.seal = number

    @act(4, which=some, actor=anybody)
    def unseal(self, which, actor):
        shadow = self.shadow
        sealed = [vessel for vessel in shadow.vessels.values() if vessel.seal]
        vessel = self.pick(sealed, which) if sealed and which % 8 else self.vessel(which)
        by, at = self.who(actor, vessel), self.later()
        why_not = [*shadow.why_not_live(vessel), *shadow.why_not_work(vessel.name, by)]
        why_not += ["NotSealed"] if not vessel.seal else []
        why_not += shadow.why_not_open(vessel.outer) if vessel.outer else []
        values = {"broken_at": at, "broken_by": "Somebody", "acknowledged": True}
        _, is_done = self.attempt(
            "unseal",
            why_not,
            lambda: seals.unseal(container=self.container(vessel), **values, by=by.user, reason="To look"),
        )
        if is_done:
            vessel.seal = None

    @act(4, which=some, where=some, actor=anybody, is_into=st.booleans())
    def move_container(self, which, where, actor, is_into):
        shadow, vessel, outer = self.shadow, self.vessel(which), self.vessel(where)
        by = self.who(actor, vessel)
        why_not = [*shadow.why_not_live(vessel), *shadow.why_not_work(vessel.name, by)]
        why_not += shadow.why_not_open(vessel.outer) if vessel.outer else []
        room = "other" if where % 8 == 0 else vessel.holder
        if is_into:
            why_not += self._why_not_into(vessel, outer)
        else:
            why_not += ["Misplaced"] if room != vessel.holder else []
            why_not += ["AlreadyThere"] if vessel.outer is None and room == vessel.holder else []
        place = {"parent": self.container(outer)} if is_into else {"location": self.rooms[room]}
        values = place | {"acknowledged": True, "by": by.user, "reason": "Sorted"}
        _, is_done = self.attempt(
            "move container", why_not, lambda: containers.move(container=self.container(vessel), **values)
        )
        if is_done:
            vessel.outer = outer.name if is_into else None

    def _why_not_into(self, vessel, outer):
        shadow, why_not = self.shadow, []
        if vessel.outer == outer.name:
            why_not.append("AlreadyThere")
        why_not += shadow.why_not_taken_in(outer.name, vessel.holder)
        if vessel.name == "BOX-1":
            # What is for drilled and scooped material does not go into a bottle.
            why_not.append("Misplaced")
        if vessel in shadow.path(outer.name):
            return [*why_not, "ValidationError"]
        before, vessel.outer = vessel.outer, outer.name
        why_not += shadow.why_not_rated(outer.name)
        vessel.outer = before
        return why_not

    @act(4, which=some, actor=anybody, is_there=st.booleans())
    def release(self, which, actor, is_there):
        shadow = self.shadow
        alone = [vessel for vessel in shadow.vessels.values() if vessel.outer is None and not vessel.is_void]
        vessel = self.pick(alone, which) if alone and which % 8 else self.vessel(which)
        by, at = self.who(actor, vessel), self.later()
        taker = vessel.holder if is_there and which % 4 == 0 else {"home": "other", "other": "home"}[vessel.holder]
        why_not = [*shadow.why_not_live(vessel), *shadow.why_not_still(vessel.name)]
        why_not += ["NotHeld"] if vessel.outer else []
        why_not += ["IllegalStep"] if taker == vessel.holder else []
        why_not += ["NotASigner"] if by.holder != vessel.holder else []
        handoff, is_done = self.attempt(
            "release",
            why_not,
            lambda: factories.release(by.user, [self.container(vessel)], self.custodians[taker], released_at=at),
        )
        if is_done:
            names = [name for name in shadow.inside(vessel.name) if not shadow.vessels[name].is_void]
            releaser = by.user.username
            shadow.journeys[handoff.pk] = Journey(handoff.pk, vessel.holder, taker, releaser, names)
            for name in names:
                shadow.vessels[name].handoff = handoff.pk

    def _journey(self, which):
        """One under way, mostly; None where there never was any."""
        if not self.shadow.journeys:
            return None
        ways = [journey for journey in self.shadow.journeys.values() if journey.is_open]
        return self.pick(ways if ways and which % 8 else self.shadow.journeys, which)

    @act(6, which=some, is_taker=st.sampled_from([True, True, True, False]), is_wrong=st.booleans())
    def receive(self, which, is_taker, is_wrong):
        shadow, journey = self.shadow, self._journey(which)
        if journey is None:
            self.release(which, "its own", False)
            return
        at, staff = self.later(), {"home": "technician", "other": "receiver"}
        by = self.people[staff[journey.taker if is_taker else journey.giver]]
        room = journey.giver if is_wrong and which % 4 == 0 else journey.taker
        why_not = ["NotOpen"] if not journey.is_open else []
        why_not += ["NotASigner"] if not is_taker else []
        why_not += ["Misplaced"] if room != journey.taker else []
        handoff = Handoff.objects.get(pk=journey.number)
        _, is_done = self.attempt(
            "receive",
            why_not,
            lambda: factories.receive(by.user, handoff, self.rooms[room], received_at=at),
        )
        if is_done:
            self._end(journey)
            for name in journey.vessels:
                shadow.vessels[name].holder, shadow.vessels[name].was_moved = journey.taker, True
                shadow.chain.setdefault(name, []).append((journey.giver, journey.taker))

    @act(2, which=some, actor=st.sampled_from(["curator", "technician", "receiver"]), is_rejected=st.booleans())
    def cancel_or_reject(self, which, actor, is_rejected):
        journey, by = self._journey(which), self.people[actor]
        if journey is None:
            self.release(which, "its own", False)
            return
        why_not = ["NotOpen"] if not journey.is_open else []
        is_releaser = by.user.username == journey.releaser
        if is_rejected:
            why_not += ["NotASigner"] if by.holder not in (journey.taker, None) else []
            why_not += ["SamePerson"] if is_releaser else []
        elif not (is_releaser or by.is_curator):
            why_not += ["NotASigner"]
        act = custody.reject if is_rejected else custody.cancel
        handoff = Handoff.objects.get(pk=journey.number)
        what = "reject" if is_rejected else "cancel"
        _, is_done = self.attempt(what, why_not, lambda: act(handoff=handoff, by=by.user, reason="Not now"))
        if is_done:
            self._end(journey)

    def _end(self, journey):
        journey.is_open = False
        for name in journey.vessels:
            self.shadow.vessels[name].handoff = None

    @act(1, which=some, actor=curators)
    def void_container(self, which, actor):
        shadow, by = self.shadow, self.people[actor]
        full = {grain.vessel for grain in shadow.grains.values()} | {vessel.outer for vessel in shadow.vessels.values()}
        empty = [vessel for vessel in shadow.vessels.values() if vessel.name not in full and not vessel.is_void]
        vessel = self.pick(empty, which) if empty and which % 4 else self.vessel(which)
        why_not = [*shadow.why_not_live(vessel), *shadow.why_not_still(vessel.name)]
        why_not += ["NotAllowed"] if not by.is_curator else []
        holds = any(one.vessel == vessel.name and not one.is_void for one in shadow.grains.values())
        is_used = vessel.was_moved or holds or shadow.live_inside(vessel.name)
        why_not += ["StillInUse"] if is_used else []
        _, is_done = self.attempt(
            "void container",
            why_not,
            lambda: containers.void(container=self.container(vessel), by=by.user, reason="Typed twice"),
        )
        if is_done:
            vessel.is_void = True
