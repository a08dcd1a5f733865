"""Acts on masses: weigh, split, consume, lose, merge, correct; samples registered, moved, assigned and withdrawn."""

from copy import deepcopy

from hypothesis import strategies as st

from samples.models import Discrepancy, Weighing
from samples.operations import movements, samples
from tests import factories

from .bench import MICROGRAM, UNCERTAINTY_G, Bench, act, amount, anybody, curators, share, some
from .shadow import NONE_G, Grain


class Masses(Bench):
    """Acts on samples and their masses."""

    @act(2, which=some, actor=anybody, how=amount)
    def register_sample(self, which, actor, how):
        shadow, vessel = self.shadow, self.vessel(which)
        by, at = self.who(actor, vessel), self.later()
        free_g = shadow.capacity_g - shadow.accessioned_g - shadow.corrected_g
        room_g = shadow.room_g(vessel.name)
        mass_g = share(free_g if room_g is None else min(free_g, room_g), how)
        name = f"S-{self.number}"
        why_not = [*shadow.why_not_live(vessel), *shadow.why_not_at_hand(vessel.name, by)]
        why_not += ["ValidationError"] if mass_g <= 0 else []
        why_not += ["OverCapacity"] if how == "too many" else []
        _, is_done = self.attempt(
            "register sample",
            why_not,
            lambda: factories.sample(by.user, name, self.container(vessel), str(mass_g), happened_at=at),
        )
        if is_done:
            shadow.grains[name] = Grain(name, None, vessel.name, mass_g)
            shadow.accessioned_g += mass_g
            shadow.written += 1

    @act(2, which=some, actor=anybody, off=st.sampled_from([0, 0, 1000, -1000, 1001, -1001]), has_tare=st.booleans())
    def weigh(self, which, actor, off, has_tare):
        shadow, vessel = self.shadow, self.vessel(which)
        by, at = self.who(actor, vessel), self.later()
        tare_g = shadow.tare_g(vessel.name)
        if not vessel.is_void:
            assert self.container(vessel).tare_inside_out_g() == tare_g
        book_g = shadow.contents_g(vessel.name)
        gross_g = max(book_g + (tare_g or 5) + off * MICROGRAM, NONE_G)
        tare_g = tare_g if has_tare else None
        why_not = [*shadow.why_not_live(vessel), *shadow.why_not_work(vessel.name, by)]
        why_not += shadow.why_not_open(vessel.outer) if vessel.outer else []
        why_not += ["LessThanTare"] if tare_g is not None and gross_g < tare_g else []
        values = {"gross_g": str(gross_g), "tare_g": tare_g, "weighed_at": at}
        weighing, is_done = self.attempt(
            "weigh", why_not, lambda: factories.weighing(by.user, self.container(vessel), self.balance, **values)
        )
        if is_done and tare_g is not None:
            assert (weighing.book_g, weighing.difference_g) == (book_g, gross_g - tare_g - book_g)
            # Nobody closes one here, so that what is found once more is the same one.
            shadow.discrepancies |= {vessel.name} if abs(weighing.difference_g) > UNCERTAINTY_G else set()
        assert Discrepancy.objects.count() == len(shadow.discrepancies)

    @act(6, which=some, actor=anybody, how=amount, lost=amount, into=st.lists(some, min_size=1, max_size=3))
    def split(self, which, actor, how, lost, into):
        shadow, grain = self.shadow, self.stored(which)
        by, at = self.who(actor, shadow.vessels[grain.vessel]), self.later()
        vessels = [self.vessel(number) for number in into]
        lost_g = MICROGRAM if lost == "microgram" else NONE_G
        mass_g = share(max(grain.mass_g - lost_g, NONE_G) / len(vessels), how).quantize(MICROGRAM, "ROUND_DOWN")
        parts = {f"{grain.name}/{self.number}-{n}": vessel for n, vessel in enumerate(vessels)}
        taken_g = mass_g * len(parts) + lost_g
        is_meant = bool(which % 2)
        why_not = [*shadow.why_not_live(grain), *shadow.why_not_at_hand(grain.vessel, by)]
        why_not += [*shadow.why_not_used(grain, by, is_meant), *shadow.why_not_held(grain, taken_g)]
        why_not += shadow.why_not_some(mass_g)
        after = deepcopy(shadow)
        if not why_not:
            why_not = self._divide(after, grain.name, parts, mass_g, lost_g)
        made, is_done = self.attempt(
            "split",
            why_not,
            lambda: movements.split(
                sample=self.sample(grain),
                parts=[movements.Part(name, self.container(vessel), mass_g) for name, vessel in parts.items()],
                happened_at=at,
                lost_g=lost_g,
                override=is_meant,
                acknowledged=True,
                by=by.user,
                reason="Divided",
            ),
        )
        if is_done:
            assert all(one.parent.identifier == grain.name for one in made)
            assert grain.name not in self.exposed or not any(one.is_pristine for one in made)
            self.shadow = after

    def _divide(self, after, name, parts, mass_g, lost_g):
        """Divide the sample in the shadow `after`; returns what is in the way, part for part."""
        grain, why_not = after.grains[name], []
        holder = after.vessels[grain.vessel].holder
        grain.mass_g -= mass_g * len(parts) + lost_g
        grain.has_moved = True
        for part, vessel in parts.items():
            wrong = list(after.why_not_taken_in(vessel.name, holder))
            if not wrong:
                after.grains[part] = Grain(part, name, vessel.name, mass_g, grain.is_permanent, has_moved=True)
                wrong = list(after.why_not_rated(vessel.name))
            if wrong:
                after.grains.pop(part, None)
                why_not.append("Several")
            after.written += 1
        if lost_g:
            after.lost_g += lost_g
            after.written += 1
        return why_not

    @act(4, which=some, actor=anybody, how=amount, is_meant=st.booleans())
    def consume(self, which, actor, how, is_meant):
        shadow, grain = self.shadow, self.stored(which)
        by, at = self.who(actor, shadow.vessels[grain.vessel]), self.later()
        mass_g = share(grain.mass_g, how)
        why_not = [*shadow.why_not_live(grain), *shadow.why_not_at_hand(grain.vessel, by)]
        why_not += [*shadow.why_not_used(grain, by, is_meant), *shadow.why_not_held(grain, mass_g)]
        why_not += shadow.why_not_some(mass_g)
        values = {"mass_g": mass_g, "happened_at": at, "override": is_meant, "acknowledged": True}
        values |= {"by": by.user, "reason": "Measured"}
        _, is_done = self.attempt("consume", why_not, lambda: movements.consume(sample=self.sample(grain), **values))
        if is_done:
            grain.mass_g -= mass_g
            grain.has_moved = True
            shadow.written += 1
            shadow.consumed_g += mass_g

    @act(2, which=some, actor=anybody, how=amount)
    def lose(self, which, actor, how):
        shadow, grain = self.shadow, self.stored(which)
        by, at = self.who(actor, shadow.vessels[grain.vessel]), self.later()
        mass_g = share(grain.mass_g, how)
        why_not = [*shadow.why_not_live(grain), *shadow.why_not_work(grain.vessel, by)]
        why_not += [*shadow.why_not_held(grain, mass_g), *shadow.why_not_some(mass_g)]
        values = {"mass_g": mass_g, "happened_at": at, "acknowledged": True, "by": by.user, "reason": "Spilled"}
        _, is_done = self.attempt("lose", why_not, lambda: movements.lose(sample=self.sample(grain), **values))
        if is_done:
            grain.mass_g -= mass_g
            grain.has_moved = True
            shadow.written += 1
            shadow.lost_g += mass_g

    @act(4, which=some, into=some, actor=anybody, is_meant=st.booleans())
    def merge(self, which, into, actor, is_meant):
        shadow, grain = self.shadow, self.stored(which)
        family = [one for one in shadow.grains.values() if grain.parent in (one.name, one.parent) and grain.parent]
        target = self.pick(family, into) if family and into % 8 else self.stored(into)
        by, at = self.who(actor, shadow.vessels[grain.vessel]), self.later()
        why_not = [*shadow.why_not_live(grain, target), *shadow.why_not_at_hand(grain.vessel, by)]
        why_not += ["NotOneFamily"] if target not in family or target is grain else []
        why_not += shadow.why_not_taken_in(target.vessel, shadow.vessels[grain.vessel].holder)
        why_not += shadow.why_not_some(grain.mass_g)
        if not target.is_permanent:
            why_not += shadow.why_not_used(grain, by, is_meant)
        after = deepcopy(shadow)
        from_grain, to_grain = after.grains[grain.name], after.grains[target.name]
        if not why_not:
            to_grain.mass_g, from_grain.mass_g = to_grain.mass_g + from_grain.mass_g, NONE_G
            to_grain.has_moved = from_grain.has_moved = True
            after.written += 1
            why_not = list(after.why_not_rated(to_grain.vessel))
        values = {"happened_at": at, "override": is_meant, "acknowledged": True}
        values |= {"by": by.user, "reason": "Belongs together"}
        merged, is_done = self.attempt(
            "merge",
            why_not,
            lambda: movements.merge(sample=self.sample(grain), into=self.sample(target), **values),
        )
        if is_done:
            assert not ({grain.name, target.name} & self.exposed and merged.is_pristine)
            self.shadow = after

    @act(2, which=some, actor=curators, how=amount, is_more=st.booleans())
    def correct(self, which, actor, how, is_more):
        shadow, grain = self.shadow, self.grain(which)
        by, at = self.people[actor], self.later()
        free_g = shadow.capacity_g - shadow.accessioned_g - shadow.corrected_g
        room_g = shadow.room_g(grain.vessel)
        limit_g = grain.mass_g + (free_g if room_g is None else min(free_g, room_g))
        mass_g = share(limit_g if is_more else grain.mass_g, how)
        why_not = [*shadow.why_not_live(grain), *shadow.why_not_still(grain.vessel)]
        why_not += ["NotAllowed"] if not by.is_curator else []
        why_not += ["SameMass"] if mass_g == grain.mass_g else []
        why_not += ["OverCapacity"] if mass_g > limit_g else []
        weighing = Weighing.objects.filter(container__identifier=grain.vessel).first() if which % 2 else None
        values = {"mass_g": mass_g, "happened_at": at, "weighing": weighing, "acknowledged": True}
        _, is_done = self.attempt(
            "correct",
            why_not,
            lambda: movements.correct(sample=self.sample(grain), **values, by=by.user, reason="Weighed anew"),
        )
        if is_done:
            shadow.corrected_g += mass_g - grain.mass_g
            grain.mass_g = mass_g
            grain.has_moved = True
            shadow.written += 1

    @act(1, which=some, actor=curators)
    def assign(self, which, actor):
        shadow, grain, by = self.shadow, self.stored(which), self.people[actor]
        why_not = [*shadow.why_not_live(grain), *shadow.why_not_still(grain.vessel)]
        why_not += ["NotAllowed"] if not by.is_curator else []
        category = "research" if grain.is_permanent else "permanent"
        values = {"use_category": category, "by": by.user, "reason": "Decided"}
        _, is_done = self.attempt("assign", why_not, lambda: samples.assign(sample=self.sample(grain), **values))
        if is_done:
            grain.is_permanent = not grain.is_permanent

    @act(2, which=some, where=some, actor=anybody)
    def move_sample(self, which, where, actor):
        shadow, grain, vessel = self.shadow, self.stored(which), self.vessel(where)
        by = self.who(actor, shadow.vessels[grain.vessel])
        why_not = [*shadow.why_not_live(grain), *shadow.why_not_at_hand(grain.vessel, by)]
        why_not += ["AlreadyThere"] if vessel.name == grain.vessel else []
        why_not += shadow.why_not_taken_in(vessel.name, shadow.vessels[grain.vessel].holder)
        before, grain.vessel = grain.vessel, vessel.name
        why_not += shadow.why_not_rated(vessel.name)
        grain.vessel = before
        values = {"acknowledged": True, "by": by.user, "reason": "Stored"}
        _, is_done = self.attempt(
            "move sample",
            why_not,
            lambda: samples.move(sample=self.sample(grain), container=self.container(vessel), **values),
        )
        if is_done:
            grain.vessel = vessel.name

    @act(2, which=some, actor=curators)
    def void_sample(self, which, actor):
        shadow, by = self.shadow, self.people[actor]
        parents = {one.parent for one in shadow.grains.values()}
        fresh = [one for one in shadow.grains.values() if not (one.has_moved or one.is_void or one.name in parents)]
        grain = self.pick(fresh, which) if fresh and which % 4 else self.grain(which)
        why_not = [*shadow.why_not_live(grain), *shadow.why_not_still(grain.vessel)]
        why_not += ["NotAllowed"] if not by.is_curator else []
        has_parts = any(one.parent == grain.name and not one.is_void for one in shadow.grains.values())
        why_not += ["StillInUse"] if has_parts or grain.has_moved else []
        _, is_done = self.attempt(
            "void sample",
            why_not,
            lambda: samples.void(sample=self.sample(grain), by=by.user, reason="Typed twice"),
        )
        if is_done:
            shadow.corrected_g -= grain.mass_g
            grain.mass_g, grain.is_void = NONE_G, True
            grain.has_moved = True
            shadow.written += 1
