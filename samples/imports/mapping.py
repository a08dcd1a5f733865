"""Mappings: a small TOML file that says how another house's columns and words become labinv's."""

import tomllib
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from samples.operations import Refused

from ._refused import NotATable

LONGEST = 20_000
_TEXTS = ("ignore", "leave_out")
_TABLES = ("columns", "constants", "values", "containers")
_CONTAINER_KEYS = ("column", "unnamed", "custodian", "location", "chain_document", "description")
_CONTAINER_KEYS_NEEDED = ("column", "custodian", "location", "chain_document")

MAPPING_EXAMPLE = """\
ignore = ["comment"]                      # columns of the file that are not used
leave_out = ["15305"]                     # identifiers of rows that stay out

[columns]                                 # labinv's name = the file's
identifier = "sample_num"
mass_g = "weight"
origin = "sampling_technique"

[constants]                               # the same for every row
happened_at = "1971-08-07T20:46Z"

[values.origin]                           # text in the file = text meant
"" = "scoop"
DDC = "drill"

[containers]                              # makes a collection bag for each mission and text
column = "return_container"
unnamed = "no container listed"           # the bag of rows that name none
custodian = "Curation"
location = "Building 31 / Vault"
chain_document = "Curation list"
"""


class NotAMapping(Refused):
    """The mapping cannot be used."""

    def __init__(self, message):
        super().__init__(message, field="mapping")


@dataclass(frozen=True)
class Mapping:
    """How a row of the file becomes a row of labinv.

    `columns` are {labinv's name: the file's}, `constants` {labinv's name: text}, `values`
    {labinv's name: {text in the file: text meant}}; `ignore` are columns of the file not used,
    `leave_out` identifiers of rows not imported. `containers` says how containers are made.
    """

    columns: dict = field(default_factory=dict)
    constants: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    ignore: tuple = ()
    leave_out: tuple = ()
    containers: dict | None = None
    text: str = ""
    # Those of labinv's names whose column is in milligrams.
    milligrams: frozenset = frozenset()

    def for_columns(self, columns, names):
        """This mapping for a file with these `columns`: of our own exports those of masses may be in milligrams.

        Raises NotATable where a mass has a column in grams and one in milligrams.
        """
        found = {name: f"{name.removesuffix('_g')}_mg" for name in names if name.endswith("_g")}
        # What is constant, or mapped to a column of another name, is not looked for.
        said = self.constants | self.columns
        found = {
            name: other
            for name, other in found.items()
            if other in columns and other not in self.ignore and said.get(name, other) == other
        }
        for name, other in found.items():
            if name in columns and name not in (*self.ignore, *self.columns):
                raise NotATable(
                    _("The file has %(grams)s and %(milligrams)s, the same mass. Ignore one of them in the mapping.")
                    % {"grams": name, "milligrams": other}
                )
        return replace(self, columns=self.columns | found, milligrams=frozenset(found))

    def column_of(self, name):
        """The file's column that labinv's `name` is read from."""
        if name == "container" and self.containers:
            return self.containers["column"]
        return self.columns.get(name, name)

    def read(self, name, cells):
        """The text of labinv's `name` in a row; None where neither the file nor the mapping has it."""
        if name in self.constants:
            return self.constants[name]
        column = self.column_of(name)
        text = None if column in self.ignore else cells.get(column)
        if text is None:
            return None
        meant = self.values.get(name, {}).get(text.strip())
        return self._with_unit(name, text) if meant is None else meant

    def _with_unit(self, name, text):
        if name in self.milligrams and text.strip() and not text.strip().endswith("mg"):
            return f"{text.strip()} mg"
        return text

    def unused(self, columns, names):
        """Those of the file's `columns` that are none of labinv's `names`, are not mapped and not ignored."""
        used = {self.column_of(name) for name in names if name not in self.constants} | set(self.ignore)
        return [column for column in columns if column not in used]


def read_mapping(text, names, *, makes_containers=True):
    """Read the TOML `text` for labinv's columns `names`; raises NotAMapping. No text is no change at all."""
    if len(text) > LONGEST:
        raise NotAMapping(_("The mapping has more than %(most)s characters.") % {"most": LONGEST})
    try:
        said = tomllib.loads(text)
    # A number of too many digits is a ValueError, brackets without end exhaust the parser.
    except (ValueError, RecursionError) as error:
        raise NotAMapping(_("The mapping is no TOML: %(error)s.") % {"error": str(error)[:200]}) from None
    _check_keys(said, (*_TEXTS, *_TABLES), _("the mapping"))
    tables = {name: _table(said, name) for name in _TABLES}
    if "containers" in said and not makes_containers:
        raise NotAMapping(_("[containers] is for files of samples: of no other kind containers are made."))
    for name in ("columns", "constants", "values"):
        _check_keys(tables[name], names, f"[{name}]")
    if "containers" in said and "container" in tables["columns"] | tables["constants"]:
        raise NotAMapping(_("container: either a column or constant, or made by [containers]."))
    columns = {name: _text(column, f"columns.{name}").strip().lower() for name, column in tables["columns"].items()}
    if twice := columns.keys() & tables["constants"].keys():
        raise NotAMapping(_("%(names)s: either a column or a constant.") % {"names": ", ".join(sorted(twice))})
    return Mapping(
        columns=columns,
        constants={name: _text(value, f"constants.{name}") for name, value in tables["constants"].items()},
        values={name: _translations(name, pairs) for name, pairs in tables["values"].items()},
        ignore=tuple(name.strip().lower() for name in _texts(said, "ignore")),
        leave_out=tuple(identifier.strip() for identifier in _texts(said, "leave_out")),
        containers=_containers(tables["containers"]) if "containers" in said else None,
        text=text,
    )


def _containers(table):
    _check_keys(table, _CONTAINER_KEYS, "[containers]")
    if missing := [key for key in _CONTAINER_KEYS_NEEDED if not table.get(key)]:
        raise NotAMapping(_("[containers] needs %(keys)s.") % {"keys": ", ".join(missing)})
    said = {key: _text(value, f"containers.{key}") for key, value in table.items()}
    return said | {"column": said["column"].strip().lower()}


def _translations(name, pairs):
    if not isinstance(pairs, dict):
        raise NotAMapping(_("[values.%(name)s] is a table of “text in the file” = “text meant”.") % {"name": name})
    return {key.strip(): _text(value, f"values.{name}") for key, value in pairs.items()}


def _table(said, name):
    table = said.get(name, {})
    if not isinstance(table, dict):
        raise NotAMapping(_("%(name)s is a table: write [%(name)s].") % {"name": name})
    return table


def _texts(said, name):
    texts = said.get(name, [])
    if not isinstance(texts, list):
        raise NotAMapping(_('%(name)s is a list of texts: %(name)s = ["…"].') % {"name": name})
    return [_text(text, name) for text in texts]


def _text(value, place):
    if not isinstance(value, str):
        raise NotAMapping(_("%(place)s: write %(value)s in quotes.") % {"place": place, "value": str(value)[:40]})
    return value


def _check_keys(table, known, place):
    if unknown := [key for key in table if key not in known]:
        raise NotAMapping(
            _("There is no “%(key)s” in %(place)s; known are %(known)s.")
            % {"key": unknown[0][:40], "place": place, "known": ", ".join(known)}
        )
