"""Several samples moved at once into one container."""

import pytest

from samples.models import Sample
from tests import factories


@pytest.fixture
def grains(lab):
    return [factories.sample(lab.technician, f"G-{n}", lab.bottle) for n in (1, 2)]


@pytest.fixture
def vial(lab):
    return factories.container(lab.technician, "V-1", lab.mission, parent=lab.box)


@pytest.fixture
def opened(grains, vial, as_technician):
    return as_technician.get("sample_move_many", samples="G-1 G-2", back="q=G-")


def test_they_are_moved(grains, vial, opened):
    sent = opened.send(container="v-1", reason="Sorted")

    assert [Sample.objects.get(pk=grain.pk).container for grain in grains] == [vial] * 2
    assert (sent.location, sent.message) == ("/samples/?q=G-", "2 samples are moved.")


def test_one_that_is_there_already_is_told_at_its_row_and_none_is_moved(lab, grains, vial, opened, as_technician):
    there = factories.sample(lab.technician, "G-3", vial)
    page = as_technician.get("sample_move_many", samples="G-1 G-3")

    sent = page.send(container="V-1", reason="Sorted")

    assert sent.faults == {f"row_{there.pk}": "G-3 is in V-1 already."}
    assert Sample.objects.get(pk=grains[0].pk).container == lab.bottle


def test_what_is_refused_of_all_alike_is_told_once(lab, grains, opened):
    closed = factories.container(lab.technician, "C-1", lab.mission, custodian=lab.home, location=lab.room)
    factories.seal(lab.technician, closed, "S-1")

    sent = opened.send(container="C-1", reason="Sorted")

    assert (sent.status, sent.faults) == (422, {})
    assert sent.summary.count("C-1 is closed with seal S-1.") == 1


def test_the_rows_show_where_each_is(grains, opened):
    [table] = opened.with_class("table")

    assert "G-1 Bulk regolith BOT-1 Room 1 1.000000 g Not yet assigned Pristine" in table
