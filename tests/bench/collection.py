"""A large collection for measurements: copied in the database from one sample and one bottle of the factories.

The guard is down while it is seeded, so it has neither history nor ledger, and is of no other use;
then it is up again.
"""

BOTTLES_A_BOX, SAMPLES_A_BOTTLE = 100, 50
# What is not as in the record that is copied: {column: SQL over the number i}.
_BOX = {"identifier": "'BX-' || i", "description": "'Box of the bench'"}
_BOTTLE = {
    "identifier": "'BT-' || i",
    "parent_id": "(SELECT id FROM samples_container WHERE lower(identifier) = 'bx-' || (1 + i / {bottles}))",
}
_SAMPLE = {
    "identifier": "'S-' || CAST(10000000 + (CAST(i AS bigint) * 7919) % 9999991 AS TEXT) || '-' || i",
    "other_names": "CASE WHEN i % 5 = 0 THEN 'Grain ' || i ELSE '' END",
    "container_id": "(SELECT id FROM samples_container WHERE lower(identifier) = 'bt-' || (1 + i / {samples}))",
    "mass_g": "1 + (CAST(i AS bigint) * 7919) % 5000000",
    "initial_mass_g": "1 + (CAST(i AS bigint) * 7919) % 5000000",
    "collection_method": "CASE WHEN i % 3 = 0 THEN 'robotic-arm scoop' ELSE '' END",
    "collected_at": "CASE WHEN i % 2 = 0 THEN {moment} END",
    "description": "CASE i % 10 WHEN 0 THEN 'Said \"dark\", then lighter grains of ' || i WHEN 1 THEN '' "
    "ELSE 'Dark grey powder with glass beads, picked ' || i END",
}
_MOVEMENT = {"to_sample_id": "(SELECT id FROM samples_sample WHERE lower(identifier) = lower({identifier}))"}


def seed(samples):
    """Fill the empty database with so many samples, their movements and the bottles and boxes around them."""
    from django.db import connection

    from samples.audit import guard
    from tests import factories

    lab = factories.laboratory()
    guard.disarm()
    bottles = samples // SAMPLES_A_BOTTLE + 1
    moment = "TIMESTAMPTZ '2024-06-02 12:00:00Z'" if connection.vendor == "postgresql" else "'2024-06-02 12:00:00'"
    given = {
        "bottles": BOTTLES_A_BOX,
        "samples": SAMPLES_A_BOTTLE,
        "moment": moment,
        "identifier": _SAMPLE["identifier"],
    }
    with connection.cursor() as cursor:
        _copy(cursor, lab.box, bottles // BOTTLES_A_BOX + 1, _BOX, given)
        _copy(cursor, lab.bottle, bottles, _BOTTLE, given)
        _copy(cursor, lab.soil, samples, _SAMPLE, given)
        _copy(cursor, lab.soil.movements_in.get(), samples, _MOVEMENT, given)
    guard.arm()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return lab


def _copy(cursor, record, number, changed, given):
    """Insert `record` so many times, each with what is `changed`."""
    table = record._meta.db_table
    columns = [field.column for field in record._meta.concrete_fields if field.column != "id"]
    values = [changed[name].format(**given) if name in changed else f't."{name}"' for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({names}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        f"WHERE i < {number}) SELECT {', '.join(values)} FROM n, {table} t WHERE t.id = {record.pk}"
    )
