"""The door for scripts: records as JSON, page by page, each reading entered in the ledger once."""

import json
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samples.audit.checkpoints import checkpoint
from samples.models import LedgerEntry
from samples.operations import tokens
from samples.selections import select
from tests import factories
from tests.views.conftest import Browser

PAGE = 3
MANY = 10


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr("samples.api._records.PAGE_ROWS", PAGE)


def grains(lab, count=MANY):
    for number in range(count):
        factories.sample(lab.technician, f"S-{number * 7 % count:02}", lab.bottle, f"0.{number % 4}00001")


def script(user):
    """What asks with a token of `user`."""
    _token, secret = factories.token(user)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def ask(client, address, status=200, **query):
    """The answer as a script reads it: what it says, and its headers."""
    response = client.get(address, query) if query else client.get(address)
    assert response.status_code == status, response.getvalue()
    kind = "application/json" if status == 200 else "application/problem+json"
    assert response.headers["Content-Type"] == kind
    assert response.headers["Cache-Control"] == "no-store"
    assert "Authorization" in response.headers["Vary"]
    return json.loads(response.getvalue()), response.headers


def fault(client, address, status, **query):
    """The sentence of a refusal."""
    told, _headers = ask(client, address, status, **query)
    assert (told["type"], told["status"]) == ("about:blank", status)
    assert told["title"]
    return told["detail"]


def walk(client, address, **query):
    """Every page of a reading, from its first one."""
    body, headers = ask(client, address, **query)
    pages = [body]
    while body["next"]:
        assert headers["Link"] == f'<{body["next"]}>; rel="next"'
        body, headers = ask(client, body["next"])
        pages.append(body)
        assert len(pages) < 50
    assert "Link" not in headers
    return pages


def read(client, address, **query):
    return [record for page in walk(client, address, **query) for record in page["records"]]


def entries():
    return LedgerEntry.objects.filter(verb="data.export").order_by("seq")


def told(entry):
    return json.loads(entry.payload)


def test_a_record_has_the_columns_of_the_file_exactly(lab):
    [record] = read(script(lab.technician), "/api/samples")

    sample = lab.soil
    assert list(record) == [column.name for column in columns_of("samples", lab.technician)]
    assert (record["identifier"], record["mass_g"], record["parent"]) == ("CE6C0001", "10.000000", None)
    assert Decimal(record["mass_g"]) == sample.mass_g
    assert record["published_at"] is None


def columns_of(name, user):
    return select(name, {}, user).columns


def test_moments_booleans_and_numbers_are_what_they_are(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    factories.receive(lab.receiver, handoff, lab.other_room, received_at=handoff.released_at.replace(hour=2))
    client = script(lab.technician)

    [handed] = read(client, "/api/handoffs")
    bottle, box = read(client, "/api/containers")

    assert (handed["released_at"], handed["gap_minutes"]) == ("2024-07-01T00:00:00Z", 120)
    assert (bottle["under_way"], box["under_way"]) == (False, False)
    assert (bottle["capacity_g"], box["capacity_g"]) == ("100.000000", None)


@pytest.mark.parametrize("sort", ["identifier", "-identifier", "mass", "-mass", "container"])
def test_the_pages_have_every_record_once_in_the_order_of_the_list(lab, small_pages, sort):
    grains(lab)

    pages = walk(script(lab.technician), "/api/samples", sort=sort)

    selection = select("samples", {"sort": sort}, lab.technician)
    found = [record["identifier"] for page in pages for record in page["records"]]
    assert found == list(selection.queryset.values_list("identifier", flat=True))
    assert [len(page["records"]) for page in pages] == [3, 3, 3, 2]
    assert {page["rows"] for page in pages} == {MANY + 1}


def test_a_last_page_that_is_full_has_no_next(lab, small_pages):
    grains(lab, 2)

    [page] = walk(script(lab.technician), "/api/samples")

    assert (len(page["records"]), page["rows"], page["next"]) == (3, 3, None)


def test_nothing_found_is_a_page_of_no_records(lab):
    [page] = walk(script(lab.technician), "/api/samples", q="nothing like it")

    assert (page["records"], page["rows"], page["next"]) == ([], 0, None)


def test_the_question_goes_on_from_page_to_page(lab, small_pages):
    grains(lab)
    query = {"mass_to": "150 mg", "sort": "-mass", "columns": "mass_mg,identifier", "mass_unit": "mg"}

    pages = walk(script(lab.technician), "/api/samples", **query)

    assert [page["asked"] for page in pages] == [query, query]
    assert {tuple(record) for page in pages for record in page["records"]} == {("mass_mg", "identifier")}
    assert {record["mass_mg"] for record in pages[0]["records"]} == {"100.001"}


def test_a_record_with_several_lines_is_not_torn_apart(lab, small_pages):
    grains(lab, 4)
    client = script(lab.technician)

    pages = walk(client, "/api/audit", sort="seq")

    rows = [tuple(text or "" for text in map(_text, record.values())) for page in pages for record in page["records"]]
    # What this reading itself entered came after the question was asked.
    expected = [
        tuple(text or "" for text in texts) for texts in select("audit", {"sort": "seq"}, lab.technician).texts()
    ]
    assert rows == expected[: len(rows)]
    seqs = [{record["seq"] for record in page["records"]} for page in pages]
    assert all(before.isdisjoint(after) for before, after in pairwise(seqs))
    assert {len(each) for each in seqs[:-1]} == {PAGE}
    assert {page["rows"] for page in pages} == {len(rows)}


def _text(value):
    return None if value is None else str(value)


def test_each_reading_is_entered_once_with_its_filters(lab, small_pages):
    grains(lab)
    client = script(lab.technician)

    walk(client, "/api/samples", origin="scoop", sort="-mass")
    walk(client, "/api/samples")

    assert [told(entry)["filters"] for entry in entries()] == [{"origin": "scoop", "sort": "-mass"}, {}]
    assert {(told(entry)["file"], told(entry)["format"]) for entry in entries()} == {("samples.json", "json")}
    assert {told(entry)["token"] for entry in entries()} == {"Notebook"}
    assert {(entry.actor_id, entry.reason) for entry in entries()} == {(lab.technician.pk, "Fetched by a script.")}


def test_a_head_request_enters_nothing_and_leads_nowhere(lab, small_pages):
    grains(lab)

    response = script(lab.technician).head("/api/samples")

    assert (response.status_code, response.content) == (200, b"")
    assert "Link" not in response.headers
    assert entries().count() == 0


def test_no_page_is_reached_without_its_entry(lab, small_pages):
    """What names a page is signed, and for one person, token and question."""
    grains(lab)
    client, other = script(lab.technician), script(lab.curator)
    following = ask(client, "/api/samples", origin="scoop")[0]["next"]
    address, _sign, after = following.partition("after=")

    sentences = {
        "altered": fault(client, f"{address}after={after[:-1]}{'a' if after[-1] != 'a' else 'b'}", 400),
        "made up": fault(client, "/api/samples", 400, after="WyJTLTAyIiwgM10="),
        "empty": fault(client, "/api/samples?after=", 400),
        "other person": fault(other, following, 400),
        "other question": fault(client, f"/api/samples?after={after}", 400),
        "other dataset": fault(client, f"/api/containers?origin=scoop&after={after}", 400),
        "by session": fault(Browser(lab.technician).client, following, 400),
    }

    assert all("Begin at the first page" in sentence for sentence in sentences.values()), sentences
    assert entries().count() == 1
    assert ask(client, following)[0]["records"]


def test_a_reading_ends_after_an_hour(lab, small_pages):
    grains(lab)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        client = script(lab.technician)
        following = ask(client, "/api/samples")[0]["next"]
    with time_machine.travel(now + timedelta(seconds=3599), tick=False):
        following = ask(client, following)[0]["next"]
    with time_machine.travel(now + timedelta(seconds=3601), tick=False):
        assert "more than an hour ago" in fault(client, following, 400)


def test_a_reading_ends_with_its_token(lab, small_pages):
    grains(lab)
    token, secret = factories.token(lab.technician)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    following = ask(client, "/api/samples")[0]["next"]

    tokens.revoke(token=token, by=lab.technician, reason="Laptop sold")

    assert "was revoked" in fault(client, following, 401)


def test_what_is_registered_while_one_reads_does_not_pass_unnoticed(lab, small_pages):
    grains(lab)
    client = script(lab.technician)
    body, _headers = ask(client, "/api/samples")
    factories.sample(lab.technician, "Z-LAST", lab.bottle)

    records = body["records"] + read(client, body["next"])

    assert (body["rows"], len(records)) == (MANY + 1, MANY + 2)


def test_a_question_about_the_past_stands_still_while_one_reads(lab, small_pages):
    grains(lab)
    client = script(lab.technician)
    moment = timezone.now().isoformat()
    body, _headers = ask(client, "/api/samples", recorded_at=moment)
    factories.sample(lab.technician, "Z-LAST", lab.bottle)

    records = body["records"] + read(client, body["next"])

    assert body["rows"] == len(records) == MANY + 1
    assert list(body["asked"]) == ["recorded_at"]


def test_the_checkpoint_is_in_header_and_body(lab):
    body, headers = ask(script(lab.technician), "/api/missions")

    mark = checkpoint()
    assert (body["ledger"], headers["X-Labinv-Ledger"]) == (mark.text, mark.text.replace(" · ", " "))
    assert "Access-Control-Allow-Origin" not in headers
    assert "Content-Disposition" not in headers


def test_lines_that_fit_on_one_page_are_counted(lab):
    body, headers = ask(script(lab.technician), "/api/mass_balance")

    assert headers["X-Labinv-Rows"] == str(body["rows"]) == str(len(body["records"]))
    assert body["rows"] > 1


def test_a_session_reads_too_and_its_entry_says_so(lab):
    [record] = read(Browser(lab.technician).client, "/api/samples")

    assert record["identifier"] == "CE6C0001"
    assert (entries().get().reason, told(entries().get())["token"]) == ("Downloaded in the browser.", "")


def test_a_page_costs_the_same_wherever_it_is_and_however_many_there_are(lab, small_pages):
    client = script(lab.technician)
    grains(lab)

    def costs():
        address, found = "/api/samples", []
        while address:
            with CaptureQueriesContext(connection) as queries:
                address = ask(client, address)[0]["next"]
            found.append(len(queries))
        return found[1:-1]

    few = costs()
    for number in range(MANY):
        factories.sample(lab.technician, f"T-{number:02}", lab.bottle)
    many = costs()

    # The token with its person, the count of this minute, the roles, the places, the checkpoint; the rows are
    # read past Django, which counts no query for them.
    assert (set(few), set(many)) == ({5}, {5})
    assert len(many) > len(few) > 1
