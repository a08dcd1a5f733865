"""People: only an administrator changes an account, and each change leaves an event."""

import json
import re
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from samples.models import SYSTEM, AccountEvent, OutsideOperation, User
from samples.operations import people, tokens
from samples.operations._operation import NoReason, NotAllowed
from samples.operations._records import NothingChanged, Superseded
from samples.operations.people import LockedOut, SamePassword
from samples.roles import RIGHTS, Right, Role
from tests import factories
from tests.refusing import refused


def change(lab, user, **values):
    values = {
        "name": user.name,
        "roles": user.roles,
        "custodian": user.custodian,
        "is_active": user.is_active,
        "by": lab.administrator,
    } | values
    return people.change(user=user, **values, reason="New duties")


def test_a_new_person_has_roles_a_custodian_and_one_event(lab):
    user = factories.person("li-na", Role.TECHNICIAN, Role.AUDITOR, custodian=lab.home)

    event = user.events.get()
    assert (user.roles, user.custodian, user.is_active) == ([Role.TECHNICIAN, Role.AUDITOR], lab.home, True)
    assert user.check_password(factories.PASSWORD)
    assert (event.verb, event.actor_name, event.actor_id, event.reason) == (
        "person.register",
        "system",
        None,
        "Joined the laboratory",
    )
    assert event.state == "Li na; Technician, Auditor; Laboratory; active"


def test_an_event_tells_the_whole_account_without_any_secret(lab):
    token, secret = tokens.make(
        name="Notebook", expires_on=timezone.localdate(), by=lab.technician, reason="For the notebook"
    )
    user = lab.technician.fresh()

    text = user.events.order_by("-pk").first().account

    told = json.loads(text)
    assert [one.pop("prefix") for one in told["tokens"]] == [secret[:15]]
    assert [sorted(one) for one in told.pop("tokens")] == [["digest", "expires_at", "name"]]
    assert told.pop("password") == sha256(user.password.encode()).hexdigest()
    assert told == {
        "username": "technician",
        "name": "Technician",
        "custodian_id": lab.home.pk,
        "is_active": True,
        "has_one_time_password": False,
        "roles": ["technician"],
    }
    assert secret not in text
    assert token.secret_hash not in text
    assert user.password not in text

    people.reset_password(user=user, password=factories.PASSWORD, by=lab.administrator, reason="Forgotten")
    assert json.loads(user.events.order_by("-pk").first().account)["has_one_time_password"] is True


def test_only_an_administrator_changes_accounts(lab):
    for who in ["technician", "curator", "auditor", "researcher"]:
        by = getattr(lab, who)

        with refused(
            NotAllowed, f"{by.name} may not do this: it needs the right to keep users, their roles and custodians."
        ):
            change(lab, lab.technician, is_active=False, by=by)


def test_a_change_says_what_it_became(lab):
    user = change(lab, lab.technician, roles=[Role.CURATOR], custodian=lab.other)

    assert User.objects.get(pk=user.pk).roles == [Role.CURATOR]
    assert user.events.order_by("-pk").first().state == "Technician; Curator; Second laboratory; active"
    assert change(lab, user, is_active=False, roles=[], custodian=None).may(Right.SEE_PUBLISHED) is False
    assert user.events.order_by("-pk").first().state == "Technician; no role; no custodian; not active"


def test_it_refuses_to_change_nothing(lab):
    with refused(NothingChanged, "every value is as it was"):
        change(lab, lab.technician)


def test_it_refuses_a_change_decided_on_an_older_state(lab):
    seen = people.newest_event(lab.technician)
    change(lab, lab.technician, name="Tech")

    with refused(Superseded, "was changed by somebody else"):
        change(lab, lab.technician, name="Technologist", seen=seen)


@pytest.mark.parametrize("values", [{"is_active": False}, {"roles": [Role.CURATOR]}, {"roles": []}])
def test_the_last_administrator_stays(lab, values):
    with refused(LockedOut, "Administrator is the last active administrator. Make somebody else one first."):
        change(lab, lab.administrator, **values)

    factories.person("second", Role.ADMINISTRATOR)
    assert change(lab, lab.administrator, **values)


def test_it_refuses_a_role_that_is_not_one(lab):
    with pytest.raises(ValueError, match="director"):
        change(lab, lab.technician, roles=["director"])

    assert User.objects.get(pk=lab.technician.pk).roles == [Role.TECHNICIAN]


def test_a_user_name_is_taken_whatever_its_case(lab):
    for username in ("technician", "Technician", "TECHNICIAN"):
        with refused(ValidationError, "ser name"):
            factories.person(username)
    assert User.objects.get_by_natural_key("TECHNICIAN") == lab.technician


def test_it_refuses_a_weak_password(lab):
    for password in ["short", "1234567890123", "password123"]:
        with refused(ValidationError, field="password"):
            people.register(
                username="new", name="New", password=password, roles=[], by=SYSTEM, reason="Joined the laboratory"
            )


def test_there_is_no_superuser_and_no_deletion(lab):
    with pytest.raises(OutsideOperation, match="no superuser"):
        User.objects.create_superuser(username="root", password="x")
    with pytest.raises(OutsideOperation, match="deactivated, never deleted"):
        lab.technician.delete()

    assert AccountEvent.objects.count() == User.objects.count()


def test_the_admin_console_is_for_who_may_see_it(lab):
    for role in Role:
        user = getattr(lab, role.value)

        assert user.is_staff == (Right.SEE_CONSOLE in RIGHTS[role])
        assert user.sees_all == (Right.SEE_ALL in RIGHTS[role])
        assert not user.has_perm("samples.change_container")


NEW = "seven moons of gravel"


def choose(by, password=NEW):
    return people.choose_password(new_password=password, by=by, reason="Chosen in the browser")


def reset(lab, user, by=None, reason="Forgot it"):
    return people.reset_password(user=user, password=NEW, by=by or lab.administrator, reason=reason)


def test_everybody_chooses_the_own_password_with_or_without_a_role(lab):
    for user in (lab.technician, lab.researcher, factories.person("roleless")):
        before = user.events.count()

        choose(user)

        event = user.events.latest("pk")
        assert User.objects.get(pk=user.pk).check_password(NEW)
        assert (event.verb, event.actor_id, user.events.count()) == ("person.choose_password", user.pk, before + 1)


def test_it_refuses_the_password_one_has(lab):
    with refused(SamePassword, "This is the password you have.", field="new_password"):
        choose(lab.technician, factories.PASSWORD)


@pytest.mark.parametrize("password", ["short", "1234567890123", "technician"])
def test_it_refuses_to_choose_a_weak_password(lab, password):
    with refused(ValidationError, field="new_password"):
        choose(lab.technician, password)

    assert User.objects.get(pk=lab.technician.pk).check_password(factories.PASSWORD)


def test_somebody_who_has_left_chooses_no_password(lab):
    factories.deactivate(lab.administrator, lab.technician)

    with refused(NotAllowed, "it needs the right to choose the own password"):
        choose(lab.technician)


def test_a_reset_password_is_for_one_sign_in(lab):
    reset(lab, lab.technician)

    user = User.objects.get(pk=lab.technician.pk)
    event = user.events.latest("pk")
    assert (user.check_password(NEW), user.has_one_time_password) == (True, True)
    assert (event.verb, event.actor_name, event.reason) == ("person.reset_password", "Administrator", "Forgot it")
    assert event.state == "Technician; Technician; Laboratory; active; one-time password"

    choose(user, "one of my very own")

    user = User.objects.get(pk=lab.technician.pk)
    assert not user.has_one_time_password
    assert user.events.latest("pk").state == "Technician; Technician; Laboratory; active"


def test_only_an_administrator_resets_a_password(lab):
    for by in (lab.technician, lab.curator, lab.auditor, lab.researcher):
        with refused(NotAllowed, "keep users"):
            reset(lab, lab.technician, by=by)


def test_a_reset_needs_a_reason(lab):
    with refused(NoReason, "Give a reason."):
        reset(lab, lab.technician, reason=" ")


def test_one_time_passwords_are_long_all_different_and_good_enough(lab):
    made = {people.one_time_password() for _time in range(200)}

    assert len(made) == 200
    assert all(re.fullmatch("([a-km-z2-9]{4}-){3}[a-km-z2-9]{4}", password) for password in made)
    assert not any(set(password) & set("il1o0") for password in made)
    choose(lab.technician, made.pop())
