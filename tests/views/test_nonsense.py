"""What no person asks of a list: it answers with a clear 400 in words. What is posted: tests/campaigns."""

import base64
import json

import pytest
from django.urls import reverse

from samples import urls

LISTS = [f"{noun}_list" for noun in ("container", "sample", "handoff", "mission", "custodian", "location", "import")]
LISTS += ["audit_log", "movement_list"]
# The ledger's own download takes no question, and a package those of its own form.
EXPORTS = [route.name for route in urls.urlpatterns if route.name.startswith("export_")]
EXPORTS = [name for name in EXPORTS if name not in ("export_ledger", "export_package")]
NONSENSE = {
    "NUL inside": "BOX\x00-1",
    "100 kB": "x" * 100_000,
    "10**30": str(10**30),
    "year 9999": "9999-12-31T23:59",
}


@pytest.mark.parametrize("name", LISTS + EXPORTS)
def test_a_list_and_its_file_answer_nonsense_in_each_of_their_filters(lab, as_curator, name):
    noun = name.removeprefix("export_").replace("discrepancies", "discrepancy").removesuffix("s").removesuffix("_list")
    otherwise = {
        "audit": "audit_log",
        "audit_log": "audit_log",
        "mass_balance": "mission_list",
        "weighing": "movement_list",
    }
    listed = otherwise.get(noun, f"{noun}_list")
    filters = as_curator.get(listed).response.context["search"].fields
    answers = {}

    for kind in ("NUL inside", "100 kB", "10**30", "year 9999"):
        # The file is asked with the list's own form.
        for field in [*filters, "sort"] if name in LISTS else ["q", "sort", "show"]:
            response = as_curator.client.get(reverse(name), {field: NONSENSE[kind]})
            response.getvalue()
            answers[kind, field] = response.status_code

    # Words are looked for, whatever they are; nothing has them.
    found = {asked for asked, status in answers.items() if status == 200}
    free = {"q", "record", "sample"} & set(filters) if name in LISTS else {"q"}
    assert found == {(kind, field) for kind in ("10**30", "year 9999") for field in free}
    assert {status for asked, status in answers.items() if asked not in found} == {400}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_looks_for_any_words(lab, as_curator, name):
    for text in ("<script>alert(1)</script>", "\x1b[2J", "%", "_", "\\", "'", "é" * 200):
        page = as_curator.get(name, q=text)

        assert page.status == 200
        assert page.rows == []
        assert "<script>alert" not in page.html


def mark(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


BAD_MARKS = [
    *["garbage", "\x00", "!", "W10=", "e30=", "bnVsbA==", "x" * 100_000],
    *[mark("BOX-1"), mark("BOX-1", 1, 1), mark("BOX-1", "1"), mark("BOX-1", 0), mark("BOX-1", -1)],
    *[mark("BOX-1", 2**63), mark("BOX-1", 1.5), mark("B\x00", 1), mark("\ud800", 1), mark("B" * 100_000, 1)],
    base64.urlsafe_b64encode(b"[" * 100_000).decode(),
]
SORTED_MARKS = [
    *[("sample_list", "mass", value) for value in ("much", "1e5", "9" * 400, "NaN", "0.0000001", "-1")],
    *[("handoff_list", "number", value) for value in ("one", "9" * 40, "1.5", "-1")],
    *[
        ("handoff_list", "released", value)
        for value in ("now", "2024-01-01", "0001-01-01 00:00:00+14:00", "9999-12-31 23:59:59-14:00", "2024-01-01 00:00")
    ],
    ("handoff_list", "status", "relea\x00sed"),
    ("handoff_list", "status", "s" * 100_000),
    ("container_list", "kind", "bucket"),
    ("container_list", "custodian", "Labor\x00atory"),
    ("container_list", "status", "\x00"),
]


@pytest.mark.parametrize("direction", ["after", "before"])
def test_a_list_answers_a_mark_that_is_none(lab, as_technician, direction):
    for bad in BAD_MARKS:
        page = as_technician.get("container_list", **{direction: bad})

        assert page.status == 400, bad
        assert "The address of this page of the list is not right. Begin at its first page." in page.text


def test_a_list_answers_a_mark_with_a_value_that_is_none(lab, as_technician):
    for name, sort, value in SORTED_MARKS:
        page = as_technician.get(name, sort=sort, after=mark(value, 1))

        assert page.status == 400, (name, sort, value[:50])
        assert "Begin at its first page." in page.text


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_not_sorted_by_what_is_no_column(lab, as_technician, name):
    for sort in ("password", "--identifier", "-", "mission__custodian", "pk", "?"):
        page = as_technician.get(name, sort=sort)

        assert page.status == 400
        assert f"This list is not sorted by “{sort}”. Choose one of its column heads." in page.text
        assert page.rows == []


RECORD_PAGES = [route.name for route in urls.urlpatterns if "<int:pk>" in str(route.pattern)]


@pytest.mark.parametrize("name", RECORD_PAGES)
def test_a_key_that_no_record_has_is_not_found(lab, as_curator, name):
    path = reverse(name, args=[7])

    for key in ("0", str(2**31), str(2**63 - 1), str(2**63), str(10**30), "1" + "0" * 5000):
        page = as_curator.open(path.replace("/7/", f"/{key}/"))

        assert page.status == 404, key[:40]
        assert "There is nothing at this address" in page.text
