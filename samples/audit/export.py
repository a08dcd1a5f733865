"""The ledger as JSON lines, which samples/audit/standalone.py verifies without labinv."""

from samples.models import LedgerEntry

from .ledger import encode
from .payload import Columns
from .standalone import COLUMNS
from .verify.reading import rows, snapshot


def lines():
    """Every entry as a line of JSON, in order, from one snapshot; a few rows at a time are held."""
    columns = Columns.of(LedgerEntry)
    with snapshot():
        for row in rows(f"SELECT {columns.sql('e')} FROM {columns.table} e ORDER BY e.seq"):
            values = dict(zip(columns.names, columns.values(row), strict=True))
            yield encode({name: values[name] for name in COLUMNS}) + "\n"
