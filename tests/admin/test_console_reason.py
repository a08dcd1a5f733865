"""Whoever posts whatever to any address of the console: without a reason the database stays as it is."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from samples.admin import console
from samples.roles import Role
from tests import factories
from tests.admin import consoles, filled

# Reading in the console keeps a session, and signing out notes when; everything else stays.
MAY_CHANGE = {"django_session", "axes_accesslog"}
ROLES = {
    "anonymous": None,
    "nobody": [],
    **{str(role): [role] for role in Role},
    "everything": list(Role),
}
# Whoever has every role may do all that any of them may; the campaign asks each of the others.
SELDOM = set(ROLES) - {"anonymous", "everything"}
NO_REASON = [{"_save": "Save"}, {"reason": ""}, {"reason": " \r\n\t"}, {"reason": "\u200b\u2060"}]
BESIDE_IT = [{"_saveasnew": "1"}, {"_continue": "1", "_popup": "1", "acknowledged": "on"}]


def addresses(lab):
    """Every address of `console.urls`, as (name of the route, of the model or None, address)."""
    for route, name in routes(console.get_urls()):
        model = next((model for model in consoles.registered() if (name or "").split("_")[1:2] == [model]), None)
        yield name, model, "/admin/" + address(route, target(model, lab).pk if model else 7)


def routes(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if hasattr(pattern, "url_patterns"):
            # The app and the model of what is below, and its old address that leads to a page.
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern.name


def address(route, pk):
    values = {
        "<path:object_id>": str(pk),
        "<path:content_type_id>": str(ContentType.objects.get(model="container").pk),
        "(?P<url>.*)": "nowhere/",
    }
    for part, value in values.items():
        route = route.replace(part, value)
    return re.sub(r"\(\?P<app_label>(\w+)[^)]*\)", r"\1", route)


def target(model, lab):
    return filled.of(model, lab) if is_filled_in(model) else consoles.an_object(model)


def is_filled_in(model):
    """Whether filled.py knows what to type about this kind; the last test here says when it has to."""
    return model in [*filled.BY_CURATORS, "user"]


def right_but_for_the_reason(name, model, lab):
    """What would change something at this address, if a reason were with it."""
    if is_filled_in(model):
        return filled.other(model, lab) if name.endswith("_change") else filled.new(model, lab)
    fields = consoles.registered()[model].model._meta.concrete_fields if model else []
    return {field.name: "1" for field in fields}


def bodies(name, model, lab):
    """What is posted to one address: filled in as well as can be, as an action, as a deletion, as nothing at all."""
    values = right_but_for_the_reason(name, model, lab)
    selected = {"_selected_action": [target(model, lab).pk], "index": "0"} if model else {}
    password = {"new_password1": "x", "new_password2": "x", "old_password": factories.PASSWORD}
    yield from ({}, password | {"post": "yes"}, {"action": "delete_selected", "post": "yes"} | selected)
    yield {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": "1", "form-0-name": "x", "_save": "Save"}
    yield from (values | more for more in [*NO_REASON, *BESIDE_IT][: None if is_filled_in(model) else 1])


def everything():
    """{table: its rows} of the whole database, to the last value."""
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor)) - MAY_CHANGE
        tables = {}
        for name in names:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            tables[name] = sorted(repr(row) for row in cursor.fetchall())
        return tables


def sign_in(client, roles):
    if roles is None:
        client.logout()
    else:
        client.force_login(factories.person("somebody", *roles))


def test_the_addresses_are_those_of_the_console(lab):
    names = {name for name, _model, _address in addresses(lab)}
    every = {page.partition("?")[0] for page in consoles.every_page()}

    assert {"index", "login", "logout", "jsi18n", "autocomplete", "view_on_site", "app_list"} <= names
    assert every - {"/admin/auth/"} <= {address for _name, _model, address in addresses(lab)} | same_page_of_others(lab)
    assert not any(set("()<>^$\\") & set(address) for _name, _model, address in addresses(lab))


def same_page_of_others(lab):
    """The pages of consoles.every_page() are of the newest record of a kind; here each kind has its own."""
    return {page for name in consoles.registered() for page in consoles.pages_of(name)}


@pytest.mark.parametrize(
    "who", [pytest.param(who, marks=pytest.mark.campaign) if who in SELDOM else who for who in ROLES]
)
def test_nothing_that_is_posted_without_a_reason_changes_anything(client, lab, who):
    sign_in(client, ROLES[who])
    before = everything()
    changed, failed = [], []

    # Signing out comes last, or what follows would be posted by nobody.
    for name, model, page in sorted(addresses(lab), key=lambda each: each[0] == "logout"):
        statuses = {client.post(page, body).status_code for body in bodies(name, model, lab)}
        failed += [(page, status) for status in statuses if status >= 500]
        after = everything()
        different = {table for table in after if after[table] != before[table]}
        # That somebody signed out is entered in the ledger.
        changed += [(page, table) for table in different - ({"samples_ledgerentry"} if name == "logout" else set())]
        before = after

    assert (changed, failed) == ([], [])


def writing_pages(lab):
    """The addresses at which somebody with every role may add or change something."""
    request = type("Request", (), {"user": factories.person("everything", *Role)})
    for name, model, page in addresses(lab):
        admin = consoles.registered().get(model)
        if admin and name.endswith("_add") and admin.has_add_permission(request):
            yield name, model, page
        if admin and name.endswith("_change") and admin.has_change_permission(request, target(model, lab)):
            yield name, model, page


def test_with_a_reason_the_same_changes_something_at_each_page_that_writes(client, lab):
    pages = list(writing_pages(lab))
    sign_in(client, list(Role))

    for name, model, page in pages:
        values = right_but_for_the_reason(name, model, lab)
        before = everything()
        assert client.post(page, values).status_code == 422, page
        assert everything() == before

        assert client.post(page, values | {"reason": "As agreed"}).status_code == 302, page
        assert everything() != before, page

    kinds = [*filled.BY_CURATORS, "user"]
    assert {name for name, _model, _page in pages} == {
        f"samples_{kind}_{verb}" for kind in kinds for verb in ("add", "change")
    }
