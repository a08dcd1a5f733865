"""The mass of a sample and its movements, written together; inside an operation."""

from samples.models import MassMovement, Sample
from samples.models.writing import current_operation

from .containment import set_emptied, set_in_use


def write_movement(*, mass_g, kind, at, by, from_sample=None, to_sample=None, weighing=None):
    """Write one entry of the mass ledger for the current operation; grams."""
    operation = current_operation()
    movement = MassMovement(
        from_sample=from_sample,
        to_sample=to_sample,
        mass_g=mass_g,
        kind=kind,
        operation_id=operation.id,
        happened_at=at,
        weighing=weighing,
        by=by,
        reason=operation.reason,
    )
    movement.save()
    return movement


def set_mass(sample, mass_g):
    """Give `sample` this mass in grams, and its container and itself the status that follows from it."""
    was_stored = sample.status == Sample.Status.STORED
    sample.mass_g = mass_g
    sample.status = Sample.Status.STORED if mass_g else Sample.Status.EXHAUSTED
    sample.save()
    if not mass_g:
        set_emptied(sample.container)
    elif not was_stored:
        set_in_use(sample.container)
