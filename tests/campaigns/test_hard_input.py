"""Hard input: whatever is typed, pasted or posted gets a clear answer, the same on both engines.

`pytest -m campaign tests/campaigns` sends MANY requests to each engine; the suite sends SOME of the same.
"""

import logging

import pytest
import time_machine
from django.db import transaction

from tests.campaigns.hard_input import cases, doors, judge, world
from tests.campaigns.hard_input.requests import File, form, send
from tests.comparing import record

MANY, SOME = 5200, 500
# One answer of so many is parsed strictly.
STRICTLY = 10


@pytest.fixture(scope="module")
def _house(django_db_setup, django_db_blocker):
    """The world; the clock stands still in it. Entered once, each request runs in a savepoint inside."""
    # Each refusal would be logged.
    logging.disable()
    with time_machine.travel(world.NOW, tick=False), django_db_blocker.unblock(), transaction.atomic():
        yield world.build()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def few_doors(_house, django_db_blocker):
    with django_db_blocker.unblock():
        return doors.open_doors(_house, doors.a_few)


@pytest.fixture(scope="module")
def all_doors(_house, django_db_blocker):
    with django_db_blocker.unblock():
        return doors.open_doors(_house, doors.everybody)


@pytest.fixture
def house(_house, db):
    return _house


def judged(config, name, house, some):
    """Send the cases and record their statuses; returns what is wrong with the answers, one sentence for a case."""
    before = judge.count_writes()
    wrong = []
    for number, case in enumerate(some):
        answer = send(house, case.visitor, case.request, look=judge.count_writes)
        found = list(judge.faults(case, answer, before, strictly=number % STRICTLY == 0))
        wrong += [f"{number} {case}: {'; '.join(found)}"] if found else []
        record(config, name, f"{case.kind} {number}: {case}", answer.status)
    return wrong


@pytest.mark.parametrize("kind", cases.SHARES)
def test_some_hard_requests_get_a_clear_answer(request, house, few_doors, kind):
    some = cases.cases(kind, few_doors, SOME)

    assert judged(request.config, "hard input", house, some) == []


@pytest.mark.campaign
@pytest.mark.parametrize("kind", cases.SHARES)
def test_many_hard_requests_get_a_clear_answer(request, house, all_doors, kind):
    some = cases.cases(kind, all_doors, MANY)

    assert judged(request.config, "hard input campaign", house, some) == []


# Forms that take nothing from anybody in this world, and why.
NEVER_TAKEN = {
    "label_sheet": "answers with the PDF",
    "token_make": "answers with the page that shows the secret",
    "ledger_verify": "answers with the page that shows what was found",
    "admin:samples_user_reset_password": "answers with the page that shows the password",
}


def test_each_form_takes_what_is_right(house, few_doors):
    """Else the nonsense would be sent where something else is refused already; world.valid() says what is right."""
    forms = [door for door in few_doors if door.has_form]

    taken = {door.name for door in forms if send(house, door.visitor, right_form(door)).status == 302}

    assert {door.name for door in forms} - taken == set(NEVER_TAKEN)


def right_form(door):
    files = {name: File(world.VALID_FILES.get((door.name, name), world.ANY_FILE)) for name in door.files}
    return form(door.url, (door.fields | files).items())
