"""What may be taken out of a sample, by whom and when (rules 3, 13, 18 and 20)."""

from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from samples.models import MassMovement
from samples.roles import Right
from samples.units import format_mass

from ._operation import Refused
from .authority import check_not_under_way, check_works_for
from .containment import check_open_to_the_outside
from .times import (
    OutOfOrder,
    check_after_opening,
    check_after_receipt,
    check_not_before,
    check_not_in_the_future,
    moment_text,
)


class MoreThanItHolds(Refused):
    """More than the sample holds (rule 3)."""


class NoMass(Refused):
    """Nothing would move: a movement has at least one microgram."""


class Permanent(Refused):
    """Permanent material is split or consumed only by a curator's override (rule 20)."""


def check_at_hand(sample, by):
    """Raise unless `by` may reach into the container of `sample` now (rules 16 and 18)."""
    check_works_for(by, sample.container.custodian)
    check_not_under_way(sample.container)
    check_open_to_the_outside(sample.container)


def check_holds(sample, taken_g, *, field):
    """Raise MoreThanItHolds for more grams than `sample` holds (rule 3)."""
    if taken_g > sample.mass_g:
        raise MoreThanItHolds(
            _("%(sample)s holds %(held)s; %(taken)s is %(over)s more.")
            % {
                "sample": sample,
                "held": format_mass(sample.mass_g),
                "taken": format_mass(taken_g),
                "over": format_mass(taken_g - sample.mass_g),
            },
            field=field,
        )


def check_some(mass_g, field):
    """Raise NoMass where nothing would move."""
    if mass_g <= 0:
        raise NoMass(_("Nothing would move: give at least one microgram."), field=field)


def check_some_left(sample):
    """Raise NoMass where nothing is left of `sample`."""
    if sample.mass_g <= 0:
        raise NoMass(_("Nothing is left of %(sample)s.") % {"sample": sample})


def check_not_kept_from(sample, by):
    """Raise Permanent where only a curator splits or consumes `sample`, and `by` is none (rule 20)."""
    if sample.is_permanent and not by.may(Right.CURATE):
        raise Permanent(
            _("%(sample)s is %(kind)s material. It is split or consumed only by a curator.")
            % {"sample": sample, "kind": sample.get_use_category_display().lower()}
        )


def check_permanent(sample, override, by):
    """Raise Permanent unless `by` may use permanent material and says so by `override` (rule 20)."""
    check_not_kept_from(sample, by)
    if sample.is_permanent and not override:
        raise Permanent(
            _("%(sample)s is %(kind)s material. Say that it is to be used all the same, and why.")
            % {"sample": sample, "kind": sample.get_use_category_display().lower()},
            field="override",
        )


def check_keeps_category(sample, into, override, by):
    """Raise Permanent where merging would let permanent material be used as another one is (rule 20)."""
    if not sample.is_permanent or sample.use_category == into.use_category:
        return
    if not by.may(Right.CURATE):
        raise Permanent(
            _("%(sample)s is %(kind)s material, and %(into)s is not. Only a curator merges the two.")
            % {"sample": sample, "kind": sample.get_use_category_display().lower(), "into": into},
            field="into",
        )
    if not override:
        raise Permanent(
            _("%(sample)s is %(kind)s material, and %(into)s is not. Say that they are merged all the same, and why.")
            % {"sample": sample, "kind": sample.get_use_category_display().lower(), "into": into},
            field="override",
        )


def moment_checks(sample, at, taken_g=None):
    """Checks of the moment `at` at which something happens to `sample`, and `taken_g` grams leave it."""
    yield partial(check_not_in_the_future, at, "happened_at")
    yield partial(check_after_accession, sample, at)
    yield partial(check_after_opening, sample.container, at, "happened_at")
    # More than it holds now is refused as such.
    if taken_g is not None and taken_g <= sample.mass_g:
        yield partial(check_held_since, sample, at, taken_g)


def check_after_accession(sample, at):
    """Raise OutOfOrder where `at` is before the mass of `sample` begins, or what it is in came to who has it."""
    first = MassMovement.objects.of_sample(sample).order_by("pk").first()
    check_not_before(at, first.happened_at, _("the mass of %(sample)s begins then") % {"sample": sample}, "happened_at")
    # Old stock may be older than the container it is in now, and what was in that is not known before.
    check_in_these_hands(sample.container, at)


def check_in_these_hands(container, at):
    """Raise OutOfOrder for what happened in a container before who holds it answered for that (rules 13 and 16)."""
    begins = _("the chain of custody of %(container)s begins then") % {"container": container}
    check_not_before(at, container.custody_began_at, begins, "happened_at")
    check_after_receipt(container, at, "happened_at")


def check_held_since(sample, at, taken_g):
    """Raise OutOfOrder where from the moment `at` on `sample` held, at some time, less than the `taken_g` grams."""
    held_g, least_g, least_at, has_begun = Decimal("0.000000"), None, at, False
    movements = MassMovement.objects.of_sample(sample).order_by("happened_at", "pk")
    rows = list(movements.values_list("happened_at", "to_sample", "mass_g"))
    if rows[0][0] > at:
        # Refused as older than its mass.
        return
    for happened_at, to_pk, mass_g in rows:
        if happened_at > at and least_g is None:
            if not has_begun:
                # Before its mass began at all; check_after_accession says so.
                return
            least_g = held_g
        has_begun = True
        held_g += mass_g if to_pk == sample.pk else -mass_g
        if happened_at > at and held_g < least_g:
            least_g, least_at = held_g, happened_at
    if least_g is not None and taken_g > least_g:
        raise OutOfOrder(
            _("On %(at)s %(sample)s held %(held)s, so %(taken)s cannot have left it by then. Give a later time.")
            % {
                "at": moment_text(least_at),
                "sample": sample,
                "held": format_mass(least_g),
                "taken": format_mass(taken_g),
            },
            field="happened_at",
        )
