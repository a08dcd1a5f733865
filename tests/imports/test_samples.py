"""Importing samples: the rules are those of one sample; all rows or none; every fault of every row."""

from decimal import Decimal

import pytest

from samples.imports import refused_csv
from samples.imports import samples as importer
from samples.models import Container, Import, MassMovement, Sample
from samples.operations import Doubtful, NotAllowed, Refused, containers, custodians, samples
from samples.operations.imports import RowsRefused
from tests import factories
from tests.refusing import plain, refused, state

BAGS = """
[containers]
column = "bag"
unnamed = "no bag"
custodian = "laboratory"
location = "room 1"
chain_document = "DN-1"
"""


def file_of(*rows, mapping="", **columns):
    return importer.read_samples("stock.csv", factories.stock(*rows, **columns), mapping)


def row(identifier, mass_g="1", **cells):
    return {"identifier": identifier, "mass_g": mass_g, "container": "bot-1"} | cells


def bagged(identifier, bag, mass_g="1", **cells):
    return {"identifier": identifier, "mass_g": mass_g, "mission": "CE6", "bag": bag} | cells


def check(lab, file):
    return factories.run(importer.check(file, by=lab.curator, reason="A look"))


def register(lab, file, **choices):
    steps = importer.register(file, **{"acknowledged": False, "by": lab.curator, "reason": "Opening stock"} | choices)
    return factories.run(steps)


def told(report):
    return {(fault["row"], fault["column"], fault["value"]): plain(fault["message"]) for fault in report["faults"]}


def test_it_registers_each_row_as_the_form_for_one_sample_would(lab):
    made = register(
        lab,
        file_of(
            row("S-1", "12.5 mg", happened_at="2024-06-28 10:30", other_names="first", exposure=" "),
            row("S-2", "2", happened_at="2024-06-28T02:30Z", parent="s-1"),
        ),
    )

    one, two = Sample.objects.get(identifier="S-1"), Sample.objects.get(identifier="S-2")
    assert (one.mass_g, one.other_names, one.container) == (Decimal("0.012500"), "first", lab.bottle)
    assert (one.use_category, one.exposure) == ("unassigned", "pristine")
    assert two.parent == one
    # The laboratory's clock is eight hours ahead of UTC.
    moments = MassMovement.objects.filter(to_sample__in=[one, two]).values_list("happened_at", flat=True)
    assert len(set(moments)) == 1
    first = one.history.get()
    assert (first.history_change_reason, first.actor_id, first.verb) == (
        "Opening stock",
        lab.curator.pk,
        "import.samples",
    )
    assert (made.file_name, made.sample_count, made.container_count) == ("stock.csv", 2, 0)
    assert list(Sample.objects.registered_in(made.brought_in).order_by("pk")) == [one, two]


def test_a_check_leaves_nothing_and_tells_what_would_change(lab):
    file = file_of(row("S-1", "1.5"), row("S-2", "2"))
    before = state()

    report = check(lab, file)

    assert state() == before
    assert (report["rows"], report["accepted"], report["refused"], report["faults"]) == (2, 2, 0, [])
    [mission] = report["missions"]
    assert mission["before_g"] == "10.000000"
    assert mission["added_g"] == "3.500000"
    assert mission["after_g"] == "13.500000"


def test_every_fault_of_every_row_is_told_at_once(lab):
    file = file_of(
        row("S-1"),
        row("S-1"),
        row("ＦＵＬＬ", "1e3", origin="dug", form=""),
        row("S-3", "0"),
        row("S-4", "95"),
        row("S-5", container="NONE"),
        row("S-6", parent="NONE", container="NONE"),
        row("CE6C0001", ""),
        row("S\u200b8", depth_top_cm="1"),
        row("S-9", happened_at="1969"),
        row("s-3"),
        row("S-10", container=" "),
        row("S-11", "95", collected_at="2024-06-02T00:00Z"),
    )

    faults = told(check(lab, file))

    assert faults[3, "identifier", "S-1"] == "Row 2 has this identifier already, upper and lower case alike."
    assert "ASCII letters" in faults[4, "identifier", "ＦＵＬＬ"]
    assert "not a plain decimal number" in faults[4, "mass_g", "1e3"]
    assert faults[4, "origin", "dug"] == "Give one of: drill, scoop."
    assert faults[4, "form", ""] == "This is blank, and a sample needs it."
    assert "Nothing weighs 0 g" in faults[5, "mass_g", "0"]
    assert "95.000000 g does not fit" in faults[6, "mass_g", "95"]
    assert "has the identifier “NONE”" in faults[7, "container", "NONE"]
    assert {(8, "container", "NONE"), (8, "parent", "NONE")} <= faults.keys()
    assert "Another sample has this identifier." in faults[9, "identifier", "CE6C0001"]
    assert (9, "mass_g", "") in faults
    assert (10, "identifier", "S⟨U+200B⟩8") in faults
    assert (11, "happened_at", "1969") in faults
    assert {(14, "mass_g", "95"), (14, "happened_at", "2024-06-01T00:00Z")} <= faults.keys()
    # Though that row is not registered either.
    assert faults[12, "identifier", "s-3"] == "Row 5 has this identifier already, upper and lower case alike."
    assert faults[13, "container", " "] == "This is blank, and a sample needs it."


def test_one_fault_and_nothing_is_registered(lab):
    file = file_of(row("S-1"), row("S-2", "0"))

    with refused(RowsRefused, "1 of the rows cannot be registered, so nothing was saved."):
        register(lab, file)


def test_a_later_row_counts_what_an_earlier_one_brought(lab):
    # The bottle is rated for 100 g and holds 10.
    report = check(lab, file_of(row("S-1", "60"), row("S-2", "30.000001"), row("S-3", "30")))

    assert told(report).keys() == {(3, "mass_g", "30.000001")}
    assert report["accepted"] == 2


def test_it_stops_at_the_mission_s_return_capacity_to_the_microgram(lab):
    rows = [bagged("S-1", "A", "1990"), bagged("S-2", "A", "0.000001")]

    report = check(lab, file_of(*rows, mapping=BAGS))

    assert told(report) == {
        (3, "mass_g", "0.000001"): "Mission CE6 has 2 000.000000 g accessioned of 2 000.000000 g, "
        "which leaves 0.000000 g; 0.000001 g does not fit."
    }


def test_doubtful_rows_wait_for_a_person(lab):
    tube = factories.container(
        lab.technician, "TUBE", lab.mission, kind="core tube", origin="drill", custodian=lab.home, location=lab.room
    )
    file = file_of(row("S-1", container=tube.identifier, origin="drill", form="core segment"))

    assert [doubt["row"] for doubt in check(lab, file)["doubts"]] == [2]
    with refused(Doubtful, "1 rows are doubtful"):
        register(lab, file)
    assert register(lab, file, acknowledged=True).sample_count == 1


def test_one_bag_is_made_for_each_mission_and_container_text(lab):
    factories.mission(lab.curator, "CE7")
    rows = [
        bagged("S-1", "Cont.  Bag"),
        bagged("S-2", "Cont.  Bag"),
        bagged("S-3", ""),
        bagged("S-4", "(x)/y", mission="ce7"),
        bagged("S-5", "Cont.  Bag", mission="CE7"),
    ]

    made = register(lab, file_of(*rows, mapping=BAGS))

    bags = Container.objects.registered_in(made.brought_in)
    assert {bag.identifier for bag in bags} == {"CE6-Cont.-Bag", "CE6-no-bag", "CE7-x-/y", "CE7-Cont.-Bag"}
    assert {(bag.kind, bag.origin, bag.capacity_g, bag.custodian, bag.location) for bag in bags} == {
        ("collection bag", "mixed", None, lab.home, lab.room)
    }
    assert made.container_count == 4
    assert Sample.objects.get(identifier="S-2").container.identifier == "CE6-Cont.-Bag"


def test_a_bag_that_is_there_already_is_used(lab):
    register(lab, file_of(bagged("S-1", "A"), mapping=BAGS))

    made = register(lab, file_of(bagged("S-2", "a"), mapping=BAGS))

    assert made.container_count == 0
    assert Sample.objects.get(identifier="S-2").container == Sample.objects.get(identifier="S-1").container


def test_two_texts_that_would_be_one_bag_are_told(lab):
    report = check(lab, file_of(bagged("S-1", "A 1"), bagged("S-2", "A  1"), mapping=BAGS))

    assert told(report) == {(3, "bag", "A  1"): "“A  1” and “A 1” would both be CE6-A-1. Translate one of them."}


def test_a_bag_that_cannot_be_made_is_told_in_each_of_its_rows(lab):
    report = check(lab, file_of(bagged("S-1", "x" * 50), bagged("S-2", "x" * 50), mapping=BAGS))

    first, second = (plain(fault["message"]) for fault in report["faults"])
    assert "cannot be made. An identifier has 1 to 40" in first
    assert second.endswith("cannot be made: see row 2.")


def test_a_row_without_a_bag_or_a_mission_is_told(lab):
    mapping = BAGS.replace('unnamed = "no bag"\n', "")

    faults = told(check(lab, file_of(bagged("S-1", ""), bagged("S-2", "A", mission=""), mapping=mapping)))

    assert "Name a bag for such rows" in faults[2, "bag", ""]
    assert "made for a mission" in faults[3, "mission", ""]


def test_an_unknown_mission_and_another_container_s_mission_are_told(lab):
    factories.mission(lab.curator, "CE7")

    faults = told(check(lab, file_of(row("S-1", mission="CE9"), row("S-2", mission="CE7"), row("S-3", mission="ce6"))))

    assert faults == {
        (2, "mission", "CE9"): "No mission has the code “CE9”; known are: CE6, CE7. Register the mission first.",
        (3, "mission", "CE7"): "BOT-1 is a container of Mission CE6, and the row says Mission CE7.",
    }


def test_rows_stay_out_only_when_they_are_named(lab):
    rows = [row("S-1"), row("S-2", "0")]

    made = register(lab, file_of(*rows, mapping='leave_out = ["S-2"]'))

    assert (made.sample_count, made.left_out, made.mapping) == (1, "S-2", 'leave_out = ["S-2"]')
    with pytest.raises(Refused, match="leave_out names S-3, which is in no row"):
        file_of(*rows, mapping='leave_out = ["S-3"]')


def test_a_file_of_which_every_row_stays_out_is_refused(lab):
    with pytest.raises(Refused, match="leave_out names every row"):
        file_of(row("S-1"), mapping='leave_out = ["S-1"]')


def test_a_void_bag_s_name_stays_taken(lab):
    register(lab, file_of(bagged("S-1", "A"), mapping=BAGS))
    [sample] = Sample.objects.filter(identifier="S-1")
    samples.void(sample=sample, by=lab.curator, reason="Entered in error")
    containers.void(container=sample.container, by=lab.curator, reason="Entered in error")

    faults = told(check(lab, file_of(bagged("S-2", "A"), mapping=BAGS)))

    assert "cannot be made. Another container has this identifier." in faults[2, "bag", "A"]


def test_an_upload_is_imported_once_whatever_the_page_says(lab):
    upload = factories.uploaded(lab.curator, [row("S-1")])
    file = file_of(row("S-1"))
    register(lab, file, upload=upload)

    with refused(Refused, "This file was imported already."):
        register(lab, file_of(row("S-2")), upload=upload)


def test_a_custodian_that_is_not_active_takes_nothing_on(lab):
    custodians.amend(custodian=lab.home, changes={"active": False}, seen=None, by=lab.curator, reason="Closed")

    with pytest.raises(Refused, match="No active custodian is called “laboratory”"):
        file_of(bagged("S-1", "A"), mapping=BAGS).check_places()


@pytest.mark.parametrize(
    ("columns", "mapping", "says"),
    [
        ({"colour": "grey"}, "", "labinv does not know the column colour."),
        ({}, BAGS, "The file has no column bag, mission."),
        ({}, '[columns]\nform = "material"', "The file has no column material."),
        ({}, BAGS + '[columns]\nmission="origin"\n', "The file has no column bag."),
        ({}, '[columns]\nexposure = "expossure"', "The file has no column expossure."),
        (
            {},
            '[constants]\nform = "rock"',
            "The file has the column form, and the mapping says it under constants too.",
        ),
    ],
)
def test_a_file_whose_columns_do_not_fit_is_refused(lab, columns, mapping, says):
    with pytest.raises(Refused) as refusal:
        file_of(row("S-1"), mapping=mapping, **columns)

    assert says in refusal.value.message


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"laboratory": "Nowhere"}, "No active custodian is called “Nowhere”."),
        ({"room 1": "Cellar"}, "No locations are called “Cellar”"),
    ],
)
def test_a_mapping_names_a_custodian_and_a_location_that_exist(lab, wrong, says):
    [(was, becomes)] = wrong.items()

    with pytest.raises(Refused) as refusal:
        file_of(bagged("S-1", "A"), mapping=BAGS.replace(was, becomes)).check_places()

    assert says in refusal.value.message


def test_only_a_curator_imports(lab):
    for person in (lab.technician, lab.auditor, lab.administrator):
        with refused(NotAllowed, person.name):
            register(lab, file_of(row("S-1")), by=person)


def test_an_import_broken_off_leaves_nothing(lab):
    before = state()
    steps = importer.register(
        file_of(row("S-1"), row("S-2")), acknowledged=False, by=lab.curator, reason="Opening stock"
    )
    next(steps)

    steps.close()

    assert state() == before
    assert register(lab, file_of(row("S-1"))).sample_count == 1


def test_refused_rows_come_back_as_they_stood_and_are_read_again(lab):
    file = file_of(row("S-1"), row("=1+1", "0"), row("'S-3", "x"))

    csv = refused_csv(file, check(lab, file)["faults"])

    assert csv.splitlines()[0].startswith("labinv_row,labinv_refused,")
    assert "'=1+1" in csv
    again = importer.read_samples("again.csv", csv.encode())
    assert [each.cells["identifier"] for each in again.table.rows] == ["=1+1", "'S-3"]
    assert len(check(lab, again)["faults"]) >= 4


def test_an_import_is_told_in_its_own_history_and_in_those_of_its_rows(lab):
    made = factories.imported(lab.curator, lab.bottle, "S-1")

    assert made.history.get().operation_id == made.brought_in
    assert Sample.objects.get(identifier="S-1").history.get().operation_id == made.brought_in
    assert Import.objects.with_entry().get().made_by_name == lab.curator.name
