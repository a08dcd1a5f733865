"""How a script fetches a dataset: lines of pandas, R and curl that stop where a file was cut off on its way."""

from dataclasses import dataclass

TOKEN = "LABINV_TOKEN"


@dataclass(frozen=True)
class Script:
    """Lines to copy, and the language they are in."""

    language: str
    text: str


# Every column is read as text: 0012 stays 0012, no digit of a mass is rounded, and a sample called NA
# is one, not a missing value. A file is whole that has the rows that were announced and ends with a line:
# what was cut off inside the last row has as many.
_PANDAS = """\
import io
import os
import urllib.request
import pandas as pd

request = urllib.request.Request(
    "{url}",
    headers={{"Authorization": "Bearer " + os.environ["{token}"]}},
)
with urllib.request.urlopen(request) as answer:
    rows, data = int(answer.headers["X-Labinv-Rows"]), answer.read()
{name} = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
if len({name}) != rows or not data.endswith(b"\\n"):
    raise SystemExit(f"{{rows}} rows were announced, {{len({name})}} came: fetch it again.")"""
# R by itself does not show the headers of an answer, so curl fetches. A text that does not end is only
# a warning to it.
_R = """\
options(warn = 2)
status <- system2(
  "curl",
  c("--fail", "--silent", "--show-error", "--header", "@-",
    "--dump-header", "{name}.head", "--output", "{name}.csv",
    shQuote("{url}")),
  input = paste("Authorization: Bearer", Sys.getenv("{token}"))
)
stopifnot("nothing was fetched" = status == 0)
{name} <- read.csv("{name}.csv", colClasses = "character", na.strings = character(), encoding = "UTF-8")
head <- grep("^x-labinv-rows:", readLines("{name}.head"), ignore.case = TRUE, value = TRUE)
data <- readBin("{name}.csv", "raw", file.size("{name}.csv"))
stopifnot(
  "not all rows came: fetch it again" = nrow({name}) == as.integer(sub(".*:", "", head)),
  "the last row was cut off: fetch it again" = tail(data, 1) == charToRaw("\\n")
)"""
# By the pipe, because the arguments of a running command are shown to everybody on the machine.
_CURL = """\
echo "Authorization: Bearer ${token}" |
  curl --fail --silent --show-error --header @- --output {file} \\
  "{url}\""""
# Lines are no rows, since a text may have several.
_CURL_CSV = """\
echo "Authorization: Bearer ${token}" |
  curl --fail --silent --show-error --header @- \\
  --dump-header {name}.head --output {name}.part \\
  "{url}" &&
python3 -c '
import csv, io, re
head, data = open("{name}.head").read(), open("{name}.part", encoding="utf-8", newline="").read()
rows = int(re.findall(r"(?im)^x-labinv-rows: *(\\d+)", head)[-1])
came = len(list(csv.reader(io.StringIO(data, newline=""), strict=True))) - 1
if came != rows or not data.endswith("\\n"):
    raise SystemExit(f"{{rows}} rows were announced, {{came}} came: fetch it again.")
' &&
mv {name}.part {name}.csv"""


def scripts(name, url):
    """The lines that fetch the dataset `name` from its absolute address and compare what came with what was told."""
    return [
        Script(language, text.format(name=name, url=url, token=TOKEN))
        for language, text in (("pandas", _PANDAS), ("R", _R), ("curl", _CURL_CSV))
    ]


def package_script(url):
    """The lines of curl that fetch a data package from its absolute address; one that was cut off is no ZIP."""
    return _CURL.format(file="package.zip", url=url, token=TOKEN) + " &&\npython3 -m zipfile --test package.zip"
