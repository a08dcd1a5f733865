"""Sign-ins, sign-outs, locks and downloads in the ledger."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samples.models import SYSTEM, LedgerEntry
from samples.operations import Busy, NotAllowed, data, people, sessions
from samples.roles import Right
from tests import factories
from tests.views.conftest import Browser, address


def acts(verb):
    """The acts with this verb: (who, reason, what is told), oldest first."""
    entries = LedgerEntry.objects.filter(verb=verb).order_by("seq")
    return [(entry.actor_name, entry.reason, json.loads(entry.payload)) for entry in entries]


@pytest.fixture
def as_technician(lab):
    return Browser(lab.technician)


@pytest.fixture
def as_researcher(lab):
    return Browser(lab.researcher)


def try_password(username, password, times=1):
    client = Client()
    for _time in range(times):
        response = client.post(reverse("sign_in"), {"username": username, "password": password})
    return response


def test_a_sign_in_is_entered(lab):
    try_password("TECHNICIAN", factories.PASSWORD)

    [told] = acts("session.sign_in")
    assert told == ("Technician", "Signed in with name and password.", {"user_name": "technician"})
    assert LedgerEntry.objects.head().noun == ""


@pytest.mark.parametrize("username", ["technician", "nobody", "tech\x00"])
def test_a_wrong_password_is_not(lab, username):
    before = LedgerEntry.objects.count()

    try_password(username, "wrong")

    assert LedgerEntry.objects.count() == before


def test_a_sign_out_is_entered(lab, as_technician):
    as_technician.post(address("sign_out"), {})

    assert acts("session.sign_out") == [("Technician", "Signed out.", {"user_name": "technician"})]


@pytest.mark.parametrize(
    ("minutes", "each", "reason"),
    [
        (settings.IDLE_MINUTES + 1, settings.IDLE_MINUTES + 1, "nothing was done for a while."),
        (settings.SESSION_HOURS * 60 + 1, 50, "it lasted as long as one may."),
    ],
)
def test_a_visit_that_ended_by_itself_is_entered_once(lab, minutes, each, reason):
    browser = Browser(lab.technician)
    now = timezone.now()
    for after in [*range(each, minutes, each), minutes, minutes + 1]:
        with time_machine.travel(now + timedelta(minutes=after), tick=False):
            browser.get("overview")

    assert acts("session.sign_out") == [
        ("Technician", f"The visit ended by itself: {reason}", {"user_name": "technician"})
    ]


def test_a_lock_is_entered_once_while_it_lasts(lab):
    try_password("Technician", "wrong", times=9)
    first = acts("session.lock_out")
    with time_machine.travel(timezone.now() + settings.AXES_COOLOFF_TIME + timedelta(minutes=1), tick=False):
        try_password("technician", "wrong", times=9)

    told = {"user_name": "technician", "address": "127.0.0.1"}
    assert first == [("system", "Too many wrong passwords in a row.", told)]
    assert acts("session.lock_out") == first * 2


def test_a_lock_of_a_name_that_nobody_has_is_not(lab):
    assert try_password("nobody", "wrong", times=9).status_code == 429
    assert acts("session.lock_out") == []


def test_who_goes_on_trying_takes_no_lock(lab, monkeypatch):
    try_password("technician", "wrong", times=5)

    def fail(**arguments):
        raise AssertionError("the writers' lock was taken")

    monkeypatch.setattr(sessions, "lock_out", fail)

    assert try_password("technician", "wrong", times=3).status_code == 429


def test_one_lock_is_entered_by_one_of_two_that_saw_it_at_once(lab):
    told = {"username": "technician", "address": "10.0.0.1", "by": SYSTEM, "reason": "Too many wrong passwords."}

    assert [sessions.lock_out(**told), sessions.lock_out(**told)] == [True, False]
    assert sessions.lock_out(**told | {"address": "10.0.0.2"})
    assert len(acts("session.lock_out")) == 2


def busy(**arguments):
    raise Busy("Nothing was saved: a large import is being written. Send this once more in a minute.")


def test_nobody_is_signed_in_while_the_ledger_cannot_be_written(lab, monkeypatch):
    monkeypatch.setattr(sessions, "sign_in", busy)
    client = Client()

    response = client.post(reverse("sign_in"), {"username": "technician", "password": factories.PASSWORD})

    assert response.status_code == 503
    assert "a large import is being written" in response.content.decode()
    assert client.get(reverse("overview")).status_code == 302


def test_everybody_can_sign_out_even_then(lab, as_technician, monkeypatch, caplog):
    monkeypatch.setattr(sessions, "sign_out", busy)

    as_technician.post(address("sign_out"), {})

    assert as_technician.get("overview").status == 302
    assert "The sign-out of technician was not entered in the ledger." in caplog.text


def test_a_lock_that_could_not_be_entered_is_by_the_next_try(lab, monkeypatch, caplog):
    with monkeypatch.context() as patched:
        patched.setattr(sessions, "lock_out", busy)
        assert try_password("technician", "wrong", times=5).status_code == 429

    try_password("technician", "wrong")

    assert "The lock of the user name technician was not entered in the ledger." in caplog.text
    assert len(acts("session.lock_out")) == 1


def test_a_download_is_entered_with_its_filters(lab, as_technician):
    as_technician.get("export_samples", origin="scoop", q="CE6", sort="-mass", mission="")

    told = {"file": "samples.csv", "format": "csv", "token": ""}
    told["filters"] = {"origin": "scoop", "q": "CE6", "sort": "-mass"}
    assert acts("data.export") == [("Technician", "Downloaded in the browser.", told)]


def test_a_download_by_a_script_is_entered_with_the_name_of_its_token(lab):
    _token, secret = factories.token(lab.researcher, "Nightly")

    response = Client().get(address("export_missions"), headers={"Authorization": f"Bearer {secret}"})

    told = {"file": "missions.csv", "filters": {}, "format": "csv", "token": "Nightly"}
    assert response.status_code == 200
    assert acts("data.export") == [("Researcher", "Fetched by a script.", told)]


def test_what_downloads_nothing_is_not_entered(lab, as_technician, as_researcher):
    as_technician.client.head(address("export_samples"))
    refused = as_technician.get("export_samples", colour="grey")
    forbidden = as_researcher.get("export_locations")

    assert (refused.status, forbidden.status) == (400, 403)
    assert acts("data.export") == []


def test_nothing_is_downloaded_while_the_ledger_cannot_be_written(lab, as_technician, monkeypatch):
    monkeypatch.setattr(data, "export", busy)

    page = as_technician.get("export_samples")

    assert page.status == 503
    assert "a large import is being written" in page.html


def test_the_server_enters_locks_and_nothing_else(lab):
    for act, arguments in (
        (sessions.sign_in, {}),
        (sessions.sign_out, {}),
        (data.export, {"file": "x", "filters": {}, "format": "csv", "token": ""}),
    ):
        with pytest.raises(NotAllowed):
            act(**arguments, by=SYSTEM, reason="By the server")
    assert sessions.lock_out.right == Right.ADMINISTER


def test_a_change_of_an_account_is_an_entry_about_its_person(lab):
    people.reset_password(
        user=lab.colleague, password=people.one_time_password(), by=lab.administrator, reason="Forgotten"
    )

    entry = LedgerEntry.objects.head()
    assert (entry.noun, entry.record_id, entry.verb) == ("user", lab.colleague.pk, "person.reset_password")
    assert "one-time password" in json.loads(entry.payload)["state"]
