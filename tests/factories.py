"""States of the inventory, reached by real operations only."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

from django.utils import timezone

from samples.imports import samples as importer
from samples.models import SYSTEM, Container, Custodian, Discrepancy, LedgerEntry, Location, Origin, Sample, Seal, User
from samples.operations import (
    balances,
    containers,
    custodians,
    custody,
    imports,
    locations,
    missions,
    movements,
    people,
    samples,
    seals,
    signatures,
    tokens,
    weighings,
)
from samples.roles import Role

PASSWORD = "a long enough pass phrase"
LONG_AGO = datetime(2024, 6, 1, tzinfo=UTC)


def person(username, *roles, custodian=None):
    """A person with `roles`; the last one added is the administrator's doing."""
    user = people.register(
        username=username,
        name=username.replace("-", " ").capitalize(),
        password=PASSWORD,
        roles=roles,
        custodian=custodian,
        by=SYSTEM,
        reason="Joined the laboratory",
    )
    return User.objects.get(pk=user.pk)


def mission(by, code="CE6", **values):
    values = {"name": f"Mission {code}", "body_side": "far", "relay_satellite": "Queqiao-2"} | values
    return missions.register(code=code, **values, by=by, reason="First flight")


def custodian(by, name, kind, **values):
    return custodians.register(name=name, kind=kind, **values, by=by, reason="Takes part")


def location(by, name, **values):
    return locations.register(name=name, **({"kind": Location.Kind.ROOM} | values), by=by, reason="Built")


def container(by, identifier, mission, **values):
    """A container; inside `parent`, or else at `location` with `custodian`."""
    values = {
        "kind": Container.Kind.BOTTLE,
        "origin": Origin.SCOOP,
        "custody_began_at": LONG_AGO,
        "chain_document": "DOC-1",
    } | values
    return containers.register(identifier=identifier, mission=mission, **values, by=by, reason="Delivered empty")


def sample(by, identifier, container, mass_g="1.000000", **values):
    values = {
        "origin": Origin.SCOOP,
        "form": Sample.Form.BULK,
        "happened_at": LONG_AGO,
    } | values
    return samples.register(
        identifier=identifier, container=container, mass_g=Decimal(mass_g), **values, by=by, reason="Weighed in"
    )


def release(by, containers, to_custodian, **values):
    values = {
        "place": "Beijing",
        "transport_mode": "by hand",
        "purpose": "Curation",
        "released_at": LONG_AGO + timedelta(days=30),
    } | values
    values = {"confirmed": confirmed(by), "acknowledged": True} | values
    return custody.release(containers=containers, to_custodian=to_custodian, **values, by=by, reason="Planned")


def receive(by, handoff, location, **values):
    values = {
        "received_at": handoff.released_at + timedelta(minutes=5),
        "found": as_declared(handoff),
        "acknowledged": True,
        "confirmed": confirmed(by),
    } | values
    return custody.receive(handoff=handoff, location=location, **values, by=by, reason="All there")


def confirmed(by):
    """That `by` gave the own password."""
    return signatures.confirm(by, PASSWORD)


def as_declared(handoff):
    """Every container of a handoff found as its releaser declared it, its gross mass not weighed."""
    states = {False: Seal.State.INTACT, True: Seal.State.DAMAGED}
    return {
        line.container_id: custody.Found(
            seal_read=line.seal_declared,
            seal_condition=states[line.seal_declared_damaged] if line.seal_declared else "",
        )
        for line in custody.to_find(handoff)
    }


def balance(by, name="Balance 1", uncertainty_g="0.001", **values):
    values = {"calibrated_until": in_days(365)} | values
    return balances.register(name=name, uncertainty_g=Decimal(uncertainty_g), **values, by=by, reason="Bought")


def weighing(by, container, balance, gross_g="110.000000", **values):
    """A weighing of `container` on `balance`."""
    values = {"weighed_at": LONG_AGO + timedelta(days=1), "acknowledged": True} | values
    return weighings.record(
        container=container, balance=balance, gross_g=Decimal(gross_g), **values, by=by, reason="Weighed"
    )


def discrepancies_of(lab, container, *, gross_g="110.020000", seal_read="WRONG", balance=None, **values):
    """The discrepancies of a sealed container declared at 110 g ± 10 mg and found otherwise, opened at its receipt.

    It goes from the laboratory to the second one; `gross_g` None is not weighed.
    """
    handoff = release(
        lab.technician, [container], lab.other, declared={container.pk: custody.Declared(Decimal(110), Decimal("0.01"))}
    )
    number = seal_read or container.seal().number
    weighed_g = Decimal(gross_g) if gross_g else None
    found = as_declared(handoff) | {container.pk: custody.Found(True, number, Seal.State.INTACT, weighed_g)}
    receive(lab.receiver, handoff, lab.other_room, found=found, differs=True, balance=balance, **values)
    return list(Discrepancy.objects.filter(line__handoff=handoff).order_by("pk"))


def in_days(number):
    """The day in so many days, in the laboratory."""
    return timezone.localdate() + timedelta(days=number)


def token(by, name="Notebook", **values):
    """A token of `by` and its text."""
    values = {"expires_on": in_days(90)} | values
    return tokens.make(name=name, **values, by=by, reason="Spectra")


def split(by, sample, *masses_g, container=None, **values):
    """So many subsamples, named after the sample, in its container or another one."""
    values = {"happened_at": LONG_AGO + timedelta(days=1)} | values
    taken = sample.children.count()
    parts = [
        movements.Part(f"{sample}/{taken + n}", container or sample.container, Decimal(mass_g))
        for n, mass_g in enumerate(masses_g, start=1)
    ]
    return movements.split(sample=sample, parts=parts, **values, by=by, reason="Divided")


def expose(by, sample, **values):
    values = {"exposed_at": LONG_AGO + timedelta(days=2), "exposed_reason": "The glove tore"} | values
    return samples.note_exposure(sample=sample, **values, by=by, reason="Noticed")


def publish(by, sample):
    return samples.publish(sample=sample, by=by, reason="Cleared for research")


def seal(by, container, number, **values):
    values = {"applied_at": LONG_AGO, "applied_by": by.name} | values
    return seals.apply(container=container, number=number, **values, by=by, reason="Closed")


def damage(by, container):
    """Note a scratch on the seal of `container`."""
    values = {"damage": "A scratch.", "noted_at": LONG_AGO + timedelta(days=2), "noted_by": "Curator"}
    return seals.note_damage(container=container, **values, by=by, reason="Seen")


def operation_on(record):
    """The operation that wrote `record` first, as far as an address needs it."""
    return operation_of(LedgerEntry.objects.of_record(record).order_by("seq").first())


def operation_of(entry):
    """The operation of a ledger entry, as far as an address needs it."""
    return SimpleNamespace(pk=entry.operation_id)


def deactivate(by, user):
    return people.change(
        user=user, name=user.name, roles=user.roles, custodian=user.custodian, is_active=False, by=by, reason="Has left"
    )


# A mapping by which the rows of a file make their containers.
BAGS = """
[containers]
column = "bag"
custodian = "laboratory"
location = "room 1"
chain_document = "DN-1"
"""


def stock(*rows, **columns):
    """A CSV of samples as bytes: `rows` are dicts, `columns` those that all of them share."""
    shared = {"origin": "scoop", "form": "rock", "happened_at": "2024-06-01T00:00Z"} | columns
    rows = [shared | row for row in rows]
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def run(steps):
    """Run something that works in steps to its end; returns what it returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def imported(by, container, *identifiers):
    """The import of a file of samples of one gram each in `container`."""
    rows = [{"identifier": name, "mass_g": "1", "container": container} for name in identifiers or ("IMP-1",)]
    file = importer.read_samples("stock.csv", stock(*rows))
    return run(importer.register(file, acknowledged=False, by=by, reason="Opening stock"))


def uploaded(by, rows, mapping=""):
    """A file of samples that waits for its check."""
    content = stock(*rows)
    return imports.keep(
        key=uuid4(), file_name="stock.csv", content=content, mapping=mapping, by=by, reason="Opening stock"
    )


def checked(by, rows):
    """A file of samples whose check has been made."""
    upload = uploaded(by, rows)
    file = importer.read_samples(upload.file_name, upload.content)
    report = run(importer.check(file, by=by, reason=upload.reason))
    imports.note_report(upload=upload, report=report, by=by, reason=upload.reason)
    return upload


def laboratory():
    """Two staffed custodians, one of each role, a mission, two rooms, a box and a bottle in it, one sample."""
    administrator = person("administrator", Role.ADMINISTRATOR)
    curator = person("curator", Role.CURATOR)
    home = custodian(curator, "Laboratory", Custodian.Kind.LABORATORY, contact="desk 1")
    other = custodian(curator, "Second laboratory", Custodian.Kind.LABORATORY)
    carrier = custodian(curator, "Carrier", Custodian.Kind.TRANSPORT)
    technician = person("technician", Role.TECHNICIAN, custodian=home)
    colleague = person("colleague", Role.TECHNICIAN, custodian=home)
    receiver = person("receiver", Role.TECHNICIAN, custodian=other)
    room = location(curator, "Room 1", custodian=home)
    other_room = location(curator, "Room 2", custodian=other)
    street = location(curator, "Street")
    ce6 = mission(curator)
    box = container(
        technician, "BOX-1", ce6, kind=Container.Kind.PACKAGE, origin=Origin.MIXED, custodian=home, location=room
    )
    bottle = container(technician, "BOT-1", ce6, parent=box, capacity_g=Decimal(100))
    soil = sample(technician, "CE6C0001", bottle, "10.000000")
    return SimpleNamespace(
        administrator=administrator,
        curator=curator,
        technician=technician,
        colleague=colleague,
        receiver=receiver,
        auditor=person("auditor", Role.AUDITOR),
        researcher=person("researcher", Role.RESEARCHER),
        home=home,
        other=other,
        carrier=carrier,
        room=room,
        other_room=other_room,
        street=street,
        mission=ce6,
        box=box,
        bottle=bottle,
        soil=soil,
    )
