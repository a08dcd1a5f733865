"""Sign in, sign out, theme."""

import pytest
from django.urls import reverse

from samples.models import User
from tests import factories
from tests.views.conftest import Browser


def sign_in(username="technician", password=factories.PASSWORD, **values):
    return Browser().post(reverse("sign_in"), {"username": username, "password": password} | values)


def test_sign_in_leads_to_the_overview(lab):
    page = sign_in()

    assert (page.status, page.location) == (302, reverse("overview"))
    assert page.browser.open(page.location).with_class("user-name") == ["Technician"]


def test_sign_in_takes_the_user_name_in_any_case(lab):
    assert sign_in("TECHNICIAN").location == reverse("overview")


def test_sign_in_goes_on_to_the_page_that_was_asked_for(lab):
    wanted = reverse("container_detail", args=[lab.box.pk])

    assert sign_in(next=wanted).location == wanted


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org"]
)
def test_sign_in_never_leads_out_of_labinv(lab, elsewhere):
    assert sign_in(next=elsewhere).location == reverse("overview")


@pytest.mark.parametrize(
    ("username", "password"),
    [("technician", "wrong"), ("nobody", factories.PASSWORD), ("tech\x00", "x"), ("t" * 100_000, "x"), ("", "")],
)
def test_sign_in_refuses_what_is_wrong(lab, username, password):
    page = sign_in(username, password)

    assert page.status == 200
    assert "_auth_user_id" not in page.browser.client.session


def test_sign_in_says_the_same_of_a_wrong_password_and_a_wrong_name(lab):
    wrong_password, wrong_name = sign_in(password="wrong"), sign_in("technicien")

    assert wrong_password.with_class("message") == wrong_name.with_class("message") != []


def test_sign_in_refuses_somebody_who_has_left(lab):
    factories.deactivate(lab.administrator, User.objects.get(username="technician"))

    assert sign_in().status == 200


def test_sign_in_is_not_asked_twice(as_technician):
    assert as_technician.get("sign_in").location == reverse("overview")


@pytest.mark.parametrize("back", ["/sign-in/", "/sign-in/?next=/sign-in/", "/sign-in/?next=%2Fsign-in%2F"])
def test_sign_in_does_not_lead_to_itself(as_technician, back):
    assert sign_in(next=back).location == reverse("overview")
    assert as_technician.get("sign_in", next=back).location == reverse("overview")


def test_sign_in_keeps_no_copy_in_the_browser(lab):
    assert "no-store" in Browser().get("sign_in").response.headers["Cache-Control"]


def test_sign_out_ends_the_visit(as_technician):
    page = as_technician.post(reverse("sign_out"), {})

    assert page.location == reverse("sign_in")
    assert as_technician.get("overview").location.startswith(reverse("sign_in"))


@pytest.mark.parametrize("theme", ["", "light", "dark"])
def test_theme_is_kept_and_leads_back(as_technician, theme):
    page = as_technician.post(reverse("theme"), {"theme": theme, "next": "/containers/?sort=-kind"})

    assert (page.status, page.location) == (302, "/containers/?sort=-kind")
    shown = as_technician.get("overview").tree.get("data-theme", "")
    assert shown == theme


@pytest.mark.parametrize("theme", ["sepia", "dark\x00", "d" * 100_000])
def test_theme_refuses_one_that_is_none(as_technician, theme):
    assert as_technician.post(reverse("theme"), {"theme": theme}).status == 400


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "", "container_list", "no such page"])
def test_theme_never_leads_out_of_labinv(as_technician, back):
    page = as_technician.post(reverse("theme"), {"theme": "dark", "next": back})

    assert page.status == 302
    assert page.location in (reverse("overview"), "container_list", "no%20such%20page")


def test_a_theme_that_somebody_put_into_the_cookie_is_ignored(as_technician):
    as_technician.client.cookies["labinv_theme"] = "'><script>"

    assert as_technician.get("overview").tree.get("data-theme") is None
