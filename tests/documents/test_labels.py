"""Labels on their sheets, printed, drawn and read back."""

import pytest
from django.core.exceptions import ValidationError

from samples.documents import LAYOUTS, MOST_LABELS, label_of, sheet_pdf
from samples.documents.labels import SINGLE_HEIGHT, SINGLE_MARGIN, SINGLE_WIDTH, Label, arrange, label_svg
from samples.documents.sheets import Unprintable
from samples.identifiers import MAX_LENGTH
from samples.models import Container, Mission, Origin, Sample
from tests import factories
from tests.printed import characters, codes, images

URL = "https://inventory.example.org/containers/%d/"
BESIDE = ("Primary container", "Scoop", "CE6")
LONGEST = "Aj0,._/-WM" * 4
SIZES = [(layout.width, layout.height, layout.margin) for layout in LAYOUTS.values()]
SIZES.append((SINGLE_WIDTH, SINGLE_HEIGHT, SINGLE_MARGIN))


def labels(count, identifier="S-%d"):
    return [Label(identifier % number, URL % (10_000 + number), BESIDE) for number in range(count)]


def inside(layout, place, x, y):
    """Whether a point, in millimetres from the sheet's corner, is on the label at `place`."""
    left, top = (length / 100 for length in layout.corner(place))
    return left <= x <= left + layout.width / 100 and top <= y <= top + layout.height / 100


def text_on(pdf, layout, place):
    return "".join(character for character, x, y, _r, _b in characters(pdf) if inside(layout, place, x, y))


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_full_sheet_has_each_label_in_its_place(layout):
    printed = labels(layout.count)
    pdf = sheet_pdf(printed, layout)

    [image] = images(pdf)
    found = {text: (x, y) for text, x, y in codes(image)}
    assert set(found) == {label.url for label in printed}
    for place, label in enumerate(printed):
        assert inside(layout, place, *found[label.url])
        assert text_on(pdf, layout, place) == label.identifier + "".join(BESIDE).replace(" ", "")


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_labels_of_a_sheet_lie_on_the_paper_and_not_on_each_other(layout):
    corners = [layout.corner(place) for place in range(layout.count)]

    assert min(x for x, _y in corners) == layout.left >= 0
    assert max(x for x, _y in corners) + layout.width == pytest.approx(21000 - layout.left, abs=20)
    assert max(y for _x, y in corners) + layout.height == pytest.approx(29700 - layout.top, abs=60)
    assert layout.gap >= 0
    assert len(set(corners)) == layout.count


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_longest_identifier_and_mission_code_are_not_cut_off(layout):
    longest = Label(LONGEST, URL % 7, ("Primary container", "Scoop", "M" * 40))
    pdf = sheet_pdf([longest], layout)

    assert len(LONGEST) == MAX_LENGTH
    assert text_on(pdf, layout, 0) == LONGEST + "PrimarycontainerScoop" + "M" * 40
    for _character, left, top, right, bottom in characters(pdf):
        assert inside(layout, 0, left, top)
        assert inside(layout, 0, right, bottom)
    [image] = images(pdf)
    assert [text for text, _x, _y in codes(image)] == [longest.url]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("length", [1, 2, 7, 9, 15, 17, 23, 31, 40])
@pytest.mark.parametrize("code", ["CE6", "M" * 40])
def test_nothing_on_a_label_leaves_it_or_lies_on_anything_else(size, length, code):
    width, height, margin = size
    arranged = arrange(Label("W" * length, URL % 1, ("Primary container", "Scoop", code)), *size)

    assert arranged.side == height - 2 * margin
    text = "".join(line.text for line in arranged.lines if line.is_bold)
    assert text == "W" * length
    bottom = margin
    for line in arranged.lines:
        assert margin + arranged.side < line.x
        assert line.x + line.width <= width - margin
        assert line.y - line.size * 4 // 5 >= bottom - 1
        bottom = line.y + line.size // 5
    assert bottom <= height - margin + 1


@pytest.mark.parametrize(
    ("length", "lines", "at_least"), [(1, 1, 600), (9, 1, 600), (12, 1, 450), (17, 2, 600), (40, 3, 380)]
)
def test_an_identifier_is_large_and_in_few_lines(length, lines, at_least):
    arranged = arrange(Label("W" * length, URL % 1, BESIDE), SINGLE_WIDTH, SINGLE_HEIGHT, SINGLE_MARGIN)

    identifier = [line for line in arranged.lines if line.is_bold]
    assert len(identifier) == lines
    assert identifier[0].size >= at_least


@pytest.mark.parametrize(("length", "lines", "at_least"), [(7, 1, 390), (9, 1, 300), (17, 2, 300), (40, 3, 190)])
def test_so_it_is_on_the_smallest_label(length, lines, at_least):
    layout = LAYOUTS["5x13"]
    arranged = arrange(Label("W" * length, URL % 1, BESIDE), layout.width, layout.height, layout.margin)

    identifier = [line for line in arranged.lines if line.is_bold]
    assert len(identifier) == lines
    assert identifier[0].size >= at_least


def test_a_started_sheet_is_used_up_and_another_one_begun():
    layout = LAYOUTS["3x8"]
    first, second = images(sheet_pdf(labels(5), layout, first=22))

    assert {text for text, _x, _y in codes(first)} == {URL % number for number in (10_000, 10_001, 10_002)}
    for text, x, y in codes(second):
        assert inside(layout, int(text.split("/")[-2]) - 10_003, x, y)
    assert len(codes(second)) == 2


def test_as_many_as_are_printed_at_once_fill_whole_sheets():
    pages = images(sheet_pdf(labels(MOST_LABELS), LAYOUTS["5x13"]))

    assert len(pages) == -(-MOST_LABELS // 65)
    assert len(codes(pages[-1])) == MOST_LABELS % 65


def test_the_same_labels_give_the_same_bytes():
    assert sheet_pdf(labels(30), LAYOUTS["3x8"]) == sheet_pdf(labels(30), LAYOUTS["3x8"])
    assert sheet_pdf(labels(30), LAYOUTS["3x8"]) != sheet_pdf(labels(30), LAYOUTS["3x8"], first=2)


@pytest.mark.parametrize("text", ["嫦娥六号", "CE6–B03", "µ"])
def test_a_text_that_its_fonts_lack_is_refused_and_never_a_black_box(text):
    with pytest.raises(Unprintable, match="fonts of labels lack"):
        sheet_pdf([Label("S-1", URL % 1, (text,))], LAYOUTS["3x8"])


def test_everything_that_a_label_says_is_in_its_fonts():
    """Identifiers and mission codes are ASCII by their rule, the words for kind, form and origin as they are."""
    for word in (*Container.Kind.labels, *Sample.Form.labels, *Origin.labels):
        assert str(word).isascii(), word
    for model, name in ((Container, "identifier"), (Sample, "identifier"), (Mission, "code")):
        with pytest.raises(ValidationError):
            model._meta.get_field(name).clean("CÉ6", None)


def test_a_label_says_what_it_is_on(lab):
    bottle = label_of(lab.bottle, URL % 1)
    soil = label_of(lab.soil, URL % 2)

    assert bottle == Label("BOT-1", URL % 1, ("Sample bottle", "Scoop", "CE6"))
    assert soil == Label("CE6C0001", URL % 2, ("Sample: bulk regolith", "Scoop", "CE6"))


def test_a_single_label_has_its_words_and_its_size(lab):
    long = factories.container(lab.technician, LONGEST, lab.mission, custodian=lab.home, location=lab.room)
    drawing = label_svg(label_of(long, "https://example.org/?a=1&b=<2>"))

    assert 'width="70mm" height="37mm"' in drawing
    assert "<2>" not in drawing
    assert f"<title>{LONGEST}</title>" in drawing
