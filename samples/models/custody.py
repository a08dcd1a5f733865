"""Custody: handoffs from one custodian to the next, and what was in them."""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from samples.questions import address
from samples.roles import Right

from ._audited import Audited, RecordQuerySet
from ._fields import LineField, MassField, MomentField, ProseField
from .containers import Container, Seal
from .custodians import Custodian

# Where it is longer than this between release and receipt the chain has a gap that somebody must explain (rule 13).
GAP = timedelta(minutes=60)
# An entry made longer than this after its event is marked "entered later".
ENTERED_LATER = timedelta(hours=24)


class HandoffQuerySet(RecordQuerySet):
    def open(self):
        """Released and not yet received, rejected or cancelled."""
        return self.filter(status=Handoff.Status.RELEASED)

    def received(self):
        """Handoffs by which custody moved."""
        return self.filter(status__in=Handoff.MOVED)

    def visible_to(self, user):
        """Handoffs `user` may see: all, or those of containers that user may see."""
        if user.sees_all:
            return self
        seen = Container.objects.visible_to(user).values("pk")
        return self.filter(Exists(HandoffLine.objects.filter(handoff=OuterRef("pk"), container__in=seen)))

    def overdue(self, at):
        """Open handoffs that were released longer before `at` than LABINV_OVERDUE_AFTER_HOURS."""
        return self.open().filter(released_at__lt=at - timedelta(hours=settings.OVERDUE_AFTER_HOURS))

    def outgoing_from(self, custodian_id):
        """Open handoffs that this custodian released: it answers for them until they are received."""
        return self.open().filter(from_custodian=custodian_id)

    def not_given_back(self, day):
        """Handoffs due back before `day`, to whomever, of which a container has not gone on since."""
        later = HandoffLine.objects.filter(
            container=OuterRef("container"),
            handoff__status__in=Handoff.MOVED,
            handoff__number__gt=OuterRef("handoff__number"),
        )
        there = HandoffLine.objects.filter(handoff=OuterRef("pk"), container__voided_at=None).exclude(Exists(later))
        return self.received().filter(due_back_on__lt=day).filter(Exists(there))

    def waiting_for(self, user):
        """Open handoffs that `user` may receive: to the own custodian; a curator also those to nobody's desk."""
        if not user.may(Right.WORK):
            return self.none()
        mine = Q(to_custodian=user.custodian_id) if user.custodian_id else Q(pk=None)
        if user.may(Right.CURATE):
            mine |= ~Q(to_custodian__in=Custodian.objects.staffed())
        return self.open().filter(mine).exclude(released_by=user.pk)


class Handoff(Audited):
    """One transfer of custody of one or more containers: released by one person, received by another."""

    class Status(models.TextChoices):
        RELEASED = "released", _("Released")
        RECEIVED = "received", _("Received")
        WITH_DISCREPANCY = "with discrepancy", _("Received with discrepancy")
        REJECTED = "rejected", _("Rejected")
        CANCELLED = "cancelled", _("Cancelled")

    MOVED = (Status.RECEIVED, Status.WITH_DISCREPANCY)

    class Transport(models.TextChoices):
        BY_HAND = "by hand", _("By hand")
        ROAD = "road", _("By road")
        AIR = "air", _("By air")
        RAIL = "rail", _("By rail")
        SPACE = "space flight", _("Space flight")
        DOCKING = "docking", _("Transfer between docked spacecraft")

    number = models.PositiveIntegerField(_("number"), unique=True, editable=False)
    from_custodian = models.ForeignKey(
        "samples.Custodian", verbose_name=_("from"), on_delete=models.PROTECT, related_name="handoffs_out"
    )
    to_custodian = models.ForeignKey(
        "samples.Custodian", verbose_name=_("to"), on_delete=models.PROTECT, related_name="handoffs_in"
    )
    place = LineField(_("place"))
    transport_mode = models.CharField(_("transport"), max_length=20, choices=Transport)
    purpose = LineField(_("purpose"), max_length=400)
    document_number = LineField(_("document number"), blank=True)
    witnesses = LineField(_("witnesses"), max_length=400, blank=True)
    due_back_on = models.DateField(_("due back"), null=True, blank=True)
    remarks = ProseField(_("remarks"), blank=True)
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrected_by",
    )

    released_at = MomentField(_("released"))
    release_signed_at = models.DateTimeField(_("release signed"), editable=False)
    released_by = models.ForeignKey(
        "samples.User", verbose_name=_("release entered by"), on_delete=models.PROTECT, related_name="+"
    )
    released_on_behalf_of = LineField(_("released on behalf of"), blank=True)
    release_document = LineField(_("document of the release on behalf"), blank=True)

    received_at = MomentField(_("received"), null=True, blank=True)
    receipt_signed_at = models.DateTimeField(_("receipt signed"), null=True, blank=True, editable=False)
    received_by = models.ForeignKey(
        "samples.User",
        verbose_name=_("receipt entered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    received_on_behalf_of = LineField(_("received on behalf of"), blank=True)
    receipt_document = LineField(_("document of the receipt on behalf"), blank=True)
    receipt_remarks = ProseField(_("remarks at the receipt"), blank=True)
    received_location = models.ForeignKey(
        "samples.Location",
        verbose_name=_("new location"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.RELEASED, editable=False)
    # Why it was rejected or cancelled, by whom: `received_by` stays empty, because nobody received it.
    closed_at = models.DateTimeField(_("rejected or cancelled"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        "samples.User",
        verbose_name=_("rejected or cancelled by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    closing_reason = ProseField(_("why it was rejected or cancelled"), blank=True, editable=False)
    # False in handoffs from before the database asked for it. The guard lets nobody insert or make such a one.
    held_to_signatures = models.BooleanField(_("held to its signatures"), default=True, editable=False)

    objects = HandoffQuerySet.as_manager()

    class Meta(Audited.Meta):
        verbose_name = _("handoff")
        verbose_name_plural = _("handoffs")
        constraints = [
            models.CheckConstraint(
                name="handoff_goes_to_another_custodian",
                condition=~Q(from_custodian=F("to_custodian")),
                violation_error_message=_("A handoff goes to another custodian."),
            ),
            models.CheckConstraint(
                name="handoff_is_received_by_another_person",
                condition=Q(received_by=None) | ~Q(received_by=F("released_by")),
                violation_error_message=_("Release and receipt are entered by two different people."),
            ),
            models.CheckConstraint(
                name="handoff_is_received_after_its_release",
                condition=Q(received_at=None) | Q(received_at__gte=F("released_at")),
                violation_error_message=_("It cannot be received before it was released."),
            ),
            models.CheckConstraint(
                name="handoff_that_moved_custody_says_who_when_and_where",
                condition=Q(
                    status__in=["received", "with discrepancy"],
                    received_at__isnull=False,
                    receipt_signed_at__isnull=False,
                    received_by__isnull=False,
                    received_location__isnull=False,
                )
                | Q(
                    status__in=["released", "rejected", "cancelled"],
                    received_at=None,
                    receipt_signed_at=None,
                    received_by=None,
                    received_location=None,
                ),
            ),
            models.CheckConstraint(
                name="handoff_that_came_to_nothing_says_who_and_why",
                condition=(
                    Q(status__in=["rejected", "cancelled"], closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(closing_reason="")
                )
                | Q(
                    status__in=["released", "received", "with discrepancy"],
                    closed_at=None,
                    closed_by=None,
                    closing_reason="",
                ),
            ),
            models.CheckConstraint(
                name="handoff_on_behalf_names_person_and_document",
                condition=(
                    Q(released_on_behalf_of="", release_document="")
                    | (~Q(released_on_behalf_of="") & ~Q(release_document=""))
                )
                & (
                    Q(received_on_behalf_of="", receipt_document="")
                    | (~Q(received_on_behalf_of="") & ~Q(receipt_document=""))
                ),
                violation_error_message=_("An entry on behalf of somebody names the person and a document."),
            ),
        ]

    def __str__(self):
        return f"H-{self.number:04d}"

    def get_absolute_url(self):
        return address("handoff_detail", self.pk)

    @property
    def is_open(self):
        return self.status == self.Status.RELEASED

    @property
    def gap(self):
        """The time between release and receipt where it is longer than an hour, else None (rule 13)."""
        if self.received_at is None or self.received_at - self.released_at <= GAP:
            return None
        return self.received_at - self.released_at

    @property
    def is_entered_later(self):
        """Whether a side was entered more than a day after it happened."""
        late_release = self.release_signed_at - self.released_at > ENTERED_LATER
        return late_release or (
            self.received_at is not None and self.receipt_signed_at - self.received_at > ENTERED_LATER
        )


class HandoffLineQuerySet(RecordQuerySet):
    def outermost(self):
        """Lines of the containers that were handed over as such, not inside another one."""
        inside = HandoffLine.objects.filter(handoff=OuterRef("handoff"), container=OuterRef("inside"))
        return self.exclude(Exists(inside))

    def nested(self):
        """The lines of one handoff in the order of reading: what is inside a container right after it."""
        return [line for line, _depth in nested_lines(self.order_by("pk"))]

    def shown_to(self, user):
        """The outermost lines; to whom not everything is shown, the lines of what is shown, nested or not."""
        if user.sees_all:
            return self.outermost()
        return self.filter(container__in=Container.objects.visible_to(user))


def nested_lines(lines):
    """Each line of one handoff with its depth, what is inside a container right after it."""
    lines = list(lines)
    here = {line.container_id for line in lines}
    inside = {}
    for line in lines:
        inside.setdefault(line.inside_id if line.inside_id in here else None, []).append(line)
    stack = [(line, 0) for line in reversed(inside.get(None, []))]
    while stack:
        line, depth = stack.pop()
        yield line, depth
        stack += [(each, depth + 1) for each in reversed(inside.get(line.container_id, []))]


class HandoffLine(Audited):
    """One container in a handoff, nested ones included; `open` until the handoff is closed."""

    handoff = models.ForeignKey(Handoff, verbose_name=_("handoff"), on_delete=models.PROTECT, related_name="lines")
    container = models.ForeignKey(
        Container, verbose_name=_("container"), on_delete=models.PROTECT, related_name="lines"
    )
    inside = models.ForeignKey(
        Container,
        verbose_name=_("inside, at the release"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    open = models.BooleanField(_("open"), default=True)
    seal_declared = LineField(_("seal declared"), max_length=60, blank=True)
    seal_declared_damaged = models.BooleanField(_("seal declared as damaged"), default=False)
    seal_read = LineField(_("seal read back"), max_length=60, blank=True)
    seal_condition = models.CharField(
        _("condition of the seal"), max_length=10, choices=[*Seal.State.choices, ("none", _("Missing"))], blank=True
    )
    gross_declared_g = MassField(_("gross mass declared"), null=True, blank=True)
    gross_weighed_g = MassField(_("gross mass weighed"), null=True, blank=True)
    tolerance_g = MassField(_("tolerance"), null=True, blank=True)

    objects = HandoffLineQuerySet.as_manager()

    class Meta(Audited.Meta):
        verbose_name = _("handoff line")
        verbose_name_plural = _("handoff lines")
        constraints = [
            models.UniqueConstraint(fields=["handoff", "container"], name="handoff_names_a_container_once"),
            models.UniqueConstraint(
                fields=["container"],
                condition=Q(open=True),
                name="container_is_in_one_open_handoff",
                violation_error_message=_("This container is under way with another handoff."),
            ),
            models.CheckConstraint(
                name="handoff_line_masses_are_not_negative",
                condition=(Q(gross_declared_g=None) | Q(gross_declared_g__gte=Decimal(0)))
                & (Q(gross_weighed_g=None) | Q(gross_weighed_g__gte=Decimal(0)))
                & (Q(tolerance_g=None) | Q(tolerance_g__gte=Decimal(0))),
            ),
            models.CheckConstraint(
                name="handoff_line_has_a_tolerance_for_the_mass_it_declares",
                condition=Q(gross_declared_g=None, tolerance_g=None)
                | Q(gross_declared_g__isnull=False, tolerance_g__isnull=False),
                violation_error_message=_("A declared gross mass has a tolerance, and nothing else has one."),
            ),
        ]

    def __str__(self):
        return f"{self.handoff}: {self.container}"

    @property
    def difference_g(self):
        """The gross mass weighed less the one declared, in grams; None where one of them is missing."""
        if self.gross_declared_g is None or self.gross_weighed_g is None:
            return None
        return self.gross_weighed_g - self.gross_declared_g

    @property
    def is_beyond_tolerance(self):
        return self.difference_g is not None and abs(self.difference_g) > self.tolerance_g

    @property
    def is_another_seal(self):
        """Whether another number was read than was declared."""
        return bool(self.seal_read) and self.seal_read.casefold() != self.seal_declared.casefold()

    @property
    def is_another_condition(self):
        """Whether the seal was found in another condition than it was declared in: known damage is as declared."""
        declared = Seal.State.DAMAGED if self.seal_declared_damaged else Seal.State.INTACT
        return self.seal_condition not in ("", declared)


class GapExplanation(Audited):
    """What happened between release and receipt, in words; a record of its own, for a handoff never changes."""

    handoff = models.OneToOneField(
        Handoff, verbose_name=_("handoff"), on_delete=models.PROTECT, related_name="gap_explanation"
    )
    text = ProseField(_("what happened meanwhile"), max_length=1000)

    class Meta(Audited.Meta):
        verbose_name = _("explanation of a gap")
        verbose_name_plural = _("explanations of gaps")

    def __str__(self):
        return self.text
