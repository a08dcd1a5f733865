"""The payload of a ledger entry: one history row as canonical JSON, the same text on both engines.

An object of the row's columns by name, in the order of their code points, ASCII only, without spaces.
Masses, depths and degrees are the integers that the database keeps, UUIDs text with hyphens, days
"2024-06-01" and moments "2024-06-01T08:05:00.000000Z", always UTC with six digits.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from uuid import UUID

from django.apps import apps
from django.db import connection

from samples.models import AccountEvent, HistoryRow

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_SQLITE_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{6}))?", re.ASCII)
# How PostgreSQL says a value as it stands in a payload; NULL for an infinite moment, which no driver reads.
_POSTGRES_TEXT = {
    "DateTimeField": """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "DateField": "to_char({}, 'YYYY-MM-DD')",
    "UUIDField": "{}::text",
}


def canonical(values):
    """Return the one JSON text of `values`, a dict of numbers, text, moments and UUIDs; ValueError for NaN."""
    return _encode({name: _plain(value) for name, value in values.items()})


def moment_text(moment):
    """A moment as "2024-06-01T08:05:00.000000Z"."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _plain(value):
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


# One act writes many rows with one moment and one id. Typed, else 1 would be read as True.
@lru_cache(maxsize=256, typed=True)
def _sqlite_moment(value):
    stored = _SQLITE_MOMENT.fullmatch(value) if isinstance(value, str) else None
    return f"{stored[1]}T{stored[2]}.{stored[3] or '000000'}Z" if stored else value


@lru_cache(maxsize=256, typed=True)
def _sqlite_uuid(value):
    if isinstance(value, str) and len(value) == 32:
        return "-".join((value[:8], value[8:12], value[12:16], value[16:20], value[20:]))
    return value


def _sqlite_claim(value):
    return {0: False, 1: True}.get(value, value)


_FROM_SQLITE = {"DateTimeField": _sqlite_moment, "UUIDField": _sqlite_uuid, "BooleanField": _sqlite_claim}


@dataclass(frozen=True)
class Columns:
    """Columns of one table, read as they stand in a payload: past the models, so that what stands there is seen."""

    table: str
    names: tuple
    kinds: tuple

    @classmethod
    def of(cls, model, leaving_out=()):
        fields = [field for field in model._meta.concrete_fields if field.column not in leaving_out]
        kinds = tuple(field.get_internal_type() for field in fields)
        return cls(model._meta.db_table, tuple(field.column for field in fields), kinds)

    def sql(self, alias):
        """The list of columns for a SELECT."""
        quoted = [f"{alias}.{connection.ops.quote_name(name)}" for name in self.names]
        if connection.vendor == "postgresql":
            pairs = zip(self.kinds, quoted, strict=True)
            return ", ".join(_POSTGRES_TEXT.get(kind, "{}").format(column) for kind, column in pairs)
        # With a sign before it a column is an expression, and the driver leaves its value as it is stored.
        return ", ".join(f"+{column}" for column in quoted)

    def reader(self):
        """A function from what a cursor gave for sql() to a list of payload values."""
        if connection.vendor == "postgresql":
            return list
        places = [(place, _FROM_SQLITE[kind]) for place, kind in enumerate(self.kinds) if kind in _FROM_SQLITE]

        def read(row):
            values = list(row)
            for place, from_sqlite in places:
                values[place] = from_sqlite(values[place])
            return values

        return read

    def values(self, row):
        """What a cursor gave for sql(), as a list of payload values."""
        return self.reader()(row)

    def payload(self, row):
        """What a cursor gave for sql(), as the payload; ValueError or TypeError for what no field ever stored."""
        return _encode(dict(zip(self.names, self.values(row), strict=True)))


@dataclass(frozen=True)
class Kept:
    """One table that the ledger tells of: a record's history, or the events of accounts."""

    noun: str
    model: type
    columns: Columns
    key: str
    record_key: str
    revision: str | None


@cache
def kept():
    """{noun: Kept} of every table whose rows the ledger tells of, by noun."""
    models = [model for model in apps.get_app_config("samples").get_models() if issubclass(model, HistoryRow)]
    found = [
        Kept(model.instance_type._meta.model_name, model, Columns.of(model), "history_id", "id", "revision")
        for model in models
    ]
    found.append(Kept("user", AccountEvent, Columns.of(AccountEvent), "id", "user_id", None))
    return {one.noun: one for one in sorted(found, key=lambda one: one.noun)}


@cache
def tables_by_model():
    """{model: Kept} of the same tables."""
    return {table.model: table for table in kept().values()}
