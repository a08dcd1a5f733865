"""What an address may ask, read from the search form that the dataset's list has."""

from django.utils.translation import gettext as _

from samples.exports import DATASETS, GRAMS, MILLIGRAMS
from samples.forms.described import meaning, schema
from samples.forms.search import MissionFilter
from samples.questions import AS_OF, RECORDED_AT
from samples.roles import Right
from samples.selections import SOURCES


def parameters(name, user, *, has_past):
    """The parameters of the dataset `name` for `user`, as OpenAPI has them."""
    question = SOURCES[name].search({}, user)
    found = [_parameter(key, schema(key, field), meaning(field)) for key, field in question.fields.items()]
    found += [_sort(question), *_shape(DATASETS[name], user)]
    return [*found, *(_moments(user) if has_past else ())]


def after():
    """The parameter that names a page."""
    text = _("The place of the page, from the address in “next” of the page before; it works for an hour.")
    return _parameter("after", {"type": "string"}, text)


def of_package(names, user):
    """The parameters of a data package as a whole, of which `user` may have the datasets `names`."""
    datasets = {"type": "array", "items": {"type": "string", "enum": names}}
    text = _("Names of the files, with commas between; all but the audit log where it is missing.")
    yield _parameter("datasets", datasets, text, style="form", explode=False)
    mission = MissionFilter()
    yield _parameter("mission", schema("mission", mission), meaning(mission))
    yield _mass_unit()
    yield from _moments(user)


def _parameter(name, values, text, **more):
    return {"name": name, "in": "query", "required": False, "schema": values, "description": text, **more}


def _sort(question):
    keys = [f"{sign}{key}" for key in question.sorts for sign in ("", "-")]
    values = {"type": "string", "enum": keys, "default": question.default_sort}
    return _parameter("sort", values, _("Order of the records; with - from the last one down."))


def _shape(dataset, user):
    """Which columns, and in which unit."""
    columns = dataset.columns_for(user)
    # By either name, so that who changes the unit need not choose the columns again.
    either = [column.in_unit(unit).name for column in columns for unit in (GRAMS, MILLIGRAMS)]
    names = {"type": "array", "items": {"type": "string", "enum": list(dict.fromkeys(either))}}
    text = _("Columns to be given, with commas between; all of them where it is missing.")
    yield _parameter("columns", names, text, style="form", explode=False)
    if any(column.is_mass for column in columns):
        yield _mass_unit()


def _mass_unit():
    unit = {"type": "string", "enum": [GRAMS, MILLIGRAMS], "default": GRAMS}
    return _parameter("mass_unit", unit, _("Unit of the masses; the names of their columns end in it."))


def _moments(user):
    moment = {"type": "string", "examples": ["2024-06-26", "2024-06-26T20:00:00Z"]}
    yield _parameter(AS_OF, moment, _("What was so at that moment, by the times of the events."))
    if user.may(Right.SEE_ALL):
        yield _parameter(RECORDED_AT, moment, _("What the database held at that moment."))
