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


def stored(queryset, columns):
    """The statement of the values of the columns as they are stored, of which the two others are made."""
    sources = {name: F(column.source) for name, column in _named(columns)}
    sql, params = _compiled(queryset.annotate(**sources).values_list(*sources))
    # Without its own limit and the outer one's SQLite would put the inner statement's sources into each cell.
    return Statement(sql if queryset.query.is_sliced else f"{sql}{_no_limit()}", params)


def writing(values, columns):
    """The statement of the lines of the file: PostgreSQL puts cells into lines itself, SQLite is told how."""
    # Bare, the empty cell of a column that is alone would be an empty line, which readers pass over.
    alone = len(columns) == 1
    if connection.vendor == "postgresql":
        return _around(values, ", ".join(_postgres_cell(*each, alone) for each in _named(columns)))
    # One printf() puts a line together at once, where each || would copy what it has so far.
    templates, cells = zip(*(_sqlite_cell(*each, alone) for each in _named(columns)), strict=True)
    return _around(values, f"CAST(printf('{','.join(templates)}'||char(10), {', '.join(cells)}) AS BLOB)")


def telling(values, columns):
    """The statement of the cells as they are, before a spreadsheet is thought of; NULL for an empty one."""
    return _around(values, ", ".join(_text(*each) for each in _named(columns)))


def _around(values, cells):
    return Statement(past.rewritten(f"SELECT {cells} FROM ({values.sql}) AS found{_no_limit()}"), values.params)


def _no_limit():
    return " LIMIT -1" if connection.vendor == "sqlite" else ""


def _named(columns):
    return [(f"c{number}", column) for number, column in enumerate(columns)]


def _compiled(queryset):
    return queryset.query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False).as_sql()


def _text(name, column):
    """What writes the value of the column as text; NULL stays NULL."""
    kind = column.format or ("scaled" if column.places else column.unit if column.unit == "min" else column.type)
    forms = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    return _filled(forms[kind], name, column)


def _filled(form, name, column):
    places = column.places or 0
    return form.format(x=name, last=f"{Decimal(1).scaleb(-places):f}", one=10**places, places=places)


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
# What printf() makes of a scaled integer, and of which parts of it.
_SCALED, _PARTS = "%%s%%d.%%0{places}d", "CASE WHEN {x} < 0 THEN '-' ELSE '' END, abs({x}) / {one}, abs({x}) %% {one}"
_SQLITE = {
    "string": "NULLIF({x}, '')",
    "uuid": "substr({x},1,8)||'-'||substr({x},9,4)||'-'||substr({x},13,4)||'-'||substr({x},17,4)||'-'||substr({x},21)",
    "integer": "CAST({x} AS TEXT)",
    "boolean": "CASE {x} WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END",
    "date": "CAST({x} AS TEXT)",
    # Kept with six decimals of a second where there are any, and without them otherwise.
    "datetime": "replace({x}, ' ', 'T')||'Z'",
    # Django keeps a difference of two moments in microseconds.
    "min": "CAST({x} / 60000000 AS TEXT)",
    "scaled": f"CASE WHEN {{x}} IS NOT NULL THEN printf('{_SCALED}', {_PARTS}) END",
}

_APOSTROPHE = "''''"
_RISKY_LITERALS = ", ".join("'{}'".format(sign.replace("'", "''")) for sign in RISKY)
# The hyphen stands last, where GLOB takes it for itself.
_RISKY_GLOB = "'[{}]*'".format("".join(sorted(RISKY, key="-".__eq__)).replace("'", "''"))
_SIGNS = ',"\r\n'
_QUOTED_GLOB = f"'*[{_SIGNS}]*'"
_SIGN_GLOBS = [f"'*{sign}*'" for sign in _SIGNS]


def _postgres_cell(name, column, alone):
    text = _text(name, column)
    if _is_free(column):
        text = f"CASE WHEN left({name}, 1) IN ({_RISKY_LITERALS}) THEN {_APOSTROPHE} || {name} ELSE {text} END"
    return f"COALESCE(({text})::text, '')" if alone else text


def _sqlite_cell(name, column, alone):
    """What printf() is given for the cell, as (template, arguments); of %s it makes nothing where that is NULL."""
    if alone:
        # %w doubles the quotation marks.
        text = f"{_safe(name)}||printf('%%w', IFNULL({name}, ''))" if _is_free(column) else _text(name, column)
        return '"%%s"', text
    if column.places and column.is_required:
        return _filled(_SCALED, name, column), _filled(_PARTS, name, column)
    if not _is_free(column):
        return "%%s", name if column.choices else _text(name, column)
    # A sign alone is looked for as fast as memory is read, any of several in a tenth of that: for a text that is long.
    needs_quotes = " OR ".join(f"{name} GLOB {glob}" for glob in (_SIGN_GLOBS if column.is_prose else [_QUOTED_GLOB]))
    return "%%s", (
        f"CASE WHEN {needs_quotes} THEN printf('\"%%s%%w\"', {_safe(name)}, {name}) "
        f"WHEN {name} GLOB {_RISKY_GLOB} THEN {_APOSTROPHE}||{name} ELSE {name} END"
    )


def _safe(name):
    return f"CASE WHEN {name} GLOB {_RISKY_GLOB} THEN {_APOSTROPHE} ELSE '' END"


def _is_free(column):
    """Whether people write what they like into it."""
    return column.type == "string" and not column.format and not column.choices
