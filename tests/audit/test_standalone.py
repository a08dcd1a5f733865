"""The verifier for outsiders: Python's standard library and an exported file are all it needs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from samples.audit import checkpoints, export, ledger, standalone

SCRIPT = Path(standalone.__file__)


@pytest.fixture
def exported(audited, tmp_path, settings):
    """An exported ledger and its key, each in a file."""
    file, key = tmp_path / "ledger.jsonl", tmp_path / "key"
    file.write_text("".join(export.lines()), encoding="ascii")
    key.write_text(f"{settings.AUDIT_KEY}\n")
    return file, key


def run(*arguments):
    """Run it as an outsider would: isolated, without site packages, and away from labinv."""
    command = [sys.executable, "-S", "-I", SCRIPT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)


def change(file, number, **values):
    """Change line `number` of an exported ledger."""
    lines = file.read_text().splitlines()
    entry = json.loads(lines[number - 1]) | values
    lines[number - 1] = json.dumps(entry, separators=(",", ":"))
    file.write_text("\n".join(lines) + "\n")
    return entry


def test_a_whole_ledger_is_in_order(exported, tmp_path):
    file, key = exported
    kept = tmp_path / "checkpoints.txt"
    checkpoints.keep(checkpoints.checkpoint(), kept)

    result = run(file, "--key-file", key, "--checkpoints", kept)

    count = len(file.read_text().splitlines())
    assert (result.returncode, result.stderr) == (0, "")
    assert f"{count} entries, {count} signatures and 1 checkpoints checked; head Ledger {count} · " in result.stdout
    assert result.stdout.endswith("Everything is in order.\n")


def test_without_a_key_it_says_that_no_signature_was_checked(exported):
    result = run(exported[0])

    assert result.returncode == 0
    assert "no signature, for no key was given" in result.stdout


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"reason": "Something else"}, "line 5: Ledger 5 is not what was sealed"),
        ({"payload": "{}"}, "line 5: Ledger 5 is not what was sealed"),
        ({"prev": "f" * 64}, "line 5: Ledger 5 does not follow the entry before it."),
        ({"hash": "f" * 64}, "line 6: Ledger 6 does not follow the entry before it."),
        ({"mac": "f" * 64}, "line 5: Ledger 5 is not signed with the audit key"),
        ({"key_id": "f" * 16}, "line 5: Ledger 5 is signed with a key that was not given (ffffffffffffffff)."),
        ({"recorded_at": "2020-01-01T00:00:00.000000Z"}, "line 5: Ledger 5 is earlier than the entry before it."),
        ({"seq": 7}, "line 5: Ledger 7 follows 4: the numbers have a gap or are out of order."),
        ({"seq": "5"}, "line 5: This is no entry of a ledger: a number is no number"),
        ({"more": 1}, "line 5: This is no entry of a ledger: it has not the columns of one, in their order."),
        ({"hash": "nonsense"}, "line 5: This is no entry of a ledger: its hash is none."),
    ],
)
def test_it_finds_what_was_changed(exported, values, sentence):
    file, key = exported
    change(file, 5, **values)

    result = run(file, "--key-file", key)

    assert result.returncode == 1
    assert sentence in result.stdout
    assert result.stderr == ""


def test_it_finds_lines_that_are_no_entries(exported):
    file, _key = exported
    with file.open("a") as lines:
        lines.write("[1]\nno json\n")

    result = run(file)

    assert result.returncode == 1
    assert result.stdout.count("This is no entry of a ledger") == 2


def test_it_finds_an_entry_taken_out(exported):
    file, _key = exported
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:4] + lines[5:]))

    result = run(file)

    assert result.returncode == 1
    assert "Ledger 6 follows 4" in result.stdout


def test_only_a_checkpoint_tells_of_an_end_cut_off(exported, tmp_path):
    file, key = exported
    kept = tmp_path / "checkpoints.txt"
    kept.write_text(checkpoints.checkpoint().text, encoding="utf-8")
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-1]))

    assert run(file, "--key-file", key).returncode == 0
    result = run(file, "--key-file", key, "--checkpoints", kept)
    assert result.returncode == 1
    assert f"A checkpoint of Ledger {len(lines)} was given, but the ledger ends at {len(lines) - 1}" in result.stdout


def test_only_a_checkpoint_tells_of_a_chain_made_anew_with_the_key(exported, tmp_path, settings):
    file, key = exported
    kept = tmp_path / "checkpoints.txt"
    kept.write_text(checkpoints.checkpoint().text, encoding="utf-8")
    change(file, 5, reason="Something else")
    prev = ledger.GENESIS
    for number in range(1, len(file.read_text().splitlines()) + 1):
        entry = change(file, number, prev=prev)
        prev = ledger.seal([entry[name] for name in standalone.SEALED])
        change(file, number, hash=prev, mac=ledger.sign(prev, settings.AUDIT_KEY.encode()))

    assert run(file, "--key-file", key).returncode == 0
    result = run(file, "--key-file", key, "--checkpoints", kept)
    assert result.returncode == 1
    assert "in a checkpoint that was given." in result.stdout


def test_a_file_that_cannot_be_read_is_another_status(exported, tmp_path):
    file, _key = exported
    nonsense = tmp_path / "nonsense.txt"
    nonsense.write_text("nonsense")

    assert run(tmp_path / "nowhere.jsonl").returncode == 2
    result = run(file, "--checkpoints", nonsense)
    assert (result.returncode, result.stdout) == (2, "")
    assert "Line 1 has no checkpoint" in result.stderr


def test_an_empty_file_has_no_entry(tmp_path):
    empty = tmp_path / "ledger.jsonl"
    empty.write_text("")

    result = run(empty)

    assert result.returncode == 1
    assert "0 entries" in result.stdout
    assert "There is no entry at all; a ledger is exported with one at least, that of its export." in result.stdout


def test_a_line_nested_without_end_is_no_entry(tmp_path):
    deep = tmp_path / "ledger.jsonl"
    deep.write_text("[" * 200_000)

    result = run(deep)

    assert result.returncode == 1
    assert "line 1: This is no entry of a ledger" in result.stdout


def test_its_docstring_tells_of_every_column():
    for name in standalone.COLUMNS:
        assert name in standalone.__doc__
