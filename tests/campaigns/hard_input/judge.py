"""What is wrong with the answer to a hard request, in words."""

import csv
import re
from io import StringIO
from traceback import format_exception_only
from urllib.parse import urlsplit

import html5lib
from django.apps import apps
from django.db import connection
from django.utils.html import escape

from samples.models import Audited

# Longer texts are bounded by what a form takes at all.
KEPT = 10_000
# Every status there is a reason for; 301 adds the last slash of an address, 401 asks for a token, 429 for patience.
CLEAR = {200, 301, 302, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429}
# A character that HTML has no name for is shown as it was typed, or not; the parser calls it a fault of the page.
OF_CHARACTERS = {"invalid-codepoint", "invalid-codepoint-in-body"}
# What nobody sees, and one name passes for another with: no record takes it.
INVISIBLE = re.compile("[\x00\x08\x1b\u00ad\u200b\u200d\u2028\u202e\ufeff\U000e0041]")
RAW = ("<script>alert", "<img src=x")


def count_writes():
    """{record: (sum of all revisions, number of history rows)}; the two are equal as long as each write left one."""
    models = [model for model in apps.get_app_config("samples").get_models() if issubclass(model, Audited)]
    tables = [(model._meta.db_table, model.history.model._meta.db_table) for model in models]
    columns = ", ".join(
        f"(SELECT COALESCE(SUM(revision), 0) FROM {table}), (SELECT COUNT(*) FROM {past})" for table, past in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}")
        numbers = [int(number) for number in cursor.fetchone()]
    return dict(zip((model.__name__ for model in models), zip(numbers[::2], numbers[1::2], strict=True), strict=True))


def faults(case, answer, before, strictly=False):
    """Everything that is wrong with `answer`; `before` is count_writes() before the request."""
    if answer.status >= 500:
        yield f"answers {answer.status}: {_said(answer)}"
        return
    if answer.status not in CLEAR:
        yield f"answers {answer.status}, which no page of ours does"
    yield from _writes(case, answer, before)
    if answer.status == 302 and case.request.method == "POST" and answer.seen != before:
        taken = (name for name, text in case.typed.items() if INVISIBLE.search(text))
        yield from (f"{name} was taken with an invisible character in it" for name in taken)
    if answer.status >= 400 and case.request.method != "HEAD" and not answer.body.strip():
        yield f"answers {answer.status} without a word"
    if answer.location and (any(urlsplit(answer.location)[:2]) or answer.location.startswith(("//", "\\"))):
        yield f"leads to {answer.location[:80]}"
    if answer.is_html and answer.body:
        yield from (f"{raw} stands raw in the page" for raw in RAW if raw in answer.text)
        yield from _forgotten(case, answer)
        if strictly:
            yield from _not_html(answer)
    elif answer.content_type.startswith("text/csv") and answer.status == 200:
        yield from _not_csv(answer)


def _said(answer):
    return "".join(format_exception_only(*answer.error[:2])).strip()[:300] if answer.error else answer.text[:200]


def _writes(case, answer, before):
    for name, (revisions, rows) in answer.seen.items():
        if revisions != rows:
            yield f"a write of {name} left no history"
        if (revisions, rows) != before[name] and (answer.status >= 400 or case.request.method in ("GET", "HEAD")):
            yield f"{name} changed, though the answer is {answer.status}"


def _forgotten(case, answer):
    """What was typed into a refused form and does not stand in it any more."""
    # Only the sign-in refuses with a 200; elsewhere it is the page of what was taken: a secret, an import.
    refusals = (200, 409, 422) if case.door == "sign_in" else (409, 422)
    is_form = case.request.method == "POST" and 'method="post"' in answer.text and answer.status in refusals
    for name, text in case.typed.items() if is_form else ():
        if len(text) <= KEPT and text.strip() and str(escape(text)) not in answer.text:
            yield f"{name} was forgotten: {text[:60]!r}"


def _not_html(answer):
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(answer.text)
    for place, error, _values in parser.errors:
        if error not in OF_CHARACTERS:
            yield f"line {place[0]} of the page: {error}"


def _not_csv(answer):
    rows = list(csv.reader(StringIO(answer.body.decode(), newline=""), strict=True))
    if {len(row) for row in rows} != {len(rows[0])}:
        yield "rows of different lengths"
    if any(cell.startswith(("=", "@")) for row in rows for cell in row):
        yield "a cell that a spreadsheet takes for a formula"
