"""Imports: many samples from one file, all of them or none; and the files that wait for their check."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from samples.models import Container, Import, Origin, Sample, Upload
from samples.models.writing import current_operation
from samples.roles import Right

from . import containers, samples
from ._intake import Intake, TooManyAlone
from ._operation import Doubtful, Refused, Several, operation

_STEP = 20
# So many samples are listed by name; memory does not grow with the others.
SHOWN = 200
# Until so many faults were found the rules of a row's own are asked of one that cannot be read, too.
THOROUGH = 1000


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row; `field` is an argument of samples.register, or None."""

    number: int
    field: str | None
    message: str


@dataclass(frozen=True)
class Row:
    """One row of a file: the arguments of samples.register as far as they could be read, and the faults of the rest.

    `container` and `parent` among the arguments are identifiers. `bag` are the arguments of
    containers.register for a container that is made unless it is there already.
    """

    number: int
    arguments: dict
    mission: object = None
    bag: dict | None = None
    faults: tuple = ()
    # Looked at once more: the Row with what the record's own rules have to say of it too.
    whole: Callable[[], "Row"] | None = None
    # Why its parent is not there, though a row brings it.
    why_missing: str = ""


@dataclass
class Outcome:
    """What became of the rows: what was registered, and what was refused or is doubtful.

    Of the samples it has the number, {mission: [number, grams]}, and the first ones in their order; `records`
    are all of those of a file of another kind.
    """

    count: int = 0
    by_mission: dict = field(default_factory=dict)
    first: list = field(default_factory=list)
    records: list = field(default_factory=list)
    containers: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    doubts: list = field(default_factory=list)
    # {identifier: number of the row that asked for it first} of containers that could not be made.
    not_made: dict = field(default_factory=dict)

    def note(self, sample):
        """Count a sample that was registered."""
        self.count += 1
        sums = self.by_mission.setdefault(sample.mission, [0, Decimal("0.000000")])
        sums[0] += 1
        sums[1] += sample.mass_g
        if self.count <= SHOWN:
            self.first.append(sample)


class RowsRefused(Refused):
    """Some rows cannot be registered, so none was; `outcome` has every fault of every row."""

    def __init__(self, outcome):
        numbers = {fault.number for fault in outcome.faults}
        message = _("%(count)s of the rows cannot be registered, so nothing was saved.") % {"count": len(numbers)}
        super().__init__(message)
        self.outcome = outcome


@operation("import.samples", right=Right.CURATE)
def register_samples(
    *,
    rows,
    file_name,
    sha256,
    mapping="",
    left_out="",
    acknowledged=False,
    most_alone=None,
    upload=None,
    by,
    reason,
):
    """Register all the `rows`, and the containers made for them; yields the number of rows done so far.

    `rows` are read one by one. Returns (Import, Outcome). Raises RowsRefused after the last row when any was
    refused, Doubtful when some are doubtful (a W rule) and that was not `acknowledged`, Refused for an `upload`
    that was imported already, TooManyAlone beyond `most_alone` rows that go by themselves without a fault in any.
    """
    outcome = Outcome()
    check_not_imported(upload)
    intake = Intake(
        one_by_one=lambda row: _register(row, outcome, by=by, reason=reason),
        done=partial(_done, outcome),
        taken=partial(_taken, outcome),
        most_alone=most_alone,
        by=by,
    )
    row = None
    try:
        for done, row in enumerate(rows):
            if done % _STEP == 0:
                yield done
            intake.take(row)
        intake.finish()
    except TooManyAlone as limit:
        if not outcome.faults:
            raise
        outcome.faults.append(Fault(row.number, None, _stopped(limit)))
    for told in (outcome.faults, outcome.doubts):
        told.sort(key=lambda fault: fault.number)
    if outcome.faults:
        raise RowsRefused(outcome)
    if outcome.doubts and not acknowledged:
        raise Doubtful(_("%(count)s rows are doubtful. Look at them first.") % {"count": len(outcome.doubts)})
    counts = {"sample_count": outcome.count, "container_count": len(outcome.containers)}
    file = {"file_name": file_name, "sha256": sha256, "mapping": mapping, "left_out": left_out}
    return note_import(upload, **file, **counts), outcome


def _stopped(limit):
    """What is said at the row at which `limit` stopped the import, below the faults found before it."""
    return _("The check stopped at this row. Mend what was found before it first, and send the file again. %(why)s") % {
        "why": limit.message
    }


def check_not_imported(upload):
    """Raise Refused for an upload that was imported already."""
    if upload is not None and Upload.objects.get(pk=upload.pk).made_id is not None:
        raise Refused(_("This file was imported already."))


def note_import(upload, **values):
    """Write down the import that the current operation is, and that `upload` is it, where there is one."""
    made = Import(**values, brought_in=current_operation().id)
    made.save()
    if upload is not None:
        # Past no history: an upload is not a record, and has none.
        Upload.objects.filter(pk=upload.pk).update(made=made)
    return made


@operation("import.upload", right=Right.CURATE)
def keep(*, key, kind="samples", file_name, content, mapping, encoding="", sheet="", by, reason):
    """Keep an uploaded file until its check and its import; those older than a day go.

    `encoding` and `sheet` are what the person said of it.
    """
    Upload.objects.exclude(pk__in=Upload.objects.kept()).delete()
    upload = Upload(
        key=key,
        user=by,
        at=current_operation().moment,
        kind=kind,
        file_name=file_name,
        mapping=mapping,
        encoding=encoding,
        sheet=sheet,
        content=content,
        reason=reason,
    )
    upload.full_clean()
    upload.save(force_insert=True)
    return upload


@operation("import.check", right=Right.CURATE)
def note_report(*, upload, report, by, reason):
    """Keep what the check of an uploaded file found; replaces what an earlier one did."""
    # As above: nothing of the inventory is in it.
    Upload.objects.filter(pk=upload.pk).update(report=report)


def _done(outcome, row, sample, doubts):
    """Say in `outcome` that a row was registered with others."""
    if doubts:
        outcome.doubts.append(Fault(row.number, None, " ".join(doubts)))
    outcome.note(sample)


def _taken(outcome, row):
    """Say in `outcome` that a sample has the identifier of a row already."""
    [rule] = [rule for rule in Sample._meta.constraints if rule.name == "sample_identifier_is_unique"]
    outcome.faults.append(Fault(row.number, "identifier", str(rule.violation_error_message)))


def _register(row, outcome, *, by, reason):
    """Register one row and say in `outcome` what became of it."""
    # Where much is wrong, what is wrong with a row beside it is told once that is mended: it costs queries.
    row = row.whole() if row.whole and len(outcome.faults) < THOROUGH else row
    faults_before = len(outcome.faults)
    outcome.faults += row.faults
    container = parent = None
    with noting(row, outcome):
        container = _container(row, outcome, by=by, reason=reason)
    with noting(row, outcome):
        parent = _named(Sample, row.arguments.get("parent"), "parent", row.why_missing)
    if len(outcome.faults) > faults_before:
        return
    arguments = row.arguments | {"container": container, "parent": parent, "by": by, "reason": reason}
    with noting(row, outcome):
        try:
            sample = samples.register(**arguments)
        except Doubtful as doubt:
            sample = samples.register(**arguments, acknowledged=True)
            outcome.doubts.append(Fault(row.number, doubt.field, doubt.message))
        outcome.note(sample)


@contextmanager
def noting(row, outcome):
    """Write down what is refused, so that the next row is looked at too."""
    try:
        yield
    except Several as several:
        outcome.faults += [Fault(row.number, refusal.field, refusal.message) for refusal in several.refusals]
    except Refused as refusal:
        outcome.faults.append(Fault(row.number, refusal.field, refusal.message))
    except ValidationError as error:
        outcome.faults += _faults(row.number, error)


def _container(row, outcome, *, by, reason):
    """The container of a row; one that the file's mapping makes is registered with its first row."""
    container = _bag(row, outcome, by=by, reason=reason) if row.bag else None
    container = container or _named(Container, row.arguments.get("container"), "container")
    if row.mission is not None and container is not None and container.mission_id != row.mission.pk:
        message = _("%(container)s is a container of %(its)s, and the row says %(mission)s.")
        words = {"container": container, "its": container.mission, "mission": row.mission}
        raise Refused(message % words, field="mission")
    return container


def _bag(row, outcome, *, by, reason):
    identifier = row.bag["identifier"]
    if container := Container.objects.live().identified(identifier).first():
        return container
    if identifier.lower() in outcome.not_made:
        message = _("The container %(identifier)s cannot be made: see row %(number)s.")
        number = outcome.not_made[identifier.lower()]
        raise Refused(message % {"identifier": identifier, "number": number}, field="container")
    try:
        container = containers.register(**row.bag, kind=Container.Kind.BAG, origin=Origin.MIXED, by=by, reason=reason)
    except (Refused, ValidationError) as error:
        outcome.not_made[identifier.lower()] = row.number
        words = [error.message] if isinstance(error, Refused) else error.messages
        message = _("The container %(identifier)s cannot be made. %(why)s")
        raise Refused(message % {"identifier": identifier, "why": " ".join(words)}, field="container") from None
    outcome.containers.append(container)
    return container


def _named(model, identifier, argument, why_missing=""):
    """The live record with `identifier`; None for no identifier."""
    if not identifier:
        return None
    if record := model.objects.live().identified(identifier).first():
        return record
    message = _("No %(what)s in use has the identifier “%(identifier)s”, nor does a row bring one.")
    words = {"what": model._meta.verbose_name, "identifier": identifier[:40]}
    raise Refused(why_missing or message % words, field=argument)


def _faults(number, error):
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, messages in by_field.items():
        for message in messages:
            yield Fault(number, None if name == NON_FIELD_ERRORS else name, message)
