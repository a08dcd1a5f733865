"""The fixed world that hard requests are sent into: people, records, and answers that each form would take.

Everything is named by its role and not by its key, since the keys of the two engines may differ.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

from django.conf import settings
from django.test import Client

from samples.operations import custody
from samples.roles import Role
from tests import factories

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
MOMENT = "2024-07-10T10:00"
NOBODY = "nobody"
VISITORS = [*(str(role) for role in Role), NOBODY]


def build():
    """Records for each form, such that nothing but the nonsense is in its way; and who may send it."""
    lab = factories.laboratory()
    by_curator = _records(lab, lab.curator, lab.carrier, lab.street, "C")
    by_technician = _records(lab, lab.technician, lab.home, lab.room, "T")
    late = factories.release(lab.technician, [lab.box], lab.other)
    at = late.released_at + timedelta(hours=2)
    factories.receive(lab.receiver, late, lab.other_room, received_at=at)
    factories.seal(lab.receiver, lab.box, "S-BOX", applied_at=at)
    declared = {lab.box.pk: custody.Declared(Decimal(500), Decimal("0.010"))}
    handoff = factories.release(lab.receiver, [lab.box], lab.carrier, released_at=at, declared=declared)
    lab.balance = factories.balance(lab.curator)
    weighed = {"C": (lab.curator, by_curator["container"]), "T": (lab.technician, by_technician["container"])}
    lab.weighings = {letter: factories.weighing(by, vial, lab.balance) for letter, (by, vial) in weighed.items()}
    shared = {
        "handoff": handoff,
        "handoff_explain_gap": late,
        "mission": lab.mission,
        "mission_void": factories.mission(lab.curator, "OLD"),
        "custodian": lab.home,
        "custodian_void": factories.custodian(lab.curator, "Museum of old", "museum"),
        "location": lab.room,
        "location_void": factories.location(lab.curator, "Cellar"),
    }
    standing = {"custodian": lab.home, "location": lab.room}
    sealed = factories.container(lab.curator, "SEALED", lab.mission, **standing)
    factories.seal(lab.curator, sealed, "S-1")
    shared["balance"] = lab.balance
    shared["discrepancy"] = factories.discrepancies_of(lab, sealed, balance=shared["balance"])[-1]
    stock = factories.container(lab.curator, "STOCK", lab.mission, **standing)
    token, _secret = factories.token(lab.curator)
    shared |= {
        "import": factories.imported(lab.curator, stock),
        "import_undo": factories.imported(lab.curator, stock, "IMP-2"),
        "import_template": SimpleNamespace(pk="samples.xlsx"),
        "import_check": factories.checked(lab.curator, [{"identifier": "S-9", "mass_g": "1", "container": "STOCK"}]),
        "import_refused": factories.checked(lab.curator, [{"identifier": "S-8", "mass_g": "0", "container": "STOCK"}]),
        "token": token,
        "operation": factories.operation_on(lab.box),
    }
    people = {str(role): getattr(lab, role) for role in Role}
    return SimpleNamespace(
        lab=lab,
        records={Role.TECHNICIAN: shared | by_technician},
        otherwise=shared | by_curator,
        cookies={name: session_of(user) for name, user in people.items()},
    )


def _records(lab, by, custodian, place, letter):
    """Containers and samples that `by` may do everything with; their names end in `letter`."""
    stands = {"custodian": custodian, "location": place}
    case = factories.container(by, f"CASE-{letter}", lab.mission, **stands)
    spare = factories.container(by, f"CASE-2{letter}", lab.mission, **stands)
    vial = factories.container(by, f"VIAL-{letter}", lab.mission, parent=case)
    closed = factories.container(by, f"CLOSED-{letter}", lab.mission, **stands)
    factories.seal(by, closed, f"S-{letter}", applied_at=factories.LONG_AGO + timedelta(days=1))
    grain = factories.sample(by, f"GRAIN-{letter}", vial)
    shown = factories.sample(by, f"SHOWN-{letter}", vial)
    factories.publish(lab.curator, shown)
    [part] = factories.split(by, factories.sample(by, f"WHOLE-{letter}", vial), "0.5")
    return {
        "container": vial,
        "container_seal": case,
        "container_unseal": closed,
        "container_note_damage": closed,
        "container_many": spare,
        "container_void": factories.container(by, f"EMPTY-{letter}", lab.mission, **stands),
        "sample": grain,
        "sample_merge": part,
        "sample_unpublish": shown,
    }


def record_of(world, name, visitor):
    """The record that the page `name` is opened on by `visitor`, or None where the world has none for it."""
    records = world.records.get(visitor, world.otherwise)
    noun = name.partition("_")[0]
    if visitor == Role.RESEARCHER and noun in ("sample", "container"):
        # What nobody published is not there for them.
        shown = world.otherwise["sample_unpublish"]
        return shown if noun == "sample" else shown.container
    return records.get(name, records.get(noun))


def asked(name, visitor):
    """What the address of the page asks, without which it has no form: the records that an act on many is about."""
    letter = "T" if visitor == Role.TECHNICIAN else "C"
    chosen = {"container": f"CASE-2{letter}", "sample": f"GRAIN-{letter}"}
    noun = name.partition("_")[0]
    return {f"{noun}s": chosen[noun]} if name.endswith("_many") else {}


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def valid(name, world, visitor):
    """What makes the form `name` right, so that the operation is reached where a field lets nonsense through.

    A form that is not named here is filled in by the kinds of its fields.
    """
    # The console has the laboratory's forms.
    if name.startswith("admin:samples_") and "_user_" not in name:
        name = name.removeprefix("admin:samples_").replace("_add", "_register").replace("_change", "_amend")
    lab = world.lab
    letter = "T" if visitor == Role.TECHNICIAN else "C"
    custodian, place, to = (lab.home, lab.room, lab.carrier) if letter == "T" else (lab.carrier, lab.street, lab.home)
    container = {"identifier": "BOT-2", "mission": lab.mission.pk, "kind": "vial", "origin": "scoop"}
    begins = {"custody_began_at": MOMENT, "chain_document": "DOC-1"}
    handoff = {"containers": f"CASE-2{letter}", "to_custodian": to.pk, "purpose": "Spectroscopy", "place": "Beijing"}
    sample = {"identifier": "S-1", "form": "rock", "container": f"CASE-{letter}", "happened_at": MOMENT}
    signed = {"on_behalf_of": "Driver", "on_behalf_document": "WAYBILL-1", "password": factories.PASSWORD}
    read = {"here": "on", "seal_read": "S-BOX", "seal_condition": "intact", "gross": "500"}
    found = {f"{name}_{lab.box.pk}": value for name, value in read.items()} | {"balance": lab.balance.pk}
    spare = world.records.get(visitor, world.otherwise)["container_many"]
    return {"reason": "Campaign"} | {
        "account_password": dict.fromkeys(("new_password", "new_password_again"), "basalt under a far sky")
        | {"password": factories.PASSWORD},
        "token_make": {"name": "Nightly"},
        "sign_in": {"username": "technician", "password": factories.PASSWORD},
        "container_register": container | begins | {"location": place.pk, "custodian": custodian.pk, "parent": ""},
        "container_amend": {"description": "Chipped"},
        "container_move": {"parent": f"CASE-2{letter}"},
        "container_take_out": {"location": place.pk},
        "container_weigh_many": {"balance": lab.balance.pk, f"gross_g_{spare.pk}": "110", "weighed_at": MOMENT},
        "container_move_many": {"parent": f"CASE-{letter}", "location": ""},
        "sample_move_many": {"container": f"CASE-2{letter}"},
        "sample_assign_many": {"use_category": "research"},
        "container_unseal": {"broken_at": MOMENT, "broken_by": "Li"},
        "container_note_damage": {"damage": "Bent", "noted_at": MOMENT, "noted_by": "Li"},
        "container_weigh": {"balance": lab.balance.pk, "gross_g": "110", "weighed_at": MOMENT},
        "balance_register": {"name": "Balance 9", "uncertainty_g": "0.001", "calibrated_until": "2027-12-01"},
        "balance_amend": {"calibrated_until": "2028-12-01"},
        "discrepancy_close": {"outcome": "accepted", "finding": "The drift of the sender's balance"},
        "container_seal": {"number": "S-100", "applied_at": MOMENT, "applied_by": "Li"},
        "sample_register": sample | {"origin": "scoop", "mass_g": "1"},
        "sample_amend": {"description": "Dark"},
        "sample_move": {"container": f"CASE-2{letter}"},
        "sample_split": {"container_0": f"CASE-2{letter}", "mass_g_0": "1", "unit_0": "mg", "happened_at": MOMENT},
        "sample_consume": {"mass_g": "1 mg", "happened_at": MOMENT},
        "sample_lose": {"mass_g": "1 mg", "happened_at": MOMENT},
        "sample_merge": {"into": record_of(world, "sample_merge", visitor).parent_id or "", "happened_at": MOMENT},
        "sample_correct": {"mass_g": "0.5", "happened_at": MOMENT, "weighing": lab.weighings[letter].pk},
        "sample_expose": {"exposed_at": MOMENT, "exposed_reason": "The glove tore"},
        "sample_assign": {"use_category": "research"},
        "label_sheet": {"records": f"CASE-2{letter}", "first": 1},
        "handoff_release": handoff | signed | {"transport_mode": "road", "released_at": MOMENT},
        "handoff_receive": signed | found | {"location": lab.street.pk, "received_at": MOMENT},
        "handoff_explain_gap": {"text": "Locked in the van"},
        "mission_register": {"code": "CE5", "name": "Chang'e-5", "body_side": "near"},
        "mission_amend": {"agency": "CNSA"},
        "custodian_amend": {"organisation": "Academy"},
        "custodian_register": {"name": "Museum", "kind": "museum"},
        "location_amend": {"name": "Vault"},
        "location_register": {"name": "Hall", "kind": "room"},
        "import_upload": {"kind": "samples"},
        "admin:samples_user_change": {"name": "Another name"},
        "admin:samples_user_add": {
            "username": "newcomer",
            "name": "Newcomer",
            "password": factories.PASSWORD,
            "password_again": factories.PASSWORD,
        },
    }.get(name, {})


# A file that each file field would take, by form and field; others get a CSV of samples.
VALID_FILES = {("import_upload", "mapping"): b"leave_out = []\n"}
ANY_FILE = b"identifier,container,origin,form,mass_g,happened_at\nS-1,CASE-C,scoop,rock,1.0,2024-07-10 10:00\n"
