"""Weighings: one that does not fit has its discrepancy, and that says what the weighing says."""

from samples.models import Container, Discrepancy, HandoffLine, Weighing
from samples.units import format_mass

from .reading import AT_A_TIME, differs, number, rows
from .report import Kind

_WEIGHING, _DISCREPANCY = Weighing._meta.db_table, Discrepancy._meta.db_table
_CONTAINER, _LINE = Container._meta.db_table, HandoffLine._meta.db_table
_VERSION = Weighing.history.model._meta.db_table
# Where one from an earlier weighing was open when this was recorded, that one tells of it.
_UNTOLD = f"""
    SELECT w.id, c.identifier, w.net_g, w.book_g FROM {_WEIGHING} w JOIN {_CONTAINER} c ON c.id = w.container_id
    WHERE ABS(w.net_g - w.book_g) > w.uncertainty_g
    AND NOT EXISTS (SELECT 1 FROM {_DISCREPANCY} d WHERE d.weighing_id = w.id AND d.kind = 'mass')
    AND NOT EXISTS (
        SELECT 1 FROM {_DISCREPANCY} d JOIN {_VERSION} v ON v.id = w.id AND v.revision = 1
        WHERE d.container_id = w.container_id AND d.kind = 'mass' AND d.line_id IS NULL AND d.weighing_id < w.id
        AND (d.closed_at IS NULL OR d.closed_at >= v.history_date)
    )
    ORDER BY w.id
"""


def _other():
    """Discrepancies of another container or difference than their weighing, from the book or from what was declared."""
    declared = f"(SELECT l.gross_declared_g FROM {_LINE} l WHERE l.id = d.line_id)"
    difference = f"CASE WHEN d.line_id IS NULL THEN w.net_g - w.book_g ELSE w.gross_g - {declared} END"
    return f"""
        SELECT d.id, c.identifier, w.id, d.difference_g, {difference}
        FROM {_DISCREPANCY} d JOIN {_WEIGHING} w ON w.id = d.weighing_id JOIN {_CONTAINER} c ON c.id = d.container_id
        WHERE {differs("d.difference_g", difference)} OR d.container_id <> w.container_id
        ORDER BY d.id
    """


def weighings(report):
    """Compare every weighing with the book and with its discrepancy; yields the weighings."""
    count = number(f"SELECT COUNT(*) FROM {_WEIGHING}")
    for pk, identifier, net, book in rows(_UNTOLD):
        message = f"Net {_grams(net)}, and the book has {_grams(book)}; no discrepancy tells of it."
        report.find(Kind.MASS, f"weighing no. {pk} of {identifier}", message)
    for pk, identifier, weighing, told, found in rows(_other()):
        message = (
            f"It tells of {_grams(told)}, and weighing no. {weighing} of {_grams(found)}, or of another container."
        )
        report.find(Kind.MASS, f"discrepancy no. {pk} of {identifier}", message)
    report.checked["weighings"] += count
    for done in range(0, count, AT_A_TIME):
        yield min(AT_A_TIME, count - done)


def _grams(micrograms):
    if micrograms is None:
        return "nothing"
    # What somebody wrote past the fields may be no number at all.
    try:
        return format_mass(Weighing._meta.get_field("gross_g").from_db_value(micrograms, None, None))
    except (ArithmeticError, TypeError, ValueError):
        return repr(micrograms)
