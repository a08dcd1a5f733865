"""As it happened: who held what, and what it weighed, by the times of the events, whenever they were entered.

What moves a record through its life (custody, place, mass, exposure, seals, signatures) is read from
the events up to the moment; what describes it (names, depths, publication, withdrawal) is as it is
known now. A move by a laboratory has no time of its own, so the time of its entry stands for it.

In these statements MOMENT is the moment, and LIVE names the schema of the real tables. Each reads one
table alone, because SQLite takes only such a one into the statement around it and uses its indexes.
"""

from functools import cache

from samples.models import (
    Container,
    Discrepancy,
    GapExplanation,
    Handoff,
    HandoffLine,
    MassMovement,
    Sample,
    Seal,
    Signature,
    Weighing,
)

from ._recorded import columns_of

# When a version of a container came to be true.
_CONTAINER = """FROM "samples_historicalcontainer" h
WHERE h."custody_began_at" <= MOMENT AND h."revision" =
  (SELECT max(x."revision") FROM "samples_historicalcontainer" x WHERE x."id" = h."id" AND
    CASE WHEN x."revision" = 1 THEN x."custody_began_at"
      WHEN x."verb" = 'custody.receive' THEN (SELECT max(y."received_at") FROM "samples_historicalhandoff" y
        WHERE y."operation_id" = x."operation_id")
      ELSE x."history_date" END <= MOMENT)"""

# The correction that writes a void sample off counts from its accession: withdrawn now is withdrawn then.
# A sample is there when its container is (below), and its accession with it: else a mission would not close.
_ARRIVED = """(SELECT c."custody_began_at" FROM LIVE."samples_container" c WHERE c."id" =
    (SELECT f."container_id" FROM "samples_historicalsample" f
     WHERE f."id" = {accession}."to_sample_id" AND f."revision" = 1)) <= MOMENT"""
_MOVEMENT = f"""FROM LIVE."samples_massmovement" h
WHERE (h."happened_at" <= MOMENT AND (h."kind" <> 'accession' OR {_ARRIVED.format(accession="h")})) OR EXISTS
  (SELECT 1 FROM LIVE."samples_sample" v JOIN LIVE."samples_massmovement" a ON a."to_sample_id" = v."id"
   WHERE v."id" = h."from_sample_id" AND v."voided_at" IS NOT NULL AND a."happened_at" <= MOMENT
     AND {_ARRIVED.format(accession="a")})"""
# Values and no EXISTS, which PostgreSQL would join by, from the wrong end.
_SAMPLE = """FROM "samples_historicalsample" h
WHERE h."revision" = (SELECT max(x."revision") FROM "samples_historicalsample" x
    WHERE x."id" = h."id" AND (x."revision" = 1 OR x."history_date" <= MOMENT))
  AND (SELECT min(m."happened_at") FROM LIVE."samples_massmovement" m WHERE m."to_sample_id" = h."id") <= MOMENT
  AND (SELECT c."custody_began_at" FROM LIVE."samples_container" c WHERE c."id" = h."container_id") <= MOMENT"""
# The moment stands inside the sum, because SQLite would else look through all movements up to it where few have an end.
_MOVED_G = """(SELECT COALESCE(sum(CASE WHEN m."happened_at" <= MOMENT THEN m."mass_g" END), 0)
  FROM LIVE."samples_massmovement" m WHERE m."{end}" = h."id")"""
_MASS = f"""CASE WHEN (SELECT r."voided_at" FROM LIVE."samples_sample" r WHERE r."id" = h."id") IS NOT NULL THEN 0
  ELSE CAST({_MOVED_G.format(end="to_sample_id")} - {_MOVED_G.format(end="from_sample_id")} AS bigint) END"""

_RECEIVED = 'h."received_at" <= MOMENT'
_CLOSED = 'h."closed_at" <= MOMENT'
_HANDOFF = 'FROM LIVE."samples_handoff" h WHERE h."released_at" <= MOMENT'
_LINE = """FROM LIVE."samples_handoffline" h WHERE
  (SELECT f."released_at" FROM LIVE."samples_handoff" f WHERE f."id" = h."handoff_id") <= MOMENT"""
_LINE_RECEIVED = """EXISTS (SELECT 1 FROM LIVE."samples_handoff" f
  WHERE f."id" = h."handoff_id" AND f."received_at" <= MOMENT)"""
_LINE_ENDED = """EXISTS (SELECT 1 FROM LIVE."samples_handoff" f
  WHERE f."id" = h."handoff_id" AND (f."received_at" <= MOMENT OR f."closed_at" <= MOMENT))"""

_EXPLANATION = """FROM LIVE."samples_gapexplanation" h WHERE EXISTS
  (SELECT 1 FROM LIVE."samples_handoff" f WHERE f."id" = h."handoff_id" AND f."received_at" <= MOMENT)"""
_SEAL = 'FROM LIVE."samples_seal" h WHERE h."applied_at" <= MOMENT'
_BROKEN = 'h."broken_at" <= MOMENT'
_DAMAGED = 'h."damaged_at" <= MOMENT'
_WEIGHING = 'FROM LIVE."samples_weighing" h WHERE h."weighed_at" <= MOMENT'
_SIGNATURE = """FROM LIVE."samples_signature" h WHERE EXISTS (SELECT 1 FROM LIVE."samples_handoff" f
  WHERE f."id" = h."handoff_id"
    AND CASE h."meaning" WHEN 'release' THEN f."released_at" ELSE f."received_at" END <= MOMENT)"""
# What did not fit was so at the receipt that found it; its closing has no other time than that of its entry.
_DISCREPANCY = """FROM LIVE."samples_discrepancy" h WHERE COALESCE(
  (SELECT f."received_at" FROM LIVE."samples_handoff" f, LIVE."samples_handoffline" l
   WHERE l."id" = h."line_id" AND f."id" = l."handoff_id"), h."opened_at") <= MOMENT"""
_SETTLED = 'h."closed_at" <= MOMENT'


@cache
def shadows():
    """{table: the SELECT that stands for it}, with MOMENT and LIVE left open."""
    return {
        Container._meta.db_table: _select(Container, _CONTAINER, _container_columns()),
        Sample._meta.db_table: _select(Sample, _SAMPLE, _sample_columns()),
        Handoff._meta.db_table: _select(Handoff, _HANDOFF, _handoff_columns()),
        HandoffLine._meta.db_table: _select(HandoffLine, _LINE, _line_columns()),
        GapExplanation._meta.db_table: _select(GapExplanation, _EXPLANATION, {}),
        Seal._meta.db_table: _select(Seal, _SEAL, _seal_columns()),
        MassMovement._meta.db_table: _select(MassMovement, _MOVEMENT, {}),
        Signature._meta.db_table: _select(Signature, _SIGNATURE, {}),
        Weighing._meta.db_table: _select(Weighing, _WEIGHING, {}),
        Discrepancy._meta.db_table: _select(Discrepancy, _DISCREPANCY, _discrepancy_columns()),
    }


def _select(model, rest, changed):
    columns = [f'{changed.get(column) or f"""h."{column}" """} AS "{column}"' for column in columns_of(model)]
    return f"SELECT {', '.join(columns)} {rest}"


def _as_known_now(model, *of_then):
    """{column: its value now} of every column but the key and those `of_then`."""
    table = model._meta.db_table
    return {
        column: f'(SELECT r."{column}" FROM LIVE."{table}" r WHERE r."id" = h."id")'
        for column in columns_of(model)
        if column not in ("id", *of_then)
    }


def _until(condition, columns, otherwise="NULL"):
    """{column: its value where `condition` holds by then, else nothing}."""
    return {column: f'CASE WHEN {condition} THEN h."{column}" ELSE {otherwise} END' for column in columns}


def _container_columns():
    fixed = ("identifier", "mission_id", "custody_began_at", "origin", "kind", "chain_document")
    of_then = ("custodian_id", "location_id", "parent_id", "status")
    return _as_known_now(Container, *fixed, *of_then)


def _sample_columns():
    exposed = '(SELECT r."{}" FROM LIVE."samples_sample" r WHERE r."id" = h."id" AND r."exposed_at" <= MOMENT)'
    return _as_known_now(
        Sample, "identifier", "mission_id", "origin", "initial_mass_g", "container_id", "parent_id"
    ) | {
        "mass_g": _MASS,
        "status": f"CASE WHEN {_MASS} = 0 THEN 'exhausted' ELSE 'stored' END",
        "exposure": f"COALESCE({exposed.format('exposure')}, 'pristine')",
        "exposed_at": exposed.format("exposed_at"),
        "exposed_reason": f"COALESCE({exposed.format('exposed_reason')}, '')",
    }


def _handoff_columns():
    return {
        **_until(_RECEIVED, ["received_at", "receipt_signed_at", "received_by_id", "received_location_id"]),
        **_until(_RECEIVED, ["received_on_behalf_of", "receipt_document", "receipt_remarks"], otherwise="''"),
        **_until(_CLOSED, ["closed_at", "closed_by_id"]),
        **_until(_CLOSED, ["closing_reason"], otherwise="''"),
        "status": f"""CASE WHEN {_RECEIVED} OR {_CLOSED} THEN h."status" ELSE 'released' END""",
    }


def _line_columns():
    return {
        **_until(_LINE_RECEIVED, ["seal_read", "seal_condition"], otherwise="''"),
        **_until(_LINE_RECEIVED, ["gross_weighed_g"]),
        "open": f"NOT {_LINE_ENDED}",
    }


def _seal_columns():
    return {
        **_until(_DAMAGED, ["damaged_at"]),
        **_until(_DAMAGED, ["damaged_by", "damage"], otherwise="''"),
        **_until(_BROKEN, ["broken_at"]),
        **_until(_BROKEN, ["broken_by", "broken_reason"], otherwise="''"),
        "state": f"CASE WHEN {_BROKEN} THEN 'broken' WHEN {_DAMAGED} THEN 'damaged' ELSE 'intact' END",
    }


def _discrepancy_columns():
    return {
        **_until(_SETTLED, ["closed_at", "closed_by_id", "reweighing_id", "movement_id"]),
        **_until(_SETTLED, ["outcome", "finding"], otherwise="''"),
    }
