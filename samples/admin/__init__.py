"""The admin console: people and their roles, every record to read, some to write; it writes only by operations."""

from . import people, records, roles, sign_ins, tokens
from ._console import console

__all__ = ["console", "people", "records", "roles", "sign_ins", "tokens"]
