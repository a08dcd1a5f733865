"""Rule 16: between release and receipt nothing in the handoff changes."""

from decimal import Decimal

import pytest

from samples.models import Container
from samples.operations import containers, custody, samples, seals
from samples.operations.authority import UnderWay
from tests import factories
from tests.refusing import refused

ACTS = {
    "move": lambda lab: containers.move(container=lab.box, location=lab.street, by=lab.curator, reason="Trial"),
    "move inside": lambda lab: containers.move(container=lab.bottle, parent=lab.spare, by=lab.curator, reason="Trial"),
    "move into": lambda lab: containers.move(container=lab.spare, parent=lab.box, by=lab.curator, reason="Trial"),
    "take out": lambda lab: containers.take_out(
        container=lab.bottle, location=lab.room, by=lab.curator, reason="Trial"
    ),
    "amend": lambda lab: containers.amend(
        container=lab.box, changes={"tare_g": Decimal(1)}, seen=None, by=lab.curator, reason="Trial"
    ),
    "amend inside": lambda lab: containers.amend(
        container=lab.bottle, changes={"description": "x"}, seen=None, by=lab.curator, reason="Trial"
    ),
    "void": lambda lab: containers.void(container=lab.box, by=lab.curator, reason="Trial"),
    "void inside": lambda lab: containers.void(container=lab.vial, by=lab.curator, reason="Trial"),
    "register inside": lambda lab: factories.container(lab.curator, "X", lab.mission, parent=lab.bottle),
    "seal": lambda lab: seal(lab, lab.box),
    "seal inside": lambda lab: seal(lab, lab.bottle),
    "register a sample": lambda lab: factories.sample(lab.curator, "X", lab.bottle),
    "move a sample out": lambda lab: samples.move(sample=lab.soil, container=lab.spare, by=lab.curator, reason="Trial"),
    "move a sample in": lambda lab: samples.move(
        sample=lab.loose, container=lab.bottle, by=lab.curator, reason="Trial"
    ),
    "amend a sample": lambda lab: samples.amend(
        sample=lab.soil, changes={"form": "powder"}, seen=None, by=lab.curator, reason="Trial"
    ),
    "void a sample": lambda lab: samples.void(sample=lab.soil, by=lab.curator, reason="Trial"),
    "release": lambda lab: factories.release(lab.technician, [lab.box], lab.carrier),
}


def seal(lab, container):
    values = {"number": "S-1", "applied_at": factories.LONG_AGO, "applied_by": "Li"}
    return seals.apply(container=container, **values, by=lab.curator, reason="Trial")


@pytest.fixture
def under_way(lab):
    """BOX-1 > BOT-1 > VIAL, with CE6C0001 in the bottle, under way; SPARE with LOOSE in it stays."""
    lab.vial = factories.container(lab.technician, "VIAL", lab.mission, parent=lab.bottle)
    lab.spare = factories.container(lab.technician, "SPARE", lab.mission, custodian=lab.home, location=lab.room)
    lab.loose = factories.sample(lab.technician, "LOOSE", lab.spare)
    lab.handoff = factories.release(lab.technician, [lab.box], lab.other)
    return lab


def test_it_refuses_even_a_curator(under_way):
    for act in ACTS:
        with refused(UnderWay, "is under way to Second laboratory with H-0001. Nothing about it changes until"):
            ACTS[act](under_way)


def test_what_is_under_way_is_frozen_at_every_depth(under_way):
    assert set(Container.objects.under_way()) == {under_way.box, under_way.bottle, under_way.vial}
    assert Container.objects.under_way().count() == 3


@pytest.mark.parametrize("end", ["receive", "reject", "cancel"])
def test_it_thaws_when_the_handoff_is_closed(under_way, end):
    lab = under_way
    if end == "receive":
        factories.receive(lab.receiver, lab.handoff, lab.other_room)
    elif end == "reject":
        custody.reject(handoff=lab.handoff, by=lab.receiver, reason="Not expected")
    else:
        custody.cancel(handoff=lab.handoff, by=lab.technician, reason="Bad weather")

    assert not Container.objects.under_way().exists()
    assert ACTS["amend"](lab).tare_g == 1
    assert ACTS["amend a sample"](lab).form == "powder"
    assert ACTS["register inside"](lab).custodian == Container.objects.get(pk=lab.box.pk).custodian


def test_what_others_see_of_a_sample_is_not_frozen(under_way):
    assert samples.publish(sample=under_way.soil, by=under_way.curator, reason="Described").is_published
