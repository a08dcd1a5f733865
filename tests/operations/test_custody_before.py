"""Handoffs from before signatures: they are received all the same, with their seals read; nobody makes new ones."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from samples.audit import guard, strays
from samples.models import Discrepancy, Handoff, HandoffLine, LedgerEntry
from samples.operations import custody
from samples.operations.custody import Differs, Found, Unread
from tests import factories
from tests.refusing import refused


def make_older(handoff):
    """Leave of a handoff what was kept of one before there were signatures; the guard stays down."""
    guard.disarm()
    with connection.cursor() as cursor:
        for table in ("samples_historicalsignature", "samples_signature"):
            cursor.execute(f"DELETE FROM {table}")
        for table in ("samples_historicalhandoff", "samples_handoff"):
            cursor.execute(f"UPDATE {table} SET held_to_signatures = (1 = 0)")
        for table in ("samples_historicalhandoffline", "samples_handoffline"):
            cursor.execute(f"UPDATE {table} SET seal_declared = '', seal_declared_damaged = (1 = 0)")
    return Handoff.objects.get(pk=handoff.pk)


@pytest.fixture
def under_way(lab):
    """The outer box, with a damaged seal, under way since before signatures."""
    factories.seal(lab.technician, lab.box, "SEAL-1")
    factories.damage(lab.technician, lab.box)
    handoff = make_older(factories.release(lab.technician, [lab.box], lab.other))
    guard.arm()
    return handoff


def receive(lab, handoff, differs=False, **found):
    return factories.receive(lab.receiver, handoff, lab.other_room, found={lab.box.pk: Found(**found)}, differs=differs)


def test_its_seal_is_read_and_is_declared_as_on_record(lab, under_way):
    assert [line.seal_declared for line in custody.to_find(under_way)] == ["SEAL-1"]
    with refused(Unread, "Say in which condition the seal of BOX-1 is"):
        receive(lab, under_way, seal_read="SEAL-1")
    with refused(Differs, "another number than was declared"):
        receive(lab, under_way, seal_read="SEAL-2", seal_condition="damaged")

    handoff = receive(lab, under_way, seal_read="SEAL-1", seal_condition="damaged")

    assert handoff.status == "received"
    assert not Discrepancy.objects.exists()
    line = HandoffLine.objects.get(handoff=handoff, container=lab.box)
    assert (line.seal_declared, line.seal_read, line.is_another_condition) == ("SEAL-1", "SEAL-1", False)


def test_one_that_is_closed_declares_nothing_afterwards(lab, under_way):
    custody.cancel(handoff=under_way, by=lab.technician, reason="Put off")

    assert [line.seal_declared for line in custody.to_find(Handoff.objects.get())] == [""]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", ["0008_account_of_events", "0009_signed_custody"])
def test_a_database_of_then_is_brought_up_to_date(lab, version):
    factories.seal(lab.technician, lab.box, "SEAL-1")
    handoff = make_older(factories.release(lab.technician, [lab.box], lab.other))
    try:
        MigrationExecutor(connection).migrate([("samples", version)])
    finally:
        call_command("migrate", verbosity=0)

    assert guard.faults() == []
    assert list(strays.changed_records()) == []
    assert LedgerEntry.objects.acts("migration.begin").count() == 1
    handoff = Handoff.objects.get(pk=handoff.pk)
    assert (handoff.held_to_signatures, handoff.revision) == (False, 1)
    receive(lab, handoff, seal_read="SEAL-1", seal_condition="intact")
    released_at = factories.LONG_AGO + timedelta(days=40)
    later = factories.release(lab.receiver, [lab.box], lab.home, released_at=released_at)
    assert later.held_to_signatures
