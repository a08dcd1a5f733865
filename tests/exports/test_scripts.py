"""The lines of the token page do what they say: copied from the page and run against a real server."""

import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal

import html5lib
import pytest
from django.test import Client

from samples.exports import DATASETS, cell
from samples.models import Sample, Token, User
from samples.operations import tokens
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

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


@pytest.fixture
def page(lab, live_server):
    """{language: lines}, as they stand on the page that shows the new token, and the token itself."""
    client = Client()
    client.force_login(lab.technician)
    host = live_server.url.removeprefix("http://")
    typed = {"name": "Notebook", "reason": "Spectra", "expires_on": factories.in_days(1)}
    response = client.post("/account/tokens/make/", typed, headers={"Host": host})
    tree = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    secret, *lines = ["".join(node.itertext()) for node in tree.iter("pre")]
    return dict(zip(["pandas", "R", "curl"], lines, strict=True)) | {"secret": secret}


def run(command, secret, folder):
    environment = os.environ | {"LABINV_TOKEN": secret}
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


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


def test_the_r_lines_name_the_same_address_and_header(page, live_server):
    lines = page["R"]

    assert re.findall(r'"(http.*?)"', lines) == [f"{live_server.url}/export/samples.csv"]
    assert 'headers = c(Authorization = paste("Bearer", Sys.getenv("LABINV_TOKEN")))' in lines
    assert 'colClasses = "character"' in lines
    assert lines.count("(") == lines.count(")")


def test_no_line_has_the_token_in_it(page):
    secret = page.pop("secret")

    assert all(secret not in lines and "LABINV_TOKEN" in lines for lines in page.values())
