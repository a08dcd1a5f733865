"""The pages of one custodian: register, amend, void, what it holds, history."""

import pytest

from samples.models import Custodian
from tests import factories
from tests.views.conftest import address

TYPED = {"name": "Backup store", "kind": "backup store", "contact": "Gate 1\nRing twice", "reason": "New partner"}


def register(browser, **typed):
    return browser.fill("custodian_register", **(TYPED | typed))


def test_it_registers_a_custodian(lab, as_curator):
    page = register(as_curator, organisation="Academy")

    custodian = Custodian.objects.get(name="Backup store")
    assert (page.status, page.location) == (302, address("custodian_detail", custodian))
    assert page.message == "Backup store is registered."
    assert (custodian.kind, custodian.organisation, custodian.active) == ("backup store", "Academy", True)
    assert custodian.contact == "Gate 1\nRing twice"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "LABORATORY", "Another custodian has this name."),
        ("name", "", "This field is required."),
        ("name", "Back\u202eup", "This has an invisible control character in it."),
        ("kind", "shop", "Select a valid choice."),
        ("contact", "c" * 1001, "at most 1000 characters"),
    ],
)
def test_it_refuses_at_the_field_at_fault(lab, as_curator, field, value, sentence):
    page = register(as_curator, **{field: value})

    assert page.status == 422
    assert sentence in page.faults[field]


def test_it_amends_a_custodian(lab, as_curator, as_auditor):
    opened = as_curator.get("custodian_amend", lab.carrier)
    assert "kind" not in opened.typed

    values = {name: value for name, value in opened.typed.items() if name != "active"}
    page = as_curator.post(opened.url, values | {"contact": "desk 2", "reason": "Moved"})

    assert page.message == "Carrier is amended."
    history = as_auditor.get("custodian_history", lab.carrier)
    assert "Contact now desk 2" in history.text
    assert "Active was yes → now no" in history.text


def test_its_page_says_what_it_holds_and_who_signs(lab, as_auditor):
    page = as_auditor.get("custodian_detail", lab.home)

    assert page.rows == ["BOX-1"]
    assert "Contact desk 1" in page.text
    assert "People who sign in Colleague, Technician" in page.text
    assert "Custody goes from here to Transport, Laboratory, Backup store, Researcher, Museum" in page.text
    assert page.link("All containers it holds") == f"{address('container_list')}?custodian={lab.home.pk}"


def test_its_page_says_what_is_on_the_way(lab, as_auditor):
    handoff = factories.release(lab.technician, [lab.box], lab.other)

    page = as_auditor.get("custodian_detail", lab.other)

    assert page.link("H-0001") == address("handoff_detail", handoff)


def test_its_page_says_when_nobody_signs_for_it(lab, as_auditor):
    page = as_auditor.get("custodian_detail", lab.carrier)

    assert "nobody: its side is entered on behalf" in page.text


def test_it_voids_a_custodian_that_nothing_refers_to(lab, as_curator):
    page = as_curator.fill("custodian_void", lab.carrier, reason="Registered twice")

    assert page.message == "Carrier is void; it stays readable."
    shown = as_curator.get("custodian_detail", lab.carrier)
    assert "This record is void. Curator: “Registered twice”" in shown.text
    assert shown.link("Amend") is None
    assert as_curator.get("custodian_amend", lab.carrier).status == 404


def test_it_refuses_to_void_a_custodian_in_use(lab, as_curator):
    page = as_curator.fill("custodian_void", lab.home, reason="Registered twice")

    assert page.status == 422
    assert "containers (2), locations (1), people (2)" in page.summary
