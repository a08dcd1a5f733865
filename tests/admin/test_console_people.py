import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import reverse

from samples.models import AccountEvent, User
from samples.operations import custodians, people
from samples.roles import Role
from tests import factories
from tests.admin import consoles

PASSWORD = "nine tall grey herons"
ADD = consoles.url("user", "add")
LIST = consoles.url("user", "changelist")


def accounts():
    """Every value of every account, its roles, and how many events there are."""
    return (
        list(User.objects.order_by("pk").values_list()),
        list(User.groups.through.objects.order_by("pk").values_list()),
        AccountEvent.objects.count(),
    )


@pytest.fixture
def change_page(administrator, lab):
    return consoles.url("user", "change", lab.technician.pk)


def new(lab, **values):
    return {
        "username": "wang.lei",
        "name": "Wang Lei",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "roles": ["technician", "auditor"],
        "custodian": lab.home.pk,
        "reason": "Joins the night shift",
    } | values


def changed(person, **values):
    return {
        "name": person.name,
        "is_active": "on",
        "roles": person.roles,
        "custodian": person.custodian_id or "",
        "reason": "New duties",
        "seen": people.newest_event(person),
    } | values


def errors(response):
    return response.context["adminform"].form.errors


def test_it_adds_a_person(administrator, lab):
    response = administrator.post(ADD, new(lab))

    person = User.objects.get(username="wang.lei")
    assert (response.status_code, response.url) == (302, LIST)
    assert (person.name, person.custodian, person.is_active) == ("Wang Lei", lab.home, True)
    assert person.roles == [Role.TECHNICIAN, Role.AUDITOR]
    assert person.check_password(PASSWORD)
    assert "Wang Lei may sign in as wang.lei." in administrator.get(LIST).text


def test_adding_leaves_one_account_event_and_no_log_entry(administrator, lab):
    administrator.post(ADD, new(lab))

    event = AccountEvent.objects.get(user__username="wang.lei")
    assert (event.verb, event.actor_name, event.actor_id) == (
        "person.register",
        "Administrator",
        lab.administrator.pk,
    )
    assert event.reason == "Joins the night shift"
    assert event.state == "Wang Lei; Technician, Auditor; Laboratory; active"
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"reason": "\u200b"}, "reason"),
        ({"reason": "x" * 4001}, "reason"),
        ({"reason": "a\x07b"}, "reason"),
        ({"username": ""}, "username"),
        ({"username": "CURATOR"}, "username"),
        ({"username": "two words"}, "username"),
        ({"name": ""}, "name"),
        ({"name": "a\x07b"}, "name"),
        ({"password": "", "password_again": ""}, "password"),
        ({"password": "12345678", "password_again": "12345678"}, "password"),
        ({"password": "wang.lei", "password_again": "wang.lei"}, "password"),
        ({"password_again": "another one"}, "password_again"),
        ({"roles": ["emperor"]}, "roles"),
        ({"custodian": "999999"}, "custodian"),
        ({"custodian": "9" * 30}, "custodian"),
    ],
)
def test_what_is_refused_comes_back_at_its_field_with_all_that_was_typed(administrator, lab, values, field):
    before = accounts()
    typed = new(lab, description="kept", **values)

    response = administrator.post(ADD, typed)

    assert response.status_code == 422
    assert next(iter(errors(response))) == field
    form = response.context["adminform"].form
    for name in {"username", "name", "reason"} - {field}:
        assert form[name].value() == typed[name]
        assert typed[name] in response.text
    assert PASSWORD not in response.text
    assert accounts() == before


def test_a_person_who_was_added_can_sign_in(administrator, client, lab):
    administrator.post(ADD, new(lab))
    client.logout()

    answer = client.post(reverse("sign_in"), {"username": "wang.lei", "password": PASSWORD})

    assert (answer.status_code, answer.url) == (302, "/")


def test_it_changes_roles_custodian_and_name(administrator, lab, change_page):
    values = changed(lab.technician, name="Li Na", roles=["curator"], custodian=lab.other.pk)

    response = administrator.post(change_page, values)

    person = User.objects.get(pk=lab.technician.pk)
    assert (response.status_code, response.url) == (302, LIST)
    assert (person.name, person.roles, person.custodian) == ("Li Na", [Role.CURATOR], lab.other)
    event = person.events.latest("pk")
    assert (event.verb, event.actor_name, event.reason) == ("person.change", "Administrator", "New duties")
    assert event.state == "Li Na; Curator; Second laboratory; active"
    assert person.events.count() == 2
    assert not LogEntry.objects.exists()


def test_it_deactivates_a_person(administrator, lab, change_page):
    values = changed(lab.technician)
    del values["is_active"]

    administrator.post(change_page, values)

    person = User.objects.get(pk=lab.technician.pk)
    assert not person.is_active
    assert person.roles == [Role.TECHNICIAN]
    assert not authenticate(HttpRequest(), username="technician", password=factories.PASSWORD)


def test_the_change_form_opens_with_what_is_true(administrator, lab, change_page):
    form = administrator.get(change_page).context["adminform"].form

    assert form["name"].value() == "Technician"
    assert form["roles"].value() == [Role.TECHNICIAN]
    assert form["custodian"].value() == lab.home.pk
    assert form["is_active"].value() is True
    assert form["reason"].value() is None
    assert int(form["seen"].value()) == people.newest_event(lab.technician)


def test_no_hash_of_a_password_is_shown(administrator, lab, change_page):
    for page in (change_page, LIST, consoles.url("user", "history", lab.technician.pk)):
        text = administrator.get(page).text
        assert lab.technician.password not in text
        assert "md5$" not in text


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_change_without_a_reason_is_refused_and_nothing_typed_is_lost(administrator, lab, change_page, reason):
    before = accounts()

    response = administrator.post(change_page, changed(lab.technician, name="Li Na", roles=["curator"], reason=reason))

    assert response.status_code == 422
    assert "reason" in errors(response)
    form = response.context["adminform"].form
    assert (form["name"].value(), form["roles"].value()) == ("Li Na", ["curator"])
    assert 'value="Li Na"' in response.text
    # The page still says whom it is about.
    assert response.context["subtitle"] == "Technician"
    assert accounts() == before


def test_a_save_that_changes_nothing_is_refused(administrator, lab, change_page):
    before = accounts()

    response = administrator.post(change_page, changed(lab.technician))

    assert response.status_code == 422
    assert "Nothing was changed" in str(errors(response)["__all__"])
    assert "New duties" in response.text
    assert accounts() == before


@pytest.mark.parametrize("values", [{"is_active": ""}, {"roles": ["auditor"]}, {"roles": []}])
def test_the_last_administrator_stays_one(administrator, lab, values):
    before = accounts()

    response = administrator.post(
        consoles.url("user", "change", lab.administrator.pk), changed(lab.administrator, **values)
    )

    assert response.status_code == 422
    assert "the last active administrator" in str(errors(response)["__all__"])
    assert accounts() == before


def test_one_of_two_administrators_may_go(administrator, lab):
    factories.person("second", Role.ADMINISTRATOR)

    response = administrator.post(
        consoles.url("user", "change", lab.administrator.pk), changed(lab.administrator, is_active="")
    )

    assert response.status_code == 302
    assert not User.objects.get(pk=lab.administrator.pk).is_active
    assert administrator.get(LIST).status_code == 302


def test_a_change_made_meanwhile_is_told_and_not_undone(administrator, lab, change_page):
    values = changed(lab.technician, name="Li Na")
    other = factories.person("second", Role.ADMINISTRATOR)
    people.change(
        user=lab.technician,
        name="Technician",
        roles=[Role.AUDITOR],
        custodian=lab.home,
        is_active=True,
        by=other,
        reason="Took the audit over",
    )
    before = accounts()

    response = administrator.post(change_page, values)

    assert response.status_code == 409
    told = " ".join(errors(response)["__all__"])
    assert "was changed by somebody else" in told
    assert "Second" in told
    assert "Technician; Auditor; Laboratory; active. Reason: Took the audit over" in told
    assert accounts() == before
    form = response.context["adminform"].form
    assert form["name"].value() == "Li Na"

    again = administrator.post(change_page, values | {"seen": form["seen"].value()})

    assert again.status_code == 302
    assert User.objects.get(pk=lab.technician.pk).roles == [Role.TECHNICIAN]


@pytest.mark.parametrize("seen", ["", "0", "-1", "abc", "9" * 30])
def test_a_change_needs_the_state_it_was_decided_on(administrator, lab, change_page, seen):
    before = accounts()

    response = administrator.post(change_page, changed(lab.technician, name="Li Na", seen=seen))

    assert response.status_code in (409, 422)
    assert accounts() == before


def test_forged_fields_change_nothing_beyond_the_form(administrator, lab, change_page):
    administrators = Group.objects.get(name="administrator")
    forged = {
        "is_superuser": "on",
        "is_staff": "on",
        "password": "pbkdf2_sha256$1$a$b",
        "groups": [administrators.pk],
        "user_permissions": ["1"],
        "username": "root",
        "id": lab.administrator.pk,
        "last_login": "2020-01-01",
        "created_at": "2020-01-01",
        "by": lab.curator.pk,
        "user": lab.curator.pk,
        "refusal": "",
    }
    kept = ("username", "password", "created_at", "last_login", "pk")
    before = [getattr(lab.technician, name) for name in kept]
    count = User.objects.count()

    administrator.post(change_page, forged | changed(lab.technician, name="Li Na"))

    person = User.objects.get(pk=lab.technician.pk)
    assert person.name == "Li Na"
    assert person.roles == [Role.TECHNICIAN]
    assert [getattr(person, name) for name in kept] == before
    assert person.events.latest("pk").actor_name == "Administrator"
    assert User.objects.count() == count


@pytest.mark.parametrize("forged", [{"_saveasnew": "1"}, {"_saveasnew": "", "username": "copy"}])
def test_a_person_is_not_copied(administrator, lab, change_page, forged):
    before = accounts()

    assert administrator.post(change_page, forged | new(lab)).status_code == 403
    assert accounts() == before


def test_an_added_person_has_only_what_the_form_asks(administrator, lab):
    forged = {"is_superuser": "on", "groups": [group.pk for group in Group.objects.all()], "is_active": "", "id": "1"}

    administrator.post(ADD, forged | new(lab, roles=[], custodian=""))

    person = User.objects.get(username="wang.lei")
    assert (person.roles, person.custodian, person.is_active) == ([], None, True)
    assert not person.groups.exists()


def test_nobody_is_deleted_and_there_are_no_actions(administrator, lab):
    before = accounts()
    page = consoles.url("user", "delete", lab.technician.pk)
    action = {"action": "delete_selected", "_selected_action": [lab.technician.pk], "post": "yes"}

    assert administrator.get(page).status_code == 403
    assert administrator.post(page, {"post": "yes"}).status_code == 403
    assert administrator.post(LIST, action).status_code == 403
    assert administrator.post(consoles.url("user", "history", lab.technician.pk)).status_code == 403
    assert accounts() == before


def test_a_link_does_not_fill_in_the_form(administrator, lab):
    form = administrator.get(ADD, {"name": "Mallory", "roles": "administrator"}).context["adminform"].form

    assert not form["name"].value()
    assert not form["roles"].value()


def test_a_custodian_that_was_voided_is_not_offered(administrator, lab, change_page):
    custodians.void(custodian=lab.carrier, by=lab.curator, reason="Entered twice")

    offered = administrator.get(change_page).context["adminform"].form.fields["custodian"].queryset

    assert lab.carrier not in offered
    assert lab.home in offered


def test_the_history_of_a_person_lists_the_events_of_the_account(administrator, lab, change_page):
    administrator.post(change_page, changed(lab.technician, roles=["curator"]))

    response = administrator.get(consoles.url("user", "history", lab.technician.pk))

    newest, oldest = response.context["changes"]
    assert (newest.revision, newest.who, newest.verb_label, newest.reason) == (
        2,
        "Administrator",
        "Changed the account",
        "New duties",
    )
    assert newest.fields == [
        ("Account", "Technician; Technician; Laboratory; active", "Technician; Curator; Laboratory; active")
    ]
    assert (oldest.revision, oldest.who, oldest.reason) == (1, "system", "Joined the laboratory")
    assert "New duties" in response.text


def test_the_history_of_an_event_is_that_of_its_person(administrator, lab):
    event = lab.technician.events.get()

    response = administrator.get(consoles.url("accountevent", "history", event.pk))

    assert response.url == consoles.url("user", "history", lab.technician.pk)


def test_the_list_says_who_has_which_role_and_signs_for_whom(administrator, lab):
    administrator.post(ADD, new(lab))

    text = administrator.get(LIST, {"q": "wang"}).text

    for part in ("wang.lei", "Wang Lei", "Technician, Auditor", "Laboratory", "yes", "–"):
        assert part in text


@pytest.mark.parametrize(("role", "found"), [("curator", 1), ("technician", 4), ("none", 0), ("emperor", 8)])
def test_people_are_filtered_by_role(administrator, lab, role, found):
    assert administrator.get(LIST, {"role": role}).context["cl"].result_count == found
