"""The page of a dataset: its rows and columns are chosen there, and everything on it is of exactly what was chosen."""

import csv
from io import StringIO
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from samples.exports import DATASETS
from samples.models import LedgerEntry
from samples.selections import SOURCES, names_for
from tests import factories
from tests.exports import packed
from tests.views.conftest import address


def file_of(page):
    """The file behind the page's button, row by row."""
    name = urlsplit(page.url).path.split("/")[2].replace("-", "_")
    return table(page.browser.open(page.link(f"Download {name}.csv")))


def table(page):
    assert page.status == 200
    return list(csv.reader(StringIO(page.html, newline="")))


def shown(page):
    """The first rows on the page, its head before them."""
    [region] = [node for node in page.tree.iter("div") if node.get("class") == "file-rows"]
    return [["".join(cell.itertext()) for cell in row] for row in region.iter("tr")]


def ticks(page):
    """{column: whether it is ticked}, in the order of the page."""
    boxes = [node for node in page.tree.iter("input") if node.get("name") == "columns" and node.get("type") != "hidden"]
    return {box.get("value"): box.get("checked") is not None for box in boxes}


def sent(page, *, columns=None, **typed):
    """The address that the form of the columns leads to, and the page there."""
    [form] = [node for node in page.tree.iter("form") if (node.get("action") or "").startswith("/data/")]
    hidden = {node.get("name"): node.get("value") for node in form.iter("input") if node.get("type") == "hidden"}
    chosen = [name for name, ticked in ticks(page).items() if ticked] if columns is None else columns
    query = urlencode([*(hidden | typed).items(), *(("columns", name) for name in chosen)])
    return page.browser.open(f"{form.get('action')}?{query}")


@pytest.fixture
def grains(lab):
    for number in range(12):
        factories.sample(lab.technician, f"S-{number:02}", lab.bottle, f"0.{number + 1:06}", description="=1\nTwo")
    return lab


@pytest.mark.parametrize("name", DATASETS)
def test_it_tells_of_each_column_and_shows_how_the_file_begins(lab, as_technician, name):
    factories.weighing(lab.technician, lab.bottle, factories.balance(lab.curator))

    page = as_technician.get(f"data_{name}")
    whole = file_of(page)

    assert page.status == 200
    assert ticks(page) == {column.name: True for column in DATASETS[name].columns}
    for column in DATASETS[name].columns:
        assert f"{column.meaning[0].upper()}{column.meaning[1:]}." in page.text
    if name == "audit":
        # The newest line is that of the download.
        assert shown(page)[0] == whole[0]
        assert shown(page)[1] in whole
        assert "The first rows" in page.text
    elif len(whole) > 1:
        assert shown(page) == whole[:11]
        assert (f"{len(whole) - 1} rows" if len(whole) > 2 else "One row") in page.text
    else:
        assert "No row is as asked" in page.text


def test_it_has_what_the_person_may_have(lab, as_researcher):
    factories.publish(lab.curator, lab.soil)
    assert names_for(lab.researcher) == ["samples", "containers", "handoffs", "missions"]
    for name in names_for(lab.researcher):
        page = as_researcher.get(f"data_{name}")
        assert list(ticks(page)) == [column.name for column in DATASETS[name].columns_for(lab.researcher)]
        assert list(ticks(page)) == file_of(page)[0]
        assert "mass_g" not in ticks(page) or shown(page)[1][0] == "CE6C0001"
    assert len(ticks(as_researcher.get("data_handoffs"))) < len(DATASETS["handoffs"].columns)


def test_the_first_ten_rows_stand_as_in_the_file_and_all_are_counted(grains, as_technician):
    page = as_technician.get("data_samples", sort="mass", columns="identifier,mass_g,description")

    assert shown(page)[:2] == [["identifier", "mass_g", "description"], ["S-00", "0.000001", "'=1\nTwo"]]
    assert len(shown(page)) == 11
    assert "13 rows" in page.text
    assert "The first 10, as they stand in the file." in page.text


def test_what_is_ticked_is_what_everything_leads_to(grains, as_technician):
    opened = as_technician.get("data_samples", origin="scoop", mass_to="2 mg")
    answer = sent(opened, columns=["identifier", "mass_g"], mass_unit="mg", sort="-mass")

    assert answer.status == 302
    asked = {"origin": "scoop", "mass_to": "2 mg", "sort": "-mass", "mass_unit": "mg", "columns": "identifier,mass_mg"}
    assert dict(parse_qsl(urlsplit(answer.location).query)) == asked
    page = as_technician.open(answer.location)
    rows = [["identifier", "mass_mg"]] + [[f"S-{number:02}", f"0.{number + 1:03}"] for number in reversed(range(12))]
    assert (shown(page), file_of(page)) == (rows[:11], rows)
    assert [name for name, ticked in ticks(page).items() if ticked] == ["identifier", "mass_mg"]
    assert "12 rows" in page.text

    records = as_technician.open(page.link("JSON")).response.json()["records"]
    assert [list(record.values()) for record in records] == rows[1:]
    package = as_technician.open(page.link("Data package")).response.getvalue()
    assert packed.files(package)["data/samples.csv"].decode().splitlines() == [",".join(row) for row in rows]
    assert all("mass_unit=mg&columns=identifier%2Cmass_mg" in lines for lines in page.with_class("copied"))


def test_whatever_is_asked_is_kept_by_the_other_forms_and_links(grains, as_technician):
    page = as_technician.get("data_samples", origin="scoop", columns="mass_mg,identifier", mass_unit="mg")
    [filters] = [form for form in page.tree.iter("form") if form.get("class") == "filters"]
    kept = {node.get("name"): node.get("value") for node in filters.iter("input") if node.get("type") == "hidden"}

    assert kept == {"columns": "mass_mg,identifier", "mass_unit": "mg"}
    assert page.link("Origin") == "?columns=mass_mg%2Cidentifier&mass_unit=mg"
    assert page.link("Show them in their list") == address("sample_list", origin="scoop")
    assert page.link("Tick all") == address("data_samples", origin="scoop", mass_unit="mg") + "#columns"
    # An order of columns that is not the usual one stays.
    assert list(ticks(page))[:2] == ["mass_mg", "identifier"]
    assert sent(page, mass_unit="mg").location == address(
        "data_samples", origin="scoop", mass_unit="mg", columns="mass_mg,identifier"
    )


def test_all_columns_in_grams_need_no_words(grains, as_technician):
    page = as_technician.get("data_samples", columns="identifier", mass_unit="mg")
    every = [column.name for column in DATASETS["samples"].columns]

    assert sent(page, columns=every, mass_unit="g", sort="").location == address("data_samples")
    assert all(ticks(as_technician.open(page.link("Tick all"))).values())


def test_nothing_is_ticked_first_and_then_one_has_to_be(grains, as_technician):
    page = as_technician.open(as_technician.get("data_samples", origin="scoop").link("Tick none"))

    assert (page.status, any(ticks(page).values())) == (200, False)
    assert "Tick the columns that the file is to have." in page.text
    assert page.link("Download samples.csv") is None
    refused = sent(page)
    assert refused.status == 400
    assert "Tick one column at least." in refused.text
    assert sent(refused, columns=["origin"]).location == address("data_samples", origin="scoop", columns="origin")


WRONG = {
    "colour": ({"colour": "grey"}, "colour: there is no such filter"),
    "filter": ({"origin": "sea"}, "origin: Select a valid choice. sea is not one of the available choices."),
    "column": ({"columns": "identifier,mass_g,colour"}, "columns: there is no column “colour”."),
    "twice": ({"columns": "mass_g,mass_g"}, "columns: “mass_g” is asked for twice."),
    "unit": ({"mass_unit": "kg"}, "mass_unit: “kg” is no unit of mass here. Use g or mg."),
    "order": ({"sort": "colour"}, "This list is not sorted by “colour”."),
    "tick": ({"tick": "some"}, "tick: there is no such filter"),
}


@pytest.mark.parametrize(("query", "sentence"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_asked_is_a_400_in_words_that_keeps_what_was_chosen(grains, as_technician, query, sentence):
    page = as_technician.get("data_samples", **{"columns": "identifier,mass_g", "mass_to": "1 mg"} | query)

    assert page.status == 400
    assert sentence in page.text
    assert page.link("Download samples.csv") is None
    assert ticks(page)["mass_g"]
    assert not ticks(page)["form"]
    # By the form of the columns, of the filters and of another moment.
    assert page.html.count('name="mass_to" value="1 mg"') == 3


def test_it_is_of_the_moment_that_is_asked(lab, as_auditor):
    then = factories.LONG_AGO.isoformat()
    factories.sample(lab.technician, "LATER", lab.bottle)

    asked = as_auditor.get("data_samples", look="as_of", at=then, columns="identifier")
    page = as_auditor.open(asked.location)

    assert "As it happened:" in page.text
    assert shown(page) == file_of(page)
    for label in ("JSON", "Data package", "Download samples.csv"):
        assert "as_of=" in page.link(label)
    assert all("as_of=" in lines for lines in page.with_class("copied"))
    assert "as_of=" in sent(page, columns=["identifier", "origin"]).location
    mistyped = as_auditor.get("data_samples", look="as_of", at="noon", columns="identifier")
    assert mistyped.status == 400
    assert [name for name, ticked in ticks(mistyped).items() if ticked] == ["identifier"]


def test_its_package_is_of_the_same_mission(grains, as_technician):
    standing = {"custodian": grains.home, "location": grains.room}
    other = factories.container(grains.technician, "CE5-1", factories.mission(grains.curator, "CE5"), **standing)
    factories.sample(grains.technician, "CE5C0001", other)
    page = as_technician.get("data_samples", mission=grains.mission.code, columns="identifier,mass_g")

    package = as_technician.open(page.link("Data package")).response.getvalue()
    assert packed.files(package)["data/samples.csv"].decode().splitlines() == [",".join(row) for row in file_of(page)]
    assert "13 rows" in page.text


def test_looking_at_a_page_is_no_download(grains, as_technician):
    before = LedgerEntry.objects.count()

    assert as_technician.get("data_samples").status == 200
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize("name", DATASETS)
def test_every_order_is_offered_in_words_of_its_own(lab, as_technician, name):
    orders = list(SOURCES[name].search({}, lab.technician).orders(DATASETS[name].model))

    words = [str(words) for _key, words in orders]
    assert len(set(words)) == len(words) == 2 * len(SOURCES[name].search.sorts)
    assert not {"use", "capacity", "gross_g", "seq", "outcome", "state"} & set(words)
    assert all(each in as_technician.get(f"data_{name}").text for each in words)
