"""What is exported as an import file imports into an empty database, and exports again as the same bytes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from samples.imports import files
from samples.imports.kinds import KINDS
from samples.models import Container, Sample
from samples.roles import Role
from samples.selections import select
from tests import factories

ORDER = ("missions", "custodians", "locations", "containers", "samples")
STRANGE = "=1+1, \"two\"; 'three'\n-4 月 ＝5"


def exported(user, name, unit="g"):
    """The file that is offered for importing, or the same with its masses in milligrams."""
    columns = [
        f"{column.removesuffix('_g')}_{unit}" if column.endswith("_g") else column
        for column in KINDS[name].file_columns
    ]
    asked = {"columns": ",".join(columns), "mass_unit": unit}
    return "".join(select(name, asked, user).rows()).encode()


def build(curator):
    """An inventory in which every column has something in it, and texts that a spreadsheet would run."""
    missions = {
        "CE6": {
            "agency": "=CNSA",
            "latitude": Decimal("-41.6385"),
            "longitude": Decimal("-153.9852"),
            "notes": STRANGE,
        },
        "L16": {"body_side": "near", "relay_satellite": "", "return_capacity_g": Decimal("101.5")},
    }
    made = [factories.mission(curator, code, name=f"'Mission {code}", **values) for code, values in missions.items()]
    ce6 = made[0]
    keeper = factories.custodian(curator, "-Laboratory-", "laboratory", contact=STRANGE, organisation="@Academy")
    factories.custodian(curator, "'Store'", "backup store", active=False)
    hall = factories.location(curator, "Hall 1", kind="site")
    box = factories.location(curator, "GB-01", parent=hall, kind="glove box", atmosphere="nitrogen", custodian=keeper)
    factories.location(curator, "Attic", parent=hall)
    stands = {"custodian": keeper, "location": box, "kind": "sealed package", "origin": "mixed"}
    outer = factories.container(curator, "Z-OUTER", ce6, **stands, description=STRANGE)
    inner = factories.container(
        curator, "A-INNER", ce6, parent=outer, capacity_g=Decimal("99.5"), tare_g=Decimal(0), atmosphere="vacuum"
    )
    tube = factories.container(curator, "M-TUBE", ce6, parent=outer, kind="core tube", origin="drill")
    core = {"origin": "drill", "form": "core segment", "collection_method": "+drill"}
    depths = {"depth_top_cm": Decimal("1.5"), "depth_bottom_cm": Decimal("20.25")}
    parent = factories.sample(curator, "S-9", tube, "12.345678", **core, **depths, description=STRANGE)
    factories.sample(curator, "S-1", tube, "0.000001", **core, **depths, parent=parent, other_names="'-x")
    half_past = factories.LONG_AGO + timedelta(seconds=0.5)
    exposed = {"exposure": "air-exposed", "exposed_at": half_past, "exposed_reason": "=Glove"}
    factories.sample(curator, "S-5", inner, "5", use_category="research", **exposed)


@pytest.fixture
def curator(db):
    return factories.person("curator", Role.CURATOR)


def files_of_what_is_gone(curator, unit="g"):
    with transaction.atomic():
        build(curator)
        contents = {name: exported(curator, name, unit) for name in ORDER}
        transaction.set_rollback(True)
    assert not Container.objects.exists()
    return contents


@pytest.fixture
def came(curator):
    """The files of an inventory that is gone again."""
    return files_of_what_is_gone(curator)


@pytest.mark.parametrize("unit", ["g", "mg"])
def test_what_is_exported_imports_again_and_exports_equal(curator, unit):
    came = files_of_what_is_gone(curator, unit)
    for name in ORDER:
        file = files.read_file(name, f"{name}.csv", came[name])
        factories.run(files.register(file, acknowledged=True, by=curator, reason="Moved house"))

    assert {name: exported(curator, name, unit) for name in ORDER} == came
    assert Sample.objects.get(identifier="S-9").mass_g == Decimal("12.345678")
    assert Sample.objects.get(identifier="S-1").other_names == "'-x"
    assert b"2024-06-01T00:00:00.500000Z" in came["samples"]
    assert Sample.objects.get(identifier="S-5").exposed_at == factories.LONG_AGO + timedelta(seconds=0.5)


def test_every_column_that_an_import_sets_has_something_in_it(came):
    for name in ORDER:
        table = files.read_file(name, f"{name}.csv", came[name]).table
        blank = [column for column in KINDS[name].names if not any(row.cells[column] for row in table.rows)]
        unset = {"missions": {"launch_vehicle", "launch_site", "launched_on", "landing_site"}}
        unset["missions"] |= {"landed_at", "returned_at", "return_place"}
        assert set(blank) <= unset.get(name, {"collected_at"})


def came_to_nothing(lab, name):
    file = files.read_file(name, f"{name}.csv", exported(lab.curator, name))
    report = factories.run(files.check(file, by=lab.curator, reason="A look"))
    return {(fault["identifier"], fault["column"]) for fault in report["faults"]}


def test_rows_that_cannot_come_again_are_refused(lab):
    whole = factories.sample(lab.technician, "CE6C0002", lab.bottle, "5")
    factories.split(lab.technician, whole, "1")
    factories.publish(lab.curator, lab.soil)
    factories.seal(lab.technician, lab.box, "S-1", applied_at=factories.LONG_AGO + timedelta(days=3))

    faults = came_to_nothing(lab, "containers")
    assert ("BOX-1", "seal_number") in faults
    faults = came_to_nothing(lab, "samples")
    assert {("CE6C0001", "published_at"), ("CE6C0002", "initial_mass_g")} <= faults
