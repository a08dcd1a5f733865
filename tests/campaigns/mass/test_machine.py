"""Every microgram is accounted for, whatever people do in whatever order: Hypothesis chooses, a shadow predicts."""

from collections import Counter
from time import monotonic

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.campaigns.mass.machine import Laboratory

pytestmark = pytest.mark.django_db
EVERY_ACT = {
    *("register container", "register sample", "weigh", "seal", "unseal", "split", "consume", "lose", "merge"),
    *("move sample", "move container", "release", "receive", "cancel", "reject", "correct", "assign"),
    *("void sample", "void container"),
}


def happens(lab, examples, steps, least):
    machine = type("Happening", (Laboratory,), {"lab": lab, "tally": Counter()})
    began = monotonic()

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            # Making a failure smaller takes longer than reading it.
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    tally = machine.tally
    verified = tally.pop("verified")
    tell(tally, verified, monotonic() - began)
    # A history may end early.
    assert tally.total() >= least
    assert verified >= examples
    assert {act for (act, outcome) in tally if outcome == "done"} == EVERY_ACT


def tell(tally, verified, seconds):
    acts, refusals = Counter(), Counter()
    for (act, outcome), count in tally.items():
        acts[act] += count
        refusals[outcome] += count
    print(f"\n{connection.vendor}: {tally.total()} steps in {verified} histories, {seconds:.0f} s")
    print(dict(acts.most_common()), dict(refusals.most_common()), sep="\n")


def test_a_thousand_steps_are_as_the_shadow_predicts(lab):
    happens(lab, examples=28, steps=50, least=1000)


@pytest.mark.campaign
def test_twenty_thousand_steps_are_as_the_shadow_predicts(lab):
    happens(lab, examples=300, steps=80, least=20_000)
