from samples.roles import RIGHTS, Role
from tests.admin import consoles


def test_the_list_has_the_five_roles_with_their_rights(administrator, lab):
    response = administrator.get(consoles.url("group", "changelist"))

    assert response.context["title"] == "Roles"
    assert {group.name for group in response.context["cl"].result_list} == set(Role.values)
    for role in Role:
        assert str(role.label) in response.text
        for right in RIGHTS[role]:
            assert str(right.label) in response.text


def test_the_detail_lists_the_rights_and_the_people_and_nothing_to_edit(administrator, lab):
    curators = lab.curator.groups.get()

    response = administrator.get(consoles.url("group", "change", curators.pk))

    page = response.text.partition("<fieldset")[2]
    assert (response.context["title"], response.context["subtitle"]) == ("Role", "Curator")
    for right in set().union(*RIGHTS.values()):
        assert (str(right.label) in page) == (right in RIGHTS[Role.CURATOR])
    assert "field-people_in_it" in page
    assert "Curator" in page
    assert "permissions" not in page
    assert "<select" not in page


def test_a_role_has_no_history(administrator, lab):
    group = lab.curator.groups.get()

    assert administrator.get(consoles.url("group", "history", group.pk)).status_code == 404
    assert "History" not in administrator.get(consoles.url("group", "change", group.pk)).text


def test_the_number_beside_a_role_counts_active_people(administrator, lab):
    counts = {
        group.name: group.active
        for group in administrator.get(consoles.url("group", "changelist")).context["cl"].result_list
    }

    assert (counts["technician"], counts["curator"], counts["administrator"]) == (4, 1, 1)
