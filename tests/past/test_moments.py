from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from samples import past

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def read(text, kind="as_of"):
    query = QueryDict(mutable=True)
    query[kind] = text
    return past.read_question(query, NOW)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-06-26T12:00Z", datetime(2024, 6, 26, 12, tzinfo=UTC)),
        ("2024-06-26t12:00:30z", datetime(2024, 6, 26, 12, 0, 30, tzinfo=UTC)),
        ("2024-06-26 20:00+08:00", datetime(2024, 6, 26, 12, tzinfo=UTC)),
        ("2024-06-26T12:00:00.000001Z", datetime(2024, 6, 26, 12, 0, 0, 1, tzinfo=UTC)),
        # A plus sign in an address is read as a space.
        ("2024-06-26T20:00 08:00", datetime(2024, 6, 26, 12, tzinfo=UTC)),
        ("2026-03-01T09:00Z", NOW),
        # Without a zone it is the laboratory's.
        ("2024-06-26T20:00", datetime(2024, 6, 26, 12, tzinfo=UTC)),
        ("2024-06-26 20:00", datetime(2024, 6, 26, 12, tzinfo=UTC)),
        ("2026-03-01 17:00", NOW),
    ],
)
def test_a_moment_with_its_zone_is_read(text, moment):
    assert read(text).moment == moment
    assert not read(text).is_whole_day


def test_a_day_means_its_end_in_the_zone_of_the_laboratory(settings):
    question = read("2024-06-26")

    assert settings.TIME_ZONE == "Asia/Shanghai"
    assert question.moment == datetime(2024, 6, 26, 16, tzinfo=UTC) - timedelta(microseconds=1)
    assert question.is_whole_day


def test_of_today_only_what_has_passed_is_asked():
    assert read("2026-03-01").moment == NOW


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024-02-30 12:00", "is no moment of the calendar"),
        ("2026-03-01T09:00:01Z", "is in the future"),
        ("2026-03-02", "is in the future"),
        ("2026-03-01 17:01", "is in the future"),
        ("", "is no moment"),
        ("yesterday", "is no moment"),
        ("2024-06-26T12:00Z'; DROP TABLE samples_sample", "is no moment"),
        ("２０２４-06-26", "is no moment"),
        ("2024-02-30T12:00Z", "is no moment of the calendar"),
        ("2024-06-26T12:00+99:00", "is no moment of the calendar"),
        ("2024-02-30", "is no day of the calendar"),
        ("0001-01-01", "The year 1 cannot be right"),
        ("0001-01-01T00:00+14:00", "is no moment of the calendar"),
        ("9999-12-31", "The year 9999 cannot be right"),
        ("1956-12-31T12:00Z", "1956 cannot be right"),
    ],
)
def test_what_is_no_moment_of_the_past_is_refused_in_words(text, words):
    with pytest.raises(past.NoMoment) as refusal:
        read(text)

    assert words in str(refusal.value)


def test_one_question_is_asked_at_a_time():
    with pytest.raises(past.NoMoment, match="not both"):
        past.read_question(QueryDict("as_of=2024-06-26&recorded_at=2024-06-26"), NOW)
    with pytest.raises(past.NoMoment, match="names several"):
        past.read_question(QueryDict("as_of=2024-06-26&as_of=2024-06-27"), NOW)
    assert past.read_question(QueryDict("q=moon"), NOW) is None
