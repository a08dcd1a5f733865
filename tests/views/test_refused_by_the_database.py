"""What the database itself refuses is a page with all that was typed, never a traceback."""

import pytest
from django.db import connection

from samples.models import LedgerEntry, Sample
from samples.operations import containers, samples

TYPED = {
    "identifier": "HEAVY",
    "form": "bulk regolith",
    "container": "BOT-1",
    "mass_g": "10.000001",
    "happened_at": "2024-06-28T10:00",
    "origin": "scoop",
    "reason": "Weighed in",
}


def test_a_rule_that_no_operation_asked_for(lab, as_technician, monkeypatch):
    monkeypatch.setattr(samples, "check_capacities", lambda *args, **kwargs: None)
    containers.amend(
        container=lab.bottle, changes={"capacity_g": 10}, seen=lab.bottle.revision, by=lab.technician, reason="Rated"
    )
    entries = LedgerEntry.objects.count()

    page = as_technician.fill("sample_register", **TYPED)

    assert page.status == 422
    assert "Container BOT-1 would hold more than it is rated for." in page.text
    assert page.typed["mass_g"] == "10.000001"
    assert not Sample.objects.filter(identifier="HEAVY").exists()
    assert LedgerEntry.objects.count() == entries


@pytest.mark.usefixtures("lab")
def test_a_guard_that_is_down(as_technician):
    name = "labinv_samples_sample_before_delete"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{' ON samples_sample' if connection.vendor == 'postgresql' else ''}")

    page = as_technician.fill("sample_register", **(TYPED | {"mass_g": "1"}))

    assert page.status == 503
    assert "Nothing can be saved: the guard of the database is down" in page.text
    assert page.typed["identifier"] == "HEAVY"
    assert not Sample.objects.filter(identifier="HEAVY").exists()
