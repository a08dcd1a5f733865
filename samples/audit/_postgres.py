"""The guard on PostgreSQL: functions, triggers that fire in replica mode too, and checks put off to the commit."""

from dataclasses import dataclass
from functools import cache

from django.db import connection

from samples.models.writing import WRITERS_LOCK

from .rules import RULES, marking, watched_tables
from .tables import (
    ACCOUNT_COLUMNS,
    EVENTS,
    LEDGER,
    PREFIX,
    ROLES_OF_USERS,
    SIDE_TABLES,
    TOKENS,
    USERS,
    names_a_row,
    record_tables,
    tables_only_added_to,
    token_columns_kept,
)

# The bits of pg_trigger.tgtype.
_ROW, _BEFORE, _BITS = 1, 2, {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
_CHECK_VIOLATION = "23514"


@dataclass(frozen=True)
class Trigger:
    """One trigger; `when` is BEFORE, AFTER or COMMIT, `arguments` are those of its function."""

    table: str
    when: str
    events: tuple
    function: str
    arguments: tuple = ()

    @property
    def name(self):
        return f"{PREFIX}{self.table}_{self.when}_{'_'.join(self.events)}".lower()

    @property
    def kind(self):
        """What pg_trigger.tgtype is to be."""
        bits = sum(_BITS[event] for event in self.events)
        return bits | (0 if "TRUNCATE" in self.events else _ROW) | (_BEFORE if self.when == "BEFORE" else 0)

    def statements(self):
        arguments = ", ".join(f"'{argument}'" for argument in self.arguments)
        level = "STATEMENT" if "TRUNCATE" in self.events else "ROW"
        put_off = self.when == "COMMIT"
        yield (
            f"CREATE {'CONSTRAINT ' if put_off else ''}TRIGGER {self.name} "
            f"{'AFTER' if put_off else self.when} {' OR '.join(self.events)} ON {self.table} "
            f"{'DEFERRABLE INITIALLY DEFERRED ' if put_off else ''}"
            f"FOR EACH {level} EXECUTE FUNCTION {self.function}({arguments})"
        )
        # Else it would sleep while session_replication_role is replica.
        yield f"ALTER TABLE {self.table} ENABLE ALWAYS TRIGGER {self.name}"


def _raise(words, *values):
    given = "".join(f", {value}" for value in values)
    return f"RAISE EXCEPTION 'labinv: {words}'{given} USING ERRCODE = '{_CHECK_VIOLATION}';"


_RECORD = f"""
DECLARE known boolean;
BEGIN
    -- Two who write at once would each not see what the other does, and break a rule together.
    PERFORM pg_advisory_xact_lock({WRITERS_LOCK});
    IF TG_OP = 'INSERT' THEN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE id = $1)', TG_ARGV[1]) INTO known USING NEW.id;
        IF known OR NEW.revision <> 1 THEN
            {_raise("% begins with revision 1 and a key of its own", "TG_ARGV[0]")}
        END IF;
    ELSIF TG_ARGV[2] = 'added' THEN
        {_raise("% is never changed", "TG_ARGV[0]")}
    ELSIF NEW.id <> OLD.id OR NEW.revision <> OLD.revision + 1 THEN
        {_raise("% is changed to the next revision only", "TG_ARGV[0]")}
    END IF;
    INSERT INTO audit_pending (noun, pk, revision) VALUES (TG_ARGV[0], NEW.id, NEW.revision);
    RETURN NULL;
END
"""
_NEVER = f"""
BEGIN
    {_raise("% of % is refused: %", "TG_OP", "TG_TABLE_NAME", "TG_ARGV[0]")}
END
"""
_HISTORY = f"""
DECLARE record jsonb;
BEGIN
    EXECUTE format('SELECT to_jsonb(r) FROM %I r WHERE id = $1', TG_ARGV[1]) INTO record USING NEW.id;
    IF record IS NULL OR record <> to_jsonb(NEW) - string_to_array(TG_ARGV[2], ',')
       OR NEW.history_type NOT IN ('+', '~')
       OR NOT EXISTS (SELECT 1 FROM audit_pending WHERE noun = TG_ARGV[0] AND pk = NEW.id AND revision = NEW.revision)
    THEN
        {_raise("the history of % repeats a change that was just made", "TG_ARGV[0]")}
    END IF;
    RETURN NULL;
END
"""
_LEDGER_BEFORE = f"""
DECLARE last record;
BEGIN
    SELECT seq, hash INTO last FROM {LEDGER} ORDER BY seq DESC LIMIT 1;
    IF NEW.seq <> COALESCE(last.seq, 0) + 1 OR NEW.prev <> COALESCE(last.hash, '{"0" * 64}') THEN
        {_raise("the ledger goes on after its last entry")}
    END IF;
    RETURN NEW;
END
"""
_EVENT = """
BEGIN
    INSERT INTO audit_pending (noun, pk, revision) VALUES ('account event', NEW.id, 0);
    RETURN NULL;
END
"""
_SAME_TOKEN = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in token_columns_kept())
_TOKEN = f"""
BEGIN
    IF NOT ({_SAME_TOKEN}) OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) THEN
        {_raise("a token is only revoked")}
    END IF;
    RETURN NEW;
END
"""
_SAME_ACCOUNT = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in ACCOUNT_COLUMNS)
_USER = f"""
DECLARE
    changed bigint;
    newest bigint;
BEGIN
    IF TG_TABLE_NAME = '{USERS}' THEN
        IF TG_OP = 'UPDATE' THEN
            IF NEW.id <> OLD.id THEN
                {_raise("an account keeps its number")}
            END IF;
            IF {_SAME_ACCOUNT} THEN
                RETURN NULL;
            END IF;
        END IF;
        changed := NEW.id;
    ELSIF TG_TABLE_NAME = '{TOKENS}' THEN
        IF TG_OP = 'UPDATE' THEN
            IF NEW.revoked_at IS NOT DISTINCT FROM OLD.revoked_at THEN
                RETURN NULL;
            END IF;
        END IF;
        changed := NEW.user_id;
    ELSIF TG_OP = 'DELETE' THEN
        changed := OLD.user_id;
    ELSE
        changed := NEW.user_id;
    END IF;
    SELECT COALESCE(MAX(id), 0) INTO newest FROM {EVENTS} WHERE user_id = changed;
    INSERT INTO audit_pending (noun, pk, revision) SELECT 'user', changed, newest WHERE NOT EXISTS
        (SELECT 1 FROM audit_pending WHERE noun = 'user' AND pk = changed AND revision = newest);
    RETURN NULL;
END
"""
_PENDING_AT_COMMIT = f"""
BEGIN
    IF EXISTS (SELECT 1 FROM audit_pending WHERE noun = NEW.noun AND pk = NEW.pk AND revision = NEW.revision) THEN
        {_raise("% %, revision %, has no history or ledger entry", "NEW.noun", "NEW.pk", "NEW.revision")}
    END IF;
    RETURN NULL;
END
"""
_BROKEN_AT_COMMIT = f"""
BEGIN
    IF EXISTS (SELECT 1 FROM audit_broken WHERE rule = NEW.rule AND pk = NEW.pk) THEN
        {_raise("the rule % is broken by row %", "NEW.rule", "NEW.pk")}
    END IF;
    RETURN NULL;
END
"""


def _ledger_after():
    return f"""
BEGIN
    IF NOT ({names_a_row("NEW")}) THEN
        {_raise("a ledger entry names no row that is there")}
    END IF;
    DELETE FROM audit_pending WHERE noun = NEW.noun AND pk = NEW.record_id
        AND (revision = NEW.revision OR noun = 'user');
    DELETE FROM audit_pending WHERE NEW.noun = 'user' AND noun = 'account event' AND pk = NEW.history_id;
    RETURN NULL;
END
"""


def _pending_deleted():
    written = " OR ".join(
        f"(OLD.noun = '{table.noun}' AND EXISTS (SELECT 1 FROM {table.history} WHERE id = OLD.pk "
        "AND revision = OLD.revision))"
        for table in record_tables()
    )
    return f"""
BEGIN
    IF OLD.noun = 'user' THEN
        IF EXISTS (SELECT 1 FROM {EVENTS} e JOIN {LEDGER} l ON l.noun = 'user' AND l.history_id = e.id
                   WHERE e.user_id = OLD.pk AND e.id > OLD.revision) THEN
            RETURN OLD;
        END IF;
    ELSIF OLD.noun = 'account event' THEN
        IF EXISTS (SELECT 1 FROM {LEDGER} WHERE noun = 'user' AND history_id = OLD.pk) THEN
            RETURN OLD;
        END IF;
    ELSIF ({written}) AND EXISTS
        (SELECT 1 FROM {LEDGER} WHERE noun = OLD.noun AND record_id = OLD.pk AND revision = OLD.revision) THEN
        RETURN OLD;
    END IF;
    {_raise("what was written waits for its history row and its ledger entry")}
END
"""


def _broken_deleted():
    still = " OR ".join(f"(OLD.rule = '{rule.name}' AND {rule.broken.format(pk='OLD.pk')})" for rule in RULES)
    return f"""
BEGIN
    IF {still} THEN
        {_raise("the rule % is broken by row % still", "OLD.rule", "OLD.pk")}
    END IF;
    RETURN OLD;
END
"""


def _marks(table):
    branches = {event: ";\n        ".join(marking(table, event)) for event in ("INSERT", "UPDATE")}
    inserted = f"{branches['INSERT']};" if branches["INSERT"] else "NULL;"
    return f"""
BEGIN
    IF TG_OP = 'INSERT' THEN
        {inserted}
    ELSE
        {branches["UPDATE"]};
    END IF;
    RETURN NULL;
END
"""


def functions():
    """{name: body} of the functions behind the triggers."""
    made = {
        "record": _RECORD,
        "never": _NEVER,
        "history": _HISTORY,
        "ledger_before": _LEDGER_BEFORE,
        "ledger_after": _ledger_after(),
        "event": _EVENT,
        "token": _TOKEN,
        "user": _USER,
        "pending_at_commit": _PENDING_AT_COMMIT,
        "broken_at_commit": _BROKEN_AT_COMMIT,
        "pending_deleted": _pending_deleted(),
        "broken_deleted": _broken_deleted(),
    }
    made |= {f"marks_{table}": _marks(table) for table in watched_tables()}
    return {f"{PREFIX}{name}": body for name, body in made.items()}


def triggers():
    """Every Trigger of the guard."""
    for table in record_tables():
        added = "added" if table.is_only_added_to else ""
        yield Trigger(table.name, "AFTER", ("INSERT", "UPDATE"), f"{PREFIX}record", (table.noun, table.history, added))
        yield from _kept(table.name, ("DELETE",), "it is voided, never deleted")
        own = ",".join(table.history_columns)
        yield Trigger(table.history, "AFTER", ("INSERT",), f"{PREFIX}history", (table.noun, table.name, own))
        yield from _kept(table.history, ("UPDATE", "DELETE"), "it is only added to")
    for name in tables_only_added_to():
        yield from _kept(name, ("UPDATE", "DELETE"), "it is only added to")
    for table in watched_tables():
        # Named after the one above, so fired after it: the record itself is looked at first.
        yield Trigger(table, "AFTER", ("UPDATE", "INSERT"), f"{PREFIX}marks_{table}")
    yield Trigger(LEDGER, "BEFORE", ("INSERT",), f"{PREFIX}ledger_before")
    yield Trigger(LEDGER, "AFTER", ("INSERT",), f"{PREFIX}ledger_after")
    yield Trigger(USERS, "AFTER", ("INSERT", "UPDATE"), f"{PREFIX}user")
    yield from _kept(USERS, ("DELETE",), "a user is deactivated, never deleted")
    yield Trigger(ROLES_OF_USERS, "AFTER", ("INSERT", "DELETE"), f"{PREFIX}user")
    yield from _kept(ROLES_OF_USERS, ("UPDATE",), "a role is given or taken")
    yield from _kept("auth_group", ("UPDATE", "DELETE"), "the roles are fixed")
    yield Trigger(EVENTS, "AFTER", ("INSERT",), f"{PREFIX}event")
    yield Trigger(TOKENS, "BEFORE", ("UPDATE",), f"{PREFIX}token")
    yield Trigger(TOKENS, "AFTER", ("INSERT", "UPDATE"), f"{PREFIX}user")
    yield from _kept(TOKENS, ("DELETE",), "a token is revoked, never deleted")
    yield Trigger("audit_pending", "COMMIT", ("INSERT",), f"{PREFIX}pending_at_commit")
    yield Trigger("audit_pending", "BEFORE", ("DELETE",), f"{PREFIX}pending_deleted")
    yield Trigger("audit_broken", "COMMIT", ("INSERT",), f"{PREFIX}broken_at_commit")
    yield Trigger("audit_broken", "BEFORE", ("DELETE",), f"{PREFIX}broken_deleted")
    for name in ("audit_pending", "audit_broken"):
        yield from _kept(name, ("UPDATE",), "it is not changed")
    yield from _kept("audit_never", ("INSERT",), "it is always empty")


def _kept(table, events, why):
    yield Trigger(table, "BEFORE", events, f"{PREFIX}never", (why,))
    yield Trigger(table, "BEFORE", ("TRUNCATE",), f"{PREFIX}never", (why,))


def armed_count():
    """A query of the number of the guard's triggers that fire always."""
    return (
        "SELECT COUNT(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        f"WHERE t.tgname ^@ '{PREFIX}' AND t.tgenabled = 'A' AND c.relnamespace = current_schema()::regnamespace"
    )


@cache
def trigger_count():
    """How many that has to be."""
    return len(list(triggers()))


def found(cursor):
    """{name: what it is} of what the database has of the guard."""
    cursor.execute(
        "SELECT t.tgname, c.relname, p.proname, t.tgtype, t.tgdeferrable AND t.tginitdeferred, "
        "encode(t.tgargs, 'escape'), t.tgenabled, t.tgqual IS NULL AND t.tgattr = '' "
        "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgname ^@ %s AND c.relnamespace = current_schema()::regnamespace",
        [PREFIX],
    )
    there = {name: tuple(rest) for name, *rest in cursor.fetchall()}
    cursor.execute(
        "SELECT proname, prosrc, proconfig FROM pg_proc "
        "WHERE proname ^@ %s AND pronamespace = current_schema()::regnamespace",
        [PREFIX],
    )
    there |= {name: (source, tuple(config or ())) for name, source, config in cursor.fetchall()}
    for name in SIDE_TABLES:
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone()[0]:
            there[name] = SIDE_TABLES[name]
    return there


def objects():
    """{name: what it is} of everything the guard consists of, as `found` tells it."""
    parts = {
        trigger.name: (
            trigger.table,
            trigger.function,
            trigger.kind,
            trigger.when == "COMMIT",
            "".join(f"{argument}\\000" for argument in trigger.arguments),
            "A",
            True,
        )
        for trigger in triggers()
    }
    config = (f"search_path={_schema()}, pg_temp",)
    return SIDE_TABLES | parts | {name: (body, config) for name, body in functions().items()}


def remove(cursor):
    """Take everything away."""
    # What is put off to the commit keeps a table from being altered.
    connection.check_constraints()
    there = found(cursor)
    for name, what in there.items():
        if len(what) == 7:
            cursor.execute(f'DROP TRIGGER {name} ON "{what[0]}"')
    # The tables stay, with what is granted on them; in a transaction that goes on they may have rows.
    for name in ("audit_pending", "audit_broken"):
        if name in there:
            cursor.execute(f"DELETE FROM {name}")
    for name, what in there.items():
        if len(what) == 2:
            cursor.execute(f"DROP FUNCTION {name}()")


def put_up(cursor):
    """Make everything anew."""
    for statement in SIDE_TABLES.values():
        cursor.execute(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
    schema = _schema()
    for name, body in functions().items():
        # Else a temporary table of the name of one of ours would be taken for it.
        cursor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {schema}, pg_temp "
            f"AS $labinv${body}$labinv$".replace("%", "%%"),
            [],
        )
    for trigger in triggers():
        for statement in trigger.statements():
            cursor.execute(statement)


def _schema():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return cursor.fetchone()[0]
