"""A writer past the operations, who takes care of the trace by hand: record, equal history row, ledger entry."""

from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from samples.audit import ledger, tables
from samples.models import Operation


def run(*statements):
    """Run SQL statements, or (statement, parameters), in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            execute(cursor, statement)


def execute(cursor, statement):
    text, parameters = (statement, []) if isinstance(statement, str) else statement
    cursor.execute(text, parameters)


def table_of(noun):
    """The RecordTable of one kind of record."""
    [found] = [table for table in tables.record_tables() if table.noun == noun]
    return found


def changed(record, **values):
    """The SQL of a change to its next revision and of its history row; `values` are SQL expressions."""
    table = table_of(record._meta.model_name)
    sets = ", ".join(f"{column} = {value}" for column, value in (values | {"revision": "revision + 1"}).items())
    return [f"UPDATE {table.name} SET {sets} WHERE id = {record.pk}", versioned(table, record.pk)]


def copied(record, pk, **values):
    """The SQL of a new record with the number `pk`, like `record` but for `values`, and of its history row."""
    table = table_of(record._meta.model_name)
    values = {"id": str(pk), "revision": "1"} | values
    columns = ", ".join(table.columns)
    picked = ", ".join(values.get(column, column) for column in table.columns)
    return [
        f"INSERT INTO {table.name} ({columns}) SELECT {picked} FROM {table.name} WHERE id = {record.pk}",
        versioned(table, pk),
    ]


def versioned(table, pk, **values):
    """The SQL of a history row that repeats the record `pk` but for `values`."""
    own = {
        "history_date": f"'{timezone.now():%Y-%m-%d %H:%M:%S}'",
        "history_change_reason": "'By hand'",
        "history_type": "CASE revision WHEN 1 THEN '+' ELSE '~' END",
        "actor_id": "NULL",
        "actor_name": "'somebody'",
        "operation_id": f"'{uuid4().hex}'",
        "verb": "'test.by_hand'",
    }
    own = {column: value for column, value in own.items() if column in table.history_columns} | values
    columns = (*table.columns, *(column for column in own if column not in table.columns))
    picked = ", ".join(own.get(column, column) for column in columns)
    return f"INSERT INTO {table.history} ({', '.join(columns)}) SELECT {picked} FROM {table.name} WHERE id = {pk}"


def entered(*rows):
    """Enter history rows or account events in the ledger, as an operation does at its end."""
    operation = Operation("test.by_hand", None, "somebody", "By hand", max(timezone.now(), ledger.last_moment()))
    operation.rows.extend(rows)
    ledger.append(operation)


def newest_version(noun, pk):
    """The newest history row of a record."""
    from django.apps import apps

    return apps.get_model("samples", noun).history.model.objects.filter(id=pk).order_by("-revision").first()


def write(*changes):
    """Write changes, each (noun, pk, SQL statements), with all that the guard asks for, in one transaction."""
    with transaction.atomic():
        versions = []
        for noun, pk, statements in changes:
            run(*statements)
            versions.append(newest_version(noun, pk))
        entered(*versions)


def change(record, **values):
    """One such change: of a record that is there."""
    return record._meta.model_name, record.pk, changed(record, **values)


def copy(record, pk, **values):
    """One such change: a new record."""
    return record._meta.model_name, pk, copied(record, pk, **values)


def everything():
    """Every row of every table but the migrations', to compare before and after."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        content = {}
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f"SELECT * FROM {quote(table)}")
            content[table] = sorted(map(repr, cursor.fetchall()))
    return content
