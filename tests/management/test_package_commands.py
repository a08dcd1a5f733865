"""manage.py export_package and verify_export."""

import json
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from samples.audit.checkpoints import checkpoint
from samples.management.commands import export_package
from samples.models import LedgerEntry
from tests.exports import packed
from tests.refusing import plain


@pytest.fixture
def path(lab, tmp_path):
    return tmp_path / "package.zip"


def run(command, path, *arguments):
    out = StringIO()
    try:
        call_command(command, str(path), *arguments, stdout=out)
    finally:
        run.told = plain(out.getvalue())
    return run.told


def export(path, *arguments, user="auditor"):
    return run("export_package", path, *arguments, "--user", user)


def beside(path):
    return path.with_name(f"{path.name}.checkpoint")


def refusal(call, *arguments, **options):
    with pytest.raises(CommandError) as refused:
        call(*arguments, **options)
    return str(refused.value)


def test_it_writes_the_package_and_the_checkpoint_beside_it(path):
    told = export(path, "--reason", "For a paper")

    entry, mark = LedgerEntry.objects.head(), checkpoint()
    assert (entry.verb, entry.actor_name, entry.reason) == ("data.export", "Auditor", "For a paper")
    assert beside(path).read_text() == f"{mark.line}\n"
    moment = packed.descriptor(path.read_bytes())["created"]
    assert f"{path} has {path.stat().st_size} bytes and answers recorded_at={moment}." in told
    assert f"{path}.checkpoint: {mark.text}." in told
    assert not list(path.parent.glob("*.part"))


def test_what_it_wrote_verifies_and_so_does_the_checkpoint(path):
    export(path)

    assert run("verify_export", path, "--checkpoint", str(beside(path))) == f"{path} is in order.\n"


def test_it_makes_the_same_package_again(path):
    export(path)
    first = path.read_bytes()

    export(path, "--recorded-at", packed.descriptor(first)["created"])

    assert path.read_bytes() == first


def test_it_takes_what_the_address_takes(path):
    asked = ("--datasets", "samples,missions", "--mission", "CE6", "--mass-unit", "mg")
    export(path, *asked, "--filter", "samples.origin=scoop", "--as-of", "2024-06-26T00:00Z")

    assert json.loads(LedgerEntry.objects.head().payload)["filters"] == {
        "datasets": "samples,missions",
        "mission": "CE6",
        "mass_unit": "mg",
        "samples.origin": "scoop",
        "as_of": "2024-06-26T00:00:00Z",
    }
    assert [row["mass_mg"] for row in packed.rows(path.read_bytes(), "samples")] == ["10000.000"]


def test_it_has_what_its_person_sees(path):
    export(path, user="researcher")

    assert packed.descriptor(path.read_bytes())["labinv"]["records"] == "published"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--datasets", "stones"), "datasets: “stones” is none of your datasets"),
        (("--filter", "origin"), "“origin” is no filter; write one like samples.origin=drill."),
        (("--filter", "colour=grey"), "“colour=grey” is no filter; write one like samples.origin=drill."),
        (("--filter", "samples.colour=grey"), "samples.colour: there is no such filter"),
        (("--as-of", "yesterday"), "“yesterday” is no moment."),
        (("--recorded-at", "2999-01-01"), "is in the future; nobody knows yet."),
    ],
)
def test_what_cannot_be_made_leaves_no_file_and_no_entry(path, arguments, sentence):
    before = LedgerEntry.objects.count()

    assert sentence in refusal(export, path, *arguments)

    assert not list(path.parent.iterdir())
    assert LedgerEntry.objects.count() == before


def test_it_needs_a_person_and_a_place(path):
    assert refusal(export, path, user="stranger") == "Nobody has the user name “stranger”."
    assert "cannot be written: " in refusal(export, path.parent / "no folder" / "package.zip")


def test_a_package_that_breaks_off_replaces_nothing(path, monkeypatch):
    path.write_bytes(b"of yesterday")

    def break_off(wanted, question):
        yield b"PK"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export_package.packages, "stream_of", break_off)

    assert refusal(export, path).endswith("cannot be written: No space left on device.")
    assert path.read_bytes() == b"of yesterday"


def test_each_finding_has_a_line_and_the_status_is_not_that_of_success(path):
    export(path)
    files = packed.files(path.read_bytes())
    path.write_bytes(packed.zipped(files | {"README.md": b"Trust me.", "CITATION.cff": b""}))

    told = refusal(run, "verify_export", path)

    assert told == f"2 findings: {path} is not in order."
    assert [line.partition(" has ")[0] for line in run.told.splitlines()] == ["README.md", "CITATION.cff"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Ledger 999999 · 7KQX-2F2M-ABCD-EFGH", "The ledger of this inventory has no entry 999999."),
        ("Ledger 1 · 7KQX-2F2M-ABCD-EFGH", "7KQX-2F2M-ABCD-EFGH in a checkpoint that was given."),
        ("\n", "has no checkpoint."),
    ],
)
def test_a_checkpoint_of_another_ledger_is_found(path, line, sentence):
    export(path)
    beside(path).write_text(line, encoding="utf-8")

    assert refusal(run, "verify_export", path, "--checkpoint", str(beside(path))).startswith("1 finding: ")
    assert sentence in run.told


def test_the_text_of_the_header_is_a_checkpoint_too(path):
    export(path)
    beside(path).write_text(checkpoint().text.replace(" · ", " "), encoding="utf-8")

    assert run("verify_export", path, "--checkpoint", str(beside(path))) == f"{path} is in order.\n"


def test_files_that_cannot_be_read_are_refused_with_a_sentence(path):
    assert refusal(run, "verify_export", path).endswith("cannot be read: No such file or directory.")
    export(path)
    gone, wrong, latin = (path.with_name(name) for name in ("gone", "wrong", "latin"))
    wrong.write_text("hello", encoding="utf-8")
    latin.write_bytes(b"\xff\xfe")

    assert "cannot be read: " in refusal(run, "verify_export", path, "--checkpoint", str(gone))
    assert "Line 1 has no checkpoint" in refusal(run, "verify_export", path, "--checkpoint", str(wrong))
    assert refusal(run, "verify_export", path, "--checkpoint", str(latin)).endswith("is not UTF-8.")


def test_what_was_packed_again_is_in_order_by_its_contents_only(path):
    export(path)
    path.write_bytes(packed.zipped(packed.files(path.read_bytes())))

    assert refusal(run, "verify_export", path) == f"1 finding: {path} is not in order."
    assert run("verify_export", path, "--contents-only") == f"{path} is in order.\n"


def test_an_archive_of_something_else_is_not_in_order(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("holiday.jpg", b"")

    assert refusal(run, "verify_export", path).startswith("5 findings: ")
    assert "'holiday.jpg' is no file of a package." in run.told
