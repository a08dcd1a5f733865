"""Where a request can go in: every address there is, and what its form and its filters ask, as the pages show it."""

from dataclasses import dataclass, field
from uuid import UUID

from django.urls import URLPattern, get_resolver, reverse

from samples.roles import Role

from . import world as worlds
from .pages import Forms
from .requests import Request, send

# No record has it, on either engine.
NO_KEY = 10**6
WORKERS = (Role.TECHNICIAN, Role.CURATOR)


@dataclass
class Door:
    """One address, as `visitor` meets it; `fields` is what the form would send if it were right."""

    name: str
    visitor: str
    url: str
    status: int
    fields: dict = field(default_factory=dict)
    # {field name: kind of its box}: text, textarea, select, radio, checkbox, hidden, password, datetime-local, file.
    kinds: dict = field(default_factory=dict)
    filters: list = field(default_factory=list)

    @property
    def has_form(self):
        return bool(self.fields)

    @property
    def files(self):
        return [name for name, kind in self.kinds.items() if kind == "file"]

    @property
    def mutable(self):
        return [name for name, kind in self.kinds.items() if kind != "file"]


def routes(patterns=None, prefix=""):
    """(name, pattern) of every address there is, the console's among them; some have no name."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + pattern.name if pattern.name else "", pattern.pattern
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from routes(pattern.url_patterns, prefix + inner)


def everybody(name):
    return worlds.VISITORS


def a_few(name):
    """Who has the forms; enough for the suite, and half as long to open."""
    return (Role.ADMINISTRATOR, Role.CURATOR) if name.startswith("admin:") else (*WORKERS, worlds.NOBODY)


def open_doors(world, visitors_of):
    """Every address as each of `visitors_of(name)` meets it, opened once."""
    named = [(name, pattern) for name, pattern in routes() if name]
    return [_open(world, name, pattern, str(who)) for name, pattern in named for who in visitors_of(name)]


def _open(world, name, pattern, visitor):
    arguments = [_argument(world, name, key, visitor) for key in pattern.regex.groupindex]
    url = reverse(name, args=arguments, query=worlds.asked(name, visitor) or None)
    answer = send(world, visitor, Request("GET", url))
    door = Door(name, visitor, url, answer.status)
    if answer.status == 200 and answer.is_html:
        page = Forms(answer.text)
        door.filters = page.filters()
        _fill_in(door, page.main(), world)
    return door


def _argument(world, name, key, visitor):
    # Of the console and of the door for scripts.
    if key in ("app_label", "name"):
        return "samples"
    if name.startswith("admin:"):
        model = name.removeprefix("admin:").split("_")
        return _newest(model[1]) if len(model) > 2 and model[0] in ("samples", "auth") else NO_KEY
    if (record := worlds.record_of(world, name, visitor)) is not None:
        return record.pk
    return UUID(int=NO_KEY) if key == "key" else NO_KEY


def _newest(model_name):
    from samples.admin import console

    for model in console._registry:
        if model._meta.model_name == model_name and (newest := model._default_manager.order_by("pk").last()):
            return newest.pk
    return NO_KEY


def _fill_in(door, controls, world):
    right = worlds.valid(door.name, world, door.visitor)
    for control in controls:
        name = control["name"]
        if name == "csrfmiddlewaretoken":
            continue
        # A mass or a depth is typed as text, its unit beside it.
        door.kinds.setdefault(name, "number" if "data-unit" in control else control.kind)
        value = right.get(name, control.value)
        if value == "" and "required" in control:
            # No answer is known that is right; one of the right kind reaches further than none.
            value = {"datetime-local": worlds.MOMENT, "date": "2027-01-31", "number": "1"}.get(control.kind, "Campaign")
        if value is not None:
            door.fields.setdefault(name, str(value))
