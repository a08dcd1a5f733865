"""What a researcher is told: the published samples, their containers and handoffs, and nothing about the rest."""

import csv
import re
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO, StringIO
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from django.urls import reverse

from samples import urls
from samples.models import Container, Origin
from samples.operations import custody
from samples.roles import RIGHTS, Role
from tests import factories
from tests.views.conftest import Browser, address

# Words that stand in contacts, remarks, witnesses, notes and closing reasons, and in what is not published.
SECRETS = ["zcontact", "zremarkout", "zremarkin", "zwitness", "znotes", "zclosing", "zhidden"]


@pytest.fixture(scope="module")
def _world(_laboratory, django_db_blocker):
    lab = deepcopy(_laboratory)
    with django_db_blocker.unblock():
        return build(lab)


def build(lab):
    """One published sample beside much that is not; its container was handed on twice, once in vain."""
    home = factories.custodian(lab.curator, "Home", "laboratory", contact="zcontact", organisation="zcontact desk")
    away = factories.custodian(lab.curator, "Away", "museum", contact="zcontact")
    stranger = factories.custodian(lab.curator, "zhidden Museum", "museum")
    worker = factories.person("worker", Role.TECHNICIAN, custodian=home)
    mission = factories.mission(lab.curator, "CE5", body_side="near", notes="znotes")
    tube = {"origin": Origin.MIXED, "kind": Container.Kind.PACKAGE}
    box = factories.container(worker, "BOX-5", mission, custodian=home, location=lab.street, **tube)
    bottle = factories.container(worker, "BOT-5", mission, parent=box, capacity_g=Decimal(100))
    vault = factories.container(worker, "zhidden-BOT", mission, parent=box)
    top = factories.sample(worker, "TOP", bottle, "1.000001")
    hidden = factories.sample(worker, "zhidden-S1", bottle, "20.000000", parent=top, description="zhidden")
    daughter = factories.sample(worker, "TOP,1", bottle, "2.000002", parent=hidden)
    orphan = factories.sample(worker, "zhidden-S2", vault, "30.000000")
    child = factories.sample(worker, "CHILD", bottle, "4.000004", parent=orphan)
    for sample in (top, daughter, child):
        factories.publish(lab.curator, sample)
    far = factories.mission(lab.curator, "zhidden-M", name="zhidden mission")
    other_box = factories.container(worker, "zhidden-BOX", far, custodian=home, location=lab.street)
    secret = factories.sample(worker, "zhidden-S3", other_box)
    words = {"witnesses": "zwitness", "remarks": "zremarkout"}
    rejected = factories.release(worker, [box], away, **words)
    custody.reject(handoff=rejected, by=lab.curator, reason="zclosing")
    handoff = factories.release(worker, [box], away, released_at=rejected.released_at, **words)
    behalf = {"on_behalf_of": "Keeper", "on_behalf_document": "LETTER-1", "remarks": "zremarkin"}
    late = handoff.released_at + timedelta(hours=2)
    factories.receive(lab.curator, handoff, lab.street, received_at=late, **behalf)
    token = factories.token(worker, "zhidden")[0]
    unseen = factories.release(worker, [other_box], stranger, purpose="zhidden")
    return SimpleNamespace(**{name: value for name, value in locals().items() if name not in ("lab", "tube")})


@pytest.fixture
def world(_world, lab):
    return deepcopy(_world)


def text_of(content):
    """The text of a page or a file; of a package that of all its files."""
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(BytesIO(content)) as package:
        return "\n".join(package.read(name).decode() for name in package.namelist())


@pytest.fixture(scope="module")
def reached(_world, _laboratory, django_db_blocker):
    """Every page and file a researcher gets to by following links from the overview: {address: text}."""
    with django_db_blocker.unblock():
        browser = Browser(_laboratory.researcher)
        pages, waiting = {}, {reverse("overview")}
        while waiting:
            page = browser.open(waiting.pop())
            pages[page.url] = text_of(page.response.getvalue())
            waiting |= links_on(page.url, pages[page.url]) - set(pages)
    return pages


def links_on(url, html):
    """The pages one click away; of links that ask a list something, those on the plain list."""
    path, _mark, query = url.partition("?")
    links = {unescape(link) for link in re.findall(r'href="([^"]+)"', html)}
    links = {path + link if link.startswith("?") else link for link in links if link[0] in "/?"}
    return {link for link in links if not link.startswith("/static/") and not (query and "?" in link)}


def test_no_page_or_file_within_reach_has_a_word_that_is_not_for_researchers(reached):
    told = {secret: [url for url, text in reached.items() if secret in text] for secret in SECRETS}

    assert told == {secret: [] for secret in SECRETS}


def test_all_that_is_published_is_within_reach_and_every_link_leads_somewhere(reached, world):
    for name, record in {
        "container_detail": world.box,
        "container_custody": world.bottle,
        "container_seals": world.bottle,
        "sample_detail": world.daughter,
        "sample_custody": world.top,
        "handoff_detail": world.handoff,
        "mission_detail": world.mission,
    }.items():
        assert address(name, record) in reached
    assert not [url for url, text in reached.items() if "fault-page" in text]


def test_the_same_words_are_there_for_an_auditor(world, as_auditor):
    """Else the test above would pass for want of words."""
    pages = [
        as_auditor.get("custodian_detail", world.away),
        as_auditor.get("handoff_detail", world.rejected),
        as_auditor.get("handoff_detail", world.handoff),
        as_auditor.get("mission_detail", world.mission),
    ]

    text = " ".join(page.text for page in pages)
    assert not [secret for secret in SECRETS[:-1] if secret not in text]


PAGES_OF_RECORDS = [
    route.name
    for route in urls.urlpatterns
    if "<int:pk>" in str(route.pattern) and route.callback.right in RIGHTS[Role.RESEARCHER]
]


@pytest.mark.parametrize("name", PAGES_OF_RECORDS)
def test_what_is_not_published_is_not_there(world, as_researcher, name):
    unseen = {
        "container": [world.vault, world.other_box],
        "sample": [world.hidden, world.orphan, world.secret],
        "handoff": [world.unseen],
        "mission": [world.far],
        "token": [world.token],
    }

    for record in unseen[name.partition("_")[0]]:
        page = as_researcher.get(name, record)

        assert page.status == 404
        assert page.text == as_researcher.open(page.url.replace(f"/{record.pk}/", "/987654/")).text


@pytest.mark.parametrize(
    ("name", "words", "found"),
    [
        ("sample_list", "zhidden", []),
        ("sample_list", "top", ["TOP", "TOP,1"]),
        ("container_list", "zhidden", []),
        ("container_list", "BO", ["BOT-5", "BOX-5"]),
        ("mission_list", "zhidden", []),
        ("mission_list", "znotes", []),
        ("handoff_list", "zhidden", []),
        ("handoff_list", "zwitness", []),
        ("handoff_list", "bot-5", ["H-0002", "H-0001"]),
    ],
)
def test_a_search_finds_only_what_is_shown(world, as_researcher, name, words, found):
    page = as_researcher.get(name, q=words)

    assert page.status == 200
    assert page.rows == found


@pytest.mark.parametrize(
    ("name", "filter_name", "record"),
    [
        ("sample_list", "mission", "far"),
        ("container_list", "mission", "far"),
        ("sample_list", "custodian", "home"),
        ("container_list", "custodian", "stranger"),
        ("handoff_list", "to_custodian", "stranger"),
    ],
)
def test_a_filter_by_what_is_not_shown_is_as_unknown_as_one_by_nothing(world, as_researcher, name, filter_name, record):
    record = getattr(world, record)
    # Home parted with the published containers, so it is known; Museum never had anything to do with them.
    status = 200 if record == world.home else 400

    page = as_researcher.get(name, **{filter_name: record.pk})
    nothing = as_researcher.get(name, **{filter_name: 987654})

    assert (page.status, nothing.status) == (status, 400)
    assert "zhidden" not in page.html


def test_totals_count_published_samples_only(world, as_researcher):
    page = as_researcher.get("container_detail", world.bottle)

    assert "7.000007 g" in page.text
    assert "27.000007" not in page.text


def test_the_overview_counts_published_samples_only(world, as_researcher):
    page = as_researcher.get("overview")

    assert page.rows == ["Mission CE5"]
    assert "7.000007 g" in page.text


def test_what_is_free_in_a_container_is_not_told_by_halves(world, as_researcher):
    """Of what is not published nothing is said, so neither is what is left beside it."""
    page = as_researcher.get("container_detail", world.bottle)

    assert "92.999993" not in page.text


def test_the_contents_of_a_container_show_the_published_samples_in_it(world, as_researcher):
    page = as_researcher.get("container_detail", world.box)

    identifiers = [words.split()[0] for words in page.with_class("tree-row")]
    assert identifiers == ["BOT-5", "CHILD", "TOP", "TOP,1"]


def test_a_lineage_leaves_out_what_is_not_published_and_keeps_what_descends_from_it(world, as_researcher):
    page = as_researcher.get("sample_detail", world.daughter)

    assert [words.split()[0] for words in page.with_class("tree-row")] == ["TOP", "TOP,1"]
    assert page.with_class("current")[0].startswith("TOP,1")


def test_a_published_subsample_of_an_unpublished_sample_stands_alone(world, as_researcher):
    page = as_researcher.get("sample_detail", world.child)

    assert [words.split()[0] for words in page.with_class("tree-row")] == ["CHILD"]


def test_a_handoff_shows_the_containers_with_published_samples(world, as_researcher):
    page = as_researcher.get("handoff_detail", world.handoff)

    assert page.rows == ["BOX-5", "BOT-5"]


@pytest.mark.parametrize("typed", ["zhidden-S1", "zhidden-BOT", "zhidden-M", "H-0003"])
def test_a_scan_knows_nothing_of_what_is_not_shown(world, as_researcher, typed):
    page = as_researcher.get("scan", q=typed)

    assert page.status == 404
    assert f"labinv knows no “{typed}”." in page.text


def test_a_scan_opens_what_is_shown(world, as_researcher):
    page = as_researcher.get("scan", q="top,1")

    assert page.location == address("sample_detail", world.daughter)


def test_samples_in_the_file_are_the_published_ones_without_unpublished_parents(world, as_researcher):
    text = as_researcher.get("export_samples").response.getvalue().decode()

    rows = [(row["identifier"], row["parent"], row["container"]) for row in csv.DictReader(StringIO(text))]
    assert rows == [("CHILD", "", "BOT-5"), ("TOP", "", "BOT-5"), ("TOP,1", "", "BOT-5")]


@pytest.mark.parametrize("name", ["handoffs", "missions"])
def test_a_file_has_no_column_for_what_is_not_told(world, as_researcher, as_auditor, name):
    def header(browser):
        return next(iter(browser.get(f"export_{name}").response.streaming_content)).decode().strip().split(",")

    kept_back = set(header(as_auditor)) - set(header(as_researcher))

    of_handoffs = {"witnesses", "remarks", "receipt_remarks", "closing_reason"}
    assert kept_back == {"handoffs": of_handoffs, "missions": {"notes"}}[name]


def test_a_withdrawn_sample_is_not_shown_any_more(world, as_researcher, as_curator):
    as_curator.fill("sample_unpublish", world.child, reason="Not yet")

    page = as_researcher.get("sample_detail", world.child)

    assert page.status == 404


def test_a_gap_is_shown_and_its_explanation_not_asked_of_who_may_not_give_it(world, as_researcher, as_curator):
    seen, offered = (browser.get("container_custody", world.box) for browser in (as_researcher, as_curator))

    assert "Gap: no place is recorded for 2 h 00 min." in seen.text
    assert seen.link("Explain this gap") is None
    assert offered.link("Explain this gap") == address("handoff_explain_gap", world.handoff)


def test_somebody_without_a_role_is_told_so(lab):
    page = Browser(factories.person("newcomer")).get("overview")

    assert page.status == 403
    assert "This page is not for your role (no role)" in page.text


def test_an_act_on_what_is_not_shown_is_not_for_a_researcher_at_all(world, as_researcher):
    page = as_researcher.post(address("mission_void", world.far), {"reason": "Curious"})

    assert page.status == 403
    assert "zhidden" not in page.html


def test_a_researcher_cannot_find_out_by_sorting_or_paging(world, as_researcher):
    for name in ("sample_list", "container_list", "handoff_list", "mission_list"):
        page = as_researcher.get(name)
        assert "zhidden" not in page.html
        assert page.with_class("page-lead")[0].split()[0] == str(len(page.rows))
