"""What the guard reads for a row that is written does not grow with the rows that were written before it."""

import pytest
from django.db import connection

from samples.imports import samples as importer
from samples.operations import containers
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite does not count what it reads"),
]
ROWS, MANY = 600, 200


def test_no_table_is_read_whole_for_each_row(lab):
    before = read()
    fill(lab, lab.bottle)
    after = read()

    # A few keys looked up for each row, and some sums for all of them; a table read for each would be 300 a row.
    assert 0 < after - before < 50 * ROWS


def test_what_is_done_with_one_record_reads_nothing_of_the_others(lab):
    rack = factories.container(lab.curator, "RACK", lab.mission, custodian=lab.home, location=lab.room)
    fill(lab, factories.container(lab.curator, "CRATE", lab.mission, parent=rack))
    for number in range(MANY):
        factories.container(lab.curator, f"VIAL-{number}", lab.mission, parent=rack)

    acts = {
        "split": lambda: factories.split(lab.technician, lab.soil, "0.000001"),
        "register": lambda: factories.container(lab.technician, "NEW", lab.mission, parent=lab.box),
        "move": lambda: containers.move(container=lab.bottle, parent=rack, by=lab.technician, reason="Sorted"),
        "hand over": lambda: factories.release(lab.technician, [lab.box], lab.other),
    }
    assert [name for name, act in acts.items() if read_by_writes(act) >= MANY] == []


def read_by_writes(act):
    """How many rows were read, by triggers that is, while the statements of `act` wrote."""
    rows = 0

    def count(execute, sql, params, many, context):
        nonlocal rows
        if not sql.startswith(("INSERT", "UPDATE")):
            return execute(sql, params, many, context)
        before = read()
        result = execute(sql, params, many, context)
        rows += read() - before
        return result

    with connection.execute_wrapper(count):
        act()
    assert rows
    return rows


def fill(lab, container):
    rows = ({"identifier": f"MANY-{n}", "mass_g": "0.000001", "container": container.identifier} for n in range(ROWS))
    file = importer.read_samples("stock.csv", factories.stock(*rows))
    factories.run(importer.register(file, acknowledged=False, by=lab.curator, reason="Opening stock"))


def read():
    """How many rows and entries of indexes this transaction has read in the tables that grow."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT SUM(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables WHERE relname IN "
            "('samples_sample', 'samples_massmovement', 'samples_container', 'audit_broken', 'audit_pending')"
        )
        return int(cursor.fetchone()[0])
