"""A moment on a sheet says its zone, as it was then."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from samples.documents._moments import local_text, utc_text

AT = datetime(2024, 6, 28, 6, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Asia/Shanghai", "28 Jun 2024, 14:30 UTC+8"),
        ("Asia/Kolkata", "28 Jun 2024, 12:00 UTC+5:30"),
        ("America/St_Johns", "28 Jun 2024, 04:00 UTC-2:30"),
        ("UTC", "28 Jun 2024, 06:30 UTC+0"),
    ],
)
def test_a_moment_has_the_offset_of_its_zone(zone, text):
    with timezone.override(zone):
        assert local_text(AT) == text
        assert utc_text(AT) == "28 Jun 2024, 06:30:12 UTC"
