"""What a data package costs, against the plain CSV of the same samples, and against packing that CSV with zlib alone.

    python -m tests.bench.package [sqlite|postgres] [samples]

Builds a collection of 100 000 samples, with a history row of each, in a database of its own; then runs
the arms by turns in one process. The ratio is the median of those of the single rounds. Memory is what
Python holds at most while an arm runs once more by itself.
"""

import os
import statistics
import sys
import tempfile
import time
import tracemalloc
import zlib
from functools import partial
from pathlib import Path

ENGINE = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
SAMPLES = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
ROUNDS = 5


def main():
    with tempfile.TemporaryDirectory() as folder:
        stop = start(folder)
        try:
            from tests.bench import collection

            lab = collection.seed(SAMPLES)
            write_history(lab)
            run_all(arms(lab.auditor))
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


def write_history(lab):
    """Give every record that was copied the first version that its copy has, for the question of what was recorded."""
    from django.db import connection

    from samples.audit import guard

    guard.disarm()
    with connection.cursor() as cursor:
        for record in (lab.box, lab.bottle, lab.soil, lab.soil.movements_in.get()):
            model, history = type(record), type(record).history.model
            own = {field.column for field in model._meta.concrete_fields}
            columns = [field.column for field in history._meta.concrete_fields if field.column != "history_id"]
            values = ", ".join(f'r."{name}"' if name in own else f'h."{name}"' for name in columns)
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                f"INSERT INTO {history._meta.db_table} ({names}) SELECT {values} FROM {model._meta.db_table} r, "
                f"(SELECT * FROM {history._meta.db_table} WHERE id = {record.pk} ORDER BY revision LIMIT 1) h "
                f"WHERE NOT EXISTS (SELECT 1 FROM {history._meta.db_table} x WHERE x.id = r.id)"
            )
        cursor.execute("ANALYZE")
    guard.arm()


def arms(user):
    """{name: a function that yields the bytes}: each of the same rows."""
    from django.utils import timezone

    from samples import packages
    from samples.questions import RECORDED_AT, Question

    now = timezone.now()
    wanted = packages.read({"datasets": "samples"}, user)
    everything = packages.read({}, user)
    return {
        "plain CSV": partial(csv, user),
        "plain CSV, as recorded": partial(csv, user, Question(RECORDED_AT, now)),
        "plain CSV, packed by zlib": partial(packed, user),
        "package of samples": partial(packages.stream_of, wanted),
        "package of everything": partial(packages.stream_of, everything, Question(RECORDED_AT, now)),
    }


def csv(user, question=None):
    from samples.questions import asking
    from samples.selections import select

    if question is None:
        yield from select("samples", {}, user).reading()
        return
    from samples import past

    with asking(question), past.shown(question):
        reading = select("samples", {}, user).reading()
    yield from reading


def packed(user):
    packer = zlib.compressobj(wbits=-15)
    for piece in csv(user):
        yield packer.compress(piece)
    yield packer.flush()


def run_all(arms):
    seconds, sizes = {name: [] for name in arms}, {}
    for number in range(ROUNDS):
        for name in list(arms) if number % 2 else reversed(arms):
            began = time.perf_counter()
            sizes[name] = sum(map(len, arms[name]()))
            seconds[name].append(time.perf_counter() - began)
    print(f"{ENGINE}, {SAMPLES} samples, median of {ROUNDS} rounds")
    print(f"  {'':<28}{'seconds':>9}{'ratio':>8}{'MB':>8}{'held MB':>9}")
    for name, arm in arms.items():
        ratio = statistics.median(one / plain for one, plain in zip(seconds[name], seconds["plain CSV"], strict=True))
        median, size = statistics.median(seconds[name]), sizes[name] / 1e6
        print(f"  {name:<28}{median:>9.2f}{ratio:>8.2f}{size:>8.1f}{held(arm):>9.2f}")


def held(arm):
    """Megabytes that Python holds at most while an arm runs, beyond what it held before."""
    tracemalloc.start()
    try:
        for _piece in arm():
            pass
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


if __name__ == "__main__":
    main()
