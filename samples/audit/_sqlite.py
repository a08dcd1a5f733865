"""The guard on SQLite: triggers, and two tables whose rows hang on a key that never exists."""

from functools import cache

from .rules import marking, still_broken, watched_tables
from .tables import (
    ACCOUNT_COLUMNS,
    ALWAYS_TRUE,
    EVENTS,
    LEDGER,
    PREFIX,
    ROLES_OF_USERS,
    SIDE_TABLES,
    SUBMISSIONS,
    TOKENS,
    USERS,
    names_a_row,
    record_tables,
    tables_only_added_to,
    token_columns_kept,
)

# Without the first the commit would not be refused; without the second a REPLACE deletes rows unseen; when
# the third is switched off again, SQLite forgets what it had put off to the commit.
_PRAGMAS = (
    "SELECT RAISE(ABORT, 'labinv: foreign_keys and recursive_triggers have to be on, defer_foreign_keys off') "
    "WHERE (SELECT foreign_keys FROM pragma_foreign_keys) = 0 "
    "OR (SELECT recursive_triggers FROM pragma_recursive_triggers) = 0 "
    "OR (SELECT defer_foreign_keys FROM pragma_defer_foreign_keys) = 1"
)


def objects():
    """{name: CREATE statement} of everything the guard consists of."""
    return SIDE_TABLES | dict(_triggers())


def armed_count():
    """A query of the number of the guard's triggers."""
    return f"SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 7) = '{PREFIX}'"


@cache
def trigger_count():
    """How many that has to be."""
    return len(dict(_triggers()))


def found(cursor):
    """{name: statement} of what the database has of the guard."""
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE (type = 'trigger' AND substr(name, 1, 7) = %s) "
        "OR (type = 'table' AND name IN ('audit_never', 'audit_pending', 'audit_broken'))",
        [PREFIX],
    )
    return dict(cursor.fetchall()) | _strangers(cursor)


def _strangers(cursor):
    """{name: statement} of triggers on the guarded tables that others made; they could undo what it does."""
    ours = dict(_triggers())
    tables = {statement.split(" ON ", 1)[1].split(" ", 1)[0] for statement in ours.values()}
    cursor.execute(
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' "
        "UNION ALL SELECT name, tbl_name, sql FROM sqlite_temp_master WHERE type = 'trigger'"
    )
    return {
        f"{name} on {table}": statement
        for name, table, statement in cursor.fetchall()
        if table in tables and not name.startswith(PREFIX)
    }


def remove(cursor):
    """Take everything away."""
    there = found(cursor)
    for name in there:
        if name.startswith(PREFIX) and " " not in name:
            cursor.execute(f"DROP TRIGGER {name}")
    for name in ("audit_pending", "audit_broken", "audit_never"):
        if name in there:
            cursor.execute(f"DROP TABLE {name}")


def put_up(cursor):
    """Make everything anew."""
    for statement in objects().values():
        cursor.execute(statement.replace("%", "%%"))


def _trigger(table, when, event, *statements):
    """(name, CREATE statement) of one trigger."""
    name = f"{PREFIX}{table}_{when}_{event.partition(' ')[0]}".lower()
    body = "; ".join(statements)
    return name, f"CREATE TRIGGER {name} {when} {event} ON {table} FOR EACH ROW BEGIN {body}; END"


def _refuse(words, condition=""):
    return f"SELECT RAISE(ABORT, 'labinv: {words}'){f' WHERE {condition}' if condition else ''}"


def _triggers():
    marked = set(watched_tables())
    for table in record_tables():
        yield from _record(table, table.name in marked)
        yield from _history(table)
    for name in [table.history for table in record_tables()] + tables_only_added_to():
        yield _trigger(name, "BEFORE", "UPDATE", _refuse(f"{name} is only added to"))
        yield _trigger(name, "BEFORE", "DELETE", _refuse(f"{name} is only added to"))
    yield from _ledger()
    yield from _people()
    yield from _side_tables()


def _refuse_unless_it_waits(noun, pk, revision):
    # A trigger of a connection's own, TEMP, could have swallowed what was to wait.
    waiting = f"SELECT 1 FROM audit_pending WHERE noun = '{noun}' AND pk = {pk} AND revision = {revision}"
    return _refuse("what was written does not wait for its history row", f"NOT EXISTS ({waiting})")


def _record(table, is_watched):
    # 0 and less stand for "none" in rules.
    known = f"NEW.id < 1 OR NEW.revision <> 1 OR EXISTS (SELECT 1 FROM {table.history} WHERE id = NEW.id)"
    other = "1" if table.is_only_added_to else "NEW.id <> OLD.id OR NEW.revision <> OLD.revision + 1"
    pending = f"INSERT INTO audit_pending (noun, pk, revision) VALUES ('{table.noun}', NEW.id, NEW.revision)"
    waits = _refuse_unless_it_waits(table.noun, "NEW.id", "NEW.revision")
    for event, words, condition in (
        ("INSERT", "begins with revision 1 and a key of its own", known),
        ("UPDATE", "is never changed" if table.is_only_added_to else "is changed to the next revision only", other),
    ):
        marks = marking(table.name, event) if is_watched else ()
        checks = [_refuse(f"{table.noun} {words}", condition)]
        if event == "UPDATE":
            checks.append(_refuse_what_differs(table))
        if column := ALWAYS_TRUE.get(table.name):
            other = f"NEW.{column} IS NOT OLD.{column}" if event == "UPDATE" else f"NEW.{column} IS NOT 1"
            checks.append(_refuse(f"{column} is true and stays so", other))
        yield _trigger(table.name, "AFTER", event, *checks, pending, waits, *marks)
    yield _trigger(table.name, "BEFORE", "DELETE", _refuse(f"{table.noun} is voided, never deleted"))


def _refuse_what_differs(table):
    # Else the next honest change would take a forged value into the history, in the name of an innocent.
    same = " AND ".join(f'h."{column}" IS OLD."{column}"' for column in table.columns)
    words = f"{table.noun} differs from its history, so it is not changed; see manage.py verify_audit"
    return _refuse(words, f"NOT EXISTS (SELECT 1 FROM {table.history} h WHERE {same})")


def _history(table):
    same = " AND ".join(f'r."{column}" IS NEW."{column}"' for column in table.columns)
    yield _trigger(
        table.history,
        "AFTER",
        "INSERT",
        _PRAGMAS,
        _refuse(
            f"the history of {table.noun} repeats a change that was just made",
            f"NOT EXISTS (SELECT 1 FROM audit_pending WHERE noun = '{table.noun}' AND pk = NEW.id "
            "AND revision = NEW.revision) OR NEW.history_type NOT IN ('+', '~') "
            f"OR NOT EXISTS (SELECT 1 FROM {table.name} r WHERE {same})",
        ),
    )


def _ledger():
    last = f"(SELECT MAX(seq) FROM {LEDGER})"
    yield _trigger(
        LEDGER,
        "BEFORE",
        "INSERT",
        _refuse(
            "the ledger goes on after its last entry",
            f"NEW.seq <> COALESCE({last}, 0) + 1 OR NEW.prev <> "
            f"COALESCE((SELECT hash FROM {LEDGER} WHERE seq = {last}), '{'0' * 64}')",
        ),
    )
    yield _trigger(
        LEDGER,
        "AFTER",
        "INSERT",
        _PRAGMAS,
        _refuse("a ledger entry names no row that is there", f"NOT ({names_a_row('NEW')})"),
        "DELETE FROM audit_pending WHERE noun = NEW.noun AND pk = NEW.record_id "
        "AND (revision = NEW.revision OR noun = 'user')",
        "DELETE FROM audit_pending WHERE NEW.noun = 'user' AND noun = 'account event' AND pk = NEW.history_id",
    )


def _people():
    """Users, their roles and tokens: a change waits for an AccountEvent that is newer than it."""

    def pending(user, condition="1"):
        newest = f"(SELECT COALESCE(MAX(id), 0) FROM {EVENTS} WHERE user_id = {user})"
        waiting = f"SELECT 1 FROM audit_pending WHERE noun = 'user' AND pk = {user} AND revision = {newest}"
        yield (
            f"INSERT INTO audit_pending (noun, pk, revision) SELECT 'user', {user}, {newest} "
            f"WHERE ({condition}) AND NOT EXISTS ({waiting})"
        )
        yield _refuse(
            "what was written does not wait for its account event", f"({condition}) AND NOT EXISTS ({waiting})"
        )

    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in ACCOUNT_COLUMNS)
    yield _trigger(USERS, "AFTER", "INSERT", *pending("NEW.id"))
    keeps = _refuse("an account keeps its number", "NEW.id <> OLD.id")
    yield _trigger(USERS, "AFTER", "UPDATE", _PRAGMAS, keeps, *pending("NEW.id", changed))
    yield _trigger(USERS, "BEFORE", "DELETE", _refuse("a user is deactivated, never deleted"))
    yield _trigger(ROLES_OF_USERS, "AFTER", "INSERT", *pending("NEW.user_id"))
    yield _trigger(ROLES_OF_USERS, "BEFORE", "UPDATE", _refuse("a role is given or taken, not changed"))
    yield _trigger(ROLES_OF_USERS, "AFTER", "DELETE", *pending("OLD.user_id"))
    yield _trigger("auth_group", "AFTER", "INSERT", _PRAGMAS)
    yield _trigger("auth_group", "BEFORE", "UPDATE", _refuse("the roles are fixed"))
    yield _trigger("auth_group", "BEFORE", "DELETE", _refuse("the roles are fixed"))
    yield _trigger(TOKENS, "AFTER", "INSERT", *pending("NEW.user_id"))
    other = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in token_columns_kept())
    again = f"{other} OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at)"
    revoked = pending("NEW.user_id", "NEW.revoked_at IS NOT OLD.revoked_at")
    yield _trigger(TOKENS, "AFTER", "UPDATE", _PRAGMAS, _refuse("a token is only revoked", again), *revoked)
    yield _trigger(TOKENS, "BEFORE", "DELETE", _refuse("a token is revoked, never deleted"))
    event = "INSERT INTO audit_pending (noun, pk, revision) VALUES ('account event', NEW.id, 0)"
    yield _trigger(EVENTS, "AFTER", "INSERT", event, _refuse_unless_it_waits("account event", "NEW.id", "0"))
    yield _trigger(SUBMISSIONS, "AFTER", "INSERT", _PRAGMAS)


def _side_tables():
    written = " OR ".join(
        f"(OLD.noun = '{table.noun}' AND EXISTS (SELECT 1 FROM {table.history} WHERE id = OLD.pk "
        "AND revision = OLD.revision))"
        for table in record_tables()
    )
    entered = f"SELECT 1 FROM {LEDGER} WHERE noun = OLD.noun AND record_id = OLD.pk AND revision = OLD.revision"
    told = (
        f"SELECT 1 FROM {EVENTS} e JOIN {LEDGER} l ON l.noun = 'user' AND l.history_id = e.id "
        "WHERE e.user_id = OLD.pk AND e.id > OLD.revision"
    )
    event = f"SELECT 1 FROM {LEDGER} WHERE noun = 'user' AND history_id = OLD.pk"
    yield _trigger(
        "audit_pending",
        "BEFORE",
        "DELETE",
        _refuse(
            "what was written waits for its history row and its ledger entry",
            f"NOT ((({written}) AND EXISTS ({entered})) OR (OLD.noun = 'user' AND EXISTS ({told})) "
            f"OR (OLD.noun = 'account event' AND EXISTS ({event})))",
        ),
    )
    broken = " OR ".join(f"({is_of_it} AND {breaks})" for is_of_it, breaks in still_broken())
    yield _trigger("audit_broken", "BEFORE", "DELETE", _refuse("a rule is broken still", broken))
    for name in ("audit_pending", "audit_broken"):
        yield _trigger(name, "BEFORE", "INSERT", _PRAGMAS)
        yield _trigger(name, "BEFORE", "UPDATE", _refuse(f"{name} is not changed"))
    # The check alone could be switched off by a PRAGMA.
    yield _trigger("audit_never", "BEFORE", "INSERT", _refuse("audit_never is always empty"))
