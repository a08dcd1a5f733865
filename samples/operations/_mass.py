"""The mass of a sample and its movements, written together; inside an operation."""

from samples.models import MassMovement, Sample
from samples.models.writing import current_operation

from .containment import set_emptied, set_in_use


def accession(sample, at, by):
    """The movement, not saved yet, by which all of a new `sample` came in at the moment `at`."""
    return _movement(sample.mass_g, MassMovement.Kind.ACCESSION, at, by, to_sample=sample)


def reversal(sample, mass_g, by):
    """The movement, not saved yet, by which the `mass_g` grams of a `sample` registered in error go out again."""
    return _movement(mass_g, MassMovement.Kind.CORRECTION, current_operation().moment, by, from_sample=sample)


def write_movement(*, mass_g, kind, at, by, from_sample=None, to_sample=None, weighing=None):
    """Write one entry of the mass ledger for the current operation; grams."""
    movement = _movement(mass_g, kind, at, by, from_sample=from_sample, to_sample=to_sample, weighing=weighing)
    movement.save()
    return movement


def _movement(mass_g, kind, at, by, **ends):
    operation = current_operation()
    return MassMovement(
        mass_g=mass_g, kind=kind, happened_at=at, by=by, operation_id=operation.id, reason=operation.reason, **ends
    )


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
