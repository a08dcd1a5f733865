"""The ledger's entries: what an operation wrote, read back and sealed to the entry before it.

`hash` is the SHA-256 of a JSON array of what FIELDS names, then the `payload` as a string, then `prev`;
`mac` is the HMAC-SHA-256 of that hash with the audit key. All three are lower-case hexadecimal. An
array of fixed length, ASCII and without spaces, has one reading and one spelling only.
"""

import hmac
import json
from collections import defaultdict
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings
from django.db import connection, models

from samples.models import LedgerEntry
from samples.models.writing import Act

from . import standalone
from .payload import canonical, kept, moment_text, tables_by_model

# What is sealed, in this order, before `payload` and `prev`; the format stands where an outsider reads it.
FIELDS = standalone.SEALED[:-2]
GENESIS = standalone.GENESIS
# SQLite takes at most 999 values in one statement where it was built with its old limit.
MOST_VALUES = 900
encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


class Unwritten(RuntimeError):
    """An operation says that it wrote a row which the database does not have."""


class Head(NamedTuple):
    """The newest entry's number, moment and hash."""

    seq: int
    recorded_at: object
    hash: str


def head():
    """The ledger's Head, or None while nothing was entered."""
    newest = LedgerEntry.objects.order_by("-seq").values_list("seq", "recorded_at", "hash").first()
    return newest and Head(*newest)


def last_moment():
    """The moment of the newest entry, or None; no operation's moment may be earlier."""
    newest = head()
    return newest and newest.recorded_at


def key_id(key):
    """The name by which entries say which key signed them; tells nothing about the key."""
    return sha256(b"labinv audit key " + key.encode()).hexdigest()[:16]


def known_keys():
    """{key id: key as bytes} of the present audit key and of those before it."""
    return {key_id(key): key.encode() for key in (settings.AUDIT_KEY, *settings.AUDIT_KEYS_BEFORE)}


def seal(values):
    """The hash of one entry: `values` are those of FIELDS, the payload and the hash before it."""
    return sha256(encode(values).encode()).hexdigest()


def sign(hash, key):
    """The mac of a hash, with a key as bytes."""
    return hmac.digest(key, hash.encode(), "sha256").hex()


def signer(key):
    """A function from a hash to its mac, as sign() makes it, four times as fast for many of them (RFC 2104)."""
    key = (sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner, outer = (sha256(bytes(byte ^ pad for byte in key)) for pad in (0x36, 0x5C))

    def mac(hash):
        within, around = inner.copy(), outer.copy()
        within.update(hash.encode())
        around.update(within.digest())
        return around.hexdigest()

    return mac


def append(operation):
    """Enter in the ledger what `operation` wrote and told since it was last asked; returns how many entries that made.

    Runs inside the operation's transaction, under the writers' lock. Rows are read back from the
    database, so that what is sealed is what is stored. Raises Unwritten for a row that is not there.
    """
    rows = operation.to_enter()
    if not rows:
        return 0
    newest = head()
    seq, prev = (newest.seq, newest.hash) if newest else (0, GENESIS)
    key = settings.AUDIT_KEY
    name, key = key_id(key), key.encode()
    moment = moment_text(operation.moment)
    stored = _read_back(rows)
    entries = []
    for step, row in enumerate(rows, operation.entered):
        seq += 1
        entry = LedgerEntry(
            seq=seq,
            recorded_at=operation.moment,
            actor_id=operation.actor_id,
            actor_name=operation.actor_name,
            operation_id=operation.id,
            step=step,
            verb=operation.verb,
            reason=operation.reason,
            prev=prev,
            key_id=name,
            **_told(row, stored),
        )
        sealed = {"recorded_at": moment, "operation_id": str(operation.id)}
        values = [sealed.get(field, getattr(entry, field)) for field in FIELDS]
        entry.hash = prev = seal([*values, entry.payload, entry.prev])
        entry.mac = sign(entry.hash, key)
        entries.append(entry)
    # Nobody else may write the ledger, so its own QuerySet refuses to; this is the one place that may.
    models.QuerySet(LedgerEntry).bulk_create(entries)
    operation.entered += len(entries)
    return len(entries)


def _told(row, stored):
    """What an entry says of a history row, an account event or an act, by field."""
    if isinstance(row, Act):
        return {"noun": "", "record_id": None, "revision": None, "history_id": None, "payload": canonical(row.payload)}
    table = _table_of(row)
    if (table.noun, row.pk) not in stored:
        raise Unwritten(f"{table.noun} {row.pk} is not in the database, so the ledger cannot tell of it")
    payload = stored[table.noun, row.pk]
    record_id, revision = getattr(row, table.record_key), table.revision and getattr(row, table.revision)
    return {
        "noun": table.noun,
        "record_id": record_id,
        "revision": revision,
        "history_id": row.pk,
        "payload": payload,
    }


def _table_of(row):
    return tables_by_model()[type(row)]


def _read_back(rows):
    """{(noun, key): payload} of the rows as the database has them; one query for each table, or for each 900 rows."""
    keys = defaultdict(list)
    for row in rows:
        if not isinstance(row, Act):
            keys[_table_of(row).noun].append(row.pk)
    stored = {}
    with connection.cursor() as cursor:
        for noun, wanted in keys.items():
            table = kept()[noun]
            place = table.columns.names.index(table.key)
            for start in range(0, len(wanted), MOST_VALUES):
                some = wanted[start : start + MOST_VALUES]
                cursor.execute(
                    f"SELECT {table.columns.sql('r')} FROM {table.columns.table} r "
                    f"WHERE r.{table.key} IN ({', '.join(['%s'] * len(some))})",
                    some,
                )
                stored |= {(noun, row[place]): table.columns.payload(row) for row in cursor.fetchall()}
    return stored
