"""Discrepancies: what did not fit, open until a curator closes it with a finding."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samples.questions import address

from ._audited import Audited, RecordQuerySet
from ._fields import MassDifferenceField, ProseField


class DiscrepancyQuerySet(RecordQuerySet):
    def open(self):
        """Not closed yet."""
        return self.filter(outcome="")

    def closed(self):
        """Closed with a finding."""
        return self.exclude(outcome="")


class Discrepancy(Audited):
    """Something that does not fit; never deleted. `difference_g` is what was weighed less what was declared."""

    class Kind(models.TextChoices):
        SEAL = "seal", _("Seal")
        MASS = "mass", _("Mass")

    class Outcome(models.TextChoices):
        CORRECTED = "corrected", _("Corrected")
        REWEIGHED = "reweighed", _("Reweighed")
        ACCEPTED = "accepted", _("Accepted")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    container = models.ForeignKey(
        "samples.Container", verbose_name=_("container"), on_delete=models.PROTECT, related_name="discrepancies"
    )
    line = models.ForeignKey(
        "samples.HandoffLine",
        verbose_name=_("handoff line"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="discrepancies",
    )
    weighing = models.ForeignKey(
        "samples.Weighing",
        verbose_name=_("weighing"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="discrepancies",
    )
    found = ProseField(_("what was found"))
    difference_g = MassDifferenceField(_("difference"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), editable=False)
    opened_by = models.ForeignKey(
        "samples.User", verbose_name=_("opened by"), on_delete=models.PROTECT, related_name="+"
    )

    outcome = models.CharField(_("closed as"), max_length=10, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        "samples.User",
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    finding = ProseField(_("finding"), blank=True)
    reweighing = models.ForeignKey(
        "samples.Weighing",
        verbose_name=_("weighed again"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    movement = models.ForeignKey(
        "samples.MassMovement",
        verbose_name=_("correction"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = DiscrepancyQuerySet.as_manager()

    class Meta(Audited.Meta):
        verbose_name = _("discrepancy")
        verbose_name_plural = _("discrepancies")
        constraints = [
            models.CheckConstraint(
                name="discrepancy_is_closed_by_somebody_with_a_finding",
                condition=Q(outcome="", closed_at=None, closed_by=None, finding="")
                | (
                    Q(outcome__in=["corrected", "reweighed", "accepted"])
                    & Q(closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(finding="")
                ),
                violation_error_message=_("A discrepancy is closed by somebody, with a finding."),
            ),
            models.CheckConstraint(
                name="discrepancy_names_what_closed_it",
                condition=(Q(reweighing=None) & ~Q(outcome="reweighed"))
                | Q(reweighing__isnull=False, outcome="reweighed"),
                violation_error_message=_("Reweighed names the weighing, and nothing else does."),
            ),
            models.CheckConstraint(
                name="discrepancy_names_a_correction_where_it_is_corrected",
                condition=Q(movement=None) | Q(outcome="corrected"),
                violation_error_message=_("Only what is corrected names a correction."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.container}"

    def get_absolute_url(self):
        return address("discrepancy_detail", self.pk)

    @property
    def is_open(self):
        return self.outcome == ""
