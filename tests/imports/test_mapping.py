"""Mappings: what may stand in one, and what it makes of a row."""

from pathlib import Path

import pytest

from samples.imports.mapping import MAPPING_EXAMPLE, NotAMapping, read_mapping
from samples.imports.samples import COLUMNS

ROOT = Path(__file__).parent.parent.parent
NAMES = ("identifier", "container", "mass_g", "origin")


def read(text):
    return read_mapping(text, NAMES)


def test_no_mapping_leaves_every_column_as_it_is():
    mapping = read("")

    assert mapping.read("origin", {"origin": " drill "}) == " drill "
    assert mapping.read("origin", {}) is None


def test_it_renames_sets_constants_and_translates():
    mapping = read(
        """
        [columns]
        identifier = "Sample Num"
        origin = "technique"
        [constants]
        mass_g = "1"
        [values.origin]
        "" = "scoop"
        DDC = "drill"
        """
    )
    cells = {"sample num": "10001", "technique": " DDC "}

    assert mapping.read("identifier", cells) == "10001"
    assert mapping.read("origin", cells) == "drill"
    assert mapping.read("origin", {"technique": "  "}) == "scoop"
    assert mapping.read("origin", {"technique": "rake"}) == "rake"
    assert mapping.read("mass_g", cells) == "1"


def test_a_column_is_used_mapped_or_ignored_and_else_it_is_told():
    mapping = read('ignore = ["Comment"]\n[columns]\nidentifier = "num"\n[constants]\norigin = "scoop"\n')

    assert mapping.unused(["num", "mass_g", "comment"], NAMES) == []
    assert read('ignore = ["mass_g"]').read("mass_g", {"mass_g": "1"}) is None
    # A constant leaves the file's own column of that name unused.
    assert mapping.unused(["num", "origin", "identifier", "x"], NAMES) == ["origin", "identifier", "x"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("columns", "no TOML"),
        ("[columns]\nidentifier = 7", "write 7 in quotes"),
        ('[columns]\nidentity = "x"', "There is no “identity” in [columns]"),
        ('[column]\nidentifier = "x"', "There is no “column” in the mapping"),
        ('columns = "x"', "columns is a table"),
        ('ignore = "x"', "ignore is a list"),
        ("ignore = [1]", "write 1 in quotes"),
        ('[values]\norigin = "x"', "[values.origin] is a table"),
        ("[values.origin]\nDDC = true", "write True in quotes"),
        ('[columns]\norigin = "a"\n[constants]\norigin = "b"', "either a column or a constant"),
        ('[containers]\ncolumn = "x"', "[containers] needs custodian, location, chain_document"),
        ('[containers]\nkind = "vial"', "There is no “kind” in [containers]"),
        ("x = " + "[" * 5000, "no TOML"),
        ("#" * 20_001, "more than 20000 characters"),
    ],
)
def test_what_is_no_mapping_is_refused_in_a_sentence(text, says):
    with pytest.raises(NotAMapping) as refused:
        read(text)

    assert says in refused.value.message
    assert refused.value.field == "mapping"


def test_the_example_is_a_mapping_and_the_one_in_the_docs():
    assert read_mapping(MAPPING_EXAMPLE, tuple(COLUMNS)).leave_out == ("15305",)
    assert MAPPING_EXAMPLE in (ROOT / "docs" / "importing.md").read_text()
