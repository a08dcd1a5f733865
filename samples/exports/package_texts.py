"""What a package says to people: README.md, and CITATION.cff (Citation File Format 1.2.0)."""

import json
from datetime import UTC

from django.utils.translation import gettext as _

from . import package_descriptor

_README = """\
# {title}

These files were written by labinv, the inventory of {laboratory} ({site}).
They hold {records}, {moment}.

{asked}

## Files

| file | rows | what it has |
|---|---|---|
{files}

`datapackage.json` says of every column what it means, its type, its unit (in the property `unit`), whether it may
be empty, and which values it can have. It follows the Data Package standard, version 2 (https://datapackage.org), so
that Frictionless and similar tools read and check it. `CITATION.cff` says how to cite the data.

## How to read the files

* UTF-8, commas between the cells, one header line, text in double quotes where it needs them (RFC 4180).
* An empty cell means that there is no value. Truth is `yes` or `no`.
* Times are in UTC, like `2024-06-25T06:07:00Z`; a second that is not whole has six decimals.
  Masses are exact decimal numbers in {mass_unit}; read them as decimal numbers or as text, because a binary float does
  not hold every one of them.
* Read every column as text first: an identifier such as `0012` is no number, and a sample called `NA` is not missing.
  With pandas: `pd.read_csv("data/{example}.csv", dtype=str, keep_default_na=False)`
* The apostrophe: a text cell that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, one of the
  full-width signs `＝＋－＠`, a tab, a line break or an apostrophe) has one apostrophe more in front. Take one
  apostrophe away from the front of a text cell, and the text is what it was. Numbers are never changed.

## How to check the files

`SHA256SUMS` has the SHA-256 of every other file. In the folder in which the ZIP was unpacked:

    sha256sum --check SHA256SUMS

`manage.py verify_export` of labinv checks the ZIP as a whole: names, sums, numbers of rows, and every cell against its
type and constraints. The file that travelled beside this one, or the header `X-Labinv-Ledger` of the download, is a
checkpoint of the laboratory's audit ledger; the laboratory can say whether its ledger still has it.

{again}
"""
_AGAIN_RECORDED = """\
## How to have the same files again

The laboratory makes them again byte for byte: the question is `recorded_at={moment}`, and everything that was entered
later is left out of the answer. Only the names of people are those of the day on which the files are made."""
_AGAIN_HAPPENED = """\
## Whether the files can be made again

They answer `as_of={moment}`: what was so at that moment, as far as it was known when the files were
made. What is entered later about that time changes the answer, and so does what is published or withdrawn since."""


def readme(asked, files):
    """README.md of a package; `files` are pairs of Rows and what was Written of them."""
    question = asked.question
    again = _AGAIN_RECORDED if question.is_as_recorded else _AGAIN_HAPPENED
    return _README.format(
        title=package_descriptor.title(asked),
        laboratory=asked.laboratory,
        site=asked.site,
        records="what is published" if asked.is_published else "all records of the datasets below",
        moment=package_descriptor.moment(question),
        asked=_asked(asked, files),
        files="\n".join(f"| `{rows.path}` | {written.rows} | {rows.dataset.meaning} |" for rows, written in files),
        mass_unit=_("milligrams") if asked.mass_unit == "mg" else _("grams"),
        example=files[0][0].dataset.name,
        again=again.format(moment=question.text),
    )


def _asked(asked, files):
    """The filters, those of the whole package and those of one file."""
    lines = [f"* `{name}={value}`" for name, value in sorted(asked.filters.items())]
    for rows, _written in files:
        lines += [f"* `{rows.dataset.name}.{name}={value}`" for name, value in sorted(rows.filters.items())]
    return "\n".join(["They were asked for with:", "", *lines]) if lines else "No filter was set."


def citation(asked):
    """CITATION.cff of a package: whom to name, and by which moment."""
    told = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": package_descriptor.title(asked),
        "version": asked.question.text,
        "date-released": asked.question.moment.astimezone(UTC).date().isoformat(),
        "url": asked.site,
    }
    # What is quoted as JSON is quoted as YAML.
    lines = [f"{name}: {_quoted(value)}" for name, value in told.items()]
    return "\n".join([*lines, "authors:", f"  - name: {_quoted(asked.laboratory)}", ""])


def _quoted(text):
    return json.dumps(text, ensure_ascii=False)
