"""The description of the door for scripts holds: by its standard, for every address in it, and as a page."""

import csv
import json
import zipfile
from copy import deepcopy
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from samples.exports import DATASETS
from samples.models import MassMovement
from samples.selections import SOURCES, names_for, select
from tests import factories
from tests.views.conftest import Browser

DESCRIPTION = "/api/openapi.json"


def script(user):
    _token, secret = factories.token(user)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture(scope="module")
def _busy_lab(_laboratory, django_db_blocker):
    """A record in every dataset, with something in most of its columns."""
    lab = deepcopy(_laboratory)
    standing = {"custodian": lab.home, "location": lab.room}
    with django_db_blocker.unblock():
        sealed = factories.container(lab.curator, "SEALED", lab.mission, **standing)
        factories.seal(lab.curator, sealed, "S-1")
        factories.discrepancies_of(lab, sealed, balance=factories.balance(lab.curator))
        case = factories.container(lab.curator, "CASE-1", lab.mission, **standing)
        child = factories.sample(lab.curator, "CE6C0001,1", case, parent=lab.soil, description="One\nTwo")
        factories.publish(lab.curator, child)
        factories.publish(lab.curator, lab.soil)
        late = factories.release(lab.technician, [lab.box], lab.other, remarks="Handle with care")
        factories.receive(lab.receiver, late, lab.other_room, received_at=late.released_at + timedelta(hours=2))
    return lab


@pytest.fixture
def lab(_busy_lab, db):
    return deepcopy(_busy_lab)


def described(user):
    response = Browser(user).client.get(DESCRIPTION)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    return json.loads(response.content)


def validator(description, schema):
    """What holds a value against a schema of the description, whose references it follows."""
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "components": description["components"],
    }
    return Draft202012Validator(whole, format_checker=FormatChecker())


def answer_to(description, path, status, media_type):
    """The schema of an answer, by its status and the media type it has."""
    answer = description["paths"][path]["get"]["responses"][str(status)]
    if "$ref" in answer:
        answer = description["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return answer["content"][media_type]["schema"]


def json_paths(description):
    return [path for path in description["paths"] if path.startswith("/api/")]


@pytest.mark.parametrize("who", ["technician", "researcher"])
def test_the_description_is_openapi(lab, who):
    description = described(getattr(lab, who))

    assert description["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


@pytest.mark.parametrize("who", ["technician", "auditor", "researcher"])
def test_it_has_the_addresses_that_the_person_may_read(lab, who):
    user = getattr(lab, who)
    description = described(user)

    assert json_paths(description) == [f"/api/{name}" for name in names_for(user)]
    assert len(description["paths"]) == 2 * len(names_for(user)) + 1


@pytest.mark.parametrize("who", ["technician", "researcher"])
def test_every_address_answers_as_described(lab, who):
    user = getattr(lab, who)
    description, client = described(user), script(user)

    for path in description["paths"]:
        response = client.get(path)
        assert response.status_code == 200, path
        media_type = response.headers["Content-Type"].partition(";")[0]
        schema = answer_to(description, path, 200, media_type)
        headers = description["paths"][path]["get"]["responses"]["200"]["headers"]
        assert {name for name in headers if name not in response.headers} <= {"Link"}
        if media_type == "application/json":
            body = json.loads(response.content)
            validator(description, schema).validate(body)
            assert body["records"] or who == "researcher", path
            assert [list(record) for record in body["records"]] == [_columns(body["dataset"], user)] * len(
                body["records"]
            )
        elif media_type == "application/zip":
            assert zipfile.ZipFile(BytesIO(response.getvalue())).testzip() is None
        else:
            [header, *_rows] = csv.reader(StringIO(response.getvalue().decode()))
            assert header == _columns(description["paths"][path]["get"]["operationId"].removesuffix("_csv"), user)


def _columns(name, user):
    return [column.name for column in DATASETS[name].columns_for(user)]


def test_the_schemas_refuse_what_is_not_so(lab):
    """That an answer is taken says nothing where anything would be."""
    description, client = described(lab.technician), script(lab.technician)
    body = json.loads(client.get("/api/samples").content)
    schema = validator(description, answer_to(description, "/api/samples", 200, "application/json"))
    wrong = {
        "mass_g": [10.5, "10,5", None],
        "origin": ["sea"],
        "published_at": ["yesterday", 0],
        "identifier": [None, 1],
    }

    for column, values in wrong.items():
        for value in values:
            changed = deepcopy(body)
            changed["records"][0][column] = value
            assert not schema.is_valid(changed), (column, value)
    for left_out in body:
        assert not schema.is_valid({key: value for key, value in body.items() if key != left_out})
    assert not schema.is_valid(body | {"more": 1})


def test_masses_in_milligrams_are_described_too(lab):
    description, client = described(lab.technician), script(lab.technician)

    for path in json_paths(description):
        names = {each["name"] for each in description["paths"][path]["get"]["parameters"]}
        query = {"mass_unit": "mg"} if "mass_unit" in names else {}
        body = json.loads(client.get(path, query).content)
        validator(description, answer_to(description, path, 200, "application/json")).validate(body)
        assert not any(key.endswith("_g") for record in body["records"] for key in record)


@pytest.mark.parametrize("who", ["technician", "researcher"])
def test_every_parameter_and_value_that_is_described_is_taken(lab, who):
    user = getattr(lab, who)
    description, client = described(user), Browser(user).client
    examples = {"integer": "1", "string": "x"}

    for path in [*json_paths(description), reverse("export_package")]:
        for parameter in description["paths"][path]["get"]["parameters"]:
            schema = parameter["schema"]
            schema = schema.get("items", schema)
            values = schema.get("enum") or schema.get("examples") or [examples[schema["type"]]]
            values = [timezone.localdate().isoformat()] if schema.get("format") == "date" else values
            for value in values[:30]:
                query = {parameter["name"]: value} | ({"mass_unit": "mg"} if value.endswith("_mg") else {})
                response = client.head(path, query)
                # Of these the records themselves are the values.
                is_record = schema["type"] == "integer" or parameter["name"] in ("person", "mission", "after")
                assert response.status_code == 200 or is_record, (path, parameter["name"], value)


@pytest.mark.parametrize("who", ["technician", "researcher"])
def test_every_parameter_that_is_taken_is_described(lab, who):
    user = getattr(lab, who)
    description = described(user)

    for name in names_for(user):
        parameters = description["paths"][f"/api/{name}"]["get"]["parameters"]
        names = {each["name"] for each in parameters}
        assert description["paths"][reverse(f"export_{name}")]["get"]["parameters"] == parameters[:-1]
        assert set(SOURCES[name].search({}, user).fields) | {"sort", "columns", "after"} <= names
        assert ("as_of" in names, "recorded_at" in names) == (name != "audit", name != "audit" and user.sees_all)


def test_refusals_are_as_described(lab):
    description = described(lab.technician)
    client, researcher = script(lab.technician), script(lab.researcher)
    json_only = {"Accept": "text/csv"}
    refused = {
        "400": client.get("/api/samples", {"colour": "grey"}),
        "401": Client().get("/api/samples"),
        "403": researcher.get("/api/samples", {"recorded_at": "2024-06-26"}),
        "404": client.get("/api/nothing"),
        "405": client.post("/api/samples"),
        "406": client.get("/api/samples", headers=json_only),
    }

    assert {status: str(response.status_code) for status, response in refused.items()} == {
        each: each for each in refused
    }
    for status, response in refused.items():
        schema = answer_to(description, "/api/samples", status, "application/problem+json")
        validator(description, schema).validate(json.loads(response.content))
        answer = description["paths"]["/api/samples"]["get"]["responses"][status]["$ref"].rpartition("/")[2]
        assert set(description["components"]["responses"][answer].get("headers", {})) <= set(response.headers)


def test_researchers_are_told_of_no_column_or_filter_of_the_staff(lab):
    description = described(lab.researcher)

    assert "remarks" not in description["components"]["schemas"]["handoffs"]["properties"]
    assert "came_with" not in json.dumps(description)
    assert "movements" not in json.dumps(description["paths"])


def test_people_and_records_are_no_vocabulary(lab):
    """A description tells what can be asked, and of nobody who works here."""
    text = json.dumps(described(lab.auditor), ensure_ascii=False)

    for found in (lab.technician.username, lab.home.name, lab.mission.code, lab.soil.identifier):
        assert f'"{found}"' not in text


def test_a_token_reads_the_description(lab):
    response = script(lab.technician).get(DESCRIPTION)

    assert json.loads(response.content) == described(lab.technician)
    assert (response.headers["Cache-Control"], Client().get(DESCRIPTION).status_code) == ("no-store", 401)


def test_the_description_takes_no_parameters(lab):
    assert script(lab.technician).get(f"{DESCRIPTION}?format=yaml").status_code == 400


def test_masses_keep_every_digit(lab):
    body = json.loads(script(lab.technician).get("/api/movements").content)

    sums = [str(movement.mass_g) for movement in MassMovement.objects.all()]
    assert sorted(record["mass_g"] for record in body["records"]) == sorted(sums)


# The page.


@pytest.mark.parametrize("who", ["technician", "researcher"])
def test_the_page_has_what_the_description_has(lab, who):
    user = getattr(lab, who)
    description, page = described(user), Browser(user).get("api")

    for name in names_for(user):
        reading = description["paths"][f"/api/{name}"]["get"]
        [section] = [node for node in page.tree.iter("section") if node.get("id") == name]
        words = [["".join(node.itertext()) for node in facts.iter("dt")] for facts in section.iter("dl")]
        assert words == [[each["name"] for each in reading["parameters"]], _columns(name, user)]
        assert f"/api/{name}" in [link.get("href") for link in section.iter("a")]
    assert len(list(page.tree.iter("section"))) == len(names_for(user)) + 2


def test_the_page_says_what_the_limit_is(lab, settings):
    settings.TOKEN_REQUESTS_PER_MINUTE = 7

    assert "A token has 7 requests in each minute" in Browser(lab.technician).get("api").text


@pytest.mark.parametrize("name", ["data", "token_list"])
def test_the_page_is_led_to(lab, name):
    assert "/api/" in Browser(lab.technician).get(name).links


def test_the_pages_of_a_question_are_those_of_its_selection(lab):
    body = json.loads(script(lab.technician).get("/api/samples", {"sort": "-mass"}).content)

    texts = list(select("samples", {"sort": "-mass"}, lab.technician).texts())
    assert [tuple(record.values()) for record in body["records"]] == texts
