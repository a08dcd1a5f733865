"""Masses: of every sample and every mission, to the microgram."""

from samples.audit.rules import RULES
from samples.models import MassBalance, MassMovement, Mission, Sample
from samples.units import format_mass

from .reading import AT_A_TIME, number, rows
from .report import Kind

_SAMPLE, _MOVEMENT = Sample._meta.db_table, MassMovement._meta.db_table
_UNEVEN = f"""
    SELECT s.identifier, s.mass_g, COALESCE(i.mass_g, 0), COALESCE(o.mass_g, 0)
    FROM {_SAMPLE} s
    LEFT JOIN (SELECT to_sample_id, SUM(mass_g) AS mass_g FROM {_MOVEMENT} GROUP BY to_sample_id) i
        ON i.to_sample_id = s.id
    LEFT JOIN (SELECT from_sample_id, SUM(mass_g) AS mass_g FROM {_MOVEMENT} GROUP BY from_sample_id) o
        ON o.from_sample_id = s.id
    WHERE s.mass_g <> COALESCE(i.mass_g, 0) - COALESCE(o.mass_g, 0)
    ORDER BY s.id
"""
_FAMILY = next(rule for rule in RULES if rule.name == "movement_stays_in_the_family")
_STRAYED = f"""
    SELECT m.id, m.kind, g.identifier, t.identifier FROM {_MOVEMENT} m
    JOIN {_SAMPLE} g ON g.id = m.from_sample_id JOIN {_SAMPLE} t ON t.id = m.to_sample_id
    WHERE {_FAMILY.broken.format(pk="m.id")} ORDER BY m.id
"""


def masses(report):
    """Add up the movements of every sample, within its family, and the balance of every mission; yields the samples."""
    count = number(f"SELECT COUNT(*) FROM {_SAMPLE}")
    for identifier, *amounts in rows(_UNEVEN):
        mass, came, left = (_grams(amount) for amount in amounts)
        message = f"It has {mass}, but {came} came in and {left} went out."
        report.find(Kind.MASS, f"sample {identifier}", message)
    for pk, kind, giver, taker in rows(_STRAYED):
        message = f"It is a {kind} of {giver} into {taker}, which are not of one family."
        report.find(Kind.MASS, f"movement no. {pk}", message)
    report.checked["masses of samples"] += count
    for done in range(0, count, AT_A_TIME):
        yield min(AT_A_TIME, count - done)
    for mission in Mission.objects.order_by("pk"):
        balance = MassBalance(mission)
        if not balance.closes:
            message = (
                f"{format_mass(balance.accessioned_g)} came in; {format_mass(balance.held_g)} is held, "
                f"{format_mass(balance.consumed_g)} consumed and {format_mass(balance.lost_g)} lost."
            )
            report.find(Kind.MASS, f"mission {mission.code}", message)
        report.checked["balances of missions"] += 1
        yield 0


def _grams(micrograms):
    # What somebody wrote past the fields may be no number at all.
    field = Sample._meta.get_field("mass_g")
    try:
        return format_mass(field.from_db_value(micrograms, None, None))
    except (ArithmeticError, TypeError, ValueError):
        return repr(micrograms)
