"""Imports: records that came from a file, and files that wait for their check."""

from datetime import timedelta

from django.db import models
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samples.identifiers import validate_sha256

from ._audited import Voidable, VoidableQuerySet
from ._fields import LineField, ProseField


class ImportQuerySet(VoidableQuerySet):
    def with_entry(self):
        """Adds `made_at` and `made_by_name`: when and by whom it was made."""
        first = Import.history.filter(id=OuterRef("pk"), revision=1)
        return self.annotate(
            made_at=Subquery(first.values("history_date")[:1]), made_by_name=Subquery(first.values("actor_name")[:1])
        )


class Import(Voidable):
    """One file of records that was registered, all of it at once; its rows are known by the operation.

    `sample_count` and `container_count` are of a file of samples, `record_count` of any other. One that was
    undone is void, like all that it brought.
    """

    class Kind(models.TextChoices):
        SAMPLES = "samples", _("Samples")
        CONTAINERS = "containers", _("Containers")
        LOCATIONS = "locations", _("Locations")
        CUSTODIANS = "custodians", _("Custodians")
        MISSIONS = "missions", _("Missions")

    kind = models.CharField(_("what was imported"), max_length=20, choices=Kind, default=Kind.SAMPLES)
    file_name = LineField(_("file"))
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, validators=[validate_sha256])
    mapping = ProseField(_("mapping"), blank=True, max_length=20_000)
    left_out = ProseField(_("left out"), blank=True, max_length=20_000)
    sample_count = models.PositiveIntegerField(_("samples"), default=0)
    container_count = models.PositiveIntegerField(_("containers made for them"), default=0)
    record_count = models.PositiveIntegerField(_("records of another kind"), default=0)
    # The operation that registered what it brought; a later version of the import came of another one.
    brought_in = models.UUIDField(_("operation"), unique=True)

    objects = ImportQuerySet.as_manager()

    class Meta(Voidable.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            *Voidable.Meta.constraints,
            models.CheckConstraint(
                name="import_brought_some_record",
                condition=models.Q(kind="samples", sample_count__gt=0, record_count=0)
                | (~models.Q(kind="samples") & models.Q(record_count__gt=0, sample_count=0, container_count=0)),
                violation_error_message=_("No row is left to import: the mapping leaves all of them out."),
            ),
        ]

    @property
    def count(self):
        """How many records its rows became."""
        return self.sample_count or self.record_count

    @property
    def others_count(self):
        """How many records other than samples it brought."""
        return self.record_count + self.container_count

    def __str__(self):
        return f"I-{self.pk:04}" if self.pk else self.file_name

    def get_absolute_url(self):
        return reverse("import_detail", args=[self.pk])


# A check is worth little after a day: the inventory went on.
KEPT_FOR = timedelta(days=1)


class UploadQuerySet(models.QuerySet):
    def kept(self):
        """Those not older than a day."""
        return self.filter(at__gte=timezone.now() - KEPT_FOR)


class Upload(models.Model):
    """A file somebody uploaded to import; gone after a day. Not a record: nothing of the inventory is in it yet.

    `report` is what its check found; `made` is the import that was made of it, once.
    """

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey("samples.User", on_delete=models.CASCADE, related_name="uploads")
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=20, choices=Import.Kind, default=Import.Kind.SAMPLES)
    file_name = LineField()
    content = models.BinaryField()
    # What the person said about the file where it does not tell by itself.
    encoding = models.CharField(max_length=20, blank=True)
    sheet = LineField(blank=True)
    mapping = ProseField(blank=True)
    reason = ProseField()
    report = models.JSONField(null=True, blank=True)
    made = models.OneToOneField(Import, null=True, blank=True, on_delete=models.PROTECT, related_name="upload")

    objects = UploadQuerySet.as_manager()

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("import_check", args=[self.key])
