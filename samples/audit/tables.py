"""What the guard watches: the tables of the audited records, and those that are only ever added to."""

from dataclasses import dataclass

from django.apps import apps

from samples.models import AccountEvent, LedgerEntry, Submission, Token, User, audited_models

# {table: column} of what only a migration has ever set to false: it is true in every new row and never changes.
ALWAYS_TRUE = {"samples_handoff": "held_to_signatures"}
# Deferred to the commit by a key into a table that is always empty; what is in them at the commit undoes it.
SIDE_TABLES = {
    "audit_never": "CREATE TABLE audit_never (id integer PRIMARY KEY, CHECK (1 = 0))",
    "audit_pending": (
        "CREATE TABLE audit_pending (noun text NOT NULL, pk bigint NOT NULL, revision bigint NOT NULL, settled integer "
        "NOT NULL DEFAULT 0 REFERENCES audit_never DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY (noun, pk, revision))"
    ),
    "audit_broken": (
        "CREATE TABLE audit_broken (rule text NOT NULL, pk bigint NOT NULL, settled integer "
        "NOT NULL DEFAULT 0 REFERENCES audit_never DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY (rule, pk))"
    ),
}
ONLY_ADDED_TO = [AccountEvent, LedgerEntry, Submission]
# What the guard makes has this prefix, so that it can be found again.
PREFIX = "labinv_"


@dataclass(frozen=True)
class RecordTable:
    """The table of one kind of record, and that of its history."""

    noun: str
    name: str
    history: str
    # Of the record; its history has all of them.
    columns: tuple
    # Those that only the history has.
    history_columns: tuple
    is_only_added_to: bool


def record_tables(models=apps):
    """The RecordTable of every audited record of `models`, an app registry; of an older one those it has."""
    tables = []
    for model in audited_models():
        try:
            record = models.get_model("samples", model.__name__)
            history = models.get_model("samples", model.history.model.__name__)
        except LookupError:
            continue
        columns = _columns(record)
        own = tuple(column for column in _columns(history) if column not in columns)
        noun = model._meta.model_name
        tables.append(
            RecordTable(noun, record._meta.db_table, history._meta.db_table, columns, own, model.IS_ONLY_ADDED_TO)
        )
    return tables


def tables_only_added_to():
    """The names of the tables whose rows are never changed and never deleted, beside those of the history."""
    return [model._meta.db_table for model in ONLY_ADDED_TO]


# A change of these leaves an AccountEvent; all others but the moment of the last sign-in never change.
ACCOUNT_COLUMNS = ("username", "password", "name", "custodian_id", "is_active", "has_one_time_password")
USERS, EVENTS, LEDGER = (model._meta.db_table for model in (User, AccountEvent, LedgerEntry))
TOKENS, SUBMISSIONS = (model._meta.db_table for model in (Token, Submission))
ROLES_OF_USERS = User.groups.through._meta.db_table
# All else of a token stays as it was made.
TOKEN_MAY_CHANGE = ("revoked_at", "last_used_at")


def token_columns_kept():
    """The columns of a token that never change."""
    return tuple(column for column in _columns(Token) if column not in TOKEN_MAY_CHANGE)


def rows_named(row):
    """{noun: SQL that is true where the row is there that a ledger entry `row`, NEW or OLD, of that noun names}."""
    named = {
        table.noun: f"EXISTS (SELECT 1 FROM {table.history} h WHERE h.history_id = {row}.history_id "
        f"AND h.id = {row}.record_id AND h.revision = {row}.revision)"
        for table in record_tables()
    }
    of_user = f"EXISTS (SELECT 1 FROM {EVENTS} e WHERE e.id = {row}.history_id AND e.user_id = {row}.record_id)"
    return named | {"user": of_user}


def names_a_row(row):
    """SQL that is true where a ledger entry `row`, NEW or OLD, tells of an act, or of a row that is there."""
    named = [f"({row}.noun = '{noun}' AND {there})" for noun, there in rows_named(row).items()]
    return " OR ".join([f"{row}.noun = ''", *named])


def _columns(model):
    return tuple(field.column for field in model._meta.concrete_fields)
