"""The admin console: keep people and their roles, read every record. It writes only by operations."""

from . import people, records, roles, sign_ins, tokens
from ._console import console

__all__ = ["console", "people", "records", "roles", "sign_ins", "tokens"]
