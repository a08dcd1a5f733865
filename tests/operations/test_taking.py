"""Nothing leaves a sample that it did not hold then, and what is unlikely is asked about: rules 3, 13 and 20."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.models import MassMovement, Sample
from samples.operations import containers, movements, samples, weighings
from samples.operations._operation import Doubtful, Refused, Several
from samples.operations.times import OutOfOrder
from tests import factories
from tests.refusing import refused

DAY = timedelta(days=1)


def on(day):
    """The moment so many days after the accession."""
    return factories.LONG_AGO + day * DAY


def now(record):
    return type(record).objects.get(pk=record.pk)


def take(lab, verb, mass_g, **values):
    values = {"sample": lab.soil, "acknowledged": True} | values
    return verb(mass_g=Decimal(mass_g), **values, by=lab.curator, reason="Used")


@pytest.fixture
def away(lab):
    """All ten grams are split off from the second to the tenth day, and merged back then."""
    (whole,) = factories.split(lab.technician, lab.soil, "10", happened_at=on(2))
    movements.merge(sample=whole, into=now(lab.soil), happened_at=on(10), by=lab.technician, reason="Not needed")
    lab.soil = now(lab.soil)
    return lab


@pytest.mark.parametrize("verb", [movements.consume, movements.lose])
def test_on_a_day_on_which_it_held_nothing_nothing_leaves_it(away, verb):
    with refused(OutOfOrder, "On 2024-06-05 08:00 UTC+8 CE6C0001 held 0.000000 g, so 4.000000 g cannot have left it"):
        take(away, verb, "4", happened_at=on(4))

    assert take(away, verb, "4", happened_at=on(10)).mass_g == 6


def test_before_it_was_split_off_it_cannot_have_been_used_either(away):
    with refused(OutOfOrder, "On 2024-06-03 08:00 UTC+8 CE6C0001 held 0.000000 g", field="happened_at"):
        take(away, movements.consume, "0.000001", happened_at=on(1))


def test_of_what_was_left_just_as_much_may_have_left_it(lab):
    factories.split(lab.technician, lab.soil, "9", happened_at=on(5))
    soil = take(lab, movements.correct, "3", sample=now(lab.soil), happened_at=on(7))

    with refused(OutOfOrder, "On 2024-06-06 08:00 UTC+8 CE6C0001 held 1.000000 g, so 1.000001 g"):
        take(lab, movements.lose, "1.000001", sample=soil, happened_at=on(3))

    assert take(lab, movements.lose, "1", sample=soil, happened_at=on(3)).mass_g == 2


def test_splits_merges_and_corrections_keep_to_it_too(away):
    with refused(OutOfOrder, "cannot have left it by then", field="happened_at"):
        factories.split(away.technician, away.soil, "1", happened_at=on(4))
    with refused(OutOfOrder, "cannot have left it by then", field="happened_at"):
        take(away, movements.correct, "9", happened_at=on(4))


def test_all_of_it_is_used_up_only_after_a_second_look(lab):
    for verb in (movements.consume, movements.lose):
        with refused(Doubtful, "10.000000 g is all that CE6C0001 holds. Nothing of it will be left."):
            take(lab, verb, "10", happened_at=on(1), acknowledged=False)

    assert take(lab, movements.consume, "9.999999", happened_at=on(1), acknowledged=False).mass_g == Decimal("0.000001")


def test_what_is_put_beside_another_use_category_is_asked_about(lab):
    vial = factories.container(lab.technician, "VIAL", lab.mission, parent=lab.box)
    kept = factories.sample(lab.technician, "KEPT", vial)
    samples.assign(sample=kept, use_category="permanent", by=lab.curator, reason="Kept")
    with refused(Doubtful, "VIAL holds KEPT already, whose use category is permanent. Is it the right one?"):
        factories.split(lab.technician, lab.soil, "1", container=vial)
    move = {"sample": lab.soil, "container": vial, "by": lab.technician, "reason": "Stored"}
    with refused(Doubtful, "VIAL holds KEPT already"):
        samples.move(**move)

    assert samples.move(**move, acknowledged=True).container == vial


def test_merged_into_another_use_category_it_is_asked_about(lab):
    (one,) = factories.split(lab.technician, lab.soil, "1")
    samples.assign(sample=now(lab.soil), use_category="research", by=lab.curator, reason="Asked for")
    with refused(Doubtful, "The use category of CE6C0001/1 is not yet assigned.", "all of it has that one’s: research"):
        movements.merge(sample=one, into=now(lab.soil), happened_at=on(2), by=lab.technician, reason="Back")


def test_a_correction_rests_on_a_weighing_of_a_container_around_it_that_was_made_by_then(lab):
    balance = factories.balance(lab.curator)
    first = factories.weighing(lab.technician, lab.box, balance, "500", weighed_at=on(3))
    with refused(OutOfOrder, "the weighing it rests on was made then", field="happened_at"):
        take(lab, movements.correct, "9", happened_at=on(2), weighing=first)
    second = factories.weighing(lab.technician, lab.box, balance, "500", weighed_at=on(4), supersedes=first)
    with refused(Refused, "Another weighing has taken the place of that one.", field="weighing"):
        take(lab, movements.correct, "9", happened_at=on(5), weighing=first)

    take(lab, movements.correct, "9", happened_at=on(5), weighing=second)
    assert MassMovement.objects.get(kind="correction").weighing == second


def test_what_is_found_again_in_air_is_exposed(lab):
    take(lab, movements.lose, "10", happened_at=on(1))
    hall = factories.location(lab.curator, "Hall", atmosphere="air")

    containers.move(container=lab.box, location=hall, by=lab.technician, reason="Sorted")
    with refused(Doubtful, "There is air around BOT-1. Stored in air,"):
        take(lab, movements.correct, "1", sample=now(lab.soil), happened_at=on(2), acknowledged=False)

    assert not take(lab, movements.correct, "1", sample=now(lab.soil), happened_at=on(2)).is_pristine


def test_what_came_of_a_sample_since_it_was_exposed_is_exposed_with_it(lab):
    (early,) = factories.split(lab.technician, lab.soil, "1", happened_at=on(1))
    (late,) = factories.split(lab.technician, now(lab.soil), "1", happened_at=on(3))
    (inner,) = factories.split(lab.technician, late, "0.5", happened_at=on(4))
    soil = now(lab.soil)
    with refused(Doubtful, "material of CE6C0001 went on. This is exposed too: CE6C0001/2, CE6C0001/2/1."):
        factories.expose(lab.technician, soil, exposed_at=on(2))

    factories.expose(lab.technician, soil, exposed_at=on(2), acknowledged=True)
    assert [now(one).is_pristine for one in (early, late, inner)] == [True, False, False]
    assert now(inner).exposed_reason == "Came of CE6C0001, which is air-exposed"


def test_a_segment_that_was_merged_away_and_filled_again_is_a_segment_again(lab):
    tube = factories.container(lab.technician, "TUBE", lab.mission, parent=lab.box, origin="drill")
    depths = {"origin": "drill", "form": "core segment"}
    core = factories.sample(
        lab.technician, "CORE", tube, "10", depth_top_cm=Decimal(0), depth_bottom_cm=Decimal(20), **depths
    )
    cuts = [
        movements.Part(f"CORE/{n}", tube, Decimal(2), "core segment", Decimal(10 * n - 10), Decimal(10 * n))
        for n in (1, 2)
    ]
    first, second = movements.split(sample=core, parts=cuts, happened_at=on(1), by=lab.technician, reason="Cut")
    merge = {"happened_at": on(2), "by": lab.technician, "reason": "Together"}
    movements.merge(sample=first, into=second, **merge)
    assert list(Sample.objects.segments_of(core.pk)) == [second]

    movements.merge(sample=now(second), into=now(first), **merge)
    assert list(Sample.objects.segments_of(core.pk)) == [first]


def test_a_weighing_entered_late_says_that_the_contents_changed_since(lab):
    balance = factories.balance(lab.curator)
    take(lab, movements.consume, "4", happened_at=on(5))
    reading = {"container": lab.bottle, "balance": balance, "gross_g": Decimal(16), "tare_g": Decimal(10)}
    who = {"by": lab.technician, "reason": "Read"}
    with refused(Doubtful, "Since it was weighed the mass of what is in BOT-1 changed"):
        weighings.record(**reading, weighed_at=on(3), **who)

    assert weighings.record(**reading, weighed_at=on(5), **who).difference_g == 0


def test_a_container_goes_along_with_the_one_it_is_in_and_is_not_moved_by_itself(lab):

    hall = factories.location(lab.curator, "Hall")
    with refused(Several, "BOT-1 is inside BOX-1 and goes along with it. Leave it out.") as refusal:
        containers.move_many(containers=[lab.box, lab.bottle], location=hall, by=lab.technician, reason="Sorted")
    assert refusal.value.refusals[0].field == f"row_{lab.bottle.pk}"
