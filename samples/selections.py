"""What somebody asks a dataset for: filters, order and columns, read once for file, script, page and command."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _

from samples.exports import DATASETS, Dataset
from samples.forms import search
from samples.forms.audit import AuditSearch
from samples.forms.movement_search import MassBalanceSearch, MovementSearch
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
    "movements": Source(MovementSearch, lambda user: MassMovement.objects.all()),
    "mass_balance": Source(MassBalanceSearch, lambda user: Mission.objects.all()),
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
    """The rows of `dataset` that were asked for, in their order, as `user` may see them."""

    dataset: Dataset
    queryset: Any
    user: Any
    # What was asked, by name: for the ledger, and for the address of the list.
    filters: dict

    def rows(self):
        """Yield the lines of the CSV, its header first."""
        return self.dataset.rows(self.queryset, self.user)


def names_for(user):
    """The names of the datasets that `user` may have."""
    return [name for name in DATASETS if user.may(SOURCES[name].right)]


def select(name, query, user, *, also=()):
    """The Selection of the dataset `name` that the parameters `query` ask for; raises NotSelected.

    `also` are parameters that others read; any further one is a fault, because a filter that is passed
    over in silence gives a file of too many rows.
    """
    source = SOURCES[name]
    question = source.search(query, user)
    unknown = [key for key in query if key not in (*question.fields, "sort", *KINDS, *also)]
    if unknown or not question.is_valid():
        faults = [f"{key}: {_('there is no such filter')}" for key in unknown]
        faults += [f"{_place(field)}: {' '.join(errors)}" for field, errors in question.errors.items()]
        raise NotSelected(faults)
    queryset = question.ordered(source.whole(question.filter(source.records(user))))
    return Selection(DATASETS[name], queryset, user, question.question())


def _place(field):
    # What is wrong with no field in particular is the order asked for.
    return "sort" if field == NON_FIELD_ERRORS else field
