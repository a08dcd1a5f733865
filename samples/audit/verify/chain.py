"""The chain itself: numbers, links, hashes, signatures, and the checkpoints that were given."""

from hashlib import sha256

from samples.audit import standalone
from samples.audit.ledger import FIELDS, GENESIS, encode, known_keys, signer
from samples.audit.payload import Columns
from samples.models import LedgerEntry

from .reading import batches
from .report import Kind

_SEALED = len(FIELDS) + 2


def chain(report, checkpoints):
    """Walk the ledger from its first entry; yields how many entries it came along."""
    columns = Columns.of(LedgerEntry)
    assert columns.names[:_SEALED] == (*FIELDS, "payload", "prev")
    walk, read = _Walk(report, checkpoints), columns.reader()
    for batch in batches(f"SELECT {columns.sql('e')} FROM {columns.table} e ORDER BY e.seq"):
        walk.over(map(read, batch))
        report.checked["ledger entries"] += len(batch)
        yield len(batch)
    for sentence in standalone.missing_checkpoints(checkpoints, walk.seq):
        report.find(Kind.CHECKPOINT, f"Ledger {walk.seq}", sentence, walk.moment)
    report.checked["checkpoints"] += sum(map(len, checkpoints.values()))
    report.head_seq, report.head_hash = walk.seq, walk.prev if walk.seq else ""


class _Walk:
    """Where the walk along the chain is, and what it was told on the way."""

    def __init__(self, report, checkpoints):
        self.report = report
        self.checkpoints = checkpoints
        self.signers = {name: signer(key) for name, key in known_keys().items()}
        self.seq, self.prev, self.moment = 0, GENESIS, ""

    def over(self, entries):
        """Walk over entries, lists of the table's columns; what is in order costs as little as can be."""
        seq, prev, moment = self.seq, self.prev, self.moment
        signers, checkpoints = self.signers, self.checkpoints
        for entry in entries:
            hash, key, mac = entry[_SEALED:]
            try:
                sealed = sha256(encode(entry[:_SEALED]).encode()).hexdigest()
                signed = key in signers and signers[key](hash) == mac
                follows = entry[0] == seq + 1 and entry[_SEALED - 1] == prev and entry[1] >= moment
            except (AttributeError, TypeError, ValueError):
                # Somebody wrote a value that no field would.
                sealed, signed, follows = None, False, False
            if not (follows and signed and sealed == hash) or entry[0] in checkpoints:
                self._look(entry, seq, prev, moment, sealed, signed)
            seq, prev, moment = entry[0], hash, entry[1] if isinstance(entry[1], str) else moment
        self.seq, self.prev, self.moment = seq, prev, moment

    def _look(self, entry, seq, prev, moment, sealed, signed):
        """Say what is wrong with an entry."""
        number, at, hash, key = entry[0], entry[1], *entry[_SEALED : _SEALED + 2]

        def find(kind, message):
            self.report.find(kind, f"Ledger {number}", message, at)

        if number != seq + 1:
            find(Kind.SEQUENCE, f"It comes after Ledger {seq}; {number - seq - 1} entries between them are missing.")
        if entry[_SEALED - 1] != prev:
            find(Kind.LINK, f"It does not name the hash of Ledger {seq}, which was before it.")
        if isinstance(at, str) and at < moment:
            find(Kind.LINK, f"It is earlier than Ledger {seq}, which was before it: {moment}.")
        if sealed != hash:
            find(Kind.HASH, "What it says was changed after it was sealed: the hash does not fit.")
        if key not in self.signers:
            find(Kind.SIGNATURE, f"It is signed with a key that is not known here: {key}.")
        elif not signed:
            find(Kind.SIGNATURE, "It was not signed with the audit key: the signature does not fit.")
        for sentence in self._checkpoints(number, hash, seq):
            find(Kind.CHECKPOINT, sentence)

    def _checkpoints(self, number, hash, seq):
        """What the checkpoints of an entry, and of those missing after `seq`, say against it."""
        try:
            yield from standalone.check_checkpoint(number, hash, self.checkpoints.get(number, ()))
        except (TypeError, ValueError):
            yield f"A checkpoint of Ledger {number} was given, and its hash here is no hash."
        for skipped in sorted(self.checkpoints):
            if seq < skipped < number:
                yield f"A checkpoint of Ledger {skipped} was given, and that entry is missing."
