"""The plot of a container's weighings: what is drawn, against what, and from how many on."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.templatetags.plots import HEIGHT_PX, PAD_PX, weighing_plot
from tests import factories


@pytest.fixture
def balance(lab):
    return factories.balance(lab.curator, "Bench 1", "0.001")


@pytest.fixture
def weigh(lab, balance):
    """Weigh the bottle of 10 g, whose tare is 30 g, so many days after it came; returns the weighing."""

    def weigh(day, gross_g, tare_g="30", **values):
        values |= {"weighed_at": factories.LONG_AGO + timedelta(days=day), "tare_g": tare_g and Decimal(tare_g)}
        return factories.weighing(lab.technician, lab.bottle, balance, gross_g, **values)

    return weigh


def plot(lab):
    return weighing_plot(list(lab.bottle.weighings.newest_first().select_related("line", "superseded_by")))


def test_it_is_drawn_from_two_weighings_on(lab, weigh, as_auditor):
    weigh(1, "40")
    assert plot(lab) == {"points": []}
    assert 'class="plot"' not in as_auditor.get("container_weighings", lab.bottle).html

    weigh(2, "40")
    assert 'class="plot"' in as_auditor.get("container_weighings", lab.bottle).html


def test_net_masses_stand_over_time_with_their_uncertainty(lab, weigh):
    weigh(1, "39.999")
    weigh(2, "40")
    weigh(5, "40.001")

    drawn = plot(lab)

    assert [point.x for point in drawn["points"]] == ["3.0000%", "26.5000%", "97.0000%"]
    lowest, middle, highest = drawn["points"]
    # 4 mg from the lowest end to the highest.
    inner = HEIGHT_PX - 2 * PAD_PX
    assert (lowest.bottom, middle.y, highest.top) == (
        f"{HEIGHT_PX - PAD_PX:.2f}",
        f"{HEIGHT_PX / 2:.2f}",
        f"{PAD_PX:.2f}",
    )
    assert Decimal(middle.bottom) - Decimal(middle.top) == Decimal(inner) / 2
    assert drawn["is_net"] is True


def test_the_line_is_what_the_samples_inside_came_to(lab, weigh):
    weigh(1, "40")
    factories.sample(lab.technician, "S-2", lab.bottle, "5")
    weigh(2, "45")

    drawn = plot(lab)

    first, second = drawn["lines"]
    assert (first.x1, first.x2, second.x1, second.x2) == ("3.0000%", "97.0000%", "97.0000%", "100%")
    assert [first.y, second.y] == [point.y for point in drawn["points"]]


def test_the_kinds_of_points_have_shapes_and_words(lab, weigh, as_auditor):
    first = weigh(1, "40", preliminary=True)
    weigh(2, "40", supersedes=first)
    weigh(3, "40", preliminary=True)
    weigh(4, "40.5")

    drawn = plot(lab)

    assert [point.kind for point in drawn["points"]] == ["superseded", "reading", "preliminary", "beyond"]
    [legend] = as_auditor.get("container_weighings", lab.bottle).with_class("plot-legend")
    assert legend == "Reading Preliminary Superseded Beyond what it may differ by Samples inside"


def test_where_too_few_have_a_net_mass_the_gross_mass_is_drawn(lab, weigh):
    weigh(1, "40")
    weigh(2, "40", tare_g=None)

    drawn = plot(lab)

    assert (drawn["is_net"], len(drawn["points"]), drawn["lines"], drawn["left_out"]) == (False, 2, [], 0)


def test_what_has_no_net_mass_is_left_out_and_said(lab, weigh, as_auditor):
    weigh(1, "40")
    weigh(2, "40")
    weigh(3, "40", tare_g=None)

    assert plot(lab)["left_out"] == 1
    assert "One weighing without a tare is in the table only." in as_auditor.get("container_weighings", lab.bottle).text


def test_declared_masses_are_the_line_of_gross_masses(lab, balance):
    factories.seal(lab.technician, lab.box, "S-1")
    factories.discrepancies_of(lab, lab.box, seal_read="", balance=balance)
    at = factories.LONG_AGO + timedelta(days=90)
    factories.weighing(lab.receiver, lab.box, balance, "110.01", weighed_at=at)

    drawn = weighing_plot(list(lab.box.weighings.newest_first().select_related("line", "superseded_by")))

    assert [point.kind for point in drawn["points"]] == ["beyond", "reading"]
    [declared] = drawn["lines"]
    assert (declared.x1, declared.x2) == (drawn["points"][0].x, "100%")
    assert Decimal(declared.y) > Decimal(drawn["points"][0].y)


def test_weighings_of_one_moment_stand_in_the_middle(lab, weigh):
    weigh(1, "40")
    weigh(1, "40.0001")

    assert {point.x for point in plot(lab)["points"]} == {"50.0000%"}
    assert [(time.x, time.anchor) for time in plot(lab)["times"]] == [("50.0000%", "middle")]


def test_the_moments_stand_below_the_first_and_the_last_point(lab, weigh):
    weigh(1, "40")
    weigh(3, "40")

    drawn = plot(lab)

    assert [time.x for time in drawn["times"]] == [point.x for point in drawn["points"]]
    assert [time.anchor for time in drawn["times"]] == ["start", "end"]
    assert len({time.label for time in drawn["times"]}) == 2


def test_two_moments_of_one_minute_are_told_once(lab, balance):
    for second in (1, 40):
        at = factories.LONG_AGO + timedelta(days=1, seconds=second)
        factories.weighing(lab.technician, lab.bottle, balance, "40", tare_g=Decimal(30), weighed_at=at)

    assert len(plot(lab)["times"]) == 1


def test_the_grid_is_of_round_masses_with_one_unit(lab, weigh):
    weigh(1, "39.99")
    weigh(2, "40.01")

    labels = [mark.label for mark in plot(lab)["grid"]]

    assert labels == ["9.990", "9.995", "10.000", "10.005", "10.010\xa0g"]


def test_it_has_a_sentence_and_leads_to_the_table(lab, weigh, as_auditor):
    weigh(1, "40")
    weigh(2, "40.0005")

    page = as_auditor.get("container_weighings", lab.bottle)

    [image] = [node for node in page.tree.iter() if node.get("class") == "plot-field"]
    told = image.get("aria-label").replace("\u202f", " ")
    assert told == (
        "Net mass of 2 weighings from 2 Jun 2024, 08:00 to 3 Jun 2024, 08:00: between 10.000000 g and 10.000500 g. "
        "Each of them stands in the table."
    )
