"""An account is written by operations only; Django itself writes what a sign-in leaves, and nothing else."""

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.models import Group, update_last_login
from django.db import transaction

from samples.models import OutsideOperation, User
from samples.operations import people
from samples.roles import Role
from tests import factories


@pytest.mark.parametrize(
    "write",
    [
        lambda user: user.save(),
        lambda user: user.save(update_fields=["is_active"]),
        lambda user: user.save(update_fields=["password"]),
        lambda user: user.save(update_fields=["last_login", "is_active"]),
        lambda user: User(username="new", name="New").save(),
        lambda user: User.objects.create(username="new", name="New"),
        lambda user: user.groups.set([]),
        lambda user: user.groups.add(Group.objects.get(name=Role.CURATOR)),
        lambda user: user.groups.remove(user.groups.get()),
        lambda user: user.groups.clear(),
        lambda user: Group.objects.get(name=Role.CURATOR).people.add(user),
    ],
    ids=["save", "activity", "password", "more", "new", "create", "set", "add", "remove", "clear", "from the role"],
)
def test_nothing_is_written_outside_an_operation(lab, write):
    user = User.objects.get(username="technician")
    before = User.objects.order_by("pk").values_list()

    with pytest.raises(OutsideOperation), transaction.atomic():
        write(user)

    user = User.objects.get(username="technician")
    assert list(User.objects.order_by("pk").values_list()) == list(before)
    assert (user.is_active, user.roles) == (True, [Role.TECHNICIAN])


def test_the_moment_of_a_sign_in_is_written(lab):
    update_last_login(None, lab.technician)

    assert User.objects.get(username="technician").last_login is not None


def use_argon2(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", *settings.PASSWORD_HASHERS]


def test_a_hash_of_an_older_method_is_renewed_at_a_sign_in_and_leaves_an_event(lab, settings, client):
    use_argon2(settings)
    events = lab.technician.events.count()

    client.post("/sign-in/", {"username": "technician", "password": factories.PASSWORD})

    renewed = User.objects.get(username="technician")
    assert identify_hasher(renewed.password).algorithm == "argon2"
    assert renewed.check_password(factories.PASSWORD)
    assert renewed.events.count() == events + 1
    assert renewed.events.last().verb == "person.renew_hash"
    # The hash is what a session is known by.
    assert client.get("/").status_code == 200


def test_a_hash_is_not_renewed_by_another_password_nor_twice(lab, settings):
    use_argon2(settings)
    before = lab.technician.fresh().password

    people.renew_hash(password="wrong", by=lab.technician, reason="Trial")
    assert lab.technician.fresh().password == before
    renewed = people.renew_hash(password=factories.PASSWORD, by=lab.technician, reason="Trial").password
    people.renew_hash(password=factories.PASSWORD, by=lab.technician, reason="Trial")

    assert lab.technician.fresh().password == renewed != before


def test_renewing_a_hash_does_not_undo_a_password_that_was_set_meanwhile(lab, settings):
    stale = User.objects.get(username="technician")
    password = "silt-basalt-ridge"
    people.reset_password(user=stale, password=password, by=lab.administrator, reason="Lost")
    use_argon2(settings)

    people.renew_hash(password=factories.PASSWORD, by=stale, reason="Trial")

    assert User.objects.get(username="technician").check_password(password)
