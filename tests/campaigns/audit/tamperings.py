"""Ways to tamper with records, history and ledger by SQL, with the guard taken down: drawn with a fixed seed.

Each function tampers once and returns words that stand in what the verification finds of it.
"""

from django.conf import settings
from django.db import connection, models

from samples.audit import guard, ledger
from samples.audit.payload import kept, moment_text
from samples.audit.verify.records import label
from samples.models import AccountEvent, Handoff, LedgerEntry, MassMovement, Sample, Signature
from tests.audit import by_hand

# Columns of text that every record of the kind has.
TEXTS = {
    "container": ["description", "chain_document"],
    "sample": ["description", "other_names", "collection_method"],
    "mission": ["notes", "name", "agency"],
    "custodian": ["contact", "organisation"],
    "location": ["name"],
    "handoff": ["purpose", "place", "remarks"],
    "massmovement": ["reason"],
    "handoffline": ["seal_declared"],
}
OF_HISTORY = ["actor_name", "verb", "history_change_reason"]


class Tampering:
    def __init__(self, rng):
        self.rng = rng

    def run(self, sql, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            assert cursor.rowcount != 0, f"nothing was tampered with: {sql}"

    def noun(self):
        return self.rng.choice([noun for noun in sorted(TEXTS) if kept()[noun].model.objects.exists()])

    def version(self, noun=None, **conditions):
        versions = kept()[noun or self.noun()].model.objects.filter(**conditions).order_by("history_id")
        return self.rng.choice(list(versions))

    def entry(self, **conditions):
        return self.rng.choice(list(LedgerEntry.objects.filter(seq__gt=1, **conditions).order_by("seq")))

    def called(self, version):
        return label(
            type(version).instance_type,
            {field.attname: getattr(version, field.attname) for field in version._meta.fields},
        )

    def tables(self, version):
        return version._meta.db_table, type(version).instance_type._meta.db_table

    def last(self, version):
        return type(version).objects.filter(id=version.id).order_by("-revision").first()

    def set_text(self, version, table, key, pk):
        column = self.rng.choice(TEXTS[type(version).instance_type._meta.model_name])
        self.run(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", f"Tampered {self.rng.random()}"[:20], pk)

    # Records and their history.

    def column_of_a_record(self):
        version = self.version()
        self.set_text(version, self.tables(version)[1], "id", version.id)
        return "Otherwise than in its last revision"

    def column_of_a_version(self):
        version = self.version()
        self.set_text(version, self.tables(version)[0], "history_id", version.pk)
        return f"revision {version.revision}"

    def who_or_why_of_a_version(self):
        version = self.version()
        self.run(
            f"UPDATE {self.tables(version)[0]} SET {self.rng.choice(OF_HISTORY)} = 'x' WHERE history_id = %s",
            version.pk,
        )
        return f"{self.called(version)}, revision {version.revision}"

    def moment_of_a_version(self):
        version = self.version()
        self.run(
            f"UPDATE {self.tables(version)[0]} SET history_date = '2020-01-01 00:00:00' WHERE history_id = %s",
            version.pk,
        )
        return f"{self.called(version)}, revision {version.revision}"

    def record_and_its_last_version_alike(self):
        version = self.last(self.version())
        history, record = self.tables(version)
        column = self.rng.choice(TEXTS[type(version).instance_type._meta.model_name])
        for table, key, pk in ((history, "history_id", version.pk), (record, "id", version.id)):
            self.run(f"UPDATE {table} SET {column} = 'Tampered' WHERE {key} = %s", pk)
        return f"revision {version.revision}"

    def version_deleted(self):
        version = self.version()
        self.run(f"DELETE FROM {self.tables(version)[0]} WHERE history_id = %s", version.pk)
        noun = type(version).instance_type._meta.model_name
        return f"{noun} no. {version.id}, revision {version.revision}"

    def last_version_deleted_and_record_put_back(self):
        version = self.last(self.version(noun=self.rng.choice(["container", "sample"]), revision__gt=1))
        return self.put_back(version)

    def put_back(self, version):
        history, record = self.tables(version)
        columns = by_hand.table_of(type(version).instance_type._meta.model_name).columns
        sets = ", ".join(f"{column} = h.{column}" for column in columns if column != "id")
        self.run(
            f"UPDATE {record} SET {sets} FROM {history} h WHERE {record}.id = h.id AND h.id = %s AND h.revision = %s",
            version.id,
            version.revision - 1,
        )
        self.run(f"DELETE FROM {history} WHERE history_id = %s", version.pk)
        return f"revision {version.revision}"

    def record_deleted(self):
        movement = self.rng.choice(list(MassMovement.objects.order_by("pk")))
        self.run("DELETE FROM samples_massmovement WHERE id = %s", movement.pk)
        return f"mass movement no. {movement.pk}"

    def record_deleted_with_its_history(self):
        movement = self.rng.choice(list(MassMovement.objects.order_by("pk")))
        self.run("DELETE FROM samples_massmovement WHERE id = %s", movement.pk)
        self.run("DELETE FROM samples_historicalmassmovement WHERE id = %s", movement.pk)
        return f"massmovement no. {movement.pk}, revision 1"

    def version_made_up(self):
        version = self.last(self.version())
        table = by_hand.table_of(type(version).instance_type._meta.model_name)
        self.run(by_hand.versioned(table, version.id, revision=str(version.revision + 1)))
        return f"revision {version.revision + 1}"

    def movement_of_mass(self):
        movement = self.rng.choice(list(MassMovement.objects.order_by("pk")))
        for table in ("samples_massmovement", "samples_historicalmassmovement"):
            self.run(f"UPDATE {table} SET mass_g = mass_g + 1 WHERE id = %s", movement.pk)
        return f"sample {movement.to_sample or movement.from_sample}"

    def mass_and_its_movements_alike(self):
        movement = self.rng.choice(list(MassMovement.objects.filter(kind="accession").order_by("pk")))
        for table in ("samples_massmovement", "samples_historicalmassmovement"):
            self.run(f"UPDATE {table} SET mass_g = mass_g + 7 WHERE id = %s", movement.pk)
        sample = Sample.objects.get(pk=movement.to_sample_id)
        for table in ("samples_sample", "samples_historicalsample"):
            self.run(f"UPDATE {table} SET mass_g = mass_g + 7, status = 'stored' WHERE id = %s", sample.pk)
        return f"sample {sample}"

    def times_of_a_handoff(self):
        return self.handoff("released_at = '2024-06-02 00:00:00'")

    def parties_of_a_handoff(self):
        return self.handoff("from_custodian_id = to_custodian_id, to_custodian_id = from_custodian_id")

    def handoff(self, sets):
        handoff = self.rng.choice(list(Handoff.objects.order_by("pk")))
        for table in ("samples_handoff", "samples_historicalhandoff"):
            self.run(f"UPDATE {table} SET {sets} WHERE id = %s", handoff.pk)
        return str(handoff)

    # Accounts.

    def account_event(self):
        event = self.rng.choice(list(AccountEvent.objects.order_by("pk")))
        self.run("UPDATE samples_accountevent SET state = 'x', reason = 'x' WHERE id = %s", event.pk)
        return f"account no. {event.user_id}"

    def account_event_deleted(self):
        event = self.rng.choice(list(AccountEvent.objects.order_by("pk")))
        self.run("DELETE FROM samples_accountevent WHERE id = %s", event.pk)
        return f"user no. {event.user_id}"

    def role_given(self):
        names = ["receiver", "technician", "curator"]
        user = self.rng.choice(names)
        self.run(
            "INSERT INTO samples_user_groups (user_id, group_id) SELECT u.id, g.id FROM samples_user u, auth_group g "
            "WHERE u.username = %s AND g.name = 'administrator'",
            user,
        )
        return f"account {user}"

    def account_renamed(self):
        user = self.rng.choice(["technician", "receiver", "curator", "administrator"])
        self.run("UPDATE samples_user SET name = 'x' WHERE username = %s", user)
        return f"account {user}"

    # The ledger.

    def payload_of_an_entry(self):
        entry = self.entry()
        self.run("UPDATE samples_ledgerentry SET payload = payload || ' ' WHERE seq = %s", entry.seq)
        return f"Ledger {entry.seq}"

    def who_or_why_of_an_entry(self):
        entry, column = self.entry(), self.rng.choice(["actor_name", "reason", "verb"])
        self.run(f"UPDATE samples_ledgerentry SET {column} = 'x' WHERE seq = %s", entry.seq)
        return f"Ledger {entry.seq}"

    def moment_of_an_entry(self):
        entry = self.entry()
        self.run("UPDATE samples_ledgerentry SET recorded_at = '2020-01-01 00:00:00' WHERE seq = %s", entry.seq)
        return f"Ledger {entry.seq}"

    def signature_of_an_entry(self):
        entry = self.entry()
        self.run("UPDATE samples_ledgerentry SET mac = hash WHERE seq = %s", entry.seq)
        return f"Ledger {entry.seq}"

    def entry_deleted(self):
        entry = self.entry(seq__lt=ledger.head().seq)
        self.run("DELETE FROM samples_ledgerentry WHERE seq = %s", entry.seq)
        return f"Ledger {entry.seq + 1}"

    def entry_deleted_and_the_chain_made_anew_without_the_key(self):
        entry = self.entry(seq__lt=ledger.head().seq)
        self.run("DELETE FROM samples_ledgerentry WHERE seq = %s", entry.seq)
        self.renumber(entry.seq, -1)
        self.reseal(entry.seq)
        return f"Ledger {entry.seq}"

    def entries_exchanged(self):
        entry = self.entry(seq__lt=ledger.head().seq)
        for old, new in ((entry.seq, 0), (entry.seq + 1, entry.seq), (0, entry.seq + 1)):
            self.run("UPDATE samples_ledgerentry SET seq = %s WHERE seq = %s", new, old)
        return f"Ledger {entry.seq}"

    def entry_put_in(self):
        entry = self.entry()
        self.renumber(entry.seq, 1, backwards=True)
        made_up = LedgerEntry.objects.get(seq=entry.seq + 1)
        made_up.seq, made_up.step, made_up.prev, made_up.hash = entry.seq, made_up.step + 5000, "d" * 64, "e" * 64
        made_up.noun, made_up.record_id, made_up.revision, made_up.history_id = "", None, None, None
        models.QuerySet(LedgerEntry).bulk_create([made_up])
        return f"Ledger {entry.seq}"

    def tail_cut(self):
        seq = ledger.head().seq - self.rng.randint(0, 9)
        self.run("DELETE FROM samples_ledgerentry WHERE seq >= %s", seq)
        return "The ledger has no entry of it"

    def last_act_undone_with_its_entry(self):
        """Consistently, by somebody who knows how: only a checkpoint tells."""
        entry = ledger.head()
        last = LedgerEntry.objects.get(seq=entry.seq)
        self.run("DELETE FROM samples_ledgerentry WHERE seq = %s", last.seq)
        self.put_back(kept()[last.noun].model.objects.get(pk=last.history_id))
        return f"Ledger {last.seq}"

    def entry_resealed_alone(self):
        entry = self.entry(seq__lt=ledger.head().seq)
        self.run("UPDATE samples_ledgerentry SET reason = 'x' WHERE seq = %s", entry.seq)
        self.reseal(entry.seq, entry.seq)
        return f"Ledger {entry.seq}"

    def chain_made_anew_without_the_key(self):
        entry = self.entry()
        self.run("UPDATE samples_ledgerentry SET reason = 'x' WHERE seq = %s", entry.seq)
        self.reseal(entry.seq)
        return f"Ledger {entry.seq}"

    def version_rewritten_and_the_chain_with_it_without_the_key(self):
        return f"Ledger {self.rewrite(key=None)}"

    def version_rewritten_and_the_chain_with_it_by_the_key(self):
        """Only a checkpoint tells."""
        self.rewrite(key=settings.AUDIT_KEY)
        return "Ledger"

    def whole_chain_made_anew_by_the_key(self):
        """Only a checkpoint tells."""
        self.run("UPDATE samples_ledgerentry SET reason = 'x' WHERE seq = %s", self.entry().seq)
        self.reseal(1, key=settings.AUDIT_KEY)
        return "Ledger"

    def whole_chain_but_for_the_signatures_made_anew_by_the_key(self):
        """What a signature is over is found without a checkpoint."""
        signed = Signature.objects.order_by("ledger_seq").values_list("ledger_seq", flat=True).first()
        entry = self.entry(seq__lte=signed)
        self.run("UPDATE samples_ledgerentry SET reason = 'x' WHERE seq = %s", entry.seq)
        self.reseal(1, key=settings.AUDIT_KEY, signatures=False)
        return "over another state of the ledger"

    def rewrite(self, key):
        version = self.version(noun="container")
        last = self.last(version)
        history, record = self.tables(version)
        self.run(f"UPDATE {history} SET description = 'Tampered' WHERE history_id = %s", version.pk)
        if last.pk == version.pk:
            self.run(f"UPDATE {record} SET description = 'Tampered' WHERE id = %s", version.id)
        table = kept()["container"]
        payload = self.payload(table, version.pk)
        seq = LedgerEntry.objects.get(noun="container", history_id=version.pk).seq
        self.run("UPDATE samples_ledgerentry SET payload = %s WHERE seq = %s", payload, seq)
        self.reseal(seq, key=key)
        return seq

    def payload(self, table, history_id):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {table.columns.sql('r')} FROM {table.columns.table} r WHERE history_id = %s", [history_id]
            )
            return table.columns.payload(cursor.fetchone())

    def renumber(self, start, by, backwards=False):
        seqs = LedgerEntry.objects.filter(seq__gte=start).order_by("-seq" if backwards else "seq")
        for seq in list(seqs.values_list("seq", flat=True)):
            self.run("UPDATE samples_ledgerentry SET seq = %s WHERE seq = %s", seq + by, seq)

    def reseal(self, start, end=None, key=None, signatures=True):
        """Make prev and hash fit from the entry `start` on; who has the key signs, and alters what people signed."""
        entries = LedgerEntry.objects.filter(seq__gte=start).order_by("seq")
        prev = LedgerEntry.objects.get(seq=start - 1).hash if start > 1 else ledger.GENESIS
        hashes = {}
        for entry in list(entries if end is None else entries.filter(seq__lte=end)):
            if key and signatures and entry.noun == "signature":
                entry.payload = self.sign_anew(entry, hashes)
            said = {"recorded_at": moment_text(entry.recorded_at), "operation_id": str(entry.operation_id)}
            values = [said.get(field, getattr(entry, field)) for field in ledger.FIELDS]
            hash = ledger.seal([*values, entry.payload, prev])
            mac = ledger.sign(hash, key.encode()) if key else entry.mac
            self.run(
                "UPDATE samples_ledgerentry SET prev = %s, hash = %s, mac = %s, payload = %s WHERE seq = %s",
                prev,
                hash,
                mac,
                entry.payload,
                entry.seq,
            )
            prev = hashes[entry.seq] = hash

    def sign_anew(self, entry, hashes):
        """Put the new hash of what was signed into a signature and its version; returns its payload."""
        signature = Signature.objects.get(pk=entry.record_id)
        if hash := hashes.get(signature.ledger_seq):
            for table, key, pk in (
                ("samples_signature", "id", signature.pk),
                ("samples_historicalsignature", "history_id", entry.history_id),
            ):
                self.run(f"UPDATE {table} SET ledger_hash = %s WHERE {key} = %s", hash, pk)
        return self.payload(kept()["signature"], entry.history_id)

    # The guard.

    def trigger_of_the_guard_dropped(self):
        guard.arm()
        tables = ["samples_sample", "samples_historicalsample", "samples_ledgerentry", "audit_pending", "samples_user"]
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
            else:
                cursor.execute(
                    "SELECT tgname, relname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal"
                )
            name, table = self.rng.choice(sorted(row for row in cursor.fetchall() if row[1] in tables))
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
        return name


_TOOLS = {"run", "noun", "version", "entry", "called", "tables", "last", "set_text", "put_back", "handoff"}
_TOOLS |= {"payload", "rewrite", "renumber", "reseal", "sign_anew"}
KINDS = [name for name in vars(Tampering) if not name.startswith("_") and name not in _TOOLS]
