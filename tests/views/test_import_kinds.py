"""Imports of every kind on pages: what a file does not say by itself, templates, and undoing."""

import csv
import io
from uuid import uuid4

import xlsxwriter
from django.urls import reverse

from samples.imports.kinds import KINDS
from samples.imports.templates import TEMPLATES
from samples.models import Container, Import, Sample, Upload
from samples.operations import undoing
from samples.operations.undoing import Touched
from samples.views.imports import MOST_UNDONE
from tests import factories
from tests.refusing import refused
from tests.views.test_import_pages import confirm, to_the_end, upload


def read_rows(kind, *rows):
    """A CSV of rows of any kind."""
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return {"content": written.getvalue().encode(), "name": f"{kind}.csv", "kind": kind}


def test_custodians_are_checked_confirmed_registered_and_listed(lab, as_curator):
    rows = [{"name": "Museum", "kind": "museum"}, {"name": "Store", "kind": "agency"}]

    page = to_the_end(as_curator.open(upload(as_curator, **read_rows("custodians", *rows)).location))

    assert page.with_class("badge") == ["Custodians"]
    assert "Read as UTF-8, parted by commas: 2 rows, 2 columns." in page.text
    assert "All 2 records can be registered" in page.text
    done = confirm(page)
    made = Import.objects.get()
    assert f"2 records are registered with the import {made}" in done.text
    detail = as_curator.get("import_detail", made)
    assert as_curator.open(detail.link("2 records")).rows == ["Museum", "Store"]
    assert as_curator.get("import_list", kind="custodians").rows == [str(made)]
    assert as_curator.get("import_list", kind="samples").rows == []


def test_what_a_file_does_not_say_by_itself_is_chosen_on_the_page(as_curator):
    content = "name;kind\nJäger;museum\n".encode("cp1252")

    refused = upload(as_curator, content, kind="custodians")
    assert "or say which encoding it has" in refused.faults["file"]
    taken = upload(as_curator, content, kind="custodians", encoding="cp1252")

    page = to_the_end(as_curator.open(taken.location))
    assert "Read as Windows-1252, parted by semicolons: 1 row, 2 columns." in page.text
    assert "Jäger" in page.text
    assert Upload.objects.get().encoding == "cp1252"


def test_a_sheet_is_chosen_on_the_page(as_curator):
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    for name, party in (("one", "Museum"), ("two", "Store")):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["name", "kind"])
        sheet.write_row(1, 0, [party, "museum"])
    book.close()
    said = {"kind": "custodians", "name": "parties.xlsx"}

    assert "Say which one is meant." in upload(as_curator, written.getvalue(), **said).faults["sheet"]
    page = to_the_end(as_curator.open(upload(as_curator, written.getvalue(), sheet="two", **said).location))

    assert "Read from the sheet “two” of a workbook" in page.text
    assert "Store" in page.text


def test_templates_are_fetched_and_no_other_file(as_curator):
    opened = as_curator.get("import_upload", kind="containers")
    assert opened.typed["kind"] == "containers"

    for kind in KINDS:
        for ending in ("csv", "xlsx"):
            answer = as_curator.client.get(reverse("import_template", args=[f"{kind}.{ending}"]))
            assert answer.headers["Content-Disposition"] == f'attachment; filename="labinv-{kind}-template.{ending}"'
            assert answer.content == TEMPLATES[ending][0](KINDS[kind])
    for name in ("people.csv", "samples", "samples.pdf", "samples.csv.csv"):
        assert as_curator.client.get(reverse("import_template", args=[name])).status_code == 404


def test_the_page_of_a_dataset_offers_its_file_that_imports_again(lab, as_curator, as_auditor, as_researcher):
    for kind in KINDS:
        chosen = as_curator.open(as_curator.get(f"data_{kind}").link("As an import file"))
        content = as_curator.client.get(chosen.link(f"Download {kind}.csv")).getvalue()

        assert content.decode().splitlines()[0].split(",") == list(KINDS[kind].file_columns)
        assert as_auditor.get(f"data_{kind}").link("As an import file") is None
    assert as_researcher.get("data_samples").link("As an import file") is None


def test_an_import_is_undone_on_its_page(lab, as_curator, as_auditor):
    made = factories.imported(lab.curator, lab.box, "S-1", "S-2")
    assert as_auditor.get("import_detail", made).link("Undo") is None

    page = as_curator.open(as_curator.get("import_detail", made).link("Undo")).send(reason="The wrong list")

    assert (page.status, page.location) == (302, made.get_absolute_url())
    assert page.message == f"{made} is undone: what it brought is void and stays readable."
    detail = as_curator.get("import_detail", made)
    assert "Curator: “The wrong list”" in detail.text
    assert detail.link("Undo") is None
    assert as_curator.open(detail.link("2 samples")).rows == ["S-1", "S-2"]
    listed = as_curator.get("import_list")
    assert listed.rows == [str(made)]
    assert "Undone" in listed.text
    assert as_curator.get("import_list", show="live").rows == []
    assert as_curator.get("import_list", show="undone").rows == [str(made)]


def test_what_was_used_since_is_listed_before_and_after_it_is_sent(lab, as_curator):
    made = factories.imported(lab.curator, lab.bottle, "S-1", "S-2")
    factories.publish(lab.curator, Sample.objects.get(identifier="S-2"))

    opened = as_curator.get("import_undo", made)
    assert opened.link("S-2") == Sample.objects.get(identifier="S-2").get_absolute_url()
    assert "It cannot be undone: one of its records was used since" in opened.text
    assert "Undo this import" not in opened.text
    refused = as_curator.post(opened.url, {"reason": "The wrong list", "submission": str(uuid4()), "seen": "1"})

    assert refused.status == 422
    assert f"{made} cannot be undone: one of its records was used since. S-2: it was changed." in refused.summary


def test_records_are_counted_once_however_much_was_done_with_them(lab, as_curator):
    vessel = {
        "identifier": "VIAL",
        "mission": "CE6",
        "kind": "vial",
        "origin": "scoop",
        "inside": "BOX-1",
        "custody_began_at": "2024-06-01 08:00",
        "chain_document": "DN-1",
    }
    confirm(to_the_end(as_curator.open(upload(as_curator, **read_rows("containers", vessel)).location)))
    made, vial = Import.objects.get(), Container.objects.get(identifier="VIAL")
    for number in range(3):
        factories.sample(lab.curator, f"S-{number}", vial)

    with refused(Touched, f"{made} cannot be undone: one of its records was used since. VIAL: Sample S-0 and 2 more"):
        undoing.undo(made=made, by=lab.curator, reason="The wrong list")
    assert as_curator.get("import_undo", made).rows == ["VIAL"]


def test_what_is_undone_already_says_so_and_leads_to_it(lab, as_curator):
    made = factories.imported(lab.curator, lab.bottle, "S-1")
    undoing.undo(made=made, by=lab.curator, reason="The wrong list")

    again = as_curator.get("import_undo", made)
    assert (again.status, again.location) == (302, made.get_absolute_url())
    assert again.message == f"{made} is undone already: what it brought is void and stays readable."

    sent = as_curator.post(again.url, {"reason": "Once more", "submission": str(uuid4())})
    assert sent.status == 422
    assert f"{made} is undone already" in sent.summary
    assert sent.link(f"Back to {made}") == made.get_absolute_url()


def test_a_large_import_is_undone_on_the_server(lab, as_curator, monkeypatch):
    made = factories.imported(lab.curator, lab.bottle, "S-1", "S-2")
    monkeypatch.setitem(MOST_UNDONE, "samples", 1)

    opened = as_curator.get("import_undo", made)
    assert "manage.py undo_import" in opened.text
    assert "Undo this import" not in opened.text
    page = as_curator.post(opened.url, {"reason": "The wrong list", "submission": str(uuid4())})

    assert "manage.py undo_import" in page.summary
    assert Import.objects.get().voided_at is None


def test_a_name_that_cannot_be_shown_breaks_no_page_of_records(as_curator):
    page = to_the_end(
        as_curator.open(upload(as_curator, **read_rows("custodians", {"name": "Mu\u202eseum", "kind": "x"})).location)
    )

    assert "Mu⟨U+202E⟩seum" in page.text


def test_the_log_says_what_was_imported_and_undone(lab, as_curator):
    made = factories.imported(lab.curator, lab.box, "S-1")
    undoing.undo(made=made, by=lab.curator, reason="The wrong list")

    log = as_curator.get("audit_log").text
    assert f"Undid import {made}" in log
    assert f"Imported {made}" in log
    assert "Undid" in as_curator.get("import_detail", made).text
    assert f"Undid {made}" in as_curator.get("overview").text
