from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from samples.models import Container
from samples.operations import custody, seals
from tests import factories


@pytest.fixture(scope="module")
def _stocked(django_db_setup, django_db_blocker):
    """Made once for all tests of a module; each of them runs in a savepoint inside."""
    with django_db_blocker.unblock(), transaction.atomic():
        lab = factories.laboratory()
        more_records(lab, "A")
        yield lab
        transaction.set_rollback(True)


@pytest.fixture
def lab(_stocked, db):
    """The laboratory with at least one of every kind of record."""
    return deepcopy(_stocked)


@pytest.fixture
def administrator(client, lab):
    """A client signed in as the administrator."""
    client.force_login(lab.administrator)
    return client


def more_records(lab, name):
    """One more of each kind of record and of an account, told apart by `name`."""
    site = factories.location(lab.curator, f"Site {name}")
    factories.location(lab.curator, f"Hall {name}", parent=site, custodian=lab.home)
    factories.custodian(lab.curator, f"Party {name}", "laboratory")
    mission = factories.mission(lab.curator, f"M-{name}")
    bottle = factories.container(
        lab.technician,
        f"BOT-{name}",
        mission,
        kind=Container.Kind.BOTTLE,
        custodian=lab.home,
        location=lab.room,
    )
    factories.imported(lab.curator, bottle, f"I-{name}")
    factories.sample(lab.technician, f"S-{name}", bottle, "12.340000")
    seals.apply(
        container=bottle,
        number=f"SEAL-{name}",
        applied_at=factories.LONG_AGO + timedelta(days=1),
        applied_by="Technician",
        by=lab.technician,
        reason="Closed",
    )
    handoff = factories.release(lab.technician, [bottle], lab.other)
    late = handoff.released_at + timedelta(hours=3)
    factories.receive(lab.receiver, handoff, lab.other_room, received_at=late)
    custody.explain_gap(handoff=handoff, text="Waited at the gate", by=lab.receiver, reason="Asked")
    stands = {"kind": Container.Kind.BAG, "custodian": lab.home, "location": lab.room}
    crate = factories.container(lab.technician, f"CRATE-{name}", mission, **stands)
    factories.seal(lab.technician, crate, f"CRATE-SEAL-{name}")
    factories.discrepancies_of(lab, crate, balance=factories.balance(lab.curator, f"Balance {name}"))
    factories.person(f"person-{name}".lower(), "technician", custodian=lab.home)
    factories.token(lab.researcher, f"Notebook {name}")
    for password in ("not the one", factories.PASSWORD):
        Client().post(reverse("sign_in"), {"username": f"person-{name}", "password": password})
