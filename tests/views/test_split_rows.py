"""Which rows of a split are meant, and what the page says of their containers when it is shown again."""

from decimal import Decimal

import pytest

from tests import factories

ROW = {"container_0": "VIAL-1", "mass_g_0": "2.5", "reason": "For two analyses"}


@pytest.fixture
def vial(lab):
    return factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box, capacity_g=Decimal(5))


def test_the_same_identifier_in_two_rows_is_told_at_the_second(lab, vial, as_technician):
    typed = {"identifier_0": "CE6-A", "identifier_2": "ce6-a", "container_2": "VIAL-1", "mass_g_2": "1"}

    page = as_technician.fill("sample_split", lab.soil, **ROW | typed)

    assert page.faults == {"identifier_2": "Row 1 has this identifier already."}
    assert page.typed | typed == page.typed


def test_a_row_with_an_identifier_of_ones_own_is_meant(lab, vial, as_technician):
    page = as_technician.fill("sample_split", lab.soil, **ROW, identifier_2="MY-OWN-NAME")

    assert page.faults == {"container_2": "Say into which container it goes.", "mass_g_2": "Give its mass."}
    assert page.send(identifier_2="").status == 302


def test_suggestions_stay_suggestions_where_the_page_is_shown_again(lab, vial, as_technician):
    opened = as_technician.get("sample_split", lab.soil)
    more = as_technician.post(opened.url, opened.typed | {"more": "1"})
    refused = more.send(**ROW | {"mass_g_0": "11"})

    assert refused.status == 422
    assert refused.send(mass_g_0="1").status == 302
    assert [str(one) for one in lab.soil.children.all()] == ["CE6C0002"]


def test_a_scanned_container_is_named_and_its_room_told_where_the_page_is_shown_again(lab, vial, as_technician):
    factories.sample(lab.technician, "OLD", vial, "1.500000")
    code = f"http://testserver{vial.get_absolute_url()}"
    opened = as_technician.get("sample_split", lab.soil)
    typed = ROW | {"container_0": code, "container_1": "vial-1", "mass_g_1": "0.5", "reason": ""}

    more = as_technician.post(opened.url, opened.typed | typed | {"more": "1"})
    refused = opened.send(**typed)

    for page in (more, refused):
        assert [page.typed[f"container_{number}"] for number in range(3)] == ["VIAL-1", "VIAL-1", ""]
        rows = [row for row in page.tree.iter("tr") if row.get("data-row") is not None]
        assert [row.get("data-free") for row in rows[:3]] == ["3.500000", "3.500000", None]
        assert "0.500000\xa0g" in "".join(rows[0].itertext())


def test_a_container_without_room_says_so_where_the_page_is_shown_again(lab, vial, as_technician):
    page = as_technician.fill("sample_split", lab.soil, **ROW | {"mass_g_0": "6"})

    [cell] = [node for node in page.tree.iter("td") if node.get("class") == "num room bad"]
    assert " ".join("".join(cell.itertext()).split()) == "1.000000 g too much"
