"""How long a sign-in lasts: so long after the last request, and so long in any case."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.views.conftest import Browser

MORNING = datetime(2027, 1, 4, 8, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def visitor(lab, clock):
    browser = Browser()
    browser.post(reverse("sign_in"), {"username": "technician", "password": factories.PASSWORD})
    return browser


def open_after(browser, clock, **time):
    clock.shift(timedelta(**time))
    return browser.get("container_list")


def test_who_does_nothing_for_an_hour_is_signed_out_and_told_why(visitor, clock):
    assert open_after(visitor, clock, minutes=60).status == 200

    page = open_after(visitor, clock, minutes=60, seconds=1)

    assert page.location == f"{reverse('sign_in')}?next=/containers/"
    told = " ".join(visitor.open(page.location).with_class("message"))
    assert "You were signed out because nothing was done here for 60 minutes." in told
    assert visitor.get("container_list").status == 302


def test_who_works_on_stays_until_the_working_day_is_over(visitor, clock):
    assert [open_after(visitor, clock, minutes=45).status for _time in range(16)] == [200] * 16

    page = open_after(visitor, clock, seconds=1)

    assert page.status == 302
    assert "You were signed out because a sign-in lasts 12 hours." in visitor.open(page.location).text


def test_a_visit_that_is_over_is_in_the_way_of_no_sign_in(visitor, clock):
    clock.shift(timedelta(hours=2))

    visitor.post(reverse("sign_in"), {"username": "curator", "password": factories.PASSWORD})

    assert visitor.get("overview").with_class("user-name") == ["Curator"]


def test_a_new_sign_in_begins_a_new_day(visitor, clock):
    for _time in range(17):
        open_after(visitor, clock, minutes=45)
    visitor.post(reverse("sign_in"), {"username": "technician", "password": factories.PASSWORD})

    assert [open_after(visitor, clock, minutes=45).status for _time in range(16)] == [200] * 16


def test_the_session_itself_is_thrown_away(visitor, clock):
    key = visitor.client.session.session_key
    open_after(visitor, clock, hours=2)

    assert not Session.objects.filter(session_key=key).exists()


def test_the_limits_are_those_of_the_settings(visitor, clock, settings):
    settings.IDLE_MINUTES = 1

    page = open_after(visitor, clock, seconds=61)

    assert "nothing was done here for 1 minute." in visitor.open(page.location).text


def test_the_moment_is_written_once_a_minute_only(visitor, clock):
    def writes(**time):
        clock.shift(timedelta(**time))
        with CaptureQueriesContext(connection) as captured:
            visitor.get("container_list")
        return [query["sql"] for query in captured if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]

    assert [len(writes(seconds=59)), len(writes(seconds=1)), len(writes(seconds=59))] == [0, 1, 0]


def test_the_console_ends_with_the_visit_too(lab, clock):
    browser = Browser(lab.administrator)
    assert browser.open("/admin/").status == 200

    clock.shift(timedelta(hours=2))

    page = browser.open(browser.open("/admin/").location)
    assert page.location == f"{reverse('sign_in')}?next=/admin/"
    assert "nothing was done here for 60 minutes" in browser.open(page.location).text
