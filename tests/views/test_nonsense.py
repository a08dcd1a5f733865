"""What no person types: every form and every list answers it with a clear 4xx, on both engines alike."""

import base64
import json
from copy import deepcopy
from uuid import uuid4

import pytest
from django.urls import reverse

from samples import urls
from tests import factories
from tests.views.conftest import address

FORMS = [
    route.name
    for route in urls.urlpatterns
    if "POST" in route.callback.methods and route.name not in ("sign_in", "sign_out", "theme")
]
LISTS = ["container_list", "sample_list", "handoff_list", "mission_list", "custodian_list", "location_list"]
EXPORTS = [route.name for route in urls.urlpatterns if route.name.startswith("export_")]
NONSENSE = {
    "NUL": "\x00",
    "NUL inside": "BOX\x00-1",
    "100 kB": "x" * 100_000,
    "many digits": "9" * 5_000,
    "10**30": str(10**30),
    "year 1": "0001-01-01T00:00",
    "year 9999": "9999-12-31T23:59",
    "an escape": "\x1b[2J",
    "markup": "<script>alert(1)</script>",
}


@pytest.fixture(scope="module")
def _records(_laboratory, django_db_blocker):
    with django_db_blocker.unblock():
        return build(deepcopy(_laboratory))


@pytest.fixture
def records(_records, lab):
    return _records


def build(lab):
    """Records of each kind; a vial in a case that nothing is in the way of, and a handoff with a gap."""
    at_carrier = {"custodian": lab.carrier, "location": lab.street}
    cases = [factories.container(lab.curator, f"CASE-{number}", lab.mission, **at_carrier) for number in (1, 2)]
    vial = factories.container(lab.curator, "VIAL-1", lab.mission, parent=cases[1])
    sample = factories.sample(lab.curator, "GRAIN", vial)
    late = factories.release(lab.technician, [lab.box], lab.other)
    at = late.released_at.replace(hour=2)
    factories.receive(lab.receiver, late, lab.other_room, received_at=at)
    handoff = factories.release(lab.receiver, [lab.box], lab.carrier, released_at=at)
    records = {"container": vial, "sample": sample, "handoff": handoff, "mission": lab.mission}
    return records | {"custodian": lab.home, "location": lab.room, "handoff_explain_gap": late}


def form_of(name, records):
    needs_record = "<int:pk>" in str(next(route for route in urls.urlpatterns if route.name == name).pattern)
    return address(name, records.get(name, records[name.partition("_")[0]]) if needs_record else None)


def otherwise_right(name, lab):
    """What makes the form `name` right, so that the operation is reached where a field lets nonsense through."""
    moment, why = "2024-07-01T10:00", {"reason": "Nonsense"}
    container = {
        "identifier": "BOT-2",
        "mission": lab.mission.pk,
        "kind": "vial",
        "origin": "scoop",
        "parent": "CASE-1",
    }
    handoff = {"containers": "CASE-1", "to_custodian": lab.home.pk, "purpose": "Spectroscopy", "place": "Beijing"}
    sample = {"identifier": "S-1", "form": "rock", "container": "CASE-1", "happened_at": moment}
    signed = {"on_behalf_of": "Driver", "on_behalf_document": "WAYBILL-1"}
    return why | {
        "container_register": container | {"custody_began_at": moment, "chain_document": "DOC-1"},
        "container_move": {"parent": "CASE-1"},
        "container_take_out": {"location": lab.street.pk},
        "container_unseal": {"broken_at": moment, "broken_by": "Li"},
        "container_seal": {"number": "S-100", "applied_at": moment, "applied_by": "Li"},
        "sample_register": sample | {"origin": "scoop", "mass_g": "1"},
        "sample_move": {"container": "CASE-1"},
        "handoff_release": handoff | signed | {"transport_mode": "road", "released_at": moment},
        "handoff_receive": signed | {"location": lab.street.pk, "received_at": moment},
        "handoff_explain_gap": {"text": "Locked in the van"},
        "mission_register": {"code": "CE5", "name": "Chang'e-5", "body_side": "near"},
        "custodian_register": {"name": "Museum", "kind": "museum"},
        "location_register": {"name": "Hall", "kind": "room"},
    }.get(name, {})


def nonsense_for(field, opened):
    """The kinds that could get past this field alone; all kinds are typed into all fields at once below."""
    yield "an escape"
    if field.endswith(("_at", "_on")):
        yield from ["year 1", "year 9999"]
    if opened.typed.get(field, "").isdigit() or field == "seen":
        yield "10**30"


@pytest.mark.parametrize("name", FORMS)
def test_a_form_answers_nonsense_in_each_of_its_fields(records, lab, as_curator, name):
    opened = as_curator.open(form_of(name, records))
    typed = opened.typed | otherwise_right(name, lab)
    answers = {}

    for field in set(typed) - {"csrfmiddlewaretoken"}:
        for kind in nonsense_for(field, opened):
            # Each a form of its own: one that was saved before would not be looked at again.
            sent = typed | {"submission": str(uuid4()), field: NONSENSE[kind]}
            answers[kind, field] = as_curator.post(opened.url, sent).status

    assert {asked: status for asked, status in answers.items() if status not in (302, 403, 409, 422)} == {}
    if "reason" in opened.typed:
        assert answers["an escape", "reason"] == 422


@pytest.mark.parametrize("name", FORMS)
def test_a_form_answers_nonsense_in_all_its_fields_at_once(records, as_curator, name):
    opened = as_curator.open(form_of(name, records))

    for kind in ("NUL", "100 kB", "many digits", "markup"):
        text = NONSENSE[kind]
        page = as_curator.post(opened.url, dict.fromkeys(opened.typed, text) | {"acknowledged": text})

        assert page.status == 422
        assert "error-summary" in page.html
        assert "<script>alert" not in page.html


@pytest.mark.parametrize("name", LISTS + EXPORTS)
def test_a_list_and_its_file_answer_nonsense_in_each_of_their_filters(lab, as_curator, name):
    noun = name.removeprefix("export_").removesuffix("s").removesuffix("_list")
    filters = as_curator.get(f"{noun}_list").response.context["search"].fields
    answers = {}

    for kind in ("NUL inside", "100 kB", "10**30", "year 9999"):
        # The file is asked with the list's own form.
        for field in [*filters, "sort"] if name in LISTS else ["q", "sort", "show"]:
            answers[kind, field] = as_curator.client.get(reverse(name), {field: NONSENSE[kind]}).status_code

    # Words are looked for, whatever they are; nothing has them.
    found = {asked for asked, status in answers.items() if status == 200}
    assert found == {("10**30", "q"), ("year 9999", "q")}
    assert {status for asked, status in answers.items() if asked not in found} == {400}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_looks_for_any_words(lab, as_curator, name):
    for text in ("<script>alert(1)</script>", "\x1b[2J", "%", "_", "\\", "'", "é" * 200):
        page = as_curator.get(name, q=text)

        assert page.status == 200
        assert page.rows == []
        assert "<script>alert" not in page.html


def mark(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


BAD_MARKS = [
    *["garbage", "\x00", "!", "W10=", "e30=", "bnVsbA==", "x" * 100_000],
    *[mark("BOX-1"), mark("BOX-1", 1, 1), mark("BOX-1", "1"), mark("BOX-1", 0), mark("BOX-1", -1)],
    *[mark("BOX-1", 2**63), mark("BOX-1", 1.5), mark("B\x00", 1), mark("\ud800", 1), mark("B" * 100_000, 1)],
    base64.urlsafe_b64encode(b"[" * 100_000).decode(),
]
SORTED_MARKS = [
    *[("sample_list", "mass", value) for value in ("much", "1e5", "9" * 400, "NaN", "0.0000001", "-1")],
    *[("handoff_list", "number", value) for value in ("one", "9" * 40, "1.5", "-1")],
    *[
        ("handoff_list", "released", value)
        for value in ("now", "2024-01-01", "0001-01-01 00:00:00+14:00", "9999-12-31 23:59:59-14:00", "2024-01-01 00:00")
    ],
    ("handoff_list", "status", "relea\x00sed"),
    ("handoff_list", "status", "s" * 100_000),
    ("container_list", "kind", "bucket"),
    ("container_list", "custodian", "Labor\x00atory"),
    ("container_list", "status", "\x00"),
]


@pytest.mark.parametrize("direction", ["after", "before"])
def test_a_list_answers_a_mark_that_is_none(lab, as_technician, direction):
    for bad in BAD_MARKS:
        page = as_technician.get("container_list", **{direction: bad})

        assert page.status == 400, bad
        assert "The address of this page of the list is not right. Begin at its first page." in page.text


def test_a_list_answers_a_mark_with_a_value_that_is_none(records, as_technician):
    for name, sort, value in SORTED_MARKS:
        page = as_technician.get(name, sort=sort, after=mark(value, 1))

        assert page.status == 400, (name, sort, value[:50])
        assert "Begin at its first page." in page.text


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_not_sorted_by_what_is_no_column(lab, as_technician, name):
    for sort in ("password", "--identifier", "-", "mission__custodian", "pk", "?"):
        page = as_technician.get(name, sort=sort)

        assert page.status == 400
        assert f"This list is not sorted by “{sort}”. Choose one of its column heads." in page.text
        assert page.rows == []


RECORD_PAGES = [route.name for route in urls.urlpatterns if "<int:pk>" in str(route.pattern)]


@pytest.mark.parametrize("name", RECORD_PAGES)
def test_a_key_that_no_record_has_is_not_found(lab, as_curator, name):
    path = reverse(name, args=[7])

    for key in ("0", str(2**31), str(2**63 - 1), str(2**63), str(10**30), "1" + "0" * 5000):
        page = as_curator.open(path.replace("/7/", f"/{key}/"))

        assert page.status == 404, key[:40]
        assert "There is nothing at this address" in page.text


@pytest.mark.parametrize("name", ["container_register", "sample_register", "location_register", "handoff_release"])
def test_a_form_opened_with_nonsense_in_its_address_opens(lab, as_curator, name):
    for text in NONSENSE.values():
        page = as_curator.get(name, container=text, parent=text, mission=text, next=text)

        assert page.status == 200
        assert "<script>alert" not in page.html
