"""The ledger: one chain of entries over everything that was written, each sealed by the one before it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ._acts import OutsideOperation
from ._audited import RecordQuerySet
from ._fields import LineField, ProseField


class LedgerQuerySet(RecordQuerySet):
    """Reads of the ledger."""

    def operations(self):
        """The first entry of each operation: one row for each act of a person."""
        return self.filter(step=0)

    def of_operations(self, operations):
        """Every entry of these operations, given by their first entries."""
        return self.filter(operation_id__in=operations.order_by().values("operation_id"))

    def acts(self, verb):
        """The entries of acts that wrote no record, such as "audit.verify"."""
        return self.filter(noun="", verb=verb)

    def of_record(self, record):
        """The entries that tell of this record."""
        return self.filter(noun=record._meta.model_name, record_id=record.pk)

    def head(self):
        """The newest entry, or None while nothing was written."""
        return self.order_by("-seq").first()


class LedgerEntry(models.Model):
    """One history row, account event or act without a record, as it was written; never changed, never deleted.

    `seq` runs 1, 2, 3 … without a gap; `step` does within an operation, from 0. `noun`, `record_id`,
    `revision` and `history_id` name the history row that `payload` repeats; all of them are empty for
    an act that wrote no record, such as a sign-in. `prev` is the hash of the entry before it. How
    `hash` and `mac` are made stands in samples/audit/ledger.py.
    """

    seq = models.BigIntegerField(primary_key=True)
    recorded_at = models.DateTimeField(_("when"), db_index=True)
    # NULL for acts of the server itself.
    actor_id = models.BigIntegerField(null=True)
    actor_name = LineField(_("by"))
    operation_id = models.UUIDField(_("operation"), db_index=True)
    step = models.PositiveIntegerField()
    verb = LineField(_("what"), max_length=60)
    reason = ProseField(_("reason"))
    noun = models.CharField(_("kind of record"), max_length=40, blank=True)
    record_id = models.BigIntegerField(null=True)
    revision = models.PositiveIntegerField(null=True)
    history_id = models.BigIntegerField(null=True)
    # Canonical JSON.
    payload = models.TextField()
    prev = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)
    key_id = models.CharField(max_length=16)
    mac = models.CharField(max_length=64)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["noun", "history_id"], name="ledger_enters_a_history_row_once"),
            models.UniqueConstraint(fields=["operation_id", "step"], name="ledger_counts_the_steps_of_an_operation"),
            models.CheckConstraint(
                name="ledger_entry_names_its_history_row_whole",
                condition=Q(noun="", record_id=None, revision=None, history_id=None)
                | (~Q(noun="") & Q(record_id__isnull=False, history_id__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["-seq"], condition=Q(step=0), name="ledger_operations"),
            models.Index(fields=["noun", "record_id", "-seq"], name="ledger_of_a_record"),
            models.Index(fields=["actor_id", "-seq"], name="ledger_of_a_person"),
            # The newest verification, the last lock of a name: few among very many.
            models.Index(fields=["verb", "-seq"], condition=Q(noun=""), name="ledger_acts"),
        ]

    def __str__(self):
        return f"Ledger {self.seq}"

    def save(self, *args, **kwargs):
        raise OutsideOperation("the ledger is written at the end of an operation, by samples/audit/ledger.py")

    def delete(self, *args, **kwargs):
        raise OutsideOperation("the ledger is only added to")
