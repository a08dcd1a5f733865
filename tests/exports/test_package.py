"""A data package: what is in it, that it is the same again, and that other people's tools accept it."""

import hashlib
import io
import json
import re
import tracemalloc
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
import yaml
from django.utils import timezone

from samples import packages
from samples.exports import DATASETS
from samples.exports.package import Asked, LineCounter, Rows, stream
from samples.operations import missions
from samples.questions import AS_OF, RECORDED_AT, Question
from samples.selections import NotSelected
from tests import comparing, factories
from tests.exports import packed
from tests.exports.conftest import HARD

USUAL = [name for name in DATASETS if name != "audit"]
TOLD = ["datapackage.json", "README.md", "CITATION.cff", "SHA256SUMS"]
EVERYTHING = ",".join(DATASETS)
# The numbers of operations are drawn by lot.
WITHOUT_LOTS = {
    "datasets": ",".join(USUAL),
    "movements__columns": "happened_at,kind,mission,from,to,origin,mass_g,reason,by",
}


def test_it_has_every_file_but_the_audit_log_and_tells_of_each(made):
    data = made.usual

    assert list(packed.files(data)) == [*(f"data/{name}.csv" for name in USUAL), *TOLD]
    told = packed.descriptor(data)
    assert [resource["name"] for resource in told["resources"]] == USUAL
    for resource in told["resources"]:
        name, text = resource["name"], packed.files(data)[resource["path"]]
        assert resource["bytes"] == len(text)
        assert resource["hash"] == f"sha256:{hashlib.sha256(text).hexdigest()}"
        assert resource["rows"] == len(packed.rows(data, name))
        assert [field["name"] for field in resource["schema"]["fields"]] == [
            column.name for column in DATASETS[name].columns
        ]
    assert (
        next(row for row in packed.rows(data, "samples") if row["identifier"] == "CORE-1")["description"] == f"'{HARD}"
    )


def test_the_sums_are_those_of_every_other_file(made):
    contents = packed.files(made.usual)

    sums = dict(line.split("  ")[::-1] for line in contents.pop("SHA256SUMS").decode().splitlines())

    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}


def test_a_column_says_its_type_its_unit_and_what_it_can_be(made):
    told = packed.descriptor(made.in_milligrams)

    [samples] = [resource for resource in told["resources"] if resource["name"] == "samples"]
    fields = {field["name"]: field for field in samples["schema"]["fields"]}
    assert fields["mass_mg"] | {"description": ""} == {
        "name": "mass_mg",
        "title": "mass",
        "type": "number",
        "unit": "mg",
        "description": "",
        "constraints": {"required": True},
    }
    assert fields["origin"]["constraints"]["enum"] == ["drill", "scoop"]
    assert fields["identifier"]["constraints"] == {"required": True, "unique": True}
    assert (samples["schema"]["primaryKey"], samples["schema"]["missingValues"]) == (["identifier"], [""])
    assert {"fields": ["container"], "reference": {"resource": "containers", "fields": ["identifier"]}} in samples[
        "schema"
    ]["foreignKeys"]
    [custodians] = [resource for resource in told["resources"] if resource["name"] == "custodians"]
    assert [field for field in custodians["schema"]["fields"] if field["type"] == "boolean"] == [
        {**custodians["schema"]["fields"][4], "trueValues": ["yes"], "falseValues": ["no"]}
    ]


def test_without_a_moment_it_is_of_the_moment_of_its_own_entry_in_the_ledger(made):
    data = made.usual

    moment = "2027-01-02T03:04:05.999999Z"
    told = packed.descriptor(data)
    assert (told["created"], told["version"]) == (moment, moment)
    assert told["labinv"] == {
        "question": RECORDED_AT,
        "moment": moment,
        "filters": {},
        "mass_unit": "g",
        "records": "all",
    }
    assert f"recorded_at={moment}" in packed.files(data)["README.md"].decode()


def test_made_twice_it_is_the_same_to_the_byte(inventory):
    assert packed.make(inventory.auditor) == packed.make(inventory.auditor)


def test_made_again_later_it_is_the_same_to_the_byte_whatever_has_changed(inventory):
    question = Question(RECORDED_AT, timezone.now())
    data = packed.make(inventory.auditor, datasets=EVERYTHING)

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        missions.amend(
            mission=inventory.mission, changes={"name": "Other"}, seen=None, by=inventory.curator, reason="Renamed"
        )
        factories.custodian(inventory.curator, "Museum", "museum")
        factories.sample(inventory.technician, "S-9", inventory.tray, "0.5")
        again = packed.make(inventory.auditor, question, datasets=EVERYTHING)
        now = packed.make(inventory.auditor, datasets=EVERYTHING)

    assert packed.files(again) == packed.files(data)
    assert again == data
    assert {
        name: len(packed.rows(now, name)) - len(packed.rows(data, name)) for name in DATASETS if name != "audit"
    } == {
        **dict.fromkeys(USUAL, 0),
        "samples": 1,
        "movements": 1,
        "custodians": 1,
    }


def test_what_is_recorded_up_to_now_is_read_without_the_history(inventory, monkeypatch):
    data = packed.make(inventory.auditor)
    monkeypatch.setattr(packages.past, "shown", None)

    assert packed.make(inventory.auditor) == data


def test_both_engines_make_the_same_bytes(inventory, request):
    data = packed.make(inventory.auditor, **WITHOUT_LOTS)

    comparing.record(request.config, "data packages", "all of it, by SHA-256", hashlib.sha256(data).hexdigest())
    names = list(packed.files(data))
    comparing.record(request.config, "data packages", "its files", " ".join(names))
    assert len(names) == len(USUAL) + len(TOLD)


def test_nothing_of_the_clock_or_the_machine_is_in_the_archive(made):
    with zipfile.ZipFile(io.BytesIO(made.usual)) as archive:
        entries = archive.infolist()

    assert {
        (entry.date_time, entry.create_system, entry.external_attr, entry.extra, entry.comment) for entry in entries
    } == {((1980, 1, 1, 0, 0, 0), 3, 0o100644 << 16, b"", b"")}


def test_frictionless_accepts_it(made, tmp_path):
    report = packed.validated(made.everything, tmp_path)

    assert report.flatten(["name", "type", "note"]) == []
    assert [task.name for task in report.tasks] == list(DATASETS)
    assert report.valid


@pytest.mark.parametrize(
    ("name", "old", "new", "kind"),
    [
        ("samples", b"0.000001", b"a grain", "type-error"),
        ("samples", b"CE6C0001,", b",", "constraint-error"),
        ("samples", b",scoop,", b",spoon,", "constraint-error"),
        ("samples", b"GRAIN", b"CORE-1", "primary-key"),
        ("samples", b"BOX-1", b"BOX-9", "foreign-key"),
    ],
)
def test_frictionless_rejects_what_is_not_as_the_descriptor_says(made, tmp_path, name, old, new, kind):
    contents = packed.files(made.usual)
    damaged = contents[f"data/{name}.csv"].replace(old, new, 1)
    assert damaged != contents[f"data/{name}.csv"]

    report = packed.validated(packed.zipped(packed.told_again(contents | {f"data/{name}.csv": damaged})), tmp_path)

    assert kind in {error for [error] in report.flatten(["type"])}


def test_frictionless_rejects_a_file_that_was_cut_off(made, tmp_path):
    contents = packed.files(made.usual)
    cut = b"".join(contents["data/samples.csv"].splitlines(keepends=True)[:-1])

    report = packed.validated(packed.zipped(contents | {"data/samples.csv": cut}), tmp_path)

    assert {"hash-count", "byte-count"} & {error for [error] in report.flatten(["type"])}


def test_the_citation_names_the_laboratory_and_no_person(inventory, settings):
    settings.LABORATORY = 'Lunar "sample" laboratory: 月壤'

    told = yaml.safe_load(packed.files(packed.make(inventory.auditor))["CITATION.cff"])

    # What Citation File Format 1.2.0 requires, and then what it calls these.
    assert {"cff-version", "message", "title", "authors"} <= set(told)
    assert (told["cff-version"], told["type"], told["date-released"]) == ("1.2.0", "dataset", "2027-01-02")
    assert told["authors"] == [{"name": 'Lunar "sample" laboratory: 月壤'}]
    assert told["title"].startswith('Sample inventory of Lunar "sample" laboratory: 月壤, as recorded at 2027-')
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", told["version"])


def test_a_researcher_gets_what_is_published_and_no_more(made):
    data = made.published

    assert [name for name in packed.files(data) if name.startswith("data/")] == [
        f"data/{name}.csv" for name in ("samples", "containers", "handoffs", "missions")
    ]
    assert [row["identifier"] for row in packed.rows(data, "samples")] == ["CORE-1"]
    assert packed.descriptor(data)["labinv"]["records"] == "published"
    assert "witnesses" not in packed.rows(data, "handoffs")[0]
    assert b"closing_reason" not in packed.files(data)["datapackage.json"]


def test_a_researcher_gets_none_of_the_files_of_the_staff(lab):
    with pytest.raises(NotSelected, match="“movements” is none of your datasets"):
        packages.read({"datasets": "movements"}, lab.researcher)


def test_filters_are_taken_told_and_leave_no_reference_to_what_was_filtered_out(inventory):
    near = {"mission": inventory.mission.code.lower(), "containers__kind": "sample bottle"}

    data = packed.make(inventory.auditor, datasets="samples,containers,missions", samples__origin="drill", **near)

    assert [row["identifier"] for row in packed.rows(data, "samples")] == ["CORE-1", "GRAIN"]
    assert [row["identifier"] for row in packed.rows(data, "containers")] == ["BOT-1"]
    told = packed.descriptor(data)
    assert told["labinv"]["filters"] == {"mission": "ce6"}
    assert [resource["filters"] for resource in told["resources"]] == [
        {"mission": "ce6", "origin": "drill"},
        {"mission": "ce6", "kind": "sample bottle"},
        {"mission": "ce6"},
    ]
    assert [row["code"] for row in packed.rows(data, "missions")] == ["CE6"]
    assert "`samples.origin=drill`" in packed.files(data)["README.md"].decode()
    references = [key["reference"] for each in told["resources"] for key in each["schema"].get("foreignKeys", [])]
    assert {reference["resource"] for reference in references} == {"missions"}


def test_a_reference_to_missions_holds_where_both_files_are_of_the_same_ones(inventory):
    data = packed.make(inventory.auditor, datasets="samples,missions", missions__mission="CE6")

    references = packed.descriptor(data)["resources"][0]["schema"]["foreignKeys"]
    assert [reference["fields"] for reference in references] == [["parent"]]
    assert [row["code"] for row in packed.rows(data, "missions")] == ["CE6"]


def test_as_it_happened_is_another_question_and_promises_less(inventory):
    data = packed.make(inventory.auditor, Question(AS_OF, factories.LONG_AGO), datasets="samples,missions")

    told = packed.descriptor(data)
    assert (told["labinv"]["question"], told["created"]) == (AS_OF, "2024-06-01T00:00:00Z")
    assert "foreignKeys" not in told["resources"][0]["schema"]
    assert "Whether the files can be made again" in packed.files(data)["README.md"].decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"datasets": "stones"}, "datasets: “stones” is none of your datasets: samples, "),
        ({"colour": "grey"}, "colour: there is no such filter"),
        ({"samples.colour": "grey"}, "samples.colour: there is no such filter"),
        ({"datasets": "missions", "samples.origin": "drill"}, "samples.origin: there is no such filter"),
        ({"samples.origin": "sea"}, "samples.origin: Select a valid choice."),
        ({"samples.recorded_at": "2026-01-01"}, "samples.recorded_at: there is no such filter"),
        ({"samples.mass_unit": "mg"}, "samples.mass_unit: there is no such filter"),
        ({"samples.columns": "colour"}, "samples.columns: there is no column “colour”."),
        ({"mission": "CE9"}, "mission: There is no mission “CE9”. There are: CE6."),
        ({"samples.mission": "3"}, "samples.mission: There is no mission “3”. There are: CE6."),
        ({"datasets": "locations", "locations.mission": "CE6"}, "locations.mission: there is no such filter"),
        ({"mass_unit": "kg"}, "mass_unit: “kg” is no unit of mass here."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(lab, query, sentence):
    with pytest.raises(NotSelected) as refusal:
        packages.read(query, lab.auditor)

    assert sentence in refusal.value.message


def test_records_are_counted_and_not_lines():
    counter = LineCounter()
    for piece in (b'a,b\n"one\r\ntwo","""', b'"\n', b'1,"', b"\n", b'"\n"",2\n'):
        counter.add(piece)

    assert counter.lines == 4


def pieces(taken, number):
    yield b"name,note\n"
    for piece in range(number):
        taken.append(piece)
        yield "".join(f'{hashlib.sha256(b"%d" % row).hexdigest()},"a\nb"\n' for row in range(1000)).encode()


def test_rows_leave_while_others_are_read_and_little_is_held():
    taken, number = [], 200
    dataset = SimpleNamespace(name="notes", title="Notes", meaning="notes")
    rows = Rows(dataset, [], {}, pieces(taken, number))
    question = Question(RECORDED_AT, timezone.now())
    sent = stream(Asked(question, laboratory="Laboratory", site="https://inventory.example.org"), [rows])

    tracemalloc.start()
    try:
        next(sent)
        first = len(taken)
        size = sum(len(piece) for piece in sent)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert first < 10 < number == len(taken)
    # Of 14 MB of rows, packed to half.
    assert size > 5_000_000
    assert peak < 2_000_000, peak


def test_a_package_is_json_that_says_nothing_of_other_languages(made):
    text = packed.files(made.usual)["datapackage.json"].decode()

    assert json.loads(text)["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert text.endswith("}\n")
