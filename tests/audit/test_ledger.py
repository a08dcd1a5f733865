"""The ledger: what an operation wrote and told, sealed entry by entry."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from samples.audit import guard, ledger, payload
from samples.models import SYSTEM, AccountEvent, LedgerEntry, Operation, User
from samples.models.writing import current_operation
from samples.operations import _operation, containers, people
from samples.roles import Right
from tests import factories

AT = datetime(2024, 6, 1, 8, 5, tzinfo=UTC)
NEW_KEY = "another key of the audit, which nobody knows, 0123456789"


def enter(*rows, at=AT):
    """Append an operation with these rows, as the end of an operation does, to an empty ledger."""
    start_over()
    operation = Operation("test.write", None, "system", "Trial", at)
    operation.rows.extend(rows)
    return ledger.append(operation)


def told(at=AT, **values):
    operation = Operation("test.tell", None, "system", "Trial", at)
    operation.tell(**values)
    return ledger.append(operation)


def entries():
    return list(LedgerEntry.objects.order_by("seq"))


def start_over():
    """Take out what the operations before entered, and the guard that forbids it, so that a test sees its own only."""
    guard.disarm()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM samples_ledgerentry")


def test_an_empty_ledger_has_no_head(lab):
    start_over()

    assert ledger.head() is None
    assert ledger.last_moment() is None


def test_an_operation_without_rows_enters_nothing(lab):
    assert enter() == 0
    assert entries() == []


def test_entries_tell_of_their_history_rows_in_order(lab):
    box, bottle = lab.box.history.get(), lab.bottle.history.get()

    assert enter(bottle, box) == 2

    first, second = entries()
    assert [(one.noun, one.record_id, one.revision, one.history_id) for one in (first, second)] == [
        ("container", lab.bottle.pk, 1, bottle.pk),
        ("container", lab.box.pk, 1, box.pk),
    ]
    assert (first.seq, first.step, second.seq, second.step) == (1, 0, 2, 1)
    assert (first.verb, first.reason, first.actor_id, first.actor_name) == ("test.write", "Trial", None, "system")
    assert first.recorded_at == AT
    assert first.operation_id == second.operation_id


def test_each_entry_is_sealed_to_the_one_before_it(lab, settings):
    enter(lab.box.history.get())
    told(at=AT + timedelta(seconds=1), file="samples.csv")

    first, second = entries()
    assert (first.prev, second.prev) == ("0" * 64, first.hash)
    for one, moment in ((first, "2024-06-01T08:05:00.000000Z"), (second, "2024-06-01T08:05:01.000000Z")):
        whole = [
            one.seq,
            moment,
            None,
            "system",
            str(one.operation_id),
            one.step,
            one.verb,
            "Trial",
            one.noun,
            one.record_id,
            one.revision,
            one.history_id,
            one.payload,
            one.prev,
        ]
        text = json.dumps(whole, separators=(",", ":"))
        assert one.hash == hashlib.sha256(text.encode("ascii")).hexdigest()
        assert one.mac == hmac.new(settings.AUDIT_KEY.encode(), one.hash.encode(), "sha256").hexdigest()
        assert one.key_id == ledger.key_id(settings.AUDIT_KEY)
    assert ledger.head() == (2, AT + timedelta(seconds=1), second.hash)
    assert ledger.last_moment() == AT + timedelta(seconds=1)


def test_a_payload_is_the_row_as_the_database_keeps_it(lab):
    row = lab.soil.history.get()
    enter(row)

    [one] = entries()
    values = json.loads(one.payload)
    assert one.payload == json.dumps(values, sort_keys=True, separators=(",", ":"))
    assert set(values) == {field.column for field in type(row)._meta.fields}
    assert values["mass_g"] == 10_000_000
    assert values["history_date"] == payload.moment_text(row.history_date)
    assert values["operation_id"] == str(row.operation_id)
    assert (values["identifier"], values["depth_top_cm"], values["revision"]) == ("CE6C0001", None, 1)
    assert (values["history_change_reason"], values["history_id"]) == ("Weighed in", row.pk)


def test_a_payload_has_claims_days_depths_and_degrees(lab):
    flown = {"launched_on": datetime(2024, 5, 3).date(), "latitude": Decimal("-41.6"), "longitude": Decimal(-154)}
    mission = factories.mission(lab.curator, "CE7", drill_limit_cm=Decimal("199.99"), **flown)
    handoff = factories.release(lab.technician, [lab.box], lab.other)
    enter(mission.history.get(), handoff.lines.first().history.get(), handoff.history.get())

    mission, line, handoff = (json.loads(one.payload) for one in entries())
    assert (mission["latitude"], mission["longitude"], mission["drill_limit_cm"]) == (-4_160_000, -15_400_000, 19_999)
    assert mission["launched_on"] == "2024-05-03"
    assert line["open"] is True
    assert (handoff["released_at"], handoff["received_at"]) == ("2024-07-01T00:00:00.000000Z", None)


def test_a_payload_is_ascii(lab):
    location = factories.location(lab.curator, "Vitrine “嫦娥”")
    enter(location.history.get())

    [one] = entries()
    assert one.payload.isascii()
    assert json.loads(one.payload)["name"] == "Vitrine “嫦娥”"


def test_an_account_event_is_told_of_as_its_user(lab):
    event = AccountEvent.objects.get(user=lab.technician)

    enter(event)

    [one] = entries()
    assert (one.noun, one.record_id, one.revision, one.history_id) == ("user", lab.technician.pk, None, event.pk)
    assert json.loads(one.payload)["state"] == event.state


def test_an_operation_reports_its_account_events(lab):
    @_operation.operation("test.report", right=Right.ADMINISTER)
    def change(*, by, reason):
        people.leave_event(User.objects.get(pk=lab.technician.pk))
        return list(current_operation().rows)

    [row] = change(by=SYSTEM, reason="Trial")

    assert isinstance(row, AccountEvent)
    assert row.pk


def test_an_act_names_no_record(lab):
    start_over()

    told(file="samples.csv", rows=12, at_moment=AT, operation=UUID(int=1))

    [one] = entries()
    assert (one.noun, one.record_id, one.revision, one.history_id) == ("", None, None, None)
    assert one.payload == (
        '{"at_moment":"2024-06-01T08:05:00.000000Z","file":"samples.csv",'
        '"operation":"00000000-0000-0000-0000-000000000001","rows":12}'
    )


def test_an_act_never_holds_what_is_no_number(lab):
    before = len(entries())

    with pytest.raises(ValueError, match="not JSON compliant"):
        told(mass=float("nan"))

    assert len(entries()) == before


def test_acts_of_a_part_that_failed_are_forgotten(lab):
    operation = Operation("test.tell", None, "system", "Trial", AT)

    def fail():
        with operation.part():
            operation.tell(file="samples.csv")
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert operation.rows == []


def test_a_row_that_is_not_stored_is_refused(lab):
    row = lab.box.history.get()
    row.pk += 1000

    with pytest.raises(ledger.Unwritten, match=f"container {row.pk} is not in the database"):
        enter(row)


def test_rows_are_read_back_in_sets(lab, monkeypatch):
    for number in range(5):
        factories.container(lab.technician, f"V-{number}", lab.mission, parent=lab.box)
    rows = [one.history.get() for one in lab.box.children.all()]

    with CaptureQueriesContext(connection) as queries:
        enter(*rows)

    reads = [sql for query in queries if "samples_historicalcontainer r" in (sql := query["sql"])]
    assert len(reads) == 1

    monkeypatch.setattr(ledger, "MOST_VALUES", 4)
    enter(*rows)
    assert [one.record_id for one in entries()] == [row.id for row in rows]


def test_what_is_sealed_is_what_is_stored_not_what_is_in_memory(lab):
    row = lab.box.history.get()
    row.description = "never stored"

    enter(row)

    assert "never stored" not in entries()[0].payload


def test_entries_name_the_key_that_signed_them(lab, settings):
    start_over()
    told(file="a")
    before = settings.AUDIT_KEY
    settings.AUDIT_KEY, settings.AUDIT_KEYS_BEFORE = NEW_KEY, [before]
    told(file="b")

    first, second = entries()
    assert first.key_id != second.key_id
    assert ledger.known_keys() == {first.key_id: before.encode(), second.key_id: NEW_KEY.encode()}
    for one in (first, second):
        assert ledger.sign(one.hash, ledger.known_keys()[one.key_id]) == one.mac


def test_amending_leaves_rows_that_the_ledger_can_tell_of(lab):
    containers.amend(container=lab.box, changes={"description": "Dented"}, seen=1, by=lab.technician, reason="Seen")
    enter(lab.box.history.get(revision=2))

    assert json.loads(entries()[0].payload)["description"] == "Dented"


@pytest.mark.parametrize("length", [0, 32, 63, 64, 65, 200])
def test_the_fast_signature_is_the_plain_one(length):
    key, hash = b"\xf0k" * (length // 2) + b"x" * (length % 2), "0123456789abcdef" * 4

    assert ledger.signer(key)(hash) == ledger.sign(hash, key) == hmac.new(key, hash.encode(), "sha256").hexdigest()
