"""The guard: the database itself refuses a change without an equal history row, and one that breaks a rule.

It consists of triggers and three side tables, made from the models; how it works stands in
docs/audit.md. Only migrations take it down and put it up again.
"""

from hashlib import sha256

from django.apps import apps
from django.db import connection, transaction

from samples.models.writing import take_writers_lock

from . import _postgres, _sqlite
from .rules import RULES

_ENGINES = {"sqlite": _sqlite, "postgresql": _postgres}


def _engine():
    return _ENGINES[connection.vendor]


def arm():
    """Put the guard up, anew where a part of it is there."""
    with transaction.atomic(), connection.cursor() as cursor:
        take_writers_lock()
        _engine().remove(cursor)
        _engine().put_up(cursor)


def disarm():
    """Take the guard down: for migrations, and for tests that empty the tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        take_writers_lock()
        _engine().remove(cursor)


def faults():
    """What the database has of the guard otherwise than the code, one sentence each; none where it stands whole."""
    with connection.cursor() as cursor:
        there, wanted = _engine().found(cursor), _engine().objects()
    said = {name: f"The guard's {name} is missing." for name in wanted.keys() - there.keys()}
    said |= {name: f"{name} is no part of the guard." for name in there.keys() - wanted.keys()}
    changed = {name for name in wanted.keys() & there.keys() if wanted[name] != there[name]}
    said |= {name: f"The guard's {name} is not as it was made." for name in changed}
    return [said[name] for name in sorted(said)]


def digest():
    """SHA-256 of what the database has of the guard."""
    with connection.cursor() as cursor:
        there = _engine().found(cursor)
    return sha256(repr(sorted(there.items())).encode()).hexdigest()


def is_armed():
    """Whether as many triggers stand as the code makes; cheap enough for each operation."""
    with connection.cursor() as cursor:
        cursor.execute(_engine().armed_count())
        return cursor.fetchone()[0] == _engine().trigger_count()


def is_clear():
    """Whether nothing waits or is marked: so it is between transactions, and between operations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM audit_pending) OR EXISTS (SELECT 1 FROM audit_broken)")
        return not cursor.fetchone()[0]


def has_tables():
    """Whether the tables that it watches are there; at an early migration they are not yet."""
    return "samples_ledgerentry" in connection.introspection.table_names()


def unsettled():
    """(noun, key, revision) of each record that was written in this transaction and has no history or ledger entry."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT noun, pk, revision FROM audit_pending ORDER BY noun, pk, revision")
        return cursor.fetchall()


def broken():
    """The sentences of the rules that this transaction would break."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rule, pk FROM audit_broken ORDER BY rule, pk")
        marks = cursor.fetchall()
    by_name = {name: rule for rule in RULES for name in (rule.name, rule.put_off)}
    return [_sentence(by_name[name], pk) for name, pk in marks]


def put_off(name, pks):
    """Look at the rule `name` of the rows `pks` no more, until `settle`: for operations that write many rows."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO audit_broken (rule, pk) VALUES (%s, %s)", [(_rule(name).put_off, pk) for pk in pks]
        )


def is_broken(name, pks):
    """Whether some of the rows `pks` breaks the rule `name` now."""
    rule = _rule(name)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM {apps.get_model('samples', rule.noun)._meta.db_table} x "
            f"WHERE x.id IN ({', '.join(['%s'] * len(pks))}) AND {rule.broken.format(pk='x.id')})",
            list(pks),
        )
        return bool(cursor.fetchone()[0])


def settle(name):
    """Look at the rule `name` again wherever that was put off; raises IntegrityError where it is broken."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_broken WHERE rule = %s", [_rule(name).put_off])


def _rule(name):
    return next(rule for rule in RULES if rule.name == name)


def _sentence(rule, pk):
    model = apps.get_model("samples", rule.noun)
    record = model._base_manager.filter(pk=pk).first()
    return rule.sentence % {"record": f"{model._meta.verbose_name.capitalize()} {record or pk}"}
