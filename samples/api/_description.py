"""The OpenAPI 3.1 description of the door for scripts, made from the datasets and the forms that read addresses."""

from django.utils.translation import gettext as _

from samples.exports import DATASETS

from ._parameters import after, of_package, parameters
from ._schemas import PROBLEM, page_schema, record_schema


def describe(doors, user, *, package, server, version, most):
    """The description as plain values, of what `user` may read.

    `doors` are (dataset name, path of the JSON, path of the CSV, whether it answers for the past), `package` is the
    path of the data package; `server` is the address they stand at, and `most` the number of requests that a token
    has in a minute.
    """
    paths, schemas = {}, {"Problem": PROBLEM}
    for name, json_path, csv_path, has_past in doors:
        asked = parameters(name, user, has_past=has_past)
        schemas[name] = record_schema(DATASETS[name], user)
        schemas[f"{name}_page"] = page_schema(name)
        paths[json_path] = {"get": _reading(name, "json", [*asked, after()], _json(name), _PROBLEMS)}
        paths[csv_path] = {"get": _reading(name, "csv", asked, _csv(), _sentences())}
    paths[package] = {"get": _package([name for name, *_paths in doors], user)}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "labinv",
            "version": version,
            "summary": _("Records of the inventory, to read."),
            "description": _(
                "The files of the Data page for scripts: the same rows, columns and filters as JSON, page by page, and "
                "as CSV in one piece, or several of them in a data package. Nothing is written here. A token has "
                "%(most)s requests in a minute."
            )
            % {"most": most},
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": _TOKEN}},
            "headers": _HEADERS,
            "responses": _problems(),
        },
    }


_TOKEN = (
    "Made on the page of tokens, in the header “Authorization: Bearer labinv_…”. It reads with its person's rights."
)
_HEADERS = {
    "Ledger": {
        "description": "the checkpoint of the audit ledger; missing while the ledger is empty",
        "schema": {"type": "string"},
    },
    "Link": {"description": "the next page, as rel=next (RFC 8288)", "schema": {"type": "string"}},
    "Rows": {
        "description": "number of rows, of all pages together",
        "schema": {"type": "integer", "minimum": 0},
    },
    "RateLimit": {
        "description": "requests the token has left in this minute (r), and seconds to its end (t)",
        "schema": {"type": "string"},
    },
    "RateLimitPolicy": {
        "description": "requests a token has (q) in so many seconds (w)",
        "schema": {"type": "string"},
    },
    "RetryAfter": {"description": "seconds to wait", "schema": {"type": "integer", "minimum": 1}},
    "Challenge": {"description": "the scheme to authenticate by", "schema": {"type": "string"}},
    "Allow": {"description": "the methods that are answered", "schema": {"type": "string"}},
}
_RATE = {
    "RateLimit": {"$ref": "#/components/headers/RateLimit"},
    "RateLimit-Policy": {"$ref": "#/components/headers/RateLimitPolicy"},
}
_READ = {
    "X-Labinv-Ledger": {"$ref": "#/components/headers/Ledger"},
    "X-Labinv-Rows": {"$ref": "#/components/headers/Rows"},
    **_RATE,
}
# Statuses, what each means, and the headers it has beside the sentence.
_REFUSALS = {
    "400": ("BadQuestion", "A parameter is unknown or its value is not one. The sentence names it.", {}),
    "401": (
        "NoToken",
        "No token, or one that does not work.",
        {"WWW-Authenticate": {"$ref": "#/components/headers/Challenge"}},
    ),
    "403": ("NotForYou", "The person of the token has no right to these records.", {}),
    "404": ("NoDataset", "There is no dataset at this address.", {}),
    "405": ("OnlyRead", "Only GET and HEAD are answered.", {"Allow": {"$ref": "#/components/headers/Allow"}}),
    "406": ("OnlyJson", "The header Accept does not take JSON.", {}),
    "429": (
        "TooMany",
        "The token has had its requests of this minute.",
        {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}, **_RATE},
    ),
    "503": ("Busy", "The ledger cannot be written just now, so that nothing may be read. Try again.", {}),
}
_PROBLEMS = {status: {"$ref": f"#/components/responses/{name}"} for status, (name, _what, _more) in _REFUSALS.items()}


def _problems():
    body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {name: _answer(what, body, more) for name, what, more in _REFUSALS.values()}


def _sentences():
    """What a file says in the same places in plain text; its address is there, and it is CSV whatever is accepted."""
    body = {"text/plain": {"schema": {"type": "string"}}}
    told = {status: _answer(what, body, more) for status, (_name, what, more) in _REFUSALS.items()}
    # Who may not have the file reads a page that says so.
    told["403"] = _answer(_REFUSALS["403"][1], {"text/html": {"schema": {"type": "string"}}}, {})
    return {status: answer for status, answer in told.items() if status not in ("404", "406")}


def _reading(name, ending, asked, answer, refusals):
    return {
        "operationId": f"{name}_{ending}",
        "summary": f"{DATASETS[name].title} ({ending.upper()})",
        "description": str(DATASETS[name].meaning),
        "parameters": asked,
        "responses": {"200": answer, **refusals},
    }


def _package(names, user):
    body = {"application/zip": {"schema": {"type": "string", "contentMediaType": "application/zip"}}}
    headers = {name: header for name, header in _READ.items() if name != "X-Labinv-Rows"}
    return {
        "operationId": "package",
        "summary": _("Data package (ZIP)"),
        "description": _(
            "Files of data with what each column means, how to cite them and their checksums. Every parameter of a "
            "file but mass_unit and the moments is taken with its name and a dot in front: samples.origin=drill."
        ),
        "parameters": list(of_package(names, user)),
        "responses": {"200": _answer(_("The package."), body, headers), **_sentences()},
    }


def _json(name):
    body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}_page"}}}
    return _answer(_("One page of records."), body, {"Link": {"$ref": "#/components/headers/Link"}, **_READ})


def _csv():
    body = {"text/csv": {"schema": {"type": "string"}}}
    return _answer(_("All records: UTF-8, a header line, then one line for each."), body, _READ)


def _answer(meaning, body, headers):
    return {"description": meaning, "content": body} | ({"headers": headers} if headers else {})
