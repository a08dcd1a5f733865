"""Tamperings by SQL, with what the verification is to find of each."""

from django.db import connection

from samples.models import Container

LEDGER = "samples_ledgerentry"
BOX = "(SELECT id FROM samples_container WHERE identifier = 'BOX-1')"
SOIL = "(SELECT id FROM samples_sample WHERE identifier = 'CE6C0001')"
# One version of a record that has three more after it.
FIRST = f"noun = 'container' AND revision = 1 AND record_id = {BOX}"
A_VERSION = f"revision = 1 AND id = {BOX}"
NOBODY = "0" * 15 + "1"
A_RECEIPT = "meaning = 'receipt' AND handoff_id = (SELECT id FROM samples_handoff WHERE number = 2)"

TAMPERINGS = {
    "a reason in the ledger": (
        {"hash"},
        "Ledger 5",
        [f"UPDATE {LEDGER} SET reason = 'Something else' WHERE seq = 5"],
    ),
    "who did it, in the ledger": ({"hash"}, "", [f"UPDATE {LEDGER} SET actor_id = 7, actor_name = 'x' WHERE seq = 5"]),
    "when it was, in the ledger": (
        {"hash", "link"},
        "",
        [f"UPDATE {LEDGER} SET recorded_at = '2020-01-01 00:00:00' WHERE seq = 5"],
    ),
    "the payload in the ledger": (
        {"hash", "altered"},
        "",
        [f"UPDATE {LEDGER} SET payload = replace(payload, 'BOX-1', 'BOX-9') WHERE {FIRST}"],
    ),
    "an entry taken out": ({"sequence", "link", "not entered"}, "", [f"DELETE FROM {LEDGER} WHERE {FIRST}"]),
    "an entry of no known record": (
        {"hash", "taken out", "not entered"},
        "ghost no. ",
        [f"UPDATE {LEDGER} SET noun = 'ghost' WHERE {FIRST}"],
    ),
    "a table taken out": (
        {"unreadable"},
        "each seal",
        ["ALTER TABLE samples_historicalseal RENAME TO hidden"],
    ),
    "a link": ({"link", "hash"}, "", [f"UPDATE {LEDGER} SET prev = '{'f' * 64}' WHERE seq = 5"]),
    "a hash": ({"link", "hash", "signature"}, "", [f"UPDATE {LEDGER} SET hash = '{'f' * 64}' WHERE seq = 5"]),
    "a signature": ({"signature"}, "", [f"UPDATE {LEDGER} SET mac = '{'f' * 64}' WHERE seq = 5"]),
    "the key": ({"signature"}, "", [f"UPDATE {LEDGER} SET key_id = '{NOBODY}' WHERE seq = 5"]),
    "an old version": (
        {"altered"},
        "",
        [f"UPDATE samples_historicalcontainer SET description = 'New' WHERE {A_VERSION}"],
    ),
    "who made an old version": (
        {"altered"},
        "",
        [f"UPDATE samples_historicalcontainer SET actor_name = 'Nobody' WHERE {A_VERSION}"],
    ),
    "an old version taken out": (
        {"taken out", "revisions"},
        "",
        [f"DELETE FROM samples_historicalcontainer WHERE revision = 2 AND id = {BOX}"],
    ),
    "a version that nobody entered": (
        {"not entered", "revisions", "record"},
        "",
        ["COPY"],
    ),
    "a record": ({"record"}, "", [f"UPDATE samples_container SET description = 'New' WHERE id = {BOX}"]),
    "a record and its last version": (
        {"altered"},
        "",
        [
            f"UPDATE samples_container SET description = 'New' WHERE id = {BOX}",
            f"UPDATE samples_historicalcontainer SET description = 'New' WHERE revision = 4 AND id = {BOX}",
        ],
    ),
    "a revision": ({"record"}, "", [f"UPDATE samples_container SET revision = 9 WHERE id = {BOX}"]),
    "all versions of a record": (
        {"no history", "taken out"},
        "",
        [f"DELETE FROM samples_historicalsample WHERE id = {SOIL}"],
    ),
    "a record taken out": (
        {"no record"},
        "",
        ["DELETE FROM samples_location WHERE name = 'Street'"],
    ),
    "an account event": ({"altered"}, "", ["UPDATE samples_accountevent SET reason = 'x' WHERE id IN (FIRST_EVENT)"]),
    "a role": (
        {"account"},
        "researcher",
        [
            "INSERT INTO samples_user_groups (user_id, group_id) SELECT u.id, g.id FROM samples_user u, auth_group g "
            "WHERE u.username = 'researcher' AND g.name = 'curator'"
        ],
    ),
    "an account closed": ({"account"}, "", ["UPDATE samples_user SET is_active = FALSE WHERE username = 'auditor'"]),
    **{
        f"the {what} of an account": (
            {"account"},
            f"account {called}: Otherwise than in its last event: {column}.",
            [f"UPDATE samples_user SET {column} = {value} WHERE username = 'technician'"],
        )
        for what, column, value, called in [
            ("user name", "username", "'evil'", "evil"),
            ("name", "name", "'Evil'", "technician"),
            ("one-time password", "has_one_time_password", "TRUE", "technician"),
            (
                "custodian",
                "custodian_id",
                "(SELECT id FROM samples_custodian WHERE name = 'Second laboratory')",
                "technician",
            ),
        ]
    },
    "a token that lives longer": (
        {"account"},
        "account technician: Otherwise than in its last event: tokens.",
        ["UPDATE samples_token SET expires_at = '2100-01-01 00:00:00+00'"],
    ),
    "the secret of a token": (
        {"account"},
        "account technician: Otherwise than in its last event: tokens.",
        [f"UPDATE samples_token SET secret_hash = '{'f' * 64}'"],
    ),
    "a custodian": (
        {"custody", "record"},
        "BOX-1",
        [
            "UPDATE samples_container SET custodian_id = (SELECT id FROM samples_custodian WHERE name = 'Carrier') "
            f"WHERE id = {BOX}"
        ],
    ),
    "the custodian of what is inside": (
        {"custody", "record"},
        "It is inside BOX-1, and somebody else has that.",
        [
            "UPDATE samples_container SET custodian_id = (SELECT id FROM samples_custodian WHERE name = 'Carrier') "
            "WHERE identifier = 'BOT-1'"
        ],
    ),
    "a link of custody": (
        {"custody", "record"},
        "",
        [
            "UPDATE samples_handoff SET from_custodian_id = (SELECT id FROM samples_custodian WHERE name = 'Carrier') "
            "WHERE number = 2"
        ],
    ),
    "the order of custody": (
        {"custody", "record"},
        "before it had arrived",
        ["UPDATE samples_handoff SET released_at = '2024-06-30 00:00:00+00' WHERE number = 2"],
    ),
    "custody taken back": (
        {"custody", "no record"},
        "It went with H-0002 inside a container that did not.",
        [
            "DELETE FROM samples_handoffline WHERE handoff_id = (SELECT id FROM samples_handoff WHERE number = 2) "
            "AND inside_id IS NULL"
        ],
    ),
    "a line that stays open": (
        {"custody", "record"},
        "do not agree",
        [
            "UPDATE samples_handoffline SET open = TRUE WHERE inside_id IS NULL "
            "AND handoff_id = (SELECT id FROM samples_handoff WHERE number = 2)"
        ],
    ),
    **{
        what: ({"signed", "record"}, words, [f"UPDATE samples_signature SET {sets} WHERE {A_RECEIPT}"])
        for what, words, sets in [
            (
                "who signed",
                "handoff H-0002, receipt: It is signed by somebody else than the one who entered it.",
                "user_id = (SELECT id FROM samples_user WHERE username = 'curator')",
            ),
            (
                "when it was signed",
                "It was signed at another moment than the handoff says.",
                "signed_at = '2024-06-30 00:00:00+00'",
            ),
            (
                "what a signature is over",
                "The signature is over another state of the ledger than Ledger ",
                f"ledger_hash = '{'f' * 64}'",
            ),
            (
                "a signature over an entry that is not there",
                "The signature is over another state of the ledger than Ledger 99999.",
                "ledger_seq = 99999",
            ),
            (
                "a signature over what was before",
                "Ledger 5, which it is over, is not what was signed then.",
                f"ledger_seq = 5, ledger_hash = (SELECT hash FROM {LEDGER} WHERE seq = 5)",
            ),
        ]
    },
    **{
        f"a signature of a {meaning} taken out": (
            {"signed", "no record"},
            f"handoff H-0002, {meaning}: Nobody signed it.",
            [f"DELETE FROM samples_signature WHERE {A_RECEIPT.replace('receipt', meaning)}"],
        )
        for meaning in ("release", "receipt")
    },
    "a receipt with discrepancy that had none": (
        {"custody", "record"},
        "Whether something differed at the receipt and what its status says do not agree.",
        ["UPDATE samples_handoff SET status = 'with discrepancy' WHERE number = 2"],
    ),
    "a mass": (
        {"mass", "record"},
        "CE6C0001",
        [f"UPDATE samples_sample SET mass_g = mass_g - 1 WHERE id = {SOIL}"],
    ),
    "a movement": (
        {"mass", "record"},
        "mission CE6",
        [f"UPDATE samples_massmovement SET mass_g = mass_g + 1 WHERE to_sample_id = {SOIL}"],
    ),
}
_FIRST_EVENT = "SELECT MIN(id) FROM samples_accountevent"


def as_sql(statement):
    """What a table or a moment is called on this engine."""
    if connection.vendor == "sqlite":
        statement = statement.replace("+00'", "'")
    if statement == "COPY":
        columns = [field.column for field in Container.history.model._meta.fields if field.column != "history_id"]
        values = ["9" if column == "revision" else f'"{column}"' for column in columns]
        names = ", ".join(f'"{column}"' for column in columns)
        return (
            f"INSERT INTO samples_historicalcontainer ({names}) SELECT {', '.join(values)} "
            f"FROM samples_historicalcontainer WHERE {A_VERSION}"
        )
    return statement.replace("FIRST_EVENT", _FIRST_EVENT)
