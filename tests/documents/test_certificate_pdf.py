"""The certificate on paper, read back as a viewer, a scanner and a person without a Chinese font would."""

import re
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp

from samples.audit.checkpoints import checkpoint
from samples.documents import _type
from samples.documents.certificate import certificate_of
from samples.documents.certificate_pdf import certificate_pdf
from samples.models import Handoff
from tests import factories
from tests.documents import ways
from tests.refusing import plain

PLACE = "Zhurihe airport – “cold” chain, 嫦娥六号"
RED = (174, 32, 24)


@pytest.fixture
def handoff(lab):
    return ways.released_to_laboratory(lab)


def certificate(handoff):
    return certificate_of(Handoff.objects.get(pk=handoff.pk), "https://inventory.example.org/")


def drawn(handoff):
    return pypdfium2.PdfDocument(certificate_pdf(certificate(handoff)))


def text_of(document):
    """All that a viewer finds in the file, lines joined."""
    return plain(" ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document))


def image_of(page, scale=2):
    return page.render(scale=scale).to_pil().convert("RGB")


def test_it_has_every_fact_on_one_page(lab, handoff):
    ways.received(lab, handoff, remarks="All fine")
    document = drawn(handoff)

    text = text_of(document)

    assert len(document) == 1
    for fact in (
        "Custody certificate",
        "Handoff H-0005 · CE6 · Received",
        "From Agency Agency, CNSA",
        "To Laboratory Laboratory",
        f"Place, transport {PLACE} By hand",
        "Storage and study; masses preliminary",
        "26 Jun 2024, 10:42 UTC+8",
        "26 Jun 2024, 11:52 UTC+8 Room 1",
        "Sample certificate CE6",
        "Gu, He",
        "CN-240606-17 CN-240606-17 intact",
        "325.125000 g ± 0.010000 g 325.128000 g +0.003000 g",
        "CE6-SP-01 inside: sealed package",
        "CE6-GB-01 inside: sample bottle",
        "1 h 10 min between release and receipt. Nobody has explained yet",
        "Weighed on Balance 1, ± 0.001000 g.",
        "Remarks at the receipt: All fine",
        "chain begins here Chang’e-6 returner document DOC-1",
        "Recovery team Air transport 嫦娥六号",
        "“I release these containers” on behalf of The head of the team (Agency), document REL-LAB",
        "“I received these containers as recorded” for Laboratory",
        f"Ledger checkpoint {checkpoint().text}",
        "Page 1 of 1.",
    ):
        assert fact in text
    for signature in handoff.signatures.all():
        assert f"signs Ledger {signature.ledger_seq} · " in text
        assert signature.ledger_hash in text


def test_what_differs_has_a_cross_and_is_red(lab, handoff):
    fitting = image_of(drawn(ways.released_to(lab, "FIT-1"))[0])
    ways.differing(lab, handoff)
    document = drawn(handoff)

    text = text_of(document)

    assert len(document) == 1
    for wrong in ("Received with discrepancy ×", "CN-240606-71 ×", "damaged ×", "–1.024996 g ×"):
        assert wrong in text
    for found in ("(seal): Seal CN-240606-71 was read on", "(seal): The seal of", "(mass): CE6-CAPSULE weighs 324.1"):
        assert f"× Discrepancy {found}" in text
    assert is_red(image_of(document[0]))
    assert not is_red(fitting)


def is_red(image):
    return any(colour == RED for _count, colour in image.getcolors(1 << 20))


def test_the_code_reads_back(lab, handoff):
    ways.received(lab, handoff)

    [code] = zxingcpp.read_barcodes(image_of(drawn(handoff)[0]))

    assert code.text == f"https://inventory.example.org/custody/{handoff.pk}/#{checkpoint().slug}"
    assert code.format == zxingcpp.BarcodeFormat.QRCode


def test_an_open_handoff_says_so_and_keeps_the_seal_to_be_read(lab, handoff):
    text = text_of(drawn(handoff))

    assert "Not received yet. Custody is still with Agency." in text
    assert "on record" in text
    assert "CN-240606-17" not in text


def test_a_side_from_before_signatures_were_kept_says_so(lab, handoff):
    loaded = Handoff.objects.get(pk=handoff.pk)
    loaded._prefetched_objects_cache = {"signatures": []}

    document = pypdfium2.PdfDocument(certificate_pdf(certificate_of(loaded, "https://inventory.example.org")))

    assert "Entered before signatures were kept." in text_of(document)


def test_many_containers_go_on_with_head_and_numbers(lab):
    standing = {"custodian": lab.home, "location": lab.room}
    many = [factories.container(lab.curator, f"MANY-{one}", lab.mission, **standing) for one in range(60)]
    document = drawn(factories.release(lab.technician, many, lab.other))

    pages = [plain(" ".join(page.get_textpage().get_text_range().split())) for page in document]

    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert "Custody certificate" in page
        assert "Handoff H-0001 · CE6 · Released" in page
        assert f"Page {number} of 3." in page
        assert f"Ledger checkpoint {checkpoint().text}" in page
    assert sum("Seal read back" in page for page in pages) >= 2
    assert sorted(re.findall(r"MANY-\d+", " ".join(pages))[:60]) == sorted(str(one) for one in many)


def test_the_same_certificate_is_the_same_file(lab, handoff):
    ways.received(lab, handoff)

    assert certificate_pdf(certificate(handoff)) == certificate_pdf(certificate(handoff))


def test_other_scripts_are_in_the_file_and_it_says_that_a_viewer_may_lack_them(lab, handoff):
    latin = text_of(drawn(factories.release(lab.technician, [lab.box], lab.other)))
    text = text_of(drawn(handoff))

    assert PLACE in text
    assert "Some characters on this sheet are in no font that this file carries" in text
    assert "Some characters" not in latin


def test_a_character_of_no_font_is_written_by_its_number(lab):
    text = text_of(drawn(ways.released_to(lab, "S-1", purpose="Łódz 💧 한국 <b>&amp; الف")))

    assert "[U+1F4A7]" in text
    assert "Łódz" in text
    assert "한국" in text
    assert "<b>&amp;" in text
    assert "[U+0627][U+0644][U+0641]" in text


@pytest.mark.parametrize(
    ("text", "font", "parts"),
    [
        ("Beijing – “cold”", _type.SANS, [("Vera", "Beijing – “cold”")]),
        ("Dr 王", _type.BOLD, [("VeraBd", "Dr "), ("STSong-Light", "王")]),
        ("S-1 · é", _type.MONO, [("Courier", "S-1 "), ("Vera", "·"), ("Courier", " "), ("Vera", "é")]),
        ("−1\u202f000", _type.SANS, [("Vera", "–1\u00a0000")]),
        ("Москва", _type.SANS, [("STSong-Light", "Москва")]),
        ("\u0007", _type.SANS, [("Vera", "[U+0007]")]),
    ],
)
def test_each_character_has_a_font_that_draws_it(text, font, parts):
    assert _type.runs(text, font) == parts


def test_each_letter_is_drawn_and_none_is_a_box(lab):
    letters = "–“”’cold"
    page = drawn(ways.released_to(lab, "A-1", purpose=letters))[0]
    sheet = page.get_textpage()
    first, _count = sheet.search(letters).get_next()
    image, scale = image_of(page, 8), 8

    glyphs = set()
    for index in range(first, first + len(letters)):
        left, bottom, right, top = sheet.get_charbox(index)
        box = [round(edge * scale) for edge in (left, page.get_height() - top, right, page.get_height() - bottom)]
        glyph = image.crop(box)
        assert len(glyph.getcolors(1 << 16)) > 1
        glyphs.add((glyph.size, glyph.tobytes()))

    assert len(glyphs) == len(letters)


def test_typed_text_as_long_as_a_field_takes_stays_on_the_sheet(lab):
    # Pdfium takes the same glyph over and over for one drawn twice, so these are different ones.
    foreign = "".join(chr(0x4E00 + one) for one in range(400))
    long = {"place": "W" * 200, "purpose": foreign, "witnesses": "Name, " * 66, "remarks": "x\n" * 60}
    document = drawn(ways.released_to(lab, "X" * 40, **long))

    text = text_of(document)

    assert foreign in text.replace(" ", "")
    assert text.replace(" ", "").count("W") >= 200
    assert "X" * 40 in text.replace(" ", "")
    for page in document:
        image = image_of(page, 1)
        width, _height = image.size
        edge = image.crop((width - 30, 0, width, image.size[1]))
        assert edge.getcolors() == [(edge.size[0] * edge.size[1], (255, 255, 255))]


def test_a_mass_difference_at_the_tolerance_is_none(lab, handoff):
    ways.received(lab, handoff, found=ways.found(handoff, gross_g=Decimal("325.135")))

    text = text_of(drawn(handoff))

    assert "+0.010000 g" in text
    assert "+0.010000 g ×" not in text
