"""Checkpoints: what is printed and kept elsewhere, and read back from there."""

import pytest

from samples.audit import checkpoints, standalone
from samples.models import LedgerEntry
from tests.audit.test_ledger import start_over

HASH = "00443214c74254b635cf" + "0" * 44
SHORT = "ABCD-EFGH-IJKL-MNOP"


def test_a_checkpoint_is_the_number_and_the_beginning_of_the_hash_of_the_newest_entry(lab):
    newest = LedgerEntry.objects.head()

    made = checkpoints.checkpoint()

    short = standalone.short_form(newest.hash)
    assert made.text == str(made) == f"Ledger {newest.seq} · {short}"
    assert made.slug == f"ledger-{newest.seq}-{short}"
    assert made.line.startswith(f"{made.text}  {newest.hash}  20")
    assert (made.seq, made.hash) == (newest.seq, newest.hash)


def test_an_empty_ledger_has_none(lab):
    start_over()

    assert checkpoints.checkpoint() is None


def test_the_short_form_is_80_bits_in_base_32():
    assert standalone.short_form(HASH) == SHORT


@pytest.mark.parametrize(
    ("line", "full"),
    [
        (f"Ledger 12 · {SHORT}", ""),
        (f"  ledger 12 - {SHORT.lower()}", ""),
        (f"samples-ledger-12-{SHORT}.csv", ""),
        (f"Ledger 12 · {SHORT}  {HASH}  2026-11-22T23:40:00.000000Z", HASH),
        (f"On the certificate of H-0012: Ledger 12 · {SHORT}", ""),
    ],
)
def test_a_checkpoint_is_read_wherever_it_stands_in_a_line(line, full):
    assert standalone.read_checkpoints(f"# kept by hand\n\n{line}\n") == {12: {(SHORT, full)}}


def test_several_in_a_line_and_of_one_entry_are_all_read():
    other = SHORT.replace("A", "B")

    text = f"Ledger 12 · {SHORT}, Ledger 13 · {SHORT}\nLedger 12 · {other}"

    assert standalone.read_checkpoints(text) == {12: {(SHORT, ""), (other, "")}, 13: {(SHORT, "")}}


@pytest.mark.parametrize(
    "line", ["Ledger 12", f"Ledger · {SHORT}", SHORT, f"Ledger 12 · {SHORT}X", "Ledger 12 · ABCD-EFGH-IJKL-MN01", "x"]
)
def test_a_line_without_a_checkpoint_is_named(line):
    with pytest.raises(ValueError, match="Line 3 has no checkpoint"):
        standalone.read_checkpoints(f"# kept by hand\nLedger 1 · {SHORT}\n{line}")


def test_a_checkpoint_whose_full_hash_is_another_one_is_found():
    given = standalone.read_checkpoints(f"Ledger 12 · {SHORT} {HASH[:-1]}1")

    [sentence] = standalone.check_checkpoint(12, HASH, given[12])

    assert sentence == f"Ledger 12 has the hash {HASH} here, and {HASH[:-1]}1 in a checkpoint that was given."


def test_checkpoints_are_added_to_a_file(lab, tmp_path):
    made, path = checkpoints.checkpoint(), tmp_path / "checkpoints.txt"

    checkpoints.keep(made, path)
    checkpoints.keep(made, path)

    assert path.read_text(encoding="utf-8") == f"{made.line}\n" * 2
    short = standalone.short_form(made.hash)
    assert standalone.read_checkpoints(path.read_text(encoding="utf-8")) == {made.seq: {(short, made.hash)}}
