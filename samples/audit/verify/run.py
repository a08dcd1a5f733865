"""All parts of a verification, one after the other, on one snapshot of the database."""

from django.db import DatabaseError, connection, transaction

from samples.audit.payload import kept
from samples.models import Container, LedgerEntry, Sample, Signature, User, Weighing

from . import accounts, chain, custody, database, masses, records, signatures, weighings
from .reading import number, snapshot
from .report import Kind, Progress, Report

# What somebody wrote past the fields can be anything.
UNREADABLE = (DatabaseError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def verify(checkpoints=None):
    """Verify everything; a generator that yields Progress and returns a Report. It writes nothing.

    `checkpoints` are {seq: {(short form, full hash or "")}}, as standalone.read_checkpoints() reads
    them. A finding never stops the rest, and a part that cannot be read is a finding.
    """
    report = Report()
    with snapshot():
        parts = _parts(report, checkpoints or {})
        total, done = _rows(), 0
        for title, run in parts:
            yield Progress(title, done, total)
            try:
                # A savepoint, for after an error PostgreSQL would answer nothing more.
                with transaction.atomic():
                    for count in run:
                        done += count
                        yield Progress(title, done, max(total, done))
            except UNREADABLE as error:
                report.find(Kind.UNREADABLE, title, f"It was verified only up to where this happened: {error}")
    return report


def _parts(report, checkpoints):
    tables = kept()
    models = [table.model.instance_type for table in tables.values() if table.revision]
    return [
        ("the ledger", chain.chain(report, checkpoints)),
        *[(f"the history of each {table.noun}", records.entered(report, table)) for table in tables.values()],
        ("entries of no known kind", records.of_no_known_kind(report, list(tables))),
        *[(f"each {model._meta.verbose_name}", records.equal(report, model)) for model in models],
        ("accounts", accounts.accounts(report)),
        ("chains of custody", custody.chains(report)),
        ("signatures of handoffs", signatures.signatures(report)),
        ("masses", masses.masses(report)),
        ("weighings", weighings.weighings(report)),
        ("the database", database.database(report)),
    ]


def _rows():
    """About how many rows the parts will look at; a table that is not there will be found by its part."""
    tables = kept().values()
    records = [table.model.instance_type for table in tables if table.revision]
    looked_at = [
        LedgerEntry,
        *[table.model for table in tables],
        *records,
        User,
        Container,
        Signature,
        Sample,
        Weighing,
    ]
    there = connection.introspection.table_names()
    counted = [model._meta.db_table for model in looked_at if model._meta.db_table in there]
    return sum(number(f"SELECT COUNT(*) FROM {table}") for table in counted)
