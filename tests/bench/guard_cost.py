"""What guard and ledger cost: the same operations with neither, and with both.

    python -m tests.bench.guard_cost [ROUNDS]

The arms alternate within one process; the ratio is the median of those of the rounds. For the first arm the
program, and nothing else, takes the guard down and the ledger's functions away.
"""

import os
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from unittest.mock import patch

ARMS = ("neither", "both")
TIMES, SAVES = 10, 500


def acts(lab, name):
    """{what: a function that does it once}; what they make has `name` in its identifier."""
    from samples.models import Container
    from samples.operations import containers
    from tests import factories

    def register(number):
        factories.container(lab.technician, f"{name}-{number}", lab.mission, parent=lab.box)

    def amend(number):
        changes = {"description": f"{name} {number}"}
        containers.amend(container=lab.bottle, changes=changes, seen=None, by=lab.technician, reason="Looked")

    def move(number):
        vial = Container.objects.get(identifier=f"{name}-{number}")
        containers.move(container=vial, parent=lab.crate, by=lab.technician, reason="Sorted")

    def sample(number):
        factories.sample(lab.technician, f"S-{name}-{number}", lab.bottle, "0.000001")

    def hand_over(number):
        box = factories.container(
            lab.technician, f"H-{name}-{number}", lab.mission, custodian=lab.home, location=lab.room
        )
        handoff = factories.release(lab.technician, [box], lab.other)
        factories.receive(lab.receiver, handoff, lab.other_room)

    return {
        "register a container": register,
        "amend a container": amend,
        "move a container": move,
        "register a sample": sample,
        "register, release, receive": hand_over,
    }


def save_many(lab, name):
    """One operation of many saves."""
    from samples.operations._operation import operation
    from samples.roles import Right

    @operation("bench.save", right=Right.WORK)
    def save(*, by, reason):
        for number in range(SAVES):
            lab.bottle.description = f"{name} {number}"
            lab.bottle.save()

    lab.bottle.refresh_from_db()
    save(by=lab.technician, reason="Looked")


@contextmanager
def arm(name):
    """Neither guard nor ledger, or both, for the time of the block."""
    from samples.audit import guard
    from samples.operations import _operation

    taken = []
    if name == "neither":
        taken.append(patch.object(_operation.ledger, "append", lambda operation: 0))
        taken.append(patch.object(_operation.ledger, "last_moment", lambda: None))
        taken.append(patch.object(_operation, "_check_settled", lambda: None))
        guard.disarm()
        taken.append(patch.object(_operation, "_check_guarded", lambda: None))
    elif not guard.is_armed():
        guard.arm()
    for one in taken:
        one.start()
    try:
        yield
    finally:
        for one in taken:
            one.stop()


def measured(lab, rounds):
    """{what: {arm: seconds of each round}}."""
    from django.db import transaction

    times = {}
    for number in range(rounds + 1):
        for arm_name in ARMS[number % 2 :] + ARMS[: number % 2]:
            name = f"{arm_name}{number}"
            with arm(arm_name):
                for what, act in acts(lab, name).items():
                    began = time.perf_counter()
                    for turn in range(TIMES):
                        act(turn)
                    times.setdefault(what, {}).setdefault(arm_name, []).append(time.perf_counter() - began)
                began = time.perf_counter()
                save_many(lab, name)
                what = f"{SAVES} saves in one operation"
                times.setdefault(what, {}).setdefault(arm_name, []).append(time.perf_counter() - began)
    assert not transaction.get_connection().in_atomic_block
    # The first round warms everything up.
    return {what: {name: seconds[1:] for name, seconds in arms.items()} for what, arms in times.items()}


def table(vendor, times):
    yield f"{vendor}, ms for each, median of {len(next(iter(times.values()))['both'])} rounds of {TIMES}"
    yield "".join([" " * 30, *(head.rjust(12) for head in (*ARMS, "ratio"))])
    for what, arms in times.items():
        turns = 1 if "saves" in what else TIMES
        ms = [f"{median(arms[name]) / turns * 1000:.1f}" for name in ARMS]
        ratios = [
            median(one / other for one, other in zip(arms[name], arms["neither"], strict=True)) for name in ARMS[1:]
        ]
        yield "".join([what.ljust(30), *(cell.rjust(12) for cell in (*ms, *(f"{ratio:.2f}" for ratio in ratios)))])


def run(rounds):
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import override_settings

    from tests import factories

    call_command("migrate", verbosity=0)
    # Signing asks for the password; a hash that is made slow would hide what is measured.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        lab = factories.laboratory()
        lab.crate = factories.container(
            lab.technician,
            "CRATE-1",
            lab.mission,
            kind="sealed package",
            origin="mixed",
            custodian=lab.home,
            location=lab.room,
        )
        print(*table(connection.vendor, measured(lab, rounds)), sep="\n", flush=True)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    os.environ["DJANGO_SETTINGS_MODULE"] = "labinv.settings"
    os.environ.setdefault("LABINV_SECRET_KEY", "only for a measurement, only for a measurement, 12345")
    os.environ.setdefault("LABINV_AUDIT_KEY", "only for a measurement too, only for a measurement too")
    if "DATABASE_URL" in os.environ:
        run(rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        alone(rounds, f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
    from tests.engines import start_postgres

    url, stop = start_postgres()
    try:
        alone(rounds, url)
    finally:
        stop()


def alone(rounds, url):
    """One engine in a process of its own: Django has one database for its life."""
    import subprocess

    subprocess.run(
        [sys.executable, "-m", "tests.bench.guard_cost", str(rounds)],
        env=os.environ | {"DATABASE_URL": url},
        check=True,
    )


if __name__ == "__main__":
    main()
