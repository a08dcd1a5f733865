"""Wrong passwords: counted by user name and address together, so that nobody is locked out everywhere."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from samples.operations import people
from samples.views.throttle import client_address
from tests import factories
from tests.views.conftest import Browser, Page

LIMIT = 5
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def sign_in(username="technician", password=factories.PASSWORD, address=HOME, **headers):
    browser, url = Browser(), reverse("sign_in")
    typed = {"username": username, "password": password}
    return Page(browser, url, browser.client.post(url, typed, REMOTE_ADDR=address, **headers))


def fail(times, username="technician", **options):
    return [sign_in(username, "wrong", **options).status for _time in range(times)]


def test_the_fifth_wrong_password_locks_the_name_at_this_address(lab):
    assert fail(LIMIT + 1) == [200, 200, 200, 200, 429, 429]

    page = sign_in()

    assert page.status == 429
    assert "_auth_user_id" not in page.browser.client.session


def test_the_refusal_keeps_the_name_and_says_how_long_to_wait_and_whom_to_ask(lab):
    fail(LIMIT)

    page = sign_in("Technician")

    [sentence] = page.with_class("error")
    assert "Wait 15 minutes and try again, or ask an administrator of the laboratory" in sentence
    assert 'value="Technician"' in page.html
    assert factories.PASSWORD not in page.html
    assert page.response.headers["Retry-After"] == "900"


def test_the_wait_is_told_as_it_gets_shorter_and_then_is_over(lab):
    fail(LIMIT)

    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=30)):
        assert "Wait 5 minutes" in sign_in().text
    with time_machine.travel(timezone.now() + timedelta(minutes=14, seconds=30)):
        assert "Wait 1 minute and" in sign_in().text
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=5)):
        assert sign_in().status == 302


def test_whoever_tries_on_does_not_wait_longer_for_it(lab):
    fail(LIMIT)
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        fail(3)
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=5)):
        assert sign_in().status == 302


def test_the_victim_signs_in_from_another_address(lab):
    fail(LIMIT)

    assert sign_in(address=ELSEWHERE).status == 302


def test_another_person_signs_in_from_the_same_address(lab):
    fail(LIMIT)

    assert sign_in("curator").status == 302


def test_the_name_counts_in_any_case(lab):
    for name in ("technician", "TECHNICIAN", "Technician", " technician ", "tEchnician"):
        fail(1, name)

    assert sign_in().status == 429


def test_another_browser_at_the_address_changes_nothing(lab):
    for number in range(LIMIT):
        fail(1, HTTP_USER_AGENT=f"robot {number}")

    assert sign_in().status == 429


def test_the_right_password_ends_the_count(lab):
    fail(LIMIT - 1)
    sign_in()

    assert fail(LIMIT - 1) == [200] * (LIMIT - 1)


def test_nothing_tells_a_name_that_is_none_from_one_that_is(lab):
    factories.deactivate(lab.administrator, lab.colleague)
    left = sign_in("colleague"), *[sign_in("colleague", "wrong") for _time in range(LIMIT)]
    none = sign_in("nobody"), *[sign_in("nobody", "wrong") for _time in range(LIMIT)]

    assert [page.status for page in left] == [page.status for page in none] == [200, 200, 200, 200, 429, 429]
    assert [page.with_class("error") for page in left] == [page.with_class("error") for page in none]


@pytest.mark.parametrize("name", ["", "tech\x00", "t" * 61, "t" * 100_000])
def test_a_name_that_can_be_none_is_refused_by_the_form_and_counted_nowhere(lab, name):
    assert fail(LIMIT + 1, name) == [200] * (LIMIT + 1)
    assert not AccessAttempt.objects.exists()


def test_no_password_is_kept_beside_the_count(lab):
    browser = Browser(lab.technician)
    typed = {"password": "the old secret", "new_password": "the new secret", "new_password_again": "the new secret"}
    browser.post(reverse("account_password"), typed)
    sign_in(password="the old secret", HTTP_USER_AGENT="x" * 2000)

    attempts = list(AccessAttempt.objects.values_list())
    assert len(attempts) == 2
    assert "secret" not in str(attempts + list(AccessFailureLog.objects.values_list()))


def test_a_reset_password_can_be_tried_at_once(lab):
    fail(LIMIT)
    password = people.one_time_password()
    people.reset_password(user=lab.technician, password=password, by=lab.administrator, reason="Forgot it")

    assert sign_in(password=password).status == 302


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", HOME),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "10.9.9.9, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", HOME),
        (1, None, HOME),
        (1, "", HOME),
        (1, "unknown", HOME),
        (1, "203.0.113.999", HOME),
        (1, "203.0.113.9:443", HOME),
        (1, "\x00", HOME),
        (1, "9" * 100_000, HOME),
        (1, "," * 100_000, HOME),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "fe80::1%eth0", "fe80::"),
    ],
)
def test_an_address_is_believed_from_our_own_proxies_only(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}

    assert client_address(RequestFactory().get("/", REMOTE_ADDR=HOME, **headers)) == address


@pytest.mark.parametrize("remote", ["", "/run/gunicorn.sock", "localhost"])
def test_a_request_without_an_address_is_counted_by_its_name(lab, remote):
    assert fail(LIMIT, address=remote)[-1] == 429
    assert sign_in(address=ELSEWHERE).status == 302


def test_behind_a_proxy_the_attacker_is_told_from_the_victim(lab, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(LIMIT):
        # Whatever the attacker writes in front, the proxy adds where it was asked from.
        fail(1, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 203.0.113.9")

    assert sign_in(HTTP_X_FORWARDED_FOR="203.0.113.9").status == 429
    assert sign_in(HTTP_X_FORWARDED_FOR="203.0.113.10").status == 302
