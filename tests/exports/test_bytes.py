"""The same records make the same bytes, on whichever engine they are kept."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from samples.models import Container, Handoff, Location, MassMovement, Mission, Sample
from samples.operations import movements
from tests import factories

from .conftest import stopped_clock
from .files import file_of

SAMPLES = """\
identifier,other_names,mission,parent,container,custodian,location,origin,collection_method,collected_at,form,\
depth_top_cm,depth_bottom_cm,use_category,exposure,exposed_at,exposed_reason,initial_mass_g,mass_g,status,\
published_at,description,happened_at,voided_at
"10084,12",,CE6,,BOT-1,Laboratory,Room 1,scoop,,,bulk regolith,,,unassigned,pristine,,,0.000001,0.000001,stored,,,\
2024-06-01T00:00:00Z,
CE6C0001,,CE6,,BOT-1,Laboratory,Room 1,scoop,,,bulk regolith,,,unassigned,pristine,,,10.000000,10.000000,stored,,,\
2024-06-01T00:00:00Z,
CORE-1,"Upper ""dark"" part, 月壤",CE6,,BOX-1,Laboratory,Room 1,drill,drill,2024-05-31T16:00:00Z,core segment,\
0.00,28.70,research,air-exposed,2024-06-01T00:00:00Z,'-5 °C failure,1.500000,1.500000,stored,\
2027-01-02T03:04:05.999999Z,\
"'=One
Two",2024-06-01T00:00:00Z,
a-small-letter,,CE6,CORE-1,BOX-1,Laboratory,Room 1,drill,,,powder,,,unassigned,air-exposed,2024-06-01T00:00:00Z,\
'-5 °C failure,0.250000,0.250000,stored,,,2024-06-01T00:00:00Z,
"""
CONTAINERS = """\
identifier,mission,kind,origin,inside,capacity_g,tare_g,contents_g,atmosphere,seal_number,seal_state,location,\
custodian,under_way,status,custody_began_at,chain_document,description,voided_at
BOT-1,CE6,sample bottle,scoop,BOX-1,100.000000,,10.000001,,,,Room 1,Laboratory,yes,in use,2024-06-01T00:00:00Z,DOC-1,,
BOX-1,CE6,sealed package,mixed,,,,11.750001,,S-100,intact,Room 1,Laboratory,yes,in use,2024-06-01T00:00:00Z,DOC-1,,
"""
HANDOFFS = """\
number,status,from,to,containers,place,transport_mode,purpose,document_number,released_at,released_by,\
released_on_behalf_of,release_document,release_signed_at,received_at,received_by,received_on_behalf_of,\
receipt_document,receipt_signed_at,received_location,gap_minutes,due_back_on,corrects,witnesses,remarks,\
receipt_remarks,closing_reason
H-0001,released,Laboratory,Second laboratory,BOX-1,Beijing,by hand,Curation,,2024-07-01T00:00:00Z,Technician,,,\
2027-01-02T03:04:05.999999Z,,,,,,,,2025-01-31,,,,,
"""
MOVEMENTS = """\
happened_at,kind,mission,from,to,origin,mass_g,reason,by,operation_id,weighed_container,weighed_at
2024-06-01T00:00:00Z,accession,CE6,,CE6C0001,scoop,10.000000,Weighed in,Technician,,,
2024-06-01T00:00:00Z,accession,CE6,,"10084,12",scoop,0.000001,Weighed in,Technician,,,
2024-06-01T00:00:00Z,accession,CE6,,CORE-1,drill,1.500000,Weighed in,Technician,,,
2024-06-01T00:00:00Z,accession,CE6,,a-small-letter,drill,0.250000,Weighed in,Technician,,,
2024-06-02T00:00:00Z,split,CE6,CE6C0001,CE6C0001/1,scoop,0.333333,Divided,Technician,,,
2024-06-02T00:00:00Z,lost,CE6,CE6C0001,,scoop,0.000007,Divided,Technician,,,
2024-06-03T00:00:00Z,correction,CE6,CE6C0001/1,,scoop,0.333332,"'=Weighed, 月壤",Curator,,BOT-1,2024-06-02T00:00:00Z
"""
MASS_BALANCE = """\
mission,figure,by,which,mass_g
CE6,accessioned,,,11.750001
CE6,accessioned,origin,drill,1.750000
CE6,accessioned,origin,scoop,10.000001
CE6,corrections,,,-0.333332
CE6,corrections,direction,down,-0.333332
CE6,held,,,11.416662
CE6,held,origin,drill,1.750000
CE6,held,origin,scoop,9.666662
CE6,held,custodian,Laboratory,11.416662
CE6,held,use category,research,1.500000
CE6,held,use category,unassigned,9.916662
CE6,consumed,,,0.000000
CE6,lost,,,0.000007
CE6,difference,,,0.000000
"""


@pytest.fixture
def world(lab):
    """Everything that two engines could tell differently: case, other alphabets, quotes, line ends, zeros, times."""
    with stopped_clock():
        factories.sample(lab.technician, "10084,12", lab.bottle, "0.000001")
        air = {"exposure": "air-exposed", "exposed_at": factories.LONG_AGO, "exposed_reason": "-5 °C failure"}
        core = factories.sample(
            lab.technician,
            "CORE-1",
            lab.box,
            "1.5",
            origin="drill",
            form="core segment",
            other_names='Upper "dark" part, 月壤',
            description="=One\nTwo",
            collection_method="drill",
            collected_at=datetime(2024, 5, 31, 16, tzinfo=UTC),
            depth_top_cm=Decimal(0),
            depth_bottom_cm=Decimal("28.7"),
            use_category="research",
            **air,
        )
        small = {"parent": core, "origin": "drill", "form": "powder", **air}
        factories.sample(lab.technician, "a-small-letter", lab.box, "0.25", **small)
        factories.publish(lab.curator, core)
        factories.seal(lab.technician, lab.box, "S-100")
        factories.release(lab.technician, [lab.box], lab.other, due_back_on=datetime(2025, 1, 31, tzinfo=UTC).date())
    return lab


@pytest.mark.parametrize(
    ("name", "queryset", "text"),
    [
        ("samples", Sample.objects.order_by("identifier", "pk"), SAMPLES),
        ("containers", Container.objects.with_seal().order_by("identifier", "pk"), CONTAINERS),
        ("handoffs", Handoff.objects.order_by("number"), HANDOFFS),
    ],
)
def test_the_file_is_the_same_to_the_byte(world, name, queryset, text):
    written = file_of(name, queryset.all(), world.auditor)

    assert written == text


@pytest.fixture
def moved(lab):
    """The samples of the world before it was sealed and handed over, and what was moved of them since."""
    factories.sample(lab.technician, "10084,12", lab.bottle, "0.000001")
    core = factories.sample(lab.technician, "CORE-1", lab.box, "1.5", origin="drill", use_category="research")
    factories.sample(lab.technician, "a-small-letter", lab.box, "0.25", parent=core, origin="drill", form="powder")
    [part] = factories.split(lab.technician, lab.soil, "0.333333", lost_g=Decimal("0.000007"))
    weighing = factories.weighing(lab.technician, lab.bottle, factories.balance(lab.curator))
    mended = {"mass_g": Decimal("0.000001"), "weighing": weighing, "by": lab.curator, "reason": "=Weighed, 月壤"}
    movements.correct(sample=part, happened_at=factories.LONG_AGO + timedelta(days=2), **mended)
    return lab


def test_the_mass_ledger_is_the_same_to_the_byte(moved):
    operations = [str(number) for number in MassMovement.objects.values_list("operation_id", flat=True)]

    written = file_of("movements", MassMovement.objects.order_by("happened_at", "pk"), moved.auditor)

    for number in operations:
        written = written.replace(number, "")
    assert written == MOVEMENTS


def test_the_balance_of_a_mission_is_the_same_to_the_byte(moved):
    written = file_of("mass_balance", Mission.objects.order_by("code"), moved.auditor)

    assert written == MASS_BALANCE


def test_places_are_in_the_same_order(world):
    for name in ("room 3", "Éclair", "Zhurihe", "月壤库"):
        factories.location(world.curator, name)

    rows = file_of("locations", Location.objects.order_by("name", "pk"), world.auditor).splitlines()

    assert [row.partition(",")[0] for row in rows][1:] == [
        *["Room 1", "Room 2", "Street", "Zhurihe", "room 3", "Éclair", "月壤库"]
    ]
