"""The rows of the datasets, without HTTP: header, order, streaming, what whom is shown."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from samples.exports import DATASETS, Snapshot, _snapshot
from samples.models import Container, Custodian, Handoff, Mission, Sample
from samples.operations import samples
from tests import factories

from .files import file_of, table_of

HEADERS = {
    "samples": "identifier,other_names,mission,parent,container,custodian,location,origin,collection_method,"
    "collected_at,form,depth_top_cm,depth_bottom_cm,use_category,exposure,exposed_at,exposed_reason,initial_mass_g,"
    "mass_g,status,published_at,description,happened_at,voided_at",
    "containers": "identifier,mission,kind,origin,inside,capacity_g,tare_g,contents_g,atmosphere,seal_number,"
    "seal_state,location,custodian,under_way,status,custody_began_at,chain_document,description,voided_at",
    "handoffs": "number,status,from,to,containers,place,transport_mode,purpose,document_number,released_at,"
    "released_by,released_on_behalf_of,release_document,release_signed_at,received_at,received_by,"
    "received_on_behalf_of,receipt_document,receipt_signed_at,received_location,gap_minutes,due_back_on,corrects,"
    "witnesses,remarks,receipt_remarks,closing_reason",
    "missions": "code,name,agency,launch_vehicle,launch_site,launched_on,body_side,landing_site,latitude,longitude,"
    "relay_satellite,landed_at,returned_at,return_place,return_capacity_g,drill_limit_cm,notes,voided_at",
    "custodians": "name,kind,organisation,contact,active,voided_at",
    "locations": "location,kind,atmosphere,custodian,voided_at",
    "discrepancies": "kind,container,state,found,difference_g,handoff,seal_declared,seal_read,seal_condition,"
    "gross_declared_g,gross_weighed_g,tolerance_g,opened_at,opened_by,closed_as,closed_at,closed_by,finding,reweighed_g",
    "balances": "name,uncertainty_g,calibrated_until,in_use",
    "weighings": "container,weighed_at,balance,uncertainty_g,gross_g,tare_g,net_g,book_g,difference_g,circumstances,"
    "preliminary,operator,handoff,supersedes_weighed_at",
    "movements": "happened_at,kind,mission,from,to,origin,mass_g,reason,by,operation_id,weighed_container,weighed_at",
    "mass_balance": "mission,figure,by,which,mass_g",
    "audit": "seq,recorded_at,actor,verb,reason,operation,kind,identifier,revision,field,old,new",
}


@pytest.mark.parametrize("name", HEADERS)
def test_the_header_is_stable(lab, name):
    nothing = DATASETS[name].model.objects.none()

    assert file_of(name, nothing, lab.auditor) == HEADERS[name] + "\n"


def test_every_dataset_has_a_declared_header():
    assert set(HEADERS) == set(DATASETS)


def test_researchers_get_no_contacts_and_no_remarks(lab):
    header = file_of("handoffs", Handoff.objects.none(), lab.researcher).strip().split(",")

    assert {"witnesses", "remarks", "receipt_remarks", "closing_reason"}.isdisjoint(header)
    assert "contact" not in file_of("custodians", Custodian.objects.none(), lab.researcher)
    assert "notes" not in file_of("missions", Mission.objects.none(), lab.researcher)
    assert "happened_at" not in file_of("samples", Sample.objects.none(), lab.researcher)


def test_an_identifier_with_a_comma_is_quoted_and_survives(lab):
    factories.sample(lab.technician, "10084,12", lab.bottle, "0.5")

    text = file_of("samples", Sample.objects.order_by("identifier"), lab.auditor)

    assert '"10084,12"' in text
    assert next(csv.DictReader(io.StringIO(text, newline="")))["identifier"] == "10084,12"


def test_text_with_quotes_commas_and_line_breaks_survives(lab):
    description = 'Said "dark", then\nlighter, grains'
    factories.sample(lab.technician, "S-2", lab.bottle, "0.5", description=description)

    row = table_of("samples", Sample.objects.filter(identifier="S-2"), lab.auditor)[0]

    assert row["description"] == description


def test_a_formula_is_text_with_one_apostrophe_more_and_a_number_is_not_touched(lab):
    factories.sample(lab.technician, "S-2", lab.bottle, "0.5", description="=1+1")
    near = factories.mission(
        lab.curator, "N1", body_side="near", relay_satellite="", latitude=Decimal("-10.5"), longitude=Decimal(-43)
    )

    sample = table_of("samples", Sample.objects.filter(identifier="S-2"), lab.auditor)[0]
    mission = table_of("missions", Mission.objects.filter(pk=near.pk), lab.auditor)[0]

    assert sample["description"] == "'=1+1"
    assert sample["mass_g"] == "0.500000"
    assert (mission["latitude"], mission["longitude"]) == ("-10.50000", "-43.00000")


def test_times_are_utc_with_z(lab):
    at = datetime(2024, 6, 26, 14, 30, 5, tzinfo=UTC)
    factories.sample(lab.technician, "S-2", lab.bottle, "0.5", collected_at=at, happened_at=at)

    row = table_of("samples", Sample.objects.filter(identifier="S-2"), lab.auditor)[0]

    assert row["collected_at"] == "2024-06-26T14:30:05Z"
    assert row["published_at"] == ""


def test_a_container_tells_contents_seal_place_and_what_it_is_inside_of(lab):
    rows = {row["identifier"]: row for row in table_of("containers", Container.objects.with_seal(), lab.auditor)}

    assert rows["BOX-1"]["contents_g"] == rows["BOT-1"]["contents_g"] == "10.000000"
    assert (rows["BOT-1"]["inside"], rows["BOT-1"]["location"]) == ("BOX-1", "Room 1")
    assert rows["BOX-1"]["capacity_g"] == ""
    assert rows["BOX-1"]["seal_number"] == ""


def test_contents_for_a_researcher_are_the_published_ones(lab):
    second = factories.sample(lab.technician, "S-2", lab.bottle, "0.25")
    samples.publish(sample=second, by=lab.curator, reason="For research")

    rows = table_of("containers", Container.objects.visible_to(lab.researcher).with_seal(), lab.researcher)

    assert {row["contents_g"] for row in rows} == {"0.250000"}


def test_a_handoff_names_its_containers_sides_and_gap(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    late = handoff.released_at + timedelta(minutes=90)
    factories.receive(lab.receiver, handoff, lab.other_room, received_at=late)

    row = table_of("handoffs", Handoff.objects.all(), lab.auditor)[0]

    assert (row["number"], row["containers"], row["gap_minutes"]) == ("H-0001", "BOX-1", "90")
    assert (row["from"], row["to"], row["received_location"]) == ("Laboratory", "Second laboratory", "Room 2")


def test_the_rows_come_in_pieces(lab, monkeypatch):
    monkeypatch.setattr(_snapshot, "BATCH", 2)
    monkeypatch.setattr(_snapshot, "CHUNK", 1)
    for number in range(5):
        factories.sample(lab.technician, f"S-{number}", lab.bottle)
    rows = DATASETS["samples"].rows(Sample.objects.order_by("identifier"), lab.auditor)

    with Snapshot() as snapshot:
        header, first, *rest = rows.file(snapshot)

    assert header.startswith(b"identifier,")
    assert first.startswith(b"CE6C0001,")
    assert len(rest) >= 2
