"""The audited base: a record is written only inside an operation, and each writing leaves a history row."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_cte import CTE, with_cte
from simple_history.manager import HistoricalQuerySet
from simple_history.models import HistoricalRecords

from ._acts import OutsideOperation, require_operation
from ._fields import LineField, ProseField

# No box stands in so many others; beyond it a tree cannot be drawn.
DEEPEST = 20


def _refuse(name):
    def refuse(self, *args, **kwargs):
        raise OutsideOperation(
            f"{self.model.__name__}.objects.{name}() would leave no history; use an operation (samples/operations)"
        )

    refuse.__name__ = name
    return refuse


class RecordQuerySet(models.QuerySet):
    """A QuerySet that only reads: what would write behind the history's back is refused."""

    update = _refuse("update")
    aupdate = _refuse("aupdate")
    delete = _refuse("delete")
    adelete = _refuse("adelete")
    bulk_create = _refuse("bulk_create")
    abulk_create = _refuse("abulk_create")
    bulk_update = _refuse("bulk_update")
    abulk_update = _refuse("abulk_update")
    update_or_create = _refuse("update_or_create")
    aupdate_or_create = _refuse("aupdate_or_create")
    get_or_create = _refuse("get_or_create")
    aget_or_create = _refuse("aget_or_create")
    delete.queryset_only = adelete.queryset_only = True


class HistoryQuerySet(RecordQuerySet, HistoricalQuerySet):
    """Reads of the past; the past is not written either."""


class HistoryRow(models.Model):
    """What every history row carries beside the record's own fields."""

    actor_id = models.BigIntegerField(null=True)
    actor_name = LineField()
    operation_id = models.UUIDField(db_index=True)
    verb = LineField(max_length=60)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **kwargs):
        operation = require_operation(str(self._meta.verbose_name))
        if self.pk is not None:
            raise OutsideOperation("a history row is never changed")
        self.bear(operation)
        super().save(force_insert=True, **kwargs)
        operation.rows.append(self)

    def bear(self, operation):
        """Take over from `operation` whose act it is."""
        self.actor_id = operation.actor_id
        self.actor_name = operation.actor_name
        if "operation_id" not in {f.attname for f in self.instance_type._meta.concrete_fields}:
            self.operation_id = operation.id
        # Else it is the record's own, of the operation that made it.
        self.verb = operation.verb

    def save_base(self, raw=False, **kwargs):
        if raw:
            raise OutsideOperation("a fixture cannot write the history")
        super().save_base(raw=raw, **kwargs)

    def delete(self, **kwargs):
        raise OutsideOperation("a history row is never deleted")


class Records(HistoricalRecords):
    """History of a record: who by number and name instead of a foreign key, versions ordered by revision."""

    def add_extra_methods(self, cls):
        """Leave out the library's `save_without_historical_record`."""

    def _get_history_user_fields(self):
        # The library hands over a user; HistoryRow takes the actor from the operation instead.
        return {"history_user": property(lambda row: None, lambda row, user: None)}

    def get_history_user(self, instance):
        return None

    def get_meta_options(self, model):
        options = super().get_meta_options(model)
        name = f"{model._meta.model_name}_history_has_one_row_for_a_revision"
        return options | {
            "ordering": ["-revision"],
            "get_latest_by": "revision",
            "base_manager_name": "objects",
            "constraints": [models.UniqueConstraint(fields=["id", "revision"], name=name)],
        }


class Audited(models.Model):
    """A record with a revision number and a history row for each of its revisions."""

    # True where no revision ever follows the first: movements of mass, for one.
    IS_ONLY_ADDED_TO = False

    revision = models.PositiveIntegerField(_("revision"), default=0, editable=False)

    objects = RecordQuerySet.as_manager()
    history = Records(
        inherit=True, bases=[HistoryRow], history_id_field=models.BigAutoField(), historical_queryset=HistoryQuerySet
    )

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *, force_insert=False, force_update=False, using=None):
        """Check the whole record, write it whole as its next revision, and leave a history row.

        Raises OutsideOperation, or ValidationError for a field or row rule. There is no
        `update_fields`: a part of a stale copy would give the history a state that never was.
        """
        operation = require_operation(str(self._meta.verbose_name))
        self.revision += 1
        self._history_date = operation.moment
        self._change_reason = operation.reason
        rows_before = len(operation.rows)
        try:
            self.full_clean(validate_constraints=False)
            try:
                with transaction.atomic(using=using):
                    super().save(force_insert=force_insert, force_update=force_update, using=using)
            except IntegrityError:
                # The database holds the rules of a row; asked one by one beforehand, each would cost a query
                # of every record saved. Only what it refuses is put into the sentences of its constraints.
                self.validate_constraints()
                raise
            if len(operation.rows) != rows_before + 1:
                # The library has switches that turn its history off.
                raise OutsideOperation(f"{self._meta.verbose_name}: the change left no history, so it is undone")
        except BaseException:
            self.revision -= 1
            raise

    def save_base(self, raw=False, **kwargs):
        """What fixtures call instead of save(); refused, because it leaves no history."""
        if raw:
            raise OutsideOperation(f"{self._meta.verbose_name}: a fixture would leave no history")
        super().save_base(raw=raw, **kwargs)

    def delete(self, *args, **kwargs):
        raise OutsideOperation(f"{self._meta.verbose_name}: nothing is deleted; void it, and it stays readable")


def audited_models():
    """Every kind of audited record, in the order in which they are defined."""
    return [model for model in apps.get_app_config("samples").get_models() if issubclass(model, Audited)]


class IdentifiedQuerySet(models.QuerySet):
    """Reads of records that have an identifier of their own."""

    def identified(self, *identifiers):
        """Records with one of `identifiers`, upper and lower case alike."""
        # Python folds some letters that are none of ASCII into those that are: the Kelvin sign into k.
        folded = [identifier.lower() for identifier in identifiers if identifier.isascii()]
        return self.alias(folded_identifier=Lower("identifier")).filter(folded_identifier__in=folded)


class VoidableQuerySet(RecordQuerySet):
    def registered_in(self, operation_id):
        """Records that the operation registered, as they are now."""
        first = self.model.history.filter(operation_id=operation_id, revision=1)
        return self.filter(pk__in=first.values("id"))

    def live(self):
        """Records that were not withdrawn."""
        return self.filter(voided_at=None)


class Voidable(Audited):
    """A record that can be withdrawn when it was made in error; it stays readable (rule 23)."""

    voided_at = models.DateTimeField(_("voided"), null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(
        "samples.User",
        verbose_name=_("voided by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    void_reason = ProseField(_("why it was voided"), blank=True, editable=False)

    objects = VoidableQuerySet.as_manager()

    class Meta(Audited.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_is_voided_by_somebody_with_a_reason",
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
            ),
        ]

    @property
    def is_void(self):
        return self.voided_at is not None


def _seeds(ids):
    # Of a filter that can match nothing Django leaves the seed away, and a recursion without one is an error.
    return [pk for pk in ids if pk is not None] or [-1]


class TreeQuerySet(VoidableQuerySet):
    """Reads of a tree kept by `parent`, by recursion seeded at the nodes asked for."""

    def subtree_cte(self, ids):
        """A CTE of (id, root) for each of the nodes `ids` and everything below it."""
        plain = self.model._base_manager

        def step(cte):
            return (
                plain.filter(pk__in=_seeds(ids))
                .values("id", root=F("id"))
                .union(cte.join(plain.all(), parent=cte.col.id).values("id", root=cte.col.root))
            )

        return CTE.recursive(step, name="subtree")

    def ancestry_cte(self, ids):
        """A CTE of (id, parent_id, height) for each of the nodes `ids` and everything above it."""
        plain = self.model._base_manager

        def step(cte):
            start = plain.filter(pk__in=_seeds(ids)).values(
                "id", "parent_id", height=models.Value(0, models.IntegerField())
            )
            return start.union(
                cte.join(plain.all(), id=cte.col.parent_id).values(
                    "id", "parent_id", height=cte.col.height + models.Value(1, models.IntegerField())
                )
            )

        return CTE.recursive(step, name="ancestry")

    def within(self, *ids):
        """The nodes `ids` and everything below them."""
        if not ids:
            return self.none()
        cte = self.subtree_cte(ids)
        return with_cte(cte, select=cte.join(self, id=cte.col.id)).distinct()

    def around(self, *ids):
        """The nodes `ids` and everything above them."""
        cte = self.ancestry_cte(ids)
        return with_cte(cte, select=cte.join(self, id=cte.col.id)).distinct()

    def path_to(self, node_id):
        """The nodes from the root down to `node_id`, in that order, each once."""
        cte = self.ancestry_cte([node_id])
        return with_cte(cte, select=cte.join(self, id=cte.col.id)).order_by(-cte.col.height)


class AuditedTree(Voidable):
    """A voidable record that stands in a tree."""

    parent = models.ForeignKey(
        "self", verbose_name=_("inside"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    objects = TreeQuerySet.as_manager()

    # Its path, of the parent of many records that are written together: it is asked for once.
    held_path = None

    class Meta(Voidable.Meta):
        abstract = True

    def clean(self):
        """Refuse a parent that is this record or is below it (rule 21)."""
        super().clean()
        if self.parent_id is None:
            return
        path = self._keys_above()
        if self.pk in path:
            raise ValidationError({"parent": _("%(record)s cannot be inside itself.") % {"record": self}})
        if len(path) >= DEEPEST:
            raise ValidationError({"parent": _("%(depth)s levels inside each other are enough.") % {"depth": DEEPEST}})

    def path(self):
        """The records from the root down to this one."""
        return self.held_path or list(type(self).objects.path_to(self.pk))

    def _keys_above(self):
        if type(self).parent.is_cached(self) and self.parent.held_path:
            return [each.pk for each in self.parent.held_path]
        return list(type(self).objects.path_to(self.parent_id).values_list("pk", flat=True))
