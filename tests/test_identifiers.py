"""Which identifiers are suggested for the subsamples of a split."""

import csv
from pathlib import Path

import pytest

from samples.identifiers import MAX_LENGTH, next_identifiers, validate_identifier

# Daughter numbers of Apollo samples as the curation facility gives them, with their parents.
APOLLO = Path(__file__).parent / "data" / "apollo_daughters.csv"


def suggested(parent, daughters=(), wanted=1, taken=()):
    """What is suggested where `daughters` and `taken` are in the inventory."""
    known = {name.lower() for name in (parent, *daughters, *taken)}
    return next_identifiers(
        parent, list(daughters), wanted, lambda names: [name.upper() for name in names if name.lower() in known]
    )


def apollo():
    daughters = {}
    with APOLLO.open() as file:
        for row in csv.DictReader(file):
            daughters.setdefault(row["parent"], []).append(row["sample_name"])
    return daughters


@pytest.mark.parametrize(
    ("parent", "daughters", "following"),
    [
        ("10084", [], ["10084,1", "10084,2"]),
        ("10084", ["10084,1"], ["10084,2", "10084,3"]),
        ("10084", [f"10084,{number}" for number in range(1, 13)], ["10084,13", "10084,14"]),
        ("10084,12", [], ["10084,13", "10084,14"]),
        ("10084,12", ["10084,40"], ["10084,41", "10084,42"]),
        ("60025,59B", [], ["60025,60", "60025,61"]),
        ("CE6C0100YJFM00103", [], ["CE6C0100YJFM00104", "CE6C0100YJFM00105"]),
        ("CE6C0100YJFM00199", [], ["CE6C0100YJFM00200", "CE6C0100YJFM00201"]),
        ("CE6C0100YJFM999", [], ["CE6C0100YJFM1000", "CE6C0100YJFM1001"]),
        ("CE6C0000YJFM", [], ["CE6C0000YJFM,1", "CE6C0000YJFM,2"]),
        ("CE6C0000YJFM", ["CE6C0000YJFM001"], ["CE6C0000YJFM002", "CE6C0000YJFM003"]),
        ("A0001-abc", [], ["A0001-abc-1", "A0001-abc-2"]),
        ("A0001-abc", ["A0001-abc-x"], ["A0001-abc-1", "A0001-abc-2"]),
        ("A0001", ["A0001/07", "A0001/9"], ["A0001/10", "A0001/11"]),
        ("A0001", ["X.1", "x.2", "Y_8", "X.5"], ["X.6", "X.7"]),
        ("OREX-800001-0", [], ["OREX-800001-1", "OREX-800001-2"]),
        ("7", [], ["7,1", "7,2"]),
        ("dust", [], ["dust,1", "dust,2"]),
        ("dust/", [], ["dust/1", "dust/2"]),
    ],
)
def test_the_next_ones_go_on_in_the_style_of_the_family(parent, daughters, following):
    assert suggested(parent, daughters, 2) == following


@pytest.mark.parametrize(
    ("parent", "following"),
    [
        ("15415", "15415,178"),
        ("60025", "60025,60"),
        ("62237", "62237,27"),
        ("67075", "67075,38"),
    ],
)
def test_the_next_daughter_of_an_apollo_sample(parent, following):
    assert suggested(parent, apollo()[parent]) == [following]


@pytest.mark.parametrize("parent", list(apollo()))
def test_each_daughter_of_an_apollo_sample_leads_to_a_free_name_of_its_own_rock(parent):
    known = apollo()[parent]
    for daughter in known:
        [following] = suggested(daughter, taken=known)

        assert following not in known
        assert following.startswith(f"{parent},")


@pytest.mark.parametrize(
    ("taken", "following"),
    [
        (["10084,13"], ["10084,14", "10084,15", "10084,16"]),
        (["10084,14"], ["10084,13", "10084,15", "10084,16"]),
        ([f"10084,{number}" for number in range(13, 2000)], ["10084,2000", "10084,2001", "10084,2002"]),
    ],
)
def test_none_that_is_taken_is_suggested(taken, following):
    assert suggested("10084,12", wanted=3, taken=taken) == following


def test_none_that_is_taken_in_other_letters_is_suggested():
    assert suggested("ce6-a1", wanted=2, taken=["CE6-A2"]) == ["ce6-a3", "ce6-a4"]


@pytest.mark.parametrize(
    ("parent", "following"),
    [
        ("X" * 39 + "7", ["X" * 39 + "8", "X" * 39 + "9"]),
        ("X" * 38, [f"{'X' * 38},{number}" for number in range(1, 10)]),
        ("X" * 39, []),
        ("X" * 40, []),
    ],
)
def test_none_is_longer_than_an_identifier_may_be(parent, following):
    assert suggested(parent, wanted=20) == following


@pytest.mark.parametrize("parent", ["10084,12", "60025,59B", "CE6C0100YJFM00103", "A0001-abc", "0", "a-", "1,1,1"])
def test_all_that_is_suggested_may_be_given(parent):
    names = suggested(parent, wanted=30)

    assert len(set(names)) == 30
    for name in names:
        validate_identifier(name)
        assert len(name) <= MAX_LENGTH
