"""Rows as JSON: one page of a selection, found by the record it begins after."""

from dataclasses import replace

from samples.keyset import Keyset

# Records of one page; where a record has several lines, they stay on one page.
PAGE_ROWS = 1000


def page_of(selection, after=None):
    """Return (rows as dicts, mark of the next page): the page of `selection` behind the mark `after`.

    The mark is None on the last page. Raises ValueError where `after` is no mark.
    """
    keyset = Keyset.of(selection.queryset)
    rest = selection.queryset.filter(keyset.beyond(after)) if after else selection.queryset
    places = list(rest.values_list("pk", keyset.field)[: PAGE_ROWS + 1])
    shown = places[:PAGE_ROWS]
    page = replace(selection, queryset=selection.queryset.filter(pk__in=[pk for pk, _value in shown]))
    last = keyset.place(*shown[-1]) if len(places) > PAGE_ROWS else None
    return [_row(page.columns, texts) for texts in page.texts()], last


def _row(columns, texts):
    return {column.name: _value(column, text) for column, text in zip(columns, texts, strict=True)}


def _value(column, text):
    """A cell as JSON has it: numbers with decimals stay text, because a reader makes floats of them."""
    if text is None:
        return None
    if column.type == "integer":
        return int(text)
    return text == "yes" if column.type == "boolean" else text
