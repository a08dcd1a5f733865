"""Several containers weighed at once: all of them are recorded or none, each refusal at its row."""

from decimal import Decimal

import pytest

from samples.forms.bulk import MOST_CHOSEN
from samples.models import Discrepancy, LedgerEntry, Weighing
from samples.operations import containers
from tests import factories
from tests.views.conftest import Browser, address


@pytest.fixture
def bottles(lab):
    """Three bottles of 30 g with 10 g in each."""
    made = [
        factories.container(lab.technician, f"B-{n}", lab.mission, parent=lab.box, tare_g=Decimal(30))
        for n in (1, 2, 3)
    ]
    for bottle in made:
        factories.sample(lab.technician, f"S-{bottle}", bottle, "10")
    return made


@pytest.fixture
def balance(lab):
    return factories.balance(lab.curator, "Bench 1", "0.001")


@pytest.fixture
def opened(bottles, balance, as_technician):
    return as_technician.get("container_weigh_many", containers="B-1 B-2 B-3", back="q=B-")


def gross(bottles, *masses):
    return {f"gross_g_{bottle.pk}": mass for bottle, mass in zip(bottles, masses, strict=True)}


def weigh(page, balance, bottles, *masses, **typed):
    return page.send(balance=str(balance.pk), reason="Stocktaking", **gross(bottles, *masses), **typed)


def test_they_are_recorded_in_one_operation_and_the_list_says_so(bottles, balance, opened):
    sent = weigh(opened, balance, bottles, "40", "40.0005", "39999.5 mg")

    made = list(Weighing.objects.order_by("pk"))
    assert [weighing.net_g for weighing in made] == [Decimal(mass) for mass in ("10", "10.0005", "9.9995")]
    assert len({LedgerEntry.objects.of_record(weighing).get().operation_id for weighing in made}) == 1
    assert (sent.status, sent.location) == (302, "/containers/?q=B-")
    assert sent.message == "3 containers are weighed."


def test_each_row_has_what_is_inside_and_the_proposed_tare(lab, bottles, balance, as_technician):
    page = as_technician.get("container_weigh_many", containers="B-1 BOX-1")

    assert page.typed[f"tare_g_{bottles[0].pk}"] == "30"
    assert page.typed[f"tare_g_{lab.box.pk}"] == ""
    assert "the tare of BOX-1 + BOT-1 is not recorded" in page.text
    assert 'data-book="40.000000"' in page.html


def test_one_refusal_is_told_at_its_row_and_nothing_is_recorded(lab, bottles, balance, opened):
    containers.amend(
        container=bottles[0], changes={"capacity_g": Decimal(90)}, seen=None, by=lab.technician, reason="Rated"
    )

    sent = weigh(opened, balance, bottles, "40", "29", "40")

    assert (sent.status, Weighing.objects.count()) == (422, 0)
    assert list(sent.faults) == [f"gross_g_{bottles[1].pk}"]
    assert "Gross mass of B-2: 29.000000 g is less than the tare of 30.000000 g" in sent.summary
    assert sent.typed[f"gross_g_{bottles[0].pk}"] == "40"

    assert sent.send(**{f"gross_g_{bottles[1].pk}": "40"}).status == 302


def test_what_cannot_be_read_and_what_is_missing_are_faults_of_their_rows(bottles, balance, opened):
    sent = weigh(opened, balance, bottles, "1,5", "", "40")

    assert set(sent.faults) == {f"gross_g_{bottle.pk}" for bottle in bottles[:2]}
    assert sent.faults[f"gross_g_{bottles[1].pk}"] == "Type what it weighed, or take its tick off."


def test_a_row_without_its_tick_is_left_out(bottles, balance, opened):
    typed = opened.typed | gross(bottles, "40", "", "40") | {"balance": str(balance.pk), "reason": "Stocktaking"}
    del typed[f"row_{bottles[1].pk}"]

    sent = opened.browser.post(opened.url, typed)

    assert sent.message == "2 containers are weighed."
    assert {weighing.container for weighing in Weighing.objects.all()} == {bottles[0], bottles[2]}


def test_without_any_tick_there_is_nothing_to_do(bottles, balance, opened):
    typed = {name: value for name, value in opened.typed.items() if not name.startswith("row_")}

    sent = opened.browser.post(opened.url, typed | {"balance": str(balance.pk), "reason": "Stocktaking"})

    assert (sent.status, "Leave at least one tick on." in sent.summary) == (422, True)


def test_what_is_refused_of_all_alike_is_told_once_where_it_was_typed(bottles, balance, opened):
    sent = weigh(opened, balance, bottles, "40", "40", "40", weighed_at="2024-05-01T10:00")

    assert list(sent.faults) == ["weighed_at"]
    assert "its chain of custody begins then" in sent.faults["weighed_at"]


def test_who_does_not_work_for_their_custodian_is_told_so_once(bottles, balance, lab):
    opened = Browser(lab.receiver).get("container_weigh_many", containers="B-1 B-2 B-3")

    sent = weigh(opened, balance, bottles, "40", "40", "40")

    assert (sent.status, sent.faults, Weighing.objects.count()) == (422, {}, 0)
    assert sent.summary.count("Laboratory") == 1


def test_a_container_voided_meanwhile_is_told_at_its_row(lab, bottles, balance, opened):
    spare = factories.container(lab.technician, "B-4", lab.mission, parent=lab.box)
    page = opened.browser.get("container_weigh_many", containers="B-1 B-4")
    containers.void(container=spare, by=lab.curator, reason="Registered twice")

    sent = weigh(page, balance, [bottles[0], spare], "40", "40")

    assert "B-4 is void" in sent.faults[f"row_{spare.pk}"]


def test_doubts_are_asked_above_and_then_every_one_opens_its_discrepancy(bottles, balance, opened):
    doubted = weigh(opened, balance, bottles, "40", "40.5", "40.25")
    assert (doubted.status, Weighing.objects.count()) == (422, 0)
    asked = " ".join(doubted.with_class("doubts"))
    assert ("0.500000 g more" in asked, "0.250000 g more" in asked) == (True, True)

    sent = doubted.send(acknowledged="on")

    told = sent.message
    assert told.startswith("3 containers are weighed. Not every net mass is that of the samples inside")
    assert "Mass: B-2 , Mass: B-3" in told
    assert [one.difference_g for one in Discrepancy.objects.order_by("pk")] == [Decimal("0.5"), Decimal("0.25")]


def test_nothing_chosen_is_asked_for_and_what_is_not_there_is_told(lab, bottles, as_technician):
    asked = as_technician.get("container_weigh_many")
    found = as_technician.get("container_weigh_many", containers="b-1 NOPE")

    assert (asked.status, "Nothing is chosen yet." in asked.text) == (200, True)
    assert "No container in use has the identifier “NOPE”." in found.text
    assert [name for name in found.typed if name.startswith("row_")] == [f"row_{bottles[0].pk}"]
    assert as_technician.get("container_weigh_many", containers="NOPE").status == 400


def test_more_than_a_hundred_are_refused(lab, as_technician):
    for number in range(MOST_CHOSEN + 1):
        factories.container(lab.technician, f"V-{number}", lab.mission, parent=lab.box)
    names = [f"V-{number}" for number in range(MOST_CHOSEN + 1)]

    refused = as_technician.get("container_weigh_many", containers=" ".join(names))

    assert (refused.status, "These are 101; at most 100 are taken at once." in refused.text) == (400, True)
    assert as_technician.get("container_weigh_many", containers=" ".join(names[1:])).status == 200


def test_sent_twice_it_is_recorded_once(bottles, balance, opened):
    sent = [weigh(opened, balance, bottles, "40", "40", "40") for _ in range(2)]

    assert [page.location for page in sent] == ["/containers/?q=B-"] * 2
    assert Weighing.objects.count() == 3
    assert "The form came twice and was saved once." in sent[1].message


def test_the_address_takes_several_as_the_list_sends_them(bottles, balance, as_technician):
    page = as_technician.open(f"{address('container_weigh_many')}?containers=B-1&containers=B-3")

    assert page.typed["containers"] == "B-1 B-3"
