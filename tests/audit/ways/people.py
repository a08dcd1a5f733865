"""People, their roles and their tokens."""

from uuid import uuid4

from django.contrib.auth.models import Group
from django.db import connection, models, transaction

from samples.models import AccountEvent, OutsideOperation, Token, User
from tests.audit import by_hand
from tests.audit.ways import ONLY_ADDED_TO, PRAGMAS, SQLITE, WAITS, unprotected_run, way


def _role(lab):
    return (
        f"INSERT INTO samples_user_groups (user_id, group_id) SELECT {lab.researcher.pk}, id FROM auth_group "
        "WHERE name = 'administrator'"
    )


@way()
def role_given(lab):
    by_hand.run(_role(lab))


@way(error=OutsideOperation, words="only by an operation")
def role_given_by_the_model(lab):
    lab.researcher.groups.add(Group.objects.get(name="administrator"))


@way()
def role_taken(lab):
    by_hand.run(f"DELETE FROM samples_user_groups WHERE user_id = {lab.curator.pk}")


@way("a role is given or taken")
def role_exchanged(lab):
    by_hand.run("UPDATE samples_user_groups SET group_id = group_id + 1")


@way("the roles are fixed")
def roles_renamed(lab):
    by_hand.run("UPDATE auth_group SET name = 'x' WHERE name = 'curator'")


@way("the roles are fixed|FOREIGN KEY|foreign key")
def roles_deleted(lab):
    by_hand.run("DELETE FROM auth_group WHERE name = 'curator'")


@way("the roles are fixed")
def roles_updated_on_conflict(lab):
    by_hand.run(
        "INSERT INTO auth_group (id, name) SELECT id, name FROM auth_group WHERE name = 'curator' "
        "ON CONFLICT (id) DO UPDATE SET name = 'x'"
    )


@way()
def account_deactivated(lab):
    by_hand.run(
        f"UPDATE samples_user SET is_active = {'0' if connection.vendor == SQLITE else 'false'} "
        f"WHERE id = {lab.auditor.pk}"
    )


@way()
def password_set(lab):
    by_hand.run(f"UPDATE samples_user SET password = 'x' WHERE id = {lab.curator.pk}")


@way(WAITS)
def what_waits_for_an_account_deleted(lab):
    by_hand.run(
        f"UPDATE samples_user SET password = 'x' WHERE id = {lab.curator.pk}",
        "DELETE FROM audit_pending WHERE noun = 'user'",
    )


@way()
def account_renamed(lab):
    models.QuerySet(User).filter(pk=lab.auditor.pk).update(name="Nobody")


@way()
def account_of_another_custodian(lab):
    by_hand.run(f"UPDATE samples_user SET custodian_id = {lab.other.pk} WHERE id = {lab.technician.pk}")


@way()
def account_made(lab):
    models.QuerySet(User).bulk_create([User(username="x", name="x")])


@way("deactivated, never deleted|FOREIGN KEY|foreign key")
def account_deleted(lab):
    by_hand.run(f"DELETE FROM samples_user WHERE id = {lab.auditor.pk}")


@way("keeps its number")
def accounts_exchanged(lab):
    one, other = lab.researcher.pk, lab.administrator.pk
    by_hand.run(
        *(
            f"UPDATE samples_user SET id = {new} WHERE id = {old}"
            for old, new in ((one, 999), (other, one), (999, other))
        )
    )


def _event(lab):
    return (
        "INSERT INTO samples_accountevent (user_id, at, actor_name, operation_id, verb, reason, state, account) VALUES "
        f"({lab.researcher.pk}, '2024-01-01 00:00:00', 'x', '{uuid4().hex}', 'x', 'x', 'x', '')"
    )


@way()
def account_event_without_a_ledger_entry(lab):
    by_hand.run(_event(lab))


@way()
def two_account_events_and_an_entry_for_the_last(lab):
    with transaction.atomic():
        by_hand.run(_event(lab), _event(lab))
        by_hand.entered(AccountEvent.objects.order_by("-pk").first())


@way()
def role_given_with_an_event_but_no_entry(lab):
    by_hand.run(_role(lab), _event(lab))


@way()
def role_given_after_its_event(lab):
    with transaction.atomic():
        by_hand.run(_event(lab))
        by_hand.entered(AccountEvent.objects.order_by("-pk").first())
        by_hand.run(_role(lab))


@way(ONLY_ADDED_TO)
def account_event_edited(lab):
    by_hand.run("UPDATE samples_accountevent SET state = 'x'")


@way(ONLY_ADDED_TO)
def account_event_deleted(lab):
    by_hand.run("DELETE FROM samples_accountevent")


@way()
def token_made(lab):
    token = Token.objects.get(pk=lab.token.pk)
    token.pk, token.secret_hash = None, "0" * 64
    models.QuerySet(Token).bulk_create([token])


@way("a token is only revoked")
def token_given_to_somebody_else(lab):
    by_hand.run(f"UPDATE samples_token SET user_id = {lab.administrator.pk} WHERE id = {lab.token.pk}")


@way("a token is only revoked")
def token_made_to_last(lab):
    by_hand.run("UPDATE samples_token SET expires_at = '2090-01-01 00:00:00'")


@way()
def token_revoked_without_a_trace(lab):
    by_hand.run("UPDATE samples_token SET revoked_at = created_at")


@way("revoked, never deleted")
def token_deleted(lab):
    by_hand.run("DELETE FROM samples_token")


@way(PRAGMAS, only=SQLITE)
def role_given_with_the_pragmas_off(lab):
    unprotected_run(_role(lab))
