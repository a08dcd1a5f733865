"""The chain before a handoff, on its certificate: of its own containers, not of those that travelled beside them."""

from datetime import timedelta
from decimal import Decimal

from samples.documents._chain import chains_before
from samples.documents._type import runs
from samples.documents.certificate import certificate_of
from samples.models import Handoff
from samples.operations import balances, custodians, custody, locations
from tests import factories


def test_a_seal_of_another_container_says_nothing_of_this_one(lab):
    beside = factories.container(lab.technician, "BOX-2", lab.mission, custodian=lab.home, location=lab.room)
    factories.seal(lab.technician, beside, "S-2")
    handoff = factories.release(lab.technician, [lab.box, beside], lab.other)
    found = {lab.box.pk: custody.Found(), beside.pk: custody.Found(True, "S-2", "damaged")}
    factories.receive(lab.receiver, handoff, lab.other_room, found=found, differs=True)
    later = factories.LONG_AGO + timedelta(days=40)

    told = {}
    for container in (lab.box, beside):
        onward = factories.release(lab.receiver, [container], lab.home, released_at=later)
        [chain] = chains_before(onward)
        told[container.identifier] = (chain.steps[-1].seals, chain.steps[-1].is_wrong)

    assert told == {"BOX-1": ("–", False), "BOX-2": ("differs", True)}


def test_a_seal_around_it_and_one_inside_it_are_its_own(lab):
    factories.seal(lab.technician, lab.bottle, "S-IN")
    first = factories.release(lab.technician, [lab.box], lab.other)
    factories.receive(lab.receiver, first, lab.other_room)
    onward = factories.release(lab.receiver, [lab.box], lab.home, released_at=factories.LONG_AGO + timedelta(days=40))

    [chain] = chains_before(onward)

    assert (chain.containers, chain.steps[-1].seals) == (("BOX-1",), "intact")


def test_a_line_break_of_a_browser_is_one(lab):
    assert runs("first\r\nsecond") == [("Vera", "first\nsecond")]


def test_a_handoff_is_not_in_the_custody_before_it(lab):
    factories.seal(lab.technician, lab.box, "S-1")
    handoff = factories.receive(lab.receiver, factories.release(lab.technician, [lab.box], lab.other), lab.other_room)

    [chain] = chains_before(handoff)

    assert [step.taker for step in chain.steps] == ["Laboratory"]


def rename(lab, name):
    """Call both parties, the room and the balance otherwise."""
    said = {"seen": None, "by": lab.curator, "reason": "Renamed"}
    for party in (lab.home, lab.other):
        custodians.amend(custodian=party, changes={"name": f"{name} of {party.pk}", "organisation": name}, **said)
    locations.amend(location=lab.other_room, changes={"name": name}, **said)
    balances.amend(balance=lab.balance, changes={"name": name}, **said)


def test_a_sheet_keeps_the_names_of_its_signing(lab):
    factories.seal(lab.technician, lab.box, "S-1")
    lab.balance = factories.balance(lab.curator)
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    rename(lab, "Between")
    found = {lab.box.pk: custody.Found(True, "S-1", "intact", Decimal("500"))}
    factories.receive(lab.receiver, handoff, lab.other_room, found=found, balance=lab.balance)
    told = sheet(handoff)
    assert told[0] == ["for Laboratory", f"for Between of {lab.other.pk}"]
    assert told[1:3] == [f"Between of {lab.home.pk}", f"Between of {lab.other.pk}"]
    assert "Between" in told[3]
    assert "Weighed on Between" in told[4]

    rename(lab, "After")

    assert sheet(handoff) == told
    later = factories.release(lab.receiver, [lab.box], lab.home, released_at=factories.LONG_AGO + timedelta(days=40))
    assert sheet(later)[1] == f"After of {lab.other.pk}"
    assert sheet(later)[5] == [f"After of {lab.home.pk}", f"After of {lab.other.pk}"]


def sheet(handoff):
    """What the certificate says of parties, place and balance."""
    read = certificate_of(Handoff.objects.get(pk=handoff.pk), "https://inventory.example.org")
    facts = {fact.label: fact for fact in read.facts}
    received = facts["Received"].beside
    steps = [step.taker for step in read.chains[0].steps]
    return [[s.party for s in read.signed], facts["From"].text, facts["To"].text, received, " ".join(read.notes), steps]
