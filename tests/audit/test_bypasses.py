"""Ways round the audit, on real transactions: each is refused and leaves nothing behind.

What the owner of the database does by taking the guard down, nobody can stop; that is told of.
"""

import pytest
from django.db import connection

from tests import factories
from tests.audit import by_hand, committed
from tests.audit.ways import POSTGRES, SQLITE, WAYS, people, querysets, sql, tables

# Importing them has entered their ways.
_ENTERED = (querysets, sql, tables, people)


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """A laboratory that is really committed; no test here may leave anything in it, so it serves them all."""
    with committed.laboratory(django_db_blocker) as lab:
        lab.handoff = factories.release(lab.technician, [lab.box], lab.other)
        lab.token, _secret = factories.token(lab.technician)
        yield lab


def named(cases):
    return [
        pytest.param(
            *case[:2],
            case[3],
            id=name.replace(" ", "-"),
            marks=pytest.mark.skipif(case[2] not in (None, connection.vendor), reason=f"only on {case[2]}"),
        )
        for name, case in cases.items()
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("act", "words", "error"), named(WAYS))
def test_a_way_round_the_audit_is_refused_and_leaves_nothing(house, tmp_path, act, words, error):
    before = by_hand.everything()
    wants_a_folder = "tmp_path" in act.__code__.co_varnames[: act.__code__.co_argcount]

    try:
        with pytest.raises(error, match=words):
            act(house, tmp_path) if wants_a_folder else act(house)
    finally:
        connection.close()

    assert by_hand.everything() == before


def test_the_ways_are_many():
    for vendor in (SQLITE, POSTGRES):
        assert sum(only in (None, vendor) for _act, _words, only, _error in WAYS.values()) >= 40
