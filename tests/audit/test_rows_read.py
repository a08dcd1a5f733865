"""What the guard reads for a row that is written does not grow with the rows that were written before it."""

import pytest
from django.db import connection

from samples.imports import samples as importer
from tests import factories

ROWS = 600


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite does not count what it reads")
def test_no_table_is_read_whole_for_each_row(lab):
    before = read()
    rows = ({"identifier": f"MANY-{number}", "mass_g": "0.000001", "container": "bot-1"} for number in range(ROWS))
    file = importer.read_samples("stock.csv", factories.stock(*rows))
    factories.run(importer.register(file, acknowledged=False, by=lab.curator, reason="Opening stock"))
    after = read()

    # A few keys looked up for each row, and some sums for all of them; a table read for each would be 300 a row.
    assert 0 < after - before < 50 * ROWS


def read():
    """How many rows and entries of indexes this transaction has read in the tables that grow."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT SUM(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables WHERE relname IN "
            "('samples_sample', 'samples_massmovement', 'audit_broken', 'audit_pending')"
        )
        return int(cursor.fetchone()[0])
