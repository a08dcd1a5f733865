"""A laboratory whose audit is in order, and ways to tamper with it past everything that labinv does."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from samples.audit import guard, verify
from samples.operations import containers, tokens
from tests import factories
from tests.audit.by_hand import execute


@pytest.fixture(scope="module")
def _audited(django_db_setup, django_db_blocker):
    """Entered once for all tests of a module: two handoffs, an amendment, three samples, an open handoff."""
    with django_db_blocker.unblock(), transaction.atomic():
        lab = factories.laboratory()
        lab.vial = factories.container(lab.technician, "VIAL-1", lab.mission, custodian=lab.home, location=lab.room)
        lab.rock = factories.sample(lab.technician, "CE6C0002", lab.vial, "2.500000")
        at = factories.LONG_AGO + timedelta(days=30)
        lab.there = factories.release(lab.technician, [lab.box], lab.other, released_at=at)
        factories.receive(lab.receiver, lab.there, lab.other_room)
        lab.back = factories.release(lab.receiver, [lab.box], lab.home, released_at=at + timedelta(days=1))
        factories.receive(lab.technician, lab.back, lab.room)
        lab.under_way = factories.release(lab.technician, [lab.vial], lab.other, released_at=at)
        day = timezone.localdate() + timedelta(days=30)
        tokens.make(name="Notebook", expires_on=day, by=lab.technician, reason="For the notebook")
        lab.box.refresh_from_db()
        changes = {"capacity_g": Decimal(500)}
        containers.amend(container=lab.box, changes=changes, seen=None, by=lab.technician, reason="Weighed again")
        yield lab
        transaction.set_rollback(True)


@pytest.fixture
def audited(_audited, db):
    return deepcopy(_audited)


@pytest.fixture
def tamper(audited):
    """A function that runs SQL as somebody would who has the database, with the guard taken down first."""
    guard.disarm()

    def run(*statements):
        with connection.cursor() as cursor:
            for statement in statements:
                execute(cursor, statement)
                assert cursor.rowcount != 0, f"nothing was tampered with: {statement}"

    return run


def verified(checkpoints=None):
    return factories.run(verify.verify(checkpoints))


def kinds(report):
    """The kinds of what was found, but for the guard that every test takes down."""
    return {finding.kind.value for finding in report.findings} - {"guard"}
