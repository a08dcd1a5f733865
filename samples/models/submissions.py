"""Sendings of forms that made something, so that the same form sent twice makes it once."""

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ._acts import OutsideOperation
from ._audited import RecordQuerySet
from .people import User


class Submission(models.Model):
    """One form that was saved, by the token it carried; written with what it made. Only ever added to.

    Not an audited record: it says nothing about the inventory, only which sending of a form made what.
    """

    token = models.UUIDField(unique=True)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of what was typed."))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    noun = models.CharField(max_length=40)
    record_id = models.BigIntegerField()

    objects = RecordQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self):
        return str(self.token)

    def save(self, **kwargs):
        if self.pk is not None:
            raise OutsideOperation("a submission is never changed")
        super().save(force_insert=True)

    def delete(self, *args, **kwargs):
        raise OutsideOperation("a submission is never deleted: its form could be saved once more")

    def made(self):
        """The record that was registered, changed or voided."""
        return apps.get_model("samples", self.noun)._base_manager.get(pk=self.record_id)
