"""The rules over several rows: held by the database against a writer who takes care of history and ledger."""

import pytest
from django.db import IntegrityError, connection, transaction

from samples.audit.rules import RULES
from tests.audit import by_hand, committed
from tests.audit.breaking import BREAKS, build

pytestmark = pytest.mark.django_db(transaction=True)
CASES = [
    pytest.param(rule, changes, id=f"{rule}-{what}".replace(" ", "-"))
    for rule, cases in BREAKS.items()
    for what, changes in cases.items()
]


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    with committed.laboratory(django_db_blocker) as lab:
        yield build(lab)


def broken_by(changes):
    """The names of the rules that changes leave marked as broken, before the commit refuses them."""
    with transaction.atomic():
        by_hand.write(*changes)
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT rule FROM audit_broken")
            found = {rule for (rule,) in cursor.fetchall()}
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(("rule", "changes"), CASES)
def test_what_breaks_a_rule_is_refused_and_leaves_nothing(house, rule, changes):
    before = by_hand.everything()

    assert rule in broken_by(changes(house))
    with pytest.raises(IntegrityError):
        by_hand.write(*changes(house))

    assert by_hand.everything() == before


def test_every_rule_is_broken_by_something():
    assert {rule.name for rule in RULES} == set(BREAKS)
