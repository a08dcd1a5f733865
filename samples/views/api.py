from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samples.api import PAGE_ROWS, describe, examples
from samples.exports import DATASETS
from samples.selections import names_for

from .api_records import as_json, has_past
from .problems import problem

# Of the addresses and what they answer; it rises when a script that was right before would no longer be.
VERSION = "1.0.0"
# What the types of a schema are called on the page; a format says more than its type.
_KINDS = {
    "date-time": _("moment in UTC"),
    "date": _("day"),
    "string": _("text"),
    "integer": _("whole number"),
    "boolean": _("true or false"),
    "decimal": _("number, as text"),
}


def api(request):
    """The description as a page."""
    description = _description(request)
    datasets = [_shown(name, description, request) for name in names_for(request.user)]
    context = {
        "datasets": datasets,
        "refusals": _refusals(description),
        "most": settings.TOKEN_REQUESTS_PER_MINUTE,
        "page_rows": f"{PAGE_ROWS:,}".replace(",", "\u202f"),
    }
    return render(request, "samples/api.html", context)


def api_description(request):
    """The description as OpenAPI has it, of what the person may read."""
    if request.GET:
        return problem(_("The description takes no parameters; ask for it without any."), 400)
    return as_json(_description(request))


def _description(request):
    doors = [
        (name, reverse("api_records", args=[name]), reverse(f"export_{name}"), has_past(name))
        for name in names_for(request.user)
    ]
    server = request.build_absolute_uri("/").rstrip("/")
    return describe(
        doors,
        request.user,
        package=reverse("export_package"),
        server=server,
        version=VERSION,
        most=settings.TOKEN_REQUESTS_PER_MINUTE,
    )


def _shown(name, description, request):
    """A dataset as its section of the page has it."""
    path = reverse("api_records", args=[name])
    reading = description["paths"][path]["get"]
    properties = description["components"]["schemas"][name]["properties"]
    own = {column.name for column in DATASETS[name].columns}
    return {
        "name": name,
        "title": DATASETS[name].title,
        "meaning": reading["description"],
        "path": path,
        "parameters": [
            {"name": each["name"], "meaning": each["description"], **_told(each["schema"])}
            for each in reading["parameters"]
        ],
        "columns": [
            {"name": key, "meaning": schema["description"], **_told(schema)}
            for key, schema in properties.items()
            if key in own
        ],
        "scripts": examples(name, request.build_absolute_uri(path)),
    }


def _told(schema):
    """A schema in words: its type, unit, values and default."""
    schema = schema.get("items", schema)
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    values = [value for value in schema.get("enum", []) if value is not None]
    kind = "decimal" if "pattern" in schema else schema.get("format", types[0])
    return {
        "type": _KINDS[kind],
        "unit": schema.get("x-unit", ""),
        "values": values,
        "default": schema.get("default", ""),
        "examples": schema.get("examples", []),
        "may_be_null": "null" in types,
    }


def _refusals(description):
    responses = description["components"]["responses"]
    [path] = list(description["paths"])[:1]
    found = description["paths"][path]["get"]["responses"]
    for status, answer in found.items():
        if "$ref" in answer:
            yield {"status": status, "meaning": responses[answer["$ref"].rpartition("/")[2]]["description"]}
