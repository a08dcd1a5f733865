"""manage.py changepassword."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from samples.models import User
from samples.roles import Role
from tests import factories

PASSWORD = "six feet of regolith"

pytestmark = pytest.mark.usefixtures("db", "quick_passwords")


@pytest.fixture
def curator(db):
    return factories.person("curator", Role.CURATOR)


def run(*arguments):
    out = StringIO()
    call_command("changepassword", *arguments, stdout=out)
    return out.getvalue()


def test_it_gives_a_password_for_one_sign_in_and_leaves_an_account_event(typed, curator):
    typed(PASSWORD, PASSWORD)

    text = run("CURATOR", "--reason", "Forgot it on holiday")

    user = User.objects.get(pk=curator.pk)
    event = user.events.latest("pk")
    assert text == "Curator may sign in as curator with it, and then chooses another one.\n"
    assert (user.check_password(PASSWORD), user.has_one_time_password) == (True, True)
    assert (event.verb, event.actor_name, event.reason) == ("person.reset_password", "system", "Forgot it on holiday")
    assert event.state == "Curator; Curator; no custodian; active; one-time password"


def test_it_reads_the_password_from_standard_input_and_has_a_reason_of_its_own(piped, curator):
    piped(f"{PASSWORD}\n")

    run("curator", "--password-stdin")

    assert User.objects.get().check_password(PASSWORD)
    assert curator.events.latest("pk").reason == "Reset on the server"


@pytest.mark.parametrize(
    ("passwords", "sentence"),
    [
        (("short", "short"), r"^password: This password is too short"),
        ((PASSWORD, PASSWORD + "!"), "The two passwords differ, so nothing was changed"),
    ],
)
def test_it_refuses_a_password_that_is_not_one(typed, curator, passwords, sentence):
    typed(*passwords)

    with pytest.raises(CommandError, match=sentence):
        run("curator")

    assert User.objects.get().check_password(factories.PASSWORD)
    assert curator.events.count() == 1


def test_it_refuses_an_empty_reason(typed, curator):
    typed(PASSWORD, PASSWORD)

    with pytest.raises(CommandError, match="Give a reason"):
        run("curator", "--reason", " ")


def test_it_says_that_nobody_has_the_name(curator):
    with pytest.raises(CommandError, match="Nobody signs in as “curious”, so nothing was changed"):
        run("curious")
