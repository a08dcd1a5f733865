"""Search, filter and sort of each list; its chips, its count and its link to the CSV."""

import base64
import json
from copy import deepcopy
from decimal import Decimal

import pytest

from samples.models import Container, Origin
from samples.operations import custody, samples
from samples.views import paging
from tests import factories
from tests.views.conftest import address


@pytest.fixture(scope="module")
def _stock(_laboratory, django_db_blocker):
    with django_db_blocker.unblock():
        return build(deepcopy(_laboratory))


@pytest.fixture
def stock(_stock, lab):
    return deepcopy(_stock)


def build(lab):
    """A second mission with drilled material, published in part; a sealed box; a handoff in three states."""
    ce5 = factories.mission(
        lab.curator, "CE5", body_side="near", landing_site="Mons Rümker", return_capacity_g=Decimal(1731)
    )
    tube = factories.container(
        lab.curator,
        "TUBE-5",
        ce5,
        origin=Origin.DRILL,
        kind=Container.Kind.CORE_TUBE,
        custodian=lab.other,
        location=lab.other_room,
        description="Upper core",
        atmosphere="nitrogen",
    )
    depths = {"depth_top_cm": Decimal(0), "depth_bottom_cm": Decimal(28)}
    core = factories.sample(
        lab.receiver, "CE5Z0001", tube, "0.250000", origin="drill", form="core segment", other_names="Upper", **depths
    )
    factories.publish(lab.curator, core)
    air = {"exposure": "air-exposed", "exposed_at": factories.LONG_AGO, "exposed_reason": "Glove torn"}
    grain = factories.sample(lab.technician, "GRAIN", lab.bottle, "0.000001", use_category="research", **air)
    factories.seal(lab.technician, lab.box, "S-100")
    cancelled = factories.release(lab.technician, [lab.box], lab.carrier, place="Zhurihe", transport_mode="air")
    custody.cancel(handoff=cancelled, by=lab.technician, reason="Storm")
    received = factories.release(lab.technician, [lab.box], lab.other)
    factories.receive(lab.receiver, received, lab.other_room)
    factories.release(lab.receiver, [tube], lab.home, document_number="CUSTODY-9")
    return {"ce5": ce5, "tube": tube, "core": core, "grain": grain}


# Filters by a record: the tables below name it by its place in the laboratory.
KEYS = {"custodian", "from_custodian", "to_custodian"}
QUESTIONS = [
    ("container_list", {}, ["BOT-1", "BOX-1", "TUBE-5"]),
    ("container_list", {"sort": "-identifier"}, ["TUBE-5", "BOX-1", "BOT-1"]),
    ("container_list", {"q": "bo"}, ["BOT-1", "BOX-1"]),
    ("container_list", {"q": "UPPER core"}, ["TUBE-5"]),
    ("container_list", {"q": "s-100"}, ["BOX-1"]),
    ("container_list", {"mission": "CE5"}, ["TUBE-5"]),
    ("container_list", {"kind": "sealed package"}, ["BOX-1"]),
    ("container_list", {"origin": "drill"}, ["TUBE-5"]),
    ("container_list", {"custodian": "other"}, ["BOT-1", "BOX-1", "TUBE-5"]),
    ("container_list", {"custodian": "home"}, []),
    ("container_list", {"seal": "intact"}, ["BOX-1"]),
    ("container_list", {"seal": "none"}, ["BOT-1", "TUBE-5"]),
    ("container_list", {"seal": "broken"}, []),
    ("container_list", {"atmosphere": "nitrogen"}, ["TUBE-5"]),
    ("container_list", {"under_way": "yes"}, ["TUBE-5"]),
    ("container_list", {"status": "in use", "q": "BOT"}, ["BOT-1"]),
    ("container_list", {"sort": "kind"}, ["TUBE-5", "BOT-1", "BOX-1"]),
    #
    ("sample_list", {}, ["CE5Z0001", "CE6C0001", "GRAIN"]),
    ("sample_list", {"sort": "mass"}, ["GRAIN", "CE5Z0001", "CE6C0001"]),
    ("sample_list", {"sort": "-mass"}, ["CE6C0001", "CE5Z0001", "GRAIN"]),
    ("sample_list", {"sort": "container"}, ["CE6C0001", "GRAIN", "CE5Z0001"]),
    ("sample_list", {"q": "upper"}, ["CE5Z0001"]),
    ("sample_list", {"mission": "CE6"}, ["CE6C0001", "GRAIN"]),
    ("sample_list", {"origin": "drill"}, ["CE5Z0001"]),
    ("sample_list", {"form": "core segment"}, ["CE5Z0001"]),
    ("sample_list", {"use_category": "research"}, ["GRAIN"]),
    ("sample_list", {"exposure": "pristine"}, ["CE5Z0001", "CE6C0001"]),
    ("sample_list", {"status": "exhausted"}, []),
    ("sample_list", {"published": "yes"}, ["CE5Z0001"]),
    ("sample_list", {"published": "no"}, ["CE6C0001", "GRAIN"]),
    ("sample_list", {"custodian": "other"}, ["CE5Z0001", "CE6C0001", "GRAIN"]),
    ("sample_list", {"mass_from": "0.25"}, ["CE5Z0001", "CE6C0001"]),
    ("sample_list", {"mass_from": "250.001 mg"}, ["CE6C0001"]),
    ("sample_list", {"mass_from": "0.000001", "mass_to": "250 mg"}, ["CE5Z0001", "GRAIN"]),
    ("sample_list", {"origin": "drill", "use_category": "research"}, []),
    #
    ("handoff_list", {}, ["H-0003", "H-0002", "H-0001"]),
    ("handoff_list", {"sort": "number"}, ["H-0001", "H-0002", "H-0003"]),
    ("handoff_list", {"q": "zhurihe"}, ["H-0001"]),
    ("handoff_list", {"q": "custody-9"}, ["H-0003"]),
    ("handoff_list", {"q": "bot-1"}, ["H-0002", "H-0001"]),
    ("handoff_list", {"q": "curation"}, ["H-0003", "H-0002", "H-0001"]),
    ("handoff_list", {"status": "cancelled"}, ["H-0001"]),
    ("handoff_list", {"from_custodian": "home"}, ["H-0002", "H-0001"]),
    ("handoff_list", {"to_custodian": "carrier"}, ["H-0001"]),
    ("handoff_list", {"transport_mode": "air"}, ["H-0001"]),
    ("handoff_list", {"sort": "to"}, ["H-0001", "H-0003", "H-0002"]),
    #
    ("mission_list", {}, ["CE5", "CE6"]),
    ("mission_list", {"sort": "-capacity"}, ["CE6", "CE5"]),
    ("mission_list", {"q": "rümker"}, ["CE5"]),
    ("mission_list", {"body_side": "far"}, ["CE6"]),
    ("mission_list", {"mission": "ce5"}, ["CE5"]),
    #
    ("custodian_list", {}, ["Carrier", "Laboratory", "Second laboratory"]),
    ("custodian_list", {"sort": "-kind"}, ["Carrier", "Second laboratory", "Laboratory"]),
    ("custodian_list", {"kind": "transport"}, ["Carrier"]),
    ("custodian_list", {"active": "no"}, []),
    ("custodian_list", {"q": "lab"}, ["Laboratory", "Second laboratory"]),
    #
    ("location_list", {}, ["Room 1", "Room 2", "Street"]),
    ("location_list", {"q": "room"}, ["Room 1", "Room 2"]),
    ("location_list", {"custodian": "other"}, ["Room 2"]),
    ("location_list", {"kind": "site"}, []),
]


@pytest.mark.parametrize(("name", "question", "rows"), QUESTIONS)
def test_a_list_shows_what_was_asked_for(lab, stock, as_technician, name, question, rows):
    records = vars(lab) | stock
    question = {key: records[value].pk if key in KEYS else value for key, value in question.items()}

    page = as_technician.get(name, **question)

    assert page.status == 200
    assert page.rows == rows
    lead = page.with_class("page-lead")[0]
    assert lead.startswith(f"{len(rows)} ")


def test_the_filters_in_force_are_chips_that_can_be_taken_off(lab, stock, as_technician):
    question = {"origin": "drill", "mission": "CE5", "mass_from": "100 mg", "q": "CE5", "sort": "-mass"}

    page = as_technician.get("sample_list", **question)

    chips = [words for words in page.with_class("chip") if "take this filter off" in words]
    assert [chip.removesuffix("take this filter off").strip() for chip in chips] == [
        "Mission Mission CE5",
        "Origin Drill",
        "Mass from 0.100000",
    ]
    taken_off = as_technician.open(address("sample_list") + page.link("Origin Drill"))
    assert taken_off.response.context["search"].question() == {
        key: str(value) for key, value in question.items() if key != "origin"
    }


def test_the_search_box_keeps_the_words_and_the_order(lab, stock, as_technician):
    page = as_technician.get("sample_list", q="ce", sort="-mass")

    [form] = [form for form in page.tree.iter("form") if form.get("class") == "filters"]
    boxes = {node.get("name"): node.get("value") for node in form.iter("input")}
    assert (boxes["sort"], boxes["q"]) == ("-mass", "ce")


@pytest.mark.parametrize(
    "question", [{}, {"q": "CE6 & <b>"}, {"origin": "scoop", "sort": "-mass", "mass_to": "5 mg", "show": "all"}]
)
def test_the_csv_has_the_rows_of_the_list_in_its_order(lab, stock, as_technician, question):
    page = as_technician.get("sample_list", **question)

    file = as_technician.open(page.link("Download CSV"))

    lines = file.response.getvalue().decode().splitlines()[1:]
    assert [line.partition(",")[0] for line in lines] == page.rows


def test_a_column_head_turns_the_order_round_and_begins_at_the_first_page(lab, stock, as_technician):
    page = as_technician.get("sample_list", sort="mass", origin="scoop")

    heads = [link for head in page.tree.iter("th") for link in head.iter("a")]
    by_words = {"".join(link.itertext()).strip(): link.get("href") for link in heads}
    assert by_words["Mass"] == "?sort=-mass&origin=scoop"
    assert by_words["Form"] == "?sort=form&origin=scoop"
    [head] = [node for node in page.tree.iter("th") if node.get("aria-sort")]
    assert head.get("aria-sort") == "ascending"


def test_a_filter_that_cannot_be_read_is_pointed_at(lab, as_technician):
    page = as_technician.get("sample_list", mass_from="12,5")

    assert page.status == 400
    assert "“12,5” has a comma." in page.faults["mass_from"]
    assert page.rows == []


def test_nothing_matching_offers_to_take_the_filters_off(lab, as_technician):
    page = as_technician.get("container_list", q="no such thing")

    assert "Nothing matches" in page.text
    assert page.link("Register container") == address("container_register")


def test_a_page_after_the_last_does_not_say_that_there_is_nothing(lab, stock, as_technician):
    mark = base64.urlsafe_b64encode(json.dumps(["TUBE-5", stock["tube"].pk]).encode()).decode()

    page = as_technician.get("container_list", after=mark)

    assert page.status == 200
    assert "Nothing matches" in page.text
    assert "No containers yet" not in page.text


def test_a_count_beyond_the_limit_is_not_exact(lab, stock, as_technician, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 2)

    page = as_technician.get("sample_list")

    assert page.with_class("page-lead") == ["1 000+ match."]
    assert as_technician.get("sample_list", origin="scoop").with_class("page-lead") == ["2 match."]


def test_a_voided_record_is_found_when_asked_for(lab, stock, as_curator):
    samples.void(sample=stock["grain"], by=lab.curator, reason="Registered twice")

    assert as_curator.get("sample_list").rows == ["CE5Z0001", "CE6C0001"]
    assert as_curator.get("sample_list", show="voided").rows == ["GRAIN"]
    assert as_curator.get("sample_list", show="all", q="g").rows == ["GRAIN"]


def test_what_is_under_way_says_so_instead_of_where_it_is(lab, stock, as_technician):
    page = as_technician.get("container_list", under_way="yes")

    assert "under way from Room 2" in page.text
