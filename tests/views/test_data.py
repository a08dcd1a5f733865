"""The page of the data, and the files as they are downloaded."""

import csv
from io import StringIO

import pytest
import time_machine

from samples import trail
from samples.audit.checkpoints import checkpoint
from samples.exports import DATASETS, _snapshot, audit
from tests import factories
from tests.views.conftest import Browser, address


def rows(page):
    return list(csv.DictReader(StringIO(page.response.getvalue().decode(), newline="")))


def test_it_lists_each_file_with_what_it_is_and_how_long(lab, as_technician):
    page = as_technician.get("data")

    assert page.rows == [f"{name}.csv" for name in DATASETS]
    for name, dataset in DATASETS.items():
        assert page.link(f"Download {name}.csv") == address(f"export_{name}")
        assert page.link(f"Choose columns… of {name}.csv") == address(f"data_{name}") + "#columns"
        assert f"{dataset.meaning[0].upper()}{dataset.meaning[1:]}." in page.text
    found = {row.find("th").find("a").text: cells(row) for row in page.tree.find(".//table/tbody")}
    counted = {name.removesuffix(".csv"): row[1] for name, row in found.items()}
    # Lines are counted by making them.
    assert (counted["samples"], counted["containers"], counted["handoffs"]) == ("1", "2", "0")
    assert (counted["audit"], counted["mass_balance"]) == ("–", "–")


def cells(row):
    return [" ".join("".join(cell.itertext()).split()) for cell in row.iter("td")]


def test_it_lists_for_researchers_what_they_may_have(lab, as_researcher):
    page = as_researcher.get("data")

    assert page.rows == ["samples.csv", "containers.csv", "handoffs.csv", "missions.csv"]


@time_machine.travel("2026-12-31T20:00:00+00:00", tick=False)
def test_a_file_is_named_for_the_day_in_the_laboratory(lab):
    response = Browser(lab.technician).get("export_samples").response
    mark = checkpoint()

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    file = f"labinv-samples-2027-01-01-{mark.slug}.csv"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{file}"'
    assert response.headers["X-Labinv-Ledger"] == mark.text.replace(" · ", " ")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


# Their lists have no identifiers, or there is none: test_movement_list.py and test_mission_balance.py.
OTHERWISE = {"audit", "weighings", "movements", "mass_balance"}


@pytest.mark.parametrize("name", [name for name in DATASETS if name not in OTHERWISE])
def test_a_file_has_every_row_of_its_list(lab, as_technician, name):
    one = {"discrepancies": "discrepancy"}.get(name, name.removesuffix("s"))
    listed = as_technician.get(f"{one}_list").rows

    found = rows(as_technician.get(f"export_{name}"))

    key = {"missions": "code", "custodians": "name", "locations": "location"}.get(name, "identifier")
    assert [row[key] for row in found] == listed if name not in ("handoffs", "discrepancies") else found == []


def test_a_file_takes_the_filters_of_its_list(lab, as_technician):
    factories.sample(lab.technician, "GRAIN", lab.bottle, "0.000001")

    found = rows(as_technician.get("export_samples", mass_to="1 mg", origin="scoop", sort="-mass", q=""))

    assert [row["identifier"] for row in found] == ["GRAIN"]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"colour": "grey"}, "colour: there is no such filter"),
        ({"after": "W10="}, "after: there is no such filter"),
        ({"origin": "sea"}, "origin: Select a valid choice. sea is not one of the available choices."),
        ({"mass_from": "1,5"}, "mass_from: “1,5” has a comma."),
        ({"sort": "colour"}, "sort: This list is not sorted by “colour”."),
        ({"mission": "1"}, "mission: There is no mission “1”. There are: CE6."),
        ({"origin": ["drill", "scoop"]}, "origin: this is given more than once. Give it one value."),
    ],
)
def test_a_file_that_cannot_be_made_says_why_in_plain_text(lab, as_technician, question, sentence):
    page = as_technician.get("export_samples", **question)

    assert page.status == 400
    assert page.response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert page.html.startswith(sentence)


def test_its_rows_are_sent_in_pieces_and_their_number_is_announced(lab, as_technician, monkeypatch):
    monkeypatch.setattr(_snapshot, "BATCH", 2)
    monkeypatch.setattr(_snapshot, "CHUNK", 1)
    for number in range(5):
        factories.sample(lab.technician, f"S-{number}", lab.bottle, description="One\nTwo")

    response = as_technician.client.get(address("export_samples"))
    header, first, *rest = response.streaming_content

    assert response.streaming
    assert response.headers["X-Labinv-Rows"] == "6"
    assert header.startswith(b"identifier,")
    assert first.startswith(b"CE6C0001,")
    assert len(rest) >= 2


@pytest.mark.parametrize("name", DATASETS)
def test_each_file_has_as_many_rows_as_it_announces(lab, as_technician, name):
    page = as_technician.get(f"export_{name}")

    assert page.response.headers["X-Labinv-Rows"] == str(len(rows(page)))


def test_a_head_request_streams_nothing(lab, as_technician):
    response = as_technician.client.head(address("export_samples"))

    assert response.status_code == 200
    assert response.getvalue() == b""


def test_the_audit_log_is_counted_first_and_its_lines_are_made_while_it_is_sent(lab, as_technician, monkeypatch):
    made = []
    monkeypatch.setattr(audit, "BATCH", 2)
    monkeypatch.setattr(audit, "raw_changes", lambda batch: made.append(len(batch)) or trail.raw_changes(batch))

    announced = as_technician.client.head(address("export_audit"))
    response = as_technician.client.get(address("export_audit"))
    assert made == []
    lines = list(csv.reader(StringIO(response.getvalue().decode())))

    assert len(made) > 2
    # The download itself is an entry too.
    assert int(response.headers["X-Labinv-Rows"]) == len(lines) - 1 > int(announced.headers["X-Labinv-Rows"])


def test_containers_in_a_file_have_their_contents_seal_and_place(lab, as_technician):
    factories.seal(lab.technician, lab.box, "S-100")
    factories.release(lab.technician, [lab.box], lab.other)

    bottle, box = rows(as_technician.get("export_containers"))

    assert (bottle["identifier"], bottle["inside"], bottle["contents_g"]) == ("BOT-1", "BOX-1", "10.000000")
    assert (bottle["seal_number"], box["seal_number"], box["seal_state"]) == ("", "S-100", "intact")
    assert (box["location"], bottle["location"], box["under_way"]) == ("Room 1", "Room 1", "yes")
    assert (bottle["capacity_g"], box["capacity_g"], box["tare_g"]) == ("100.000000", "", "")
    assert box["custody_began_at"] == "2024-06-01T00:00:00Z"


def test_handoffs_in_a_file_say_who_signed_and_where_the_gap_is(lab, as_technician):
    handoff = factories.release(lab.technician, [lab.box], lab.carrier, remarks="Handle with care")
    late = handoff.released_at.replace(hour=2)
    behalf = {"on_behalf_of": "Driver", "on_behalf_document": "WAYBILL-1"}
    factories.receive(lab.colleague, handoff, lab.street, received_at=late, **behalf)

    [row] = rows(as_technician.get("export_handoffs"))

    assert (row["number"], row["status"], row["containers"]) == ("H-0001", "received", "BOX-1")
    assert (row["from"], row["to"], row["received_location"]) == ("Laboratory", "Carrier", "Street")
    assert (row["released_by"], row["received_by"]) == ("Technician", "Colleague")
    assert (row["received_on_behalf_of"], row["receipt_document"]) == ("Driver", "WAYBILL-1")
    assert (row["released_at"], row["received_at"]) == ("2024-07-01T00:00:00Z", "2024-07-01T02:00:00Z")
    assert (row["gap_minutes"], row["remarks"]) == ("120", "Handle with care")
