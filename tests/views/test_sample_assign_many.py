"""The use category of several samples set at once, by curators."""

import pytest

from samples.models import LedgerEntry, Sample
from samples.operations import samples
from tests import factories


@pytest.fixture
def grains(lab):
    return [factories.sample(lab.technician, f"G-{n}", lab.bottle) for n in (1, 2)]


@pytest.fixture
def opened(grains, as_curator):
    return as_curator.get("sample_assign_many", samples="G-1 G-2")


def test_it_is_set_in_one_operation(grains, opened):
    sent = opened.send(use_category="research", reason="Board of 3 May")

    assert {Sample.objects.get(pk=grain.pk).use_category for grain in grains} == {"research"}
    assert len({LedgerEntry.objects.of_record(grain).order_by("-seq")[0].operation_id for grain in grains}) == 1
    assert (sent.location, sent.message) == ("/samples/", "2 samples have the use category now: research.")


def test_one_that_has_it_already_is_told_at_its_row_and_none_is_set(grains, opened, as_curator):
    as_curator.get("sample_assign_many", samples="G-2").send(use_category="research", reason="Board of 2 May")

    sent = opened.send(use_category="research", reason="Board of 3 May")

    assert list(sent.faults) == [f"row_{grains[1].pk}"]
    assert Sample.objects.get(pk=grains[0].pk).use_category != "research"


def test_a_category_is_chosen(opened):
    sent = opened.send(reason="Board of 3 May")

    assert (sent.status, list(sent.faults)) == (422, ["use_category"])


def test_what_another_one_decided_meanwhile_is_not_written_over(lab, grains, opened):
    one = grains[0]
    samples.assign(sample=one, use_category="permanent", by=lab.curator, reason="To be kept")

    sent = opened.send(use_category="public benefit", reason="Exhibition")

    assert list(sent.faults) == [f"row_{one.pk}"]
    assert "G-1 was changed by somebody else since you opened it." in sent.faults[f"row_{one.pk}"]
    assert [Sample.objects.get(pk=grain.pk).use_category for grain in grains] == ["permanent", "unassigned"]

    # Who saw what it is now may decide on that.
    sent.send(use_category="public benefit", reason="Exhibition")
    assert {Sample.objects.get(pk=grain.pk).use_category for grain in grains} == {"public benefit"}
