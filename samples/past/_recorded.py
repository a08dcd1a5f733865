"""As recorded: of each record the highest revision that was written by the moment."""

from functools import cache

from samples.models import audited_models

# By revision and never by date: several versions of one record may have one moment.
_LAST = """SELECT {columns} FROM "{history}" h WHERE h."history_date" <= MOMENT AND NOT EXISTS
  (SELECT 1 FROM "{history}" x WHERE x."id" = h."id" AND x."revision" > h."revision" AND x."history_date" <= MOMENT)"""


@cache
def shadows():
    """{table: the SELECT that stands for it}, with MOMENT left open, for every audited record."""
    return {model._meta.db_table: _last_version(model) for model in audited_models()}


def columns_of(model):
    return [field.column for field in model._meta.concrete_fields]


def _last_version(model):
    columns = ", ".join(f'h."{column}"' for column in columns_of(model))
    return _LAST.format(columns=columns, history=model.history.model._meta.db_table)
