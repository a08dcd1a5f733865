"""People: only an administrator changes an account, and each change leaves an event."""

import pytest
from django.core.exceptions import ValidationError

from samples.models import SYSTEM, AccountEvent, OutsideOperation, User
from samples.operations import people
from samples.operations._operation import NotAllowed
from samples.operations._records import NothingChanged, Superseded
from samples.operations.people import LockedOut
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
