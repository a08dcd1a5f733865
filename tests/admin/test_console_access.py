import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from samples.admin import console
from samples.operations import people
from samples.roles import Role
from tests import factories
from tests.admin import consoles


def test_every_record_an_administrator_should_see_is_registered():
    people = {"user", "accountevent", "group", "token"}
    assert set(consoles.registered()) == {*consoles.RECORDS, *consoles.SIGN_INS, *people}


def test_every_route_of_the_console_is_on_the_list_of_these_tests(lab):
    def routes(patterns, before=""):
        for pattern in patterns:
            name = before + str(pattern.pattern)
            yield from routes(pattern.url_patterns, name) if hasattr(pattern, "url_patterns") else [pattern.name]

    listed = {"index", "login", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n"}
    listed |= {"view_on_site", "app_list", "samples_user_reset_password", None}
    for name, page in consoles.registered().items():
        kinds = ("changelist", "add", "change", "history", "delete")
        listed |= {f"{page.opts.app_label}_{name}_{kind}" for kind in kinds}

    assert set(routes(console.get_urls())) == listed


def test_anonymous_people_are_sent_to_the_sign_in_page_and_back(client, lab):
    for page in consoles.every_page():
        response = client.get(page, follow=True)

        last, _status = response.redirect_chain[-1]
        assert urlsplit(last).path == reverse("sign_in"), page
        assert parse_qs(urlsplit(last).query)["next"] == [page]


@pytest.mark.parametrize("role", ["technician", "auditor", "researcher"])
def test_other_roles_are_refused_on_every_page(client, lab, role):
    client.force_login(getattr(lab, role))

    for page in [*consoles.every_page(), reverse("admin:login")]:
        assert client.get(page).status_code == 403, page
        assert client.post(page).status_code == 403, page


def test_a_person_without_a_role_is_refused(client, lab):
    client.force_login(factories.person("guest"))

    assert client.get("/admin/").status_code == 403


def test_the_administrator_enters_the_index(administrator):
    response = administrator.get("/admin/")

    assert response.status_code == 200
    assert [group["name"] for group in response.context["app_list"]] == ["People", "Records"]
    names = [model["name"] for group in response.context["app_list"] for model in group["models"]]
    people = ["Users", "Roles", "Account events", "Tokens", "Sign-ins", "Refused sign-ins"]
    assert names[:7] == [*people, "Missions"]
    assert len(names) == len(consoles.registered())


def test_a_curator_reads_every_record_and_no_account(client, lab):
    client.force_login(lab.curator)

    groups = client.get("/admin/").context["app_list"]
    assert [group["name"] for group in groups] == ["Records"]
    assert len(groups[0]["models"]) == len(consoles.RECORDS)
    for name in consoles.RECORDS:
        assert client.get(consoles.url(name, "changelist")).status_code == 200
        assert client.get(consoles.url(name, "change", consoles.an_object(name).pk)).status_code == 200
    for name in ("user", "accountevent", "group"):
        for page in consoles.pages_of(name):
            refused = client.get(page)
            assert refused.status_code == 403, page
            assert 'aria-current="page"' not in refused.text
            assert client.post(page).status_code == 403, page


def test_no_record_a_curator_reads_leads_to_an_account(client, lab):
    client.force_login(lab.curator)

    for name in consoles.RECORDS:
        text = client.get(consoles.url(name, "change", consoles.an_object(name).pk)).text
        assert "/admin/samples/user/" not in text


def test_the_index_of_an_app_is_the_index_of_the_console(administrator):
    assert administrator.get("/admin/samples/").url == "/admin/"


def test_pages_of_djangos_that_nothing_here_needs_are_not_there(administrator):
    for name in ("password_change", "password_change_done", "autocomplete"):
        assert administrator.get(reverse(f"admin:{name}")).status_code == 404
        assert administrator.post(reverse(f"admin:{name}"), {"new_password1": "x"}).status_code == 404


def test_a_signed_in_administrator_is_sent_from_the_login_to_the_index(administrator):
    assert administrator.get(reverse("admin:login")).url == "/admin/"


def test_somebody_whose_role_is_taken_away_is_refused_at_once(administrator, lab):
    factories.person("second", Role.ADMINISTRATOR)
    people.change(
        user=lab.administrator,
        name="Administrator",
        roles=[Role.AUDITOR],
        custodian=None,
        is_active=True,
        by=lab.administrator,
        reason="Moves on",
    )

    assert administrator.get("/admin/").status_code == 403


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_follow_the_switch_of_the_laboratory(administrator, theme):
    administrator.cookies["labinv_theme"] = theme

    assert f"theme-{theme}" in administrator.get("/admin/").text


def test_no_page_needs_a_style_or_a_script_of_its_own(administrator, lab):
    for name in consoles.registered():
        for page in [consoles.url(name, "changelist"), consoles.url(name, "change", consoles.an_object(name).pk)]:
            text = administrator.get(page).text
            assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", text), page
            assert "admin.css" in text
