"""Importing samples on pages: upload, the check of every row, and then all of them or none."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from samples.models import Import, Sample, Upload
from samples.operations import custodians, people
from samples.roles import Role
from tests import factories
from tests.refusing import plain, state
from tests.views.conftest import Browser, address

GOOD = [{"identifier": "S-1", "mass_g": "1.5", "container": "BOT-1"}]
BAD = [*GOOD, {"identifier": "S-2", "mass_g": "0", "container": "BOT-1"}, {"identifier": "S\u200b3", "mass_g": "1"}]


def upload(browser, content, mapping=None, reason="Opening stock", name="stock.csv", **said):
    files = {"file": SimpleUploadedFile(name, content)} if content is not None else {}
    if mapping is not None:
        files["mapping"] = SimpleUploadedFile("stock.toml", mapping)
    return browser.post(address("import_upload"), files | {"kind": "samples", "reason": reason} | said)


def check(browser, rows, **values):
    uploaded = upload(browser, factories.stock(*rows), **values)
    assert uploaded.status == 302
    return to_the_end(browser.open(uploaded.location))


def to_the_end(page):
    """The page read to its end: it arrives while the rows are worked through."""
    assert page.html.rstrip().endswith("</html>") or page.status == 302
    return page


def confirm(page, **values):
    return to_the_end(page.browser.post(page.url, values))


def test_a_file_is_checked_confirmed_and_registered(lab, as_curator):
    page = check(as_curator, GOOD)
    assert page.status == 200
    assert "One sample can be registered" in page.text
    assert not Sample.objects.filter(identifier="S-1").exists()

    done = confirm(page)

    made = Import.objects.get()
    assert done.status == 200
    assert f"One sample is registered with the import {made}" in done.text
    sample = Sample.objects.get(identifier="S-1")
    assert (sample.mass_g, sample.container) == (Decimal("1.500000"), lab.bottle)
    assert sample.history.get().history_change_reason == "Opening stock"


def test_it_says_how_far_it_is_while_it_works(lab, as_curator):
    rows = [{"identifier": f"S-{number}", "mass_g": "1", "container": "BOT-1"} for number in range(41)]
    url = upload(as_curator, factories.stock(*rows)).location

    parts = [part.decode() for part in as_curator.client.get(url)]

    assert "</main>" not in parts[0]
    assert [plain(part) for part in parts if "<progress" in part][1].count("20 of 41 rows") == 1
    assert parts[-1].rstrip().endswith("</html>")


def test_every_fault_is_shown_and_the_refused_rows_come_as_csv(as_curator):
    page = check(as_curator, BAD)

    assert "2 of 3 rows are refused, 1 could be registered" in page.text
    assert "Nothing weighs 0 g" in page.text
    assert "S⟨U+200B⟩3" in page.text
    assert "Register" not in " ".join(page.with_class("form-foot"))
    refused = as_curator.client.get(page.link("Refused rows as CSV"))
    rows = list(csv.DictReader(io.StringIO(refused.content.decode())))
    assert [row["labinv_row"] for row in rows] == ["3", "4"]
    assert "mass_g: Nothing weighs 0 g" in rows[0]["labinv_refused"]
    assert rows[0]["identifier"] == "S-2"
    assert refused.headers["Content-Disposition"] == 'attachment; filename="labinv-refused-rows.csv"'


def test_refused_rows_cannot_be_confirmed(as_curator):
    page = check(as_curator, BAD)
    before = state()

    answer = confirm(page)

    assert answer.status == 422
    assert "Rows are refused, so nothing can be imported." in answer.text
    assert state() == before


def test_what_was_not_checked_is_checked_before_it_can_be_confirmed(lab, as_curator):
    waiting = factories.uploaded(lab.curator, GOOD)

    answer = as_curator.post(waiting.get_absolute_url(), {})

    assert (answer.status, answer.location) == (302, waiting.get_absolute_url())
    assert not Import.objects.exists()


def test_doubtful_rows_are_confirmed_with_a_tick(lab, as_curator):
    factories.container(
        lab.technician, "TUBE", lab.mission, kind="core tube", origin="drill", custodian=lab.home, location=lab.room
    )
    row = {"identifier": "S-1", "mass_g": "1", "container": "TUBE", "origin": "drill", "form": "core segment"}
    page = check(as_curator, [row])
    assert "One row is doubtful" in page.text

    refused = confirm(page)
    assert refused.status == 422
    assert "tick the box" in refused.text
    assert not Import.objects.exists()

    assert "is registered with the import" in confirm(page, acknowledged="on").text


def test_what_changed_since_the_check_is_refused_when_it_is_confirmed(lab, as_curator):
    page = check(as_curator, GOOD)
    factories.sample(lab.technician, "S-1", lab.bottle)

    answer = confirm(page)

    assert "1 of the rows cannot be registered, so nothing was saved." in answer.text
    assert "Another sample has this identifier." in answer.text
    assert not Import.objects.exists()


def test_a_file_is_imported_once(as_curator):
    page = check(as_curator, GOOD)
    confirm(page)

    again = as_curator.post(page.url, {})

    assert (again.status, again.location) == (302, Import.objects.get().get_absolute_url())
    assert as_curator.open(page.url).location == Import.objects.get().get_absolute_url()
    assert Sample.objects.filter(identifier="S-1").count() == 1


def test_a_second_look_costs_no_second_check(as_curator, django_assert_max_num_queries):
    page = check(as_curator, BAD)

    with django_assert_max_num_queries(8):
        again = as_curator.open(page.url)

    assert "2 of 3 rows are refused" in again.text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "This field is required."),
        (b"", "The submitted file is empty."),
        (b"a;b,c\n1;2", "The header has commas and semicolons"),
        (b"identifier,identifier\n1,2", "a column twice"),
        (b"identifier\n\xff", "is not UTF-8"),
        (b"colour\ngrey", "The file has no column identifier, origin, form, mass_g, happened_at, container."),
        (b"\x00" * 20, "NUL"),
        (b"identifier\n" + b"S\n" * 20_001, "more than 20000 rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_box_and_the_reason_stays(as_curator, content, says):
    page = upload(as_curator, content, reason="A reason that stays")

    assert page.status == 422
    assert says in page.faults["file"]
    assert "A reason that stays" in page.html
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("mapping", "says"), [(b"[", "is no TOML"), (b"\xff", "not UTF-8"), (b"[containers]\n", "[containers] needs")]
)
def test_a_mapping_that_cannot_be_read_is_refused_beside_its_box(as_curator, mapping, says):
    page = upload(as_curator, factories.stock(*GOOD), mapping)

    assert page.status == 422
    assert says in page.faults["mapping"]


def test_a_mapping_is_applied_and_shown_with_the_import(as_curator):
    rows = [{"num": "S-1", "grams": "2", "container": "BOT-1"}]
    mapping = b'[columns]\nidentifier = "num"\nmass_g = "grams"\n'

    confirm(check(as_curator, rows, mapping=mapping))

    page = as_curator.get("import_detail", Import.objects.get())
    assert Sample.objects.get(identifier="S-1").mass_g == 2
    assert 'identifier = "num"' in page.text


def test_somebody_else_s_upload_is_not_there(lab, as_curator):
    waiting = factories.uploaded(lab.curator, GOOD)
    other = Browser(factories.person("second-curator", Role.CURATOR))

    assert other.open(waiting.get_absolute_url()).status == 404
    assert other.open(reverse("import_refused", args=[waiting.pk])).status == 404


def test_an_upload_is_gone_after_a_day(lab):
    waiting = factories.uploaded(lab.curator, GOOD)

    with time_machine.travel(waiting.at + timedelta(hours=25)):
        assert Browser(lab.curator).open(waiting.get_absolute_url()).status == 404
        factories.uploaded(lab.curator, GOOD)

    assert not Upload.objects.filter(pk=waiting.pk).exists()


def test_a_custodian_that_left_meanwhile_is_told_instead_of_a_check(lab, as_curator):
    mapping = '[containers]\ncolumn="bag"\ncustodian="Laboratory"\nlocation="Room 1"\nchain_document="D"\n'
    rows = [{"identifier": "S-1", "mass_g": "1", "mission": "CE6", "bag": "A"}]
    waiting = factories.uploaded(lab.curator, rows, mapping.replace("Laboratory", "Elsewhere"))

    page = as_curator.open(waiting.get_absolute_url())

    assert page.status == 422
    assert "No active custodian is called “Elsewhere”." in page.text


@pytest.fixture
def bagged(lab, as_curator):
    """The page of a checked file whose mapping names a custodian, after that one was renamed."""
    mapping = b'[containers]\ncolumn="bag"\ncustodian="Laboratory"\nlocation="Room 1"\nchain_document="D"\n'
    rows = [{"identifier": f"S-{mass}", "mass_g": mass, "mission": "CE6", "bag": "A"} for mass in ("1", "0")]
    pages = [check(as_curator, some, mapping=mapping) for some in (rows[:1], rows)]
    renamed = {"custodian": lab.home, "changes": {"name": "Institute"}, "seen": None}
    custodians.amend(**renamed, by=lab.curator, reason="New name")
    return pages


def test_what_the_mapping_names_is_looked_for_again_when_it_is_confirmed(bagged):
    answer = confirm(bagged[0])

    assert answer.status == 422
    assert "No active custodian is called “Laboratory”." in answer.text
    assert not Import.objects.exists()


def test_the_refused_rows_are_given_whatever_became_of_the_custodian(bagged, as_curator):
    answer = as_curator.client.get(bagged[1].link("Refused rows as CSV"))

    assert answer.status_code == 200
    assert "S-0" in answer.content.decode()


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ('leave_out = ["S-1"]', "leave_out names every row"),
        ('[columns]\nexposure = "air_exposd"', "The file has no column air_exposd."),
        ('[containers]\ncolumn="form"\ncustodian="\\u0000"\nlocation="x"\nchain_document="x"', "no column mission"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused_at_once(as_curator, mapping, says):
    page = upload(as_curator, factories.stock(*GOOD), mapping.encode())

    assert page.status == 422
    assert says in page.summary


@pytest.mark.parametrize("custodian", ["\\u0000", "月" * 6000, "%", "Laborator_"])
def test_a_custodian_is_called_exactly_so(as_curator, custodian):
    mapping = f'[containers]\ncolumn="bag"\ncustodian="{custodian}"\nlocation="Room 1"\nchain_document="D"\n'
    rows = [{"identifier": "S-1", "mass_g": "1", "mission": "CE6", "bag": "A"}]

    page = upload(as_curator, factories.stock(*rows), mapping.encode())

    assert page.status == 422
    assert "No active custodian is called" in page.faults["mapping"]


def take_the_right_away(lab):
    people.change(
        user=lab.curator,
        name="Curator",
        roles=[Role.AUDITOR],
        custodian=None,
        is_active=True,
        by=lab.administrator,
        reason="Has another task",
    )


def test_who_lost_the_right_while_the_page_was_sent_is_told_on_it(lab, as_curator):
    waiting = factories.uploaded(lab.curator, GOOD)
    response = as_curator.client.get(waiting.get_absolute_url())
    take_the_right_away(lab)

    text = response.getvalue().decode()

    assert "may not do this" in text
    assert text.rstrip().endswith("</html>")


def test_the_imports_are_listed_and_lead_to_what_they_brought(lab, as_auditor):
    made = factories.imported(lab.curator, lab.bottle, "S-1", "S-2")

    assert as_auditor.get("import_list").rows == [str(made)]
    page = as_auditor.get("import_detail", made)
    assert lab.curator.name in page.text
    assert made.sha256 in page.text
    assert as_auditor.open(page.link("2 samples")).rows == ["S-1", "S-2"]
    assert as_auditor.get("container_list", came_with=made.pk).rows == []


def test_researchers_are_not_offered_imports_as_a_filter(lab, as_researcher):
    made = factories.imported(lab.curator, lab.bottle, "S-1")

    page = as_researcher.get("sample_list", came_with=made.pk)

    assert "Came with the import" not in page.text


def test_the_data_page_leads_to_the_upload(as_curator, as_auditor):
    assert as_curator.get("data").link("Import a file") == reverse("import_upload")
    assert as_auditor.get("data").link("Import a file") is None
    assert as_auditor.get("data").link("Imports") == reverse("import_list")


def test_who_is_no_curator_any_more_when_it_is_confirmed_imports_nothing(lab, as_curator):
    page = check(as_curator, GOOD)
    take_the_right_away(lab)

    assert confirm(page).status == 403
    assert not Import.objects.exists()
