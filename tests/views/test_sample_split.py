"""Split a sample into many subsamples at once."""

from decimal import Decimal

import pytest

from samples.models import Container, MassMovement, Sample
from samples.operations import samples
from tests import factories
from tests.refusing import plain
from tests.views.conftest import address

ROW = {"container_0": "VIAL-1", "mass_g_0": "2.5", "reason": "For two analyses"}


@pytest.fixture
def vial(lab):
    return factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box, capacity_g=Decimal(5))


@pytest.fixture
def core(lab):
    tube = factories.container(lab.technician, "TUBE-1", lab.mission, parent=lab.box, origin="drill")
    factories.container(lab.technician, "TUBE-2", lab.mission, parent=lab.box, origin="drill")
    depths = {"depth_top_cm": Decimal(10), "depth_bottom_cm": Decimal(50)}
    return factories.sample(lab.technician, "CORE-1", tube, "10.000000", origin="drill", form="core segment", **depths)


@pytest.fixture
def permanent(lab):
    return samples.assign(sample=lab.soil, use_category="permanent", by=lab.curator, reason="Kept for good")


def now(sample):
    return Sample.objects.get(pk=sample.pk)


def made_of(sample):
    """(identifier, container, grams, form) of the subsamples, in order."""
    children = sample.children.order_by("pk").select_related("container")
    return [(str(one), str(one.container), str(one.mass_g), one.form) for one in children]


def test_it_splits_a_sample_into_many(lab, vial, as_technician):
    page = as_technician.fill(
        "sample_split",
        lab.soil,
        **ROW,
        container_1="vial-1",
        mass_g_1="1500.25",
        unit_1="mg",
        form_1="powder",
        identifier_2="CE6-X",
        container_2="BOT-1",
        mass_g_2=".000001",
        lost_g="4.6",
        lost_unit="mg",
    )

    assert (page.status, page.location) == (302, address("sample_detail", lab.soil))
    assert page.message == "CE6C0001 is split: 3 subsamples."
    assert made_of(lab.soil) == [
        ("CE6C0002", "VIAL-1", "2.500000", "bulk regolith"),
        ("CE6C0003", "VIAL-1", "1.500250", "powder"),
        ("CE6-X", "BOT-1", "0.000001", "bulk regolith"),
    ]
    assert now(lab.soil).mass_g == Decimal("5.995149")
    assert MassMovement.objects.get(kind="lost").mass_g == Decimal("0.004600")
    assert {one.reason for one in MassMovement.objects.filter(kind__in=["split", "lost"])} == {"For two analyses"}


def test_the_first_page_offers_three_rows_with_the_next_identifiers_and_the_form_of_the_parent(lab, as_technician):
    page = as_technician.get("sample_split", lab.soil)

    assert [page.typed[f"identifier_{number}"] for number in range(3)] == ["CE6C0002", "CE6C0003", "CE6C0004"]
    assert {page.typed[f"form_{number}"] for number in range(3)} == {"bulk regolith"}
    assert {page.typed[f"unit_{number}"] for number in range(3)} == {"g"}
    assert "identifier_3" not in page.typed
    assert "Left in CE6C0001 after this split 10.000000 g of 10.000000 g" in page.text


def test_taken_and_void_identifiers_are_not_suggested(lab, as_technician, as_curator):
    other = factories.sample(lab.technician, "ce6c0002", lab.box)
    factories.sample(lab.technician, "CE6C0004", lab.box)
    as_curator.fill("sample_void", other, reason="Registered twice")

    page = as_technician.get("sample_split", lab.soil)

    assert [page.typed[f"identifier_{number}"] for number in range(3)] == ["CE6C0003", "CE6C0005", "CE6C0006"]


def test_daughters_are_gone_on_from(lab, vial, as_technician):
    as_technician.fill("sample_split", lab.soil, **ROW, identifier_0="CE6C0001,7")

    page = as_technician.get("sample_split", lab.soil)

    assert [page.typed[f"identifier_{number}"] for number in range(2)] == ["CE6C0001,8", "CE6C0001,9"]


@pytest.mark.parametrize(("asked", "rows"), [("10", 10), ("0", 1), ("999", 50), ("x", 3), ("-1", 3), ("9" * 30, 3)])
def test_as_many_rows_are_shown_as_are_asked_for(lab, as_technician, asked, rows):
    page = as_technician.get("sample_split", lab.soil, rows=asked)

    assert sum(name.startswith("identifier_") for name in page.typed) == rows
    assert ("More rows" in page.text) == (rows < 50)


def test_more_rows_keep_what_was_typed_and_judge_nothing(lab, vial, as_technician):
    opened = as_technician.get("sample_split", lab.soil)
    typed = {"identifier_0": "CE6-A", "container_0": "nowhere", "mass_g_0": "1,5", "unit_0": "mg", "lost_g": "x"}

    page = as_technician.post(opened.url, opened.typed | typed | {"more": "1", "happened_at": "2024-07-02T10:00"})

    assert (page.status, page.faults, page.summary) == (200, {}, "")
    assert {name: page.typed[name] for name in typed} == typed
    assert page.typed["happened_at"] == "2024-07-02T10:00"
    assert page.typed["submission"] == opened.typed["submission"]
    assert page.typed["rows"] == "8"
    assert [page.typed[f"identifier_{number}"] for number in range(1, 8)] == [
        f"CE6C000{number}" for number in range(3, 5)
    ] + [f"CE6C000{number}" for number in range(5, 10)]
    assert "What is not yet a mass in g or mg does not count" in page.text

    done = page.send(**ROW, mass_g_7="1", container_7="VIAL-1", unit_0="g", lost_g="")

    assert done.status == 302
    assert [name for name, *_rest in made_of(lab.soil)] == ["CE6-A", "CE6C0009"]


def test_a_microgram_too_much_is_refused_with_the_numbers(lab, vial, as_technician):
    typed = ROW | {"container_1": "BOT-1", "mass_g_1": "7500.001", "unit_1": "mg"}
    page = as_technician.fill("sample_split", lab.soil, **typed)

    assert page.status == 422
    assert "CE6C0001 holds 10.000000 g; 10.000001 g is 0.000001 g more." in page.summary
    assert "Too much: 0.000001 g more than CE6C0001 holds" in page.text
    assert page.typed | typed == page.typed
    assert made_of(lab.soil) == []

    assert page.send(mass_g_1="7500").status == 302
    assert (now(lab.soil).mass_g, now(lab.soil).status) == (Decimal(0), "exhausted")


def test_refusals_stand_at_their_rows_and_boxes_though_rows_between_them_are_empty(lab, vial, as_technician):
    sealed = factories.container(lab.technician, "SHUT", lab.mission, parent=lab.box)
    factories.seal(lab.technician, sealed, "S-9")
    typed = {
        "identifier_1": "CE6C0001",
        "container_1": "VIAL-1",
        "mass_g_1": "1",
        "container_3": "VIAL-1",
        "mass_g_3": "5",
        "container_5": "SHUT",
        "mass_g_5": "1",
        "container_6": "VIAL-1",
        "mass_g_6": "1.5",
        "reason": "For analyses",
    }
    opened = as_technician.get("sample_split", lab.soil, rows=8)

    page = opened.send(**typed)

    assert page.status == 422
    assert set(page.faults) == {"identifier_1", "container_5", "mass_g_6"}
    assert "Another sample has this identifier." in page.faults["identifier_1"]
    assert page.faults["container_5"] == "SHUT is closed with seal S-9. Unseal it first, then reach into it."
    assert page.typed | typed == page.typed
    assert made_of(lab.soil) == []


def test_a_container_that_is_too_small_is_told_at_the_mass(lab, vial, as_technician):
    page = as_technician.fill("sample_split", lab.soil, **ROW | {"mass_g_0": "5.000001"})

    assert page.faults == {
        "mass_g_0": "Sample bottle VIAL-1 holds 0.000000 g and has room for 5.000000 g; 5.000001 g does not fit."
    }


@pytest.mark.parametrize(
    ("typed", "box", "sentence"),
    [
        ({"identifier_0": ""}, "identifier_0", "Give this subsample an identifier."),
        ({"identifier_0": "a b"}, "identifier_0", "An identifier has 1 to 40 ASCII letters"),
        ({"container_0": ""}, "container_0", "Say into which container it goes."),
        ({"container_0": "BOT-9"}, "container_0", "No container in use has the identifier “BOT-9”."),
        ({"mass_g_0": ""}, "mass_g_0", "Give its mass."),
        ({"mass_g_0": "0"}, "mass_g_0", "Nothing would move: give at least one microgram."),
        ({"mass_g_0": "2,5"}, "mass_g_0", "has a comma"),
        ({"mass_g_0": "2.0000001"}, "mass_g_0", "is finer than one microgram"),
        ({"mass_g_0": "2.0001", "unit_0": "mg"}, "mass_g_0", "is finer than one microgram"),
        ({"mass_g_0": "2 mg"}, "mass_g_0", "“2 mg” has another unit than the one chosen beside it, g."),
        ({"mass_g_0": "2 kg"}, "mass_g_0", "“kg” is not a unit of mass here."),
        ({"mass_g_0": "-1"}, "mass_g_0", "A mass is never negative."),
        ({"unit_0": "kg"}, "unit_0", "Select a valid choice."),
        ({"form_0": "jelly"}, "form_0", "Select a valid choice."),
        ({"lost_g": "1e-3"}, "lost_g", "“1e-3 g” is not a plain decimal number."),
        ({"happened_at": "2030-01-01T10:00"}, "happened_at", "cannot be right"),
        ({"reason": ""}, "reason", "required"),
    ],
)
def test_each_fault_stands_at_its_box(lab, vial, as_technician, typed, box, sentence):
    page = as_technician.fill("sample_split", lab.soil, **ROW | typed)

    assert page.status == 422
    assert list(page.faults) == [box]
    assert sentence in page.faults[box]
    # A choice that is not offered cannot be shown as chosen.
    kept = {name: value for name, value in (ROW | typed).items() if name not in ("form_0", "unit_0")}
    assert page.typed | kept == page.typed
    assert made_of(lab.soil) == []


def test_no_row_at_all_is_refused(lab, as_technician):
    page = as_technician.fill("sample_split", lab.soil, reason="For analyses", lost_g="1")

    assert page.faults == {"container_0": "Fill in at least one row: a container and a mass."}


@pytest.mark.parametrize("text", ["2.5 g", "2.5g", "2.5\u202fg"])
def test_the_unit_may_stand_with_the_number_where_it_says_the_same(lab, vial, as_technician, text):
    assert as_technician.fill("sample_split", lab.soil, **ROW | {"mass_g_0": text}).status == 302


def test_a_container_is_scanned_from_its_label(lab, vial, as_technician):
    code = f"http://testserver{vial.get_absolute_url()}"

    assert as_technician.fill("sample_split", lab.soil, **ROW | {"container_0": code}).status == 302
    assert made_of(lab.soil)[0][1] == "VIAL-1"


@pytest.mark.parametrize("code", ["http://elsewhere.example/containers/1/", "http://testserver/samples/1/"])
def test_the_code_of_something_else_is_no_container(lab, vial, as_technician, code):
    page = as_technician.fill("sample_split", lab.soil, **ROW | {"container_0": code})

    assert "No container in use has the identifier" in page.faults["container_0"]


def test_empty_containers_of_the_custodian_are_offered(lab, vial, as_technician):
    sealed = factories.container(lab.technician, "SHUT", lab.mission, parent=lab.box)
    factories.seal(lab.technician, sealed, "S-9")
    factories.container(lab.technician, "DRILL", lab.mission, parent=lab.box, origin="drill")
    there = {"custodian": lab.other, "location": lab.other_room}
    factories.container(lab.receiver, "THERE", lab.mission, **there)

    page = as_technician.get("sample_split", lab.soil)

    assert [
        (one.get("value"), one.get("data-capacity")) for one in page.tree.iter("option") if one.get("data-path")
    ] == [("VIAL-1", "5.000000")]


def test_depths_are_asked_for_drilled_material_only(lab, core, as_technician):
    assert "depth_top_cm_0" not in as_technician.get("sample_split", lab.soil).typed

    page = as_technician.fill(
        "sample_split",
        core,
        container_0="TUBE-2",
        mass_g_0="1",
        depth_top_cm_0="10",
        depth_bottom_cm_0="12.5",
        container_1="TUBE-2",
        mass_g_1="1",
        depth_top_cm_1="12.5",
        depth_bottom_cm_1="50",
        reason="Cut",
    )

    assert page.status == 302, page.text
    assert [(one.depth_top_cm, one.depth_bottom_cm, one.form) for one in core.children.order_by("pk")] == [
        (Decimal(10), Decimal("12.5"), "core segment"),
        (Decimal("12.5"), Decimal(50), "core segment"),
    ]


@pytest.mark.parametrize(
    ("top", "bottom", "box"),
    [("5", "12", "depth_top_cm_1"), ("20", "12", "depth_top_cm_1"), ("20", "", "depth_top_cm_1")],
)
def test_a_wrong_depth_stands_at_its_row(lab, core, as_technician, top, bottom, box):
    page = as_technician.fill(
        "sample_split",
        core,
        container_1="TUBE-2",
        mass_g_1="1",
        depth_top_cm_1=top,
        depth_bottom_cm_1=bottom,
        reason="Cut",
    )

    assert page.status == 422
    assert [name for name in page.faults if name.startswith("depth")] == ["depth_top_cm_1"]


def test_a_gap_between_segments_is_asked_about_once(lab, core, as_technician):
    cut = {"container_0": "TUBE-2", "mass_g_0": "1", "depth_top_cm_0": "20", "depth_bottom_cm_0": "30", "reason": "Cut"}
    cut |= {"container_1": "TUBE-2", "mass_g_1": "1", "depth_top_cm_1": "35", "depth_bottom_cm_1": "50"}
    asked = as_technician.fill("sample_split", core, **cut)

    assert asked.status == 422
    assert "Is this right?" in asked.text
    assert asked.typed | cut == asked.typed
    assert asked.send(acknowledged="on").status == 302


def test_permanent_material_is_split_only_where_a_curator_says_so(lab, vial, permanent, as_technician, as_curator):
    refused = as_technician.fill("sample_split", lab.soil, **ROW)
    asked = as_curator.fill("sample_split", lab.soil, **ROW)
    done = asked.send(override="on")

    assert "override" not in refused.typed
    assert "CE6C0001 is permanent material. It is split or consumed only by a curator." in refused.summary
    assert "Say that it is to be used all the same" in asked.faults["override"]
    assert done.status == 302
    assert "override" not in as_curator.get("sample_split", factories.sample(lab.technician, "S-9", lab.box)).typed


def test_what_is_sealed_names_the_step_that_is_missing(lab, vial, as_technician):
    factories.seal(lab.technician, lab.box, "S-7")

    page = as_technician.fill("sample_split", lab.soil, **ROW)

    assert page.status == 422
    assert "BOX-1 is closed with seal S-7. Unseal it first, then reach into it." in page.summary
    assert page.link("Unseal BOX-1") == address("container_unseal", lab.box)


def test_somebody_elses_material_is_not_split(lab, vial, as_receiver):
    page = as_receiver.fill("sample_split", lab.soil, **ROW)

    assert page.status == 403
    assert Container.objects.get(pk=vial.pk).contents_g() == 0


def test_what_stays_is_told_on_the_page_of_a_form_sent_back(lab, vial, as_technician):
    page = as_technician.fill("sample_split", lab.soil, **ROW | {"reason": ""})

    assert plain("Left in CE6C0001 after this split 7.500000 g of 10.000000 g The balance closes") in page.text


# However many rows and daughters there are.
QUERIES = 13


def test_the_page_asks_the_same_number_of_questions_for_more_rows_and_more_daughters(
    lab, vial, as_technician, django_assert_num_queries
):
    as_technician.get("sample_split", lab.soil)
    with django_assert_num_queries(QUERIES):
        as_technician.get("sample_split", lab.soil)
    factories.split(lab.technician, lab.soil, *["0.001"] * 12)
    with django_assert_num_queries(QUERIES):
        as_technician.get("sample_split", lab.soil, rows=30)
