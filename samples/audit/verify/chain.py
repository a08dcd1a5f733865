"""The chain itself: numbers, links, hashes, signatures, and the checkpoints that were given."""

from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted

from samples.audit import standalone
from samples.audit.ledger import FIELDS, GENESIS, encode, known_keys, seal, signer
from samples.audit.payload import Columns
from samples.models import LedgerEntry

from .reading import batches
from .report import Kind

_SEALED = len(FIELDS) + 2


def chain(report, checkpoints):
    """Walk the ledger from its first entry; yields how many entries it came along."""
    columns = Columns.of(LedgerEntry)
    assert columns.names == (*FIELDS, "payload", "prev", "hash", "key_id", "mac")
    walk = _Walk(report, checkpoints, columns)
    for batch in batches(f"SELECT {columns.sql('e')} FROM {columns.table} e ORDER BY e.seq"):
        walk.over(batch)
        report.checked["ledger entries"] += len(batch)
        yield len(batch)
    for sentence in standalone.missing_checkpoints(checkpoints, walk.seq):
        report.find(Kind.CHECKPOINT, f"Ledger {walk.seq}", sentence, walk.moment)
    report.checked["checkpoints"] += sum(map(len, checkpoints.values()))
    report.head_seq, report.head_hash = walk.seq, walk.prev if walk.seq else ""


class _Walk:
    """Where the walk along the chain is, and what it was told on the way."""

    def __init__(self, report, checkpoints, columns):
        self.report = report
        self.checkpoints = checkpoints
        self.signers = {name: signer(key) for name, key in known_keys().items()}
        self.read = columns.reader()
        self.seq, self.prev, self.moment = 0, GENESIS, ""
        # What is said over and over is spelled once. Typed, for SQLite may hold text where a number should be.
        self.what_and_why = lru_cache(maxsize=1024, typed=True)(lambda *values: encode(values)[1:-1])

    def _who_and_when(self, row):
        """The moment of a row as the cursor gave it, and who did what act then, spelled as it was sealed."""
        values = self.read(row)[1:5]
        return values[0], encode(values)[1:-1]

    def over(self, rows):
        """Walk over rows as the cursor gave them; one that is in order costs as little as can be."""
        signers, checkpoints, what_and_why = self.signers, self.checkpoints, self.what_and_why
        last, link, moment = self.seq, self.prev, self.moment
        # The entries of one operation share this. (A column of numbers keeps no 1.0 that would equal 1.)
        shared = at = who = said = what = None
        for row in rows:
            try:
                seq, _, _, _, _, step, _, _, _, record, revision, version, payload, prev, hash, key, mac = row
                if (now := row[1:5]) != shared:
                    at, who = self._who_and_when(row)
                    shared = now
                if (now := row[6:9]) != said:
                    what = what_and_why(*now)
                    said = now
                text = f'[{seq},{who},{step},{what},{_numbers(record, revision, version)},{quoted(payload)},"{prev}"]'
                is_in_order = (
                    sha256(text.encode()).hexdigest() == hash
                    and prev == link
                    and seq == last + 1
                    and type(seq) is type(step) is int
                    and at >= moment
                    and signers[key](hash) == mac
                    and seq not in checkpoints
                )
            except (AttributeError, KeyError, TypeError, ValueError):
                # Somebody wrote a value that no field would, or signed with another key.
                is_in_order = False
            if is_in_order:
                last, link, moment = seq, hash, at
            else:
                self.seq, self.prev, self.moment = last, link, moment
                self._look(self.read(row))
                last, link, moment = self.seq, self.prev, self.moment
        self.seq, self.prev, self.moment = last, link, moment

    def _look(self, entry):
        """Say what is wrong with an entry, a list of payload values, and go on from it."""
        number, at, hash = entry[0], entry[1], entry[14]
        where = f"Ledger {number}"

        def find(kind, message):
            self.report.find(kind, where, message, at)

        if number != self.seq + 1:
            find(Kind.SEQUENCE, f"It comes after Ledger {self.seq}: numbers are missing, or are none.")
        if entry[13] != self.prev:
            find(Kind.LINK, f"It does not name the hash of Ledger {self.seq}, which was before it.")
        if isinstance(at, str) and at < self.moment:
            find(Kind.LINK, f"It is earlier than Ledger {self.seq}, which was before it: {self.moment}.")
        if _sealed(entry) != hash:
            find(Kind.HASH, "What it says was changed after it was sealed: the hash does not fit.")
        if (fault := self._signature_fault(entry)) is not None:
            find(Kind.SIGNATURE, fault)
        if type(number) is int:
            for sentence in self._checkpoint_faults(number, hash):
                find(Kind.CHECKPOINT, sentence)
        self.seq = number if type(number) is int else self.seq + 1
        self.moment = at if isinstance(at, str) else self.moment
        self.prev = hash

    def _signature_fault(self, entry):
        hash, key, mac = entry[14:]
        if key not in self.signers:
            return f"It is signed with a key that is not known here: {key}."
        if not isinstance(hash, str) or self.signers[key](hash) != mac:
            return "It was not signed with the audit key: the signature does not fit."
        return None

    def _checkpoint_faults(self, number, hash):
        """What the checkpoints of an entry, and of those missing before it, say against it."""
        for skipped in sorted(self.checkpoints):
            if self.seq < skipped < number:
                yield f"A checkpoint of Ledger {skipped} was given, and that entry is missing."
        try:
            yield from standalone.check_checkpoint(number, hash, self.checkpoints.get(number, ()))
        except (TypeError, ValueError):
            yield f"A checkpoint of Ledger {number} was given, and its hash here is no hash."


def _numbers(record, revision, version):
    """Three numbers as JSON; TypeError for what is neither a number nor NULL."""
    if record is revision is version is None:
        return "null,null,null"
    if type(record) is type(revision) is type(version) is int:
        return f"{record},{revision},{version}"
    if {type(record), type(revision), type(version)} - {int, type(None)}:
        raise TypeError
    return encode((record, revision, version))[1:-1]


def _sealed(entry):
    try:
        return seal(entry[:_SEALED])
    except (TypeError, ValueError):
        # Somebody wrote a value that no field would.
        return None
