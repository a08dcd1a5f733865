"""The intake of an import: its samples are registered many at once, by the rules of the single registration.

What would have been said of a row alone is said by the single registration: whenever something speaks against
rows that were written together, they are taken back and tried again by halves, down to the one at fault.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from samples.audit import guard, ledger
from samples.audit.rules import CONTAINER_CAPACITY, MISSION_CAPACITY
from samples.models import Container, Sample, Seal
from samples.models.writing import current_operation, write_many

from ._cores import doubt_no_depth
from ._exposure import STORED, doubt_air, expose_stored
from ._mass import accession
from ._operation import Refused, check_all
from .authority import check_works_for
from .samples import new_sample, registration_checks

# So many rows are written together, and no more of them are held in memory.
TOGETHER = 500


@dataclass(frozen=True)
class Ready:
    """A row with the container and the parent that it names."""

    row: object
    container: Container
    parent: Sample | None


class TooMuch(Refused):
    """Together the rows are more than a container or a mission is rated for; which of them, each alone will say."""


class TooManyAlone(Refused):
    """More rows than a page may register one by one: nobody else could write meanwhile."""

    def __init__(self, most):
        super().__init__(
            _(
                "More than %(most)s rows of this file have to be registered one by one: they do not fit, are segments "
                "of a core, or make a bag each. That takes longer than others can wait. Part the file, or import it "
                "on the server: manage.py import_records samples."
            )
            % {"most": most}
        )


class Intake:
    """Takes the rows of an import in, one after the other; `one_by_one` is a function that registers a single one.

    `done` is called with each sample that was registered with others, and with its row and its doubts; `taken`
    with each row whose identifier some sample has already. `most_alone` rows are registered by themselves at
    most, where that is not None; raises TooManyAlone.
    """

    def __init__(self, one_by_one, done, taken, *, most_alone=None, by):
        self.one_by_one, self.done, self.taken, self.by = one_by_one, done, taken, by
        self.most_alone, self.alone = most_alone, 0
        self.waiting = []
        self.waiting_for = set()
        # {identifier in lower case: container}; None for one of which the single registration has something to say.
        self.containers = {}
        self.around = {}
        self.put_off = defaultdict(set)
        sealed = list(Seal.objects.holding().values_list("container_id", flat=True))
        self.closed = set(Container.objects.within(*sealed).values_list("pk", flat=True))

    def take(self, row):
        """Register `row`, now or with others."""
        parent = (row.arguments.get("parent") or "").lower()
        if parent in self.waiting_for:
            self._write_waiting()
        if row.faults:
            self.one_by_one(row)
        elif self._is_special(row):
            self._write_waiting()
            self._take_alone(row)
        else:
            self.waiting.append(row)
            self.waiting_for.add(row.arguments["identifier"].lower())
            if len(self.waiting) == TOGETHER:
                self._write_waiting()

    def finish(self):
        """Register what waits, and have the database look at the sums that were put off."""
        self._write_waiting()
        for name in self.put_off:
            guard.settle(name)

    def _is_special(self, row):
        """Whether a container is made for it, or it is looked at beside the other segments of its core."""
        if row.bag:
            self._find_containers([row])
            if self.containers[_container_of(row)] is None:
                return True
        return bool(row.arguments.get("parent")) and row.arguments["form"] == Sample.Form.CORE_SEGMENT

    def _take_alone(self, row):
        self.alone += 1
        if self.most_alone is not None and self.alone > self.most_alone:
            raise TooManyAlone(self.most_alone)
        self.one_by_one(row)
        # It may be in use now, or there at all.
        self.containers.pop(_container_of(row), None)

    def _write_waiting(self):
        rows, self.waiting = self.waiting, []
        self.waiting_for.clear()
        if not rows:
            return
        rows = self._without_taken(rows)
        self._find_containers(rows)
        parents = _parents(rows)
        together = []
        for row in rows:
            container, parent = self.containers.get(_container_of(row)), parents.get(_folded(row, "parent"))
            is_like = container is not None and row.mission in (None, container.mission)
            if is_like and (parent is not None or not row.arguments.get("parent")):
                together.append(Ready(row, container, parent))
                continue
            self._write_by_halves(together)
            together = []
            self._take_alone(row)
        self._write_by_halves(together)

    def _without_taken(self, rows):
        """Those of `rows` whose identifier is free; a file that is sent twice is told so without trying each row."""
        names = {_folded(row, "identifier") for row in rows}
        found = Sample.objects.identified(*names).values_list("identifier", flat=True)
        there = {identifier.lower() for identifier in found}
        for row in rows:
            if _folded(row, "identifier") in there:
                self.taken(row)
        return [row for row in rows if _folded(row, "identifier") not in there]

    def _write_by_halves(self, rows):
        """Write `rows` together; where they cannot be, their halves, and what is left of them alone."""
        if len(rows) < 2:
            for one in rows:
                self._take_alone(one.row)
            return
        self._put_off(rows)
        try:
            with current_operation().part(), transaction.atomic():
                written = self._write(rows)
        except (Refused, ValidationError, IntegrityError):
            half = len(rows) // 2
            self._write_by_halves(rows[:half])
            self._write_by_halves(rows[half:])
            return
        current_operation().let_go()
        for one, sample, doubts in written:
            self.done(one.row, sample, doubts)

    def _write(self, rows):
        """Write the samples of `rows` and their accessions; returns (row, sample, doubts) of each."""
        written, records = [], []
        for one in rows:
            sample, happened_at, touched = self._new(one)
            check_all(*registration_checks(sample, happened_at))
            doubts = (doubt_no_depth(sample), doubt_air(touched, one.container, STORED))
            written.append((one, sample, [doubt for doubt in doubts if doubt]))
            records += [sample, accession(sample, happened_at, self.by)]
        write_many(records)
        self._check_room(rows)
        ledger.append(current_operation())
        return written

    def _new(self, one):
        arguments = one.row.arguments | {"container": one.container, "parent": one.parent}
        happened_at = arguments.pop("happened_at")
        sample = new_sample(**arguments)
        return sample, happened_at, expose_stored(sample, self._atmosphere(one.container), happened_at)

    def _atmosphere(self, container):
        if container.pk not in self.around:
            self.around[container.pk] = container.atmosphere or container.atmosphere_around()
        return self.around[container.pk]

    def _find_containers(self, rows):
        """Look up the containers that are named for the first time."""
        wanted = {_container_of(row) for row in rows} - self.containers.keys()
        if not wanted:
            return
        self.containers |= dict.fromkeys(wanted)
        found = Container.objects.live().identified(*wanted).filter(status=Container.Status.IN_USE)
        for container in found.exclude(lines__open=True).select_related("mission", "custodian"):
            if container.pk not in self.closed:
                check_works_for(self.by, container.custodian)
                self.containers[container.identifier.lower()] = container

    def _sums(self, rows):
        """{rule: keys of the records whose sums the `rows` change}."""
        containers = {one.container.pk for one in rows}
        return {
            CONTAINER_CAPACITY: set(Container.objects.around(*containers).values_list("pk", flat=True)),
            MISSION_CAPACITY: {one.container.mission_id for one in rows},
        }

    def _put_off(self, rows):
        for name, keys in self._sums(rows).items():
            guard.put_off(name, sorted(keys - self.put_off[name]))
            self.put_off[name] |= keys

    def _check_room(self, rows):
        for name, keys in self._sums(rows).items():
            if guard.is_broken(name, keys):
                raise TooMuch("", field="mass_g")


def _container_of(row):
    return row.bag["identifier"].lower() if row.bag else _folded(row, "container")


def _folded(row, argument):
    return (row.arguments.get(argument) or "").lower()


def _parents(rows):
    """{identifier in lower case: live sample} of the parents that `rows` name."""
    wanted = {_folded(row, "parent") for row in rows} - {""}
    found = list(Sample.objects.live().identified(*wanted).select_related("mission")) if wanted else []
    for sample in found:
        sample.held_path = sample.path()
    return {sample.identifier.lower(): sample for sample in found}
