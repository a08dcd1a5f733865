"""Rows chosen in a list: boxes and verbs by right, where each verb leads, and the way back."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from samples.operations import containers
from tests import factories
from tests.views.conftest import Browser

WORK = ["Weigh", "Move", "Release", "Print labels"]


def verbs(page):
    """{words of a button: where it sends the chosen rows}."""
    return {"".join(node.itertext()).strip(): node.get("formaction") for node in page.tree.iter("button")}


def chosen(page):
    """What can be ticked: (name, identifier) of each box."""
    boxes = [node for node in page.tree.iter("input") if node.get("type") == "checkbox" and node.get("name")]
    return [(box.get("name"), box.get("value")) for box in boxes]


def bulk(page):
    return [words for words, url in verbs(page).items() if url]


@pytest.mark.parametrize(
    ("who", "of_containers", "of_samples"),
    [
        ("technician", WORK, ["Move", "Print labels"]),
        ("curator", WORK, ["Move", "Set use category", "Print labels"]),
        ("auditor", ["Print labels"], ["Print labels"]),
        ("administrator", ["Print labels"], ["Print labels"]),
        ("researcher", [], []),
    ],
)
def test_the_verbs_are_those_of_the_persons_rights(lab, who, of_containers, of_samples):
    factories.publish(lab.curator, lab.soil)
    browser = Browser(getattr(lab, who))

    assert bulk(browser.get("container_list")) == of_containers
    assert bulk(browser.get("sample_list")) == of_samples


def test_a_researcher_sees_no_boxes_and_others_one_to_a_row(lab, as_researcher, as_technician):
    factories.publish(lab.curator, lab.soil)

    assert chosen(as_researcher.get("container_list")) + chosen(as_researcher.get("sample_list")) == []
    assert chosen(as_technician.get("container_list")) == [("containers", "BOT-1"), ("containers", "BOX-1")]
    assert chosen(as_technician.get("sample_list")) == [("samples", "CE6C0001")]
    assert "Choose BOT-1" in as_technician.get("container_list").html


def test_nothing_of_the_past_is_chosen_nor_what_is_void(lab, as_curator):
    moment = (factories.LONG_AGO + timedelta(days=1)).isoformat()
    spare = factories.container(lab.technician, "VIAL-9", lab.mission, parent=lab.box)
    containers.void(container=spare, by=lab.curator, reason="Registered twice")

    assert bulk(as_curator.get("container_list", as_of=moment)) == []
    assert chosen(as_curator.get("container_list", as_of=moment)) == []
    assert ("containers", "VIAL-9") not in chosen(as_curator.get("container_list", show="all"))


def test_a_list_without_rows_has_no_verbs(lab, as_curator):
    assert bulk(as_curator.get("container_list", q="nothing like this")) == []


def test_release_and_labels_are_filled_in_with_what_was_chosen(lab, as_technician):
    crate = factories.container(lab.technician, "CRATE-1", lab.mission, custodian=lab.home, location=lab.room)
    led_to = verbs(as_technician.get("container_list"))
    asked = urlencode([("containers", crate), ("containers", lab.box)])

    assert as_technician.open(f"{led_to['Release']}?{asked}").typed["containers"] == "CRATE-1\r\nBOX-1"
    assert "container CRATE-1" in as_technician.open(f"{led_to['Print labels']}?{asked}").typed["records"]


@pytest.mark.parametrize("back", ["q=BOT&sort=-kind", "", "https://elsewhere.example/?x=1"])
def test_the_way_back_is_the_list_with_its_filters_and_nothing_else(lab, as_technician, back):
    page = as_technician.get("container_move_many", containers="BOT-1", back=back)

    cancel = page.link("Cancel")
    assert cancel.startswith("/containers/")
    assert not back.startswith("q=") or cancel == f"/containers/?{back}"


def test_the_list_hands_on_its_question(lab, as_technician):
    page = as_technician.get("container_list", q="BO", sort="-identifier")

    [back] = [node.get("value") for node in page.tree.iter("input") if node.get("name") == "back"]
    assert back == "q=BO&sort=-identifier"
