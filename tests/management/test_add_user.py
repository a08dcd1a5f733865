"""manage.py add_user."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from samples.models import AccountEvent, Custodian, User
from samples.roles import Role
from tests import factories

PASSWORD = "six feet of regolith"

pytestmark = pytest.mark.usefixtures("db", "quick_passwords")


def run(*arguments):
    out = StringIO()
    call_command("add_user", *arguments, stdout=out)
    return out.getvalue()


def test_it_adds_a_person_who_can_sign_in(typed):
    typed(PASSWORD, PASSWORD)

    text = run("first", "--name", "First administrator", "--role", "administrator")

    user = User.objects.get()
    assert (user.username, user.name, user.roles) == ("first", "First administrator", [Role.ADMINISTRATOR])
    assert User.objects.get().check_password(PASSWORD)
    assert text == "First administrator may sign in as first: Administrator.\n"


def test_it_leaves_an_account_event_of_the_system_with_a_reason(typed):
    typed(PASSWORD, PASSWORD)

    run("first", "--name", "First", "--role", "administrator", "--reason", "Beginning of the inventory")

    event = AccountEvent.objects.get()
    assert (event.actor_id, event.actor_name, event.reason) == (None, "system", "Beginning of the inventory")


def test_it_has_a_reason_of_its_own(typed):
    typed(PASSWORD, PASSWORD)

    run("first", "--name", "First", "--role", "administrator")

    assert AccountEvent.objects.get().reason == "Added on the server"


def test_it_takes_several_roles_and_a_custodian(typed):
    curator = factories.person("curator", Role.CURATOR)
    factories.custodian(curator, "Lunar Sample Laboratory", Custodian.Kind.LABORATORY)
    typed(PASSWORD, PASSWORD)

    text = run(
        *["worker", "--name", "Worker", "--role", "technician", "--role", "auditor"],
        *["--custodian", "lunar sample laboratory"],
    )

    user = User.objects.get(username="worker")
    assert user.roles == [Role.TECHNICIAN, Role.AUDITOR]
    assert user.custodian.name == "Lunar Sample Laboratory"
    assert text == "Worker may sign in as worker: Technician, Auditor, signs for Lunar Sample Laboratory.\n"


def test_it_reads_the_password_from_standard_input(piped):
    piped(f"{PASSWORD}\nnot this line\n")

    run("first", "--name", "First", "--role", "administrator", "--password-stdin")

    assert User.objects.get().check_password(PASSWORD)


def test_it_refuses_an_empty_standard_input(piped):
    piped("")

    with pytest.raises(CommandError, match="Standard input is empty"):
        run("first", "--name", "First", "--role", "administrator", "--password-stdin")


def test_it_refuses_two_passwords_that_differ(typed):
    typed(PASSWORD, PASSWORD + "!")

    with pytest.raises(CommandError, match="The two passwords differ, so nobody was added"):
        run("first", "--name", "First", "--role", "administrator")

    assert not User.objects.exists()


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, EOFError])
def test_it_can_be_stopped_at_the_question(monkeypatch, interruption):
    def stop(question):
        raise interruption

    monkeypatch.setattr("samples.management.passwords.getpass", stop)

    with pytest.raises(CommandError, match="nobody was added"):
        run("first", "--name", "First", "--role", "administrator")


@pytest.mark.parametrize("password", ["short", "password123", "31415926535897"])
def test_it_refuses_a_weak_password_with_a_sentence(typed, password):
    typed(password, password)

    with pytest.raises(CommandError, match=r"^password: This password is "):
        run("first", "--name", "First", "--role", "administrator")

    assert not User.objects.exists()


def test_it_refuses_a_user_name_that_is_taken_in_any_case(typed):
    factories.person("first", Role.ADMINISTRATOR)
    typed(PASSWORD, PASSWORD)

    with pytest.raises(CommandError) as raised:
        run("FIRST", "--name", "Another", "--role", "auditor")

    assert str(raised.value) == "Another user has this user name."


def test_it_refuses_a_user_name_with_characters_that_look_alike(typed):
    typed(PASSWORD, PASSWORD)

    with pytest.raises(CommandError, match="username: Enter a valid username"):
        run("fırst", "--name", "First", "--role", "administrator")


def test_it_refuses_an_empty_reason(typed):
    typed(PASSWORD, PASSWORD)

    with pytest.raises(CommandError, match="Give a reason"):
        run("first", "--name", "First", "--role", "administrator", "--reason", " ")


def test_it_names_the_custodians_there_are():
    curator = factories.person("curator", Role.CURATOR)
    factories.custodian(curator, "Backup store", Custodian.Kind.BACKUP)

    with pytest.raises(CommandError, match=r"no custodian called “Museum”. Known are: “Backup store”\."):
        run("first", "--name", "First", "--role", "technician", "--custodian", "Museum")


def test_it_says_when_there_is_no_custodian_yet():
    with pytest.raises(CommandError, match="There is none yet"):
        run("first", "--name", "First", "--role", "technician", "--custodian", "Museum")


def test_it_knows_the_five_roles_only():
    with pytest.raises(CommandError, match="invalid choice: 'superuser'"):
        run("first", "--name", "First", "--role", "superuser")


def test_it_needs_a_role():
    with pytest.raises(CommandError, match="--role"):
        run("first", "--name", "First")
