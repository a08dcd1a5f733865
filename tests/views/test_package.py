"""The page on which a data package is put together, and the package as it is downloaded."""

import json
import zipfile
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from samples.audit.checkpoints import checkpoint
from samples.exports import DATASETS
from samples.models import LedgerEntry
from tests import factories
from tests.views.conftest import Browser, address

MOMENT = "2026-12-31T20:00:00+00:00"
ANSWERS = {"datasets": ["samples", "missions"], "mission": "CE6", "mass_unit": "g", "about": "now", "at": ""}


def files(page):
    with zipfile.ZipFile(BytesIO(page.response.getvalue())) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def told(page):
    return json.loads(files(page)["datapackage.json"])


def test_the_page_offers_what_one_may_have(lab):
    staff, researcher = (Browser(person).get("package") for person in (lab.technician, lab.researcher))

    assert "audit.csv" in staff.text
    assert "what was recorded at a moment" in staff.text
    assert "audit.csv" not in researcher.text
    assert "movements.csv" not in researcher.text
    assert "what was recorded at a moment" not in researcher.text
    ticked = [
        node.get("value")
        for node in staff.tree.iter("input")
        if node.get("type") == "checkbox" and "checked" in node.attrib
    ]
    assert "samples" in ticked
    assert "audit" not in ticked


def test_the_data_page_leads_to_it(as_researcher):
    assert as_researcher.get("data").link("Data package") == address("package")


@pytest.mark.parametrize(
    ("answers", "query"),
    [
        ({}, {"datasets": "samples,missions", "mission": "CE6"}),
        ({"mission": "", "mass_unit": "mg"}, {"datasets": "samples,missions", "mass_unit": "mg"}),
        (
            {"about": "as_of", "at": "2024-06-26 20:00"},
            {"datasets": "samples,missions", "mission": "CE6", "as_of": "2024-06-26 20:00"},
        ),
        (
            {"about": "recorded_at", "at": "2026-01-01"},
            {"datasets": "samples,missions", "mission": "CE6", "recorded_at": "2026-01-01"},
        ),
    ],
)
def test_its_answers_lead_to_the_address_of_the_package(lab, as_technician, answers, query):
    page = as_technician.get("package", **(ANSWERS | answers))

    assert page.location == address("export_package", **query)


@pytest.mark.parametrize(
    ("answers", "name", "sentence"),
    [
        ({"datasets": []}, "datasets", "Tick one file at least."),
        ({"datasets": ["stones"]}, "datasets", "Select a valid choice."),
        (
            {"datasets": ["audit"], "about": "as_of", "at": "2024-06-26"},
            "datasets",
            "The audit log tells what was recorded",
        ),
        ({"about": "as_of"}, "at", "Type the moment that you ask about."),
        ({"about": "as_of", "at": "2999-01-01"}, "at", "“2999-01-01” is in the future; nobody knows yet."),
        ({"at": "2024-06-26"}, "at", "Choose which question the moment is for, or leave it empty."),
        ({"mission": "CE9"}, "mission", "Select a valid choice."),
        ({"mass_unit": "kg"}, "mass_unit", "Select a valid choice."),
        ({"about": "later"}, "about", "Select a valid choice."),
    ],
)
def test_what_cannot_be_asked_stays_in_the_form_with_a_sentence(lab, as_technician, answers, name, sentence):
    page = as_technician.get("package", **(ANSWERS | answers))

    assert page.status == 400
    assert page.faults[name].startswith(sentence)


def test_a_researcher_does_not_ask_what_was_recorded(lab, as_researcher):
    asked = {"about": "recorded_at", "at": "2024-06-26", "datasets": ["samples"], "mission": ""}

    assert as_researcher.get("package", **(ANSWERS | asked)).faults["about"].startswith("Select a valid choice.")
    assert as_researcher.get("export_package", recorded_at="2024-06-26").status == 403


@time_machine.travel(MOMENT, tick=False)
def test_the_file_is_named_for_its_moment_and_bears_the_checkpoint_of_its_own_entry(lab):
    page = Browser(lab.technician).get("export_package")

    mark, entry = checkpoint(), LedgerEntry.objects.head()
    assert page.response.headers["Content-Type"] == "application/zip"
    file = f"labinv-package-recorded-at-2026-12-31T200000Z-{mark.slug}.zip"
    assert page.response.headers["Content-Disposition"] == f'attachment; filename="{file}"'
    assert page.response.headers["X-Labinv-Ledger"] == mark.text.replace(" · ", " ")
    # The sign-in was at the full second, while the clock stands still.
    assert told(page)["created"] == "2026-12-31T20:00:00.000001Z"
    assert (entry.verb, entry.actor_name, entry.reason) == ("data.export", "Technician", "Downloaded in the browser.")
    assert json.loads(entry.payload)["filters"] == {
        "datasets": ",".join(name for name in DATASETS if name != "audit"),
        "mass_unit": "g",
    }


def test_the_ledger_is_told_of_every_filter(lab, as_technician):
    filters = {
        "datasets": "samples,missions",
        "samples.origin": "drill",
        "mission": "CE6",
        "as_of": "2024-06-26T00:00Z",
    }

    as_technician.get("export_package", **filters)

    payload = json.loads(LedgerEntry.objects.head().payload)
    assert (payload["file"], payload["format"]) == ("package.zip", "zip")
    assert payload["filters"] == filters | {"mass_unit": "g", "as_of": "2024-06-26T00:00:00Z"}


def test_a_look_at_its_headers_enters_nothing(lab, as_technician):
    before = LedgerEntry.objects.count()

    response = as_technician.client.head(address("export_package"))

    assert (response.status_code, response.getvalue()) == (200, b"")
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"colour": "grey"}, "colour: there is no such filter"),
        ({"datasets": "stones"}, "datasets: “stones” is none of your datasets"),
        ({"datasets": "audit", "as_of": "2024-06-26"}, "datasets: the audit log tells what was recorded"),
        ({"as_of": "yesterday"}, "“yesterday” is no moment."),
        ({"datasets": ["samples", "missions"]}, "datasets: this is given more than once. Give it one value."),
        ({"samples.origin": ["drill", "scoop"]}, "samples.origin: this is given more than once."),
        ({"mission": "CE9", "samples.origin": "sea"}, "mission: There is no mission “CE9”. There are: CE6."),
    ],
)
def test_what_cannot_be_made_says_why_in_plain_text_and_enters_nothing(lab, as_technician, query, sentence):
    before = LedgerEntry.objects.count()

    page = as_technician.get("export_package", **query)

    assert page.status == 400
    assert page.response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert page.html.startswith(sentence)
    assert LedgerEntry.objects.count() == before


def test_a_script_fetches_it_by_its_token(lab):
    token, secret = factories.token(lab.researcher)

    page = Browser().client.get(address("export_package"), headers={"Authorization": f"Bearer {secret}"})

    assert page.status_code == 200
    assert json.loads(LedgerEntry.objects.head().payload)["token"] == token.name
    assert zipfile.ZipFile(BytesIO(page.getvalue())).testzip() is None


def test_a_filter_that_names_a_mission_names_it_by_its_code(lab, as_technician):
    factories.mission(lab.curator, "CE5", body_side="near", relay_satellite="")

    page = as_technician.get("export_package", **{"datasets": "samples,containers", "samples.mission": "ce5"})

    [samples, containers] = told(page)["resources"]
    assert (samples["rows"], containers["rows"]) == (0, 2)
    assert samples["filters"] == {"mission": "ce5"}


def test_whoever_sees_nothing_gets_nothing(lab):
    assert Browser(factories.person("nobody")).get("export_package").status == 403


def test_it_costs_the_same_for_three_times_the_rows(lab, as_technician):
    few = cost(as_technician)
    for number in range(20):
        factories.sample(lab.technician, f"S-{number}", lab.bottle)

    assert cost(as_technician) == few < 80


def cost(browser):
    with CaptureQueriesContext(connection) as queries:
        browser.client.get(address("export_package")).getvalue()
    return len(queries)
