#!/usr/bin/env python3
"""Verify an exported labinv ledger with nothing but Python's standard library.

    python standalone.py ledger.jsonl [--checkpoints FILE ...] [--key-file FILE ...]

This file needs neither labinv nor its database; whoever doubts the laboratory can read it, and run
it on a machine of their own. `manage.py export_ledger` writes what it reads.

The export is text, one JSON object a line, one line an entry, in the order of `seq`:

  seq           1, 2, 3 ... without a gap
  recorded_at   when, "2024-06-01T08:05:00.000000Z": UTC, six digits, never before the entry before it
  actor_id, actor_name         who; the id is null for the server itself
  operation_id, step           which act, and the number of this entry within it, from 0
  verb, reason                 what was done, and why
  noun, record_id, revision, history_id   which version of which record; "" and null for an act without one
  payload       a string: JSON of the whole version as it was stored
  prev          the `hash` of the entry before; 64 zeros for the first
  hash          SHA-256 of a JSON array of all of the above in this order, as ASCII without spaces:
                [seq,"recorded_at",actor_id,"actor_name", ... ,"payload","prev"]
  key_id, mac   HMAC-SHA-256 of `hash` (as text) with the laboratory's audit key, and which key that was

Nobody can change, add or take out an entry without changing every hash after it. Two things this file
alone cannot tell: whether somebody made the whole chain anew, and whether its end was cut off. Against
the first stands the key, which is not in the database; against both stand checkpoints, which the
laboratory prints and gives away: "Ledger 1234 · 7KQX-2F2M-ABCD-EFGH" is the number of an entry and the
first 80 bits of its hash in base32. A checkpoint file has one a line, perhaps with the full hash and a
time after it; blank lines and lines that begin with # are left out.

The exit status is 0 where everything is in order, 1 where anything is not, 2 where a file cannot be read.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
from collections import defaultdict

SEALED = (
    "seq",
    "recorded_at",
    "actor_id",
    "actor_name",
    "operation_id",
    "step",
    "verb",
    "reason",
    "noun",
    "record_id",
    "revision",
    "history_id",
    "payload",
    "prev",
)
COLUMNS = (*SEALED, "hash", "key_id", "mac")
GENESIS = "0" * 64
_CHECKPOINT = re.compile(
    r"(?<![a-z0-9])ledger[ -](?P<seq>[0-9]{1,18})(?: · | - | |-)(?P<short>[a-z2-7]{4}(?:-[a-z2-7]{4}){3})(?![a-z0-9])",
    re.I,
)
_HASH = re.compile(r"(?<![0-9a-z])[0-9a-f]{64}(?![0-9a-z])", re.I)


def short_form(hash):
    """The first 80 bits of a hash in base32: "7KQX-2F2M-ABCD-EFGH"."""
    text = base64.b32encode(bytes.fromhex(hash)[:10]).decode()
    return "-".join((text[:4], text[4:8], text[8:12], text[12:]))


def read_checkpoints(text):
    """Read {seq: {(short form, full hash or "")}} of a checkpoint file; ValueError names a line that has none."""
    found = defaultdict(set)
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        checkpoints, hashes = list(_CHECKPOINT.finditer(line)), _HASH.findall(line)
        if not checkpoints:
            raise ValueError(f"Line {number} has no checkpoint such as “Ledger 12 · ABCD-EFGH-IJKL-MNOP”.")
        full = hashes[0].lower() if len(hashes) == len(checkpoints) == 1 else ""
        for checkpoint in checkpoints:
            found[int(checkpoint["seq"])].add((checkpoint["short"].upper(), full))
    return dict(found)


def check_checkpoint(seq, hash, given):
    """Yield a sentence for each checkpoint of entry `seq` in `given` that its hash is not."""
    for short, full in sorted(given):
        if short_form(hash) != short:
            yield f"Ledger {seq} is {short_form(hash)} here, and {short} in a checkpoint that was given."
        elif full not in ("", hash):
            yield f"Ledger {seq} has the hash {hash} here, and {full} in a checkpoint that was given."


def missing_checkpoints(given, last):
    """Yield a sentence for each checkpoint beyond the last entry."""
    for seq in sorted(given):
        if seq > last:
            yield (
                f"A checkpoint of Ledger {seq} was given, but the ledger ends at {last}: its end was cut off, or the "
                "checkpoint was mistyped."
            )


def key_id(key):
    """The name by which entries say which key signed them."""
    return hashlib.sha256(b"labinv audit key " + key).hexdigest()[:16]


def faults(lines, checkpoints, keys):
    """Yield (line number, sentence) for everything that is not in order; the last thing yielded is a summary dict."""
    seq, prev, moment, entries, signed = 0, GENESIS, "", 0, 0
    for number, line in enumerate(lines, 1):
        try:
            entry = _entry(line)
        except (ValueError, RecursionError) as error:
            yield number, f"This is no entry of a ledger: {error}."
            continue
        entries += 1
        for sentence in _breaks(entry, seq, prev, moment):
            yield number, sentence
        if keys:
            signed += 1
            yield from ((number, sentence) for sentence in _signature_faults(entry, keys))
        for sentence in check_checkpoint(entry["seq"], entry["hash"], checkpoints.get(entry["seq"], ())):
            yield number, sentence
        seq, prev, moment = entry["seq"], entry["hash"], entry["recorded_at"]
    for sentence in missing_checkpoints(checkpoints, seq):
        yield 0, sentence
    if not entries:
        yield 0, "There is no entry at all; a ledger is exported with one at least, that of its export."
    yield {"entries": entries, "signed": signed, "seq": seq, "hash": prev}


def _entry(line):
    entry = json.loads(line)
    if not isinstance(entry, dict) or tuple(entry) != COLUMNS:
        raise ValueError("it has not the columns of one, in their order")
    numbers = [entry[name] for name in ("seq", "step")]
    texts = [entry[name] for name in ("recorded_at", "payload", "prev", "hash", "key_id", "mac")]
    if not all(type(value) is int for value in numbers) or not all(type(value) is str for value in texts):
        raise ValueError("a number is no number, or a text no text")
    if not re.fullmatch("[0-9a-f]{64}", entry["hash"]):
        raise ValueError("its hash is none")
    return entry


def _breaks(entry, seq, prev, moment):
    """Sentences on how an entry does not follow Ledger `seq`, with its hash and moment, or is not what was sealed."""
    if entry["seq"] != seq + 1:
        yield f"Ledger {entry['seq']} follows {seq}: the numbers have a gap or are out of order."
    if entry["prev"] != prev:
        yield f"Ledger {entry['seq']} does not follow the entry before it."
    if entry["recorded_at"] < moment:
        yield f"Ledger {entry['seq']} is earlier than the entry before it."
    sealed = json.dumps([entry[name] for name in SEALED], separators=(",", ":"))
    if hashlib.sha256(sealed.encode()).hexdigest() != entry["hash"]:
        yield f"Ledger {entry['seq']} is not what was sealed: its hash does not fit."


def _signature_faults(entry, keys):
    key = keys.get(entry["key_id"])
    if key is None:
        yield f"Ledger {entry['seq']} is signed with a key that was not given ({entry['key_id']})."
    elif hmac.digest(key, entry["hash"].encode(), "sha256").hex() != entry["mac"]:
        yield f"Ledger {entry['seq']} is not signed with the audit key: its mac does not fit."


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Verifies an exported labinv ledger.")
    parser.add_argument("ledger", help="JSON lines, from manage.py export_ledger")
    parser.add_argument("--checkpoints", action="append", default=[], metavar="FILE", help="may be given again")
    parser.add_argument(
        "--key-file", action="append", default=[], metavar="FILE", help="holds one key; again for older"
    )
    given = parser.parse_args(arguments)
    try:
        checkpoints = defaultdict(set)
        for name in given.checkpoints:
            for seq, some in read_checkpoints(_text(name)).items():
                checkpoints[seq] |= some
        keys = [_text(name).strip().encode() for name in given.key_file]
        with open(given.ledger, encoding="ascii") as lines:
            return _tell(faults(lines, checkpoints, {key_id(key): key for key in keys}), checkpoints)
    except (OSError, ValueError) as error:
        print(f"Cannot be read: {error}", file=sys.stderr)
        return 2


def _tell(steps, checkpoints):
    found = 0
    for step in steps:
        if isinstance(step, dict):
            break
        number, sentence = step
        found += 1
        print(f"line {number}: {sentence}" if number else sentence)
    head = f"head Ledger {step['seq']} · {short_form(step['hash'])}" if step["entries"] else "no entry at all"
    given = sum(map(len, checkpoints.values()))
    signed = f"{step['signed']} signatures" if step["signed"] else "no signature, for no key was given"
    print(f"{step['entries']} entries, {signed} and {given} checkpoints checked; {head}.")
    print("Everything is in order." if not found else f"{found} findings.")
    return 1 if found else 0


def _text(name):
    with open(name, encoding="utf-8-sig") as file:
        return file.read()


if __name__ == "__main__":
    sys.exit(main())
