"""A weighing with its tare is compared with the book, and opens a discrepancy beyond its uncertainty: rules 1 and 5."""

from datetime import timedelta
from decimal import Decimal

import pytest

from samples.audit.verify import Report
from samples.audit.verify.weighings import weighings as verify_weighings
from samples.models import Discrepancy, Weighing
from samples.operations import containers, discrepancies, movements, weighings
from samples.operations._operation import Doubtful, Refused
from samples.operations.discrepancies import AlreadyClosed, NotAnswered
from samples.operations.weighings import LessThanTare, NotReturned, NotSuperseded
from tests import factories
from tests.refusing import refused

LATER = factories.LONG_AGO + timedelta(days=2)


@pytest.fixture
def balance(lab):
    return factories.balance(lab.curator, "Bench 1", "0.001")


def weigh(lab, balance, gross_g, tare_g="100", container=None, **values):
    """The bottle with its 10 g on a balance of 1 mg."""
    tare_g = None if tare_g is None else Decimal(tare_g)
    return factories.weighing(lab.technician, container or lab.bottle, balance, gross_g, tare_g=tare_g, **values)


@pytest.mark.parametrize("gross_g", ["109.999", "110", "110.001"])
def test_up_to_the_uncertainty_it_fits(lab, balance, gross_g):
    weighing = weigh(lab, balance, gross_g, acknowledged=False)

    assert (weighing.net_g, weighing.book_g) == (Decimal(gross_g) - 100, Decimal(10))
    assert weighing.difference_g == Decimal(gross_g) - 110
    assert not Discrepancy.objects.exists()


@pytest.mark.parametrize(
    ("gross_g", "difference", "says"),
    [("110.001001", "0.001001", "0.001001 g more"), ("109.998999", "-0.001001", "0.001001 g less")],
)
def test_a_microgram_beyond_it_is_doubted_and_opens_a_discrepancy(lab, balance, gross_g, difference, says):
    with refused(Doubtful, "the samples in BOT-1 come to 10.000000 g", says, "± 0.001000 g", "it opens a discrepancy"):
        weigh(lab, balance, gross_g, acknowledged=False)

    weighing = weigh(lab, balance, gross_g)
    found = Discrepancy.objects.get()
    assert (found.kind, found.container, found.weighing, found.line) == ("mass", lab.bottle, weighing, None)
    assert (found.difference_g, found.is_open, found.opened_by) == (Decimal(difference), True, lab.technician)
    assert says in found.found.replace("\u202f", " ").replace("\xa0", " ")
    version = found.history.get()
    assert (version.verb, version.operation_id) == ("weighing.record", weighing.history.get().operation_id)


def test_without_a_tare_nothing_is_compared(lab, balance):
    weighing = weigh(lab, balance, "500", None, acknowledged=False)

    assert (weighing.net_g, weighing.book_g, weighing.difference_g) == (None, None, None)
    assert not Discrepancy.objects.exists()


def test_the_book_counts_what_is_in_all_containers_inside(lab, balance):
    vial = factories.container(lab.technician, "VIAL", lab.mission, parent=lab.bottle)
    factories.sample(lab.technician, "INNER", vial, "0.5")

    assert weigh(lab, balance, "10.6", "0.1", lab.box).book_g == Decimal("10.5")


def test_the_tare_that_is_proposed_counts_every_container_inside(lab):
    """Two of one tare are two; where one is not known, none is proposed."""
    place = {"custodian": lab.home, "location": lab.room}
    tray = factories.container(lab.technician, "TRAY", lab.mission, kind="tray", tare_g=Decimal(50), **place)
    for n in range(3):
        factories.container(lab.technician, f"V-{n}", lab.mission, parent=tray, tare_g=Decimal("5.000001"))
    void = factories.container(lab.technician, "VOID", lab.mission, parent=tray)
    assert tray.tare_inside_out_g() is None
    containers.void(container=void, by=lab.curator, reason="Typed twice")

    assert tray.tare_inside_out_g() == Decimal("65.000003")


@pytest.mark.parametrize(
    ("gross_g", "tare_g", "says"),
    [
        ("109", "99", "100.000000 g as the tare of BOT-1; 99.000000 g is 1.000000 g less"),
        ("110.001001", "100.001001", "100.000000 g as the tare of BOT-1; 100.001001 g is 0.001001 g more"),
        ("105", None, "100.000000 g as the tare of BOT-1. Without it nothing is compared."),
    ],
)
def test_another_tare_than_on_record_is_asked_about(lab, balance, gross_g, tare_g, says):
    """Else a tare typed to fit, or none, would hide what is missing."""
    changes = {"tare_g": Decimal(100)}
    containers.amend(container=lab.bottle, changes=changes, seen=None, by=lab.technician, reason="Weighed empty")
    with refused(Doubtful, says):
        weigh(lab, balance, gross_g, tare_g, acknowledged=False)

    assert weigh(lab, balance, gross_g, tare_g, acknowledged=True).tare_g == (tare_g and Decimal(tare_g))
    assert weigh(lab, balance, "110.001", "100.001", acknowledged=False)


def test_gross_is_never_less_than_the_tare(lab, balance):
    with refused(LessThanTare, "99.999999 g is less than the tare of 100.000000 g", field="gross_g"):
        weigh(lab, balance, "99.999999")

    assert weigh(lab, balance, "100").net_g == 0


def test_an_expired_calibration_and_an_unlikely_mass_are_asked_together(lab):
    old = factories.balance(lab.curator, "Old", calibrated_until=factories.in_days(-9000))
    with refused(Doubtful, "Old was calibrated until", "Weigh it once more"):
        weigh(lab, old, "120", acknowledged=False)


def test_one_takes_the_place_of_another_of_the_same_container_once(lab, balance):
    first = weigh(lab, balance, "111")
    elsewhere = weigh(lab, balance, "111", container=lab.box)
    with refused(NotSuperseded, "That is a weighing of BOX-1, not of BOT-1.", field="supersedes"):
        weigh(lab, balance, "110", supersedes=elsewhere)

    assert weigh(lab, balance, "110", supersedes=first).supersedes == first
    with refused(NotSuperseded, "has taken the place of that one already", field="supersedes"):
        weigh(lab, balance, "110", supersedes=first)


def test_after_return_is_said_of_what_came_back_from_a_borrower(lab, balance):
    with refused(NotReturned, "BOX-1 did not come back from a researcher or a museum", field="after_return"):
        weigh(lab, balance, "110", container=lab.box, after_return=True)
    museum = factories.custodian(lab.curator, "Museum", "museum")
    hall = factories.location(lab.curator, "Hall", custodian=museum)
    behalf = {"on_behalf_of": "The keeper", "on_behalf_document": "L-1"}
    there = factories.release(lab.technician, [lab.box], museum)
    factories.receive(lab.colleague, there, hall, **behalf)
    at = there.released_at + timedelta(days=1)
    back = factories.release(lab.colleague, [lab.box], lab.home, released_at=at, **behalf)
    factories.receive(lab.technician, back, lab.room)

    values = {"weighed_at": at + timedelta(days=1), "after_return": True}
    assert weigh(lab, balance, "110", **values).circumstances == Weighing.Circumstances.AFTER_RETURN


def close(lab, found, outcome, **values):
    return discrepancies.close(
        discrepancy=found, outcome=outcome, finding="Looked into", **values, by=lab.curator, reason="Settled"
    )


@pytest.fixture
def found(lab, balance):
    weigh(lab, balance, "110.5", weighed_at=LATER)
    return Discrepancy.objects.get()


def test_it_is_closed_by_a_later_weighing_that_fits(lab, balance, found):
    earlier = weigh(lab, balance, "110", weighed_at=LATER - timedelta(minutes=1))
    with refused(NotAnswered, "Choose a weighing of BOT-1 made after this was opened", field="reweighing"):
        close(lab, found, "reweighed", reweighing=earlier)
    with refused(NotAnswered, "Choose a weighing", field="reweighing"):
        close(lab, found, "reweighed", reweighing=found.weighing)
    bare = weigh(lab, balance, "110", None, weighed_at=LATER)
    with refused(NotAnswered, "no tare, so nothing was compared", field="reweighing"):
        close(lab, found, "reweighed", reweighing=bare)
    again = weigh(lab, balance, "110.001001", weighed_at=LATER)
    with refused(NotAnswered, "10.001001 g was weighed anew", "found with ± 0.001000 g", field="reweighing"):
        close(lab, found, "reweighed", reweighing=again)

    fits = weigh(lab, balance, "110.001", weighed_at=LATER)
    closed = close(lab, found, "reweighed", reweighing=fits)
    assert (closed.outcome, closed.reweighing, closed.closed_by) == ("reweighed", fits, lab.curator)
    with refused(AlreadyClosed, "This was closed as reweighed"):
        close(lab, found, "accepted")


def test_read_once_more_it_is_the_same_discrepancy(lab, balance, found):
    with refused(Doubtful, "A discrepancy from an earlier weighing is open already"):
        weigh(lab, balance, "110.5005", weighed_at=LATER, acknowledged=False)
    again = weigh(lab, balance, "110.5005", weighed_at=LATER)

    assert Discrepancy.objects.get() == found
    assert list(weighings.discrepancies_told_by([again])) == [found]
    elsewhere = weigh(lab, balance, "1", "0", container=lab.box)
    assert Discrepancy.objects.latest("pk").weighing == elsewhere
    assert verified() == []

    # Closed, it tells of the two; what is found after that is another one.
    close(lab, found, "accepted")
    third = weigh(lab, balance, "110.5", weighed_at=LATER)
    assert third.discrepancies.get() != found
    assert verified() == []


def verified():
    report = Report()
    for _done in verify_weighings(report):
        pass
    return report.findings


def test_a_coarser_balance_does_not_close_it(lab, balance, found):
    """The half gram is within ± 5 g, and still missing."""
    coarse = factories.balance(lab.curator, "Floor", "5")
    again = weigh(lab, coarse, "110.001001", weighed_at=LATER)
    says = ("10.001001 g was weighed anew with ± 5.000000 g", "it was found with ± 0.001000 g")
    with refused(NotAnswered, *says, field="reweighing"):
        close(lab, found, "reweighed", reweighing=again)

    fits = weigh(lab, coarse, "110.001", weighed_at=LATER)
    assert close(lab, found, "reweighed", reweighing=fits).reweighing == fits


def test_a_finer_balance_judges_by_its_own_uncertainty(lab, balance, found):
    fine = factories.balance(lab.curator, "Micro", "0.0001")
    again = weigh(lab, fine, "110.000101", weighed_at=LATER)
    with refused(NotAnswered, "with ± 0.000100 g", "found with ± 0.001000 g", field="reweighing"):
        close(lab, found, "reweighed", reweighing=again)


def test_it_is_closed_by_a_correction_made_since(lab, balance, found):
    with refused(NotAnswered, "Choose the correction of a sample in BOT-1", field="movement"):
        close(lab, found, "corrected")
    movement = corrected(lab, found.weighing, "10.5")
    assert movement.weighing == found.weighing

    assert close(lab, found, "corrected", movement=movement).movement == movement


def corrected(lab, weighing, mass_g):
    values = {"mass_g": Decimal(mass_g), "happened_at": LATER, "weighing": weighing}
    soil = movements.correct(sample=lab.soil, **values, by=lab.curator, reason="Weighed anew")
    return soil.movements_in.get(kind="correction")


def test_it_is_accepted_with_a_finding(lab, found):
    assert close(lab, found, "accepted").finding == "Looked into"


def test_a_correction_rests_on_a_weighing_of_what_the_sample_is_in(lab, balance):
    other = factories.container(lab.technician, "OTHER", lab.mission, parent=lab.box)
    elsewhere = weigh(lab, balance, "110", container=other)
    with refused(Refused, "That is a weighing of OTHER, and CE6C0001 is in BOT-1.", field="weighing"):
        corrected(lab, elsewhere, "11")
    with refused(Doubtful, "No weighing is named"):
        corrected(lab, None, "11")

    assert corrected(lab, weigh(lab, balance, "111", container=lab.box), "11").weighing.container == lab.box
