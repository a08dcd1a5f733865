"""The guard on PostgreSQL: functions, triggers that fire in replica mode too, and checks put off to the commit."""

from dataclasses import dataclass
from functools import cache

from django.db import connection

from ._postgres_functions import functions
from .rules import watched_tables
from .tables import (
    ALWAYS_TRUE,
    EVENTS,
    LEDGER,
    PREFIX,
    ROLES_OF_USERS,
    SIDE_TABLES,
    TOKENS,
    USERS,
    record_tables,
    tables_only_added_to,
)

# How the functions run. A plan is kept as long as the connection: one made while a table had few rows would read all
# of it for each row ever after. And left to itself the engine plans most of their statements anew each time, which
# takes longer than they do. Each reads by keys, so that one plan is good for every row; compiling it, for which its
# guessed cost is high enough, would take longer again.
_SETTINGS = {"enable_seqscan": "off", "plan_cache_mode": "force_generic_plan", "jit": "off"}

# The bits of pg_trigger.tgtype.
_ROW, _BEFORE, _BITS = 1, 2, {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


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


def triggers():
    """Every Trigger of the guard."""
    for table in record_tables():
        yield Trigger(table.name, "AFTER", ("INSERT", "UPDATE"), f"{PREFIX}record_{table.name}")
        yield from _kept(table.name, ("DELETE",), "it is voided, never deleted")
        yield Trigger(table.history, "AFTER", ("INSERT",), f"{PREFIX}history_{table.name}")
        yield from _kept(table.history, ("UPDATE", "DELETE"), "it is only added to")
    for name in tables_only_added_to():
        yield from _kept(name, ("UPDATE", "DELETE"), "it is only added to")
    for table, column in ALWAYS_TRUE.items():
        yield Trigger(table, "BEFORE", ("INSERT", "UPDATE"), f"{PREFIX}always_true", (column,))
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
    there |= _strangers(cursor)
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


def _strangers(cursor):
    """{name: where} of triggers, rules, functions and operators that others made; they could undo what it does."""
    tables = sorted({trigger.table for trigger in triggers()})
    cursor.execute(
        "SELECT t.tgname, t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND NOT t.tgname ^@ %s AND c.relname = ANY(%s) "
        "AND c.relnamespace = current_schema()::regnamespace "
        "UNION SELECT rulename, tablename FROM pg_rules WHERE schemaname = current_schema() AND tablename = ANY(%s)",
        [PREFIX, tables, tables],
    )
    there = {f"{name} on {table}": (table,) for name, table in cursor.fetchall()}
    # What compares or converts in the functions' own schema may be taken instead of PostgreSQL's own.
    cursor.execute(
        "SELECT 'The function ' || p.oid::regprocedure FROM pg_proc p "
        "WHERE NOT p.proname ^@ %s AND p.pronamespace = current_schema()::regnamespace "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') "
        "UNION SELECT 'The operator ' || o.oid::regoperator FROM pg_operator o "
        "WHERE o.oprnamespace = current_schema()::regnamespace "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')",
        [PREFIX],
    )
    return there | {name: (name,) for (name,) in cursor.fetchall()}


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
    config = (f"search_path={_schema()}, pg_temp", *(f"{name}={value}" for name, value in _SETTINGS.items()))
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
        # With a path of its own no temporary table of the name of one of ours is taken for it.
        settings = " ".join(f"SET {name} = {value}" for name, value in _SETTINGS.items())
        cursor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {schema}, pg_temp "
            f"{settings} AS $labinv${body}$labinv$".replace("%", "%%"),
            [],
        )
    for trigger in triggers():
        for statement in trigger.statements():
            cursor.execute(statement)


def _schema():
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return cursor.fetchone()[0]
