"""How many queries a page costs: a pinned number, the same for three times as many rows."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samples.operations import custody, data
from samples.operations import samples as sample_operations
from samples.questions import KINDS
from samples.stages import CustodianKind
from tests import factories
from tests.views.conftest import Browser, address

FEW = 2
MANY = 3 * FEW


@pytest.fixture(scope="module")
def _worlds(_laboratory, django_db_blocker):
    lab = deepcopy(_laboratory)
    with django_db_blocker.unblock():
        return build(lab, "FEW", FEW), build(lab, "MANY", MANY)


def build(lab, name, number):
    """`number` of everything a page shows, under identifiers that begin with `name`."""
    mission = factories.mission(lab.curator, f"{name}-M-0", name=f"{name} mission", returned_at=factories.LONG_AGO)
    hall = factories.location(lab.curator, f"{name} hall")
    package = {"kind": "sealed package", "origin": "mixed", "capacity_g": Decimal(500)}
    box = factories.container(lab.technician, f"{name}-BOX", mission, custodian=lab.home, location=hall, **package)
    holder = factories.custodian(lab.curator, f"{name} holder", "museum")
    parent = None
    for index in range(number):
        factories.mission(lab.curator, f"{name}-M-{index + 1}")
        kind = list(CustodianKind)[index]
        factories.custodian(lab.curator, f"{name} party {index}", kind)
        factories.location(lab.curator, f"{name} place {index}", parent=hall, kind="shelf")
        standing = factories.container(lab.curator, f"{name}-S-{index}", mission, custodian=holder, location=hall)
        factories.seal(lab.curator, standing, f"{name}-SEAL-{index}")
        bottle = factories.container(lab.technician, f"{name}-B-{index}", mission, parent=box)
        sample = factories.sample(lab.technician, f"{name}-{index}", bottle, parent=parent)
        parent = parent or sample
        factories.publish(lab.curator, sample)
        changes = {"description": f"Looked at it {index + 1} times"}
        sample_operations.amend(sample=parent, changes=changes, seen=None, by=lab.technician, reason="Looked")
        balance = factories.balance(lab.curator, f"{name} balance {index}")
        factories.weighing(lab.technician, box, balance)
        crate = factories.container(lab.technician, f"{name}-D-{index}", mission, custodian=lab.home, location=hall)
        factories.seal(lab.technician, crate, f"{name}-D-SEAL-{index}")
        discrepancy = factories.discrepancies_of(lab, crate, balance=balance)[-1]
        rejected = factories.release(lab.technician, [box], lab.other)
        custody.reject(handoff=rejected, by=lab.receiver, reason="Not today")
    handoff = pass_on(lab, box, number)
    return SimpleNamespace(
        container=box,
        sample=parent,
        handoff=handoff,
        mission=mission,
        custodian=holder,
        location=hall,
        balance=balance,
        discrepancy=discrepancy,
        q=name,
    )


def pass_on(lab, box, number):
    """Hand `box` to and fro, each time with a gap."""
    parties = [(lab.technician, lab.home, lab.room), (lab.receiver, lab.other, lab.other_room)]
    for index in range(number):
        by, receiver = parties[index % 2], parties[(index + 1) % 2]
        at = factories.LONG_AGO + timedelta(days=60 + index)
        handoff = factories.release(by[0], [box], receiver[1], released_at=at)
        received = factories.receive(receiver[0], handoff, receiver[2], received_at=at + timedelta(hours=3))
    return received


@pytest.fixture
def worlds(_worlds, lab):
    return _worlds


def cost(browser, url):
    with CaptureQueriesContext(connection) as queries:
        response = browser.client.get(url)
        assert response.status_code == 200
        response.getvalue()
    return len(queries)


# For a technician and for a researcher; three of each are those of the visit: session, person, roles.
WHO = ["technician", "researcher"]
LISTS = {
    "container_list": (13, 11),
    "sample_list": (12, 10),
    "handoff_list": (13, 8),
    "movement_list": (7, None),
    "mission_list": (8, 6),
    "custodian_list": (7, None),
    "location_list": (9, None),
    "discrepancy_list": (6, None),
    "balance_list": (6, None),
}
# What the entry of a download costs: the lock, the person, the head, the entry and what guards them.
ENTRY = {"sqlite": 11, "postgresql": 13}
# Without those that enter the download in the ledger, which are as many for every file, and without the one or two
# statements by which the database makes all rows of it past Django (samples/exports/_rows.py).
EXPORTS = {
    "export_containers": (4, 4),
    "export_samples": (4, 4),
    "export_handoffs": (4, 4),
    "export_missions": (4, 4),
    "export_movements": (4, None),
    "export_mass_balance": (9, None),
    "export_custodians": (4, None),
    "export_locations": (4, None),
    "export_discrepancies": (4, None),
    "export_balances": (4, None),
    "export_audit": (8, None),
}
# The filters of the list, the first rows, their number.
DATASETS = {
    "data_containers": (8, 6),
    "data_samples": (8, 6),
    "data_handoffs": (7, 6),
    "data_missions": (7, 5),
    "data_weighings": (6, None),
    "data_movements": (6, None),
    "data_mass_balance": (12, None),
    "data_custodians": (6, None),
    "data_locations": (7, None),
    "data_discrepancies": (5, None),
    "data_balances": (5, None),
    "data_audit": (8, None),
}
# One of them is the checkpoint that stands on the printed page.
PAGES = {
    "container_detail": (26, 18),
    "container_custody": (24, 13),
    "container_seals": (21, 13),
    "container_weighings": (22, None),
    "container_history": (24, None),
    "sample_detail": (20, 11),
    "sample_custody": (25, 9),
    "sample_movements": (18, None),
    "sample_history": (20, None),
    "handoff_detail": (17, 15),
    "handoff_history": (21, None),
    "mission_detail": (9, 5),
    "mission_balance": (10, None),
    "mission_history": (10, None),
    "custodian_detail": (13, None),
    "custodian_history": (7, None),
    "location_detail": (13, None),
    "location_history": (8, None),
    "discrepancy_detail": (6, None),
    "discrepancy_history": (14, None),
    "balance_history": (7, None),
}


def cases(pinned):
    return [
        (who, name, number) for name, pair in pinned.items() for who, number in zip(WHO, pair, strict=True) if number
    ]


@pytest.mark.parametrize(("who", "name", "number"), cases(LISTS))
def test_a_list_costs_the_same_for_three_times_the_rows(lab, worlds, who, name, number):
    browser = Browser(getattr(lab, who))
    few, many = (cost(browser, address(name, q=world.q)) for world in worlds)

    assert (few, many) == (number, number)


@pytest.mark.parametrize(("who", "name", "number"), cases(EXPORTS))
def test_a_file_costs_the_same_for_three_times_the_rows(lab, worlds, monkeypatch, who, name, number):
    browser = Browser(getattr(lab, who))
    monkeypatch.setattr(data, "export", lambda **told: None)
    few, many = (cost(browser, address(name, q=world.q)) for world in worlds)

    assert (few, many) == (number, number)


@pytest.mark.parametrize(("who", "name", "number"), cases(DATASETS))
def test_the_page_of_a_file_costs_the_same_for_three_times_the_rows(lab, worlds, who, name, number):
    browser = Browser(getattr(lab, who))
    few, many = (cost(browser, address(name, q=world.q)) for world in worlds)

    assert (few, many) == (number, number)


@pytest.mark.parametrize("name", ["export_samples", "export_audit"])
def test_the_entry_of_a_download_costs_a_fixed_number_of_queries(lab, worlds, monkeypatch, name):
    browser = Browser(lab.technician)
    entered = cost(browser, address(name, q="nothing like this"))
    monkeypatch.setattr(data, "export", lambda **told: None)

    assert entered - cost(browser, address(name, q="nothing like this")) == ENTRY[connection.vendor]


@pytest.mark.parametrize(("who", "name", "number"), cases(PAGES))
def test_a_page_costs_the_same_for_three_times_what_it_shows(lab, worlds, who, name, number):
    browser = Browser(getattr(lab, who))
    few, many = (cost(browser, address(name, getattr(world, name.partition("_")[0]))) for world in worlds)

    assert (few, many) == (number, number)


def test_the_overview_costs_the_same_for_three_times_the_custodians(lab, worlds):
    browser = Browser(lab.technician)
    few, many = (cost(browser, address("overview", mission=world.mission.code)) for world in worlds)

    assert (few, many) == (34, 34)


# What a page of the past leaves out: who signs in for a custodian, and what is overdue, is known of now only.
LEFT_OUT = {"custodian_detail": 1, "handoff_list": 2}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [*LISTS, *(name for name in PAGES if not name.endswith("_history"))])
def test_an_earlier_moment_costs_as_many_queries_as_now(lab, worlds, name, kind):
    browser, [_few, world] = Browser(lab.auditor), worlds
    record = getattr(world, name.partition("_")[0]) if name in PAGES else None
    moment = {kind: timezone.now().isoformat()}

    assert cost(browser, address(name, record, **moment)) == cost(browser, address(name, record)) - LEFT_OUT.get(
        name, 0
    )


def test_a_form_costs_the_same_whatever_there_is_to_choose_from(lab, worlds):
    browser = Browser(lab.curator)
    before = cost(browser, address("container_register"))
    for number in range(5):
        factories.location(lab.curator, f"Room {number + 10}", parent=lab.room)
        factories.custodian(lab.curator, f"Museum {number}", "museum")

    assert cost(browser, address("container_register")) == before == 8


# What is chosen on each page, and of which noun.
BULK = {
    "container_weigh_many": (12, "containers", "B"),
    "container_move_many": (12, "containers", "B"),
    "sample_move_many": (9, "samples", ""),
    "sample_assign_many": (9, "samples", ""),
}


@pytest.mark.parametrize("name", BULK)
def test_the_form_of_many_costs_the_same_for_three_times_the_rows(lab, worlds, name):
    number, noun, middle = BULK[name]
    browser = Browser(lab.curator)
    chosen = [
        " ".join("-".join(filter(None, [world.q, middle, str(one)])) for one in range(rows))
        for world, rows in zip(worlds, (FEW, MANY), strict=True)
    ]
    costs = [cost(browser, address(name, **{noun: names})) for names in chosen]

    assert costs == [number, number]


def test_a_refused_page_and_the_sign_in_page_ask_the_database_little(lab, worlds):
    assert cost(Browser(), address("sign_in")) == 0
    # The rows of four files are counted.
    assert cost(Browser(lab.researcher), address("data")) == 7


def sealed(lab, name, number):
    """`number` containers at the laboratory, each with a seal."""
    standing = {"custodian": lab.home, "location": lab.room}
    made = [factories.container(lab.technician, f"{name}-{one}", lab.mission, **standing) for one in range(number)]
    for container in made:
        factories.seal(lab.technician, container, f"SEAL-{container}")
    return made


def test_the_form_of_one_weighing_costs_the_same_whatever_is_inside(lab, worlds):
    browser = Browser(lab.technician)
    few, many = (cost(browser, address("container_weigh", world.container)) for world in worlds)

    assert few == many


def test_a_release_and_its_receipt_cost_the_same_for_three_times_the_seals(lab):
    costs = []
    for name, number in (("FEW", FEW), ("MANY", MANY)):
        containers = sealed(lab, name, number)
        query = "&".join(f"container={container}" for container in containers)
        released = cost(Browser(lab.technician), f"{address('handoff_release')}?{query}")
        handoff = factories.release(lab.technician, containers, lab.other)
        costs.append((released, cost(Browser(lab.receiver), address("handoff_receive", handoff))))

    assert costs == [(10, 15)] * 2
