"""What an import costs, against only writing the rows that it leaves.

    python -m tests.bench.import_cost [sqlite|postgres] [rows] [pairs]

One arm reads a CSV and registers its samples, all rules asked. The other, the floor, writes the same records,
history rows and ledger entries, made beforehand, by executemany (SQLite) or COPY (PostgreSQL) with the guard
up. They alternate in one process, each in a transaction that is taken back after everything put off to the
commit was looked at; the ratio is the median of those of the pairs.
"""

import csv
import io
import resource
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager

from tests.bench import ledger_verification as bench

ROWS = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
PAIRS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
TARGET = 3.0
IN_ONE = 100
AT_ONCE = 2000
TABLES = (
    "sample",
    "massmovement",
    "historicalsample",
    "historicalmassmovement",
    "import",
    "historicalimport",
    "ledgerentry",
)


def main():
    with tempfile.TemporaryDirectory() as folder:
        stop = bench.start(folder)
        try:
            curator, mission = build()
            content = stock()
            measure(curator, mission, content)
        finally:
            from django.db import connection

            connection.close()
            stop()


def build():
    """A mission with a container for every hundred samples; returns the curator and the mission."""
    from decimal import Decimal

    from samples.models import Location
    from tests import factories

    lab = factories.laboratory()
    mission = factories.mission(lab.curator, "BIG", return_capacity_g=Decimal(1_000_000))
    cabinet = factories.location(lab.curator, "Cabinet", kind=Location.Kind.ROOM)
    for number in range(-(-ROWS // IN_ONE)):
        factories.container(
            lab.curator,
            f"C-{number}",
            mission,
            custodian=lab.home,
            location=cabinet,
            capacity_g=Decimal(5000),
            atmosphere="nitrogen",
        )
    return lab.curator, mission


def stock():
    """The CSV, as bytes."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(
        ["identifier", "container", "origin", "form", "mass_g", "happened_at", "description", "use_category"]
    )
    for number in range(ROWS):
        about = f"Particle {number}, dark, with a vesicle"
        cells = ["scoop", "particle", f"1.{number:06}", "2024-06-28T02:30Z", about, "research"]
        writer.writerow([f"BIG-{number:06}", f"C-{number // IN_ONE}", *cells])
    return written.getvalue().encode()


def measure(curator, mission, content):
    ratios = []
    before_mb = peak_mb()
    print(f"{bench.ENGINE}, {ROWS} rows")
    for pair in range(PAIRS):
        with taken_back():
            floors = newest()
            import_s = seconds(import_, curator, content)
            if not pair:
                grown_mb = peak_mb() - before_mb
                written = {table: rows_after(table, floors[table]) for table in TABLES}
        with taken_back():
            floor_s = seconds(write, written, mission)
        ratios.append(import_s / floor_s)
        print(
            f"import {import_s:7.1f} s ({ROWS / import_s:6.0f} rows/s), floor {floor_s:7.1f} s, ratio {ratios[-1]:.2f}",
            flush=True,
        )
    print(
        f"median ratio {statistics.median(ratios):.2f}, target {TARGET}; the first import took {grown_mb:.0f} MB more"
    )


def import_(curator, content):
    from samples.imports import samples as importer
    from tests import factories

    file = importer.read_samples("stock.csv", content)
    factories.run(importer.register(file, acknowledged=False, by=curator, reason="Opening stock"))
    check()


def write(written, mission):
    """The floor: many rows of a table at once, the sums over all of them looked at once, as the import does."""
    from django.db import connection

    from samples.audit import guard
    from samples.audit.rules import CONTAINER_CAPACITY, MISSION_CAPACITY
    from samples.models import Container

    guard.put_off(MISSION_CAPACITY, [mission.pk])
    guard.put_off(CONTAINER_CAPACITY, list(Container.objects.values_list("pk", flat=True)))
    longest = max(len(rows) for _columns, rows in written.values())
    for first in range(0, longest, AT_ONCE):
        for table, (columns, rows) in written.items():
            put(f"samples_{table}", columns, rows[first : first + AT_ONCE])
        if connection.vendor == "postgresql" and (first // AT_ONCE).bit_count() <= 1:
            with connection.cursor() as cursor:
                # As an import does, and as good for the floor.
                cursor.execute("ANALYZE " + ", ".join(f"samples_{table}" for table in written))
    guard.settle(CONTAINER_CAPACITY)
    guard.settle(MISSION_CAPACITY)
    check()


def put(table, columns, rows):
    from django.db import connection

    names = ", ".join(f'"{name}"' for name in columns)
    if connection.vendor == "postgresql":
        with connection.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(columns))
    connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def newest():
    """{table: its newest key}."""
    return {table: one(f"SELECT COALESCE(MAX({key(table)}), 0) FROM samples_{table}") for table in TABLES}


def rows_after(table, newest_key):
    """(names of the columns, rows) of a table after a key, as they are stored."""
    from django.db import connection

    cursor = connection.connection.cursor()
    sign = "?" if connection.vendor == "sqlite" else "%s"
    # With a sign before it a column is left by the driver as it is stored.
    cursor.execute(f"SELECT * FROM samples_{table} LIMIT 0")
    columns = [column[0] for column in cursor.description]
    wanted = ", ".join(f'+"{name}"' if sign == "?" else f'"{name}"' for name in columns)
    cursor.execute(
        f"SELECT {wanted} FROM samples_{table} WHERE {key(table)} > {sign} ORDER BY {key(table)}", (newest_key,)
    )
    return columns, [tuple(row) for row in cursor.fetchall()]


def key(table):
    return "history_id" if table.startswith("historical") else "seq" if table == "ledgerentry" else "id"


def one(sql):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def check():
    from django.db import connection

    connection.check_constraints()


@contextmanager
def taken_back():
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seconds(work, *arguments):
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
