"""Acts: what one operation of one person writes and tells, and the lock under which it runs."""

import uuid
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from time import monotonic

from django.db import connection

# Any number that nothing else on the database server uses as an advisory lock.
WRITERS_LOCK = 0x1AB1_0001
# For that lock; as long as SQLite waits (settings).
LONGEST_WAIT_MS = 30_000


class OutsideOperation(RuntimeError):
    """A record was written, updated or deleted by another way than an operation."""


@dataclass(frozen=True)
class Act:
    """Something that was done without writing a record, as the ledger tells of it: a sign-in, an export."""

    payload: dict


@dataclass
class Operation:
    """One act of one person: everything written inside it shares its id, moment, actor and reason."""

    verb: str
    actor_id: int | None
    actor_name: str
    reason: str
    moment: datetime
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    # What was written and told, but for those `let_go`.
    rows: list = field(default_factory=list)
    # How many of its rows the ledger has: all at the end, and those that a signature is about before it.
    entered: int = 0
    gone: int = 0
    _parts: int = 0

    def tell(self, **payload):
        """Have the ledger tell of this act, which writes no record: `payload` is text, whole numbers and the like."""
        self.rows.append(Act(payload))

    def to_enter(self):
        """The rows that the ledger does not have yet."""
        return self.rows[self.entered - self.gone :]

    def let_go(self):
        """Keep no more in memory what the ledger has; in a part of it that may be taken back, it is needed still."""
        if not self._parts:
            del self.rows[: self.entered - self.gone]
            self.gone = self.entered

    @contextmanager
    def part(self):
        """A part that may fail while the rest goes on: then its rows are forgotten with it."""
        rows_before = self.gone + len(self.rows)
        self._parts += 1
        try:
            yield
        except BaseException:
            del self.rows[rows_before - self.gone :]
            self.entered = min(self.entered, rows_before)
            raise
        finally:
            self._parts -= 1


_current = ContextVar("operation", default=None)


def current_operation():
    """Return the Operation being run here, or None."""
    return _current.get()


def require_operation(what):
    """Return the Operation being run here; raises OutsideOperation, naming `what`, where there is none."""
    if (operation := _current.get()) is None:
        raise OutsideOperation(f"{what} is written only by an operation (samples/operations), with by= and reason=")
    return operation


def enter(operation):
    """Make `operation` the current one; returns the token for leave()."""
    return _current.set(operation)


def leave(token):
    _current.reset(token)


# Of those who wait for SQLite some wait for ever: it wakes nobody, and whoever tries at the right moment is next.
_turn = Lock()


@contextmanager
def turn():
    """Inside, nobody else in this process begins to write; others wait for their turn. For SQLite alone.

    Raises TimeoutError for who waited as long as anybody does; the wait for other processes, which follows, takes
    no longer than what is left of that.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    began = monotonic()
    if not _turn.acquire(timeout=LONGEST_WAIT_MS / 1000):
        raise TimeoutError
    try:
        left_ms = LONGEST_WAIT_MS - round(1000 * (monotonic() - began))
        # Mostly nobody waited, and SQLite waits as long by itself.
        with waiting_at_most(max(left_ms, 1)) if left_ms < LONGEST_WAIT_MS / 2 else nullcontext():
            yield
    finally:
        _turn.release()


@contextmanager
def waiting_at_most(ms):
    """Inside, SQLite waits for other writers no longer than `ms`; PostgreSQL has other means."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    [(usual,)] = raw.execute("PRAGMA busy_timeout").fetchall()
    raw.execute(f"PRAGMA busy_timeout = {ms}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout = {usual}")


def take_writers_lock():
    """Wait until no other operation writes; held until this transaction ends.

    Taken before anything is read, so that writers cannot deadlock. On SQLite BEGIN IMMEDIATE
    (settings) is that lock already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {LONGEST_WAIT_MS}")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])
