"""A dataset: its columns, and how its rows are made ready to be read."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ._rows import MadeRows, Rows


@dataclass(frozen=True)
class Dataset:
    """One row for each record of `model`, read by the database.

    `also` are sources that are no path from a record: {source: what adds it to a queryset for a person}.
    """

    name: str
    title: str
    meaning: str
    model: type
    columns: list
    also: dict = field(default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "columns", [column.of(self.model) for column in self.columns])

    def columns_for(self, user):
        return [column for column in self.columns if user.sees_all or not column.staff_only]

    def rows(self, queryset, user, columns=None):
        """The records of `queryset` in its order, by `columns` or all that `user` gets, ready to be read."""
        columns = self.columns_for(user) if columns is None else columns
        prepared = queryset
        for source in dict.fromkeys(column.source for column in columns):
            if source in self.also:
                prepared = self.also[source](prepared, user)
        return Rows(queryset, prepared, columns)


@dataclass(frozen=True, kw_only=True)
class DatasetOfLines(Dataset):
    """Several rows for each record, made in Python; columns read a line's attributes.

    `lines` gives those of a queryset: it tells how many they are, and they may be made while they are read.
    """

    lines: Callable

    def __post_init__(self):
        super().__post_init__()
        # What tells one record from another does not tell its lines apart.
        object.__setattr__(self, "columns", [replace(column, is_unique=False) for column in self.columns])

    def rows(self, queryset, user, columns=None):
        return MadeRows(self.lines(queryset), self.columns_for(user) if columns is None else columns)
