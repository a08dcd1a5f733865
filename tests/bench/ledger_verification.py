"""What verifying the ledger's chain costs, against only reading, hashing and signing the same rows.

    python -m tests.bench.ledger_verification [sqlite|postgres] [entries]

Builds a ledger of 100 000 entries in a database of its own, with the code that appends them, then
runs the two by turns in one process. The ratio is the median of those of the single pairs.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

ENGINE = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
ENTRIES = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
PAIRS = 7
TARGET = 1.5
AN_OPERATION = 3


def main():
    with tempfile.TemporaryDirectory() as folder:
        stop = start(folder)
        try:
            build()
            tell(*measure())
        finally:
            from django.db import connection

            connection.close()
            stop()


def start(folder):
    """Set Django up with an empty, migrated database; returns what takes it away again."""
    stop, url = (lambda: None), f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
    if ENGINE == "postgres":
        from tests import engines

        url, stop = os.environ["LABINV_TEST_POSTGRES"], engines._started["stop"]
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "labinv.settings"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return stop


def build():
    """Enter acts whose payload is as long as that of a sample's version."""
    from django.db import connection, transaction
    from django.utils import timezone

    from samples.audit import guard, ledger
    from samples.models import Operation
    from samples.models.writing import take_writers_lock

    guard.disarm()
    # The migrations have entered themselves.
    moment = ledger.last_moment() or timezone.now()
    for first in range(0, ENTRIES, AN_OPERATION):
        moment += timedelta(minutes=1, microseconds=first)
        operation = Operation("sample.register", 12, "Laboratory technician", "Weighed in after opening", moment)
        for number in range(first, min(first + AN_OPERATION, ENTRIES)):
            operation.tell(**version(number, operation))
        with transaction.atomic():
            take_writers_lock()
            ledger.append(operation)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def version(number, operation):
    """Values like those of a sample's history row."""
    empty = ["collected_at", "depth_bottom_cm", "depth_top_cm", "exposed_at", "parent_id", "published_at", "voided_at"]
    return dict.fromkeys([*empty, "voided_by_id"]) | {
        "actor_id": 12,
        "actor_name": operation.actor_name,
        "collection_method": "Robotic-arm scoop",
        "container_id": number // 10,
        "description": "Fine grey powder with a few glassy particles",
        "exposed_reason": "",
        "exposure": "pristine",
        "form": "bulk regolith",
        "history_change_reason": operation.reason,
        "history_date": operation.moment,
        "history_id": number,
        "history_type": "+",
        "id": number,
        "identifier": f"CE6C{number:07}",
        "initial_mass_g": 1_234_567,
        "mass_g": 1_234_567,
        "mission_id": 1,
        "operation_id": operation.id,
        "origin": "scoop",
        "other_names": "",
        "revision": 1,
        "status": "stored",
        "use_category": "unassigned",
        "verb": operation.verb,
        "void_reason": "",
    }


def verify_chain():
    from samples.audit.verify.chain import chain
    from samples.audit.verify.reading import snapshot
    from samples.audit.verify.report import Report

    report = Report()
    with snapshot():
        for _count in chain(report, {}):
            pass
    assert report.is_clean, report.findings[:3]
    assert report.checked["ledger entries"] >= ENTRIES


def read_and_hash(is_signed=True):
    """Every column of every entry read the cheapest way, hashed and signed, without asking whether anything fits."""
    from samples.audit import ledger
    from samples.audit.payload import Columns
    from samples.audit.verify.reading import rows, snapshot
    from samples.models import LedgerEntry

    count, sign = 0, ledger.signer(b"a key of as many bytes as the real one has, or so")
    with snapshot():
        for row in rows(f"SELECT {Columns.of(LedgerEntry).sql('e')} FROM samples_ledgerentry e ORDER BY e.seq"):
            digest = sha256("".join(map(str, row)).encode()).hexdigest()
            if is_signed:
                sign(digest)
            count += 1
    assert count >= ENTRIES


def only_read_and_hash():
    """The same without a signature, of which the verification checks one an entry."""
    read_and_hash(is_signed=False)


def measure():
    """Seconds of the arms, round by round; which one goes first alternates."""
    arms = {verify_chain: [], read_and_hash: [], only_read_and_hash: []}
    for run in arms:
        run()
    for pair in range(PAIRS):
        for run in list(arms) if pair % 2 else reversed(arms):
            began = time.perf_counter()
            run()
            arms[run].append(time.perf_counter() - began)
    return arms.values()


def tell(verified, read, unsigned):
    print(f"{ENGINE}, {ENTRIES} entries, median of {PAIRS} rounds")
    arms = {"verify the chain": verified, "read, hash and sign": read, "read and hash": unsigned}
    for what, seconds in arms.items():
        median = statistics.median(seconds)
        print(f"  {what:<20}{median:7.2f} s{ENTRIES / median:10.0f} entries a second", end="")
        if seconds is verified:
            print()
            continue
        ratio = statistics.median(one / other for one, other in zip(verified, seconds, strict=True))
        print(f"   ratio {ratio:.2f}, {'at most' if ratio <= TARGET else 'MORE THAN'} {TARGET}")


if __name__ == "__main__":
    main()
