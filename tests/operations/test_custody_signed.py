"""Signatures, seals read back, masses compared: rules 11 and 14."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from samples.audit.verify import verify
from samples.models import Discrepancy, Handoff, HandoffLine, LedgerEntry, Seal, Signature, Weighing
from samples.operations import Several, balances, custody, people, seals, signatures
from samples.operations._operation import Doubtful
from samples.operations.custody import Declared, Differs, Found, NotWeighable, Partial, Unread
from samples.operations.signatures import Confirmation, Unsigned, WrongPassword
from samples.operations.times import OutOfOrder
from samples.operations.weighings import NotInUse
from tests import factories
from tests.refusing import refused

DECLARED = Declared(Decimal("4800"), Decimal("0.010"))


@pytest.fixture
def sealed(lab):
    """The outer box, closed with a seal."""
    factories.seal(lab.technician, lab.box, "SEAL-1")
    return lab.box


@pytest.fixture
def handoff(lab, sealed):
    return factories.release(lab.technician, [sealed], lab.other, declared={sealed.pk: DECLARED})


@pytest.fixture
def balance(lab):
    return factories.balance(lab.curator)


def receive(lab, handoff, balance=None, differs=False, **found):
    """Receive with what was found of the box."""
    found = {"seal_read": "SEAL-1", "seal_condition": "intact"} | found
    values = {"found": {lab.box.pk: Found(**found)}, "balance": balance, "differs": differs}
    return factories.receive(lab.receiver, handoff, lab.other_room, **values)


def test_a_release_without_the_own_password_is_refused(lab):
    with refused(WrongPassword, "This is not your password", field="password"):
        signatures.confirm(lab.technician, "guessed")
    with refused(Unsigned, "Sign with your password", field="password"):
        factories.release(lab.technician, [lab.box], lab.other, confirmed=None)
    with refused(Unsigned):
        factories.release(lab.technician, [lab.box], lab.other, confirmed=factories.confirmed(lab.curator))
    old = Confirmation(lab.technician.pk, timezone.now() - timedelta(minutes=5, seconds=1))
    with refused(Unsigned):
        factories.release(lab.technician, [lab.box], lab.other, confirmed=old)


def test_a_receipt_without_the_own_password_is_refused(lab, handoff):
    with refused(Unsigned, "Sign with your password"):
        factories.receive(lab.receiver, handoff, lab.other_room, confirmed=None)


def test_each_side_signs_what_the_ledger_had_then(lab, handoff):
    handoff = factories.receive(lab.receiver, handoff, lab.other_room)

    release, receipt = Signature.objects.order_by("pk")
    assert (release.meaning, release.user, release.name) == ("release", lab.technician, lab.technician.name)
    assert (receipt.meaning, receipt.user, receipt.name) == ("receipt", lab.receiver, lab.receiver.name)
    for signature, revision in ((release, 1), (receipt, 2)):
        signed = LedgerEntry.objects.get(seq=signature.ledger_seq)
        own = LedgerEntry.objects.of_record(signature).get()
        version = LedgerEntry.objects.of_record(handoff).get(revision=revision)
        assert signed.hash == signature.ledger_hash
        assert signed.operation_id == own.operation_id == version.operation_id
        assert version.seq <= signed.seq == own.seq - 1
        assert signature.signed_at == own.recorded_at


def test_a_name_in_a_signature_stays_as_it_was(lab, handoff):
    people.change(
        user=lab.technician,
        name="Renamed",
        roles=lab.technician.roles,
        custodian=lab.home,
        is_active=True,
        by=lab.administrator,
        reason="Married",
    )

    assert handoff.signatures.get().name == lab.technician.name != "Renamed"


def test_only_the_outermost_seals_are_declared(lab):
    factories.seal(lab.technician, lab.bottle, "SEAL-IN")
    inner = factories.release(lab.technician, [lab.box], lab.other)
    custody.cancel(handoff=inner, by=lab.technician, reason="Sealed too late")
    factories.seal(lab.technician, lab.box, "SEAL-OUT")
    outer = factories.release(lab.technician, [lab.box], lab.other)

    def seals(handoff):
        return dict(handoff.lines.values_list("container__identifier", "seal_declared"))

    assert seals(inner) == {"BOX-1": "", "BOT-1": "SEAL-IN"}
    assert seals(outer) == {"BOX-1": "SEAL-OUT", "BOT-1": ""}
    assert [line.container for line in custody.to_find(inner)] == [lab.box, lab.bottle]
    assert [line.container for line in custody.to_find(outer)] == [lab.box]


def test_a_mass_is_declared_only_of_what_is_sealed(lab):
    with refused(NotWeighable, "BOX-1 is not, or is inside a seal", field="containers"):
        factories.release(lab.technician, [lab.box], lab.other, declared={lab.box.pk: DECLARED})


def test_a_sealed_container_without_a_declared_mass_asks_once_more(lab, sealed):
    with refused(Doubtful, "No gross mass is declared of BOX-1"):
        factories.release(lab.technician, [sealed], lab.other, acknowledged=False)


def test_everything_as_declared_is_received_without_a_discrepancy(lab, handoff, balance):
    handoff = receive(lab, handoff, balance, seal_read="seal-1", gross_g=Decimal("4800.01"))

    line = HandoffLine.objects.get(handoff=handoff, container=lab.box)
    assert (line.seal_read, line.seal_condition, line.gross_weighed_g) == ("seal-1", "intact", Decimal("4800.01"))
    weighing = Weighing.objects.get()
    assert (weighing.container, weighing.line, weighing.gross_g) == (lab.box, line, Decimal("4800.01"))
    assert (weighing.balance, weighing.uncertainty_g) == (balance, Decimal("0.001"))
    assert (weighing.operator, weighing.weighed_at, weighing.circumstances) == (
        lab.receiver,
        handoff.received_at,
        "sealed",
    )
    assert handoff.status == Handoff.Status.RECEIVED
    assert not Discrepancy.objects.exists()


def test_another_seal_is_refused_without_telling_the_number_that_was_declared(lab, handoff):
    with refused(Differs, "another number than was declared", "it stays SEAL-2", field=f"seal_read_{lab.box.pk}") as no:
        receive(lab, handoff, seal_read="SEAL-2")

    assert "SEAL-1" not in str(no.value)


def test_another_seal_opens_a_discrepancy_and_says_nothing_of_the_one_on_record(lab, handoff):
    handoff = receive(lab, handoff, differs=True, seal_read="SEAL-2", seal_condition="damaged")

    assert handoff.status == Handoff.Status.WITH_DISCREPANCY
    assert list(Discrepancy.objects.order_by("pk").values_list("kind", "found")) == [
        ("seal", "Seal SEAL-2 was read on BOX-1, and SEAL-1 was declared."),
        ("seal", "The seal of BOX-1 is damaged."),
    ]
    assert Seal.objects.get(number="SEAL-1").state == Seal.State.INTACT


@pytest.mark.parametrize(
    ("condition", "read", "state"),
    [("damaged", "SEAL-1", "damaged"), ("broken", "SEAL-1", "broken"), ("none", "", "broken")],
)
def test_a_seal_that_is_not_intact_is_marked_and_opens_a_discrepancy(lab, handoff, condition, read, state):
    word = {"none": "missing"}.get(condition, condition)
    with refused(Differs, f"The seal of BOX-1 is {word}.", field=f"seal_condition_{lab.box.pk}"):
        receive(lab, handoff, seal_read=read, seal_condition=condition)

    handoff = receive(lab, handoff, differs=True, seal_read=read, seal_condition=condition)

    seal = Seal.objects.get()
    assert seal.state == state
    if state == "damaged":
        assert (seal.damaged_at, seal.damaged_by, seal.damage) == (
            handoff.received_at,
            lab.receiver.name,
            "Found at the receipt of H-0001.",
        )
    else:
        assert (seal.broken_at, seal.broken_reason) == (handoff.received_at, "Found at the receipt of H-0001.")
    opened = Discrepancy.objects.get()
    assert (opened.line.container, opened.found, opened.opened_by) == (
        lab.box,
        f"The seal of BOX-1 is {word}.",
        lab.receiver,
    )


@pytest.mark.parametrize("gross_g", ["4799.989999", "4800.010001"])
def test_a_mass_beyond_the_tolerance_opens_a_discrepancy(lab, handoff, balance, gross_g):
    difference_g = Decimal(gross_g) - 4800
    sign = "−" if difference_g < 0 else ""
    with refused(
        Differs,
        f"{gross_g[0]} {gross_g[1:]} g and 4 800.000000 g was declared: the difference of {sign}0.010001 g",
        "tolerance of 0.010000 g",
        field=f"gross_{lab.box.pk}",
    ):
        receive(lab, handoff, balance, gross_g=Decimal(gross_g))

    receive(lab, handoff, balance, differs=True, gross_g=Decimal(gross_g))

    opened = Discrepancy.objects.get()
    assert (opened.kind, opened.difference_g, opened.weighing) == ("mass", difference_g, Weighing.objects.get())


def test_everything_that_differs_is_told_at_once(lab, handoff, balance):
    with refused(Several, "another number", "is damaged", "beyond the tolerance"):
        receive(lab, handoff, balance, seal_read="X", seal_condition="damaged", gross_g=Decimal(1))


def test_where_when_and_what_was_looked_at_are_refused_together(lab, handoff):
    wrong = {"found": {lab.box.pk: Found()}, "received_at": timezone.now() + timedelta(hours=1)}

    with refused(Several, "in the future", "Room 1 holds only", "Say in which condition", "Read the seal") as refusal:
        factories.receive(lab.receiver, handoff, lab.room, **wrong)

    told = {one.field for one in refusal.value.refusals}
    assert told == {"received_at", "location", f"seal_condition_{lab.box.pk}", f"seal_read_{lab.box.pk}"}


def test_a_discrepancy_where_all_fits_is_refused(lab, handoff):
    with refused(Differs, "Every seal and mass is as it was declared", field="outcome"):
        receive(lab, handoff, differs=True)


def test_a_seal_is_read_and_its_condition_stated(lab, handoff):
    with refused(Unread, "Read the seal of BOX-1", field=f"seal_read_{lab.box.pk}"):
        receive(lab, handoff, seal_read="")
    with refused(Unread, "Say in which condition", field=f"seal_condition_{lab.box.pk}"):
        receive(lab, handoff, seal_condition="")
    with refused(Unread, "missing, and yet a number was read", field=f"seal_read_{lab.box.pk}"):
        receive(lab, handoff, seal_condition="none")


def test_a_partial_receipt_is_refused_with_advice(lab, handoff):
    with refused(Partial, "BOX-1: not found here", "release what has come", field=f"here_{lab.box.pk}"):
        receive(lab, handoff, is_here=False)
    with refused(Partial, "BOX-1: not found here"):
        factories.receive(lab.receiver, handoff, lab.other_room, found={})


def test_what_is_not_sealed_is_neither_read_nor_weighed(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other)

    with refused(NotWeighable, "BOX-1 was handed over without a seal"):
        receive(lab, handoff, seal_read="SEAL-1")


def test_a_mass_has_a_balance_and_a_balance_a_mass(lab, handoff, balance):
    with refused(NotWeighable, "Name the balance", field="balance"):
        receive(lab, handoff, gross_g=Decimal(4800))
    with refused(NotWeighable, "and no gross mass", field="balance"):
        receive(lab, handoff, balance)
    balances.amend(balance=balance, changes={"active": False}, seen=1, by=lab.curator, reason="Broken")
    with refused(NotInUse, "Balance 1 is not in use any more", field="balance"):
        receive(lab, handoff, balance, gross_g=Decimal(4800))


def test_what_was_not_weighed_and_an_old_calibration_ask_once_more(lab, handoff):
    old = factories.balance(lab.curator, "Old balance", calibrated_until=handoff.released_at.date() - timedelta(days=1))
    found = Found(seal_read="SEAL-1", seal_condition="intact")
    with refused(Doubtful, "A gross mass was declared of BOX-1, and none was weighed"):
        factories.receive(lab.receiver, handoff, lab.other_room, found={lab.box.pk: found}, acknowledged=False)
    found = Found(seal_read="SEAL-1", seal_condition="intact", gross_g=Decimal(4800))
    with refused(Doubtful, "Old balance was calibrated until"):
        factories.receive(
            lab.receiver, handoff, lab.other_room, found={lab.box.pk: found}, balance=old, acknowledged=False
        )


def test_a_calibration_that_ran_out_later_is_no_doubt(lab, handoff):
    then = factories.balance(lab.curator, "Balance of then", calibrated_until=handoff.released_at.date())
    found = Found(seal_read="SEAL-1", seal_condition="intact", gross_g=Decimal(4800))
    values = {"found": {lab.box.pk: found}, "balance": then, "acknowledged": False}

    assert factories.receive(lab.receiver, handoff, lab.other_room, **values).status == Handoff.Status.RECEIVED


def test_what_is_in_no_line_is_not_looked_at(lab, handoff):
    other = factories.container(lab.technician, "BOX-2", lab.mission, custodian=lab.home, location=lab.room)
    found = factories.as_declared(handoff)

    with refused(NotWeighable, "BOX-2: nothing is to be looked at"):
        factories.receive(lab.receiver, handoff, lab.other_room, found=found | {other.pk: Found()})
    with refused(NotWeighable, "BOT-1: nothing is to be looked at"):
        factories.receive(lab.receiver, handoff, lab.other_room, found=found | {lab.bottle.pk: Found()})


def test_a_release_is_not_before_the_seal_it_declares(lab):
    factories.seal(lab.technician, lab.box, "SEAL-1", applied_at=factories.LONG_AGO + timedelta(days=31))

    with refused(OutOfOrder, "seal SEAL-1 was applied then", field="released_at"):
        factories.release(lab.technician, [lab.box], lab.other)


def test_a_release_is_not_before_the_damage_that_was_noted(lab, sealed):
    noted_at = factories.LONG_AGO + timedelta(days=31)
    seals.note_damage(
        container=sealed, damage="Cracked", noted_at=noted_at, noted_by="Technician", by=lab.technician, reason="Seen"
    )

    with refused(OutOfOrder, "damage of seal SEAL-1 was noted then", field="released_at"):
        factories.release(lab.technician, [sealed], lab.other)
    handoff = factories.release(lab.technician, [sealed], lab.other, released_at=noted_at)
    receive(lab, handoff, seal_condition="damaged")
    assert Seal.objects.get().damage == "Cracked"


def test_a_seal_two_levels_down_is_not_declared(lab):
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.bottle)
    factories.seal(lab.technician, vial, "SEAL-IN")
    factories.seal(lab.technician, lab.box, "SEAL-OUT")

    handoff = factories.release(lab.technician, [lab.box], lab.other)

    assert [line.seal_declared for line in custody.to_find(handoff)] == ["SEAL-OUT"]


@pytest.mark.parametrize(("found", "status"), [("damaged", "received"), ("intact", "with discrepancy")])
def test_known_damage_is_as_declared_and_a_seal_that_became_whole_is_not(lab, sealed, found, status):
    factories.damage(lab.technician, sealed)
    handoff = factories.release(lab.technician, [sealed], lab.other)

    right = {"seal_condition": found, "differs": status == "with discrepancy"}
    with refused(Differs):
        receive(lab, handoff, **right | {"differs": not right["differs"]})
    handoff = receive(lab, handoff, **right)

    assert handoff.status == status
    assert (
        list(Discrepancy.objects.values_list("kind", "found"))
        == {
            "damaged": [],
            "intact": [("seal", "The seal of BOX-1 is intact, and was damaged when it was handed over.")],
        }[found]
    )
    seal = Seal.objects.get()
    assert (seal.state, seal.damage) == ("damaged", "A scratch.")
    assert factories.run(verify(None)).findings == []


@pytest.mark.parametrize(("read", "state"), [("SEAL-1", "broken"), ("SEAL-2", "damaged")])
def test_a_damaged_seal_that_is_broken_is_marked_where_it_is_the_one_on_record(lab, sealed, read, state):
    factories.damage(lab.technician, sealed)
    handoff = factories.release(lab.technician, [sealed], lab.other)

    receive(lab, handoff, differs=True, seal_read=read, seal_condition="broken")

    assert Seal.objects.get().state == state
    assert Discrepancy.objects.filter(found="The seal of BOX-1 is broken.").exists()
