"""Tampering: whatever is changed past the operations is found, with a checkpoint kept elsewhere at the latest."""

import random
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.db import connection, transaction

from samples.audit import checkpoints, guard, standalone, verify
from samples.operations import containers
from tests import factories
from tests.campaigns.audit.histories import History
from tests.campaigns.audit.tamperings import KINDS, Tampering

# Of each kind.
MANY, SOME = 10, 2
LINKS = {verify.Kind.SEQUENCE, verify.Kind.LINK, verify.Kind.HASH}
ONLY_BY_A_CHECKPOINT = {
    "last_act_undone_with_its_entry",
    "version_rewritten_and_the_chain_with_it_by_the_key",
    "whole_chain_made_anew_by_the_key",
}
OF_THE_GUARD = "trigger_of_the_guard_dropped"


@pytest.fixture(scope="module")
def checkpoint(django_db_setup, django_db_blocker):
    """A random history and a checkpoint of its end; the guard is down."""
    with django_db_blocker.unblock(), transaction.atomic():
        lab = factories.laboratory()
        for corner in (lab.box, lab.bottle):
            factories.container(lab.technician, f"IN-{corner}", lab.mission, parent=corner)
        handoff = factories.release(lab.technician, [lab.box], lab.other)
        factories.receive(lab.receiver, handoff, lab.other_room)
        factories.release(lab.receiver, [lab.box], lab.home, released_at=factories.LONG_AGO + timedelta(days=31))
        History(lab, random.Random(4)).go_on(60)
        containers.amend(
            container=_free(lab),
            changes={"description": "Last act"},
            seen=None,
            by=lab.curator,
            reason="Last act",
        )
        head = checkpoints.checkpoint()
        guard.disarm()
        yield standalone.read_checkpoints(head.line)
        transaction.set_rollback(True)


def _free(lab):
    return factories.container(lab.technician, "FREE-1", lab.mission, custodian=lab.home, location=lab.room)


def tampered(kind, number, given):
    """Tamper once, verify with the checkpoint, undo; returns what was found."""
    with transaction.atomic():
        words = getattr(Tampering(random.Random(f"{kind} {number}")), kind)()
        report = factories.run(verify.verify(given))
        transaction.set_rollback(True)
    found = report.findings if kind == OF_THE_GUARD else [one for one in report.findings if one.kind != "guard"]
    return found, words


def counted(given, times):
    """Counts by kind: tamperings; found by the links alone, without the key, by the verification, with a checkpoint."""
    counts, missed = defaultdict(Counter), []
    for kind in KINDS:
        for number in range(times):
            found, words = tampered(kind, number, given)
            kinds = {one.kind for one in found}
            counts[kind]["tamperings"] += 1
            counts[kind]["links"] += bool(kinds & LINKS)
            counts[kind]["without key"] += bool(kinds - {verify.Kind.CHECKPOINT, verify.Kind.SIGNATURE})
            counts[kind]["verification"] += bool(kinds - {verify.Kind.CHECKPOINT})
            counts[kind]["checkpoint"] += bool(kinds)
            if words not in " ".join(map(str, found)):
                missed.append(f"{kind} {number}: {words!r} is not in {[str(one) for one in found][:3]}")
    return counts, missed


def table(counts):
    columns = ("tamperings", "links", "without key", "verification", "checkpoint")
    lines = ["".join([" " * 62, *(column.rjust(14) for column in columns)])]
    whole = Counter()
    for kind, count in counts.items():
        whole += count
        lines.append("".join([kind.replace("_", " ").ljust(62), *(str(count[column]).rjust(14) for column in columns)]))
    return [*lines, "".join(["all".ljust(62), *(str(whole[column]).rjust(14) for column in columns)])]


def check(given, times):
    counts, missed = counted(given, times)
    print(f"\n{connection.vendor}", *table(counts), sep="\n")

    assert missed == []
    assert sum(count["tamperings"] for count in counts.values()) == times * len(KINDS)
    for kind, count in counts.items():
        assert count["checkpoint"] == times, kind
        assert count["verification"] == (0 if kind in ONLY_BY_A_CHECKPOINT else times), kind


def test_some_tamperings_are_found(checkpoint, db):
    check(checkpoint, SOME)


@pytest.mark.campaign
def test_hundreds_of_tamperings_are_found(checkpoint, db):
    assert len(KINDS) * MANY >= 300

    check(checkpoint, MANY)


def test_nothing_is_found_where_nothing_was_tampered_with(checkpoint, db):
    report = factories.run(verify.verify(checkpoint))

    assert {finding.kind for finding in report.findings} == {verify.Kind.GUARD}
