"""The mass ledger: every gram that came in, went out, or changed from one sample to another."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ._audited import Audited, RecordQuerySet
from ._fields import MassField, MomentField, ProseField


class MassMovementQuerySet(RecordQuerySet):
    def of_sample(self, sample):
        """Movements into or out of `sample`."""
        return self.filter(Q(from_sample=sample) | Q(to_sample=sample))

    def of_mission(self, mission):
        """Movements of the samples of `mission`; none ever leads into another one."""
        return self.filter(Q(from_sample__mission=mission) | Q(to_sample__mission=mission))

    def that_came_in(self):
        """Movements that brought mass into the inventory."""
        return self.filter(from_sample=None)

    def that_went_out(self):
        """Movements by which mass left the inventory."""
        return self.filter(to_sample=None)

    def from_one_to_another(self):
        """Movements between two samples, which change no sum."""
        return self.filter(from_sample__isnull=False, to_sample__isnull=False)


class MassMovement(Audited):
    """So many grams into, out of, or between samples, and why. Never amended, never voided."""

    IS_ONLY_ADDED_TO = True

    class Kind(models.TextChoices):
        ACCESSION = "accession", _("Accession")
        SPLIT = "split", _("Split")
        MERGE = "merge", _("Merge")
        CONSUMED = "consumed", _("Consumed")
        LOST = "lost", _("Lost")
        CORRECTION = "correction", _("Correction")

    # None in `from_sample` means from the Moon, None in `to_sample` that it left the inventory.
    from_sample = models.ForeignKey(
        "samples.Sample",
        verbose_name=_("from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="movements_out",
    )
    to_sample = models.ForeignKey(
        "samples.Sample",
        verbose_name=_("to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="movements_in",
    )
    mass_g = MassField(_("mass"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    operation_id = models.UUIDField(_("operation"))
    happened_at = MomentField(_("when it happened"))
    # What a correction rests on.
    weighing = models.ForeignKey(
        "samples.Weighing",
        verbose_name=_("weighing"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="movements",
    )
    by = models.ForeignKey("samples.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    reason = ProseField(_("reason"))

    objects = MassMovementQuerySet.as_manager()

    class Meta(Audited.Meta):
        verbose_name = _("mass movement")
        verbose_name_plural = _("mass movements")
        indexes = [
            models.Index(fields=["happened_at", "id"], name="movement_by_moment"),
            # Of few movements, so that SQLite does not think that as many have any one end as have none.
            models.Index(fields=["from_sample"], name="movement_out_of_sample", condition=Q(from_sample__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="movement_moves_some_mass", condition=Q(mass_g__gt=Decimal(0))),
            models.CheckConstraint(
                name="movement_kind_fits_its_two_ends",
                condition=Q(kind="accession", from_sample=None, to_sample__isnull=False)
                | (
                    Q(kind__in=["split", "merge"], from_sample__isnull=False, to_sample__isnull=False)
                    & ~Q(from_sample=F("to_sample"))
                )
                | Q(kind__in=["consumed", "lost"], from_sample__isnull=False, to_sample=None)
                | Q(kind="correction", from_sample=None, to_sample__isnull=False)
                | Q(kind="correction", from_sample__isnull=False, to_sample=None),
            ),
            models.CheckConstraint(
                name="movement_of_a_correction_alone_rests_on_a_weighing",
                condition=Q(weighing=None) | Q(kind="correction"),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.mass_g} g"

    @property
    def sample(self):
        """The sample whose mass it changed, or the one that got it; of its mission and origin are both."""
        return self.to_sample or self.from_sample
