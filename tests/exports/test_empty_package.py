"""A data package of an inventory in which nothing is entered yet."""

from tests import factories
from tests.exports import packed


def test_frictionless_accepts_what_an_empty_inventory_makes(db, tmp_path):
    data = packed.make(factories.person("auditor", "auditor"))

    report = packed.validated(data, tmp_path)
    assert (report.valid, report.flatten(["name", "type", "note"])) == (True, [])
    assert {resource["rows"] for resource in packed.descriptor(data)["resources"]} == {0}
