"""A form that was opened before somebody changed its record: of each field both values, side by side."""

from dataclasses import dataclass
from enum import StrEnum

from samples.history import Change, changes_since, label_of, text_of

# The value of a field in a revision that never was.
_UNKNOWN = object()


class Fate(StrEnum):
    """What becomes of a field when the form is sent again."""

    # Changed by both, to different values: the person decides.
    BOTH = "both"
    THEIRS = "theirs"
    MINE = "mine"
    SAME = "same"


@dataclass
class Row:
    """One field that was changed meanwhile or is typed otherwise; texts as people read them, None for empty.

    `name` is empty where the form does not have the field; `change` is the newest one of it since the
    form was opened, None where nobody changed it.
    """

    name: str
    label: str
    opened: str | None
    now: str | None
    typed: str | None
    fate: Fate
    change: Change | None
    # The form's field in which the person decides.
    decision: object = None


def compare(record, opened, seen, typed):
    """The Rows of a form on `record`, as it stands now, with what collides first.

    `opened` and `seen` are the revisions on which the form was opened and last shown, `typed` its values
    {field name: value}. Of a revision that never was nothing is known: there every difference collides.
    """
    told = _told(record, opened)
    versions = {version.revision: version for version in record.history.filter(revision__in=[opened, seen])}
    rows = []
    for f in [f for f in record._meta.fields if f.name in typed]:
        change = told.pop(label_of(f), [None])[-1]
        was, shown = (getattr(versions.get(revision), f.name, _UNKNOWN) for revision in (opened, seen))
        now = getattr(record, f.name)
        if fate := _fate(was, shown, now, typed[f.name]):
            texts = [text_of(f, value) for value in (None if was is _UNKNOWN else was, now, typed[f.name])]
            rows.append(Row(f.name, label_of(f), *texts, fate, change))
    for label, (was, now, change) in told.items():
        if was != now:
            rows.append(Row("", label, was, now, None, Fate.THEIRS, change))
    return sorted(rows, key=lambda row: row.fate != Fate.BOTH)


def _told(record, opened):
    """{label: (text when opened, text now, newest Change)} of the fields that were changed since."""
    told = {}
    for change in reversed(changes_since(record, opened)):
        for label, old, new in change.fields:
            told[label] = (told[label][0] if label in told else old, new, change)
    return told


def _fate(opened, shown, now, typed):
    """None where there is nothing to tell."""
    if typed == shown:
        return None if opened == shown == now else Fate.THEIRS
    if typed == now:
        return None if opened is _UNKNOWN else Fate.SAME
    return Fate.MINE if now == opened else Fate.BOTH
