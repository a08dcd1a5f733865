"""Locations: where a container stands."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from samples.questions import address

from ._audited import AuditedTree, TreeQuerySet
from ._fields import LineField

# Between the names of a path.
PATH_MARK = " / "


class Atmosphere(models.TextChoices):
    NITROGEN = "nitrogen", _("Nitrogen")
    VACUUM = "vacuum", _("Vacuum")
    AIR = "air", _("Air")


class LocationQuerySet(TreeQuerySet):
    def open_to(self, custodian):
        """Live places where containers of `custodian` may stand: neither they nor one around is another's (rule 17)."""
        others = Location.objects.exclude(custodian=None).exclude(custodian=custodian)
        return self.live().exclude(pk__in=Location.objects.within(*others.values_list("pk", flat=True)).values("pk"))


class Location(AuditedTree):
    """A place in the tree site > building > room > glove box > shelf > position; a vehicle is one too."""

    class Kind(models.TextChoices):
        SITE = "site", _("Site")
        VEHICLE = "vehicle", _("Vehicle or spacecraft")
        BUILDING = "building", _("Building")
        ROOM = "room", _("Room")
        GLOVE_BOX = "glove box", _("Glove box")
        SHELF = "shelf", _("Shelf")
        POSITION = "position", _("Position")

    name = LineField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    atmosphere = models.CharField(_("atmosphere"), max_length=10, choices=Atmosphere, blank=True)
    custodian = models.ForeignKey(
        "samples.Custodian",
        verbose_name=_("custodian"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="locations",
        help_text=_("A place that has a custodian holds only that custodian's containers."),
    )

    objects = LocationQuerySet.as_manager()

    AMENDABLE = ["name", "kind", "atmosphere"]

    class Meta(AuditedTree.Meta):
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            *AuditedTree.Meta.constraints,
            models.UniqueConstraint(
                "parent",
                Lower("name"),
                condition=Q(voided_at=None),
                name="location_name_is_unique_where_it_is",
                violation_error_message=_("There is a location of this name in the same place already."),
            ),
            # NULL parents are distinct to the constraint above.
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(voided_at=None, parent=None),
                name="location_name_is_unique_at_the_top",
                violation_error_message=_("There is a site of this name already."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address("location_detail", self.pk)

    def full_name(self):
        """The names from the site down to here: "Hall 1 / GB-01 / floor"."""
        return PATH_MARK.join(location.name for location in self.path())
