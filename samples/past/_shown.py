"""Record tables as they were: each reading statement gets, in front, CTEs that bear their names and hide them.

So lists, filters, sums and recursions are answered for an earlier moment by the very queries that
answer for now. A name in a WITH clause comes before a table of that name, on both engines.
"""

import re
from contextlib import contextmanager

from django.db import connection

from samples.questions import asked, asking

from . import _happened, _recorded

# Names in quotes are taken out first, so that a column may be called what it likes.
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_READING = re.compile(r"\s*(?:SELECT|WITH)\b", re.I)
_WRITING = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE|REPLACE\s+INTO|TRUNCATE|CREATE|ALTER|DROP|INTO)\b", re.I)
_WITH = re.compile(r"\s*WITH\s+(?:RECURSIVE\s+)?", re.I)
_SAVEPOINT = re.compile(r"\s*(?:SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\s", re.I)


class OnlyRead(RuntimeError):
    """While a question about the past is answered, something was to be written."""


@contextmanager
def shown(question):
    """Inside, every query is answered as `question` asks; anything that writes raises OnlyRead."""
    shadows = _Shadows(question)
    with asking(question), connection.execute_wrapper(shadows):
        yield


def present():
    """Inside, queries are answered as of now again, and may write: for what a page shows beside the answer."""
    return asking(None)


def rewritten(sql):
    """The statement `sql` as the question that is being asked has it, for whoever hands it to the driver."""
    question = asked()
    return sql if question is None else _Shadows(question).answering(sql)


class _Shadows:
    """What `question` makes of a statement; handed to Django's `execute_wrapper`."""

    def __init__(self, question):
        self.question = question
        self.live = ""
        self.shadows = (_recorded if question.is_as_recorded else _happened).shadows()
        self.names = re.compile(rf"\b(?:{'|'.join(self.shadows)})\b")

    def __call__(self, execute, sql, params, many, context):
        # Under present() no question is asked, although the wrapper is still there.
        if asked() is not self.question or _SAVEPOINT.match(sql):
            return execute(sql, params, many, context)
        if many:
            raise OnlyRead(f"the past is only read, and this writes: {sql[:80]}")
        return execute(self.answering(sql), params, many, context)

    def answering(self, sql):
        """`sql` with the CTEs in front of it; raises OnlyRead where it writes."""
        if not _READING.match(sql) or _WRITING.search(_QUOTED.sub("", sql)):
            raise OnlyRead(f"the past is only read, and this writes: {sql[:80]}")
        # Sorted, so that the same question is the same statement.
        names = sorted(set(self.names.findall(sql)))
        if not names:
            return sql
        moment = _literal(self.question.moment)
        self.live = self.live or _live_schema()
        ctes = ", ".join(
            f'"{name}" AS NOT MATERIALIZED ({self.shadows[name].replace("LIVE.", self.live).replace("MOMENT", moment)})'
            for name in names
        )
        own = _WITH.match(sql)
        return f"WITH RECURSIVE {ctes}, {sql[own.end() :]}" if own else f"WITH {ctes} {sql}"


def _literal(moment):
    """The moment as SQL: made of digits alone, because it comes from a datetime and never from an address."""
    value = connection.ops.adapt_datetimefield_value(moment)
    return f"'{value}'" if connection.vendor == "sqlite" else f"TIMESTAMPTZ '{value.isoformat()}'"


def _live_schema():
    """What names the real table where a CTE hides it: in WITH RECURSIVE a name means the CTE itself."""
    if connection.vendor == "sqlite":
        return "main."
    # Past Django, so that a page costs no more queries than it does now.
    row = connection.connection.execute(
        "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'samples_sample'::regclass"
    ).fetchone()
    return f"{row[0]}."
