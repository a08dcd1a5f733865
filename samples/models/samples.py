"""Samples: the material itself."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from samples.identifiers import validate_identifier
from samples.questions import address
from samples.roles import Right

from ._audited import AuditedTree, IdentifiedQuerySet, TreeQuerySet
from ._fields import DepthField, LineField, MassField, MomentField, ProseField


class Origin(models.TextChoices):
    DRILL = "drill", _("Drill")
    SCOOP = "scoop", _("Scoop")
    MIXED = "mixed", _("Mixed")


class SampleQuerySet(IdentifiedQuerySet, TreeQuerySet):
    def published(self):
        """Samples that researchers may see."""
        return self.live().exclude(published_at=None)

    def stored(self):
        """Samples that have some mass left."""
        return self.live().filter(status=Sample.Status.STORED)

    def pristine(self):
        """Samples that never touched air."""
        return self.filter(exposure=Sample.Exposure.PRISTINE)

    def segments_of(self, core_id):
        """The segments cut from one core and not merged back, from the top down."""
        cut = self.live().filter(parent_id=core_id, form=Sample.Form.CORE_SEGMENT)
        there = cut.exclude(status=Sample.Status.EXHAUSTED, movements_out__kind="merge").exclude(depth_top_cm=None)
        return there.order_by("depth_top_cm", "depth_bottom_cm", "pk")

    def to_merge_with(self, sample):
        """What `sample` may be merged into, its parent first, then the subsamples beside it (rule 3)."""
        if sample.parent_id is None:
            return self.none()
        family = self.live().filter(Q(pk=sample.parent_id) | Q(parent=sample.parent_id)).exclude(pk=sample.pk)
        return family.order_by(models.Case(models.When(pk=sample.parent_id, then=0), default=1), "identifier")

    def visible_to(self, user):
        """Samples `user` may see: all, or the published ones, or none."""
        if user.sees_all:
            return self
        return self.published() if user.may(Right.SEE_PUBLISHED) else self.none()


class Sample(AuditedTree):
    """Material with an identity for life. Masses in grams, depths in centimetres; a subsample has a parent."""

    class Origin(models.TextChoices):
        DRILL = Origin.DRILL.value, Origin.DRILL.label
        SCOOP = Origin.SCOOP.value, Origin.SCOOP.label

    class Form(models.TextChoices):
        BULK = "bulk regolith", _("Bulk regolith")
        POWDER = "powder", _("Powder")
        PARTICLE = "particle", _("Particle")
        ROCK = "rock", _("Rock")
        CORE_SEGMENT = "core segment", _("Core segment")
        SECTION = "polished section", _("Polished section")
        RESIDUE = "residue", _("Residue")
        GAS = "gas", _("Gas")

    class UseCategory(models.TextChoices):
        UNASSIGNED = "unassigned", _("Not yet assigned")
        PERMANENT = "permanent", _("Permanent")
        BACKUP_PERMANENT = "backup permanent", _("Backup permanent")
        RESEARCH = "research", _("Research")
        PUBLIC_BENEFIT = "public benefit", _("Public benefit")

    class Exposure(models.TextChoices):
        PRISTINE = "pristine", _("Pristine")
        EXPOSED = "air-exposed", _("Air-exposed")

    class Status(models.TextChoices):
        STORED = "stored", _("Stored")
        EXHAUSTED = "exhausted", _("Exhausted")

    identifier = LineField(_("identifier"), max_length=40, validators=[validate_identifier])
    other_names = LineField(_("other names"), blank=True)
    mission = models.ForeignKey(
        "samples.Mission", verbose_name=_("mission"), on_delete=models.PROTECT, related_name="samples"
    )
    container = models.ForeignKey(
        "samples.Container", verbose_name=_("container"), on_delete=models.PROTECT, related_name="samples"
    )
    origin = models.CharField(_("origin"), max_length=5, choices=Origin)
    collection_method = LineField(
        _("collection method"), blank=True, help_text=_("The exact technique: drive tube, rake, robotic-arm scoop …")
    )
    collected_at = MomentField(_("collected"), null=True, blank=True)
    form = models.CharField(_("form"), max_length=20, choices=Form)
    depth_top_cm = DepthField(_("depth, top"), null=True, blank=True)
    depth_bottom_cm = DepthField(_("depth, bottom"), null=True, blank=True)
    use_category = models.CharField(
        _("use category"), max_length=20, choices=UseCategory, default=UseCategory.UNASSIGNED
    )
    exposure = models.CharField(_("exposure"), max_length=12, choices=Exposure, default=Exposure.PRISTINE)
    exposed_at = MomentField(_("exposed"), null=True, blank=True)
    exposed_reason = LineField(_("why it was exposed"), blank=True)
    initial_mass_g = MassField(_("initial mass"))
    mass_g = MassField(_("mass"), editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.STORED, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    description = ProseField(_("description"), blank=True)

    objects = SampleQuerySet.as_manager()

    AMENDABLE = [
        "other_names",
        "collection_method",
        "collected_at",
        "form",
        "depth_top_cm",
        "depth_bottom_cm",
        "description",
    ]

    class Meta(AuditedTree.Meta):
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        indexes = [
            # The order of lists and files: their first row need not wait until a million are sorted.
            models.Index(fields=["identifier", "id"], name="sample_by_identifier"),
            # Narrow, so that live samples are counted, as each file announces them, without reading the rows.
            models.Index(
                # With the second SQLite sees that the index tells everything that the count asks for.
                fields=["mission", "voided_at"],
                name="sample_live_of_mission",
                condition=Q(voided_at__isnull=True),
            ),
        ]
        constraints = [
            *AuditedTree.Meta.constraints,
            models.UniqueConstraint(
                Lower("identifier"),
                name="sample_identifier_is_unique",
                violation_error_message=_(
                    "Another sample has this identifier. Identifiers are unique, upper and lower case "
                    "alike, and a voided one stays taken."
                ),
            ),
            models.CheckConstraint(
                name="sample_initial_mass_is_positive",
                condition=Q(initial_mass_g__gt=Decimal(0)),
                violation_error_message=_("The initial mass is more than zero."),
            ),
            models.CheckConstraint(
                name="sample_is_exhausted_when_nothing_is_left",
                condition=Q(status="stored", mass_g__gt=Decimal(0)) | Q(status="exhausted", mass_g=Decimal(0)),
                violation_error_message=_("A stored sample has some mass; an exhausted one has none."),
            ),
            models.CheckConstraint(
                name="sample_depth_belongs_to_a_drill_core",
                condition=Q(depth_top_cm=None, depth_bottom_cm=None) | Q(origin="drill"),
                violation_error_message=_("Scooped material comes from the surface and has no depth. Leave it empty."),
            ),
            models.CheckConstraint(
                name="sample_depth_is_given_from_top_to_bottom",
                condition=Q(depth_top_cm=None, depth_bottom_cm=None)
                | Q(
                    depth_top_cm__isnull=False,
                    depth_bottom_cm__isnull=False,
                    depth_top_cm__gte=Decimal(0),
                    depth_bottom_cm__gt=F("depth_top_cm"),
                ),
                violation_error_message=_("Give both depths, the top above the bottom, or leave both empty."),
            ),
            models.CheckConstraint(
                name="sample_exposure_has_its_moment_and_reason",
                condition=Q(exposure="pristine", exposed_at=None, exposed_reason="")
                | (Q(exposure="air-exposed", exposed_at__isnull=False) & ~Q(exposed_reason="")),
                violation_error_message=_(
                    "For air-exposed material say when and why it was exposed; for pristine material leave both empty."
                ),
            ),
        ]

    def __str__(self):
        return self.identifier

    def get_absolute_url(self):
        return address("sample_detail", self.pk)

    @property
    def is_permanent(self):
        """Kept for good: split or consumed only by a curator's override (rule 20)."""
        return self.use_category in (Sample.UseCategory.PERMANENT, Sample.UseCategory.BACKUP_PERMANENT)

    @property
    def is_pristine(self):
        return self.exposure == Sample.Exposure.PRISTINE

    @property
    def is_published(self):
        return self.published_at is not None
