from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.units import NotAMeasure, format_depth, format_mass, parse_depth, parse_mass, split_mass

NARROW = "\u202f"


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("160", "160.000000"),
        ("160.0", "160.000000"),
        ("0.000001", "0.000001"),
        ("1 g", "1.000000"),
        ("1g", "1.000000"),
        ("  1.5\t", "1.500000"),
        ("\u30001.5\u00a0g", "1.500000"),
        (f"1.5{NARROW}g", "1.500000"),
        ("1.5 mg", "0.001500"),
        ("0.001mg", "0.000001"),
        ("5.", "5.000000"),
        (".5", "0.500000"),
        ("+2", "2.000000"),
        ("-2", "-2.000000"),
        ("000.5", "0.500000"),
        ("999999999999999999", "999999999999999999.000000"),
    ],
)
def test_it_reads_grams_and_milligrams(text, grams):
    mass_g = parse_mass(text)

    assert str(mass_g) == grams


def test_it_reads_minus_nothing_as_nothing():
    assert str(parse_mass("-0.0")) == "0.000000"
    assert str(parse_depth("-0")) == "0.00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "NaN",
        "nan",
        "sNaN",
        "Infinity",
        "-inf",
        "1e2",
        "1E-3",
        "1e",
        "0x10",
        "1_000",
        "1 935.3",
        "1\u202f935.3",
        "１６０",
        "١٦٠",
        "½",
        "²",
        "1..2",
        "1.2.3",
        ".",
        "-",
        "+",
        "--1",
        "1 -",
        "g",
        "1 g g",
        "1\ng",
        "1\x00",
        "∞",
        "µg",
        "1 µg",
        "1 g.",
        "1234567890123456789",
    ],
)
def test_it_refuses_what_is_not_a_plain_decimal_number(text):
    with pytest.raises(NotAMeasure):
        parse_mass(text)


@pytest.mark.parametrize(
    ("text", "unit"), [("1 kg", "kg"), ("1 Mg", "Mg"), ("1 G", "G"), ("1 oz", "oz"), ("1 cm", "cm")]
)
def test_it_refuses_other_units_by_name(text, unit):
    with pytest.raises(NotAMeasure, match=f"“{unit}” is not a unit of mass here. Use g or mg."):
        parse_mass(text)


@pytest.mark.parametrize(
    ("text", "places"), [("0.0000001", 6), ("1.0000000", 6), ("1.2345678 g", 6), ("0.0001 mg", 3), ("1.2345 mg", 3)]
)
def test_it_refuses_anything_finer_than_a_microgram(text, places):
    with pytest.raises(NotAMeasure, match=f"at most {places} decimals"):
        parse_mass(text)


@pytest.mark.parametrize(
    ("text", "example"), [("1,5", "1.5"), ("1,5 g", "1.5 g"), ("1,935.3", "160.0"), ("a,b", "160.0")]
)
def test_it_refuses_a_comma_and_shows_how_to_write_it(text, example):
    with pytest.raises(NotAMeasure) as refusal:
        parse_mass(text)

    assert str(refusal.value) == f"“{text}” has a comma. Write the decimal sign as a point: {example}."


def test_it_shows_only_the_beginning_of_a_long_text():
    for text in ("x" * 100_000, "1." + "1" * 100_000, "1," + "1" * 100_000, "1 " + "k" * 100_000):
        with pytest.raises(NotAMeasure) as refusal:
            parse_mass(text)

        assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("text", "centimetres"), [("28.7", "28.70"), ("28.70 cm", "28.70"), ("0", "0.00"), ("200cm", "200.00")]
)
def test_it_reads_centimetres(text, centimetres):
    assert str(parse_depth(text)) == centimetres


@pytest.mark.parametrize(
    ("text", "says"),
    [("28.701", "tenth of a millimetre"), ("28 m", "“m” is not a unit"), ("28,7", "28.7"), ("x", "28.7")],
)
def test_it_refuses_other_depths(text, says):
    with pytest.raises(NotAMeasure, match=says):
        parse_depth(text)


@given(st.integers(min_value=0, max_value=10**12))
def test_every_microgram_is_read_back_as_it_was_written(micrograms):
    grams = Decimal(micrograms).scaleb(-6)

    assert parse_mass(f"{grams:f}") == grams
    assert parse_mass(f"{Decimal(micrograms).scaleb(-3):f} mg") == grams


@given(st.text(max_size=20))
def test_any_text_is_an_exact_mass_or_is_refused(text):
    try:
        mass_g = parse_mass(text)
    except NotAMeasure:
        return

    assert mass_g.as_tuple().exponent == -6


def test_it_writes_masses_at_full_precision():
    assert format_mass(Decimal("1935.3")) == f"1{NARROW}935.300000{NARROW}g"
    assert format_mass(Decimal("-0.5")) == f"\u22120.500000{NARROW}g"
    assert split_mass(Decimal("1935.300000")) == (f"1{NARROW}935.3", "00000")
    assert split_mass(Decimal("1500")) == (f"1{NARROW}500", ".000000")
    assert split_mass(Decimal("0")) == ("0", ".000000")


def test_it_writes_depths_without_needless_zeros():
    assert [format_depth(Decimal(text)) for text in ("28.70", "70.00", "100", "0.00", "0.05")] == [
        "28.7",
        "70",
        "100",
        "0",
        "0.05",
    ]
