import pytest

from samples.stages import STEPS, CustodianKind

# The table of rule 10, written out once more so that a change of it is a decision.
RULE_10 = {
    "spacecraft": "spacecraft, recovery team",
    "recovery team": "transport, opening centre",
    "transport": "transport, opening centre, agency, laboratory, backup store, researcher, museum",
    "opening centre": "transport, agency, laboratory",
    "agency": "transport, laboratory",
    "laboratory": "transport, laboratory, backup store, researcher, museum",
    "backup store": "transport, laboratory",
    "researcher": "transport, laboratory",
    "museum": "transport, laboratory",
}


@pytest.mark.parametrize("kind", CustodianKind)
def test_the_steps_are_those_of_rule_10(kind):
    assert {step.value for step in STEPS[kind]} == set(RULE_10[kind.value].split(", "))


def test_every_kind_has_its_steps():
    assert set(STEPS) == set(CustodianKind)
    assert set(RULE_10) == set(CustodianKind.values)


def test_a_container_on_its_way_can_always_reach_the_laboratory():
    reachable = {CustodianKind.SPACECRAFT}
    for _ in CustodianKind:
        reachable |= {step for kind in reachable for step in STEPS[kind]}

    assert reachable == set(CustodianKind)
