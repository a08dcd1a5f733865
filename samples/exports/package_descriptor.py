"""datapackage.json: a Data Package, version 2, whose resources have a Table Schema (https://datapackage.org)."""

import json

from django.utils.translation import gettext as _

PROFILES = "https://datapackage.org/profiles/2.0/"
# How the values stand in the cells.
TRUE, FALSE = "yes", "no"
# Columns that name a record of another file: a live record names live ones alone, and lists have those.
REFERENCES = {
    ("samples", "mission"): ("missions", "code"),
    ("samples", "container"): ("containers", "identifier"),
    ("samples", "custodian"): ("custodians", "name"),
    ("samples", "parent"): ("samples", "identifier"),
    ("containers", "mission"): ("missions", "code"),
    ("containers", "inside"): ("containers", "identifier"),
    ("containers", "custodian"): ("custodians", "name"),
    ("locations", "custodian"): ("custodians", "name"),
    ("mass_balance", "mission"): ("missions", "code"),
}
# These filter no rows out.
_NO_FILTER = {"columns", "mass_unit", "sort", "as_of", "recorded_at"}


def text(asked, files):
    """The descriptor as JSON; `files` are pairs of Rows and what was Written of them."""
    return json.dumps(descriptor(asked, files), ensure_ascii=False, indent=2) + "\n"


def descriptor(asked, files):
    question = asked.question
    held = {rows.dataset.name: rows for rows, _written in files}
    return {
        "$schema": f"{PROFILES}datapackage.json",
        "name": f"labinv-{question.slug}".lower(),
        "title": title(asked),
        "description": _("Records of a lunar sample laboratory. README.md says how to read and check the files."),
        "version": question.text,
        "created": question.text,
        "sources": [{"title": asked.laboratory, "path": asked.site}],
        # What is not of the standard: how these files were asked for.
        "labinv": {
            "question": question.kind,
            "moment": question.text,
            "filters": asked.filters,
            "mass_unit": asked.mass_unit,
            "records": "published" if asked.is_published else "all",
        },
        "resources": [_resource(rows, written, held if question.is_as_recorded else {}) for rows, written in files],
    }


def title(asked):
    """The title of the package, which its citation bears too."""
    return _("Sample inventory of %(laboratory)s, %(moment)s") % {
        "laboratory": asked.laboratory,
        "moment": moment(asked.question),
    }


def moment(question):
    """What was asked about the past, in words."""
    words = _("as recorded at %(moment)s") if question.is_as_recorded else _("as it was at %(moment)s")
    return words % {"moment": question.text}


def _resource(rows, written, held):
    """`held` are the Rows by dataset, among which references hold: of another time may be what is withdrawn by now."""
    return {
        "name": rows.dataset.name,
        "title": str(rows.dataset.title),
        "description": str(rows.dataset.meaning),
        "path": rows.path,
        "type": "table",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": written.bytes,
        "hash": f"sha256:{written.sha256}",
        # Not of the standard, but frictionless knows it too.
        "rows": written.rows,
        "filters": rows.filters,
        "dialect": {
            "$schema": f"{PROFILES}tabledialect.json",
            "delimiter": ",",
            "lineTerminator": "\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "skipInitialSpace": False,
            "header": True,
        },
        "schema": _schema(rows, held),
    }


def _schema(rows, held):
    schema = {
        "$schema": f"{PROFILES}tableschema.json",
        "fields": [_field(column) for column in rows.columns],
        "missingValues": [""],
    }
    if key := primary_key(rows.columns):
        schema["primaryKey"] = [key]
    if foreign := _foreign_keys(rows, held):
        schema["foreignKeys"] = foreign
    return schema


def _field(column):
    told = {
        "name": column.name,
        "title": column.name.removesuffix(f"_{column.unit}").replace("_", " "),
        "type": column.type,
        "description": str(column.meaning),
    }
    if column.unit:
        told["unit"] = column.unit
    if column.type == "boolean":
        told |= {"trueValues": [TRUE], "falseValues": [FALSE]}
    if constraints := _constraints(column):
        told["constraints"] = constraints
    return told


def _constraints(column):
    told = {}
    if column.is_required:
        told["required"] = True
    if column.is_unique:
        told["unique"] = True
    if column.choices:
        told["enum"] = [str(choice) for choice in column.choices]
    return told


def primary_key(columns):
    """The name of the column that names each record, or None."""
    return next((column.name for column in columns if column.is_unique and column.is_required), None)


def _foreign_keys(rows, held):
    names = {column.name for column in rows.columns} if "show" not in rows.filters else set()
    keys = []
    for (dataset, name), (other, key) in REFERENCES.items():
        if dataset == rows.dataset.name and name in names and _has_all(held.get(other), key, rows):
            reference = {"fields": [key]} if other == dataset else {"resource": other, "fields": [key]}
            keys.append({"fields": [name], "reference": reference})
    return keys


def _has_all(rows, key, naming):
    """Whether a file has every record that the rows `naming` can name, and the column that names them."""
    if rows is None or primary_key(rows.columns) != key:
        return False
    by = {name: value for name, value in rows.filters.items() if name not in _NO_FILTER}
    # What is of one mission names that one alone.
    return not by or (rows.dataset.name == "missions" and by == {"mission": naming.filters.get("mission")})
