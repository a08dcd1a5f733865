"""The chain before a handoff, on its certificate: of its own containers, not of those that travelled beside them."""

from datetime import timedelta

from samples.documents._chain import chains_before
from samples.documents._type import runs
from samples.operations import custody
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
