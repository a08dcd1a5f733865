"""Lines to copy: how a script reads a dataset as JSON, to its end and no less."""

from samples.exports import TOKEN, Script

# By the pipe, because the arguments of a running command are shown to everybody on the machine.
_CURL = """\
echo "Authorization: Bearer ${token}" |
  curl --fail --silent --show-error --header @- "{url}\""""
_PYTHON = """\
import json
import os
import time
import urllib.error
import urllib.request

headers = {{"Authorization": "Bearer " + os.environ["{token}"]}}
{name}, address = [], "{url}"
while address:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            page = json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code != 429:
            raise SystemExit(error.read().decode())
        time.sleep(int(error.headers["Retry-After"]))
        continue
    {name} += page["records"]
    address = page["next"]
if page["rows"] not in (len({name}), None):
    raise SystemExit(f"{{page['rows']}} rows were announced, {{len({name})}} came: read it again.")"""


def examples(name, url):
    """The lines that read the dataset `name` from its absolute address: one page, and all of them."""
    return [
        Script(language, text.format(name=name, url=url, token=TOKEN))
        for language, text in (("curl", _CURL), ("Python", _PYTHON))
    ]
