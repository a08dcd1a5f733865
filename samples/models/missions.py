"""Missions: one sample-return flight each."""

from decimal import Decimal

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from samples.identifiers import validate_identifier
from samples.questions import address

from ._audited import Voidable, VoidableQuerySet
from ._fields import DegreesField, DepthField, LineField, MassField, MomentField, ProseField
from .samples import Sample


class MissionQuerySet(VoidableQuerySet):
    def visible_to(self, user):
        """Missions `user` may see: all of them, or those with a sample that user may see."""
        if user.sees_all:
            return self
        return self.filter(Exists(Sample.objects.visible_to(user).filter(mission=OuterRef("pk"))))


class Mission(Voidable):
    """One sample-return flight; owns the return capacity (g) and the drill depth limit (cm)."""

    class Side(models.TextChoices):
        NEAR = "near", _("Near side")
        FAR = "far", _("Far side")

    code = LineField(_("code"), max_length=40, validators=[validate_identifier])
    name = LineField(_("name"))
    agency = LineField(_("agency"), blank=True)
    launch_vehicle = LineField(_("launch vehicle"), blank=True)
    launch_site = LineField(_("launch site"), blank=True)
    launched_on = models.DateField(_("launched"), null=True, blank=True)
    body_side = models.CharField(_("side of the Moon"), max_length=4, choices=Side)
    landing_site = LineField(_("landing site"), blank=True)
    latitude = DegreesField(_("latitude"), null=True, blank=True)
    longitude = DegreesField(_("longitude, east positive"), null=True, blank=True)
    relay_satellite = LineField(_("relay satellite"), blank=True)
    landed_at = MomentField(_("landed on the Moon"), null=True, blank=True)
    returned_at = MomentField(_("returned to Earth"), null=True, blank=True)
    return_place = LineField(_("where it returned"), blank=True)
    return_capacity_g = MassField(_("return capacity"), default=Decimal(2000))
    drill_limit_cm = DepthField(_("drill depth limit"), default=Decimal(200))
    notes = ProseField(_("notes"), blank=True)

    objects = MissionQuerySet.as_manager()

    AMENDABLE = [
        "name",
        "agency",
        "launch_vehicle",
        "launch_site",
        "launched_on",
        "body_side",
        "landing_site",
        "latitude",
        "longitude",
        "relay_satellite",
        "landed_at",
        "returned_at",
        "return_place",
        "return_capacity_g",
        "drill_limit_cm",
        "notes",
    ]

    class Meta(Voidable.Meta):
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        constraints = [
            *Voidable.Meta.constraints,
            models.UniqueConstraint(
                Lower("code"),
                name="mission_code_is_unique",
                violation_error_message=_(
                    "Another mission has this code. Codes are unique, upper and lower case alike."
                ),
            ),
            models.CheckConstraint(
                name="mission_far_side_has_a_relay",
                condition=~Q(body_side="far", relay_satellite=""),
                violation_error_message=_(
                    "A mission to the far side cannot be heard from Earth: name its relay satellite."
                ),
            ),
            models.CheckConstraint(
                name="mission_longitude_fits_its_side",
                condition=Q(longitude=None)
                | Q(body_side="near", longitude__gte=Decimal(-90), longitude__lte=Decimal(90))
                | (Q(body_side="far") & (Q(longitude__lt=Decimal(-90)) | Q(longitude__gt=Decimal(90)))),
                violation_error_message=_(
                    "The longitude contradicts the side: the near side lies between -90 and 90 degrees, "
                    "the far side beyond them."
                ),
            ),
            models.CheckConstraint(
                name="mission_coordinates_are_both_known_and_on_the_moon",
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=Decimal(-90),
                    latitude__lte=Decimal(90),
                    longitude__gte=Decimal(-180),
                    longitude__lte=Decimal(180),
                ),
                violation_error_message=_(
                    "Give latitude (-90 to 90) and longitude (-180 to 180) both, or leave both empty."
                ),
            ),
            models.CheckConstraint(
                name="mission_capacity_is_positive",
                condition=Q(return_capacity_g__gt=Decimal(0), drill_limit_cm__gte=Decimal(0)),
                violation_error_message=_("The return capacity is more than zero."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address("mission_detail", self.pk)
