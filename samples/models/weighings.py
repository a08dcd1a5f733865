"""Balances, and what was read on them."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samples.questions import address, asked

from ._audited import Audited, RecordQuerySet
from ._fields import LineField, MassField, MomentField


class BalanceQuerySet(RecordQuerySet):
    def active(self):
        return self.filter(active=True)


class Balance(Audited):
    """A balance; its uncertainty in grams is that of one reading."""

    name = LineField(_("name"), max_length=60)
    uncertainty_g = MassField(_("uncertainty"))
    calibrated_until = models.DateField(_("calibrated until"))
    active = models.BooleanField(_("active"), default=True)

    objects = BalanceQuerySet.as_manager()

    AMENDABLE = ["name", "uncertainty_g", "calibrated_until", "active"]

    class Meta(Audited.Meta):
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="balance_name_is_unique",
                violation_error_message=_("Another balance has this name."),
            ),
            models.CheckConstraint(
                name="balance_has_an_uncertainty",
                condition=Q(uncertainty_g__gt=Decimal(0)),
                violation_error_message=_("No balance is without uncertainty: it is more than zero."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("balance_history", args=[self.pk])

    @property
    def is_expired(self):
        """Whether its calibration has run out, on the day that is asked about."""
        return not self.is_calibrated_at(question.moment if (question := asked()) else timezone.now())

    def is_calibrated_at(self, at):
        """Whether its calibration still held on the day of the moment `at`, in the laboratory."""
        return timezone.localdate(at) <= self.calibrated_until


class WeighingQuerySet(RecordQuerySet):
    def newest_first(self):
        return self.order_by("-weighed_at", "-pk")


class Weighing(Audited):
    """One reading of a balance, in grams; never edited. Gross is with the container, net without (rule 1)."""

    IS_ONLY_ADDED_TO = True

    class Circumstances(models.TextChoices):
        SEALED = "sealed", _("Sealed")
        OPEN = "open", _("Open")
        AFTER_RETURN = "after return", _("After return")

    container = models.ForeignKey(
        "samples.Container", verbose_name=_("container"), on_delete=models.PROTECT, related_name="weighings"
    )
    # Where it was read at the receipt of a handoff.
    line = models.ForeignKey(
        "samples.HandoffLine",
        verbose_name=_("handoff line"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="weighings",
    )
    balance = models.ForeignKey(Balance, verbose_name=_("balance"), on_delete=models.PROTECT, related_name="weighings")
    # Of the balance at the time, for that may change with its next calibration.
    uncertainty_g = MassField(_("uncertainty"))
    weighed_at = MomentField(_("weighed"))
    gross_g = MassField(_("gross"))
    tare_g = MassField(_("tare"), null=True, blank=True)
    net_g = MassField(_("net"), null=True, blank=True)
    # What the samples inside came to when it was weighed; without a tare nothing is compared.
    book_g = MassField(_("book mass"), null=True, blank=True)
    circumstances = models.CharField(_("circumstances"), max_length=12, choices=Circumstances)
    preliminary = models.BooleanField(_("preliminary"), default=False)
    operator = models.ForeignKey(
        "samples.User", verbose_name=_("operator"), on_delete=models.PROTECT, related_name="weighings"
    )
    supersedes = models.OneToOneField(
        "self",
        verbose_name=_("supersedes"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
    )

    objects = WeighingQuerySet.as_manager()

    class Meta(Audited.Meta):
        verbose_name = _("weighing")
        verbose_name_plural = _("weighings")
        constraints = [
            models.CheckConstraint(
                name="weighing_is_gross_less_tare",
                condition=Q(tare_g=None, net_g=None)
                | Q(
                    tare_g__isnull=False,
                    net_g__isnull=False,
                    tare_g__gte=Decimal(0),
                    net_g=F("gross_g") - F("tare_g"),
                ),
                violation_error_message=_("Net is gross less tare."),
            ),
            models.CheckConstraint(
                name="weighing_is_of_some_mass",
                condition=Q(gross_g__gte=Decimal(0)) & (Q(net_g=None) | Q(net_g__gte=Decimal(0))),
                violation_error_message=_("The gross mass is never less than the tare."),
            ),
            models.CheckConstraint(
                name="weighing_with_a_net_mass_was_compared",
                condition=Q(net_g=None, book_g=None) | Q(net_g__isnull=False, book_g__isnull=False),
                violation_error_message=_("A net mass is kept with the book mass it was compared with."),
            ),
        ]

    def __str__(self):
        return f"{self.container}, {self.gross_g} g"

    def get_absolute_url(self):
        return address("container_weighings", self.container_id)

    @property
    def difference_g(self):
        """Net less book mass in grams; None where nothing was compared."""
        return None if self.net_g is None else self.net_g - self.book_g

    @property
    def is_beyond_uncertainty(self):
        """Whether the net mass differs from the book mass by more than the uncertainty of its balance (rule 5)."""
        return self.difference_g is not None and abs(self.difference_g) > self.uncertainty_g
