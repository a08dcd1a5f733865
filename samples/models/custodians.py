"""Custodians: the parties that answer for containers."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from samples.questions import address
from samples.stages import SIGNING, STEPS, CustodianKind, Signing

from ._audited import Voidable, VoidableQuerySet
from ._fields import LineField, ProseField
from .people import User


class CustodianQuerySet(VoidableQuerySet):
    def active(self):
        """Custodians that custody may be handed to."""
        return self.live().filter(active=True)

    def reachable_from(self, custodian):
        """Active custodians that the step table lets `custodian` hand over to (rule 10)."""
        return self.active().filter(kind__in=STEPS[custodian.kind]).exclude(pk=custodian.pk)

    def staffed(self):
        """Custodians with at least one active user who may sign for them (rule 11)."""
        nobody_there = [kind for kind, signing in SIGNING.items() if signing is Signing.BEHALF]
        return self.filter(Exists(User.objects.signing_for(OuterRef("pk")))).exclude(kind__in=nobody_there)


class Custodian(Voidable):
    """The party that answers for a container."""

    Kind = CustodianKind

    name = LineField(_("name"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    organisation = LineField(_("organisation"), blank=True)
    contact = ProseField(_("contact"), blank=True, max_length=1000)
    active = models.BooleanField(_("active"), default=True)

    objects = CustodianQuerySet.as_manager()

    AMENDABLE = ["name", "organisation", "contact", "active"]

    class Meta(Voidable.Meta):
        verbose_name = _("custodian")
        verbose_name_plural = _("custodians")
        constraints = [
            *Voidable.Meta.constraints,
            models.UniqueConstraint(
                Lower("name"),
                name="custodian_name_is_unique",
                violation_error_message=_("Another custodian has this name."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address("custodian_detail", self.pk)

    def is_staffed(self):
        """Has at least one active user who may sign for it; only where not, a side is entered on behalf."""
        return SIGNING[self.kind] is not Signing.BEHALF and User.objects.signing_for(self.pk).exists()
