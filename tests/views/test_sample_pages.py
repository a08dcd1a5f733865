"""The tabs of one sample: lineage, custody, mass movements, history; and the acts offered on them."""

from decimal import Decimal

import pytest

from tests import factories
from tests.views.conftest import Browser, address


@pytest.fixture
def core(lab):
    tube = factories.container(lab.technician, "TUBE-1", lab.mission, parent=lab.box, origin="drill", kind="core tube")
    depths = {"depth_top_cm": Decimal(0), "depth_bottom_cm": Decimal("28.7")}
    drilled = {"origin": "drill", "form": "core segment"}
    core = factories.sample(lab.technician, "CORE-1", tube, "5", collection_method="drill", **drilled, **depths)
    depths = {"depth_top_cm": Decimal(1), "depth_bottom_cm": Decimal(2)}
    upper = factories.sample(lab.technician, "CORE-1,1", tube, "2", parent=core, **drilled, **depths)
    factories.sample(lab.technician, "CORE-1,1,1", tube, "0.000001", parent=upper, **drilled, **depths)
    return core


def test_its_header_has_the_facts(lab, core, as_technician):
    page = as_technician.get("sample_detail", core)

    assert page.with_class("page-title")[0].startswith("CORE-1 Core segment Drill Pristine Not yet assigned Stored")
    assert "Left in this sample 5.000000 g of 5.000000 g at the start" in page.text
    assert "Container TUBE-1 Core tube Location Room 1 Laboratory Depth 0 – 28.7 cm" in page.text
    assert "Collected not recorded drill" in page.text


def test_its_lineage_is_the_whole_family(lab, core, as_technician):
    page = as_technician.get("sample_detail", core.children.get())

    assert page.with_class("tree-row") == [
        "CORE-1 Core segment, 0 – 28.7 cm 5.000000 g",
        "CORE-1,1 Core segment, 1 – 2 cm 2.000000 g",
        "CORE-1,1,1 Core segment, 1 – 2 cm 0.000001 g",
    ]
    assert page.with_class("current")[0].startswith("CORE-1,1 ")
    assert page.link("CORE-1,1,1") == address("sample_detail", core.children.get().children.get())


def test_its_custody_is_that_of_what_it_was_in(lab, as_technician):
    factories.receive(lab.receiver, factories.release(lab.technician, [lab.box], lab.other), lab.other_room)

    page = as_technician.get("sample_custody", lab.soil)

    accession, handoff = page.with_class("timeline-entry")
    assert "Accessioned; in BOT-1 Laboratory had it for 30 d 0 h" in accession
    assert "Laboratory to Second laboratory here now Beijing, by hand; in BOT-1 Handoff H-0001" in handoff


def test_a_researcher_is_told_of_its_container_alone(lab, as_researcher):
    factories.publish(lab.curator, lab.soil)
    factories.seal(lab.technician, lab.box, "SEAL-1")
    factories.receive(lab.receiver, factories.release(lab.technician, [lab.box], lab.other), lab.other_room)

    page = as_researcher.get("sample_custody", lab.soil)

    assert "Custody of its container BOT-1" in page.text
    start, handoff = page.with_class("timeline-entry")
    assert "The chain of custody begins here" in start
    assert "Laboratory to Second laboratory here now Beijing, by hand Handoff H-0001" in handoff
    assert "SEAL-1" not in page.text
    assert "Ledger" not in handoff


def test_its_movements_say_where_the_mass_came_from(lab, as_technician, as_curator):
    accession = as_technician.get("sample_movements", lab.soil)
    as_curator.fill("sample_void", lab.soil, reason="Registered twice")

    page = as_technician.get("sample_movements", lab.soil)

    assert "1 Jun 2024, 08:00 Accession from the Moon Weighed in Technician +10.000000 g" in accession.text
    assert "Correction left the inventory Registered twice Curator −10.000000 g" in page.text


def test_its_history_is_told(lab, as_technician, as_curator):
    as_curator.fill("sample_publish", lab.soil, reason="Catalogue 2025")

    published, registered = as_technician.get("sample_history", lab.soil).with_class("history-entry")

    assert "Curator Published “Catalogue 2025” Published now" in published
    assert "Technician Registered “Weighed in”" in registered
    assert "Mass now 10.000000 g" in registered


def test_what_was_exposed_says_when_and_why(lab, as_technician):
    air = {"exposure": "air-exposed", "exposed_at": factories.LONG_AGO, "exposed_reason": "Glove torn"}
    grain = factories.sample(lab.technician, "GRAIN", lab.bottle, **air)

    page = as_technician.get("sample_detail", grain)

    assert "Exposed to air 1 Jun 2024, 08:00 Glove torn" in page.text


def test_what_can_be_done_is_offered(lab, as_technician, as_curator):
    technician, curator = (browser.get("sample_detail", lab.soil) for browser in (as_technician, as_curator))

    assert technician.with_class("action-bar")[0] == "Move Amend"
    assert curator.with_class("action-bar")[0] == "Move Amend Correct mass Publish Void"


def test_a_published_sample_is_offered_to_be_taken_back(lab, as_curator):
    factories.publish(lab.curator, lab.soil)

    page = as_curator.get("sample_detail", lab.soil)

    assert page.link("Unpublish") == address("sample_unpublish", lab.soil)
    assert page.link("Publish") is None


def test_what_cannot_be_done_now_says_why(lab, as_technician, as_receiver):
    factories.seal(lab.technician, lab.box, "S-100")

    own, others = (browser.get("sample_detail", lab.soil) for browser in (as_technician, as_receiver))

    assert own.with_class("refusal") == ["Move: BOX-1 is closed with seal S-100. Unseal it first, then reach into it."]
    assert others.with_class("refusal") == [
        "Move, Amend: Laboratory answers for this, and Receiver does not work there. Ask its staff or a curator."
    ]


def test_a_researcher_sees_no_tabs_of_the_inside(lab, as_researcher):
    factories.publish(lab.curator, lab.soil)

    page = as_researcher.get("sample_detail", lab.soil)

    assert page.with_class("tab") == ["Lineage", "Custody"]
    assert Browser(lab.auditor).get("sample_detail", lab.soil).with_class("tab")[:3] == [
        *["Lineage", "Custody", "Mass movements"]
    ]
