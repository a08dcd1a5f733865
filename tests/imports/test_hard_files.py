"""Files that nobody means: each is refused in words, or checked row by row, and its report can be kept and shown."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from samples.imports import refused_csv
from samples.imports import samples as importer
from samples.models import Upload
from samples.operations import Refused, imports
from tests import factories
from tests.campaigns.hard_input.files import FILES, TOML
from tests.refusing import state
from tests.views.conftest import Browser, address

GOOD = factories.stock(
    {"identifier": "S-1", "mass_g": "1", "container": "BOT-1"},
    {"identifier": "S-2", "mass_g": "2", "container": "BOT-1"},
)


@pytest.fixture
def as_curator(lab):
    return Browser(lab.curator)


def read(content):
    try:
        return importer.read_samples("hard.csv", content), None
    except Refused as refusal:
        return None, refusal


@pytest.mark.parametrize("name", FILES)
def test_a_hard_file_is_refused_in_words_or_checked(lab, name):
    before = state()
    content = FILES[name](GOOD)

    file, refusal = read(content)
    if refusal:
        assert refusal.message.endswith(".")
        assert refusal.field == "file"
        return
    report = factories.run(importer.check(file, by=lab.curator, reason="A look"))

    assert report["accepted"] + report["refused"] == report["rows"] == len(file)
    upload = factories.uploaded(lab.curator, [{"identifier": "X"}])
    imports.note_report(upload=upload, report=report, by=lab.curator, reason="A look")
    assert Upload.objects.get(pk=upload.pk).report == report
    again = (
        importer.read_samples("again.csv", refused_csv(file, report["faults"]).encode()) if report["faults"] else None
    )
    assert again is None or len(again) == report["refused"]
    assert state() == before


@pytest.mark.parametrize("name", TOML)
def test_a_hard_mapping_is_refused_in_words_or_its_rows_are_checked(lab, as_curator, name):
    files = {"file": SimpleUploadedFile("stock.csv", GOOD), "mapping": SimpleUploadedFile("stock.toml", TOML[name])}

    page = as_curator.post(address("import_upload"), files | {"kind": "samples", "reason": "Opening stock"})

    assert page.status in (302, 422)
    if page.status == 302:
        checked = as_curator.open(page.location)
        assert checked.status == 200
        assert checked.html.rstrip().endswith("</html>")
        assert "<script>alert" not in checked.html
        assert Upload.objects.get().report is not None
    else:
        assert page.faults.keys() & {"file", "mapping"}
