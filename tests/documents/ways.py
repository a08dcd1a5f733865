"""Ways of a capsule into the laboratory, by real operations, for certificates."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from samples.models import Container, Custodian, Origin
from samples.operations import custody
from samples.operations.custody import Declared, Found
from tests import factories

LANDED = datetime(2024, 6, 25, 6, 7, tzinfo=UTC)
KINDS = Custodian.Kind


def on_behalf(document):
    return {"on_behalf_of": "The head of the team", "on_behalf_document": document}


def capsule_to_agency(lab):
    """A sealed capsule with a package and a bottle in it, from the spacecraft over five parties to the agency."""
    parties = [
        factories.custodian(lab.curator, name, kind, organisation=organisation)
        for name, kind, organisation in (
            ("Chang’e-6 returner", KINDS.SPACECRAFT, ""),
            ("Recovery team", KINDS.RECOVERY, "Landing site system"),
            ("Air transport 嫦娥六号", KINDS.TRANSPORT, ""),
            ("Opening centre", KINDS.OPENING, "CAST"),
            ("Agency", KINDS.AGENCY, "CNSA"),
        )
    ]
    standing = {"location": lab.street, "custody_began_at": LANDED}
    capsule = factories.container(
        lab.curator,
        "CE6-CAPSULE",
        lab.mission,
        kind=Container.Kind.CAPSULE,
        origin=Origin.MIXED,
        custodian=parties[0],
        **standing,
    )
    package = factories.container(
        lab.curator, "CE6-SP-01", lab.mission, kind=Container.Kind.PACKAGE, origin=Origin.MIXED, parent=capsule
    )
    factories.container(lab.curator, "CE6-GB-01", lab.mission, parent=package)
    factories.seal(lab.curator, capsule, "CN-240606-17", applied_at=LANDED)
    places = ["Siziwang Banner", "Zhurihe airport – “cold” chain, 嫦娥六号", "CAST, Beijing", "Beijing"]
    at = LANDED + timedelta(minutes=30)
    for place, giver, taker in zip(places, parties, parties[1:], strict=False):
        handoff = factories.release(
            lab.curator,
            [capsule],
            taker,
            released_at=at,
            place=place,
            **on_behalf(f"REL-{taker.pk}"),
            declared={capsule.pk: declared("325.125")},
        )
        received_at = at + timedelta(hours=12, minutes=5) if giver.kind == KINDS.TRANSPORT else at
        second = factories.person(f"second-{taker.pk}", "curator")
        factories.receive(second, handoff, lab.street, received_at=received_at, **on_behalf(f"REC-{taker.pk}"))
        at = received_at + timedelta(hours=2)
    return capsule, at


def declared(gross_g, tolerance_g="0.01"):
    return Declared(Decimal(gross_g), Decimal(tolerance_g))


def released_to_laboratory(lab, **values):
    """The last handoff of the way, to the laboratory, still open."""
    capsule, at = capsule_to_agency(lab)
    values = (
        {
            "place": "Zhurihe airport – “cold” chain, 嫦娥六号",
            "purpose": "Storage and study; masses preliminary",
            "document_number": "Sample certificate CE6",
            "witnesses": "Gu, He",
            "released_at": at,
            "declared": {capsule.pk: declared("325.125")},
        }
        | on_behalf("REL-LAB")
        | values
    )
    return factories.release(lab.curator, [capsule], lab.home, **values)


def found(handoff, **values):
    """What the receiver finds of each line: as declared, but for `values`."""
    lines = custody.to_find(handoff)
    return {
        line.container_id: Found(**{"seal_read": line.seal_declared, "seal_condition": "intact"} | values)
        for line in lines
    }


def received(lab, handoff, minutes=70, **values):
    """The handoff as the technician receives it, weighed; with a gap where it took longer than an hour."""
    values = {"found": found(handoff, gross_g=Decimal("325.128")), "balance": factories.balance(lab.curator)} | values
    at = handoff.released_at + timedelta(minutes=minutes)
    return factories.receive(lab.technician, handoff, lab.room, received_at=at, **values)


def differing(lab, handoff):
    """The handoff received with another seal number and a mass beyond the tolerance."""
    read = found(handoff, seal_read="CN-240606-71", seal_condition="damaged", gross_g=Decimal("324.100004"))
    return received(lab, handoff, found=read, differs=True)


def released_to(lab, identifier, **values):
    """A new container of the laboratory, released to the second one."""
    standing = {"custodian": lab.home, "location": lab.room}
    return factories.release(
        lab.technician, [factories.container(lab.curator, identifier, lab.mission, **standing)], lab.other, **values
    )
