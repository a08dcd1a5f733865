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
    names_a_row,
    record_tables,
    token_columns_kept,
)

_CHECK_VIOLATION = "23514"


def _raise(words, *values):
    given = "".join(f", {value}" for value in values)
    return f"RAISE EXCEPTION 'labinv: {words}'{given} USING ERRCODE = '{_CHECK_VIOLATION}';"


_RECORD = f"""
DECLARE known boolean; before jsonb;
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
    ELSE
        -- Else the next honest change would take a forged value into the history, in the name of an innocent.
        EXECUTE format('SELECT to_jsonb(h) FROM %I h WHERE id = $1 AND revision = $2', TG_ARGV[1])
            INTO before USING OLD.id, OLD.revision;
        IF before IS NULL OR to_jsonb(OLD) <> before - string_to_array(TG_ARGV[3], ',') THEN
            {
    _raise("% % differs from its history, so it is not changed; see manage.py verify_audit", "TG_ARGV[0]", "OLD.id")
}
        END IF;
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
    # Apart, so that only the one rule's question is planned and made ready.
    asked = "".join(f"ELSIF {is_of_it} THEN\n        breaks := {broken};\n    " for is_of_it, broken in still_broken())
    return f"""
DECLARE breaks boolean := false;
BEGIN
    {asked.removeprefix("ELS")}END IF;
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
        "record": _RECORD,
        "never": _NEVER,
        "always_true": _ALWAYS_TRUE,
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
