"""The lines of the pages do what they say: copied from the page and run against a real server."""

import csv
import json
import os
import shutil
import subprocess
import sys
import threading
import urllib.request
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import html5lib
import pytest
from django.test import Client
from django.urls import reverse

from samples.exports import DATASETS, cell
from samples.models import Sample, Token, User
from samples.operations import tokens
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

LANGUAGES = ["pandas", "R", "curl"]
# What pandas would make a number, a float, a missing value or two columns of.
AWKWARD = ["0012", "10084,12", "NA", "1e5", "60025,59B", "null"]
SHOW = '\nimport json; print(json.dumps([samples.to_dict("records"), sorted({str(t) for t in samples.dtypes})]))'


@pytest.fixture
def lab():
    lab = factories.laboratory()
    for number, identifier in enumerate(AWKWARD):
        description = "It is «grey», 50 % glass\nand 月壤" if number else '=1+1, "quoted"'
        factories.sample(lab.technician, identifier, lab.bottle, f"0.{number:05}1", description=description)
    return lab


def lines_of(html):
    """What the page has to be copied, one text after the other."""
    tree = html5lib.parse(html.decode(), namespaceHTMLElements=False)
    return ["".join(node.itertext()) for node in tree.iter("pre")]


@pytest.fixture
def page(lab, live_server):
    """{language: lines}, as they stand on the page that shows the new token, and the token itself."""
    client = Client()
    client.force_login(lab.technician)
    host = live_server.url.removeprefix("http://")
    typed = {"name": "Notebook", "reason": "Spectra", "expires_on": factories.in_days(1)}
    response = client.post("/account/tokens/make/", typed, headers={"Host": host})
    secret, *lines = lines_of(response.content)
    return dict(zip(LANGUAGES, lines, strict=True)) | {"secret": secret}


def of_dataset(lab, name, host, **query):
    """{language: lines} of the page of a dataset, as a browser shows it that asked `host`."""
    client = Client()
    client.force_login(lab.technician)
    response = client.get(reverse(f"data_{name}", query=query or None), headers={"Host": host})
    return dict(zip(LANGUAGES, lines_of(response.content), strict=True))


@pytest.fixture
def secret(lab, settings):
    settings.TOKEN_REQUESTS_PER_MINUTE = 1000
    return factories.token(lab.technician)[1]


def run(command, secret, folder):
    environment = os.environ | {"LABINV_TOKEN": secret}
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def command(language, lines, folder):
    """How the lines are run; R is asked for where LABINV_REQUIRE_R is set, and passed over where it is not there."""
    if language == "R" and shutil.which("Rscript") is None:
        if os.environ.get("LABINV_REQUIRE_R"):
            pytest.fail("R is not installed, and LABINV_REQUIRE_R asks for it")
        pytest.skip("R is not installed: apt-get install r-base-core")
    file = folder / f"lines.{language}"
    file.write_text(lines)
    return [{"pandas": sys.executable, "R": "Rscript", "curl": "sh"}[language], str(file)]


def expected():
    """Every sample by the columns of the file, read from the database."""
    samples = list(Sample.objects.select_related("container").order_by("identifier"))
    return {sample.identifier: sample for sample in samples}


def test_the_pandas_lines_give_the_rows_of_the_database_digit_by_digit(page, tmp_path):
    result = run([sys.executable, "-c", page["pandas"] + SHOW], page["secret"], tmp_path)

    assert result.returncode == 0, result.stderr
    rows, types = json.loads(result.stdout)
    samples = expected()
    assert types in (["object"], ["str"])
    assert {row["identifier"] for row in rows} == {*AWKWARD, "CE6C0001"} == set(samples)
    for row in rows:
        sample = samples[row["identifier"]]
        assert list(row) == [column.name for column in DATASETS["samples"].columns]
        assert row["mass_g"] == f"{sample.mass_g:.6f}"
        assert Decimal(row["mass_g"]) == sample.mass_g
        assert (row["origin"], row["container"]) == (sample.origin, "BOT-1")
        assert row["description"] == cell(sample.description)
        assert (row["depth_top_cm"], row["parent"]) == ("", "")


def test_the_pandas_lines_stop_at_a_revoked_token(page, tmp_path):
    tokens.revoke(token=Token.objects.get(), by=User.objects.get(username="technician"), reason="Laptop sold")

    result = run([sys.executable, "-c", page["pandas"]], page["secret"], tmp_path)

    assert "HTTP Error 401" in result.stderr
    assert page["secret"] not in result.stderr


def test_the_curl_lines_save_the_file(page, lab, tmp_path, live_server):
    assert shutil.which("curl"), "curl is not installed, and the page promises it: apt-get install curl"
    client = Client()
    client.force_login(lab.technician)

    result = run(["sh", "-c", page["curl"]], page["secret"], tmp_path)

    assert (result.returncode, result.stderr, result.stdout) == (0, "", "")
    assert (tmp_path / "samples.csv").read_bytes() == client.get("/export/samples.csv").getvalue()


def test_the_curl_lines_save_nothing_without_a_token(page, tmp_path):
    result = run(["sh", "-c", page["curl"]], "", tmp_path)

    assert result.returncode == 22
    assert "401" in result.stderr
    assert not (tmp_path / "samples.csv").exists()


# How each language shows the cells of the first column, for a test to read.
FIRST_COLUMN = {
    "pandas": "\nprint('==')\nfor each in {name}.iloc[:, 0]: print(each)\n",
    "R": "\nwriteLines('==')\nwriteLines({name}[[1]])\n",
    "curl": " && echo == && cut -d, -f1 {name}.csv | tail -n +2\n",
}


def fetched(language, names, lines, secret, folder):
    """The first column of each dataset, after one has run the lines of all of them one after the other."""
    shown = "".join(lines[name] + FIRST_COLUMN[language].format(name=name) for name in names)
    result = run(command(language, shown, folder), secret, folder)
    assert (result.returncode, result.stderr) == (0, "")
    nothing, *found = result.stdout.split("==\n")
    assert nothing == ""
    return dict(zip(names, (each.splitlines() for each in found), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_of_every_dataset_give_its_rows(lab, live_server, secret, tmp_path, language):
    host = live_server.url.removeprefix("http://")
    lines = {name: of_dataset(lab, name, host)[language] for name in DATASETS}
    if language == "curl":
        # Cut without regard to quotes: what has line breaks in it is left to the others.
        lines = {name: lines[name] for name in DATASETS if name not in ("samples", "audit")}

    for name, found in fetched(language, list(lines), lines, secret, tmp_path).items():
        rows = [row[0] for row in csv.reader(StringIO(file_of(lab, name), newline=""))][1:]
        # Each fetching has an entry of its own, and the newest stands first.
        assert found == (rows[-len(found) :] if name == "audit" else rows), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_are_of_exactly_what_the_page_is_asked(lab, live_server, secret, tmp_path, language):
    asked = {
        "origin": "scoop",
        "mass_to": "0.02 mg",
        "sort": "-identifier",
        "columns": "mass_mg,identifier",
        "mass_unit": "mg",
    }
    host = live_server.url.removeprefix("http://")
    lines = {"samples": of_dataset(lab, "samples", host, **asked)[language]}

    assert fetched(language, ["samples"], lines, secret, tmp_path) == {"samples": ["0.011", "0.001"]}


def file_of(lab, name):
    client = Client()
    client.force_login(lab.technician)
    return client.get(reverse(f"export_{name}")).getvalue().decode()


@pytest.fixture
def cutting(live_server):
    """A server in between that passes on what `cutting.keep` keeps of a body, and the end of it as if it were whole."""

    class Between(BaseHTTPRequestHandler):
        def do_GET(self):
            asked = urllib.request.Request(live_server.url + self.path, headers=dict(self.headers))
            with urllib.request.urlopen(asked) as answer:
                self.send_response(answer.status)
                for name in ("Content-Type", "X-Labinv-Rows"):
                    self.send_header(name, answer.headers[name])
                self.end_headers()
                self.wfile.write(server.keep(answer.read()))

        def log_message(self, *told):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Between)
    server.host = f"localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


CUTS = {
    "after a row": lambda body: body[: body[:-1].rindex(b"\nnull,") + 1],
    "inside the last row": lambda body: body[:-20],
    "inside a text, after a line of it": lambda body: body[: body.rindex(b"\nand") + 1],
    "before the very end": lambda body: body[:-1],
    "everything but the header": lambda body: body[: body.index(b"\n") + 1],
    "everything": lambda body: b"",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_cut_off_on_its_way_does_not_pass(lab, cutting, secret, tmp_path, language):
    lines = of_dataset(lab, "samples", cutting.host)[language]
    cutting.keep = lambda body: body
    whole = run(command(language, lines, tmp_path), secret, tmp_path)
    assert (whole.returncode, whole.stderr) == (0, "")
    (tmp_path / "samples.csv").unlink(missing_ok=True)

    for cut, keep in CUTS.items():
        cutting.keep = keep
        result = run(command(language, lines + "\nprint('went on')" * (language != "curl"), tmp_path), secret, tmp_path)
        assert result.returncode != 0, cut
        assert result.stderr, cut
        assert "went on" not in result.stdout, cut
        assert language == "R" or not (tmp_path / "samples.csv").exists(), cut


def test_who_fetched_too_little_reads_how_much(lab, cutting, secret, tmp_path):
    cutting.keep = CUTS["after a row"]
    lines = of_dataset(lab, "samples", cutting.host)

    for language in ("pandas", "curl"):
        result = run(command(language, lines[language], tmp_path), secret, tmp_path)
        assert result.stderr == "7 rows were announced, 6 came: fetch it again.\n"
    assert "not all rows came: fetch it again" in run(command("R", lines["R"], tmp_path), secret, tmp_path).stderr


def test_the_r_lines_stop_without_a_token(page, tmp_path):
    result = run(command("R", page["R"], tmp_path), "", tmp_path)

    assert result.returncode == 1
    assert "401" in result.stderr


def test_no_line_has_the_token_in_it(page):
    secret = page.pop("secret")

    assert all(secret not in lines and "LABINV_TOKEN" in lines for lines in page.values())
