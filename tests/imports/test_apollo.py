"""575 real samples of Apollo 11, 12, 15 and Luna 16, quirks included."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Count, Sum

from samples.imports import samples as importer
from samples.models import Container, Sample
from tests import factories

DATA = Path(__file__).parent.parent / "data"
# What came back of each mission, in grams; the sums are those of the list itself.
CAPACITIES = {"A11": 21_550, "A12": 34_350, "A15": 77_310, "L16": 101}
SUMS = {
    "A11": (62, Decimal("21443.675000")),
    "A12": (67, Decimal("34105.840000")),
    "A15": (425, Decimal("76782.900000")),
    "L16": (19, Decimal("5.835000")),
}


@pytest.fixture
def curator(lab):
    keeper = factories.custodian(lab.curator, "Curation", "laboratory")
    factories.location(lab.curator, "Vault", custodian=keeper)
    for code, capacity_g in CAPACITIES.items():
        near = {"body_side": "near", "relay_satellite": "", "return_capacity_g": Decimal(capacity_g)}
        factories.mission(lab.curator, code, **near)
    return lab.curator


def read(*, leave_out=(), rows=""):
    """The list; of it only the header and the lines with `rows` in them."""
    named = ", ".join(f'"{identifier}"' for identifier in leave_out)
    mapping = f"leave_out = [{named}]\n" + (DATA / "apollo.toml").read_text()
    header, *lines = (DATA / "apollo.csv").read_bytes().splitlines(keepends=True)
    some = b"".join([header, *(line for line in lines if rows.encode() in line)])
    return importer.read_samples("apollo.csv", some, mapping)


def test_one_row_of_luna_16_is_refused_and_19_accepted_with_the_sum_of_the_list(curator):
    report = factories.run(importer.check(read(rows="Luna 16"), by=curator, reason="Opening stock"))

    assert [(fault["row"], fault["column"], fault["value"]) for fault in report["faults"]] == [(17, "weight", "")]
    [come] = report["missions"]
    assert (come["code"], come["samples"], Decimal(come["added_g"])) == ("L16", *SUMS["L16"])


@pytest.mark.campaign
def test_two_rows_are_refused_and_573_accepted_with_the_sums_of_the_list(curator):
    report = factories.run(importer.check(read(), by=curator, reason="Opening stock"))

    faults = [(fault["row"], fault["column"], fault["value"]) for fault in report["faults"]]
    assert faults == [(285, "weight", "0"), (572, "weight", "")]
    assert (report["accepted"], report["refused"]) == (573, 2)
    would_come = {each["code"]: (each["samples"], Decimal(each["added_g"])) for each in report["missions"]}
    assert would_come == SUMS
    assert not Sample.objects.filter(mission__code__in=SUMS).exists()


@pytest.mark.campaign
def test_573_are_registered_when_the_two_are_left_out(curator):
    file = read(leave_out=["15305", "21055"])

    made = factories.run(importer.register(file, acknowledged=True, by=curator, reason="Opening stock"))

    samples = Sample.objects.registered_in(made.brought_in)
    rows = samples.order_by().values_list("mission__code").annotate(Count("pk"), Sum("mass_g"))
    assert {code: (count, mass_g) for code, count, mass_g in rows} == SUMS
    assert samples.filter(origin="drill").count() == 34
    assert samples.get(identifier="L1608").container.identifier == "L16-no-container-listed"
    bags = Container.objects.registered_in(made.brought_in)
    assert bags.count() == made.container_count == 74
    assert bags.filter(identifier="A11-Cont.-Bag", kind="collection bag", capacity_g=None).exists()
    assert samples.filter(mass_g__gt=Decimal(2000)).count() == 13
