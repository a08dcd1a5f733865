"""A writer killed in the middle of its operations leaves each of them whole or not at all."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from samples.audit import guard, strays, verify
from samples.models import LedgerEntry
from samples.operations import containers
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
MANY, SOME = 100, 10
ROOT = Path(__file__).parents[3]
LONGEST_S = 0.8


def url():
    """The test's own database, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["LABINV_TEST_POSTGRES"])._replace(path=f"/{name}").geturl()


def kill_one(rng):
    """Start a writer, kill it at a random moment after it began."""
    environment = os.environ | {"LABINV_AUDIT_KEY": settings.AUDIT_KEY, "LABINV_SECRET_KEY": settings.SECRET_KEY}
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.campaigns.audit.writer", url()],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert writer.stdout.readline() == "ready\n", writer.stderr.read()
        time.sleep(rng.random() * LONGEST_S)
        assert writer.poll() is None, writer.stderr.read()
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.communicate()


def kill(lab, times, seed):
    before = LedgerEntry.objects.count()
    rng = random.Random(seed)
    for number in range(times):
        connection.close()
        kill_one(rng)

        assert list(strays.changed_records()) == []
        assert list(strays.unentered_rows()) == []
        assert (guard.unsettled(), guard.broken()) == ([], [])
        changes = {"description": f"After {number}"}
        containers.amend(container=lab.bottle, changes=changes, seen=None, by=lab.technician, reason="Looked")
    report = factories.run(verify.verify())
    print(f"\n{connection.vendor}: {times} writers killed, {LedgerEntry.objects.count() - before} ledger entries")
    assert report.findings == []
    # Else they were killed before they wrote anything.
    assert LedgerEntry.objects.count() - before > times + times // 2


def test_a_writer_killed_a_few_times_leaves_no_half_operation(lab):
    kill(lab, SOME, 1)


@pytest.mark.campaign
def test_a_writer_killed_a_hundred_times_leaves_no_half_operation(lab):
    kill(lab, MANY, 2)
