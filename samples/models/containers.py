"""Containers and their seals."""

from decimal import Decimal

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_cte import CTE, with_cte

from samples.identifiers import validate_identifier
from samples.questions import address
from samples.roles import Right

from ._audited import Audited, AuditedTree, IdentifiedQuerySet, RecordQuerySet, TreeQuerySet
from ._fields import LineField, MassField, MomentField, ProseField
from .locations import Atmosphere, Location
from .samples import Origin, Sample


class ContainerQuerySet(IdentifiedQuerySet, TreeQuerySet):
    def visible_to(self, user):
        """Containers `user` may see: all, or those that hold, at any depth, a sample that user may see."""
        if user.sees_all:
            return self
        if not user.may(Right.SEE_PUBLISHED):
            return self.none()
        holding = Sample.objects.visible_to(user).values("container_id")
        plain = Container._base_manager

        def step(cte):
            return (
                plain.filter(pk__in=holding)
                .values("id", "parent_id")
                .union(cte.join(plain.all(), id=cte.col.parent_id).values("id", "parent_id"))
            )

        cte = CTE.recursive(step, name="holding")
        return self.filter(pk__in=with_cte(cte, select=cte.queryset().values("id")))

    def with_seal(self):
        """Adds `seal_number` and `seal_state` of the newest seal; None where there never was one."""
        newest = Seal.objects.filter(container=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            seal_number=Subquery(newest.values("number")[:1]), seal_state=Subquery(newest.values("state")[:1])
        )

    def under_way(self):
        """Containers released and not yet received: frozen until then (rule 16)."""
        # One open line a container (a constraint), so the join repeats none.
        return self.filter(lines__open=True)

    def ready_to_go_from(self, custodian):
        """Live containers that `custodian` holds, inside no other one and not under way: what it may release."""
        return self.live().filter(custodian=custodian, parent=None).exclude(lines__open=True)

    def empty_for(self, sample):
        """Live containers of the custodian of `sample` with nothing in them, not under way and not sealed, for such."""
        held = self.live().filter(custodian=sample.container.custodian_id, mission=sample.mission_id)
        of_its_kind = held.filter(origin__in=[sample.origin, Origin.MIXED]).exclude(lines__open=True)
        taken = (
            Sample.objects.stored().filter(container=OuterRef("pk")),
            Container.objects.live().filter(parent=OuterRef("pk")),
            Seal.objects.holding().filter(container=OuterRef("pk")),
        )
        return of_its_kind.exclude(pk=sample.container_id).filter(*(~Exists(rows) for rows in taken))

    def contents_by_id(self, ids, samples=None):
        """Return {container id: {origin: grams}} of all samples in each of `ids` and in what is inside it.

        One query, however many ids. `samples` limits what is counted to what a person may see.
        """
        ids = list(ids)
        # An empty seed would leave a recursion without a beginning.
        if not ids:
            return {}
        cte = self.subtree_cte(ids)
        samples = Sample.objects.all() if samples is None else samples
        rows = (
            with_cte(cte, select=cte.join(samples, container=cte.col.id))
            .annotate(root=cte.col.root)
            .order_by()
            .values_list("root", "origin")
            .annotate(total_g=Sum("mass_g"))
        )
        contents = {pk: {} for pk in ids}
        for root, origin, total_g in rows:
            contents[root][origin] = total_g
        return contents

    def inside_by_id(self, ids):
        """Return {container id: [containers]}: each of `ids`, and after it all live containers in it; one query."""
        ids = list(ids)
        if not ids:
            return {}
        cte = self.subtree_cte(ids)
        rows = with_cte(cte, select=cte.join(self.live(), id=cte.col.id)).annotate(root=cte.col.root)
        inside = {pk: [] for pk in ids}
        for container in rows.order_by("identifier", "pk"):
            inside[container.root].append(container)
        return {pk: sorted(found, key=lambda one, own=pk: one.pk != own) for pk, found in inside.items()}


class Container(AuditedTree):
    """A physical vessel. Masses in grams; `parent` is the container it is inside."""

    class Kind(models.TextChoices):
        CAPSULE = "return capsule", _("Return capsule")
        PACKAGE = "sealed package", _("Sealed package")
        PRIMARY = "primary container", _("Primary container")
        CORE_TUBE = "core tube", _("Core tube")
        BAG = "collection bag", _("Collection bag")
        BOTTLE = "sample bottle", _("Sample bottle")
        VIAL = "vial", _("Vial")
        TRAY = "tray", _("Tray")

    class Status(models.TextChoices):
        IN_USE = "in use", _("In use")
        EMPTIED = "emptied", _("Emptied")

    identifier = LineField(_("identifier"), max_length=40, validators=[validate_identifier])
    mission = models.ForeignKey(
        "samples.Mission", verbose_name=_("mission"), on_delete=models.PROTECT, related_name="containers"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    origin = models.CharField(_("origin"), max_length=5, choices=Origin)
    capacity_g = MassField(_("capacity"), null=True, blank=True, help_text=_("Leave empty when it is not rated."))
    tare_g = MassField(_("tare"), null=True, blank=True)
    atmosphere = models.CharField(_("atmosphere"), max_length=10, choices=Atmosphere, blank=True)
    location = models.ForeignKey(
        "samples.Location",
        verbose_name=_("location"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="containers",
    )
    custodian = models.ForeignKey(
        "samples.Custodian", verbose_name=_("custodian"), on_delete=models.PROTECT, related_name="containers"
    )
    custody_began_at = MomentField(_("custody began"))
    chain_document = LineField(_("document the chain of custody begins with"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.IN_USE, editable=False)
    description = ProseField(_("description"), blank=True)

    objects = ContainerQuerySet.as_manager()

    AMENDABLE = ["capacity_g", "tare_g", "atmosphere", "description"]

    class Meta(AuditedTree.Meta):
        verbose_name = _("container")
        verbose_name_plural = _("containers")
        constraints = [
            *AuditedTree.Meta.constraints,
            models.UniqueConstraint(
                Lower("identifier"),
                name="container_identifier_is_unique",
                violation_error_message=_(
                    "Another container has this identifier. Identifiers are unique, upper and lower case "
                    "alike, and a voided one stays taken."
                ),
            ),
            models.CheckConstraint(
                name="container_of_mixed_origin_is_a_capsule_package_or_bag",
                condition=~Q(origin="mixed") | Q(kind__in=["return capsule", "sealed package", "collection bag"]),
                violation_error_message=_(
                    "Only a return capsule, a sealed package or a collection bag may hold both drilled and scooped "
                    "material. Choose drill or scoop."
                ),
            ),
            models.CheckConstraint(
                name="container_stands_somewhere_or_is_inside_another",
                condition=Q(parent=None, location__isnull=False) | Q(parent__isnull=False, location=None),
                violation_error_message=_(
                    "Say where the container stands, or which container it is inside of: one of the two."
                ),
            ),
            models.CheckConstraint(
                name="container_masses_are_not_negative",
                condition=(Q(capacity_g=None) | Q(capacity_g__gt=Decimal(0)))
                & (Q(tare_g=None) | Q(tare_g__gte=Decimal(0))),
                violation_error_message=_("A capacity is more than zero and a tare is never negative."),
            ),
        ]

    def __str__(self):
        return self.identifier

    def get_absolute_url(self):
        return address("container_detail", self.pk)

    def contents_by_origin(self, samples=None):
        """Grams of all samples in it and in everything inside it, by origin."""
        return Container.objects.contents_by_id([self.pk], samples)[self.pk]

    def contents_g(self, samples=None):
        """Grams of all samples in it and in everything inside it; tares are not counted (rule 2)."""
        return sum(self.contents_by_origin(samples).values(), Decimal("0.000000"))

    def tare_inside_out_g(self):
        """Grams of everything that is not sample: its own tare and those of all live containers in it.

        None where one of them is not known (rule 5).
        """
        # With their keys, for two of the same tare are two.
        tares = [tare_g for _, tare_g in Container.objects.live().within(self.pk).values_list("pk", "tare_g")]
        return None if None in tares else sum(tares, Decimal("0.000000"))

    def atmosphere_around(self):
        """What its contents touch once it is open: its own atmosphere, else that of what it is inside of, else that
        of the place it stands at or one around it; "" where none of them says (rule 19).
        """
        path = self.path()
        places = Location.objects.path_to(path[0].location_id) if path[0].location_id else []
        return next((each.atmosphere for each in reversed([*places, *path]) if each.atmosphere), "")

    def seal(self):
        """The newest seal on it, or None."""
        return self.seals.order_by("-pk").first()

    def is_sealed(self):
        """Has a seal that is intact or damaged."""
        seal = self.seal()
        return seal is not None and seal.holds

    def open_handoff(self):
        """The handoff it is under way with, or None."""
        line = self.lines.filter(open=True).select_related("handoff").first()
        return line.handoff if line else None


class SealQuerySet(RecordQuerySet):
    def holding(self):
        """Seals that still close their container."""
        return self.exclude(state=Seal.State.BROKEN)


class Seal(Audited):
    """A numbered seal on a container; a reseal is a new row, and a broken one never becomes intact."""

    class State(models.TextChoices):
        INTACT = "intact", _("Intact")
        DAMAGED = "damaged", _("Damaged")
        BROKEN = "broken", _("Broken")

    container = models.ForeignKey(
        Container, verbose_name=_("container"), on_delete=models.PROTECT, related_name="seals"
    )
    number = LineField(_("seal number"), max_length=60)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.INTACT, editable=False)
    applied_at = MomentField(_("applied"))
    applied_by = LineField(_("applied by"), help_text=_("The person or the spacecraft that closed it."))
    applied_reason = ProseField(_("why it was applied"))
    damaged_at = MomentField(_("damage noted"), null=True, blank=True, editable=False)
    damaged_by = LineField(_("damage noted by"), blank=True, editable=False)
    damage = ProseField(_("damage"), blank=True, editable=False)
    broken_at = MomentField(_("broken"), null=True, blank=True, editable=False)
    broken_by = LineField(_("broken by"), blank=True, editable=False)
    broken_reason = ProseField(_("why it was broken"), blank=True, editable=False)

    objects = SealQuerySet.as_manager()

    class Meta(Audited.Meta):
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints = [
            models.UniqueConstraint(
                Lower("number"),
                name="seal_number_is_unique",
                violation_error_message=_("This seal number was used before. Every seal has a number of its own."),
            ),
            models.UniqueConstraint(
                "container",
                condition=~Q(state="broken"),
                name="seal_that_holds_is_the_only_one_on_its_container",
                violation_error_message=_("This container is sealed already."),
            ),
            models.CheckConstraint(
                name="seal_is_broken_by_somebody_with_a_reason",
                condition=(~Q(state="broken") & Q(broken_at=None, broken_by="", broken_reason=""))
                | (
                    Q(state="broken", broken_at__isnull=False, broken_at__gte=F("applied_at"))
                    & ~Q(broken_by="")
                    & ~Q(broken_reason="")
                ),
                violation_error_message=_("A broken seal says when, by whom and why it was broken."),
            ),
            models.CheckConstraint(
                name="seal_is_damaged_with_a_description",
                condition=Q(damaged_at=None, damaged_by="", damage="")
                | (
                    Q(state__in=["damaged", "broken"], damaged_at__isnull=False, damaged_at__gte=F("applied_at"))
                    & ~Q(damaged_by="")
                    & ~Q(damage="")
                ),
                violation_error_message=_("Damage of a seal says when and by whom it was noted, and what it is."),
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def holds(self):
        return self.state != self.State.BROKEN
