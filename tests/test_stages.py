import pytest

from samples.stages import SIGNING, STEPS, CustodianKind, Signing

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
    assert set(STEPS) == set(SIGNING) == set(CustodianKind)
    assert set(RULE_10) == set(CustodianKind.values)


def test_a_container_on_its_way_can_always_reach_the_laboratory():
    reachable = {CustodianKind.SPACECRAFT}
    for _ in CustodianKind:
        reachable |= {step for kind in reachable for step in STEPS[kind]}

    assert reachable == set(CustodianKind)


def test_those_whom_rule_11_names_are_signed_for_on_behalf_as_a_matter_of_course():
    usual = {kind.value for kind, signing in SIGNING.items() if signing is not Signing.STAFF}

    assert usual == {"spacecraft", "transport", "backup store", "researcher", "museum"}
    assert SIGNING[CustodianKind.SPACECRAFT] is Signing.BEHALF
