"""The generator: hard requests made of atoms, the same ones in the same order for the same seed."""

import re
from dataclasses import dataclass, field
from itertools import chain, product, zip_longest
from random import Random

from django.conf import settings

from . import atoms, files, world
from .bodies import BODIES
from .requests import File, Request, encoded, form

SEED = 20240625
# The share of each kind in a run, of a hundred.
SHARES = {
    "one field": 42,
    "several fields": 12,
    "filter": 17,
    "body": 8,
    "path": 6,
    "header": 6,
    "session": 2,
    "method": 3,
    "file": 4,
}
# What in an address names a place in a list; with it goes the order of the list.
PLACES = ("after", "before")
MOST_TURNS = 60
# Files of many megabytes in one run, at most.
MOST_LARGE = 6


@dataclass(frozen=True)
class Case:
    kind: str
    visitor: str
    door: str
    what: str
    request: Request
    # What was typed into boxes that can show it again, by field name.
    typed: dict = field(default_factory=dict)
    is_large: bool = False

    def __str__(self):
        # A field of one record has its key in its name, and keys are the engine's own.
        what = re.sub(r"_\d+(?=: |$)", "_#", self.what)
        return f"{self.visitor} {self.request.method[:12]} {self.door} · {what}"


def cases(kind, doors, total):
    """The cases of this kind among `total`; every form and field has its turn before any has a second one."""
    return _bounded(MAKERS[kind](doors, Random(f"{SEED} {kind}")), max(1, total * SHARES[kind] // 100))


def _bounded(some, number):
    large, taken = 0, 0
    for case in some:
        if taken == number:
            return
        large += case.is_large
        if case.is_large and large > max(2, MOST_LARGE * number // 240):
            continue
        taken += 1
        yield case


def _in_turns(groups, random):
    """The items of the groups, each group shuffled, one of each group in turn."""
    groups = [list(group) for group in groups]
    for group in groups:
        random.shuffle(group)
    random.shuffle(groups)
    missing = object()
    return (item for turn in zip_longest(*groups, fillvalue=missing) for item in turn if item is not missing)


def _forms(doors):
    return [door for door in doors if door.has_form]


def _pages(doors):
    """Doors that open, and of the closed ones those that a visitor without the right knocks at."""
    return [door for door in doors if door.status in (200, 302, 403, 404)]


def _shown_again(door, fields):
    """What was typed into boxes that show it again; a choice has only what it offers, a password nothing."""
    boxes = {"text", "textarea", "datetime-local", "date", "number", "search", "email"}
    decoded = {name: v.decode("utf-8", "replace") if isinstance(v, bytes) else v for name, v in fields.items()}
    return {name: value for name, value in decoded.items() if door.kinds.get(name) in boxes}


def _apt(kind):
    """The atoms that a box of this kind was made to refuse."""
    if kind in ("datetime-local", "date"):
        return atoms.MOMENTS
    if kind in ("select", "radio", "checkbox", "hidden", "number"):
        return atoms.NUMBERS
    return atoms.LOOKS | atoms.TEXTS


def one_field(doors, random):
    """One field of a form that is right otherwise has an atom in it."""
    for door, name, atom in _in_turns(_field_turns(doors, random), random):
        fields = door.fields | {name: atoms.ANY[atom]}
        yield Case(
            "one field",
            door.visitor,
            door.name,
            f"{name}: {atom}",
            form(door.url, fields.items()),
            _shown_again(door, fields),
        )


def _field_turns(doors, random):
    """For each field of each form: by whom it is filled in and with what, two times in three with what is apt."""
    by_field = {}
    for door in _forms(doors):
        for name in door.mutable:
            by_field.setdefault((door.name, name), []).append(door)
    for (_form, name), some in by_field.items():
        apt, any_ = list(_apt(some[0].kinds[name])), list(atoms.ANY)
        turns = [(random.choice(some), random.choice(random.choice([apt, apt, any_]))) for _turn in range(MOST_TURNS)]
        yield {(door.visitor, atom): (door, name, atom) for door, atom in turns}.values()


def several_fields(doors, random):
    """Two fields, three, or all of them have atoms in them."""
    forms = [door for door in _forms(doors) if len(door.mutable) > 1]
    while forms:
        for door in random.sample(forms, len(forms)):
            number = random.choice([2, 2, 3, len(door.mutable)])
            names = random.sample(door.mutable, min(number, len(door.mutable)))
            chosen = {name: random.choice(list(_apt(door.kinds[name]) | atoms.BYTES)) for name in names}
            if number == len(door.mutable):
                chosen = dict.fromkeys(names, random.choice(list(atoms.ANY)))
            fields = door.fields | {name: atoms.ANY[atom] for name, atom in chosen.items()}
            what = ", ".join(f"{name}: {atom}" for name, atom in chosen.items())
            request = form(door.url, fields.items())
            yield Case("several fields", door.visitor, door.name, what, request, _shown_again(door, fields))


def filters(doors, random):
    """The address of a page asks what cannot be asked."""
    groups = {}
    for door in _pages(doors):
        for name in sorted({*door.filters, *atoms.PARAMETERS}):
            own = name in door.filters or (door.status == 200 and name in ("sort", *PLACES))
            if own or random.random() < 0.1:
                values = {"sort": atoms.SORTS}.get(name, atoms.MARKS if name in PLACES else {}) | atoms.ANY
                some = random.sample(list(values), 20 if own else 2)
                groups.setdefault((door.name, name), []).extend((door, name, atom, values) for atom in some)
    sorts = list(atoms.SORTS.values())
    for door, name, atom, values in _in_turns(groups.values(), random):
        asked = [(name, values[atom])]
        if name in PLACES and random.random() < 0.5:
            asked.append(("sort", random.choice(sorts[-5:])))
        if random.random() < 0.1:
            asked.append((random.choice(door.filters or ["q"]), random.choice(list(atoms.ANY.values()))))
        what = f"{name}: {atom}" + "".join(f" and {other}" for other, _value in asked[1:])
        yield Case("filter", door.visitor, door.name, what, Request("GET", door.url, encoded(asked)))


def bodies(doors, random):
    """The body of a post is not what a browser would send: its shape, its type, its size, or a field is missing."""
    groups = {}
    for door in _forms(doors):
        fields = [(door, f"without {name}", None) for name in door.fields]
        groups.setdefault(door.name, []).extend([(door, what, make) for what, make in BODIES.items()] + fields)
    for door, what, make in _in_turns(groups.values(), random):
        if make:
            body, content_type = make(door)
            request = Request("POST", door.url, body=body, content_type=content_type)
            yield Case("body", door.visitor, door.name, what, request)
        else:
            kept = {name: value for name, value in door.fields.items() if f"without {name}" != what}
            request = form(door.url, kept.items())
            yield Case("body", door.visitor, door.name, what, request, _shown_again(door, kept))


def paths(doors, random):
    """An address that is none, or nearly one."""
    groups = {}
    for door in doors:
        for what, key in atoms.KEYS.items():
            digits = [part for part in door.url.split("/") if part.isdigit()]
            url = door.url.replace(f"/{digits[0]}/", f"/{key}/") if digits else f"{door.url.rstrip('/')}/{key}/"
            groups.setdefault(door.name, []).append((door, what, url))
        groups[door.name] += [
            (door, "two slashes", door.url.replace("/", "//")),
            (door, "no last slash", door.url.rstrip("/") or "//"),
            (door, "in capitals", door.url.upper()),
        ]
    for door, what, url in _in_turns(groups.values(), random):
        method = random.choice(["GET", "GET", "GET", "POST"])
        body = b"reason=x" if method == "POST" else b""
        yield Case("path", door.visitor, door.name, what, Request(method, url, body=body))


def headers(doors, random):
    """A right request, with headers that no browser sends."""
    groups = {}
    for door in _pages(doors):
        groups.setdefault(door.name, []).extend(product([door], atoms.HEADERS, [False, True]))
    for door, what, posts in _in_turns(groups.values(), random):
        sent = atoms.HEADERS[what]
        if posts and door.has_form:
            request = form(door.url, door.fields.items(), headers=sent)
        else:
            request = Request("GET", door.url, headers=sent)
        yield Case("header", door.visitor, door.name, what, request)


def sessions(doors, random):
    """The cookies are rubbish."""
    groups = {}
    for door in _pages(doors):
        named = {f"session {k}": f"{settings.SESSION_COOKIE_NAME}={v}" for k, v in atoms.SESSIONS.items()}
        groups.setdefault(door.name, []).extend((door, what, v) for what, v in (named | atoms.COOKIES).items())
    for door, what, cookie in _in_turns(groups.values(), random):
        yield Case("session", world.NOBODY, door.name, what, Request("GET", door.url, cookie=cookie))


def methods(doors, random):
    """A method that the address does not have."""
    groups = {}
    for door in _pages(doors):
        groups.setdefault(door.name, []).extend(product([door], atoms.METHODS))
    for door, method in _in_turns(groups.values(), random):
        yield Case("method", door.visitor, door.name, method, Request(method, door.url, body=b"reason=x"))


def uploads(doors, random):
    """A file that is none of what was asked for; also where no file was asked for."""
    asked, unasked = {}, {}
    for door in _forms(doors):
        for name in door.files or ["file"]:
            good = world.VALID_FILES.get((door.name, name), world.ANY_FILE)
            made = [(door, name, what, good) for what in _file_atoms(name)]
            groups = asked if door.files else unasked
            groups.setdefault((door.name, name), []).extend(made if door.files else random.sample(made, 3))
    # A form that asks for files has its turn with each of them before any other has one.
    for door, name, what, good in chain(_in_turns(asked.values(), random), _in_turns(unasked.values(), random)):
        file = _file(what, good)
        others = {n: File(world.VALID_FILES.get((door.name, n), world.ANY_FILE)) for n in door.files[:1] if n != name}
        request = form(door.url, (door.fields | others | {name: file}).items())
        large = what in files.LARGE
        yield Case("file", door.visitor, door.name, f"{name}: {what}", request, _shown_again(door, door.fields), large)


def _file_atoms(name):
    kinds = [*files.FILES, *files.LARGE, *(f"named {n}" for n in files.NAMES), *(f"typed {t}" for t in files.TYPES)]
    return [*kinds, *(f"TOML {what}" for what in files.TOML)] if "map" in name else kinds


def _file(what, good):
    start, _space, rest = what.partition(" ")
    if start == "named" and rest in files.NAMES:
        return File(good, name=files.NAMES[rest])
    if start == "typed" and rest in files.TYPES:
        return File(good, content_type=files.TYPES[rest])
    if start == "TOML":
        return File(files.TOML[rest], name="mapping.toml")
    return File((files.FILES | files.LARGE)[what](good))


MAKERS = {
    "one field": one_field,
    "several fields": several_fields,
    "filter": filters,
    "body": bodies,
    "path": paths,
    "header": headers,
    "session": sessions,
    "method": methods,
    "file": uploads,
}
