"""manage.py import_samples."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from samples.models import Custodian, Import, Sample
from tests import factories
from tests.refusing import plain, state

GOOD = [{"identifier": "S-1", "mass_g": "1.5", "container": "BOT-1"}]
BAD = [*GOOD, {"identifier": "S-2", "mass_g": "0", "container": "BOT-1"}]


@pytest.fixture
def stock(lab, tmp_path):
    """A function that writes a file of samples and returns its path."""

    def write(rows, name="stock.csv"):
        path = tmp_path / name
        path.write_bytes(factories.stock(*rows))
        return path

    return write


def run(path, *arguments, by="curator", reason="Opening stock"):
    out = StringIO()
    try:
        call_command("import_samples", str(path), *arguments, "--by", by, "--reason", reason, stdout=out)
    finally:
        run.told = plain(out.getvalue())
    return run.told


def test_it_registers_a_file(lab, stock):
    told = run(stock(GOOD))

    assert told == (
        "Read as UTF-8, parted by commas: 1 row, 6 columns.\n"
        f"{Import.objects.get()}: 1 samples and 0 containers registered.\n"
    )
    assert Sample.objects.get(identifier="S-1").history.get().actor_id == lab.curator.pk


def test_a_dry_run_tells_what_would_come_and_leaves_nothing(stock):
    before = state()

    told = run(stock(GOOD), "--dry-run")

    assert "Accepted 1, refused 0 of 1 rows." in told
    assert "CE6: 1 samples, 1.500000 g; then 11.500000 g of 2 000.000000 g." in told
    assert state() == before


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
def test_it_lists_every_fault_and_ends_in_an_error(stock, tmp_path, arguments):
    refused = tmp_path / "refused.csv"

    with pytest.raises(CommandError, match="cannot be registered"):
        run(stock(BAD), *arguments, "--refused", str(refused))

    assert "3    S-2     mass_g  0      Nothing weighs 0 g" in run.told
    assert "Accepted 1, refused 1 of 2 rows." in run.told
    with refused.open(encoding="utf-8", newline="") as file:
        assert [row["identifier"] for row in csv.DictReader(file)] == ["S-2"]
    assert not Import.objects.exists()


def test_doubtful_rows_wait_for_the_option(lab, stock):
    factories.container(
        lab.technician, "TUBE", lab.mission, kind="core tube", origin="drill", custodian=lab.home, location=lab.room
    )
    row = {"identifier": "S-1", "mass_g": "1", "container": "TUBE", "origin": "drill", "form": "core segment"}

    with pytest.raises(CommandError, match=r"1 rows are doubtful.*give --acknowledge-doubts"):
        run(stock([row]))

    assert "depth" in run.told
    assert not Import.objects.exists()
    assert "1 samples" in run(stock([row]), "--acknowledge-doubts")


def test_a_mapping_is_read_from_its_file(stock, tmp_path):
    mapping = tmp_path / "stock.toml"
    mapping.write_text('leave_out = ["S-2"]\n')

    run(stock(BAD), "--mapping", str(mapping))

    assert Import.objects.get().left_out == "S-2"


@pytest.mark.parametrize(
    ("arguments", "choices", "says"),
    [
        (["--mapping", "/nowhere.toml"], {}, "/nowhere.toml cannot be read: No such file or directory."),
        ([], {"by": "nobody"}, "Nobody has the user name “nobody”."),
        ([], {"by": "technician"}, "Technician may not do this"),
        ([], {"reason": " "}, "Give a reason"),
        ([], {"reason": "a\x00b"}, "invisible control character"),
    ],
)
def test_it_refuses_in_a_sentence(stock, arguments, choices, says):
    with pytest.raises(CommandError) as refused:
        run(stock(GOOD), *arguments, **choices)

    assert says in str(refused.value)
    assert not Import.objects.exists()


def test_a_file_that_is_none_is_refused(lab, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "missing.csv")
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path)


def test_records_of_every_kind_are_imported_by_one_command(lab, tmp_path):
    path = tmp_path / "parties.csv"
    path.write_bytes("name;kind\nJäger;museum\n".encode("cp1252"))
    out = StringIO()

    call_command(
        "import_records",
        "custodians",
        str(path),
        "--encoding=cp1252",
        "--by=curator",
        "--reason=Opening stock",
        stdout=out,
    )

    assert out.getvalue().splitlines() == [
        "Read as Windows-1252, parted by semicolons: 1 row, 2 columns.",
        f"{Import.objects.get()}: 1 custodians registered.",
    ]
    assert Custodian.objects.filter(name="Jäger").exists()


def undo(*arguments):
    out = StringIO()
    call_command("undo_import", *arguments, "--reason=The wrong list", stdout=out)
    return out.getvalue()


def test_an_import_is_undone(lab):
    made = factories.imported(lab.curator, lab.bottle, "S-1", "S-2")

    assert undo(str(made), "--by=curator") == f"{made} is undone: 2 records are void.\n"
    assert not Sample.objects.live().filter(identifier__in=["S-1", "S-2"]).exists()
    with pytest.raises(CommandError, match="is void"):
        undo(str(made.pk), "--by=curator")


@pytest.mark.parametrize(
    ("number", "by", "says"),
    [
        ("I-9999", "curator", "There is no import I-9999."),
        ("x", "curator", "There is no import x."),
        (None, "nobody", "Nobody has the user name “nobody”."),
        (None, "auditor", "may not do this"),
    ],
)
def test_what_cannot_be_undone_is_told(lab, number, by, says):
    made = factories.imported(lab.curator, lab.bottle, "S-1")

    with pytest.raises(CommandError, match=says):
        undo(number or str(made), f"--by={by}")
