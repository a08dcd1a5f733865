"""The database itself: its guard, its own check of its files, and links to records that are not there."""

from django.apps import apps
from django.db import connection

from samples.audit import guard
from samples.audit.rules import RULES

from .reading import name, rows
from .report import Kind

_NEXT = (
    "Until that is settled every operation is refused: find out who wrote past labinv; what is right as it is now is "
    "taken over with manage.py adopt --reason."
)


def database(report):
    """Ask the guard whether it is whole and the engine whether its data are; yields 0 after each."""
    for sentence in guard.faults():
        report.find(Kind.GUARD, "the guard", sentence)
    report.checked["guards"] += 1
    yield 0
    _look_at_what_is_left(report)
    yield 0
    if connection.vendor == "sqlite":
        _ask_sqlite(report)
        yield 0
    yield from _links(report)


def _look_at_what_is_left(report):
    """What waits for its end, or breaks a rule, does so within a transaction only: nothing of it is ever committed."""
    there = connection.introspection.table_names()
    if "audit_pending" in there:
        for noun, pk, revision in rows("SELECT noun, pk, revision FROM audit_pending ORDER BY noun, pk, revision"):
            record = f"{noun} no. {pk}, revision {revision}"
            report.find(Kind.GUARD, record, f"It was written without its history or ledger entry. {_NEXT}")
    if "audit_broken" in there:
        rules = {rule.name: rule for rule in RULES}
        for rule_name, pk in rows("SELECT rule, pk FROM audit_broken ORDER BY rule, pk"):
            rule = rules.get(rule_name)
            record = f"{rule.noun if rule else 'record'} no. {pk}"
            sentence = rule.sentence % {"record": record.capitalize()} if rule else f"It breaks the rule {rule_name}."
            report.find(Kind.GUARD, record, f"A rule was broken past the guard. {sentence} {_NEXT}")


def _ask_sqlite(report):
    for [sentence] in rows("PRAGMA integrity_check(100)"):
        if sentence != "ok":
            report.find(Kind.ENGINE, "the database", sentence)


def _links(report):
    """Every link of every record to another one leads to one."""
    for model in apps.get_app_config("samples").get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.remote_field and field.db_constraint:
                _follow(report, model, field)
                report.checked["kinds of links"] += 1
        yield 0


def _follow(report, model, field):
    column, other = f"r.{name(field.column)}", field.remote_field.model._meta
    sql = f"SELECT r.{name(model._meta.pk.column)}, {column} FROM {model._meta.db_table} r WHERE {column} IS NOT NULL"
    target = f"SELECT 1 FROM {other.db_table} o WHERE o.{name(field.target_field.column)} = {column}"
    for pk, value in rows(f"{sql} AND NOT EXISTS ({target}) ORDER BY 1"):
        message = f"It names {other.verbose_name} no. {value} as its “{field.verbose_name}”; there is none."
        report.find(Kind.ENGINE, f"{model._meta.verbose_name} no. {pk}", message)
