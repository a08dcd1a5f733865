"""The functions behind the guard's triggers on PostgreSQL."""

from samples.models.writing import WRITERS_LOCK

from .rules import marking, still_broken, watched_tables
from .tables import (
    ACCOUNT_COLUMNS,
    EVENTS,
    LEDGER,
    PREFIX,
    TOKENS,
    USERS,
    record_tables,
    rows_named,
    token_columns_kept,
)

_CHECK_VIOLATION = "23514"


def _raise(words, *values):
    given = "".join(f", {value}" for value in values)
    return f"RAISE EXCEPTION 'labinv: {words}'{given} USING ERRCODE = '{_CHECK_VIOLATION}';"


def _record(table):
    """What is asked when a record of `table` is written.

    Each table has its own function, because a statement that is put together while it runs is planned each time.
    """
    changed = _raise(f"{table.noun} is never changed") if table.is_only_added_to else _changed(table)
    return f"""
DECLARE before jsonb;
BEGIN
    -- Two who write at once would each not see what the other does, and break a rule together.
    PERFORM pg_advisory_xact_lock({WRITERS_LOCK});
    IF TG_OP = 'INSERT' THEN
        -- 0 and less stand for "none" in rules.
        IF NEW.id < 1 OR NEW.revision <> 1 OR EXISTS (SELECT 1 FROM {table.history} WHERE id = NEW.id) THEN
            {_raise(f"{table.noun} begins with revision 1 and a key of its own")}
        END IF;
    ELSE
        {changed}
    END IF;
    INSERT INTO audit_pending (noun, pk, revision) VALUES ('{table.noun}', NEW.id, NEW.revision);
    RETURN NULL;
END
"""


def _changed(table):
    differs = f"{table.noun} % differs from its history, so it is not changed; see manage.py verify_audit"
    return f"""IF NEW.id <> OLD.id OR NEW.revision <> OLD.revision + 1 THEN
            {_raise(f"{table.noun} is changed to the next revision only")}
        END IF;
        -- Else the next honest change would take a forged value into the history, in the name of an innocent.
        SELECT to_jsonb(h) INTO before FROM {table.history} h WHERE id = OLD.id AND revision = OLD.revision;
        IF before IS NULL OR to_jsonb(OLD) <> before - {_names(table.history_columns)} THEN
            {_raise(differs, "OLD.id")}
        END IF;"""


def _names(columns):
    return "ARRAY[{}]".format(", ".join(f"'{column}'" for column in columns))


_NEVER = f"""
BEGIN
    {_raise("% of % is refused: %", "TG_OP", "TG_TABLE_NAME", "TG_ARGV[0]")}
END
"""
_ALWAYS_TRUE = f"""
DECLARE stays jsonb := 'true';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        stays := to_jsonb(OLD) -> TG_ARGV[0];
    END IF;
    IF to_jsonb(NEW) -> TG_ARGV[0] IS DISTINCT FROM stays THEN
        {_raise("% is true and stays so", "TG_ARGV[0]")}
    END IF;
    RETURN NEW;
END
"""


def _history(table):
    return f"""
DECLARE record jsonb;
BEGIN
    SELECT to_jsonb(r) INTO record FROM {table.name} r WHERE id = NEW.id;
    IF record IS NULL OR record <> to_jsonb(NEW) - {_names(table.history_columns)}
       OR NEW.history_type NOT IN ('+', '~')
       OR NOT EXISTS (SELECT 1 FROM audit_pending
                      WHERE noun = '{table.noun}' AND pk = NEW.id AND revision = NEW.revision)
    THEN
        {_raise(f"the history of {table.noun} repeats a change that was just made")}
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


def _by_case(asked):
    """IF and ELSIF that put an answer into a variable, of {condition: what is then to be done}.

    Apart, so that only the one question is planned and made ready.
    """
    asked = "".join(f"ELSIF {condition} THEN\n        {act};\n    " for condition, act in asked.items())
    return f"{asked.removeprefix('ELS')}END IF;"


def _ledger_after():
    named = {f"NEW.noun = '{noun}'": f"named := {there}" for noun, there in rows_named("NEW").items()}
    return f"""
DECLARE named boolean := false;
BEGIN
    {_by_case({"NEW.noun = ''": "named := true"} | named)}
    IF NOT named THEN
        {_raise("a ledger entry names no row that is there")}
    END IF;
    DELETE FROM audit_pending WHERE noun = NEW.noun AND pk = NEW.record_id
        AND (revision = NEW.revision OR noun = 'user');
    IF NEW.noun = 'user' THEN
        DELETE FROM audit_pending WHERE noun = 'account event' AND pk = NEW.history_id;
    END IF;
    RETURN NULL;
END
"""


def _pending_deleted():
    entered = f"EXISTS (SELECT 1 FROM {LEDGER} WHERE noun = 'user' AND history_id = {{event}})"
    written = {
        "OLD.noun = 'user'": f"written := EXISTS (SELECT 1 FROM {EVENTS} e WHERE e.user_id = OLD.pk "
        f"AND e.id > OLD.revision AND {entered.format(event='e.id')})",
        "OLD.noun = 'account event'": f"written := {entered.format(event='OLD.pk')}",
    }
    written |= {
        f"OLD.noun = '{table.noun}'": f"written := EXISTS (SELECT 1 FROM {table.history} "
        "WHERE id = OLD.pk AND revision = OLD.revision) AND EXISTS "
        f"(SELECT 1 FROM {LEDGER} WHERE noun = OLD.noun AND record_id = OLD.pk AND revision = OLD.revision)"
        for table in record_tables()
    }
    return f"""
DECLARE written boolean := false;
BEGIN
    {_by_case(written)}
    IF NOT written THEN
        {_raise("what was written waits for its history row and its ledger entry")}
    END IF;
    RETURN OLD;
END
"""


def _broken_deleted():
    asked = {is_of_it: f"breaks := {broken}" for is_of_it, broken in still_broken()}
    return f"""
DECLARE breaks boolean := false;
BEGIN
    {_by_case(asked)}
    IF breaks THEN
        {_raise("the rule % is broken by row % still", "OLD.rule", "OLD.pk")}
    END IF;
    RETURN OLD;
END
"""


# With IN the marks of all rows are read, and each is asked whether its rule is broken, before it is one of them.
_ONE_OF = "{} = ANY (ARRAY({}))"


def _marks(table):
    branches = {event: ";\n        ".join(marking(table, event, _ONE_OF)) for event in ("INSERT", "UPDATE")}
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
        "never": _NEVER,
        "always_true": _ALWAYS_TRUE,
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
    for table in record_tables():
        made |= {f"record_{table.name}": _record(table), f"history_{table.name}": _history(table)}
    made |= {f"marks_{table}": _marks(table) for table in watched_tables()}
    return {f"{PREFIX}{name}": body for name, body in made.items()}
