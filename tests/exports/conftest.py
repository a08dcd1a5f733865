"""An inventory that has something of everything that a data package tells."""

from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from unittest.mock import patch

import pytest
import time_machine
from django.db import transaction

from samples.exports import DATASETS
from samples.operations import _operation
from tests import factories
from tests.exports import packed

# What somebody might type, and a spreadsheet, a CSV reader or a JSON reader might trip over.
HARD = '=1+1; "dark", 月壤\n\'then lighter,\r\n-5 °C'


@contextmanager
def stopped_clock():
    """The same moment for everything, which operations would else step on."""
    with (
        time_machine.travel(datetime(2027, 1, 2, 3, 4, 5, 999_999, tzinfo=UTC), tick=False),
        patch.object(_operation, "_NEXT", timedelta(0)),
    ):
        yield


@contextmanager
def inventory_of(lab):
    """The laboratory with a core, a published sample, subsamples, a seal, a handoff and a second mission."""
    with stopped_clock():
        core = factories.sample(
            lab.technician,
            "CORE-1",
            lab.box,
            "1.5",
            origin="drill",
            form="core segment",
            description=HARD,
            other_names="@upper",
            collected_at=datetime(2024, 5, 31, 16, tzinfo=UTC),
            depth_top_cm=Decimal(0),
            depth_bottom_cm=Decimal("28.7"),
        )
        factories.sample(lab.technician, "GRAIN", lab.box, "0.000001", parent=core, origin="drill", form="powder")
        factories.split(lab.technician, lab.soil, "0.333333", lost_g=Decimal("0.000007"))
        factories.publish(lab.curator, core)
        near = {"body_side": "near", "relay_satellite": "", "latitude": Decimal("-10.5"), "longitude": Decimal(-43)}
        factories.mission(lab.curator, "CE5", **near)
        factories.weighing(lab.technician, lab.bottle, factories.balance(lab.curator))
        standing = {"kind": "tray", "custodian": lab.home, "location": lab.room}
        lab.tray = factories.container(lab.technician, "TRAY", lab.mission, **standing)
        factories.seal(lab.technician, lab.box, "S-100")
        factories.release(lab.technician, [lab.box], lab.other, due_back_on=datetime(2025, 1, 31, tzinfo=UTC).date())
        yield lab


@pytest.fixture
def inventory(lab):
    with inventory_of(lab):
        yield lab


@pytest.fixture(scope="module")
def _made(_laboratory, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        with inventory_of(deepcopy(_laboratory)) as lab:
            packages = SimpleNamespace(
                usual=packed.make(lab.auditor),
                everything=packed.make(lab.auditor, datasets=",".join(DATASETS)),
                in_milligrams=packed.make(lab.auditor, mass_unit="mg"),
                published=packed.make(lab.researcher),
                small=packed.make(lab.auditor, datasets="missions"),
            )
        transaction.set_rollback(True)
    return packages


@pytest.fixture
def made(_made, db):
    """Packages of the inventory, made once for the tests of a module that only read them."""
    return _made
