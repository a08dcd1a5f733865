"""What somebody asks a dataset for: filters, order and columns, read once for file, script, page and command."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _

from samples.exports import DATASETS, GRAMS, MILLIGRAMS, Dataset, Reading, Snapshot
from samples.forms import search
from samples.forms.audit import AuditSearch
from samples.forms.movement_search import MovementSearch, WeighingSearch
from samples.models import (
    Balance,
    Container,
    Custodian,
    Discrepancy,
    Handoff,
    LedgerEntry,
    Location,
    MassMovement,
    Mission,
    Sample,
    Weighing,
)
from samples.operations import Refused
from samples.questions import KINDS
from samples.roles import Right


class NotSelected(Refused):
    """The question cannot be answered; `faults` are sentences, each of which begins with the name at fault."""

    def __init__(self, faults):
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Source:
    """Where the rows of a dataset come from: the list's search, what a person may see, and who may have it.

    `whole` makes of what is listed what the file has, where these are not the same.
    """

    search: type
    records: Callable[[Any], Any]
    right: Right = Right.SEE_ALL
    whole: Callable[[Any], Any] = lambda queryset: queryset


SOURCES = {
    "samples": Source(search.SampleSearch, lambda user: Sample.objects.visible_to(user), Right.SEE_PUBLISHED),
    "containers": Source(
        search.ContainerSearch, lambda user: Container.objects.visible_to(user).with_seal(), Right.SEE_PUBLISHED
    ),
    "handoffs": Source(search.HandoffSearch, lambda user: Handoff.objects.visible_to(user), Right.SEE_PUBLISHED),
    "missions": Source(search.MissionSearch, lambda user: Mission.objects.visible_to(user), Right.SEE_PUBLISHED),
    "weighings": Source(WeighingSearch, lambda user: Weighing.objects.all()),
    "movements": Source(MovementSearch, lambda user: MassMovement.objects.all()),
    "mass_balance": Source(search.MissionSearch, lambda user: Mission.objects.all()),
    "custodians": Source(search.CustodianSearch, lambda user: Custodian.objects.all()),
    "locations": Source(search.LocationSearch, lambda user: Location.objects.all()),
    "discrepancies": Source(search.DiscrepancySearch, lambda user: Discrepancy.objects.all()),
    "balances": Source(search.BalanceSearch, lambda user: Balance.objects.all()),
    "audit": Source(
        AuditSearch, lambda user: LedgerEntry.objects.operations(), whole=LedgerEntry.objects.of_operations
    ),
}


@dataclass(frozen=True)
class Selection:
    """The rows of `dataset` that were asked for, in their order and by `columns`, as `user` may see them."""

    dataset: Dataset
    queryset: Any
    user: Any
    columns: list
    # What was asked, by name: for the ledger, and for the address of the list.
    filters: dict

    def asked(self):
        """The rows as they are asked for now, whenever they are read: `number`, `file` and `texts` of a Snapshot."""
        return self.dataset.rows(self.queryset, self.user, self.columns)

    def reading(self):
        """The file and the number of its rows from one moment, as a Reading; it has to be closed."""
        return Reading(self.asked())

    def count(self):
        """The number of rows below the header."""
        with closing(self.asked()) as rows, Snapshot() as snapshot:
            return rows.number(snapshot)

    def rows(self):
        """Give the CSV in pieces of text, its header first."""
        return (piece.decode() for piece in _read(self.asked(), "file"))

    def texts(self):
        """Give of each row its cells as they are, before a spreadsheet is thought of; None for an empty one."""
        return _read(self.asked(), "texts")


def _read(asked, way):
    with closing(asked) as rows, Snapshot() as snapshot:
        yield from getattr(rows, way)(snapshot)


def names_for(user):
    """The names of the datasets that `user` may have."""
    return [name for name in DATASETS if user.may(SOURCES[name].right)]


def select(name, query, user, *, also=()):
    """The Selection of the dataset `name` that the parameters `query` ask for; raises NotSelected.

    `also` are parameters that others read; any further one is a fault, because a filter that is passed
    over in silence gives a file of too many rows.
    """
    source, dataset = SOURCES[name], DATASETS[name]
    question = source.search(query, user)
    unknown = [key for key in query if key not in (*question.fields, "sort", *KINDS, *_SHAPE, *also)]
    faults = [f"{key}: {_('there is no such filter')}" for key in unknown]
    if not question.is_valid():
        faults += [f"{_place(field)}: {' '.join(errors)}" for field, errors in question.errors.items()]
    faults += given_twice(query, but=_SHAPE)
    shape = {key: ",".join(_all(query, key)) for key in _SHAPE if key in query}
    columns = _columns(dataset, user, shape, faults)
    if faults:
        raise NotSelected(faults)
    queryset = question.ordered(source.whole(question.filter(source.records(user))))
    return Selection(dataset, queryset, user, columns, question.question() | shape)


def given_twice(query, but=()):
    """Sentences on the parameters that are given more than once, of which only one would be read."""
    return [
        f"{key[:80]}: {_('this is given more than once. Give it one value.')}"
        for key in query
        if key not in but and len(_all(query, key)) > 1
    ]


# How the file is to look, whatever rows it has.
COLUMNS, MASS_UNIT = "columns", "mass_unit"
_SHAPE = (COLUMNS, MASS_UNIT)


def _columns(dataset, user, shape, faults):
    """The columns asked for, in the order asked; what cannot be is added to `faults`."""
    known = dataset.columns_for(user)
    unit = shape.get(MASS_UNIT, GRAMS)
    if unit not in (GRAMS, MILLIGRAMS):
        faults.append(_("mass_unit: “%(unit)s” is no unit of mass here. Use g or mg.") % {"unit": unit[:40]})
        return known
    if COLUMNS not in shape:
        return [column.in_unit(unit) for column in known]
    # By either name, so that who changes the unit need not choose the columns again.
    by_name = {name: column.in_unit(unit) for column in known for name in (column.name, column.in_unit(unit).name)}
    asked = [name.strip() for name in shape[COLUMNS].split(",")]
    for name in dict.fromkeys(name for name in asked if name not in by_name):
        told = {"name": name[:40], "known": ", ".join(column.in_unit(unit).name for column in known)}
        faults.append(_("columns: there is no column “%(name)s”. There are %(known)s.") % told)
    chosen = [by_name[name] for name in asked if name in by_name]
    names = [column.name for column in chosen]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        faults.append(_("columns: “%(name)s” is asked for twice.") % {"name": name})
    return chosen


def _all(query, key):
    return query.getlist(key) if hasattr(query, "getlist") else [query[key]]


def _place(field):
    # What is wrong with no field in particular is the order asked for.
    return "sort" if field == NON_FIELD_ERRORS else field
