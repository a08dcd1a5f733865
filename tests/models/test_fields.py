from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db.models import Avg, F, Max, Sum, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samples.models import Container, DepthField, LineField, MassField, MomentField, ProseField
from samples.operations import containers
from tests import factories

MASS = MassField("mass")
MASS.set_attributes_from_name("mass_g")
grams = st.integers(min_value=0, max_value=10**12).map(lambda micrograms: Decimal(micrograms).scaleb(-6))


@pytest.mark.parametrize(
    ("value", "micrograms"),
    [
        (Decimal("1.5"), 1_500_000),
        (Decimal("0.000001"), 1),
        (Decimal("1E+3"), 1_000_000_000),
        (Decimal("1.5000000000"), 1_500_000),
        (Decimal("1." + "0" * 60), 1_000_000),
        (Decimal("-0.000002"), -2),
        (Decimal("0E-20"), 0),
        (7, 7_000_000),
        ("2.25", 2_250_000),
        (None, None),
    ],
)
def test_a_mass_is_stored_as_whole_micrograms(value, micrograms):
    assert MASS.get_prep_value(value) == micrograms


@pytest.mark.parametrize("value", [1.0, 0.1, float("nan"), True])
def test_a_float_is_never_a_mass(value):
    with pytest.raises(TypeError, match="never exact"):
        MASS.clean(value, None)


@pytest.mark.parametrize(
    "value",
    [
        Decimal("0.0000001"),
        Decimal("1E-1000000"),
        # More digits than the decimal context keeps: a product of it would be rounded in silence.
        Decimal("1." + "0" * 28 + "1"),
        Decimal("123456.0000000000000000000000000000001"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("-Infinity"),
        Decimal("1E+999999"),
        Decimal(10**12),
        "NaN",
        "1e2",
        "１２",
        "1,5",
        " 1",
        "1 g",
        "",
        "1\n",
    ],
)
def test_it_refuses_what_is_no_exact_mass(value):
    with pytest.raises(ValidationError):
        MASS.get_prep_value(value)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (Decimal("-0.000001"), "never negative"),
        (Decimal("1000000.000001"), "tonne"),
        (Decimal("0.0000001"), "more than 6 decimals"),
        (Decimal("NaN"), "out of range"),
    ],
)
def test_it_says_what_is_wrong_with_a_mass(value, says):
    with pytest.raises(ValidationError, match=says):
        MASS.clean(value, None)


def test_a_tonne_and_nothing_at_all_are_masses():
    assert MASS.clean(Decimal("1000000.000000"), None) == 1_000_000
    assert MASS.clean(Decimal(0), None) == 0
    assert DepthField().clean(Decimal("0.01"), None) == Decimal("0.01")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tare_g=grams, other_g=grams)
def test_a_mass_goes_through_the_database_unchanged(lab, tare_g, other_g):
    changes = {"tare_g": tare_g}
    box, bottle = Container.objects.get(pk=lab.box.pk), Container.objects.get(pk=lab.bottle.pk)
    for container, mass_g in ((box, tare_g), (bottle, other_g)):
        if container.tare_g != mass_g:
            changes = {"tare_g": mass_g}
            containers.amend(
                container=container, changes=changes, seen=container.revision, by=lab.technician, reason="Weighed"
            )

    both = Container.objects.filter(pk__in=[box.pk, bottle.pk])
    found = both.get(tare_g=tare_g, pk=box.pk)
    assert found.tare_g == tare_g
    assert found.tare_g.as_tuple().exponent == -6
    assert found.history.first().tare_g == tare_g
    assert both.aggregate(total_g=Sum("tare_g"))["total_g"] == tare_g + other_g
    assert both.aggregate(most_g=Max("tare_g"))["most_g"] == max(tare_g, other_g)
    assert both.filter(tare_g__lte=min(tare_g, other_g), tare_g__in=[tare_g, other_g]).exists()
    doubled = both.annotate(twice_g=F("tare_g") + F("tare_g"), none_g=F("tare_g") - F("tare_g")).get(pk=box.pk)
    assert (doubled.twice_g, doubled.none_g) == (2 * tare_g, 0)


def test_sums_stay_exact_where_floats_would_not(lab):
    for number in range(10):
        factories.container(lab.technician, f"T-{number}", lab.mission, parent=lab.box, tare_g=Decimal("999999.999999"))

    tares = Container.objects.filter(identifier__startswith="T-")
    assert tares.aggregate(total_g=Sum("tare_g"))["total_g"] == Decimal("9999999.999990")
    assert tares.aggregate(mean_g=Avg("tare_g"))["mean_g"] == Decimal("999999.999999")
    nothing = Container.objects.none().aggregate(total_g=Sum("tare_g", default=Decimal("1.5")))
    assert nothing["total_g"] == Decimal("1.500000")


def test_a_mass_literal_in_an_expression_names_its_field(lab):
    heavier = F("capacity_g") + Value(Decimal("0.000001"), output_field=MassField())

    row = Container.objects.annotate(more_g=heavier).get(pk=lab.bottle.pk)

    assert row.more_g == Decimal("100.000001")
    with pytest.raises(FieldError):
        Container.objects.annotate(more_g=F("capacity_g") * F("capacity_g")).get(pk=lab.bottle.pk)


def test_a_filter_refuses_what_no_row_can_be_compared_with(db):
    with pytest.raises(TypeError):
        Container.objects.filter(tare_g__gt=0.5)
    with pytest.raises(ValidationError):
        Container.objects.filter(tare_g__gt=Decimal(10) ** 30)


def test_text_is_trimmed_and_has_no_control_characters():
    assert LineField().clean("  two words ", None) == "two words"
    assert ProseField().clean(" one\n\ttwo\r\n", None) == "one\n\ttwo"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\ud800"])
def test_it_refuses_characters_that_nobody_sees(character):
    for field in (LineField(), ProseField()):
        with pytest.raises(ValidationError, match="invisible control character"):
            field.clean(f"a{character}b", None)


@pytest.mark.parametrize("text", ["嫦娥六号", "Pēteris", "µg ± 2 °C", "e\u0301", "م", "🌕"])
def test_it_takes_every_script(text):
    assert LineField().clean(text, None) == text


def test_a_line_has_no_line_break():
    for character in ("\n", "\r", "\t"):
        with pytest.raises(ValidationError):
            LineField().clean(f"a{character}b", None)


def test_the_year_of_an_event_is_one_that_can_be_right():
    field = MomentField()

    assert field.clean(datetime(1957, 1, 1, tzinfo=UTC), None)
    assert field.clean(datetime(2024, 6, 25, tzinfo=UTC), None)
    for year in (1, 1956, 2500, 9999):
        with pytest.raises(ValidationError, match=f"The year {year} cannot be right"):
            field.clean(datetime(year, 12, 31, tzinfo=UTC), None)
