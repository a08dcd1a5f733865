"""Importing missions, custodians, locations and containers: by the operation for one record, all rows or none."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest

from samples.exports import DATASETS
from samples.imports import files, refused_csv
from samples.imports.kinds import KINDS
from samples.models import Container, Custodian, Import, Location, Mission, Sample
from samples.operations import NotAllowed, Refused
from samples.operations.imports import RowsRefused
from tests import factories
from tests.refusing import plain, refused, state

DOCS = Path(__file__).parent.parent.parent / "docs" / "importing.md"
BOTTLE = {
    "mission": "CE6",
    "kind": "sample bottle",
    "origin": "scoop",
    "custody_began_at": "2024-06-28 10:30",
    "chain_document": "DN-1",
}


def file_of(kind, *rows, mapping=""):
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return files.read_file(kind, f"{kind}.csv", written.getvalue().encode(), mapping)


def check(lab, file):
    return factories.run(files.check(file, by=lab.curator, reason="A look"))


def register(lab, file, by=None):
    steps = files.register(file, acknowledged=False, by=by or lab.curator, reason="Opening stock")
    return factories.run(steps)


def told(report):
    return {(fault["row"], fault["column"]): plain(fault["message"]) for fault in report["faults"]}


def test_missions_are_registered_as_the_form_for_one_would(lab):
    row = {"code": "CE5", "name": "Chang’e 5", "body_side": "near", "landed_at": "2020-12-01T15:11Z"}

    made = register(lab, file_of("missions", row | {"notes": "One\nTwo"}))

    mission = Mission.objects.get(code="CE5")
    assert (mission.return_capacity_g, mission.drill_limit_cm) == (Decimal(2000), Decimal(200))
    assert (mission.notes, mission.landed_at.isoformat()) == ("One\nTwo", "2020-12-01T15:11:00+00:00")
    assert (made.kind, made.record_count, made.sample_count, made.count) == ("missions", 1, 0, 1)
    first = mission.history.get()
    assert (first.verb, first.operation_id, first.history_change_reason) == (
        "import.records",
        made.brought_in,
        "Opening stock",
    )


def test_custodians_are_registered_with_whether_they_are_active(lab):
    rows = [{"name": "Museum", "kind": "museum", "active": ""}, {"name": "Old store", "kind": "agency", "active": "no"}]

    register(lab, file_of("custodians", *rows))

    assert dict(Custodian.objects.values_list("name", "active").filter(name__in=["Museum", "Old store"])) == {
        "Museum": True,
        "Old store": False,
    }


def test_locations_are_registered_by_their_paths_whatever_their_order(lab):
    rows = [
        {"location": "Hall 1 / Room 2 / GB-01", "kind": "glove box", "atmosphere": "nitrogen", "custodian": ""},
        {"location": "Hall 1", "kind": "site", "atmosphere": "", "custodian": ""},
        {"location": "Hall 1 / Room 2", "kind": "room", "atmosphere": "", "custodian": "laboratory"},
        {"location": "street / Kerb", "kind": "position", "atmosphere": "air", "custodian": ""},
    ]

    made = register(lab, file_of("locations", *rows))

    box = Location.objects.get(name="GB-01")
    assert box.full_name() == "Hall 1 / Room 2 / GB-01"
    assert (box.kind, box.atmosphere, box.parent.custodian) == ("glove box", "nitrogen", lab.home)
    assert Location.objects.get(name="Kerb").parent == lab.street
    assert made.record_count == 4


def test_containers_are_registered_inside_each_other_whatever_their_order(lab):
    inner = BOTTLE | {"identifier": "IN-1", "inside": "out-1", "capacity_g": "12.5", "location": "Room 1"}
    outer = {"identifier": "OUT-1", "kind": "sealed package", "origin": "mixed", "inside": "box-1"}
    alone = {"identifier": "ALONE", "inside": "", "location": "Room 1", "custodian": "LABORATORY"}

    register(lab, file_of("containers", inner, BOTTLE | outer, BOTTLE | alone))

    inner = Container.objects.get(identifier="IN-1")
    assert [str(one) for one in inner.path()] == ["BOX-1", "OUT-1", "IN-1"]
    assert (inner.custodian, inner.location, inner.capacity_g) == (lab.home, None, Decimal("12.500000"))
    assert Container.objects.get(identifier="ALONE").location == lab.room


def test_every_fault_of_every_row_is_told_at_once(lab):
    rows = [
        {"identifier": "N-1", "location": "Room 1", "custodian": "Nobody"},
        {"identifier": "N-1", "location": "Nowhere", "mission": "CE9", "tare_g": "1,5"},
        {"identifier": "BOT-1", "location": "Room 1", "custodian": "Laboratory"},
        {"identifier": "N-4", "inside": "NONE"},
        {"identifier": "N-5", "inside": "BOX-1", "location": "Street"},
        {"identifier": "N-6", "location": "Room 2", "custodian": "Laboratory"},
        {"identifier": "N-7", "inside": "BOX-1", "capacity_g": "5000"},
        {"identifier": "N-8", "custodian": "Laboratory"},
        {"identifier": "N-9", "kind": "barrel", "inside": "BOX-1"},
    ]

    report = check(lab, file_of("containers", *(BOTTLE | row for row in rows)))

    faults = told(report)
    assert faults[2, "custodian"] == "No custodian is called “Nobody”. Register it first."
    assert faults[3, "identifier"] == "Row 2 has this identifier already, upper and lower case alike."
    assert faults[3, "location"].startswith("No locations are called “Nowhere”")
    assert faults[3, "mission"].startswith("No mission has the code “CE9”; known are: CE6.")
    assert "has a comma" in faults[3, "tare_g"]
    assert "Another container has this identifier." in faults[4, "identifier"]
    assert faults[5, "inside"].startswith("No container in use has the identifier “NONE”")
    assert faults[6, "location"] == "It is inside BOX-1, which stands in “Room 1”; the file says “Street”."
    assert faults[7, "location"].startswith("Room 2 holds only containers of Second laboratory")
    assert "more than the return capacity" in faults[8, "capacity_g"]
    assert faults[9, ""] == "Say where the container stands, or which container it is inside of: one of the two."
    assert faults[10, "kind"].startswith("Give one of: return capsule,")
    assert (report["accepted"], report["refused"]) == (0, 9)


def test_a_ring_of_containers_and_a_place_in_nothing_are_told(lab):
    ring = [BOTTLE | {"identifier": one, "inside": other} for one, other in (("A", "B"), ("B", "A"))]

    assert told(check(lab, file_of("containers", *ring))).keys() == {(2, "inside"), (3, "inside")}
    faults = told(check(lab, file_of("locations", {"location": "Nowhere / Box", "kind": "room"})))
    assert faults[2, "location"].startswith("There is no location “Nowhere”")


def test_one_fault_and_nothing_is_registered_and_a_check_leaves_nothing(lab):
    file = file_of("custodians", {"name": "Museum", "kind": "museum"}, {"name": "Store", "kind": "shop"})

    with refused(RowsRefused, "1 of the rows cannot be registered, so nothing was saved."):
        register(lab, file)
    before = state()
    report = check(lab, file_of("custodians", {"name": "Museum", "kind": "museum"}))
    assert state() == before
    assert (report["accepted"], report["records"]) == (1, [{"name": "Museum", "kind": "Museum"}])


def test_only_a_curator_imports(lab):
    with refused(NotAllowed, "Technician"):
        register(lab, file_of("custodians", {"name": "Museum", "kind": "museum"}), by=lab.technician)


def test_a_mapping_renames_translates_and_leaves_out(lab):
    mapping = """
    leave_out = ["Old"]
    ignore = ["remark"]
    [columns]
    name = "party"
    [constants]
    organisation = "Academy"
    [values.kind]
    M = "museum"
    """
    rows = [{"party": "Museum", "kind": "M", "remark": "x"}, {"party": "Old", "kind": "?", "remark": ""}]

    made = register(lab, file_of("custodians", *rows, mapping=mapping))

    assert (made.record_count, made.left_out) == (1, "Old")
    assert Custodian.objects.get(name="Museum").organisation == "Academy"
    with pytest.raises(Refused, match="is for files of samples"):
        file_of("custodians", *rows, mapping='[containers]\ncolumn="x"\n')


def test_refused_rows_come_back_parted_as_they_were(lab):
    content = "name;kind\nMuseum;shop\nStore;agency\n".encode("utf-16")
    file = files.read_file("custodians", "parties.csv", content)

    csv_text = refused_csv(file, check(lab, file)["faults"])

    assert csv_text.splitlines()[0] == "labinv_row;labinv_refused;name;kind"
    again = files.read_file("custodians", "again.csv", csv_text.encode())
    assert [row.cells["name"] for row in again.table.rows] == ["Museum"]


OTHERWISE = {
    ("containers", "status", "emptied"): "What was in it does not come again.",
    ("containers", "seal_number", "S-1"): "A seal is applied by hand.",
    ("containers", "contents_g", "10.000000"): "Contents come with the samples.",
    ("containers", "under_way", "yes"): "A handoff does not come again.",
    ("containers", "voided_at", "2024-06-28T00:00:00Z"): "A withdrawn record does not come again.",
    ("samples", "initial_mass_g", "2"): "a sample comes as it was weighed in.",
    ("samples", "status", "exhausted"): "Movements of mass do not come again.",
    ("samples", "published_at", "2024-06-28T00:00:00Z"): "publish it afterwards.",
    ("samples", "custodian", "Carrier"): "It is that of the container.",
    ("samples", "location", "Street"): "It is that of the container.",
    ("samples", "voided_at", "2024-06-28T00:00:00Z"): "A withdrawn record does not come again.",
}
AS_THEY_WOULD_BE = {
    "containers": {"status": "in use", "seal_number": "", "contents_g": "0.00", "under_way": "no", "voided_at": ""},
    "samples": {
        "initial_mass_g": "1.50",
        "status": "stored",
        "published_at": "",
        "custodian": "Laboratory",
        "location": "Room 1",
        "voided_at": "",
    },
}
ROWS = {
    "containers": BOTTLE | {"identifier": "N-1", "inside": "BOX-1"},
    "samples": {
        "identifier": "N-1",
        "container": "bot-1",
        "origin": "scoop",
        "form": "rock",
        "mass_g": "1.5",
        "happened_at": "2024-06-28 10:30",
    },
}


@pytest.mark.parametrize(("kind", "column", "says"), OTHERWISE)
def test_what_no_import_can_bring_is_compared_and_not_skipped(lab, kind, column, says):
    row = ROWS[kind] | AS_THEY_WOULD_BE[kind]
    assert check(lab, file_of(kind, row))["faults"] == []

    faults = told(check(lab, file_of(kind, row | {column: says})))

    [(place, message)] = faults.items()
    assert place == (2, column)
    assert f"The file says “{says}”, and registered now it would be" in message
    assert OTHERWISE[kind, column, says] in message
    assert "name it under ignore in the mapping" in message
    ignored = file_of(kind, row | {column: says}, mapping=f'ignore = ["{column}"]')
    assert check(lab, ignored)["faults"] == []


IN_MG = {name: text for name, text in ROWS["samples"].items() if name != "mass_g"} | {"mass_mg": "1500.001"}


def test_masses_in_milligrams_are_read_exactly(lab):
    made = register(lab, file_of("samples", IN_MG | {"initial_mass_mg": "1500.0010"}))

    assert made.sample_count == 1
    assert Sample.objects.get(identifier="N-1").mass_g == Decimal("1.500001")


def test_what_is_wrong_with_milligrams_is_told_in_them(lab):
    faults = told(check(lab, file_of("samples", IN_MG | {"mass_mg": "0.0001"})))
    assert "“0.0001 mg” is finer than one microgram" in faults[2, "mass_mg"]
    assert (2, "mass_mg") in told(check(lab, file_of("samples", IN_MG | {"mass_mg": "1.5 g"})))
    assert (2, "mass_mg") in told(check(lab, file_of("samples", IN_MG | {"mass_mg": ""})))
    faults = told(check(lab, file_of("samples", IN_MG | {"initial_mass_mg": "1500.002"})))
    assert "a sample comes as it was weighed in" in faults[2, "initial_mass_mg"]


@pytest.mark.parametrize(
    ("mapping", "grams"),
    [
        ('ignore = ["mass_g"]', "1.500001"),
        ('ignore = ["mass_mg"]', "7.000000"),
        ('ignore = ["mass_g"]\n[columns]\nmass_g = "mass_mg"', "1.500001"),
    ],
)
def test_of_grams_and_milligrams_one_is_read(lab, mapping, grams):
    both = IN_MG | {"mass_g": "7"}
    with refused(Refused, "The file has mass_g and mass_mg, the same mass."):
        file_of("samples", both)

    register(lab, file_of("samples", both, mapping=mapping))

    assert Sample.objects.get(identifier="N-1").mass_g == Decimal(grams)


def capitals(kind, row):
    """The row with the words of choices as a spreadsheet likes to begin them."""
    chosen = [column.name for column in KINDS[kind].columns if column.allowed and column.name in row]
    return row | {name: row[name].capitalize() for name in chosen}


def test_words_of_choices_are_alike_in_upper_and_lower_case_also_after_a_mapping(lab):
    vessel = BOTTLE | {"identifier": "N-1", "inside": "BOX-1", "atmosphere": "NITROGEN", "status": "In use"}
    custodian = {"name": "Museum", "kind": "MUSEUM", "active": "No"}
    for kind, row in (("containers", vessel), ("custodians", custodian), ("samples", ROWS["samples"])):
        assert check(lab, file_of(kind, capitals(kind, row)))["faults"] == []
    mapped = file_of("custodians", {"name": "Museum", "kind": "M"}, mapping='[values.kind]\nM = "Museum"')
    assert check(lab, mapped)["faults"] == []

    register(lab, file_of("containers", vessel))
    assert Container.objects.get(identifier="N-1").atmosphere == "nitrogen"
    # The Kelvin sign is no k.
    faults = told(check(lab, file_of("custodians", custodian | {"kind": "ban\N{KELVIN SIGN}"})))
    assert faults[2, "kind"].startswith("Give one of: ")


def test_samples_come_after_their_parents_whatever_their_order(lab):
    child, parent = ({"identifier": name, "parent": of} for name, of in (("S-2", "s-1"), ("S-1", "")))

    made = register(lab, file_of("samples", ROWS["samples"] | child, ROWS["samples"] | parent))

    assert made.sample_count == 2


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_described_once_and_the_docs_have_its_columns(name):
    kind = KINDS[name]

    assert name in Import.Kind.values
    assert set(kind.file_columns) <= {column.name for column in DATASETS[name].columns}
    section = DOCS.read_text().partition(f"### {kind.label}\n")[2].partition("\n##")[0]
    rows = re.findall(r"^\| (`.+?`) \|(.*)", section, re.MULTILINE)
    documented = {word: text for names, text in rows for word in re.findall(r"`([a-z_]+)`", names)}
    assert set(documented) == set(kind.names)
    assert {word for word, text in documented.items() if text.strip().startswith("needed")} >= set(kind.needed)
