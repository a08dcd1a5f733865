"""The history of one record, page by page."""

import pytest

from samples import history
from samples.models import Container
from samples.operations import containers
from tests.views.conftest import address


@pytest.fixture
def long_story(lab, monkeypatch):
    """Registered, amended seven times; a page holds three changes."""
    monkeypatch.setattr(history.history_of, "__defaults__", (None, 3))
    for number in range(7):
        changes = {"description": f"Look {number}"}
        containers.amend(container=lab.bottle, changes=changes, seen=None, by=lab.technician, reason=f"No. {number}")
    return Container.objects.get(pk=lab.bottle.pk)


def test_every_change_is_told_once_from_the_newest_to_the_registration(long_story, as_auditor):
    told, url = [], address("container_history", long_story)
    while url:
        page = as_auditor.open(url)
        told += page.with_class("history-reason")
        older = page.link("Older changes")
        url = older and address("container_history", long_story) + older

    assert told == [*[f"“No. {number}”" for number in reversed(range(7))], "“Delivered empty”"]


def test_the_oldest_change_of_a_page_says_what_was_before(long_story, as_auditor):
    page = as_auditor.get("container_history", long_story)

    assert "Description was Look 3 → now Look 4" in page.with_class("history-entry")[-1]


def test_a_short_history_has_one_page(lab, as_auditor):
    assert as_auditor.get("container_history", lab.box).link("Older changes") is None


@pytest.mark.parametrize("before", ["", "x", "-1", "²", "\x00", "9" * 100, "x" * 100_000])
def test_a_place_that_is_none_is_the_first_page(long_story, as_auditor, before):
    page = as_auditor.get("container_history", long_story, before=before)

    assert page.status == 200
    assert page.with_class("history-reason")[0] == "“No. 6”"


def test_before_the_beginning_there_is_nothing(long_story, as_auditor):
    page = as_auditor.get("container_history", long_story, before="1")

    assert page.status == 200
    assert "No change is recorded." in page.text
