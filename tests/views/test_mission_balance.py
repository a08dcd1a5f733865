"""The balance of a mission: what came in, what became of it, each sum with the way to what it was summed from."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection

from samples.audit import guard
from samples.operations import movements, samples
from tests import factories
from tests.views.conftest import address

LATER = factories.LONG_AGO + timedelta(days=3)


@pytest.fixture
def worked_on(lab):
    """Ten grams split, used up, lost and corrected, three of them for research."""
    [part] = factories.split(lab.technician, lab.soil, "3", lost_g=Decimal("0.000004"))
    movements.consume(sample=part, mass_g=Decimal("0.25"), happened_at=LATER, by=lab.technician, reason="XRF")
    samples.assign(sample=part, use_category="research", by=lab.curator, reason="Allocated")
    mended = {"happened_at": LATER, "acknowledged": True, "by": lab.curator, "reason": "Weighed again"}
    movements.correct(sample=lab.soil, mass_g=Decimal("6.9"), **mended)
    movements.correct(sample=part, mass_g=Decimal("2.750002"), **mended)
    return lab


def lines(page):
    """{label: grams} of everything in the sheet."""
    found = {}
    for node in page.tree.iter("dl"):
        if "rows" in node.get("class", ""):
            for line in node.iter("div"):
                [label, mass] = [" ".join("".join(cell.itertext()).split()) for cell in line]
                found[label] = mass
    return found


def test_every_sum_of_it_is_told(worked_on, as_technician):
    page = as_technician.get("mission_balance", worked_on.mission)

    assert page.with_class("verdict") == ["Every microgram is accounted for."]
    assert lines(page) == {
        "Accessioned, drill": "0.000000 g",
        "Accessioned, scoop": "10.000000 g",
        "Corrected upward": "0.000002 g",
        "Corrected downward": "−0.099996 g",
        "To account for": "9.900006 g",
        "Held": "9.650002 g",
        "Consumed": "0.250000 g",
        "Lost": "0.000004 g",
        "Accounted for": "9.900006 g",
        "Difference": "0.000000 g",
        "LaboratoryLaboratory": "9.650002 g",
        "Not yet assigned": "6.900000 g",
        "Research": "2.750002 g",
        "Scoop": "9.650002 g",
        "Together": "9.650002 g",
    }


def test_each_sum_leads_to_what_it_was_summed_from(worked_on, as_technician):
    page = as_technician.get("mission_balance", worked_on.mission)

    for words, count in {
        "Accessioned, drill": 0,
        "Accessioned, scoop": 1,
        "Corrected upward": 1,
        "Corrected downward": 1,
        "Consumed": 1,
        "Lost": 1,
    }.items():
        listed = as_technician.open(page.link(words))
        assert listed.response.context["page"].count == count, words
    assert as_technician.open(page.link("Research")).rows == ["CE6C0001/1"]
    assert as_technician.open(page.link("Not yet assigned")).rows == ["CE6C0001"]
    sheet = [link for link in page.links if f"custodian={worked_on.home.pk}" in (link or "")]
    assert [as_technician.open(link).rows for link in sheet] == [["CE6C0001", "CE6C0001/1"]]


def test_its_file_has_the_same_sums(worked_on, as_technician):
    factories.mission(worked_on.curator, "CE7")
    page = as_technician.get("mission_balance", worked_on.mission)

    text = as_technician.open(page.link("Download CSV")).html
    rows = list(csv.DictReader(StringIO(text)))

    assert {row["mission"] for row in rows} == {"CE6"}
    sums = {row["figure"]: Decimal(row["mass_g"]) for row in rows if not row["by"]}
    assert sums["accessioned"] + sums["corrections"] == sums["held"] + sums["consumed"] + sums["lost"]
    assert (sums["difference"], sums["held"]) == (0, Decimal("9.650002"))
    everything = as_technician.get("export_mass_balance").html
    assert "CE7,held,,,0.000000" in everything


def test_it_tells_of_an_earlier_moment(worked_on, as_auditor):
    then = (factories.LONG_AGO + timedelta(hours=1)).isoformat()
    page = as_auditor.get("mission_balance", worked_on.mission, as_of=then)

    assert lines(page)["Held"] == lines(page)["Accounted for"] == "10.000000 g"
    assert lines(page)["Difference"] == "0.000000 g"
    assert "Held then" in page.text
    assert "as_of" in page.link("Consumed")


def test_it_says_in_red_what_does_not_close(worked_on, as_auditor):
    guard.disarm()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE samples_sample SET mass_g = mass_g - 7 WHERE id = {worked_on.soil.pk}")

    page = as_auditor.get("mission_balance", worked_on.mission)

    assert page.with_class("verdict") == []
    [notice] = page.with_class("notice")
    assert "The balance does not close. 9.900006 g came in, and 9.899999 g is held, consumed or lost." in notice
    assert notice.endswith("Their mass is not the sum of their movements: CE6C0001")
    assert page.with_class("bad-text")[-1] == "+0.000007 g"
    assert page.link("CE6C0001") == address("sample_movements", worked_on.soil)


def test_the_mission_and_the_overview_lead_to_it(lab, as_technician, as_researcher):
    url = address("mission_balance", lab.mission)
    factories.publish(lab.curator, lab.soil)

    assert as_technician.get("mission_detail", lab.mission).link("Mass balance") == url
    assert as_technician.get("overview").link("Mass balance") == url
    assert as_researcher.get("mission_detail", lab.mission).link("Mass balance") is None
    assert as_researcher.open(url).status == 403


def test_the_balance_of_a_void_mission_has_its_file(lab, as_curator):
    mission = factories.mission(lab.curator, "CE7")
    as_curator.fill("mission_void", mission, reason="Never flew")

    page = as_curator.get("mission_balance", mission)

    assert "CE7,difference,,,0.000000" in as_curator.open(page.link("Download CSV")).html
