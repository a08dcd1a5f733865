"""The fields people type into."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from samples.forms.fields import (
    AngleField,
    CentimetresField,
    DayField,
    EventTimeField,
    GramsField,
    IdentifierField,
    IdentifiersField,
    LocationField,
    ProseInput,
)
from samples.forms.import_rows import Known, SampleRowForm
from samples.models import Container
from tests import factories

MICROGRAM = Decimal("0.000001")


def refused(field, value):
    with pytest.raises(ValidationError) as refusal:
        field.clean(value)
    return " ".join(refusal.value.messages)


def read_or_refused(field, value):
    try:
        return field.clean(value)
    except ValidationError as error:
        return error.messages[0]


@given(st.decimals(min_value=0, max_value=1_000_000, places=6))
def test_a_mass_that_was_shown_is_read_back_exactly(mass_g):
    field = GramsField()

    assert field.clean(field.prepare_value(mass_g)) == mass_g


@given(st.decimals(min_value=0, max_value=100_000, places=2))
def test_a_depth_that_was_shown_is_read_back_exactly(depth_cm):
    field = CentimetresField()

    assert field.clean(field.prepare_value(depth_cm)) == depth_cm


@given(st.text(max_size=50))
def test_a_mass_is_read_or_refused_with_a_sentence_whatever_is_typed(text):
    answer = read_or_refused(GramsField(required=False), text)

    assert answer is None or isinstance(answer, Decimal) or answer.endswith(".")


@pytest.mark.parametrize(
    ("typed", "value"),
    [("2000", Decimal(2000)), (" 12.5 mg ", Decimal("0.0125")), ("0.001mg", MICROGRAM), ("", None), ("  ", None)],
)
def test_a_mass_is_read_in_grams(typed, value):
    assert GramsField(required=False).clean(typed) == value


@pytest.mark.parametrize("shown", ["2000", "0.000001", "35.5", "0"])
def test_a_mass_is_shown_without_needless_zeros(shown):
    field = GramsField()

    assert field.prepare_value(field.clean(shown)) == shown
    assert field.prepare_value("12,5") == "12,5"
    assert field.prepare_value(None) is None


def test_a_mass_written_otherwise_is_no_change():
    field = GramsField()

    assert not field.has_changed(Decimal("0.012500"), "12.5 mg")
    assert field.has_changed(Decimal("0.012500"), "12.501 mg")
    assert field.has_changed(Decimal("0.012500"), "much")


def test_an_angle_is_plain_degrees():
    field = AngleField()

    assert field.clean("-153.97") == Decimal("-153.97")
    for typed in ("1e2", "43,06", "NaN", "４３", "1_0", "43°"):
        assert refused(field, typed) == "Write degrees as a plain decimal number, like -153.97."


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("2024-06-28T10:30", datetime(2024, 6, 28, 2, 30, tzinfo=UTC)),
        ("2024-06-28 10:30:05", datetime(2024, 6, 28, 2, 30, 5, tzinfo=UTC)),
        ("2024-06-28T10:30+00:00", datetime(2024, 6, 28, 10, 30, tzinfo=UTC)),
        ("2024-06-28T10:30Z", datetime(2024, 6, 28, 10, 30, tzinfo=UTC)),
    ],
)
def test_an_event_time_is_in_the_laboratorys_zone_unless_it_says_so(typed, at):
    assert EventTimeField().clean(typed) == at


@pytest.mark.parametrize("typed", ["2024-06-28", "06/28/2024", "06/28/2024 10:30", "28.6.2024 10:30", "10:30", "soon"])
def test_an_event_time_is_not_guessed(typed):
    assert refused(EventTimeField(), typed) == "Give the day and the time, like 2024-06-28 10:30."


@time_machine.travel("2026-11-22", tick=False)
@pytest.mark.parametrize("year", ["0001", "1956", "2028", "9999"])
def test_an_event_time_has_a_year_that_can_be_right(year):
    sentence = f"{int(year)} cannot be right: give a year between 1957 and now."

    assert refused(EventTimeField(), f"{year}-06-28T10:30") == sentence


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "9999-12-31T23:59-12:00"])
def test_an_event_time_beyond_the_calendar_of_another_zone_is_refused(typed, settings):
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        settings.TIME_ZONE = zone
        assert refused(EventTimeField(), typed)


@pytest.mark.parametrize("typed", ["2024-06-28T10:30+14:00", "2024-06-28 10:30:00", "10:30:00:00"])
def test_an_event_time_stands_in_its_box_as_it_was_typed(typed):
    assert f'value="{typed}"' in EventTimeField().widget.render("at", typed)


def test_an_event_time_is_offered_in_minutes_and_with_seconds_where_there_are_any():
    assert 'value="2024-06-28T10:30"' in EventTimeField().widget.render("at", datetime(2024, 6, 28, 10, 30))
    assert 'value="2024-06-28T10:30:05"' in EventTimeField().widget.render("at", datetime(2024, 6, 28, 10, 30, 5))


def test_a_day_is_written_the_one_way():
    assert DayField().clean("2024-06-28") == date(2024, 6, 28)
    for typed in ("28.6.2024", "06/28/2024", "28 June 2024"):
        assert refused(DayField(), typed) == "Give the day like 2024-06-28."


@time_machine.travel("2026-11-22", tick=False)
def test_a_day_ahead_is_allowed_as_far_as_the_field_says():
    assert DayField(future_years=50).clean("2076-01-01") == date(2076, 1, 1)
    assert refused(DayField(future_years=50), "2077-01-01").startswith("2077 cannot be right")
    assert refused(DayField(), "2028-01-01").startswith("2028 cannot be right")


def test_lines_end_as_they_are_kept():
    assert ProseInput().clean(" One\r\nTwo\nThree\r\n ") == "One\nTwo\nThree"
    assert ProseInput(required=False).clean("") == ""


@pytest.fixture
def container_field():
    return IdentifierField(Container.objects.live(), what="container")


def test_a_record_is_found_by_its_identifier_in_any_case(lab, container_field):
    assert container_field.clean(" box-1 ") == lab.box
    assert container_field.prepare_value(lab.box) == "BOX-1"
    assert not container_field.has_changed(lab.box, "box-1")


@pytest.mark.parametrize("typed", ["BOX-2", "BOX%", "BOX_1", "BOX-1 BOT-1", "B\x00X-1", "x" * 100_000])
def test_a_record_that_is_not_there_is_refused(lab, container_field, typed):
    assert refused(container_field, typed)


def test_several_records_are_found_once_each_in_the_order_typed(lab):
    field = IdentifiersField(Container.objects.live(), what="container")

    assert field.clean("bot-1\r\n BOX-1\tBOT-1") == [lab.bottle, lab.box]
    assert refused(field, "BOT-1 X Y") == "No container in use has the identifier “X”, “Y”."
    assert refused(field, "\x00")


def test_a_letter_that_only_looks_like_one_of_ascii_finds_nothing(lab):
    kept = factories.container(lab.technician, "K-1", lab.mission, parent=lab.box)
    factories.mission(lab.curator, "K-7")
    several = IdentifiersField(Container.objects.live(), what="container")
    kelvin = "\N{KELVIN SIGN}"

    assert several.clean("k-1") == [kept]
    assert f"“{kelvin}-1”" in refused(several, f"{kelvin}-1")
    assert list(Container.objects.identified("k-1")) == [kept]
    assert not Container.objects.identified(f"{kelvin}-1").exists()
    row = SampleRowForm(Known(), needs_container=True)
    row.read({"mission": "k-7"}, is_whole=True)
    assert "mission" not in row.errors
    row.read({"mission": f"{kelvin}-7"}, is_whole=True)
    assert "No mission has the code" in str(row.errors["mission"])


def test_many_identifiers_are_looked_for_in_parts(lab):
    field = IdentifiersField(Container.objects.live(), what="container")

    sentence = refused(field, " ".join(f"N{number}" for number in range(1200)))

    assert sentence.count("“") == 10


def test_places_are_offered_by_path_in_order_and_void_ones_not(lab):
    shelf = factories.location(lab.curator, "A shelf", parent=lab.other_room)
    field = LocationField()
    field.load_names()

    assert [name for _pk, name in field.widget.choices][1:] == ["Room 1", "Room 2", "Room 2 / A shelf", "Street"]
    assert field.label_from_instance(shelf) == "Room 2 / A shelf"
