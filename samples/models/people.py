"""People: who signs in, in which roles, for which custodian."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher
from django.contrib.auth.models import Group
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from samples.roles import EVERYBODY_MAY, RIGHTS, SIGNING_ROLES, Right, Role

from ._acts import OutsideOperation, require_operation
from ._audited import RecordQuerySet
from ._fields import LineField, ProseField


class UserQuerySet(RecordQuerySet):
    """Users are not changed in sets either: each change of an account leaves an AccountEvent."""

    def signing_for(self, custodian_id):
        """Active users who may sign one side of a handoff for this custodian (rule 11)."""
        return self.filter(custodian_id=custodian_id, is_active=True, groups__name__in=SIGNING_ROLES)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)

    def create_superuser(self, **fields):
        raise OutsideOperation("labinv has no superuser: manage.py add_user NAME --role administrator")


class User(AbstractBaseUser):
    """A person who signs in. Deactivated, never deleted; changed only by operations/people.py.

    Not an audited record: signing in writes `last_login`, and a history would keep password
    hashes. Each change of role, custodian or activity leaves an AccountEvent instead.
    """

    username = models.CharField(_("user name"), max_length=60, unique=True, validators=[ASCIIUsernameValidator()])
    name = LineField(_("name"), help_text=_("As it stands in signatures and in the history."))
    custodian = models.ForeignKey(
        "samples.Custodian",
        verbose_name=_("signs for"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )
    groups = models.ManyToManyField(Group, verbose_name=_("roles"), blank=True, related_name="people")
    is_active = models.BooleanField(_("active"), default=True)
    has_one_time_password = models.BooleanField(_("has a one-time password"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("username"),
                name="user_name_is_unique",
                violation_error_message=_("Another user has this user name."),
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *, update_fields=None, **kwargs):
        """Written by operations; only the moment of a sign-in, which Django writes, is no change of the account."""
        if update_fields is None or set(update_fields) != {"last_login"}:
            require_operation("a user")
        super().save(update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        raise OutsideOperation("a user is deactivated, never deleted: the history names them")

    def check_password(self, raw_password):
        """Whether it is this person's password. Its hash stays as it is: that is renewed by an operation."""
        return check_password(raw_password, self.password)

    @property
    def has_an_old_hash(self):
        """Whether the hash of the password was made by an older method than is used now."""
        preferred, used = get_hasher(), identify_hasher(self.password)
        return used.algorithm != preferred.algorithm or used.must_update(self.password)

    def fresh(self):
        """This person as the database knows them now."""
        return type(self).objects.get(pk=self.pk)

    @cached_property
    def roles(self):
        """The Role values this person has, in the order of the role table."""
        names = set(self.groups.values_list("name", flat=True)) if self.pk else set()
        return [role for role in Role if role in names]

    @property
    def role_names(self):
        return ", ".join(str(role.label) for role in self.roles)

    def may(self, right):
        """Whether everybody, or one of this person's roles, has `right`."""
        return self.is_active and (right in EVERYBODY_MAY or any(right in RIGHTS[role] for role in self.roles))

    @property
    def sees_all(self):
        return self.may(Right.SEE_ALL)

    @property
    def is_staff(self):
        """Whether the admin console lets this person in."""
        return self.may(Right.SEE_CONSOLE)

    # The admin asks these; every ModelAdmin answers by rights of its own, so nothing is granted here.
    def has_perm(self, permission, obj=None):
        return False

    def has_module_perms(self, app_label):
        return self.may(Right.SEE_CONSOLE)


@receiver(m2m_changed, sender=User.groups.through)
def _roles_change_by_operation(action, **kwargs):
    if action.startswith("pre_"):
        require_operation("a person's role")


class System:
    """The actor of acts that no person signs in for: commands on the server itself."""

    pk = None
    name = "system"
    custodian_id = None

    def fresh(self):
        return self

    def may(self, right):
        return right in (Right.ADMINISTER, Right.AUDIT)


SYSTEM = System()


class AccountEvent(models.Model):
    """One change of somebody's account: who, when, why, and what it became. Only ever added to."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(_("when"))
    actor_id = models.BigIntegerField(null=True)
    actor_name = LineField(_("by"))
    operation_id = models.UUIDField()
    verb = LineField(_("what"), max_length=60)
    reason = ProseField(_("reason"))
    state = ProseField(_("the account after it"), help_text=_("Name, roles, custodian and activity."))
    # The same for the verification (samples/audit/accounts.py); empty in events from before there was one.
    account = models.TextField(blank=True, default="", editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("account event")
        verbose_name_plural = _("account events")

    def __str__(self):
        return f"{self.verb}: {self.state}"

    def save(self, **kwargs):
        operation = require_operation("account event")
        if self.pk is not None:
            raise OutsideOperation("an account event is never changed")
        self.at = operation.moment
        self.actor_id = operation.actor_id
        self.actor_name = operation.actor_name
        self.operation_id = operation.id
        self.verb = operation.verb
        self.reason = operation.reason
        super().save(force_insert=True)
        operation.rows.append(self)

    def delete(self, *args, **kwargs):
        raise OutsideOperation("an account event is never deleted")
