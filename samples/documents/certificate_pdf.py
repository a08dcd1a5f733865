"""The certificate of a handoff on paper: A4, rules instead of boxes, wrong values red and marked with a cross."""

from functools import partial
from io import BytesIO

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Frame,
    HRFlowable,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from samples.units import split_mass

from ._qr import draw_qr
from ._type import BOLD, MONO, MONO_BOLD, SANS, is_embedded, marked, register

WIDTH, HEIGHT = A4
MARGIN = 13 * mm
INNER = WIDTH - 2 * MARGIN
CODE = 27 * mm
# Of the first page and of the others: the number and the parties stand on each.
HEADS = {"first": 31 * mm, "later": 13 * mm}
FOOT = 15 * mm
INK, SECOND, THIRD, LINE, BAD = "#141920", "#464f5c", "#5d6775", "#dde1e6", "#ae2018"
ACCENT = "#1c3f94"
# Vera is drawn large: its 7.6 points are as tall and as wide as 9 of other fonts.
BODY = ParagraphStyle("body", fontName=SANS, fontSize=7.6, leading=9.9, textColor=HexColor(INK))
SMALL = ParagraphStyle("small", BODY, fontSize=6.6, leading=8.6, textColor=HexColor(THIRD))
NUMBER = ParagraphStyle("number", BODY, alignment=TA_RIGHT)
NUMBER_HEAD = ParagraphStyle("number head", SMALL, alignment=TA_RIGHT)
HASH = ParagraphStyle("hash", SMALL, fontSize=5, leading=6.4)
HEAD = ParagraphStyle("head", BODY, fontName=BOLD, fontSize=8.4, leading=11)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=15, leading=19)
NAME = ParagraphStyle("name", BODY, fontName=BOLD, fontSize=9.4, leading=12)
ROWS = [
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 5),
    ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 2.6),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.6),
]
RULED = [
    *ROWS,
    ("LINEBELOW", (0, 0), (-1, 0), 0.6, HexColor("#7b8593")),
    ("LINEBELOW", (0, 1), (-1, -2), 0.4, HexColor(LINE)),
]
CROSS = "\u00a0×"


def certificate_pdf(certificate):
    """The PDF of a Certificate as bytes: the same bytes for the same certificate."""
    drawn = BytesIO()
    # How many pages there are is known when they have been drawn once.
    if (pages := _draw(certificate, drawn, 1)) > 1:
        drawn = BytesIO()
        _draw(certificate, drawn, pages)
    return drawn.getvalue()


def _draw(certificate, file, pages):
    """Draw all pages; each says that there are `pages`. Returns how many there were."""
    register()
    document = BaseDocTemplate(
        file,
        pagesize=A4,
        invariant=1,
        title=_("Custody certificate %(number)s") % {"number": certificate.number},
        author="labinv",
        subject=certificate.checkpoint.text,
    )
    document.addPageTemplates(
        [
            PageTemplate(
                name,
                [Frame(MARGIN, MARGIN + FOOT, INNER, HEIGHT - 2 * MARGIN - FOOT - head, 0, 0, 0, 0)],
                onPage=partial(_draw_page, certificate, pages, name == "first"),
            )
            for name, head in HEADS.items()
        ]
    )
    document.build([NextPageTemplate("later"), *_story(certificate)])
    return document.page


def _draw_page(certificate, pages, is_first, canvas, document):
    canvas.saveState()
    top = HEIGHT - MARGIN
    if is_first:
        draw_qr(canvas, certificate.code, WIDTH - MARGIN - CODE, top - CODE, CODE)
        _draw_mark(canvas, MARGIN, top - 6 * mm, 5 * mm)
        _place(canvas, Paragraph(marked("labinv", BOLD), HEAD), MARGIN + 7 * mm, top - 1 * mm)
        _place(canvas, Paragraph(_("Custody certificate"), TITLE), MARGIN, top - 8.5 * mm)
        _place(canvas, Paragraph(_about(certificate), BODY), MARGIN, top - 16 * mm, INNER - CODE - 5 * mm)
    else:
        _place(canvas, Paragraph(f"{marked(_('Custody certificate'), BOLD)} {_about(certificate)}", BODY), MARGIN, top)
        canvas.setLineWidth(1.1)
        canvas.line(MARGIN, top - 9 * mm, WIDTH - MARGIN, top - 9 * mm)
    _draw_foot(canvas, certificate, pages, document.page)
    canvas.restoreState()


def _draw_foot(canvas, certificate, pages, page):
    canvas.setLineWidth(1.1)
    canvas.line(MARGIN, MARGIN + FOOT - 4 * mm, WIDTH - MARGIN, MARGIN + FOOT - 4 * mm)
    top, side = MARGIN + FOOT - 5.5 * mm, 72 * mm
    _place(canvas, Paragraph(_("Ledger checkpoint"), SMALL), MARGIN, top)
    _place(canvas, Paragraph(marked(certificate.checkpoint.text, MONO_BOLD), BODY), MARGIN, top - 3.3 * mm)
    numbered = _("Page %(page)s of %(pages)s.") % {"page": page, "pages": pages}
    _place(canvas, Paragraph(f"{marked(certificate.purpose)} {numbered}", SMALL), MARGIN + side, top)


def _place(canvas, paragraph, left, top, width=None):
    """Draw a paragraph below `top`."""
    _width, height = paragraph.wrapOn(canvas, width or WIDTH - MARGIN - left, HEIGHT)
    paragraph.drawOn(canvas, left, top - height)


def _draw_mark(canvas, x, y, size):
    """The mark of labinv: a vessel with a core in it."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size / 24, size / 24)
    canvas.setStrokeColor(HexColor(ACCENT))
    canvas.setFillColor(HexColor(ACCENT))
    canvas.setLineWidth(1.75)
    canvas.circle(12, 12, 10.5)
    canvas.rect(10, 8, 4, 14, stroke=0, fill=1)
    canvas.setLineWidth(1.5)
    for height, end in ((16.5, 19), (13, 18), (9.5, 19)):
        canvas.line(16, height, end, height)
    canvas.restoreState()


def _about(certificate):
    status = _wrong(certificate.status) if certificate.is_wrong else marked(certificate.status)
    number = _("Handoff %(number)s") % {"number": certificate.number}
    return f"{marked(number, BOLD)} · {marked(certificate.missions)} · {status}"


def _story(certificate):
    if certificate.ending:
        yield Paragraph(marked(certificate.ending, BOLD, BAD if certificate.is_wrong else ""), BODY)
        yield Spacer(0, 2 * mm)
    yield from _section(_("Transfer"), first=True)
    yield _facts(certificate.facts)
    yield from _section(_("Containers, seals and masses"))
    yield _containers(certificate.rows)
    for finding in certificate.findings:
        opening = _wrong(_("Discrepancy (%(kind)s):") % {"kind": finding.kind.lower()}, before=True)
        yield Paragraph(f"{opening} {marked(finding.found)} {marked(finding.outcome, BOLD)}", _spaced())
    if certificate.gap:
        yield Paragraph(_gap(certificate), _spaced())
    for note in certificate.notes:
        yield Paragraph(marked(note), _spaced(SMALL))
    for chain in certificate.chains:
        title = _("Custody before this handoff")
        if len(certificate.chains) > 1:
            title = f"{title}: {', '.join(chain.containers)}"
        yield from _section(title)
        yield _chain(chain, certificate.zone)
    yield KeepTogether([*_section(_("Signatures")), _signatures(certificate.signed)])
    # All that is said on the sheet stands in the certificate's repr.
    if not is_embedded(repr(certificate)):
        yield Paragraph(marked(_not_embedded()), _spaced(SMALL))


def _not_embedded():
    return _(
        "Some characters on this sheet are in no font that this file carries, and a viewer without a font for them "
        "leaves them blank. They are in the file all the same: copy the text, or open the certificate in labinv."
    )


def _spaced(style=BODY):
    return ParagraphStyle(f"{style.name} spaced", style, spaceBefore=3)


def _section(title, first=False):
    # A head that nothing follows on its page is of no use.
    yield CondPageBreak(24 * mm)
    yield Spacer(0, 0 if first else 4.2 * mm)
    yield Paragraph(marked(title, BOLD), HEAD)
    yield HRFlowable("100%", 1.1, color=black, spaceBefore=1.5, spaceAfter=2.5)


def _facts(facts):
    cells = [
        [Paragraph(marked(fact.label), SMALL), Paragraph(marked(fact.text), BODY)]
        + ([Paragraph(marked(fact.beside, colour=SECOND), BODY)] if fact.beside else [])
        for fact in facts
    ]
    cells += [""] * (-len(cells) % 4)
    rows = [cells[start : start + 4] for start in range(0, len(cells), 4)]
    return Table(rows, [INNER / 4] * 4, style=[*ROWS, ("VALIGN", (0, 0), (-1, -1), "TOP")])


def _containers(rows):
    head = [Paragraph(marked(word), SMALL) for word in _container_heads()[:4]]
    head += [Paragraph(marked(word), NUMBER_HEAD) for word in _container_heads()[4:]]
    widths = [x * INNER for x in (0.225, 0.13, 0.15, 0.1, 0.135, 0.135, 0.125)]
    bare = [("FONT", (0, 1), (-1, -1), SANS, BODY.fontSize, BODY.leading), ("ALIGN", (4, 1), (-1, -1), "RIGHT")]
    return Table([head, *map(_container, rows)], widths, repeatRows=1, style=[*RULED, *bare])


def _container_heads():
    return [
        _("Container"),
        _("Seal declared"),
        _("Seal read back"),
        _("Condition"),
        _("Gross declared"),
        _("Gross weighed"),
        _("Difference"),
    ]


def _container(row):
    nested = ParagraphStyle("nested", BODY, leftIndent=row.indent * 3 * mm)
    inside = _("inside: %(kind)s") % {"kind": row.kind.lower()} if row.depth else row.kind.lower()
    declared = _cell(_mass(row.gross_declared_g), NUMBER)
    if row.tolerance_g is not None:
        declared = [declared, Paragraph(f"± {_mass(row.tolerance_g)}", NUMBER_HEAD)]
    return [
        [Paragraph(marked(row.identifier, MONO_BOLD), nested), Paragraph(marked(inside, colour=SECOND), nested)],
        _cell(marked(row.seal_declared, MONO)),
        _cell(_or_wrong(row.seal_read, row.is_seal_wrong, MONO)),
        _cell(_or_wrong(row.condition.lower(), row.is_condition_wrong)),
        declared,
        _cell(_mass(row.gross_weighed_g), NUMBER),
        _cell(_mass(row.difference_g, is_wrong=row.is_mass_wrong, signed=True), NUMBER),
    ]


def _cell(markup, style=BODY):
    """A paragraph; of nothing a bare dash, for of many nested containers little else is drawn."""
    return Paragraph(markup, style) if markup else "–"


def _or_wrong(text, is_wrong, font=SANS):
    return _wrong(text, MONO_BOLD if font == MONO else BOLD) if is_wrong else marked(text, font)


def _wrong(text, font=BOLD, before=False):
    """Red, and with a cross, for paper without colours."""
    crossed = f"{CROSS.strip()} {text}" if before else f"{text}{CROSS}"
    return marked(crossed, font, BAD)


def _mass(grams, is_wrong=False, signed=False):
    """A mass with its zeros and unit dimmed, a wrong one red as a whole; empty where none is known."""
    if grams is None:
        return ""
    significant, zeros = split_mass(grams)
    if signed and grams > 0:
        significant = f"+{significant}"
    if is_wrong:
        return _wrong(f"{significant}{zeros}\u00a0g")
    return f"{marked(significant)}{marked(f'{zeros}{chr(160)}g', colour=THIRD)}"


def _gap(certificate):
    gap = marked(_("%(duration)s between release and receipt.") % {"duration": certificate.gap}, BOLD)
    if certificate.explanation:
        return f"{gap} {marked(certificate.explanation)}"
    return f"{gap} {_wrong(_('Nobody has explained yet where the containers were.'))}"


def _chain_heads(zone):
    return [_("When (%(zone)s)") % {"zone": zone}, _("From"), _("To"), _("Place"), _("Seals"), _("Handoff")]


def _chain(chain, zone):
    rows = [[Paragraph(marked(word), SMALL) for word in _chain_heads(zone)]]
    for step in chain.steps:
        texts = [
            marked(step.at),
            marked(step.giver),
            marked(step.taker),
            marked(step.place),
            _or_wrong(step.seals, step.is_wrong),
            marked(step.notes),
        ]
        rows.append([Paragraph(text, BODY) for text in texts])
    if chain.earlier:
        rows.insert(2, [Paragraph(marked(chain.left_out), SMALL), *[""] * 5])
    widths = [x * INNER for x in (0.17, 0.19, 0.19, 0.155, 0.085, 0.21)]
    return Table(rows, widths, repeatRows=1, style=[*RULED, *([("SPAN", (0, 2), (-1, 2))] if chain.earlier else [])])


def _signatures(signed):
    cells = [_signature(side) for side in signed]
    cells += [[]] * (2 - len(cells))
    return Table([cells], [INNER / 2] * 2, style=[*ROWS, ("VALIGN", (0, 0), (-1, -1), "TOP")])


def _signature(side):
    yours = [
        Paragraph(marked(side.side), SMALL),
        Paragraph(marked(side.name, BOLD), NAME),
        Paragraph(marked(side.meaning), BODY),
        Paragraph(marked(side.party, BOLD if side.is_on_behalf else SANS), BODY),
        Paragraph(marked(f"{side.utc}"), BODY),
        Paragraph(marked(side.local + (f", {_('entered later')}" if side.is_late else "")), BODY),
    ]
    if not side.entry:
        return [*yours, Paragraph(marked(_("Entered before signatures were kept.")), SMALL)]
    entry = _("signs Ledger %(entry)s") % {"entry": side.entry}
    return [*yours, Paragraph(marked(entry, MONO), SMALL), Paragraph(marked(side.hash, MONO), HASH)]
