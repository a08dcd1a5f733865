"""Discrepancies: a curator closes them, with a finding; nobody deletes them."""

from django.db.models import Q
from django.utils.translation import gettext as _

from samples.models import Container, Discrepancy, MassMovement, Sample, Weighing
from samples.models.writing import current_operation
from samples.roles import Right
from samples.units import format_mass

from ._operation import Refused, operation
from ._records import fresh


class AlreadyClosed(Refused):
    """A closed discrepancy does not change again."""


class NotAnswered(Refused):
    """What is said to close it does not: no weighing since, no correction."""


@operation("discrepancy.close", right=Right.CURATE)
def close(*, discrepancy, outcome, finding, reweighing=None, movement=None, seen=None, by, reason):
    """Close a discrepancy as corrected, reweighed or accepted, with a finding in words.

    Reweighed names a later weighing of the container; corrected, of a mass, the correction of a sample in
    it made since. Raises AlreadyClosed, Superseded, NotAnswered, ValidationError.
    """
    now = fresh(discrepancy)
    if not now.is_open:
        raise AlreadyClosed(
            _("This was closed as %(outcome)s on %(day)s.")
            % {"outcome": now.get_outcome_display().lower(), "day": f"{now.closed_at:%Y-%m-%d}"}
        )
    discrepancy = fresh(discrepancy, seen=seen)
    _check_answered(discrepancy, outcome, reweighing, movement)
    discrepancy.outcome = outcome
    discrepancy.finding = finding
    discrepancy.reweighing, discrepancy.movement = reweighing, movement
    discrepancy.closed_at, discrepancy.closed_by = current_operation().moment, by
    discrepancy.save()
    return discrepancy


def _check_answered(discrepancy, outcome, reweighing, movement):
    outcomes = Discrepancy.Outcome
    if outcome == outcomes.REWEIGHED:
        if reweighing is None or reweighing not in weighings_since(discrepancy):
            raise NotAnswered(
                _("Choose a weighing of %(container)s made after this was opened; weigh it first where there is none.")
                % {"container": discrepancy.container},
                field="reweighing",
            )
        _check_agrees(discrepancy, reweighing)
    elif reweighing is not None:
        raise NotAnswered(_("Only “reweighed” names a weighing."), field="reweighing")
    is_of_mass = discrepancy.kind == Discrepancy.Kind.MASS
    if outcome == outcomes.CORRECTED and is_of_mass:
        if movement is None or movement not in corrections_since(discrepancy):
            raise NotAnswered(
                _(
                    "Choose the correction of a sample in %(container)s made since this was opened; "
                    "correct it first where there is none."
                )
                % {"container": discrepancy.container},
                field="movement",
            )
    elif movement is not None:
        raise NotAnswered(_("Only a mass that was corrected names a correction."), field="movement")


def _check_agrees(discrepancy, reweighing):
    """Raise NotAnswered where a mass weighed anew still differs from what was declared, or from the book mass."""
    line = discrepancy.line
    if discrepancy.kind != Discrepancy.Kind.MASS:
        return
    if line is None:
        _check_agrees_with_book(discrepancy, reweighing)
        return
    _check_as_fine(discrepancy, reweighing)
    difference_g = reweighing.gross_g - line.gross_declared_g
    if abs(difference_g) > line.tolerance_g:
        raise NotAnswered(
            _(
                "%(weighed)s was weighed anew, and %(declared)s was declared: %(difference)s is still beyond the "
                "tolerance of %(tolerance)s. Correct the mass, or accept the difference with a finding."
            )
            % {
                "weighed": format_mass(reweighing.gross_g),
                "declared": format_mass(line.gross_declared_g),
                "difference": format_mass(difference_g),
                "tolerance": format_mass(line.tolerance_g),
            },
            field="reweighing",
        )


def _check_agrees_with_book(discrepancy, reweighing):
    if reweighing.net_g is None:
        raise NotAnswered(
            _("That weighing has no tare, so nothing was compared. Weigh %(container)s again with its tare.")
            % {"container": discrepancy.container},
            field="reweighing",
        )
    # What a fine balance found missing, a coarse one does not find again.
    first_g, anew_g = discrepancy.weighing.uncertainty_g, reweighing.uncertainty_g
    if abs(reweighing.difference_g) > min(first_g, anew_g):
        raise NotAnswered(
            _(
                "%(net)s was weighed anew with ± %(anew)s, and the samples came to %(book)s: the difference is still "
                "beyond the finer of the two balances, and it was found with ± %(first)s. Correct the mass, or accept "
                "the difference with a finding."
            )
            % {
                "net": format_mass(reweighing.net_g),
                "anew": format_mass(anew_g),
                "book": format_mass(reweighing.book_g),
                "first": format_mass(first_g),
            },
            field="reweighing",
        )


def _check_as_fine(discrepancy, reweighing):
    """Raise NotAnswered for a balance too coarse to see what was found at a receipt."""
    line, anew_g = discrepancy.line, reweighing.uncertainty_g
    if anew_g > max(line.tolerance_g, discrepancy.weighing.uncertainty_g):
        raise NotAnswered(
            _(
                "It was weighed anew with ± %(anew)s, and found with ± %(first)s; the tolerance is %(tolerance)s. "
                "Weigh it on a finer balance."
            )
            % {
                "anew": format_mass(anew_g),
                "first": format_mass(discrepancy.weighing.uncertainty_g),
                "tolerance": format_mass(line.tolerance_g),
            },
            field="reweighing",
        )


def weighings_since(discrepancy):
    """The weighings of the container made after its receipt, and recorded after this was opened, newest first."""
    later = Weighing.history.filter(revision=1, history_date__gt=discrepancy.opened_at)
    weighings = discrepancy.container.weighings.filter(pk__in=later.values("id"))
    return weighings.filter(weighed_at__gte=_found_at(discrepancy)).newest_first()


def _found_at(discrepancy):
    if discrepancy.line:
        return discrepancy.line.handoff.received_at
    return discrepancy.weighing.weighed_at if discrepancy.weighing else discrepancy.opened_at


def corrections_since(discrepancy):
    """The corrections of samples in the container made after the discrepancy was opened."""
    inside = Sample.objects.filter(container__in=Container.objects.within(discrepancy.container_id))
    later = MassMovement.history.filter(revision=1, history_date__gt=discrepancy.opened_at)
    corrections = MassMovement.objects.filter(
        kind=MassMovement.Kind.CORRECTION, pk__in=later.values("id"), happened_at__gte=_found_at(discrepancy)
    )
    return corrections.filter(Q(to_sample__in=inside) | Q(from_sample__in=inside)).order_by("-pk")
