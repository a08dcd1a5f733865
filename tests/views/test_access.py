"""Who reaches which page by which method: every route, every role, every method."""

from copy import deepcopy
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from samples import urls
from samples.roles import RIGHTS, Role
from samples.views.access import ANYBODY, SIGNED_IN
from tests import factories
from tests.views.conftest import address

NOBODY, ROLELESS = "nobody", "roleless"
TECHNICIAN, CURATOR, AUDITOR, RESEARCHER, ADMINISTRATOR = Role
READERS = {TECHNICIAN, CURATOR, AUDITOR, RESEARCHER, ADMINISTRATOR}
STAFF = {TECHNICIAN, CURATOR, AUDITOR, ADMINISTRATOR}
WORKERS = {TECHNICIAN, CURATOR}
CURATORS = {CURATOR}
AUDITORS = {CURATOR, AUDITOR, ADMINISTRATOR}
EVERYBODY = READERS | {ROLELESS, NOBODY}
VISITORS = [*Role, ROLELESS, NOBODY]

READ = {"GET", "HEAD"}
WRITE = {"GET", "HEAD", "POST"}
ACT = {"POST"}
# POST comes last, because signing out ends the visit.
METHODS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST"]
# What browsers send; the others are asked by one who may and by nobody.
USUAL = ["GET", "HEAD", "POST"]

# A route that is new, or whose right or methods change, is declared here by hand, so that somebody has thought of it.
ROUTES = {
    "healthz": (EVERYBODY, READ),
    "sign_in": (EVERYBODY, WRITE),
    "sign_out": (READERS | {ROLELESS}, ACT),
    "account_password": (READERS | {ROLELESS}, WRITE),
    "theme": (READERS | {ROLELESS}, ACT),
    "token_list": (READERS, READ),
    "token_make": (READERS, WRITE),
    "token_revoke": (READERS, WRITE),
    "overview": (READERS, READ),
    "scan": (READERS, READ),
    #
    "container_list": (READERS, READ),
    "container_register": (WORKERS, WRITE),
    "container_weigh_many": (WORKERS, WRITE),
    "container_move_many": (WORKERS, WRITE),
    "container_detail": (READERS, READ),
    "container_custody": (READERS, READ),
    "container_seals": (READERS, READ),
    "container_weighings": (STAFF, READ),
    "container_label": (READERS, READ),
    "container_history": (STAFF, READ),
    "container_amend": (WORKERS, WRITE),
    "container_move": (WORKERS, WRITE),
    "container_take_out": (WORKERS, WRITE),
    "container_seal": (WORKERS, WRITE),
    "container_unseal": (WORKERS, WRITE),
    "container_note_damage": (WORKERS, WRITE),
    "container_weigh": (WORKERS, WRITE),
    "container_void": (CURATORS, WRITE),
    #
    "sample_list": (READERS, READ),
    "sample_register": (WORKERS, WRITE),
    "sample_move_many": (WORKERS, WRITE),
    "sample_assign_many": (CURATORS, WRITE),
    "sample_detail": (READERS, READ),
    "sample_custody": (READERS, READ),
    "sample_movements": (STAFF, READ),
    "sample_label": (READERS, READ),
    "sample_history": (STAFF, READ),
    "sample_amend": (WORKERS, WRITE),
    "sample_move": (WORKERS, WRITE),
    "sample_split": (WORKERS, WRITE),
    "sample_consume": (WORKERS, WRITE),
    "sample_lose": (WORKERS, WRITE),
    "sample_merge": (WORKERS, WRITE),
    "sample_correct": (CURATORS, WRITE),
    "sample_expose": (WORKERS, WRITE),
    "sample_assign": (CURATORS, WRITE),
    "sample_publish": (CURATORS, WRITE),
    "sample_unpublish": (CURATORS, WRITE),
    "sample_void": (CURATORS, WRITE),
    #
    "movement_list": (STAFF, READ),
    #
    "label_sheet": (READERS, WRITE),
    #
    "handoff_list": (READERS, READ),
    "handoff_release": (WORKERS, WRITE),
    "handoff_detail": (READERS, READ),
    "handoff_history": (STAFF, READ),
    "handoff_certificate": (STAFF, READ),
    "handoff_certificate_pdf": (STAFF, READ),
    "handoff_receive": (WORKERS, WRITE),
    "handoff_reject": (WORKERS, WRITE),
    "handoff_cancel": (WORKERS, WRITE),
    "handoff_explain_gap": (WORKERS, WRITE),
    #
    "discrepancy_list": (STAFF, READ),
    "discrepancy_detail": (STAFF, READ),
    "discrepancy_history": (STAFF, READ),
    "discrepancy_close": (CURATORS, WRITE),
    #
    "mission_list": (READERS, READ),
    "mission_register": (CURATORS, WRITE),
    "mission_detail": (READERS, READ),
    "mission_balance": (STAFF, READ),
    "mission_history": (STAFF, READ),
    "mission_amend": (CURATORS, WRITE),
    "mission_void": (CURATORS, WRITE),
    #
    "custodian_list": (STAFF, READ),
    "custodian_register": (CURATORS, WRITE),
    "custodian_detail": (STAFF, READ),
    "custodian_history": (STAFF, READ),
    "custodian_amend": (CURATORS, WRITE),
    "custodian_void": (CURATORS, WRITE),
    #
    "location_list": (STAFF, READ),
    "location_register": (CURATORS, WRITE),
    "location_detail": (STAFF, READ),
    "location_history": (STAFF, READ),
    "location_amend": (CURATORS, WRITE),
    "location_void": (CURATORS, WRITE),
    #
    "balance_list": (STAFF, READ),
    "balance_register": (CURATORS, WRITE),
    "balance_history": (STAFF, READ),
    "balance_amend": (CURATORS, WRITE),
    #
    "import_list": (STAFF, READ),
    "import_upload": (CURATORS, WRITE),
    "import_check": (CURATORS, WRITE),
    "import_refused": (CURATORS, READ),
    "import_detail": (STAFF, READ),
    "import_undo": (CURATORS, WRITE),
    "import_template": (CURATORS, READ),
    #
    "audit_log": (STAFF, READ),
    "operation_detail": (STAFF, READ),
    "ledger": (STAFF, READ),
    "ledger_verify": (AUDITORS, WRITE),
    #
    "data": (READERS, READ),
    "data_samples": (READERS, READ),
    "data_containers": (READERS, READ),
    "data_handoffs": (READERS, READ),
    "data_missions": (READERS, READ),
    "data_weighings": (STAFF, READ),
    "data_movements": (STAFF, READ),
    "data_mass_balance": (STAFF, READ),
    "data_custodians": (STAFF, READ),
    "data_locations": (STAFF, READ),
    "data_discrepancies": (STAFF, READ),
    "data_balances": (STAFF, READ),
    "data_audit": (STAFF, READ),
    "package": (READERS, READ),
    "export_package": (READERS, READ),
    "api": (READERS, READ),
    "api_description": (READERS, READ),
    # Each dataset has a right of its own: test_api_records.py.
    "api_records": (READERS, READ),
    "export_samples": (READERS, READ),
    "export_containers": (READERS, READ),
    "export_handoffs": (READERS, READ),
    "export_missions": (READERS, READ),
    "export_weighings": (STAFF, READ),
    "export_movements": (STAFF, READ),
    "export_mass_balance": (STAFF, READ),
    "export_custodians": (STAFF, READ),
    "export_locations": (STAFF, READ),
    "export_discrepancies": (STAFF, READ),
    "export_balances": (STAFF, READ),
    "export_audit": (STAFF, READ),
    "export_ledger": (AUDITORS, READ),
}
# Whose the records are that only their person finds, and an administrator.
OWNERS = {"token_revoke": {CURATOR, ADMINISTRATOR}}
# Permitted, and yet not 200 for GET or 422 for an empty POST.
OWN_ANSWERS = {
    "sign_in": {"POST": 200},
    "sign_out": {"POST": 302},
    "theme": {"POST": 302},
    # Nothing was scanned.
    "scan": {"GET": 404, "HEAD": 404},
}


def visitors_of(right):
    """Who has `right`, by the table of roles."""
    if right is ANYBODY:
        return EVERYBODY
    if right == SIGNED_IN:
        return READERS | {ROLELESS}
    return {role for role in Role if right in RIGHTS[role]}


def test_every_route_is_declared_here():
    routes = {
        route.name: (visitors_of(route.callback.right), set(route.callback.methods)) for route in urls.urlpatterns
    }

    assert routes == ROUTES


@pytest.fixture(scope="module")
def _visit(_laboratory, django_db_blocker):
    """A record for each noun that everybody may see, and a cookie for each visitor."""
    lab = deepcopy(_laboratory)
    standing = {"custodian": lab.home, "location": lab.room}
    with django_db_blocker.unblock():
        factories.publish(lab.curator, lab.soil)
        balance = factories.balance(lab.curator)
        sealed = factories.container(lab.curator, "SEALED", lab.mission, **standing)
        factories.seal(lab.curator, sealed, "S-1")
        [discrepancy] = factories.discrepancies_of(lab, sealed, gross_g=None)
        late = factories.release(lab.technician, [lab.box], lab.other)
        at = late.released_at + timedelta(hours=2)
        factories.receive(lab.receiver, late, lab.other_room, received_at=at)
        handoff = factories.release(lab.receiver, [lab.box], lab.home, released_at=at)
        stock = factories.container(lab.curator, "STOCK", lab.mission, **standing)
        made = factories.imported(lab.curator, stock)
        upload = factories.checked(lab.curator, [{"identifier": "S-9", "mass_g": "0", "container": "STOCK"}])
        token, _secret = factories.token(lab.curator)
        people = {role: getattr(lab, role) for role in Role} | {ROLELESS: factories.person("roleless")}
        cookies = {name: session_of(user) for name, user in people.items()}
    records = {"container": lab.bottle, "sample": lab.soil, "handoff": handoff, "mission": lab.mission}
    records |= {"custodian": lab.home, "location": lab.room, "handoff_explain_gap": late}
    records |= {"import": made, "import_check": upload, "import_refused": upload}
    records |= {"import_template": SimpleNamespace(pk="samples.xlsx")}
    records |= {
        "balance": balance,
        "discrepancy": discrepancy,
        "container_unseal": sealed,
        "container_note_damage": sealed,
        "container_weigh": stock,
    }
    records |= {
        "api_records": SimpleNamespace(pk="samples"),
        "token": token,
        "operation": factories.operation_on(lab.box),
    }
    return SimpleNamespace(records=records, cookies=cookies)


@pytest.fixture
def visit(_visit, lab):
    return _visit


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def takes_tokens(name):
    [route] = [route for route in urls.urlpatterns if route.name == name]
    return route.callback.takes_tokens


def url_of(name, records):
    [route] = [route for route in urls.urlpatterns if route.name == name]
    needs_record = "<" in str(route.pattern)
    record = (records.get(name) or records[name.partition("_")[0]]) if needs_record else None
    return address(name, record)


def expected(name, visitor, method):
    visitors, methods = ROUTES[name]
    if visitor not in visitors:
        # A script could not read the sign-in page.
        return (401 if takes_tokens(name) else 302) if visitor == NOBODY else 403
    if method not in methods:
        return 405
    if visitor not in OWNERS.get(name, EVERYBODY):
        return 404
    if name == "sign_in" and visitor != NOBODY:
        return 302
    return OWN_ANSWERS.get(name, {}).get(method, 422 if method == "POST" else 200)


def asked(name):
    """Each visitor with each usual method, and with the others nobody and the last of those who may."""
    visitors, _methods = ROUTES[name]
    thorough = {NOBODY, next(visitor for visitor in reversed(VISITORS) if visitor in visitors)}
    return [(who, how) for who in VISITORS for how in METHODS if how in USUAL or who in thorough]


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_answers_each_visitor_and_method_as_declared(visit, name):
    url = url_of(name, visit.records)
    answers = {}
    # The middleware is the same for everybody, and is put together once.
    handler = Client().handler
    for visitor, method in asked(name):
        client = Client()
        client.handler = handler
        if visitor != NOBODY:
            client.cookies[settings.SESSION_COOKIE_NAME] = visit.cookies[visitor]
        answers[visitor, method] = client.generic(method, url)
        # What a file is read from is put away at its end.
        answers[visitor, method].getvalue()

    statuses = {asked: response.status_code for asked, response in answers.items()}
    assert statuses == {(visitor, method): expected(name, visitor, method) for visitor, method in answers}
    if NOBODY not in ROUTES[name][0]:
        browser = [Client().generic(method, url, headers={"Accept": "text/html"}) for method in METHODS]
        assert {response.headers.get("Location") for response in browser} == {f"{reverse('sign_in')}?next={url}"}


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/samples/container/", "/admin/samples/user/add/", "/admin/nothing/here/"]
)
def test_the_console_sends_the_anonymous_to_the_sign_in_page(db, client, path):
    response = client.get(path, follow=True)

    assert response.redirect_chain[-1][0].startswith(f"{reverse('sign_in')}?next=")
    assert response.templates[0].name == "samples/sign_in.html"


def test_an_address_that_is_none_tells_the_anonymous_nothing(db, client):
    response = client.get("/containers/no-number/")

    assert response.status_code == 404
    assert "nav-link" not in response.content.decode()


def test_somebody_deactivated_is_signed_out_at_once(lab):
    client = Client()
    client.force_login(lab.technician)
    factories.deactivate(lab.administrator, lab.technician)

    response = client.get(reverse("overview"))

    assert response.headers["Location"].startswith(reverse("sign_in"))


FORMS = [name for name, (_visitors, methods) in ROUTES.items() if "POST" in methods]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_from_elsewhere_is_refused(visit, name):
    client = Client(enforce_csrf_checks=True)
    if name != "sign_in":
        client.cookies[settings.SESSION_COOKIE_NAME] = visit.cookies[CURATOR]

    response = client.post(url_of(name, visit.records), {"reason": "From another site"})

    assert response.status_code == 403
    assert "This form is no longer valid" in response.content.decode()


@pytest.mark.parametrize("name", [name for name in FORMS if name not in ("sign_out", "theme")])
def test_a_form_carries_its_own_token(visit, name):
    client = Client(enforce_csrf_checks=True)
    if name != "sign_in":
        client.cookies[settings.SESSION_COOKIE_NAME] = visit.cookies[CURATOR]
    url = url_of(name, visit.records)
    token = client.get(url).context["csrf_token"]

    response = client.post(url, {"csrfmiddlewaretoken": str(token)})

    assert response.status_code == (200 if name == "sign_in" else 422)
