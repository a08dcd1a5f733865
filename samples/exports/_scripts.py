"""How a script fetches a dataset: a few lines of pandas, R and curl that take the token from the environment."""

from dataclasses import dataclass

TOKEN = "LABINV_TOKEN"


@dataclass(frozen=True)
class Script:
    """Lines to copy, and the language they are in."""

    language: str
    text: str


# Every column is read as text: 0012 stays 0012, no digit of a mass is rounded, and a sample called NA
# is one, not a missing value.
_PANDAS = """\
import os
import pandas as pd

{name} = pd.read_csv(
    "{url}",
    dtype=str,
    keep_default_na=False,
    storage_options={{"Authorization": "Bearer " + os.environ["{token}"]}},
)"""
_R = """\
{name} <- read.csv(
  url(
    "{url}",
    method = "libcurl",
    headers = c(Authorization = paste("Bearer", Sys.getenv("{token}")))
  ),
  colClasses = "character",
  na.strings = character(),
  encoding = "UTF-8"
)"""
# By the pipe, because the arguments of a running command are shown to everybody on the machine.
_CURL = """\
echo "Authorization: Bearer ${token}" |
  curl --fail --silent --show-error --header @- --output {name}.csv \\
  "{url}\""""


def scripts(name, url):
    """The lines that fetch the dataset `name` from its absolute address."""
    return [
        Script(language, text.format(name=name, url=url, token=TOKEN))
        for language, text in (("pandas", _PANDAS), ("R", _R), ("curl", _CURL))
    ]


def package_script(url):
    """The lines of curl that fetch a data package from its absolute address."""
    return _CURL.format(name="package", url=url, token=TOKEN).replace("package.csv", "package.zip")
