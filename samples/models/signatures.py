"""Signatures of handoffs: who signed what, when, and over which state of the ledger."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ._audited import Audited
from ._fields import LineField


class Signature(Audited):
    """One person's signature of one side of a handoff, given with the password; only ever added.

    `ledger_seq` and `ledger_hash` are those of the last entry of what was signed (21 CFR 11.50 and 11.70).
    """

    IS_ONLY_ADDED_TO = True

    class Meaning(models.TextChoices):
        RELEASE = "release", _("I release these containers")
        RECEIPT = "receipt", _("I received these containers as recorded")

    handoff = models.ForeignKey(
        "samples.Handoff", verbose_name=_("handoff"), on_delete=models.PROTECT, related_name="signatures"
    )
    meaning = models.CharField(_("meaning"), max_length=10, choices=Meaning)
    user = models.ForeignKey("samples.User", verbose_name=_("signed by"), on_delete=models.PROTECT, related_name="+")
    # As it was then; a person's name may change.
    name = LineField(_("name"))
    signed_at = models.DateTimeField(_("signed"))
    ledger_seq = models.PositiveBigIntegerField(_("ledger entry"))
    ledger_hash = LineField(_("hash of the ledger entry"), max_length=64)

    class Meta(Audited.Meta):
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["handoff", "meaning"],
                name="handoff_side_is_signed_once",
                violation_error_message=_("This side of the handoff is signed already."),
            ),
        ]

    def __str__(self):
        return f"{self.handoff}, {self.get_meaning_display()}"
