"""One page for each dataset: which rows and columns are wanted, how the file begins, and how it is fetched."""

import csv
from dataclasses import replace
from io import StringIO
from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.exports import DATASETS, GRAMS, MILLIGRAMS, DatasetOfLines, scripts
from samples.imports.kinds import KINDS
from samples.questions import KINDS as MOMENTS
from samples.questions import asked
from samples.roles import Right
from samples.selections import COLUMNS, MASS_UNIT, SOURCES, NotSelected, select

# What the form sends with its ticks, so that none is told from all; a link says that none is to be ticked at first.
TICK, THESE, NONE = "tick", "these", "none"
# Rows of the file that are shown.
SHOWN = 10
# A text longer than this is broken into lines where it is shown.
_LONG = 40
_TYPES = {
    "string": gettext_lazy("text"),
    "integer": gettext_lazy("whole number"),
    "number": gettext_lazy("number"),
    "boolean": gettext_lazy("yes or no"),
    "datetime": gettext_lazy("moment in UTC"),
    "date": gettext_lazy("day"),
}
# Fields by whose value people call a record.
_NAMES = {"identifier", "code", "number", "operation_id", "parent", "inside", "container", "seal_number"}
_LISTS = {
    "samples": "sample_list",
    "containers": "container_list",
    "handoffs": "handoff_list",
    "missions": "mission_list",
    "movements": "movement_list",
    "custodians": "custodian_list",
    "locations": "location_list",
    "discrepancies": "discrepancy_list",
    "balances": "balance_list",
    "audit": "audit_log",
}


def data_samples(request):
    return _page(request, "samples")


def data_containers(request):
    return _page(request, "containers")


def data_handoffs(request):
    return _page(request, "handoffs")


def data_missions(request):
    return _page(request, "missions")


def data_weighings(request):
    return _page(request, "weighings")


def data_movements(request):
    return _page(request, "movements")


def data_mass_balance(request):
    return _page(request, "mass_balance")


def data_custodians(request):
    return _page(request, "custodians")


def data_locations(request):
    return _page(request, "locations")


def data_discrepancies(request):
    return _page(request, "discrepancies")


def data_balances(request):
    return _page(request, "balances")


def data_audit(request):
    return _page(request, "audit")


def _page(request, name):
    """What is asked of the dataset, with the beginning of its file; what cannot be asked is a 400 with the form."""
    tick = request.GET.get(TICK)
    if tick == THESE and COLUMNS not in request.GET:
        return _shown(request, name, faults=[_("Tick one column at least.")])
    try:
        selection = select(name, request.GET, request.user, also=[TICK] if tick in (THESE, NONE) else [])
    except NotSelected as error:
        return _shown(request, name, faults=error.faults)
    if tick == THESE:
        return redirect(_with(reverse(f"data_{name}"), _plain(selection)))
    return _shown(request, name, None if tick == NONE else selection)


def _plain(selection):
    """The question in as few words as say it: what is asked for anyhow is left out."""
    every = [column.name for column in selection.dataset.columns_for(selection.user)]
    query = dict(selection.filters)
    if query.get(MASS_UNIT) == GRAMS:
        del query[MASS_UNIT]
    in_grams = [column.in_unit(GRAMS).name for column in selection.columns]
    query.pop(COLUMNS, None)
    if in_grams != every:
        query[COLUMNS] = ",".join(column.name for column in selection.columns)
    return query


def _shown(request, name, selection=None, faults=()):
    search = SOURCES[name].search(request.GET, request.user)
    search.is_valid()
    question = search.question()
    shape = {key: ",".join(request.GET.getlist(key)) for key in (COLUMNS, MASS_UNIT) if key in request.GET}
    unit = MILLIGRAMS if shape.get(MASS_UNIT) == MILLIGRAMS else GRAMS
    columns = _columns(request, name, unit)
    here = reverse(f"data_{name}")
    context = {
        "dataset": DATASETS[name],
        # What is wrong with the order is told beside the filters, as in a list.
        "faults": [fault for fault in faults if not fault.startswith("sort:")],
        "is_refused": bool(faults),
        "search": search,
        "chips": [chip | {"remove_url": _joined(chip["remove_url"], shape)} for chip in search.chips()],
        "shape": shape,
        "kept": {key: value for key, value in question.items() if key != "sort"},
        "columns": columns,
        "has_masses": any(column["is_mass"] for column in columns),
        "unit": unit,
        "orders": search.orders(DATASETS[name].model),
        "sort": question.get("sort", ""),
        "list_url": _with(reverse(_LISTS[name]), question) if name in _LISTS else "",
        "all_url": _with(here, question | _only(shape, MASS_UNIT)),
        "none_url": _with(here, question | _only(shape, MASS_UNIT) | {TICK: NONE}),
        "import_url": _as_import(request, name, here, question),
    }
    if selection is not None:
        context |= _file(request, selection, search)
    return render(request, "samples/data_set.html", context, status=400 if faults else 200)


def _file(request, selection, search):
    """How the file begins, how many rows it has, and every way to have it."""
    name, query = selection.dataset.name, _plain(selection)
    rows, number = _beginning(selection)
    csv_url = _with(reverse(f"export_{name}"), query)
    return {
        "shown": [_head(column) for column in selection.columns],
        "rows": [[_cell(*pair) for pair in zip(selection.columns, row, strict=True)] for row in rows],
        "number": number,
        "csv_url": csv_url,
        "json_url": _with(reverse("api_records", args=[name]), query),
        "package_url": _with(reverse("export_package"), _of_package(name, query)),
        "scripts": scripts(name, request.build_absolute_uri(csv_url)),
    }


def _beginning(selection):
    """The first rows as they stand in the file, and the number of all; None where its lines are not counted here."""
    keys = list(selection.queryset.values_list("pk", flat=True)[: SHOWN + 1])
    few = replace(selection, queryset=selection.queryset.filter(pk__in=keys[:SHOWN]))
    rows = list(csv.reader(StringIO("".join(few.rows()), newline="")))[1:]
    if not isinstance(selection.dataset, DatasetOfLines):
        return rows, selection.count()
    return rows[:SHOWN], len(rows) if len(keys) <= SHOWN else None


def _cell(column, text):
    return _head(column) | {"text": text, "is_long": len(text) > _LONG}


def _head(column):
    names = {column.name, column.source.rpartition("__")[2]}
    return {
        "name": column.name,
        "is_number": column.type in ("number", "integer"),
        "is_id": column.type == "string" and (column.is_unique or not _NAMES.isdisjoint(names)),
    }


def _columns(request, name, unit):
    """Every column with its tick: in the order of the file where another one than usual is asked for."""
    known = DATASETS[name].columns_for(request.user)
    units = (GRAMS, MILLIGRAMS)
    by_name = {column.in_unit(each).name: column for column in known for each in units}
    asked_for = ",".join(request.GET.getlist(COLUMNS)).split(",")
    chosen = list(dict.fromkeys(by_name[each.strip()] for each in asked_for if each.strip() in by_name))
    if TICK not in request.GET and COLUMNS not in request.GET:
        chosen = known
    if chosen != [column for column in known if column in chosen]:
        known = [*chosen, *(column for column in known if column not in chosen)]
    return [
        {
            "name": column.in_unit(unit).name,
            "type": _TYPES[column.type],
            "unit": column.in_unit(unit).unit,
            "meaning": column.meaning,
            "is_mass": column.is_mass,
            "is_ticked": column in chosen,
        }
        for column in known
    ]


def _as_import(request, name, here, question):
    """The address of the file that imports again; empty where there is none for this person, or of then."""
    if name not in KINDS or not request.user.may(Right.CURATE) or asked():
        return ""
    return _with(here, question | {COLUMNS: ",".join(KINDS[name].file_columns)})


def _of_package(name, query):
    """The same question as a data package has it: with the name in front."""
    of_all = {key: value for key, value in query.items() if key in (MASS_UNIT, *MOMENTS)}
    own = {f"{name}.{key}": value for key, value in query.items() if key not in of_all}
    return {"datasets": name} | of_all | own


def _only(query, key):
    return {key: query[key]} if key in query else {}


def _with(url, query):
    return f"{url}?{urlencode(query)}" if query else url


def _joined(url, more):
    """`url`, which is a question, with `more` asked beside it."""
    return "?" + "&".join(filter(None, (url.removeprefix("?"), urlencode(more))))
