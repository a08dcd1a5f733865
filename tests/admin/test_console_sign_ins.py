"""The administrator's reset of a password, and the attempts to sign in."""

import re

import pytest
from axes.models import AccessFailureLog, AccessLog
from django.test import Client
from django.urls import reverse

from samples.models import User
from tests import factories
from tests.admin import consoles


@pytest.fixture
def reset_page(administrator, lab):
    return consoles.url("user", "reset_password", lab.technician.pk)


def made(response):
    return re.search(r"<output[^>]*>([^<]*)</output>", response.text)[1]


def test_a_reset_shows_a_password_once_that_signs_in_once(administrator, lab, reset_page):
    response = administrator.post(reset_page, {"reason": "Forgot it on holiday"})

    password = made(response)
    event = lab.technician.events.latest("pk")
    client = Client()
    answer = client.post(reverse("sign_in"), {"username": "technician", "password": password})
    assert (response.status_code, answer.status_code) == (200, 302)
    assert client.get("/").url == reverse("account_password")
    assert (event.verb, event.actor_name, event.reason) == (
        "person.reset_password",
        "Administrator",
        "Forgot it on holiday",
    )
    assert "no-store" in response.headers["Cache-Control"]
    for page in (reset_page, consoles.url("user", "change", lab.technician.pk), consoles.url("user", "changelist")):
        assert password not in administrator.get(page).text
    assert password not in str(list(administrator.session.items()))


def test_a_reset_ends_every_session_of_the_person(administrator, lab, reset_page):
    client = Client()
    client.force_login(lab.technician)

    administrator.post(reset_page, {"reason": "Stolen tablet"})

    assert client.get("/").url.startswith(reverse("sign_in"))


@pytest.mark.parametrize("reason", ["", "  ", "\u200b", "a\x07b", "\x00", "x" * 4001])
def test_a_reset_without_a_good_reason_changes_nothing_and_keeps_it(administrator, lab, reset_page, reason):
    response = administrator.post(reset_page, {"reason": reason})

    assert response.status_code == 422
    assert "errorlist" in response.text
    assert User.objects.get(pk=lab.technician.pk).check_password(factories.PASSWORD)
    assert lab.technician.events.count() == 1


def test_looking_at_the_page_changes_nothing(administrator, lab, reset_page):
    response = administrator.get(reset_page)

    assert response.status_code == 200
    assert User.objects.get(pk=lab.technician.pk).check_password(factories.PASSWORD)


def test_the_page_is_linked_from_the_person(administrator, lab, reset_page):
    assert f'href="{reset_page}"' in administrator.get(consoles.url("user", "change", lab.technician.pk)).text
    assert "reset-password" not in administrator.get(consoles.url("mission", "change", lab.mission.pk)).text


@pytest.mark.parametrize("key", ["999999", "x", "9" * 30])
def test_nobody_there_is_nobody_to_reset(administrator, key):
    response = administrator.post(consoles.url("user", "reset_password", key), {"reason": "Forgot it"})

    assert (response.status_code, response.url) == (302, "/admin/")


@pytest.mark.parametrize("role", ["curator", "technician", "auditor", "researcher"])
def test_nobody_else_resets_a_password(client, lab, role):
    client.force_login(getattr(lab, role))
    page = consoles.url("user", "reset_password", lab.administrator.pk)

    assert (client.get(page).status_code, client.post(page, {"reason": "Mine"}).status_code) == (403, 403)
    assert not User.objects.get(pk=lab.administrator.pk).has_one_time_password


def test_the_lists_tell_who_signed_in_who_did_not_and_from_where(administrator, lab):
    for name, attempts in (("accesslog", AccessLog), ("accessfailurelog", AccessFailureLog)):
        text = administrator.get(consoles.url(name, "changelist"), {"q": "person-a"}).text

        assert attempts.objects.filter(username__iexact="person-a").count() == 1
        assert "127.0.0.1" in text
        assert "erson-a" in text.partition("result_list")[2]


def test_the_moment_of_the_sign_out_is_told(administrator, lab):
    client = Client()
    client.post(reverse("sign_in"), {"username": "curator", "password": factories.PASSWORD})
    client.post(reverse("sign_out"))

    assert AccessLog.objects.get(username="curator", path_info=reverse("sign_in")).logout_time is not None


def test_no_digest_of_a_session_is_shown(administrator):
    record = AccessLog.objects.exclude(session_hash="").latest("pk")

    text = administrator.get(consoles.url("accesslog", "change", record.pk)).text

    assert record.session_hash not in text
    assert record.username in text
