"""What nobody foresaw, and a database that somebody keeps to himself."""

import pytest
from django.db import OperationalError
from django.test import Client

from samples.views import api_records, data, overview, packages
from tests import factories


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (OperationalError("database is locked"), 503, "labinv is busy"),
        (OperationalError("no such table: x"), 500, "Something broke here"),
        (RuntimeError("locked"), 500, "Something broke here"),
    ],
)
def test_a_locked_database_passes_and_other_faults_are_ours(lab, monkeypatch, error, status, says):
    def fail(request):
        raise error

    monkeypatch.setattr(overview, "render", lambda *args, **kwargs: fail(None))
    client = Client(raise_request_exception=False)
    client.force_login(lab.technician)

    answer = client.get("/")

    assert answer.status_code == status
    assert says in answer.text


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (OperationalError("database is locked"), 503, "labinv is busy with a long import, so nothing was read."),
        (RuntimeError("locked"), 500, "Something broke in labinv."),
    ],
)
def test_scripts_are_told_in_the_form_in_which_an_address_refuses(lab, monkeypatch, error, status, says):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(api_records, "select", fail)
    monkeypatch.setattr(data, "select", fail)
    monkeypatch.setattr(packages.packages, "read", fail)
    _token, secret = factories.token(lab.technician)
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})

    problem = client.get("/api/samples")
    assert (problem.status_code, problem.headers["Content-Type"]) == (status, "application/problem+json")
    assert problem.json()["status"] == status
    assert problem.json()["detail"].startswith(says)
    for address in ("/export/samples.csv", "/export/package.zip"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
        assert answer.text.startswith(says)
