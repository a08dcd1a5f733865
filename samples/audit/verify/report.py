"""What a verification found and how much it looked at."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from samples.audit.standalone import short_form


class Kind(TextChoices):
    """What can be wrong."""

    SEQUENCE = "sequence", _("the ledger's numbers have a gap")
    LINK = "link", _("an entry does not follow the one before it")
    HASH = "hash", _("an entry is not what was sealed")
    SIGNATURE = "signature", _("an entry is not signed with a known audit key")
    CHECKPOINT = "checkpoint", _("the ledger does not match a checkpoint")
    NOT_ENTERED = "not entered", _("a change is not in the ledger")
    TWICE = "twice", _("a change is in the ledger twice")
    ALTERED = "altered", _("the history is not what the ledger says")
    TAKEN_OUT = "taken out", _("the ledger tells of a change that the history has not")
    RECORD = "record", _("a record is not what its history says")
    NO_HISTORY = "no history", _("a record has no history")
    NO_RECORD = "no record", _("a history has no record")
    REVISIONS = "revisions", _("the revisions of a record have a gap")
    ACCOUNT = "account", _("an account is not what its last event says")
    CUSTODY = "custody", _("a chain of custody is broken")
    SIGNED = "signed", _("a handoff is not signed as it says")
    MASS = "mass", _("masses do not add up")
    GUARD = "guard", _("the guard of the database is not whole")
    ENGINE = "engine", _("the database is damaged")
    UNREADABLE = "unreadable", _("a part could not be verified")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: with which record, of which moment (UTC, as text; may be empty), and how."""

    kind: Kind
    record: str
    at: str
    message: str

    def __str__(self):
        at = f", {self.at}" if self.at else ""
        return f"{self.kind.label} — {self.record}{at}: {self.message}"


# Where everything is wrong, the first of each kind say enough; all are counted.
MOST_KEPT = 200


@dataclass
class Report:
    """What a verification found, and how many rows of each kind it really looked at; notes are no findings."""

    findings: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    found: Counter = field(default_factory=Counter)
    checked: Counter = field(default_factory=Counter)
    head_seq: int = 0
    head_hash: str = ""
    # The operation that keeps it in the ledger.
    operation_id: UUID | None = None

    def find(self, kind, record, message, at=""):
        self.found[kind] += 1
        if self.found[kind] <= MOST_KEPT:
            self.findings.append(Finding(kind, str(record), at if isinstance(at, str) else "", message))

    @property
    def total_found(self):
        return self.found.total()

    @property
    def head_text(self):
        """The newest entry as a checkpoint says it; its number alone where its hash is none."""
        try:
            return f"Ledger {self.head_seq} · {short_form(self.head_hash)}"
        except (TypeError, ValueError):
            return f"Ledger {self.head_seq}"

    @property
    def is_clean(self):
        return not self.found


@dataclass(frozen=True)
class Progress:
    """How far a verification is: the part it looks at, and rows done of about so many in all."""

    part: str
    done: int
    total: int
