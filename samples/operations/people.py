"""People: add somebody, change roles, custodian or activity. Each leaves an AccountEvent."""

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from samples.models import AccountEvent, User
from samples.roles import Right, Role

from ._operation import Refused, operation
from ._records import NothingChanged, Superseded, fresh


class LockedOut(Refused):
    """The change would leave nobody able to administer."""


@operation("person.register", right=Right.ADMINISTER)
def register(*, username, name, password, roles, custodian=None, by, reason):
    """Add a person who may sign in, with Role values and the custodian the person signs for."""
    user = User(username=username, name=name, custodian=fresh(custodian) if custodian else None)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from None
    user.set_password(password)
    user.full_clean()
    user.save()
    _set_roles(user, roles)
    leave_event(user)
    return user


@operation("person.change", right=Right.ADMINISTER)
def change(*, user, name, roles, custodian, is_active, seen=None, by, reason):
    """Change a person's name, roles, custodian or activity.

    `seen` is the newest_event() the change was decided on. Raises Superseded where there is a newer
    one, NothingChanged, and LockedOut for the last administrator.
    """
    user = User.objects.get(pk=user.pk)
    if seen is not None and newest_event(user) != seen:
        raise Superseded(user, seen)
    before = _state(user)
    user.name, user.custodian, user.is_active = name, fresh(custodian) if custodian else None, is_active
    user.full_clean()
    user.save()
    _set_roles(user, roles)
    if _state(user) == before:
        raise NothingChanged(_("Nothing was changed: every value is as it was."))
    if not User.objects.filter(is_active=True, groups__name=Role.ADMINISTRATOR).exists():
        raise LockedOut(_("%(name)s is the last active administrator. Make somebody else one first.") % {"name": user})
    leave_event(user)
    return user


def newest_event(user):
    """The number of the newest AccountEvent of `user`, 0 where there is none: what a user has for a revision."""
    return user.events.order_by("-pk").values_list("pk", flat=True).first() or 0


def _set_roles(user, roles):
    groups = list(Group.objects.filter(name__in=[Role(role) for role in roles]))
    user.groups.set(groups)
    # `roles` was read before the change.
    user.__dict__.pop("roles", None)


def _state(user):
    custodian = user.custodian.name if user.custodian else _("no custodian")
    activity = _("active") if user.is_active else _("not active")
    state = [user.name, user.role_names or _("no role"), custodian, activity]
    if tokens := [str(token) for token in user.tokens.live(timezone.now()).order_by("pk")]:
        state.append(_("tokens: %(tokens)s") % {"tokens": ", ".join(tokens)})
    return "; ".join(state)


def leave_event(user):
    """Leave an AccountEvent of the operation being run: what it made of this person's account."""
    AccountEvent(user=user, state=_state(user)).save()
