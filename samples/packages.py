"""Data packages: what one is asked for, and how it is made, for page, address and command alike."""

from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from samples import past
from samples.audit.ledger import last_moment
from samples.audit.verify.reading import snapshot
from samples.exports import DATASETS, GRAMS, Snapshot
from samples.exports.package import Asked, Rows, stream
from samples.operations import data as operations
from samples.questions import KINDS, RECORDED_AT, Question, asked
from samples.selections import SOURCES, NotSelected, given_twice, names_for, select

# The audit log is not of the collection, and has more lines than everything else: it comes when it is asked for.
ON_REQUEST = {"audit"}
DATASETS_ASKED, MISSION, MASS_UNIT = "datasets", "mission", "mass_unit"
OF_ALL = (DATASETS_ASKED, MISSION, MASS_UNIT)


@dataclass(frozen=True)
class Request:
    """A package that can be made: for each dataset what its list is asked, and the same as people asked it."""

    user: object
    queries: dict
    own: dict
    filters: dict
    mass_unit: str
    question: Question | None

    @property
    def told(self):
        """What was asked, for the ledger."""
        own = {f"{name}.{key}": value for name, query in self.own.items() for key, value in query.items()}
        past_query = self.question.query if self.question else {}
        return {DATASETS_ASKED: ",".join(self.queries), MASS_UNIT: self.mass_unit} | self.filters | own | past_query


def names_offered(user):
    """The datasets that `user` may have, and those of them that a package has unless others are asked for."""
    names = names_for(user)
    return names, [name for name in names if name not in ON_REQUEST]


def read(query, user):
    """The Request in the parameters `query` of an address, about the moment that is asked for; raises NotSelected."""
    names, faults = _names(query, user)
    own, unknown = _own(query, names)
    filters = {MISSION: query[MISSION]} if query.get(MISSION) else {}
    queries = {name: (filters if _is_by_mission(name, user) else {}) | own[name] for name in names}
    faults += unknown + given_twice(query)
    if query.get(MASS_UNIT):
        queries = {name: each | {MASS_UNIT: query[MASS_UNIT]} for name, each in queries.items()}
    if (question := asked()) and not question.is_as_recorded and ON_REQUEST & set(names):
        faults.append(f"{DATASETS_ASKED}: {_('the audit log tells what was recorded: ask “recorded_at”, or leave it')}")
    if faults:
        raise NotSelected(list(dict.fromkeys(faults)))
    request = Request(user, queries, own, filters, query.get(MASS_UNIT) or GRAMS, question)
    _selections(request)
    return request


def enter(request, *, by, reason, token=""):
    """Tell the ledger that the package leaves; returns the Question that the package answers.

    Without a question it is what was recorded by the moment of this very entry: everything before it is
    written by then, and whatever comes after it is later. So the same package can be made again.
    """
    entry = operations.export(file="package.zip", filters=request.told, format="zip", token=token, by=by, reason=reason)
    return request.question or Question(RECORDED_AT, entry.moment)


def stream_of(request, question=None):
    """Yield the bytes of the package, from one snapshot; without a question it is of now."""
    question = question or request.question or Question(RECORDED_AT, timezone.now())
    made = Asked(
        question,
        filters=request.filters,
        mass_unit=request.mass_unit,
        is_published=not request.user.sees_all,
        laboratory=settings.LABORATORY,
        site=settings.BASE_URL,
    )
    with snapshot():
        answering = _answering(question)
        with answering():
            selections = _selections(request)
        files = [_rows(request, question, answering, *each) for each in selections.items()]
        yield from stream(made, files)


def _rows(request, question, answering, name, selection):
    mission = request.filters if MISSION in request.queries[name] else {}
    told = mission | request.own[name]
    if name in ON_REQUEST:
        # The ledger has every moment in it.
        selection = replace(selection, queryset=selection.queryset.filter(recorded_at__lte=question.moment))
    return Rows(selection.dataset, selection.columns, told, _pieces(answering, selection))


def _answering(question):
    """What has queries answer `question`: what the newest entry recorded is what there is, and read much faster."""
    newest = last_moment()
    is_now = question.is_as_recorded and newest is not None and newest <= question.moment
    return past.present if is_now else partial(past.shown, question)


def _pieces(answering, selection):
    """Yield the file of a selection; it is asked when its turn comes."""
    with answering():
        asked_for = selection.asked()
    with closing(asked_for), Snapshot() as now:
        pieces = asked_for.file(now)
        while True:
            # Rows that Python makes ask further questions while they are read.
            with answering():
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece


def _names(query, user):
    """The names asked for, in the order of the datasets, and what is wrong with them."""
    may_have, usual = names_offered(user)
    wanted = [name.strip() for name in (query.get(DATASETS_ASKED) or "").split(",") if name.strip()]
    unknown = [name for name in wanted if name not in may_have]
    sentence = _("“%(name)s” is none of your datasets: %(names)s.")
    faults = [f"{DATASETS_ASKED}: {sentence % {'name': name[:40], 'names': ', '.join(may_have)}}" for name in unknown]
    return [name for name in DATASETS if name in (wanted or usual)], faults


def _own(query, names):
    """What each dataset is asked, by parameters with its name in front, and sentences on those that nobody reads."""
    own, unknown = {name: {} for name in names}, []
    for key in query:
        dataset, dot, rest = key.partition(".")
        if dot and dataset in own and rest not in (DATASETS_ASKED, MASS_UNIT, *KINDS):
            own[dataset][rest] = query[key]
        elif key not in (*OF_ALL, *KINDS):
            unknown.append(f"{key[:80]}: {_('there is no such filter')}")
    return own, unknown


def _is_by_mission(name, user):
    return MISSION in SOURCES[name].search({}, user).fields


def _selections(request):
    """{name: Selection}; raises NotSelected with all that is wrong, each with the dataset's name in front."""
    selections, faults = {}, []
    for name, query in request.queries.items():
        try:
            selections[name] = select(name, query, request.user)
        except NotSelected as error:
            faults += [fault if _is_of_all(fault, request, name) else f"{name}.{fault}" for fault in error.faults]
    if faults:
        raise NotSelected(list(dict.fromkeys(faults)))
    return selections


def _is_of_all(fault, request, name):
    """Whether what is wrong was asked of the whole package."""
    return fault.startswith(f"{MISSION}:") and MISSION not in request.own[name]
