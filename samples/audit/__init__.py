"""The audit: the guard in the database, the ledger, its checkpoints and its verification (docs/audit.md)."""
