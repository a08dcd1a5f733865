"""The rows of a dataset as one SELECT: every cell leaves the database as the text that stands in the file.

The records are read by an inner statement that Django makes of the columns' sources. Around it stands
one that writes each value as text; neither engine merges the two, so a source is worked out once a row.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import F

from samples import past

from ._cells import RISKY


@dataclass(frozen=True)
class Statement:
    """One SELECT with its parameters, as the question about the past that is being asked has it."""

    sql: str
    params: tuple


def counting(queryset):
    """The statement of the number of records."""
    sql, params = _compiled(queryset.order_by().values_list("pk"))
    return Statement(past.rewritten(f"SELECT count(*) FROM ({sql}) AS counted"), params)


def writing(queryset, columns):
    """The statement of the lines of the file: PostgreSQL puts cells into lines itself, SQLite is told how."""
    # Bare, the empty cell of a column that is alone would be an empty line, which readers pass over.
    alone = len(columns) == 1
    if connection.vendor == "postgresql":
        return _around(queryset, columns, ", ".join(_postgres_cell(*each, alone) for each in _named(columns)))
    cells = "||','||".join(_sqlite_cell(*each, alone) for each in _named(columns))
    return _around(queryset, columns, f"CAST({cells}||char(10) AS BLOB)")


def telling(queryset, columns):
    """The statement of the cells as they are, before a spreadsheet is thought of; NULL for an empty one."""
    return _around(queryset, columns, ", ".join(_text(*each) for each in _named(columns)))


def _around(queryset, columns, cells):
    sources = {name: F(column.source) for name, column in _named(columns)}
    sql, params = _compiled(queryset.annotate(**sources).values_list(*sources))
    # Without its own limit and the outer one's SQLite would put the inner statement's sources into each cell.
    outer = " LIMIT -1" if connection.vendor == "sqlite" else ""
    inner = "" if queryset.query.is_sliced else outer
    return Statement(past.rewritten(f"SELECT {cells} FROM ({sql}{inner}) AS found{outer}"), params)


def _named(columns):
    return [(f"c{number}", column) for number, column in enumerate(columns)]


def _compiled(queryset):
    return queryset.query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False).as_sql()


def _text(name, column):
    """What writes the value of the column as text; NULL stays NULL."""
    kind = column.format or ("scaled" if column.places else column.unit if column.unit == "min" else column.type)
    forms = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    places = column.places or 0
    return forms[kind].format(x=name, last=f"{Decimal(1).scaleb(-places):f}", one=10**places)


_POSTGRES = {
    "string": "NULLIF({x}, '')",
    "uuid": "{x}",
    "integer": "{x}",
    "boolean": "CASE WHEN {x} THEN 'yes' WHEN NOT {x} THEN 'no' END",
    "date": "to_char({x}, 'YYYY-MM-DD')",
    "datetime": """replace(to_char({x} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000', '')""",
    "min": "floor(extract(epoch FROM {x}) / 60)::bigint",
    # An integer times a numeric has as many decimals as that one, exactly.
    "scaled": "{x} * {last}",
}
_SQLITE = {
    "string": "NULLIF({x}, '')",
    "uuid": "substr({x},1,8)||'-'||substr({x},9,4)||'-'||substr({x},13,4)||'-'||substr({x},17,4)||'-'||substr({x},21)",
    "integer": "CAST({x} AS TEXT)",
    "boolean": "CASE {x} WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END",
    "date": "{x}",
    # Kept with six decimals of a second where there are any, and without them otherwise.
    "datetime": "substr({x},1,10)||'T'||substr({x},12)||'Z'",
    # Django keeps a difference of two moments in microseconds.
    "min": "CAST({x} / 60000000 AS TEXT)",
    "scaled": "CASE WHEN {x} < 0 THEN '-' ELSE '' END||(abs({x}) / {one})||'.'||substr({one} + abs({x}) %% {one}, 2)",
}

_APOSTROPHE = "''''"
_RISKY_LITERALS = ", ".join("'{}'".format(sign.replace("'", "''")) for sign in RISKY)
# The hyphen stands last, where GLOB takes it for itself.
_RISKY_GLOB = "'[{}]*'".format("".join(sorted(RISKY, key="-".__eq__)).replace("'", "''"))
_QUOTED_GLOB = "'*[,\"\r\n]*'"


def _postgres_cell(name, column, alone):
    text = _text(name, column)
    if _is_free(column):
        text = f"CASE WHEN left({name}, 1) IN ({_RISKY_LITERALS}) THEN {_APOSTROPHE} || {name} ELSE {text} END"
    return f"COALESCE(({text})::text, '')" if alone else text


def _sqlite_cell(name, column, alone):
    if not _is_free(column):
        text = f"IFNULL({_text(name, column)}, '')"
        return f"'\"'||{text}||'\"'" if alone else text
    safe = f"CASE WHEN {name} GLOB {_RISKY_GLOB} THEN {_APOSTROPHE} ELSE '' END"
    quoted = f"'\"'||{safe}||replace(IFNULL({name}, ''), '\"', '\"\"')||'\"'"
    if alone:
        return quoted
    return (
        f"CASE WHEN {name} IS NULL THEN '' WHEN {name} GLOB {_QUOTED_GLOB} THEN {quoted} "
        f"WHEN {name} GLOB {_RISKY_GLOB} THEN {_APOSTROPHE}||{name} ELSE {name} END"
    )


def _is_free(column):
    """Whether people write what they like into it."""
    return column.type == "string" and not column.format and not column.choices
