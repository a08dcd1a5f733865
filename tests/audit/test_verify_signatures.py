"""The verification of signatures, and of what was read and weighed at a receipt."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.migrations.loader import MigrationLoader

from samples.audit import guard, ledger
from samples.audit.verify.signatures import FIRST_SIGNED
from samples.models import Discrepancy, LedgerEntry, Operation, Signature
from samples.operations import custody
from tests import factories
from tests.audit.conftest import kinds, verified

LINE = "(SELECT id FROM samples_handoffline WHERE seal_declared <> '')"
DO_NOT_AGREE = "What was found of it at the receipt of H-0004 and its discrepancies do not agree."
STATUS = "Whether something differed at the receipt and what its status says do not agree."


def apply_again():
    """Have the ledger say that signatures came only now."""
    migration = Operation("migration.apply", None, "system", "Update of the database", ledger.last_moment())
    migration.tell(migrations=[FIRST_SIGNED])
    ledger.append(migration)


@pytest.fixture
def differing(audited):
    """A fourth handoff, received with a damaged seal and a mass beyond its tolerance."""
    factories.seal(audited.technician, audited.box, "SEAL-1")
    at = factories.LONG_AGO + timedelta(days=50)
    declared = {audited.box.pk: custody.Declared(Decimal(5200), Decimal("0.010"))}
    handoff = factories.release(audited.technician, [audited.box], audited.other, released_at=at, declared=declared)
    found = custody.Found(seal_read="SEAL-1", seal_condition="damaged", gross_g=Decimal("5200.011"))
    balance = factories.balance(audited.curator)
    return factories.receive(
        audited.receiver, handoff, audited.other_room, found={audited.box.pk: found}, balance=balance, differs=True
    )


def test_the_migration_that_brought_signatures_is_there_by_its_name():
    loader = MigrationLoader(connection=None)

    assert tuple(FIRST_SIGNED.split(".")) in loader.disk_migrations


def test_signatures_and_what_was_read_back_are_counted_and_in_order(differing):
    report = verified()

    assert report.findings == []
    assert report.checked["signatures"] == Signature.objects.count() == 7
    assert report.checked["lines read back"] == 1


def test_handoffs_of_before_there_were_signatures_are_no_finding(tamper):
    tamper("DELETE FROM samples_signature")
    report = verified()
    assert kinds(report) == {"signed", "no record"}
    assert report.found["signed"] == 5

    apply_again()

    assert kinds(verified()) == {"no record"}


def test_a_receipt_since_then_is_signed_even_where_its_release_is_older(audited, tamper):
    older = "SET held_to_signatures = (1 = 0)"
    tamper(
        "DELETE FROM samples_signature", f"UPDATE samples_handoff {older}", f"UPDATE samples_historicalhandoff {older}"
    )
    apply_again()
    guard.arm()
    factories.receive(audited.receiver, audited.under_way, audited.other_room)
    guard.disarm()
    assert "signed" not in kinds(verified())

    tamper("DELETE FROM samples_signature")

    [finding] = [one for one in verified().findings if one.kind == "signed"]
    assert (finding.record, finding.message) == ("handoff H-0003, receipt", "Nobody signed it.")


def test_what_a_migration_entered_is_older_than_signatures(tamper):
    """A database that had no ledger has its handoffs entered after the migration."""
    tamper(
        "DELETE FROM samples_signature",
        "UPDATE samples_ledgerentry SET verb = 'migration.enter' WHERE noun = 'handoff'",
    )

    assert "signed" not in kinds(verified())


@pytest.mark.parametrize(
    ("statements", "expected", "words"),
    [
        (["DELETE FROM samples_discrepancy WHERE kind = 'seal'"], {"custody", "no record"}, {DO_NOT_AGREE}),
        (["DELETE FROM samples_discrepancy WHERE kind = 'mass'"], {"custody", "no record"}, {DO_NOT_AGREE}),
        (
            [f"UPDATE samples_handoffline SET gross_weighed_g = gross_declared_g WHERE id = {LINE}"],
            {"custody", "record"},
            {DO_NOT_AGREE},
        ),
        (
            [f"UPDATE samples_handoffline SET seal_condition = 'intact' WHERE id = {LINE}"],
            {"custody", "record"},
            {DO_NOT_AGREE},
        ),
        (["UPDATE samples_handoff SET status = 'received' WHERE number = 4"], {"custody", "record"}, {STATUS}),
    ],
    ids=["no seal", "no mass", "weighed otherwise", "never damaged", "status"],
)
def test_it_finds_what_was_made_to_fit(differing, tamper, statements, expected, words):
    assert Discrepancy.objects.count() == 2

    tamper(*statements)

    report = verified()
    assert kinds(report) == expected
    assert {one.message for one in report.findings if one.kind == "custody"} == words


@pytest.mark.parametrize("of_own", [True, False], ids=["its own entry", "an entry of another operation"])
def test_a_signature_is_over_what_was_signed_before_it(audited, tamper, of_own):
    signature = Signature.objects.order_by("pk").last()
    own = LedgerEntry.objects.of_record(signature).get()
    other = own if of_own else LedgerEntry.objects.get(seq=1)
    named = f"SET ledger_seq = {other.seq}, ledger_hash = '{other.hash}' WHERE id = {signature.pk}"

    tamper(f"UPDATE samples_signature {named}", f"UPDATE samples_historicalsignature {named}")

    [finding] = [one for one in verified().findings if one.kind == "signed"]
    assert finding.message == f"Ledger {other.seq}, which it is over, is not what was signed then."


def test_a_number_is_the_same_in_upper_and_lower_case_and_no_other(differing, tamper):
    tamper(
        "DELETE FROM samples_discrepancy WHERE kind = 'seal'",
        f"UPDATE samples_handoffline SET seal_condition = 'intact', seal_read = 'seal-1' WHERE id = {LINE}",
    )
    assert kinds(verified()) == {"no record", "record"}

    tamper(f"UPDATE samples_handoffline SET seal_read = 'SEAL-2' WHERE id = {LINE}")
    assert "custody" in kinds(verified())
