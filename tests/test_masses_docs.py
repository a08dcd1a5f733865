"""docs/masses.md quotes labinv: every sentence in it is said by the code, word for word."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOC = (ROOT / "docs" / "masses.md").read_text()
_ITALICS = re.compile(r"(?<![*\w])\*([^*]+?)\*(?!\*)")
# But for the names of pages to click along.
QUOTED = [text for found in _ITALICS.findall(DOC) if re.search("[….]", text := " ".join(found.split()))]


def said():
    """Every text of the operations, models and units, with “…” in the place of what they name."""
    for folder in ("operations", "models", "units.py"):
        path = ROOT / "samples" / folder
        for source in [path] if path.suffix else path.rglob("*.py"):
            for node in ast.walk(ast.parse(source.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield re.sub(r"%\(\w+\)s", "…", node.value).rstrip(".")


SAID = {" ".join(text.split()).replace("… …", "…") for text in said()}
TEMPLATES = "\n".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("sentence", QUOTED)
def test_a_sentence_is_what_labinv_says(sentence):
    assert sentence.rstrip(".") in SAID or sentence in TEMPLATES


def test_the_sentences_are_found():
    assert len(QUOTED) > 60
