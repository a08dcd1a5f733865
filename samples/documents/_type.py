"""Type of a PDF: which of the fonts that reportlab has draws a character, and marked-up text for its paragraphs.

No font has them all. Bitstream Vera comes with reportlab and is embedded: Latin letters of western and central
Europe. Chinese, Japanese, Greek and Cyrillic are in Song, Korean in Myeongjo: they are named in the file and not
embedded, and the viewer brings them. What no font here has is written by its number, as [U+1F4A7], and not lost.
"""

from functools import lru_cache
from html import escape
from itertools import groupby

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

SANS, BOLD, MONO, MONO_BOLD = "Vera", "VeraBd", "Courier", "Courier-Bold"
# Fonts of the viewer, with the character set each of them has.
_FOREIGN = {"STSong-Light": "gbk", "HYSMyeongJo-Medium": "cp949"}
# What Vera does not have and something else stands for; and of the two ends of a line that browsers send, one.
_INSTEAD = str.maketrans({"\r": "", "\u202f": "\u00a0", "\u2009": "\u00a0", "\u2212": "\u2013", "\u200b": ""})


@lru_cache(maxsize=1)
def register():
    """Make the fonts known to reportlab; returns {font: the characters it has} of those it embeds."""
    for name in (SANS, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    for name in _FOREIGN:
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return {name: frozenset(pdfmetrics.getFont(name).face.charToGlyph) for name in (SANS, BOLD)}


def runs(text, font=SANS):
    """(font, text) of each part of `text`, with the font that has its characters; line breaks are no characters."""
    text = text.translate(_INSTEAD)
    parted = groupby(text, key=lambda character: _font_of(character, font))
    return [(name or SANS, "".join(some if name else map(_numbered, some))) for name, some in parted]


def _numbered(character):
    return f"[U+{ord(character):04X}]"


def is_embedded(text):
    """Whether every viewer shows all of `text`, because the file brings its fonts."""
    return not any(name in _FOREIGN for name, _some in runs(text))


@lru_cache(maxsize=4096)
def _font_of(character, font):
    """The font that draws a character, or None."""
    if font in (MONO, MONO_BOLD):
        if character.isascii():
            return font
        font = BOLD if font == MONO_BOLD else SANS
    if character == "\n" or ord(character) in register()[font]:
        return font
    return next((name for name, charset in _FOREIGN.items() if _has(charset, character)), None)


def _has(charset, character):
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return character.isprintable()


def marked(text, font=SANS, colour=""):
    """`text` as reportlab's paragraphs take it: each part in its font, and nothing in it read as a mark."""
    tint = f' color="{colour}"' if colour else ""
    return "".join(
        f'<font face="{name}"{tint}>{escape(some).replace(chr(10), "<br/>")}</font>' for name, some in runs(text, font)
    )
