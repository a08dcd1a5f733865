"""Anything that people may do, in any order, beside a shadow that says what has to come of it."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from .containers import Containers
from .masses import Masses


class Laboratory(Masses, Containers):
    """All acts, each chosen as often as it weighs."""

    acts = {
        name: method
        for part in (Masses, Containers)
        for name, method in vars(part).items()
        if hasattr(method, "weight")
    }

    # One rule, for of many Hypothesis leaves some out of a whole history.
    @rule(name=st.sampled_from([name for name, method in acts.items() for _ in range(method.weight)]), data=st.data())
    def step(self, name, data):
        drawn = {key: data.draw(strategy, key) for key, strategy in self.acts[name].drawn.items()}
        getattr(self, name)(**drawn)
        self.compare()
