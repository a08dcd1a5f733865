"""The guard: it stands from the first migration on, says what is missing of it, and its refusals reach people."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from samples.audit import guard
from samples.models import Container, LedgerEntry, Sample
from samples.operations import RuleBroken, Unguarded, _operation, containers
from samples.operations import samples as sample_operations
from tests import factories


def one_trigger():
    """The name of a trigger, and a statement that drops it."""
    name = "labinv_samples_sample_before_delete"
    return name, f"DROP TRIGGER {name}{' ON samples_sample' if connection.vendor == 'postgresql' else ''}"


def weakened():
    """A statement that puts a trigger that does nothing in the place of one of the guard's."""
    if connection.vendor == "postgresql":
        return (
            "CREATE OR REPLACE FUNCTION labinv_record_samples_sample() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NULL; END $$"
        )
    return (
        "CREATE TRIGGER labinv_samples_sample_after_update AFTER UPDATE ON samples_sample "
        "FOR EACH ROW BEGIN SELECT 1; END"
    )


def run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_it_stands_after_the_migrations(db):
    assert guard.faults() == []
    assert guard.is_armed()


def test_taking_it_down_and_putting_it_up_leaves_it_as_it_was(db):
    before = guard.digest()

    guard.disarm()
    assert not guard.is_armed()
    assert guard.digest() != before
    guard.arm()

    assert guard.digest() == before
    assert guard.faults() == []


def test_a_missing_trigger_is_named_and_stops_every_operation(lab):
    name, drop = one_trigger()

    run(drop)

    assert guard.faults() == [f"The guard's {name} is missing."]
    with pytest.raises(Unguarded, match="the guard of the database is down"):
        factories.custodian(lab.curator, "Museum", "museum")


def test_a_trigger_put_in_its_place_is_named(db):
    if connection.vendor == "sqlite":
        run("DROP TRIGGER labinv_samples_sample_after_update")
    run(weakened())

    said = " ".join(guard.faults())

    assert "is not as it was made" in said
    assert "labinv_record_samples_sample" in said or "labinv_samples_sample_after_update" in said


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no functions and operators")
def test_what_could_be_taken_instead_of_the_engines_own_is_named(db):
    run(
        "CREATE FUNCTION never(varchar, varchar) RETURNS boolean LANGUAGE sql AS 'SELECT false'",
        "CREATE OPERATOR <> (FUNCTION = never, LEFTARG = varchar, RIGHTARG = varchar)",
    )

    said = " ".join(guard.faults())

    assert "The function never(character varying,character varying) is no part of the guard" in said
    assert "The operator <>(character varying,character varying) is no part of the guard" in said


def test_a_stranger_among_its_triggers_is_named(db):
    run(one_trigger()[1])
    if connection.vendor == "sqlite":
        run("CREATE TRIGGER labinv_other BEFORE DELETE ON samples_sample FOR EACH ROW BEGIN SELECT 1; END")
    else:
        run(
            "CREATE TRIGGER labinv_other BEFORE DELETE ON samples_sample FOR EACH ROW "
            "EXECUTE FUNCTION labinv_never('x')",
            "ALTER TABLE samples_sample ENABLE ALWAYS TRIGGER labinv_other",
        )

    # As many as before, so only the comparison finds it.
    assert guard.is_armed()
    assert "labinv_other is no part of the guard." in guard.faults()


def test_a_stranger_that_undoes_it_is_named(db):
    if connection.vendor == "sqlite":
        run("CREATE TRIGGER quiet BEFORE INSERT ON audit_pending FOR EACH ROW BEGIN SELECT RAISE(IGNORE); END")
    else:
        run("CREATE RULE quiet AS ON INSERT TO audit_pending DO INSTEAD NOTHING")

    assert guard.faults() == ["quiet on audit_pending is no part of the guard."]


@pytest.mark.parametrize("how", ["DISABLE", "ENABLE", "ENABLE REPLICA"])
def test_a_trigger_that_sleeps_counts_as_missing(how, lab):
    name, drop = one_trigger()
    connection.check_constraints()
    # Only PostgreSQL has triggers that stand and do not fire.
    run(f"ALTER TABLE samples_sample {how} TRIGGER {name}" if connection.vendor == "postgresql" else drop)

    assert not guard.is_armed()
    assert [name in fault for fault in guard.faults()] == [True]


def test_check_warns_of_it(db, capsys):
    call_command("check", databases=["default"])
    assert "samples.W002" not in capsys.readouterr().err

    run(one_trigger()[1])
    call_command("check", databases=["default"])

    assert (
        "(samples.W002) The guard of the database is not as the code makes it, in 1 places" in capsys.readouterr().err
    )


def test_a_record_written_past_its_history_never_reaches_the_commit(lab):
    with transaction.atomic():
        run(f"UPDATE samples_container SET description = 'x', revision = revision + 1 WHERE id = {lab.box.pk}")
        left = guard.unsettled()
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)

    assert left == [("container", lab.box.pk, 2)]
    assert Container.objects.get(pk=lab.box.pk).revision == 1


@pytest.fixture
def _no_rule_in_the_operation(monkeypatch):
    """As if an operation had forgotten to ask how much there is room for."""
    monkeypatch.setattr(sample_operations, "check_capacities", lambda *args, **kwargs: None)


@pytest.mark.usefixtures("_no_rule_in_the_operation")
def test_a_rule_that_an_operation_forgot_is_a_refusal_in_words(lab):
    containers.amend(
        container=lab.bottle, changes={"capacity_g": 10}, seen=lab.bottle.revision, by=lab.technician, reason="Rated"
    )
    entries = LedgerEntry.objects.count()

    with pytest.raises(RuleBroken, match=f"^Container {lab.bottle} would hold more than it is rated for.$"):
        factories.sample(lab.technician, "HEAVY", lab.bottle, mass_g="10.000001")

    assert not Sample.objects.filter(identifier="HEAVY").exists()
    assert LedgerEntry.objects.count() == entries


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_rule_in_the_operation")
def test_a_refusal_at_the_commit_itself_is_one_in_words(lab, monkeypatch):
    containers.amend(
        container=lab.bottle, changes={"capacity_g": 10}, seen=lab.bottle.revision, by=lab.technician, reason="Rated"
    )
    monkeypatch.setattr(_operation, "_check_settled", lambda: None)

    with pytest.raises(RuleBroken, match="Nothing was saved, the database refuses it"):
        factories.sample(lab.technician, "HEAVY", lab.bottle, mass_g="10.000001")

    assert not Sample.objects.filter(identifier="HEAVY").exists()
