"""Every page is correct HTML: it parses strictly, its ids are unique, and what refers to an id finds it."""

import re
from collections import Counter
from copy import deepcopy

import html5lib
import pytest
from django.urls import reverse

from samples import urls
from samples.roles import RIGHTS, Role
from tests import factories
from tests.views.conftest import Browser, address

ROUTES = {route.name: route.callback for route in urls.urlpatterns}
NO_PAGES = ("healthz", "import_refused", "container_label", "sample_label", "handoff_certificate_pdf")
PAGES = [
    name for name, view in ROUTES.items() if "GET" in view.methods and not view.takes_tokens and name not in NO_PAGES
]
REFERENCES = ["for", "aria-describedby", "aria-labelledby", "aria-controls"]


@pytest.fixture(scope="module")
def _records(_laboratory, django_db_blocker):
    with django_db_blocker.unblock():
        return build(deepcopy(_laboratory))


@pytest.fixture
def records(_records, lab):
    return _records


def build(lab):
    """A record of each kind with something on each of its tabs; what researchers may see is published."""
    standing = {"custodian": lab.home, "location": lab.room}
    sealed = factories.container(lab.curator, "SEALED", lab.mission, **standing)
    factories.seal(lab.curator, sealed, "S-1")
    balance = factories.balance(lab.curator, calibrated_until=factories.in_days(-1))
    discrepancy = factories.discrepancies_of(lab, sealed, balance=balance)[-1]
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    late = handoff.released_at.replace(hour=3)
    factories.receive(lab.receiver, handoff, lab.other_room, received_at=late)
    factories.seal(lab.receiver, lab.box, "S-100")
    handoff = factories.release(lab.receiver, [lab.box], lab.carrier, released_at=late, remarks="One\nTwo")
    child = factories.sample(lab.curator, "CE6C0001,1", case(lab), parent=lab.soil, description="One\nTwo")
    factories.publish(lab.curator, child)
    records = {"container": lab.bottle, "sample": child, "handoff": handoff, "mission": lab.mission}
    token, _secret = factories.token(lab.curator)
    doubtful = {"identifier": "CORE-9", "container": "TUBE-9", "origin": "drill", "form": "core segment"}
    tube = {"kind": "core tube", "origin": "drill", "custodian": lab.home, "location": lab.room}
    factories.container(lab.curator, "TUBE-9", lab.mission, **tube)
    stock = factories.container(lab.curator, "STOCK", lab.mission, **standing)
    rows = [doubtful | {"mass_g": "1"}, {"identifier": "<b>", "mass_g": "x"}]
    records |= {"import": factories.imported(lab.curator, stock), "import_check": factories.checked(lab.curator, rows)}
    records |= {"balance": balance, "discrepancy": discrepancy, "container_weighings": sealed}
    records |= {"container_note_damage": sealed, "container_unseal": sealed}
    records["operation"] = factories.operation_on(lab.bottle)
    return records | {"custodian": lab.other, "location": lab.other_room, "token": token}


def case(lab):
    return factories.container(lab.curator, "CASE-1", lab.mission, custodian=lab.carrier, location=lab.street)


def url_of(name, records):
    [route] = [route for route in urls.urlpatterns if route.name == name]
    needs_record = "<" in str(route.pattern)
    return address(name, records.get(name, records.get(name.partition("_")[0]))) if needs_record else reverse(name)


def faults(page):
    """Everything that is wrong with the HTML of a page, in words."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page.html)
    nodes = list(tree.iter())
    ids = Counter(node.get("id") for node in nodes if node.get("id"))
    yield from (f"{error}: {page.html.splitlines()[place[0] - 1][:200]}" for place, error, _v in parser.errors)
    yield from (f"id {name} twice" for name, times in ids.items() if times > 1)
    for node in nodes:
        for attribute in REFERENCES:
            yield from (f"{attribute}={name}" for name in node.get(attribute, "").split() if name not in ids)
        if "style" in node.attrib or any(name.startswith("on") for name in node.attrib):
            yield f"inline style or handler in {node.tag}"
        if node.tag in ("script", "style") and (node.text or "").strip():
            yield f"inline {node.tag}"
    headings = [node for node in nodes if node.tag == "h1"]
    if len(headings) != 1:
        yield f"{len(headings)} main headings"
    if not tree.find(".//title").text.strip().removesuffix("· labinv").strip():
        yield "no title"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_correct(records, lab, as_curator, name):
    browser = Browser() if name == "sign_in" else as_curator
    page = browser.open(url_of(name, records))
    if page.status == 302:
        page = browser.open(page.location)

    assert list(faults(page)) == []


@pytest.mark.parametrize("name", [name for name in PAGES if ROUTES[name].right in RIGHTS[Role.RESEARCHER]])
def test_a_page_is_correct_for_a_researcher(records, lab, as_researcher, name):
    page = as_researcher.open(url_of(name, records))
    if page.status == 302:
        page = as_researcher.open(page.location)

    assert list(faults(page)) == []


FORMS = [name for name, view in ROUTES.items() if set(view.methods) >= {"GET", "POST"}]


@pytest.mark.parametrize("name", FORMS)
def test_a_refused_form_is_correct(records, as_curator, name):
    browser = Browser() if name == "sign_in" else as_curator
    page = browser.post(url_of(name, records), {"reason": "", "seen": "x", "mass_g": "<b>", "origin": "x"})

    assert page.status in (200, 422)
    assert list(faults(page)) == []


def test_a_form_with_a_conflict_or_a_doubt_is_correct(lab, as_technician):
    stale = as_technician.fill("sample_amend", lab.soil, seen="0", description="Dark", reason="Looked")
    factories.container(lab.technician, "TUBE-1", lab.mission, custodian=lab.home, location=lab.room, origin="drill")
    core = {"origin": "drill", "form": "core segment", "container": "TUBE-1", "mass_g": "1", "identifier": "CORE-1"}
    doubtful = as_technician.fill("sample_register", **core, happened_at="2024-06-28T10:00", reason="Weighed in")

    undecided = stale.send()
    crate = factories.container(lab.technician, "CRATE-1", lab.mission, custodian=lab.home, location=lab.room)
    opened = as_technician.get("container_amend", crate)
    opened.send(description="Dark", reason="Looked")
    saved_before = opened.send(description="Light", reason="Looked")

    assert (stale.status, undecided.status, saved_before.status, doubtful.status) == (409, 422, 409, 422)
    assert "Both changed it" in undecided.text
    assert "Is this right?" in doubtful.text
    assert [fault for page in (stale, undecided, saved_before, doubtful) for fault in faults(page)] == []


CHOSEN = {"container": "BOT-1 STOCK NOPE", "sample": "CE6C0001 NOPE"}
MANY = [name for name in ROUTES if name.endswith("_many")]


@pytest.mark.parametrize("name", MANY)
def test_a_form_of_many_is_correct_as_it_is_opened_and_as_it_is_refused(records, as_curator, name):
    noun = name.partition("_")[0]
    opened = as_curator.get(name, **{f"{noun}s": CHOSEN[noun]})
    refused = opened.send(reason="")
    rows = [field for field in opened.typed if field.startswith("row_")]

    assert (opened.status, refused.status, rows != []) == (200, 422, True)
    assert [fault for page in (opened, refused) for fault in faults(page)] == []


def test_a_list_with_everything_on_it_is_correct(records, as_curator):
    for name in ("container_list", "sample_list", "handoff_list", "mission_list", "custodian_list", "location_list"):
        for question in ({"q": "<no such thing>"}, {"sort": "nothing"}, {"show": "all"}, {"q": "x" * 300}):
            assert list(faults(as_curator.get(name, **question))) == []


@pytest.mark.parametrize("path", ["/no/such/page/", "/containers/987654/"])
def test_an_unknown_address_is_correct(lab, as_curator, path):
    page = as_curator.open(path)

    assert page.status == 404
    assert list(faults(page)) == []


def test_what_went_wrong_with_us_is_correct(lab, as_curator, monkeypatch):
    def fail(request):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("samples.views.overview.find", fail)
    monkeypatch.setattr("samples.views.overview._stops", fail)
    as_curator.client.raise_request_exception = False

    page = as_curator.get("overview")

    assert page.status == 500
    assert list(faults(page)) == []
    assert "The fault is ours, not yours." in page.text
    assert "secret detail" not in page.html


def test_pages_carry_the_strict_policy_and_no_other_hosts(lab, as_curator):
    for browser, name in ((Browser(), "sign_in"), (as_curator, "overview"), (as_curator, "container_list")):
        page = browser.get(name)

        policy = page.response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert re.findall(r'(?:src|href)="(?:https?:)?//', page.html) == []
        assert page.response.headers["X-Frame-Options"] == "DENY"
