"""People: add somebody, change roles, custodian, activity or password. Each leaves an AccountEvent."""

from secrets import choice

from axes.utils import reset as unlock
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from samples.audit.accounts import account_text
from samples.models import AccountEvent, User
from samples.models.writing import current_operation
from samples.roles import Right, Role

from ._operation import Refused, operation
from ._records import NothingChanged, Superseded, fresh


class LockedOut(Refused):
    """The change would leave nobody able to administer."""


class SamePassword(Refused):
    """The new password is the old one."""


@operation("person.register", right=Right.ADMINISTER)
def register(*, username, name, password, roles, custodian=None, by, reason):
    """Add a person who may sign in, with Role values and the custodian the person signs for."""
    user = User(username=username, name=name, custodian=fresh(custodian) if custodian else None)
    _set_password(user, password, "password")
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


@operation("person.choose_password", right=Right.OWN_ACCOUNT)
def choose_password(*, new_password, by, reason):
    """Give the actor another password, which ends the actor's other sessions; returns the User.

    Whoever calls this has made sure that the person at the keyboard is the actor. Raises SamePassword,
    or ValidationError for a password that is easy to guess.
    """
    if by.check_password(new_password):
        raise SamePassword(_("This is the password you have. Choose another one."), field="new_password")
    _set_password(by, new_password, "new_password")
    by.has_one_time_password = False
    by.save()
    leave_event(by)
    return by


@operation("person.renew_hash", right=Right.OWN_ACCOUNT)
def renew_hash(*, password, by, reason):
    """Keep the actor's password by a hash of the present method; nothing where it is another one meanwhile."""
    if by.check_password(password) and by.has_an_old_hash:
        by.set_password(password)
        by.save()
        leave_event(by)
    return by


@operation("person.reset_password", right=Right.ADMINISTER)
def reset_password(*, user, password, by, reason):
    """Give a person a password that somebody else knows: it lasts until the next sign-in, and ends every session."""
    user = User.objects.get(pk=user.pk)
    _set_password(user, password, "password")
    user.has_one_time_password = True
    user.save()
    # Whoever forgot the old one has perhaps tried it too often; the new one can be tried at once.
    unlock(username=user.username.casefold())
    leave_event(user)
    return user


def one_time_password():
    """A password to read out or write down: 16 characters that look like no other, 79 bits."""
    letters = [choice("abcdefghjkmnpqrstuvwxyz23456789") for _place in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def newest_event(user):
    """The number of the newest AccountEvent of `user`, 0 where there is none: what a user has for a revision."""
    return user.events.order_by("-pk").values_list("pk", flat=True).first() or 0


def _set_password(user, password, field):
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from None
    user.set_password(password)


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
    return "; ".join([*state, _("one-time password")] if user.has_one_time_password else state)


def leave_event(user):
    """Leave an AccountEvent of the operation being run: what it made of this person's account."""
    user = user.fresh()
    AccountEvent(user=user, state=_state(user), account=account_text(user, current_operation().moment)).save()
