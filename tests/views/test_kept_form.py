"""A form that comes when nobody is signed in any more is shown again after the sign-in, as it was typed, not sent."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from samples.models import Container
from samples.operations import containers
from samples.views import kept
from tests import factories
from tests.views.conftest import Browser, Page, address

OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
ELSEWHERE = [{}, {"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_SEC_FETCH_SITE": "same-site"}]
ELSEWHERE += [{"HTTP_ORIGIN": "https://example.org"}, {"HTTP_ORIGIN": "null"}]
ELSEWHERE += [{"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "cross-site"}]


def signed_out(browser):
    browser.client.cookies.pop(settings.SESSION_COOKIE_NAME)


def hidden(page):
    """The hidden fields of the sign-in page."""
    return {
        node.get("name"): node.get("value")
        for node in page.tree.iter("input")
        if node.get("type") == "hidden" and node.get("name") in ("next", "kept")
    }


def sign_in(browser, page, username="technician", password=factories.PASSWORD, **changed):
    return browser.post(reverse("sign_in"), hidden(page) | {"username": username, "password": password} | changed)


@pytest.fixture
def typed(lab, as_technician):
    """A filled in form, sent after the sign-in had ended: (what stood in it, the answer)."""
    opened = as_technician.get("container_amend", lab.bottle)
    signed_out(as_technician)
    answer = opened.send(tare_g="35.5", description="One\r\nTwo <b>", reason="Weighed again")
    values = {"tare_g": "35.5", "description": "One\r\nTwo <b>", "reason": "Weighed again"}
    return opened.typed | values, answer


def test_the_answer_is_the_sign_in_page_and_says_that_nothing_is_lost(typed):
    page = typed[1]

    assert page.status == 403
    assert "nobody was signed in when the form was sent. After you sign in, it is shown again" in page.text
    assert "no-store" in page.response.headers["Cache-Control"]


def test_the_form_is_back_after_the_sign_in_and_is_not_sent(lab, as_technician, typed):
    answer = sign_in(as_technician, typed[1])
    page = as_technician.open(answer.location)

    assert answer.location == address("container_amend", lab.bottle)
    assert page.status == 200
    assert "Nothing was saved: your sign-in had ended when you sent this form." in page.text
    assert {name: value for name, value in page.typed.items() if name != "csrfmiddlewaretoken"} == {
        name: value for name, value in typed[0].items() if name != "csrfmiddlewaretoken"
    }
    assert Container.objects.get(pk=lab.bottle.pk).revision == lab.bottle.revision

    done = page.send()

    assert (done.status, Container.objects.get(pk=lab.bottle.pk).description) == (302, "One\nTwo <b>")


def test_a_wrong_password_in_between_loses_nothing(lab, as_technician, typed):
    wrong = sign_in(as_technician, typed[1], password="wrong")
    page = as_technician.open(sign_in(as_technician, wrong).location)

    assert page.typed["reason"] == "Weighed again"


def test_it_is_shown_again_once(as_technician, typed):
    location = sign_in(as_technician, typed[1]).location
    as_technician.open(location)

    assert as_technician.open(location).typed["reason"] == ""


def test_another_page_in_between_takes_nothing_of_it(lab, as_technician, typed):
    location = sign_in(as_technician, typed[1]).location
    other = as_technician.get("container_amend", lab.box)

    assert other.typed["reason"] == ""
    assert as_technician.open(location).typed["reason"] == "Weighed again"


def test_the_check_for_changes_meanwhile_is_that_of_the_form_as_it_was_opened(lab, as_technician, typed):
    changes = {"capacity_g": 120}
    containers.amend(container=lab.bottle, changes=changes, seen=None, by=lab.colleague, reason="Rated")
    page = as_technician.open(sign_in(as_technician, typed[1]).location)

    assert page.send().status == 409


def test_a_form_with_faults_shows_them_too(lab, as_technician):
    opened = as_technician.get("container_amend", lab.bottle)
    signed_out(as_technician)
    answer = opened.send(tare_g="thirty", reason="Weighed again")

    page = as_technician.open(sign_in(as_technician, answer).location)

    assert page.status == 200
    assert page.typed["tare_g"] == "thirty"
    assert "tare_g" in page.faults


def test_what_is_typed_into_an_address_with_a_question_comes_back_there(lab, as_technician):
    url = f"{address('handoff_release')}?container=BOX-1"
    opened = as_technician.open(url)
    signed_out(as_technician)
    answer = opened.send(purpose="Spectroscopy")

    page = as_technician.open(sign_in(as_technician, answer).location)

    assert page.url == url
    assert (page.typed["purpose"], page.typed["containers"]) == ("Spectroscopy", "BOX-1")


def test_somebody_else_who_signs_in_is_told_of_it_and_shown_nothing(lab, as_technician, typed):
    answer = sign_in(as_technician, typed[1], username="curator")

    assert answer.location == reverse("overview")
    assert "A form of somebody else, sent from this browser" in answer.message
    page = as_technician.get("container_amend", lab.bottle)
    assert page.typed["reason"] == ""
    assert "Weighed again" not in page.html


def test_it_waits_no_longer_than_a_sign_in_lasts(lab, as_technician):
    with time_machine.travel(datetime(2027, 1, 4, 8, tzinfo=UTC), tick=False) as clock:
        opened = Browser(lab.technician).get("container_amend", lab.bottle)
        signed_out(opened.browser)
        sent = opened.send(reason="Weighed again")
        clock.shift(timedelta(hours=settings.SESSION_HOURS, seconds=1))

        answer = sign_in(opened.browser, sent)

        assert kept.KEPT not in opened.browser.client.session
        assert "The form that waited here was not saved, and waited too long to be shown." in answer.message


def test_whoever_was_away_too_long_has_it_back(lab):
    with time_machine.travel(datetime(2027, 1, 4, 8, tzinfo=UTC), tick=False) as clock:
        opened = Browser(lab.technician).get("container_amend", lab.bottle)
        clock.shift(timedelta(minutes=settings.IDLE_MINUTES, seconds=1))

        answer = sign_in(opened.browser, opened.send(reason="Weighed again"))

        assert opened.browser.open(answer.location).typed["reason"] == "Weighed again"


def test_of_a_form_with_a_file_all_is_back_but_the_file(lab, as_curator):
    opened = as_curator.get("import_upload")
    signed_out(as_curator)
    sent = opened.send(file=SimpleUploadedFile("stock.csv", factories.stock()), reason="Opening stock")

    page = as_curator.open(sign_in(as_curator, sent, username="curator").location)

    assert page.typed["reason"] == "Opening stock"
    assert "but for passwords and files: choose the files again. Look at it and send it once more." in page.text
    assert "What you typed is still here; files have to be chosen again." in page.summary


def test_passwords_and_tokens_are_never_kept(lab):
    url = address("account_password")
    secret = {
        "password": "s3cret",
        "new_password": "s3cret",
        "New_Password_again": "s3cret",
        "csrfmiddlewaretoken": "t",
    }

    secret["sender"] = str(lab.technician.pk)

    page = Browser().post(url, secret | {"note": "kept"})

    form = kept.unsealed(hidden(page)["kept"])
    assert form == {"path": url, "fields": "note=kept", "sender": secret["sender"], "has_files": False}
    assert Browser().post(url, secret).location.startswith(reverse("sign_in"))


@pytest.mark.parametrize(
    "changed", [{"description": "x" * kept.LONGEST}, {"sender": "7" * kept.LONGEST}, {"sender": ""}]
)
def test_what_is_longer_than_any_form_or_came_from_none_is_not_kept(lab, changed):
    browser = Browser()
    changed = {"sender": "7", "reason": "x"} | changed

    page = browser.post(address("container_register"), changed)

    assert page.location == f"{reverse('sign_in')}?next={address('container_register')}"
    assert "Nothing was saved: nobody was signed in when it was sent." in browser.open(page.location).text


@pytest.mark.parametrize(
    "forged",
    ["", "x", "a:b:c", "\x00", "é" * 1000, signing.dumps({"path": "https://example.org/", "fields": ""}, salt="other")],
)
def test_what_nobody_here_has_sealed_is_not_taken(lab, forged):
    browser = Browser()
    values = {"username": "technician", "password": factories.PASSWORD, "kept": forged, "next": "//example.org/"}

    answer = browser.post(reverse("sign_in"), values)

    assert (answer.status, answer.location) == (302, reverse("overview"))
    assert kept.KEPT not in browser.client.session


@pytest.mark.parametrize("path", ["//example.org/", "/\\example.org/", "//example.org/containers/register/"])
def test_no_address_leads_out_of_labinv(lab, path):
    answer = Client().post("/", {"reason": "x"}, PATH_INFO=path)

    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["overview", "container_list", "export_samples", "sign_out", "theme"])
def test_what_has_no_form_is_not_kept(lab, name):
    answer = Client().post(address(name), {"reason": "x"}, headers={"Accept": "text/html"})

    assert answer.headers["Location"] == f"{reverse('sign_in')}?next={address(name)}"


class Strict(Browser):
    """A browser whose forms need their tokens, as real ones do."""

    def __init__(self, user):
        super().__init__(user)
        self.client.handler.enforce_csrf_checks = True

    def post(self, url, values, **headers):
        return Page(self, url, self.client.post(url, values, **headers))


@pytest.fixture
def in_two_tabs(lab):
    """A form that was opened before its sender signed in anew in another tab: (browser, the form)."""
    browser = Strict(lab.technician)
    opened = browser.get("container_amend", lab.bottle)
    browser.post(reverse("sign_out"), {"csrfmiddlewaretoken": opened.typed["csrfmiddlewaretoken"]})
    page = browser.get("sign_in")
    token = page.response.context["csrf_token"]
    credentials = {"username": "technician", "password": factories.PASSWORD}
    assert browser.post(reverse("sign_in"), credentials | {"csrfmiddlewaretoken": str(token)}).status == 302
    return browser, opened


@pytest.mark.parametrize("proof", [OURS, {"HTTP_ORIGIN": "http://testserver"}])
def test_after_a_sign_in_in_another_tab_the_form_is_shown_again(lab, in_two_tabs, proof):
    browser, opened = in_two_tabs

    answer = browser.post(opened.url, opened.typed | {"reason": "Weighed again", "tare_g": "35.5"}, **proof)
    page = browser.open(answer.location)

    assert (answer.status, answer.location) == (302, opened.url)
    assert (page.typed["reason"], page.typed["tare_g"]) == ("Weighed again", "35.5")
    assert Container.objects.get(pk=lab.bottle.pk).revision == lab.bottle.revision
    assert page.send().status == 302


def test_after_somebody_else_signed_in_in_another_tab_it_is_not_shown_to_them(lab, in_two_tabs):
    browser, opened = in_two_tabs
    sent = opened.typed | {"reason": "Weighed again", "sender": str(lab.colleague.pk)}

    answer = browser.post(opened.url, sent, **OURS)

    assert answer.location == reverse("overview")
    assert kept.KEPT not in browser.client.session


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_form_from_another_site_is_refused_and_not_kept(lab, in_two_tabs, headers):
    browser, opened = in_two_tabs

    answer = browser.post(opened.url, opened.typed | {"reason": "Weighed again"}, **headers)

    assert answer.status == 403
    assert "This form is no longer valid" in answer.text
    assert kept.KEPT not in browser.client.session


def test_without_any_cookie_the_form_is_kept_too(lab):
    browser = Strict(lab.technician)
    opened = browser.get("container_amend", lab.bottle)
    browser.client.cookies.clear()

    answer = browser.post(opened.url, opened.typed | {"reason": "Weighed again"}, **OURS)

    assert answer.status == 403
    token = {"csrfmiddlewaretoken": str(answer.response.context["csrf_token"])}
    page = browser.open(sign_in(browser, answer, **token).location)
    assert page.typed["reason"] == "Weighed again"


def test_a_sign_in_page_that_was_left_open_goes_on_where_somebody_signed_in_meanwhile(lab, in_two_tabs):
    browser, opened = in_two_tabs
    form = {"path": opened.url, "fields": "reason=Weighed+again", "sender": opened.typed["sender"], "has_files": False}
    form = kept.sealed(form)

    answer = browser.post(reverse("sign_in"), {"username": "TECHNICIAN", "password": "y", "kept": form}, **OURS)

    assert answer.location == opened.url
    assert browser.open(answer.location).typed["reason"] == "Weighed again"


def test_nobody_goes_on_under_the_name_of_somebody_else(in_two_tabs):
    browser, opened = in_two_tabs
    form = kept.sealed({"path": opened.url, "fields": "reason=Weighed+again"})

    answer = browser.post(reverse("sign_in"), {"username": "curator", "password": "y", "kept": form}, **OURS)

    assert answer.status == 403
    assert kept.KEPT not in browser.client.session


def test_a_sign_in_page_without_its_token_is_shown_again_with_what_it_kept(lab):
    browser = Strict(lab.technician)
    browser.client.cookies.clear()
    form = kept.sealed({"path": "/containers/register/", "fields": "reason=x"})

    answer = browser.post(reverse("sign_in"), {"username": "curator", "password": "y", "kept": form}, **OURS)

    assert answer.status == 403
    assert hidden(answer)["kept"] == form
    assert 'value="curator"' in answer.html
