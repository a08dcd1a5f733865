"""The lines of the page for scripts do what they say: copied from the page and run against a real server."""

import json
import os
import subprocess
import sys

import html5lib
import pytest
from django.http import HttpResponse
from django.test import Client

from samples.api import _records
from samples.exports import DATASETS
from samples.models import Sample
from samples.models import tokens as counting
from samples.selections import select
from tests import factories
from tests.exports.test_scripts import AWKWARD

pytestmark = pytest.mark.django_db(transaction=True)

SHOW = "\nprint(json.dumps({name}))"


@pytest.fixture
def lab(settings):
    settings.TOKEN_REQUESTS_PER_MINUTE = 1000
    lab = factories.laboratory()
    for number, identifier in enumerate(AWKWARD):
        description = "It is «grey», 50 % glass\nand 月壤" if number else '=1+1, "quoted"'
        factories.sample(lab.technician, identifier, lab.bottle, f"0.{number:05}1", description=description)
    return lab


@pytest.fixture
def page(lab, live_server):
    """{dataset: {language: lines}}, as they stand on the page."""
    client = Client()
    client.force_login(lab.technician)
    response = client.get("/api/", headers={"Host": live_server.url.removeprefix("http://")})
    tree = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    sections = {
        node.get("id"): ["".join(each.itertext()) for each in node.iter("pre")] for node in tree.iter("section")
    }
    assert {name for name, lines in sections.items() if lines} == set(DATASETS)
    return {name: dict(zip(["curl", "Python"], lines, strict=True)) for name, lines in sections.items() if lines}


@pytest.fixture
def secret(lab):
    return factories.token(lab.technician)[1]


def run(command, secret):
    environment = os.environ | {"LABINV_TOKEN": secret}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def python(lines, secret, name="samples"):
    return run([sys.executable, "-c", lines + SHOW.format(name=name)], secret)


def expected(name, lab):
    """The rows of the database, by the columns of the file."""
    selection = select(name, {}, lab.technician)
    names = [column.name for column in selection.columns]
    return [dict(zip(names, texts, strict=True)) for texts in selection.texts()]


def as_text(records):
    words = {True: "yes", False: "no", None: None}
    return [
        {key: words[value] if isinstance(value, bool | None) else str(value) for key, value in record.items()}
        for record in records
    ]


def test_every_curl_line_gives_the_first_page(page, lab, secret):
    for name, lines in page.items():
        result = run(["sh", "-c", lines["curl"]], secret)
        assert (result.returncode, result.stderr) == (0, ""), name
        body = json.loads(result.stdout)
        assert (body["dataset"], body["rows"]) == (name, len(body["records"]))


def test_every_python_line_gives_every_row_of_the_database(page, lab, secret, monkeypatch):
    monkeypatch.setattr(_records, "PAGE_ROWS", 2)

    for name, lines in page.items():
        rows = expected(name, lab)
        result = python(lines["Python"], secret, name)
        assert result.returncode == 0, result.stderr
        # What the readings themselves entered stands before what there was: the newest is the first.
        found = as_text(json.loads(result.stdout))
        assert (found[-len(rows) :] if name == "audit" and rows else found) == rows, name
    assert len(expected("samples", lab)) == len(AWKWARD) + 1


def test_a_reading_that_lacks_rows_does_not_pass_unnoticed(page, lab, secret, monkeypatch):
    """A record is lost between two pages, as a server at fault or a change might have it."""
    monkeypatch.setattr(_records, "PAGE_ROWS", 2)
    whole = _records.page_of

    def lossy(selection, after=None):
        records, place = whole(selection, after)
        return records[:1] if after else records, place

    monkeypatch.setattr("samples.views.api_records.page_of", lossy)

    result = python(page["samples"]["Python"], secret)

    assert result.returncode == 1
    assert result.stderr == "7 rows were announced, 5 came: read it again.\n"


def test_an_answer_that_is_cut_off_does_not_pass_unnoticed(page, lab, secret, monkeypatch):
    monkeypatch.setattr("samples.views.api_records.as_json", cut_off)

    result = python(page["samples"]["Python"], secret)

    assert result.returncode == 1
    assert "JSONDecodeError" in result.stderr or "IncompleteRead" in result.stderr


def cut_off(body, headers=None):
    return HttpResponse(json.dumps(body)[:-20], content_type="application/json")


def test_who_asks_too_often_waits_and_goes_on(page, lab, secret, monkeypatch, settings):
    monkeypatch.setattr(_records, "PAGE_ROWS", 2)
    monkeypatch.setattr(counting, "COUNTED_SECONDS", 1)
    settings.TOKEN_REQUESTS_PER_MINUTE = 2

    result = python(page["samples"]["Python"], secret)

    assert result.returncode == 0, result.stderr
    assert [record["identifier"] for record in json.loads(result.stdout)] == sorted(
        Sample.objects.values_list("identifier", flat=True)
    )


def test_a_refusal_is_told_by_its_sentence(page, lab):
    result = python(page["samples"]["Python"], "labinv_" + "0" * 64)

    assert result.returncode == 1
    assert "labinv does not know this token." in result.stderr
    assert "Traceback" not in result.stderr


def test_the_curl_line_says_nothing_without_a_token(page):
    result = run(["sh", "-c", page["samples"]["curl"]], "")

    assert (result.returncode, result.stdout) == (22, "")
    assert "401" in result.stderr
