"""The own password, and a one-time password that has to be replaced first."""

import pytest
from django.urls import reverse

from samples.models import User
from samples.operations import people
from tests import factories
from tests.views.conftest import Browser, address

NEW = "seven moons of gravel"
URL = "/account/password/"


def typed(password=factories.PASSWORD, new=NEW, again=None):
    return {"password": password, "new_password": new, "new_password_again": new if again is None else again}


def send(browser, *values, **named):
    return browser.get("account_password").send(**typed(*values, **named))


@pytest.fixture
def newcomer(lab):
    """A browser where the technician signed in with a one-time password."""
    password = people.one_time_password()
    people.reset_password(user=lab.technician, password=password, by=lab.administrator, reason="Forgot it")
    browser = Browser()
    browser.post(reverse("sign_in"), {"username": "technician", "password": password})
    browser.password = password
    return browser


def test_it_changes_the_password_and_says_so(as_technician, lab):
    page = send(as_technician)

    event = lab.technician.events.latest("pk")
    assert (page.status, page.location) == (302, reverse("overview"))
    assert "You have a new password." in page.message
    assert User.objects.get(pk=lab.technician.pk).check_password(NEW)
    assert (event.verb, event.actor_name, event.reason) == (
        "person.choose_password",
        "Technician",
        "Chosen in the browser",
    )


def test_this_browser_stays_and_every_other_one_is_signed_out(as_technician, lab):
    other = Browser(lab.technician)
    key = as_technician.client.session.session_key

    send(as_technician)

    assert as_technician.get("overview").status == 200
    assert as_technician.client.session.session_key != key
    assert other.get("overview").location.startswith(reverse("sign_in"))


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        (typed(password="wrong"), "password", "This is not your password."),
        (typed(password=""), "password", "This field is required."),
        (typed(again="another one"), "new_password_again", "The two passwords are not the same."),
        (typed(new="short"), "new_password", "This password is too short."),
        (typed(new="technician"), "new_password", "too similar to the user name"),
        (typed(new="31415926535897"), "new_password", "entirely numeric"),
        (typed(new=factories.PASSWORD), "new_password", "This is the password you have."),
        (typed(new="seven\x00moons"), "new_password", "Null characters are not allowed."),
    ],
)
def test_what_is_refused_is_said_beside_the_field_and_no_password_comes_back(
    as_technician, lab, values, field, sentence
):
    page = as_technician.get("account_password").send(**values)

    assert page.status == 422
    assert sentence in page.faults[field]
    assert "Passwords have to be typed again." in page.summary
    assert not any(page.typed[name] for name in values)
    assert User.objects.get(pk=lab.technician.pk).check_password(factories.PASSWORD)


def test_wrong_passwords_count_like_those_at_the_sign_in(as_technician, lab):
    statuses = [send(as_technician, "wrong").status for _time in range(5)]
    page = send(as_technician)

    assert statuses == [422, 422, 422, 422, 429]
    assert page.status == 429
    assert "Wait 15 minutes and try again" in page.faults["password"]
    assert User.objects.get(pk=lab.technician.pk).check_password(factories.PASSWORD)
    answer = Browser().post(reverse("sign_in"), {"username": "technician", "password": factories.PASSWORD})
    assert answer.status == 429


def test_it_is_linked_in_the_menu_of_everybody(lab):
    for user in (lab.researcher, factories.person("roleless")):
        browser = Browser(user)
        page = browser.get("account_password") if not user.roles else browser.get("overview")
        assert page.link("Change password") == URL
        assert send(browser).status == 302


def test_a_one_time_password_opens_nothing_but_the_page_to_replace_it(newcomer, lab):
    for url in ("/", "/containers/", address("container_amend", lab.bottle), "/export/samples.csv", "/admin/"):
        assert newcomer.open(url).location == URL, url
    assert newcomer.post(address("container_amend", lab.bottle), {"tare_g": "3", "reason": "Weighed"}).location == URL

    page = newcomer.get("account_password")

    assert page.status == 200
    assert "is known to somebody else" in page.text


def test_a_one_time_password_is_replaced_by_another_one(newcomer):
    refused = send(newcomer, newcomer.password, newcomer.password)
    done = send(newcomer, newcomer.password)

    assert (refused.status, done.location) == (422, "/")
    assert newcomer.get("container_list").status == 200


def test_who_has_a_one_time_password_can_still_sign_out(newcomer):
    assert newcomer.post(reverse("sign_out"), {}).location == reverse("sign_in")


def test_the_page_is_kept_by_no_browser(as_technician):
    assert "no-store" in as_technician.get("account_password").response.headers["Cache-Control"]
