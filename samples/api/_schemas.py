"""Columns and answers as JSON Schema (2020-12), of which OpenAPI 3.1 is made."""

from samples.exports import MILLIGRAMS

_TYPES = {
    "string": {"type": "string"},
    # Exact, with all its decimals: a JSON number would arrive as a float.
    "number": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
}


def record_schema(dataset, user):
    """What one row of the dataset is; each column may be missing, because a script may choose its columns."""
    columns = dataset.columns_for(user)
    in_milligrams = [column.in_unit(MILLIGRAMS) for column in columns if column.is_mass]
    return {
        "type": "object",
        "description": str(dataset.meaning),
        "properties": {column.name: column_schema(column) for column in [*columns, *in_milligrams]},
        "additionalProperties": False,
    }


def column_schema(column):
    """One column: its type, what it means, its unit and, where they are few, its values."""
    schema = dict(_TYPES[column.type], description=str(column.meaning))
    if column.unit:
        schema["x-unit"] = column.unit
    if column.choices:
        schema["enum"] = list(column.choices)
    if not column.is_required:
        schema["type"] = [schema["type"], "null"]
        if column.choices:
            schema["enum"].append(None)
    return schema


def page_schema(name):
    """One page of records."""
    return {
        "type": "object",
        "required": ["dataset", "asked", "rows", "ledger", "records", "next"],
        "additionalProperties": False,
        "properties": {
            "dataset": {"const": name},
            "asked": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "the question as it was understood, with the exact moment where one was asked about",
            },
            "rows": {
                "type": "integer",
                "minimum": 0,
                "description": "number of rows of all pages together, as they were counted for the first one",
            },
            "ledger": {
                "type": ["string", "null"],
                "description": "the checkpoint of the audit ledger, by which the state can be named and verified",
            },
            "records": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "next": {
                "type": ["string", "null"],
                "format": "uri",
                "description": "address of the next page, null on the last one",
            },
        },
    }


PROBLEM = {
    "type": "object",
    "description": "why there are no records, and what to do next (RFC 9457)",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "a sentence to read"},
        "faults": {
            "type": "array",
            "items": {"type": "string"},
            "description": "one for each parameter at fault, which it begins with",
        },
    },
}
