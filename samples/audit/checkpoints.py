"""Checkpoints: the number and hash of an entry, kept where who writes the database does not write.

From outside nobody can tell whether the end of a ledger was cut off after the last checkpoint, so
there should be many: on certificates, in the names of exports, in a file that leaves the machine.
"""

import os
from dataclasses import dataclass
from datetime import datetime

from .ledger import head
from .payload import moment_text
from .standalone import short_form


@dataclass(frozen=True)
class Checkpoint:
    """One entry's number, hash and moment, to be kept elsewhere."""

    seq: int
    hash: str
    recorded_at: datetime

    @property
    def text(self):
        """As it is printed: "Ledger 1234 · 7KQX-2F2M-ABCD-EFGH"."""
        return f"Ledger {self.seq} · {short_form(self.hash)}"

    @property
    def slug(self):
        """As part of a file's name: "ledger-1234-7KQX-2F2M-ABCD-EFGH"."""
        return f"ledger-{self.seq}-{short_form(self.hash)}"

    @property
    def line(self):
        """As a line of a checkpoint file: text, full hash and moment."""
        return f"{self.text}  {self.hash}  {moment_text(self.recorded_at)}"

    def __str__(self):
        return self.text


def checkpoint():
    """The Checkpoint of the newest entry, or None while the ledger is empty."""
    newest = head()
    return newest and Checkpoint(newest.seq, newest.hash, newest.recorded_at)


def keep(checkpoint, path):
    """Add a checkpoint's line to the file `path`; it is on the disk when this returns. Raises OSError."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(f"{checkpoint.line}\n")
        file.flush()
        os.fsync(file.fileno())
