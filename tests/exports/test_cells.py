from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.exports import cell, uncell


@given(st.text())
def test_any_text_comes_back_and_none_begins_like_a_formula(text):
    written = cell(text)

    assert uncell(written) == text
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        (Decimal("-43.00000"), "-43.00000"),
        (Decimal("0.000001"), "0.000001"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2024, 6, 26, 20, 0, tzinfo=timezone(timedelta(hours=8))), "2024-06-26T12:00:00Z"),
        (datetime(2024, 6, 26, 12, 0, 1, 500, tzinfo=UTC), "2024-06-26T12:00:01.000500Z"),
        ("-5", "'-5"),
        ("'tis", "''tis"),
    ],
)
def test_a_value_is_written(value, written):
    assert cell(value) == written
